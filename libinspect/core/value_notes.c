/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/value_notes.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "core/parts.h"
#include "core/symbol.h"

/* Budgets: one string, all strings of one value, the parts of a value, and how deep they nest. */
#define STRING_MAX (64 * 1024)
#define STRINGS_MAX (16 << 20)
#define FAULT_COST 1024 /* of a string that ends in a fault, which may have been long */
#define PARTS_MAX (1 << 25)
#define NESTING_MAX 100

/*
 * Kernel addresses have the highest bit set. Below lie the symbols of x86-64's per-CPU variables, which are offsets
 * (until 6.15, commit 9d7de2aa8b41 "x86/percpu/64: Use relative percpu offsets").
 */
#define KERNEL_START (UINT64_C(1) << 63)

struct collector {
	struct memory *memory;
	const struct value_options *options;
	struct arena *arena;
	struct {
		struct value_note *items;
		size_t count;
		size_t capacity;
	} notes;
	char *buffer; /* STRING_MAX + 1 bytes, on first use */
	size_t string_bytes;
	uint32_t parts;
};

static struct inspect_error *note_string(struct collector *collector, uint64_t offset, uint64_t address)
{
	struct value_note note = { .offset = offset, .kind = VALUE_NOTE_STRING };
	size_t length;

	if (!collector->buffer)
		collector->buffer = malloc(STRING_MAX + 1);
	if (!collector->buffer)
		return &error_nomem;
	if (collector->string_bytes > STRINGS_MAX)
		return NULL;
	if (memory_read_string(collector->memory, address, collector->buffer, STRING_MAX + 1, &length)) {
		collector->string_bytes += FAULT_COST;
		return NULL;
	}
	collector->string_bytes += length + 1;
	note.text = arena_strndup(collector->arena, collector->buffer, length);
	note.length = length;
	note.cut = length == STRING_MAX;
	return note.text && vec_push(&collector->notes, note) ? NULL : &error_nomem;
}

static struct inspect_error *note_symbol(struct collector *collector, uint64_t offset, uint64_t address)
{
	struct value_note note = { .offset = offset, .kind = VALUE_NOTE_SYMBOL };
	struct symbol symbol;

	if (address < KERNEL_START || !symbols_lookup(collector->options->symbols, address, &symbol))
		return NULL;
	note.text = arena_strdup(collector->arena, symbol.name);
	note.length = strlen(symbol.name);
	note.distance = address - symbol.address;
	return note.text && vec_push(&collector->notes, note) ? NULL : &error_nomem;
}

static struct inspect_error *note_pointer(struct collector *collector, const struct value_part *part)
{
	uint64_t offset = part->bit_offset / 8, address;
	struct inspect_error *error = NULL;

	if (part->bit_size || value_part_state(part, NULL) != VALUE_READ)
		return NULL;
	address = value_part_u64(part);
	if (!address)
		return NULL;
	if (collector->options->strings && type_is_character(part->underlying->target))
		error = note_string(collector, offset, address);
	if (!error && collector->options->symbols)
		error = note_symbol(collector, offset, address);
	return error;
}

static struct inspect_error *collect(struct collector *collector, const struct value_part *part, unsigned int level);

static struct inspect_error *collect_members(struct collector *collector, const struct value_part *part,
					     unsigned int level)
{
	const struct type *type = part->underlying;
	struct inspect_error *error = NULL;
	struct value_part member;

	for (uint32_t i = 0; i < type->count && !error; i++) {
		error = value_part_of(part, type->members[i].type, type->members[i].bit_offset,
				      type->members[i].bit_size, &member);
		if (!error)
			error = collect(collector, &member, level + 1);
	}
	return error;
}

static struct inspect_error *collect_elements(struct collector *collector, const struct value_part *part,
					      unsigned int level)
{
	const unsigned int with_pointers = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY) | TYPE_BIT(TYPE_POINTER);
	struct inspect_error *error;
	struct parts_item item;
	struct parts parts;
	bool more;

	if (!part->size)
		return NULL;
	error = parts_init(&parts, part, 0);
	if (error || !(TYPE_BIT(parts.element.underlying->kind) & with_pointers))
		return error;
	for (;;) {
		error = parts_next(&parts, &item, &more);
		if (error || !more)
			return error;
		error = collect(collector, &item.part, level + 1);
		if (error)
			return error;
	}
}

static struct inspect_error *collect(struct collector *collector, const struct value_part *part, unsigned int level)
{
	const struct value_gap *gap;

	if (level > NESTING_MAX || ++collector->parts > PARTS_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "the type of the value has too many parts, or nests too deep");
	if (value_part_is_lost(part, &gap))
		return NULL;
	switch (part->underlying->kind) {
	case TYPE_POINTER:
		return note_pointer(collector, part);
	case TYPE_STRUCT:
	case TYPE_UNION:
		return collect_members(collector, part, level);
	case TYPE_ARRAY:
		return collect_elements(collector, part, level);
	default:
		return NULL;
	}
}

static int note_compare(const void *left, const void *right)
{
	const struct value_note *a = left, *b = right;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return (a->kind > b->kind) - (a->kind < b->kind);
}

/* Sorts the notes and keeps one of each: members of a union see the same pointer. */
static struct inspect_error *notes_finish(struct collector *collector, struct value *value)
{
	size_t count = collector->notes.count, kept = 0;
	struct value_note *notes = arena_calloc(collector->arena, count, sizeof(*notes));

	if (!notes)
		return &error_nomem;
	if (count)
		qsort(collector->notes.items, count, sizeof(*notes), note_compare);
	for (size_t i = 0; i < count; i++) {
		if (!kept || note_compare(&notes[kept - 1], &collector->notes.items[i]))
			notes[kept++] = collector->notes.items[i];
	}
	value->notes = notes;
	value->note_count = kept;
	return NULL;
}

struct inspect_error *value_notes_load(struct memory *memory, const struct value_options *options, struct arena *arena,
				       struct value *value)
{
	struct collector collector = { .memory = memory, .options = options, .arena = arena };
	struct inspect_error *error;
	struct value_part part;

	error = value_part_whole(value, &part);
	if (!error)
		error = collect(&collector, &part, 0);
	if (!error)
		error = notes_finish(&collector, value);
	vec_deinit(&collector.notes);
	free(collector.buffer);
	return error;
}
