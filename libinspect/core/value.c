/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/value.h"

#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "core/value_notes.h"

/* What one fault tells about: the smallest page Linux has. Larger pages yield gaps that are joined. */
#define FAULT_SIZE 4096

#define AGGREGATES (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY))

struct gap_list {
	struct value_gap *items;
	size_t count;
	size_t capacity;
};

/* Appends a gap, or makes the last one longer. */
static bool gap_append(struct gap_list *gaps, uint64_t offset, uint64_t size, enum inspect_fault fault)
{
	struct value_gap *last = gaps->count ? &gaps->items[gaps->count - 1] : NULL;

	if (last && last->fault == fault && last->offset + last->size == offset) {
		last->size += size;
		return true;
	}
	return vec_push(gaps, ((struct value_gap){ offset, size, fault }));
}

/* Reads @size bytes into @bytes, which are cleared; where that faults, a page is left out. */
static bool read_pages(struct memory *memory, uint64_t address, uint8_t *bytes, uint64_t size, struct gap_list *gaps)
{
	uint64_t done = 0;

	while (done < size) {
		uint64_t stopped, skip;
		enum inspect_fault fault;

		fault = memory_read(memory, address + done, bytes + done, size - done, &stopped);
		if (!fault)
			return true;
		done = stopped - address;
		skip = FAULT_SIZE - stopped % FAULT_SIZE;
		if (skip > size - done)
			skip = size - done;
		memset(bytes + done, 0, skip);
		if (!gap_append(gaps, done, skip, fault))
			return false;
		done += skip;
	}
	return true;
}

/* Reads what @value refers to, up to @limit bytes. */
static struct inspect_error *read_bytes(struct memory *memory, uint64_t limit, struct arena *arena, struct value *value)
{
	uint64_t size = value->size < limit ? value->size : limit;
	uint8_t *bytes = arena_calloc(arena, 1, size);
	struct gap_list gaps = {};
	struct value_gap *kept;
	bool ok;

	ok = bytes && read_pages(memory, value->address, bytes, size, &gaps);
	value->cut = size < value->size;
	if (ok && value->cut)
		ok = gap_append(&gaps, size, value->size - size, INSPECT_FAULT_NONE);
	kept = ok ? arena_calloc(arena, gaps.count, sizeof(*kept)) : NULL;
	if (kept && gaps.count)
		memcpy(kept, gaps.items, gaps.count * sizeof(*kept));
	value->bytes = bytes;
	value->gaps = kept;
	value->gap_count = gaps.count;
	vec_deinit(&gaps);
	return kept ? NULL : &error_nomem;
}

/* The bytes of a number or a constant, as they would be in memory. */
static struct inspect_error *value_bytes(const struct object *object, const struct type *underlying,
					 struct arena *arena, struct value *value)
{
	float single = (float)object->f;
	uint8_t *bytes;

	if (TYPE_BIT(underlying->kind) & AGGREGATES) {
		value->bytes = object->bytes;
		return NULL;
	}
	bytes = arena_calloc(arena, 1, value->size > 8 ? value->size : 8);
	if (!bytes)
		return &error_nomem;
	if (underlying->kind == TYPE_FLOAT && value->size == sizeof(single)) {
		memcpy(bytes, &single, sizeof(single));
	} else {
		memcpy(bytes, &object->u, sizeof(object->u));
		if (value->size == 16)
			memcpy(bytes + 8, &object->high, sizeof(object->high));
	}
	value->bytes = bytes;
	return NULL;
}

static struct inspect_error *check_loadable(const struct object *object, const struct type *underlying)
{
	const unsigned int functions = TYPE_BIT(TYPE_FUNCTION) | TYPE_BIT(TYPE_FUNC);

	if (underlying->kind == TYPE_VOID)
		return error_create(INSPECT_ERROR_USAGE, "void has no value: cast its address to a type");
	if (object->kind == OBJECT_VALUE && (TYPE_BIT(underlying->kind) & functions ||
					     (TYPE_BIT(underlying->kind) & AGGREGATES && !object->bytes)))
		return error_create(INSPECT_ERROR_USAGE, "a %s is no value of its own, only memory is",
				    type_kind_string(underlying->kind));
	if (object->bit_size > 64 || object->bit_offset > 7)
		return error_create(INSPECT_ERROR_FORMAT, "a bit-field of %u bits makes no sense", object->bit_size);
	return NULL;
}

/* The type, the size and the bytes of @value. */
static struct inspect_error *load_bytes(struct memory *memory, const struct object *object,
					const struct value_options *options, struct arena *arena, struct value *value)
{
	uint64_t limit = options->limit && options->limit < VALUE_SIZE_MAX ? options->limit : VALUE_SIZE_MAX;
	struct inspect_error *error;
	struct type *underlying;

	error = type_underlying(object->type, &underlying);
	if (!error)
		error = check_loadable(object, underlying);
	if (!error)
		error = type_size(object->type, &value->size);
	if (error)
		return error;
	if (object->kind == OBJECT_VALUE)
		return value_bytes(object, underlying, arena, value);
	value->address = object->address;
	value->bit_offset = object->bit_offset;
	value->bit_size = object->bit_size;
	if (value->bit_size)
		value->size = (value->bit_offset + value->bit_size + 7) / 8;
	return read_bytes(memory, limit, arena, value);
}

/* Whether nothing of @value could be read, whatever the reasons: the NULL page and what is behind it are two. */
static bool is_lost(const struct value *value)
{
	uint64_t lost = 0;

	for (size_t i = 0; i < value->gap_count; i++)
		lost += value->gaps[i].fault ? value->gaps[i].size : 0;
	return value->size && lost == value->size;
}

/* Loads what the pointer @value points to, where it points to something that can be shown. */
static struct inspect_error *load_target(struct memory *memory, const struct value *value,
					 const struct value_options *options, struct arena *arena,
					 const struct value **target_ret)
{
	const unsigned int functions = TYPE_BIT(TYPE_FUNCTION) | TYPE_BIT(TYPE_FUNC);
	struct value_options once = *options;
	struct inspect_error *error;
	struct value_part part;
	struct object object;
	struct value *target;
	struct type *type;

	error = value_part_whole(value, &part);
	if (error || part.underlying->kind != TYPE_POINTER || value_part_state(&part, NULL) != VALUE_READ ||
	    (options->strings && type_is_character(part.underlying->target)))
		return error;
	error = type_underlying(part.underlying->target, &type);
	if (error || TYPE_BIT(type->kind) & functions)
		return error;
	target = arena_calloc(arena, 1, sizeof(*target));
	if (!target)
		return &error_nomem;
	once.dereference = false;
	object = object_reference(part.underlying->target, value_part_u64(&part));
	error = value_load(memory, &object, &once, arena, target);
	if (error && (inspect_error_code(error) == INSPECT_ERROR_LOOKUP ||
		      inspect_error_code(error) == INSPECT_ERROR_USAGE)) {
		inspect_error_destroy(error); /* void, what is only declared */
		return NULL;
	}
	if (!error && !is_lost(target))
		*target_ret = target;
	return error;
}

struct inspect_error *value_load(struct memory *memory, const struct object *object,
				 const struct value_options *options, struct arena *arena, struct value *value_ret)
{
	struct value value = { .kind = object->kind, .type = object->type };
	struct inspect_error *error = NULL;

	if (object->kind != OBJECT_ABSENT)
		error = load_bytes(memory, object, options, arena, &value);
	if (!error && value.bytes && (options->strings || options->symbols))
		error = value_notes_load(memory, options, arena, &value);
	if (!error && value.bytes && options->dereference)
		error = load_target(memory, &value, options, arena, &value.target);
	if (!error)
		*value_ret = value;
	return error;
}

size_t value_faults(const struct value *value)
{
	size_t faults = value->target ? value_faults(value->target) : 0;

	for (size_t i = 0; i < value->gap_count; i++)
		faults += value->gaps[i].fault != INSPECT_FAULT_NONE;
	return faults;
}
