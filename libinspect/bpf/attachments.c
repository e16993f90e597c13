/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/attachments.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "bpf/bpf.h"
#include "bpf/cross_view.h"
#include "bpf/enums.h"
#include "bpf/link.h"
#include "kernel/roots.h"
#include "kernel/walk.h"

/* kernel/bpf/trampoline.c, TRAMPOLINE_HASH_BITS: the same since 5.5 (fec56f5890d9). */
#define TRAMPOLINE_TABLE_SIZE 1024
/* Kernels have three, BPF_TRAMP_MAX. */
#define TRAMPOLINE_LISTS_MAX 16

struct trampoline_fields {
	struct view_state state;
	uint64_t key;
	uint64_t function;
	uint64_t extension_prog;
	uint64_t lists;
};

static const struct view_variant trampoline_variants[] = {
	{ "struct bpf_trampoline", "hlist_key" }, /* 7.0: two tables */
	{ "struct bpf_trampoline", "hlist" },
};
static const struct view_field trampoline_fields[] = {
	VIEW_NEED(trampoline_fields, key, "key"),
	VIEW_NEED(trampoline_fields, function, "func.addr"),
	VIEW_MAY(trampoline_fields, extension_prog, "extension_prog"),
	VIEW_NEED(trampoline_fields, lists, "&progs_hlist"),
};
VIEW(trampoline_view, trampoline_fields, trampoline_variants, trampoline_fields);

struct member_fields {
	struct view_state state;
	uint64_t prog;
	uint64_t link;
};

static const struct view_variant member_variants[] = {
	{ "struct bpf_tramp_node", "tramp_hlist" }, /* 7.2 */
	{ "struct bpf_tramp_link", "tramp_hlist" }, /* 6.0, f7e0beaf39d3 */
	{ "struct bpf_prog_aux", "tramp_hlist" },
};
static const struct view_field member_fields[] = {
	VIEW_NEED(member_fields, prog, "link->prog", "link.prog", "prog"),
	VIEW_MAY(member_fields, link, "link", "&link"),
};
VIEW(trampoline_member_view, member_fields, member_variants, member_fields);

static const struct view_variant tracing_link_variants[] = {
	{ "struct bpf_tracing_link", "link.link" }, /* 6.0, f7e0beaf39d3 */
	{ "struct bpf_tracing_link", "link" },
};
/* Before 5.10 (3aac1ead5eb6) a program had one target for good, and kept it itself. */
static const struct view_field tracing_link_fields[] = {
	VIEW_MAY(tracing_link_fields, trampoline, "trampoline", "link.prog->aux->trampoline"),
	VIEW_MAY(tracing_link_fields, key, "trampoline->key", "link.prog->aux->trampoline->key"),
	VIEW_MAY(tracing_link_fields, function, "trampoline->func.addr", "link.prog->aux->trampoline->func.addr"),
	VIEW_MAY(tracing_link_fields, target, "tgt_prog", "link.prog->aux->linked_prog"),
	VIEW_MAY(tracing_link_fields, cookie, "link.node.cookie", "link.cookie"), /* 6.0, 2fcc82411e74 */
};
VIEW(tracing_link_view, tracing_link_fields, tracing_link_variants, tracing_link_fields);

const char *attachment_kind_name(uint64_t prog_type, uint64_t attach_type, bool returns_void)
{
	if (prog_type == PROG_TYPE_EXT)
		return "BPF_TRAMP_REPLACE";
	/* bpf_attach_type_to_tramp() in kernel/bpf/trampoline.c */
	switch (attach_type) {
	case ATTACH_TRACE_FENTRY:
		return "BPF_TRAMP_FENTRY";
	case ATTACH_TRACE_FEXIT:
		return "BPF_TRAMP_FEXIT";
	case ATTACH_MODIFY_RETURN:
		return "BPF_TRAMP_MODIFY_RETURN";
	case ATTACH_LSM_MAC:
		return returns_void ? "BPF_TRAMP_FEXIT" : "BPF_TRAMP_MODIFY_RETURN";
	case ATTACH_TRACE_FSESSION:
		return "BPF_TRAMP_FSESSION";
	default:
		return NULL;
	}
}

/* What the collection needs while it runs. */
struct collector {
	struct bpf *bpf;
	struct attachments *attachments;
	struct hash tracing;     /* trampoline and program mixed -> index into links, for kernels before 6.0 */
	struct hash by_address;  /* address of a struct bpf_link -> index into links */
	VEC(struct tracing_link) links;
};

struct tracing_link {
	struct link_summary link;
	struct tracing_link_fields fields;
	bool is_tracing;
	bool seen; /* a trampoline has it */
};

static uint64_t mix(uint64_t trampoline, uint64_t prog)
{
	return trampoline * 31 + prog;
}

static struct inspect_error *collect_link(struct collector *collector, uint64_t address)
{
	struct tracing_link link = { 0 };
	struct inspect_error *error = link_summary(collector->bpf->kernel, address, &link.link);

	if (error)
		return error;
	link.is_tracing = link.link.type == LINK_TYPE_TRACING;
	if (link.is_tracing)
		error = kernel_read(collector->bpf->kernel, &tracing_link_view, address, &link.fields);
	if (error)
		return error;
	if (!hash_set(&collector->by_address, address, collector->links.count) ||
	    (link.fields.trampoline && !hash_set(&collector->tracing, mix(link.fields.trampoline, link.link.prog),
						 collector->links.count)) ||
	    !vec_push(&collector->links, link))
		return &error_nomem;
	return NULL;
}

static struct inspect_error *collect_links(struct collector *collector)
{
	struct kernel *kernel = collector->bpf->kernel;
	struct inspect_error *error, *failed = NULL;
	struct walk_item item;
	struct walk walk;
	uint64_t idr;

	/* Kernels before 5.8 have no link_idr; a trampoline's members are known all the same. */
	if (!symbols_address(&kernel->symbols, root_table[ROOT_LINK_IDR].names[0]))
		return NULL;
	error = kernel_root(kernel, ROOT_LINK_IDR, &idr, NULL);
	if (error)
		return error;
	walk_idr(&walk, kernel, idr);
	while (!failed && walk_next(&walk, &item)) {
		/* A damaged slot is told by `link`; a link that a trampoline has is found there. */
		if (!item.problem)
			failed = collect_link(collector, item.address);
	}
	error = walk_finish(&walk);
	if (!failed)
		return error;
	inspect_error_destroy(error);
	return failed;
}

/*
 * The link of a member: by its address; or by program and trampoline, where the kernel has programs on the list (before
 * 6.0) and for the second node of an fsession (7.0).
 */
static struct tracing_link *find_link(struct collector *collector, uint64_t link, uint64_t trampoline, uint64_t prog)
{
	struct tracing_link *found;
	uint64_t i;

	if (link && hash_get(&collector->by_address, link, &i))
		return &collector->links.items[i];
	if (!hash_get(&collector->tracing, mix(trampoline, prog), &i))
		return NULL;
	found = &collector->links.items[i];
	return found->fields.trampoline == trampoline && found->link.prog == prog ? found : NULL;
}

static struct inspect_error *add_attachment(struct collector *collector, struct attachment *attachment)
{
	struct tracing_link *link = find_link(collector, attachment->link, attachment->trampoline, attachment->prog);
	uint32_t target_id = trampoline_key_prog_id(attachment->key);

	if (link) {
		link->seen = true;
		attachment->link = link->link.address;
		attachment->link_id = link->link.id;
		attachment->target = link->fields.target;
	}
	if (target_id && !attachment->target) {
		struct kernel *kernel = collector->bpf->kernel;
		struct walk_item item;
		uint64_t idr;
		struct inspect_error *error = kernel_root(kernel, ROOT_PROG_IDR, &idr, NULL);

		if (!error)
			error = idr_find(kernel, idr, target_id, &item);
		if (error)
			return error;
		attachment->target = item.problem ? 0 : item.address;
	}
	return vec_push(collector->attachments, *attachment) ? NULL : &error_nomem;
}

/* Damage in one place of a trampoline is a problem that leaves the rest. */
static void trampoline_problem(struct collector *collector, const struct attachment *trampoline,
			       struct inspect_error *error)
{
	kernel_problem(collector->bpf->kernel,
		       error_context(error, "trampoline at 0x%llx", (unsigned long long)trampoline->trampoline));
}

static struct inspect_error *collect_member(struct collector *collector, const struct attachment *trampoline,
					    uint64_t node, int64_t kind)
{
	struct kernel *kernel = collector->bpf->kernel;
	struct attachment attachment = *trampoline;
	struct member_fields member;
	struct inspect_error *error = kernel_read(kernel, &trampoline_member_view, node, &member);

	if (error)
		return error;
	if (faulted(&member, prog))
		return error_at(INSPECT_ERROR_FAULT, node, "member at 0x%llx not readable", (unsigned long long)node);
	attachment.prog = member.prog;
	attachment.link = member.link;
	attachment.kind = kind;
	attachment.kind_name = kernel_enumerator(kernel, "bpf_tramp_prog_type", kind);
	return add_attachment(collector, &attachment);
}

static void collect_list(struct collector *collector, const struct attachment *trampoline, uint64_t head, int64_t kind)
{
	struct walk_item item;
	struct walk walk;

	walk_hlist(&walk, collector->bpf->kernel, head);
	while (walk_next(&walk, &item))
		trampoline_problem(collector, trampoline, collect_member(collector, trampoline, item.address, kind));
	trampoline_problem(collector, trampoline, walk_finish(&walk));
}

static void collect_trampoline(struct collector *collector, const struct view_plan *plan, uint64_t node)
{
	uint64_t lists = view_slot_at(plan, offsetof(struct trampoline_fields, lists))->elements;
	struct attachment attachment = { .trampoline = node - plan->anchor };
	struct trampoline_fields trampoline;

	if (!view_read(plan, &collector->bpf->kernel->memory, node, &trampoline)) {
		trampoline_problem(collector, &attachment,
				   error_at(INSPECT_ERROR_FAULT, attachment.trampoline, "not readable"));
		return;
	}
	attachment.key = trampoline.key;
	attachment.function = trampoline.function;
	if (trampoline.extension_prog) {
		struct attachment extension = attachment;

		extension.prog = trampoline.extension_prog;
		extension.kind_name = attachment_kind_name(PROG_TYPE_EXT, 0, false);
		trampoline_problem(collector, &attachment, add_attachment(collector, &extension));
	}
	for (uint64_t kind = 0; kind < lists; kind++)
		collect_list(collector, &attachment, trampoline.lists + 8 * kind, (int64_t)kind);
}

/* One bucket of the table. */
static void collect_bucket(struct collector *collector, const struct view_plan *plan, uint64_t head)
{
	struct walk_item item;
	struct walk walk;

	walk_hlist(&walk, collector->bpf->kernel, head);
	while (walk_next(&walk, &item))
		collect_trampoline(collector, plan, item.address);
	kernel_problem(collector->bpf->kernel, error_context(walk_finish(&walk), "trampolines"));
}

/* Whether the kernel's types know of trampolines; it is without them before 5.5 (fec56f5890d9). */
static struct inspect_error *knows_trampolines(struct kernel *kernel, bool *known_ret)
{
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < kernel->scopes.count && !error; i++)
		error = scope_find(kernel->scopes.items[i], "bpf_trampoline", TYPE_BIT(TYPE_STRUCT), &types);
	*known_ret = types.count;
	vec_deinit(&types);
	return error;
}

static struct inspect_error *collect_trampolines(struct collector *collector)
{
	struct kernel *kernel = collector->bpf->kernel;
	uint64_t heads[TRAMPOLINE_TABLE_SIZE], table, stopped;
	const struct view_plan *plan;
	struct inspect_error *error;
	enum inspect_fault fault;
	bool known;

	error = knows_trampolines(kernel, &known);
	if (error || !known)
		return error;
	error = kernel_root(kernel, ROOT_TRAMPOLINES, &table, NULL);
	if (!error)
		error = kernel_view(kernel, &trampoline_view, &plan);
	if (error)
		return error;
	if (view_slot_at(plan, offsetof(struct trampoline_fields, lists))->elements > TRAMPOLINE_LISTS_MAX)
		return error_create(INSPECT_ERROR_FORMAT, "struct bpf_trampoline has more than %d lists of programs",
				    TRAMPOLINE_LISTS_MAX);
	fault = memory_read(&kernel->memory, table, heads, sizeof(heads), &stopped);
	if (fault)
		return memory_error(fault, stopped);
	for (size_t i = 0; i < TRAMPOLINE_TABLE_SIZE && !kernel_interrupted(kernel); i++) {
		if (heads[i])
			collect_bucket(collector, plan, table + 8 * i);
	}
	return NULL;
}

/* Links that no trampoline that could be read has. */
static struct inspect_error *collect_unseen(struct collector *collector)
{
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < collector->links.count && !error; i++) {
		const struct tracing_link *link = &collector->links.items[i];
		struct attachment attachment = {
			.prog = link->link.prog,
			.trampoline = link->fields.trampoline,
			.key = link->fields.key,
			.key_unknown = !has(&link->fields, key),
			.function = link->fields.function,
			.link = link->link.address,
		};

		if (!link->is_tracing || link->seen || !link->fields.trampoline || !attachment.prog)
			continue;
		error = add_attachment(collector, &attachment);
	}
	return error;
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_attachments(const void *left, const void *right)
{
	const struct attachment *a = left, *b = right;
	int order = compare(a->prog, b->prog);

	if (!order)
		order = compare(a->link_id, b->link_id);
	if (!order)
		order = compare(a->key, b->key);
	return order ? order : (a->kind > b->kind) - (a->kind < b->kind);
}

static int compare_targets(const void *left, const void *right, void *items)
{
	const struct attachment *a = (struct attachment *)items + *(const size_t *)left;
	const struct attachment *b = (struct attachment *)items + *(const size_t *)right;
	int order = compare(a->target, b->target);

	return order ? order : compare_attachments(a, b);
}

static struct inspect_error *sort_attachments(struct attachments *attachments)
{
	if (!attachments->count)
		return NULL;
	qsort(attachments->items, attachments->count, sizeof(*attachments->items), compare_attachments);
	attachments->by_target = calloc(attachments->count, sizeof(*attachments->by_target));
	if (!attachments->by_target)
		return &error_nomem;
	for (size_t i = 0; i < attachments->count; i++) {
		if (attachments->items[i].target)
			attachments->by_target[attachments->target_count++] = i;
	}
	qsort_r(attachments->by_target, attachments->target_count, sizeof(*attachments->by_target), compare_targets,
		attachments->items);
	return NULL;
}

void attachments_deinit(struct attachments *attachments)
{
	free(attachments->items);
	free(attachments->by_target);
	memset(attachments, 0, sizeof(*attachments));
}

const struct attachments *attachments_get(struct bpf *bpf)
{
	struct collector collector = { .bpf = bpf, .attachments = &bpf->attachments };

	if (bpf->attachments.collected)
		return &bpf->attachments;
	bpf->attachments.collected = true;
	hash_init(&collector.tracing);
	hash_init(&collector.by_address);
	kernel_problem(bpf->kernel, error_context(collect_links(&collector), "links of attached programs"));
	kernel_problem(bpf->kernel, error_context(collect_trampolines(&collector), "trampolines"));
	kernel_problem(bpf->kernel, error_context(collect_unseen(&collector), "links of attached programs"));
	kernel_problem(bpf->kernel, sort_attachments(&bpf->attachments));
	cross_view_attachments(bpf);
	/* Half of them would be taken for all: collected anew when there is time. */
	if (kernel_interrupted(bpf->kernel))
		attachments_deinit(&bpf->attachments);
	vec_deinit(&collector.links);
	hash_deinit(&collector.tracing);
	hash_deinit(&collector.by_address);
	return &bpf->attachments;
}

size_t attachments_of(const struct attachments *attachments, uint64_t prog, size_t *end_ret)
{
	size_t low = 0, high = attachments->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (attachments->items[middle].prog < prog)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < attachments->count && attachments->items[high].prog == prog; high++)
		continue;
	*end_ret = high;
	return low;
}

size_t attachments_on(const struct attachments *attachments, uint64_t target, size_t *end_ret)
{
	size_t low = 0, high = attachments->target_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (attachments->items[attachments->by_target[middle]].target < target)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < attachments->target_count; high++) {
		if (attachments->items[attachments->by_target[high]].target != target)
			break;
	}
	*end_ret = high;
	return low;
}
