/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/attached.h"

#include <string.h>

#include "base/error.h"
#include "bpf/enums.h"

static const struct inspect_column attach_columns[] = {
	[INSPECT_ATTACH_KIND] = { .key = "kind", .kind = INSPECT_CELL_ENUM },
	[INSPECT_ATTACH_ATTACHED] = { .key = "attached", .kind = INSPECT_CELL_BOOL },
	[INSPECT_ATTACH_TARGET_PROG_ID] = { .key = "target_prog_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_ATTACH_TARGET_NAME] = { .key = "target_name", .kind = INSPECT_CELL_STRING },
	[INSPECT_ATTACH_TARGET_BTF_ID] = { .key = "target_btf_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_ATTACH_FUNCTION] = { .key = "function", .kind = INSPECT_CELL_STRING },
	[INSPECT_ATTACH_MODULE] = { .key = "module", .kind = INSPECT_CELL_STRING },
	[INSPECT_ATTACH_LINK_ID] = { .key = "link_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_ATTACH_TRAMPOLINE] = { .key = "trampoline", .kind = INSPECT_CELL_ADDRESS },
};
const struct inspect_schema inspect_attach_schema = INSPECT_SCHEMA("attached", attach_columns);

/* One attachment of one program on its way into a record. */
struct filling {
	struct bpf *bpf;
	const struct attachment *attachment;
	const struct loaded *loaded; /* the program that is attached */
	const struct prog_fields *prog;
	struct inspect_record *record;
};

#define READY(filling, column, member) \
	cell_ready((filling)->loaded, (filling)->record, column, offsetof(struct prog_fields, member))

/*
 * The kind is the list of the trampoline that the program is on. Without the trampoline it follows from the program, by
 * bpf_attach_type_to_tramp(): for LSM hooks from whether the hook returns anything.
 */
static void fill_kind(const struct filling *filling)
{
	const struct prog_fields *prog = filling->prog;
	const char *name = filling->attachment->kind_name;
	struct inspect_record *record = filling->record;

	if (name) {
		inspect_cell_enum_named(record, INSPECT_ATTACH_KIND, filling->attachment->kind, name, NULL);
		return;
	}
	if (!READY(filling, INSPECT_ATTACH_KIND, type) || !READY(filling, INSPECT_ATTACH_KIND, attach_type))
		return;
	if (prog->attach_type == ATTACH_LSM_MAC && !READY(filling, INSPECT_ATTACH_KIND, attach_proto_return))
		return;
	name = attachment_kind_name(prog->type, prog->attach_type, !prog->attach_proto_return);
	if (name)
		inspect_cell_enum_named(record, INSPECT_ATTACH_KIND, 0, name, NULL);
	else
		inspect_cell_damaged(record, INSPECT_ATTACH_KIND, filling->attachment->trampoline,
				     "trampoline not readable");
}

/*
 * The BTF id of the function. The trampoline's key has it; without, it is the one chosen at load, which only a freplace
 * program may leave for another target (bpf_tracing_prog_attach() in kernel/bpf/syscall.c). False: it cannot be known,
 * and @column is marked with the fault of the trampoline.
 */
static bool ready_btf_id(const struct filling *filling, unsigned int column, uint64_t *btf_id_ret)
{
	const struct attachment *attachment = filling->attachment;
	struct tracing_link_fields link;
	struct loaded loaded;

	if (!attachment->key_unknown) {
		*btf_id_ret = trampoline_key_btf_id(attachment->key);
		return true;
	}
	if (!READY(filling, column, type) || !READY(filling, column, attach_btf_id))
		return false;
	*btf_id_ret = filling->prog->attach_btf_id;
	if (filling->prog->type != PROG_TYPE_EXT)
		return true;
	inspect_error_destroy(load(filling->bpf->kernel, &tracing_link_view, attachment->link, &link, &loaded));
	if (!loaded.plan || cell_ready(&loaded, filling->record, column, offsetof(struct tracing_link_fields, key)))
		inspect_cell_damaged(filling->record, column, attachment->trampoline, "trampoline not readable");
	return false;
}

/* The name that the kernel looked up at load, where that is the function's; else the symbol at its address. */
static void fill_kernel_function(const struct filling *filling, uint64_t btf_id)
{
	const struct prog_fields *prog = filling->prog;
	struct kernel *kernel = filling->bpf->kernel;
	struct symbol symbol;
	struct name name;

	if (USABLE(filling->loaded, attach_func_name) && prog->attach_func_name && prog->attach_btf_id == btf_id) {
		name_read(kernel, prog->attach_func_name, &name);
		cell_name(filling->record, INSPECT_ATTACH_FUNCTION, &name);
	} else if (symbols_lookup(&kernel->symbols, filling->attachment->function, &symbol)) {
		inspect_cell_cstring(filling->record, INSPECT_ATTACH_FUNCTION, symbol.name);
	} else {
		READY(filling, INSPECT_ATTACH_FUNCTION, attach_func_name); /* for its mark */
	}
}

static void fill_on_kernel(const struct filling *filling)
{
	uint64_t btf_id;
	struct name module;

	if (ready_btf_id(filling, INSPECT_ATTACH_TARGET_BTF_ID, &btf_id)) {
		inspect_cell_u64(filling->record, INSPECT_ATTACH_TARGET_BTF_ID, btf_id);
		fill_kernel_function(filling, btf_id);
	}
	/* The BTF object's name is the module's. */
	if (!READY(filling, INSPECT_ATTACH_MODULE, attach_btf_name))
		return;
	name_read(filling->bpf->kernel, filling->prog->attach_btf_name, &module);
	if (strcmp(module.bytes, "vmlinux"))
		cell_name(filling->record, INSPECT_ATTACH_MODULE, &module);
}

/* The function by the BTF of the program that it is in. */
static struct inspect_error *fill_prog_function(const struct filling *filling, const struct loaded *loaded,
						const struct prog_fields *target)
{
	uint64_t btf_id;
	struct name name;
	struct inspect_error *error;

	if (!ready_btf_id(filling, INSPECT_ATTACH_TARGET_BTF_ID, &btf_id)) {
		ready_btf_id(filling, INSPECT_ATTACH_FUNCTION, &btf_id); /* for its mark */
		return NULL;
	}
	inspect_cell_u64(filling->record, INSPECT_ATTACH_TARGET_BTF_ID, btf_id);
	if (!cell_ready(loaded, filling->record, INSPECT_ATTACH_FUNCTION, offsetof(struct prog_fields, btf)) ||
	    !target->btf)
		return NULL;
	error = btf_name(filling->bpf->kernel, target->btf, btf_id, &name);
	if (!error)
		cell_name(filling->record, INSPECT_ATTACH_FUNCTION, &name);
	return error;
}

static struct inspect_error *fill_on_prog(const struct filling *filling)
{
	const struct attachment *attachment = filling->attachment;
	struct inspect_record *record = filling->record;
	struct prog_fields target;
	struct loaded loaded;
	struct name name;
	struct inspect_error *error = prog_load(filling->bpf->kernel, attachment->target, &target, &loaded);

	if (error)
		return error;
	/* The key keeps the id when the target has left the idr. */
	if (trampoline_key_prog_id(attachment->key))
		inspect_cell_u64(record, INSPECT_ATTACH_TARGET_PROG_ID, trampoline_key_prog_id(attachment->key));
	else if (cell_ready(&loaded, record, INSPECT_ATTACH_TARGET_PROG_ID, offsetof(struct prog_fields, id)))
		inspect_cell_u64(record, INSPECT_ATTACH_TARGET_PROG_ID, target.id);
	error = prog_full_name(&loaded, &target, &name);
	if (error)
		return error;
	if (cell_ready(&loaded, record, INSPECT_ATTACH_TARGET_NAME, offsetof(struct prog_fields, name)))
		cell_name(record, INSPECT_ATTACH_TARGET_NAME, &name);
	return fill_prog_function(filling, &loaded, &target);
}

static struct inspect_error *fill_attachment(const struct filling *filling, bool attached)
{
	const struct attachment *attachment = filling->attachment;

	inspect_cell_bool(filling->record, INSPECT_ATTACH_ATTACHED, attached);
	if (attachment->link_id)
		inspect_cell_u64(filling->record, INSPECT_ATTACH_LINK_ID, attachment->link_id);
	if (attachment->trampoline)
		inspect_cell_address(filling->record, INSPECT_ATTACH_TRAMPOLINE, attachment->trampoline);
	fill_kind(filling);
	if (attachment->target)
		return fill_on_prog(filling);
	/* A target cannot leave the idr while something is attached to it. */
	if (trampoline_key_prog_id(attachment->key)) {
		inspect_cell_u64(filling->record, INSPECT_ATTACH_TARGET_PROG_ID,
				 trampoline_key_prog_id(attachment->key));
		inspect_cell_damaged(filling->record, INSPECT_ATTACH_TARGET_NAME, attachment->trampoline,
				     "the target program was not found");
	}
	fill_on_kernel(filling);
	return NULL;
}

/* Loaded for a target and not attached yet: the kernel keeps the target in dst_*. */
static bool unattached(const struct loaded *loaded, const struct prog_fields *prog, struct attachment *attachment)
{
	*attachment = (struct attachment){
		.target = prog->dst_prog,
		.key = prog->dst_prog_id << 32 | prog->attach_btf_id,
		.kind_name = attachment_kind_name(prog->type, prog->attach_type, !prog->attach_proto_return),
	};
	return USABLE(loaded, dst_trampoline) && prog->dst_trampoline && attachment->kind_name;
}

struct inspect_error *fill_attached(struct bpf *bpf, const struct loaded *loaded, const struct prog_fields *prog,
				    struct inspect_record *kernel_record)
{
	const struct attachments *attachments = attachments_get(bpf);
	struct filling filling = { .bpf = bpf, .loaded = loaded, .prog = prog };
	struct inspect_error *error = NULL;
	struct attachment target;
	size_t end, i = attachments_of(attachments, loaded->address, &end);

	if (i == end && unattached(loaded, prog, &target)) {
		filling.attachment = &target;
		filling.record = inspect_cell_append(kernel_record, INSPECT_PROG_KERNEL_ATTACHED);
		return fill_attachment(&filling, false);
	}
	for (; i < end && !error; i++) {
		filling.attachment = &attachments->items[i];
		filling.record = inspect_cell_append(kernel_record, INSPECT_PROG_KERNEL_ATTACHED);
		error = fill_attachment(&filling, true);
	}
	return error;
}
