/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/view.h"

#include <endian.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"

#define VIEW_HOPS 32
#define VIEW_SPAN_MAX (64 << 10)

/* A plan while it is being made. */
struct compiler {
	struct view_hop hops[VIEW_HOPS];
	size_t hop_count;
	struct view_slot slots[VIEW_SLOTS];
};

/* Where a path has got to. */
struct cursor {
	struct type *type;
	uint16_t hop;
	uint64_t offset;
	uint32_t bit_offset; /* beyond `offset`, of a bit-field */
	uint32_t bit_size;
};

/* What a path ran into: NULL error and *found false means the kernel has no such member. */
static struct inspect_error *step_member(struct cursor *at, const char *name, size_t length, bool *found_ret)
{
	struct type_member member;
	struct inspect_error *error;

	*found_ret = false;
	error = type_underlying(at->type, &at->type);
	if (error)
		return error;
	if (!(TYPE_BIT(at->type->kind) & TYPE_BITS_COMPOUND))
		return NULL;
	error = type_find_member(at->type, name, length, &member, found_ret);
	if (error || !*found_ret)
		return error;
	at->type = member.type;
	at->offset += member.bit_offset / 8;
	at->bit_offset = member.bit_size ? (uint32_t)(member.bit_offset % 8) : 0;
	at->bit_size = member.bit_size;
	return NULL;
}

/* Follows the pointer at the cursor into a new hop, or into the one that follows the same pointer already. */
static struct inspect_error *step_pointer(struct compiler *compiler, struct cursor *at, bool *found_ret)
{
	struct inspect_error *error;
	size_t i;

	*found_ret = false;
	error = type_underlying(at->type, &at->type);
	if (error)
		return error;
	if (at->type->kind != TYPE_POINTER)
		return NULL;
	error = type_complete(at->type);
	if (error)
		return error;
	for (i = 1; i < compiler->hop_count; i++) {
		if (compiler->hops[i].parent == at->hop && compiler->hops[i].pointer == at->offset)
			break;
	}
	if (i == VIEW_HOPS)
		return error_create(INSPECT_ERROR_LIMIT, "more than %d hops in one view", VIEW_HOPS);
	if (i == compiler->hop_count) {
		compiler->hops[i] = (struct view_hop){ .parent = at->hop, .pointer = at->offset, .start = UINT64_MAX };
		compiler->hop_count++;
	}
	*at = (struct cursor){ .type = at->type->target, .hop = (uint16_t)i };
	*found_ret = true;
	return NULL;
}

static struct inspect_error *step_index(struct cursor *at, uint64_t index, bool *found_ret)
{
	struct inspect_error *error;
	uint64_t size;

	*found_ret = false;
	error = type_underlying(at->type, &at->type);
	if (error)
		return error;
	if (at->type->kind != TYPE_ARRAY)
		return NULL;
	error = type_complete(at->type);
	if (error)
		return error;
	if (index >= at->type->length)
		return NULL;
	at->type = at->type->target;
	error = type_size(at->type, &size);
	if (error)
		return error;
	at->offset += index * size;
	*found_ret = true;
	return NULL;
}

/* Walks @path from @at on. Paths are ours, so their syntax is not checked beyond what keeps this in bounds. */
static struct inspect_error *resolve_path(struct compiler *compiler, const char *path, struct cursor *at,
					  bool *found_ret)
{
	struct inspect_error *error = NULL;
	const char *p = path;

	*found_ret = true;
	while (*p && *found_ret && !error) {
		if (*p == '[') {
			char *end;

			error = step_index(at, strtoull(p + 1, &end, 10), found_ret);
			p = end + (*end == ']');
		} else if (p[0] == '-' && p[1] == '>') {
			error = step_pointer(compiler, at, found_ret);
			p += 2;
		} else {
			size_t length;

			p += *p == '.';
			length = strcspn(p, ".-[");
			error = step_member(at, p, length, found_ret);
			p += length;
		}
	}
	return error;
}

/*
 * What is read at the end of a path: scalars as they are; of aggregates only VIEW_BYTES and VIEW_STRING or an address.
 */
static struct inspect_error *finish_slot(const struct cursor *at, struct view_slot *slot)
{
	struct type *type;
	struct inspect_error *error = type_underlying(at->type, &type);

	if (error)
		return error;
	slot->hop = at->hop;
	slot->offset = at->offset;
	slot->bit_offset = (uint8_t)at->bit_offset;
	slot->bit_size = (uint8_t)at->bit_size;
	slot->is_scalar = !(TYPE_BIT(type->kind) & (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY)));
	if (type->kind == TYPE_ARRAY) {
		error = type_complete(type);
		slot->elements = type->length;
	}
	if (!error)
		error = type_size(type, &slot->size);
	if (!error && slot->bit_size)
		slot->size = (slot->bit_offset + slot->bit_size + 7u) / 8u;
	return error;
}

/* Scalar fields take scalars only: `link` may be a pointer here and a struct there. */
static bool slot_fits(const struct view_field *field, const struct view_slot *slot)
{
	if (slot->is_address || field->kind == VIEW_BYTES || field->kind == VIEW_STRING)
		return true;
	return slot->is_scalar && slot->size >= 1 && slot->size <= 8;
}

static struct inspect_error *resolve_field(struct compiler *compiler, struct type *type, const struct view_field *field,
					   struct view_slot *slot)
{
	for (size_t i = 0; i < VIEW_PATHS && field->paths[i]; i++) {
		const char *path = field->paths[i];
		struct cursor at = { .type = type };
		size_t hop_count = compiler->hop_count;
		struct inspect_error *error;
		bool found;

		memset(slot, 0, sizeof(*slot));
		error = resolve_path(compiler, path + (*path == '&'), &at, &found);
		if (!error && found)
			error = finish_slot(&at, slot);
		if (error)
			return error_context(error, "%s", path);
		slot->is_address = *path == '&';
		if (found && slot_fits(field, slot)) {
			slot->path = path;
			return NULL;
		}
		compiler->hop_count = hop_count; /* a path not taken leaves no hops */
	}
	return NULL;
}

static void hop_cover(struct view_hop *hop, uint64_t offset, uint64_t size)
{
	if (offset < hop->start)
		hop->start = offset;
	if (offset + size > hop->end)
		hop->end = offset + size;
}

/* How many bytes of a slot the plain struct can take. */
static size_t slot_wanted(const struct view_field *field, const struct view_slot *slot)
{
	size_t room = field->kind == VIEW_STRING ? field->size - 1u : field->size;

	if (slot->is_address)
		return 0;
	if (field->kind != VIEW_BYTES && field->kind != VIEW_STRING)
		return slot->size;
	return slot->size < room ? slot->size : room;
}

/* Tries all fields on one type; *@lacks_ret names the first required field that it lacks, NULL: it fits. */
static struct inspect_error *try_type(const struct view *view, struct type *type, struct compiler *compiler,
				      const char **lacks_ret)
{
	*lacks_ret = NULL;
	memset(compiler, 0, sizeof(*compiler));
	compiler->hop_count = 1;
	compiler->hops[0].start = UINT64_MAX;
	for (size_t i = 0; i < view->field_count; i++) {
		const struct view_field *field = &view->fields[i];
		struct view_slot *slot = &compiler->slots[i];
		struct inspect_error *error = resolve_field(compiler, type, field, slot);

		if (error)
			return error;
		if (!slot->path && field->required) {
			*lacks_ret = field->paths[0];
			return NULL;
		}
		if (slot->path && slot_wanted(field, slot))
			hop_cover(&compiler->hops[slot->hop], slot->offset, slot_wanted(field, slot));
	}
	for (size_t i = 1; i < compiler->hop_count; i++)
		hop_cover(&compiler->hops[compiler->hops[i].parent], compiler->hops[i].pointer, 8);
	return NULL;
}

static struct inspect_error *anchor_offset(struct type *type, const char *anchor, uint64_t *offset_ret, bool *found_ret)
{
	struct compiler compiler = { .hop_count = 1 };
	struct cursor at = { .type = type };
	struct inspect_error *error;

	*offset_ret = 0;
	*found_ret = true;
	if (!anchor)
		return NULL;
	error = resolve_path(&compiler, anchor, &at, found_ret);
	*offset_ret = at.offset;
	return error;
}

/* Copies what the compiler found into the plan. */
static struct inspect_error *plan_fill(struct view_plan *plan, const struct compiler *compiler, struct arena *arena)
{
	size_t slots = plan->view->field_count * sizeof(*plan->slots);
	size_t hops = compiler->hop_count * sizeof(*plan->hops);
	uint64_t longest = 8;

	for (size_t i = 0; i < compiler->hop_count; i++) {
		const struct view_hop *hop = &compiler->hops[i];

		if (hop->end > hop->start && hop->end - hop->start > longest)
			longest = hop->end - hop->start;
	}
	if (longest > VIEW_SPAN_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "a span of %llu bytes", (unsigned long long)longest);
	plan->hop_count = compiler->hop_count;
	plan->hops = arena_alloc(arena, hops);
	plan->slots = arena_alloc(arena, slots);
	plan->scratch = arena_alloc(arena, longest);
	if (!plan->hops || !plan->slots || !plan->scratch)
		return &error_nomem;
	memcpy(plan->hops, compiler->hops, hops);
	memcpy(plan->slots, compiler->slots, slots);
	return NULL;
}

static bool plans_equal(const struct view_plan *a, const struct view_plan *b)
{
	if (a->anchor != b->anchor || a->hop_count != b->hop_count)
		return false;
	for (size_t i = 0; i < a->hop_count; i++) {
		if (a->hops[i].parent != b->hops[i].parent || a->hops[i].pointer != b->hops[i].pointer)
			return false;
	}
	for (size_t i = 0; i < a->view->field_count; i++) {
		const struct view_slot *x = &a->slots[i], *y = &b->slots[i];

		if (x->path != y->path || x->hop != y->hop || x->offset != y->offset || x->size != y->size ||
		    x->bit_offset != y->bit_offset || x->bit_size != y->bit_size)
			return false;
	}
	return true;
}

/* Why no type fitted, for the message; the last reason of a variant stands for its others. */
static void note_lack(struct strbuf *lacks, const char *type, const char *what)
{
	strbuf_printf(lacks, "%s%s has no %s", lacks->length ? ", " : "", type, what);
}

static struct inspect_error *try_candidate(const struct view *view, const struct view_variant *variant,
					   struct type *type, struct arena *arena, struct view_plan *plan,
					   struct strbuf *lacks)
{
	struct view_plan tried = { .view = view, .type = variant->type };
	struct inspect_error *error;
	struct compiler compiler;
	const char *lack = NULL;
	bool found;

	error = type_complete(type);
	if (error || type->is_declaration)
		return error;
	error = anchor_offset(type, variant->anchor, &tried.anchor, &found);
	if (!error && found)
		error = try_type(view, type, &compiler, &lack);
	if (error)
		return error_context(error, "%s", variant->type);
	if (!found || lack) {
		note_lack(lacks, variant->type, found ? lack : variant->anchor);
		return NULL;
	}
	tried.type_size = type->size;
	error = plan_fill(&tried, &compiler, arena);
	if (error)
		return error;
	if (plan->view && !plans_equal(plan, &tried))
		return error_create(INSPECT_ERROR_LOOKUP, "two different definitions of %s fit", variant->type);
	if (!plan->view)
		*plan = tried;
	return NULL;
}

static struct inspect_error *try_variant(const struct view *view, const struct view_variant *variant,
					 const struct scopes *scopes, struct arena *arena, struct view_plan *plan,
					 struct strbuf *lacks)
{
	static const struct {
		const char *prefix;
		unsigned int kinds;
	} prefixes[] = {
		{ "struct ", TYPE_BIT(TYPE_STRUCT) },
		{ "union ", TYPE_BIT(TYPE_UNION) },
		{ "", TYPE_BIT(TYPE_TYPEDEF) },
	};
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;
	size_t i = 0;

	while (strncmp(variant->type, prefixes[i].prefix, strlen(prefixes[i].prefix)))
		i++;
	for (size_t s = 0; s < scopes->count && !error; s++)
		error = scope_find(scopes->items[s], variant->type + strlen(prefixes[i].prefix), prefixes[i].kinds,
				   &types);
	if (!error && !types.count)
		strbuf_printf(lacks, "%sno %s", lacks->length ? ", " : "", variant->type);
	for (size_t t = 0; t < types.count && !error; t++)
		error = try_candidate(view, variant, types.items[t], arena, plan, lacks);
	vec_deinit(&types);
	return error;
}

struct inspect_error *view_compile(const struct view *view, const struct scopes *scopes, struct arena *arena,
				   struct view_plan *plan)
{
	struct view_plan compiled = { 0 };
	struct inspect_error *error = NULL;
	struct strbuf lacks;

	strbuf_init(&lacks);
	for (size_t i = 0; i < view->variant_count && !error && !compiled.view; i++)
		error = try_variant(view, &view->variants[i], scopes, arena, &compiled, &lacks);
	if (!error && !compiled.view)
		error = error_create(INSPECT_ERROR_LOOKUP, "this kernel's layout is not known: %s",
				     lacks.bytes ? lacks.bytes : "no types");
	strbuf_deinit(&lacks);
	if (error)
		return error_context(error, "view %s", view->name);
	*plan = compiled;
	return NULL;
}

const struct view_slot *view_slot_at(const struct view_plan *plan, size_t offset)
{
	for (size_t i = 0; i < plan->view->field_count; i++) {
		if (plan->view->fields[i].offset == offset)
			return &plan->slots[i];
	}
	return NULL;
}

/* Little endian bytes into the low end of an integer, then the bit-field out of it. */
static uint64_t slot_integer(const struct view_slot *slot, const uint8_t *bytes, bool is_signed)
{
	unsigned int bits = slot->bit_size ? slot->bit_size : (unsigned int)slot->size * 8;
	uint64_t value = 0;

	memcpy(&value, bytes, slot->size);
	value = le64toh(value) >> slot->bit_offset;
	if (bits < 64) {
		value &= (UINT64_C(1) << bits) - 1;
		if (is_signed && value >> (bits - 1))
			value |= ~UINT64_C(0) << bits;
	}
	return value;
}

static void slot_store(const struct view_field *field, const struct view_slot *slot, const uint8_t *bytes, void *out)
{
	char *to = (char *)out + field->offset;

	if (field->kind == VIEW_BYTES || field->kind == VIEW_STRING) {
		memcpy(to, bytes, slot_wanted(field, slot));
	} else {
		uint64_t value = slot_integer(slot, bytes, field->kind == VIEW_SIGNED);

		memcpy(to, &value, sizeof(value));
	}
}

/* What is known of a hop while an object is read. */
struct hop_state {
	uint64_t base; /* 0: the pointer to it is NULL */
	bool unreachable; /* the pointer to it could not be read */
};

/* Fields of one hop out of one read; where that faults, each field by itself. */
static void read_hop_fields(const struct view_plan *plan, struct memory *memory, size_t h, const struct hop_state *hop,
			    bool whole, void *out)
{
	struct view_state *state = out;

	for (size_t i = 0; i < plan->view->field_count; i++) {
		const struct view_field *field = &plan->view->fields[i];
		const struct view_slot *slot = &plan->slots[i];
		const uint8_t *bytes = plan->scratch + (slot->offset - plan->hops[h].start);

		if (!slot->path || slot->hop != h)
			continue;
		if (!hop->base) {
			*(hop->unreachable ? &state->fault : &state->absent) |= VIEW_BIT(field->offset);
			continue;
		}
		if (slot->is_address) {
			uint64_t address = hop->base + slot->offset;

			memcpy((char *)out + field->offset, &address, sizeof(address));
			continue;
		}
		if (!whole) {
			if (memory_read(memory, hop->base + slot->offset, plan->scratch, slot_wanted(field, slot), NULL)) {
				state->fault |= VIEW_BIT(field->offset);
				continue;
			}
			bytes = plan->scratch;
		}
		slot_store(field, slot, bytes, out);
	}
}

/* The pointers of one hop that further hops follow. */
static void read_hop_pointers(const struct view_plan *plan, struct memory *memory, size_t h, bool whole,
			      struct hop_state *hops)
{
	for (size_t i = h + 1; i < plan->hop_count; i++) {
		uint64_t pointer = 0;

		if (plan->hops[i].parent != h)
			continue;
		if (!hops[h].base) {
			hops[i].unreachable = hops[h].unreachable;
		} else if (whole) {
			memcpy(&pointer, plan->scratch + (plan->hops[i].pointer - plan->hops[h].start), 8);
			hops[i].base = le64toh(pointer);
		} else if (memory_read_u64(memory, hops[h].base + plan->hops[i].pointer, 8, &hops[i].base)) {
			hops[i].base = 0;
			hops[i].unreachable = true;
		}
	}
}

bool view_read(const struct view_plan *plan, struct memory *memory, uint64_t address, void *out)
{
	/* A NULL pointer on the way is absence; an object at NULL is one that cannot be read. */
	struct hop_state hops[VIEW_HOPS] = { { address - plan->anchor, address == plan->anchor } };
	struct view_state *state = out;

	memset(out, 0, plan->view->size);
	for (size_t i = 0; i < plan->view->field_count; i++) {
		if (!plan->slots[i].path)
			state->absent |= VIEW_BIT(plan->view->fields[i].offset);
	}
	for (size_t h = 0; h < plan->hop_count; h++) {
		const struct view_hop *hop = &plan->hops[h];
		bool whole = false;

		if (hops[h].base && hop->end > hop->start)
			whole = !memory_read(memory, hops[h].base + hop->start, plan->scratch, hop->end - hop->start, NULL);
		read_hop_pointers(plan, memory, h, whole, hops);
		read_hop_fields(plan, memory, h, &hops[h], whole, out);
	}
	return !state->fault;
}

enum inspect_fault view_fault(const struct view_plan *plan, struct memory *memory, uint64_t address, size_t offset,
			      uint64_t *fault_address_ret)
{
	const struct view_slot *slot = view_slot_at(plan, offset);
	uint16_t way[VIEW_HOPS];
	uint64_t base = address - plan->anchor;
	size_t steps = 0;
	enum inspect_fault fault;

	*fault_address_ret = address;
	if (!slot || !slot->path)
		return INSPECT_FAULT_NONE;
	for (uint16_t h = slot->hop; h; h = plan->hops[h].parent)
		way[steps++] = h;
	while (steps--) {
		*fault_address_ret = base + plan->hops[way[steps]].pointer;
		fault = memory_read_u64(memory, *fault_address_ret, 8, &base);
		if (fault)
			return fault;
	}
	*fault_address_ret = base + slot->offset;
	for (size_t i = 0; i < plan->view->field_count; i++) {
		if (&plan->slots[i] == slot)
			return memory_read(memory, base + slot->offset, plan->scratch,
					   slot_wanted(&plan->view->fields[i], slot), fault_address_ret);
	}
	return INSPECT_FAULT_NONE;
}

enum inspect_fault view_first_fault(const struct view_plan *plan, struct memory *memory, uint64_t address,
				    const void *out, uint64_t *fault_address_ret)
{
	const struct view_state *state = out;
	enum inspect_fault fault = INSPECT_FAULT_NONE;

	*fault_address_ret = address;
	for (size_t i = 0; i < plan->view->field_count && !fault; i++) {
		if (state->fault & VIEW_BIT(plan->view->fields[i].offset))
			fault = view_fault(plan, memory, address, plan->view->fields[i].offset, fault_address_ret);
	}
	return fault;
}
