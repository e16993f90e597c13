/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of loaded values: where they are and whether they were read. */
#include <string.h>

#include "base/error.h"
#include "core/bits.h"
#include "core/value.h"

static struct inspect_error *part_init(const struct value *value, struct type *type, uint64_t bit_offset,
				       uint32_t bit_size, struct value_part *part_ret)
{
	struct value_part part = { .value = value, .type = type, .bit_offset = bit_offset, .bit_size = bit_size };
	struct inspect_error *error;

	error = type_underlying(type, &part.underlying);
	if (!error)
		error = type_complete(part.underlying);
	if (!error)
		error = type_size(part.underlying, &part.size);
	if (error)
		return error;
	if (bit_size > 64)
		return error_create(INSPECT_ERROR_FORMAT, "a bit-field of %u bits makes no sense", bit_size);
	*part_ret = part;
	return NULL;
}

struct inspect_error *value_part_whole(const struct value *value, struct value_part *part_ret)
{
	return part_init(value, value->type, value->bit_offset, value->bit_size, part_ret);
}

struct inspect_error *value_part_of(const struct value_part *parent, struct type *type, uint64_t bit_offset,
				    uint32_t bit_size, struct value_part *part_ret)
{
	uint64_t start;

	if (__builtin_add_overflow(parent->bit_offset, bit_offset, &start))
		return error_create(INSPECT_ERROR_FORMAT, "a part of %s lies behind the end of memory",
				    parent->type->name ? parent->type->name : "the value");
	return part_init(parent->value, type, start, bit_size, part_ret);
}

/* The bytes that @part touches; false where they are not all in the value. */
static bool part_bytes(const struct value_part *part, uint64_t *start_ret, uint64_t *size_ret)
{
	uint64_t start = part->bit_offset / 8;
	uint64_t size = part->bit_size ? bits_span(part->bit_offset % 8, part->bit_size) : part->size;

	*start_ret = start;
	*size_ret = size;
	return start <= part->value->size && size <= part->value->size - start &&
	       (part->bit_size || part->bit_offset % 8 == 0);
}

/* The first gap that ends behind the byte at @start, or NULL. */
static const struct value_gap *gap_behind(const struct value *value, uint64_t start)
{
	size_t low = 0, high = value->gap_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (value->gaps[middle].offset + value->gaps[middle].size <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < value->gap_count ? &value->gaps[low] : NULL;
}

enum value_state value_part_state(const struct value_part *part, const struct value_gap **gap_ret)
{
	const struct value_gap *gap;
	uint64_t start, size;

	if (!part_bytes(part, &start, &size))
		return VALUE_OUTSIDE;
	gap = size ? gap_behind(part->value, start) : NULL;
	if (!gap || gap->offset >= start + size)
		return VALUE_READ;
	if (gap_ret)
		*gap_ret = gap;
	return VALUE_GAP;
}

bool value_part_is_lost(const struct value_part *part, const struct value_gap **gap_ret)
{
	const struct value_gap *gap;
	uint64_t start, size;

	if (value_part_state(part, &gap) != VALUE_GAP)
		return false;
	part_bytes(part, &start, &size);
	if (gap->offset > start || gap->offset + gap->size < start + size)
		return false;
	*gap_ret = gap;
	return true;
}

const uint8_t *value_part_bytes(const struct value_part *part)
{
	return part->value->bytes + part->bit_offset / 8;
}

uint64_t value_part_u64(const struct value_part *part)
{
	unsigned int bits = part->bit_size ? part->bit_size : (unsigned int)(part->size < 8 ? part->size : 8) * 8;

	if (!bits)
		return 0;
	return bits_extract(value_part_bytes(part), part->bit_offset % 8, bits, part->underlying->is_signed);
}

const struct value_note *value_part_note(const struct value_part *part, enum value_note_kind kind)
{
	const struct value *value = part->value;
	uint64_t offset = part->bit_offset / 8;
	size_t low = 0, high = value->note_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct value_note *note = &value->notes[middle];

		if (note->offset == offset && note->kind == kind)
			return note;
		if (note->offset < offset || (note->offset == offset && note->kind < kind))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
