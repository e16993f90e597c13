/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/memory.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"

/* No kernel maps its first page; the size is the smallest page Linux has. */
#define MEMORY_NULL_SIZE 4096

void memory_init(struct memory *memory)
{
	memset(memory, 0, sizeof(*memory));
}

void memory_deinit(struct memory *memory)
{
	vec_deinit(&memory->physical);
	vec_deinit(&memory->virtual);
}

static struct inspect_error *segments_add(struct memory_segments *segments, const struct memory_segment *segment)
{
	struct memory_segment added = *segment;

	if (!added.size)
		return NULL;
	if (added.start + (added.size - 1) < added.start)
		added.size = -added.start;
	if (added.filled > added.size)
		added.filled = added.size;
	return vec_push(segments, added) ? NULL : &error_nomem;
}

struct inspect_error *memory_add_physical(struct memory *memory, const struct memory_segment *segment)
{
	return segments_add(&memory->physical, segment);
}

struct inspect_error *memory_add_virtual(struct memory *memory, const struct memory_segment *segment)
{
	return segments_add(&memory->virtual, segment);
}

/* Last address of a segment: its end may be 2^64. */
static uint64_t segment_last(const struct memory_segment *segment)
{
	return segment->start + (segment->size - 1);
}

static int segment_compare(const void *left, const void *right)
{
	const struct memory_segment *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->size > b->size ? -1 : a->size < b->size;
}

/* Cuts the first @skip bytes off. */
static void segment_advance(struct memory_segment *segment, uint64_t skip)
{
	segment->start += skip;
	segment->size -= skip;
	segment->filled = segment->filled > skip ? segment->filled - skip : 0;
	segment->position += skip;
}

/*
 * Sorts and cuts overlaps away, so that a look-up is one binary search. Dumps hold consistent copies where they
 * overlap.
 */
static struct inspect_error *segments_ready(struct memory_segments *segments)
{
	struct memory_segments kept = { 0 };

	if (!segments->count)
		return NULL;
	qsort(segments->items, segments->count, sizeof(*segments->items), segment_compare);
	for (size_t i = 0; i < segments->count; i++) {
		struct memory_segment segment = segments->items[i];

		if (kept.count) {
			uint64_t last = segment_last(&kept.items[kept.count - 1]);

			if (segment_last(&segment) <= last)
				continue;
			if (segment.start <= last)
				segment_advance(&segment, last - segment.start + 1);
		}
		if (!vec_push(&kept, segment)) {
			vec_deinit(&kept);
			return &error_nomem;
		}
	}
	vec_deinit(segments);
	*segments = kept;
	return NULL;
}

struct inspect_error *memory_ready(struct memory *memory)
{
	struct inspect_error *error = segments_ready(&memory->physical);

	return error ? error : segments_ready(&memory->virtual);
}

/* The index of the last segment that starts at or before @address, or -1. */
static ptrdiff_t segments_floor(const struct memory_segments *segments, uint64_t address)
{
	size_t low = 0, high = segments->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (segments->items[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return (ptrdiff_t)low - 1;
}

static const struct memory_segment *segments_find(const struct memory_segments *segments, uint64_t address)
{
	ptrdiff_t i = segments_floor(segments, address);

	if (i < 0 || address > segment_last(&segments->items[i]))
		return NULL;
	return &segments->items[i];
}

bool memory_next_physical(const struct memory *memory, uint64_t start, uint64_t *start_ret, uint64_t *size_ret)
{
	ptrdiff_t i = segments_floor(&memory->physical, start);

	for (i = i < 0 ? 0 : i; (size_t)i < memory->physical.count; i++) {
		const struct memory_segment *segment = &memory->physical.items[i];
		uint64_t skip = start > segment->start ? start - segment->start : 0;

		if (skip >= segment->filled)
			continue;
		*start_ret = segment->start + skip;
		*size_ret = segment->filled - skip;
		return true;
	}
	return false;
}

/* Reads up to @size bytes from one segment; *@done_ret says how many before a fault, or before its end. */
static enum inspect_fault segment_read(struct memory *memory, const struct memory_segment *segment, uint64_t address,
				       void *buf, size_t size, size_t *done_ret)
{
	uint64_t offset = address - segment->start;
	size_t done = 0;
	enum inspect_fault fault;

	*done_ret = 0;
	if (offset >= segment->filled)
		return INSPECT_FAULT_NOT_IN_DUMP;
	if (size > segment->filled - offset)
		size = (size_t)(segment->filled - offset);
	memory->reads++;
	fault = segment->read(segment->arg, segment->position + offset, buf, size, &done);
	*done_ret = fault ? done : size;
	return fault;
}

enum inspect_fault memory_read_physical(struct memory *memory, uint64_t address, void *buf, size_t size,
					uint64_t *fault_address_ret)
{
	char *out = buf;

	while (size) {
		const struct memory_segment *segment = segments_find(&memory->physical, address);
		enum inspect_fault fault = INSPECT_FAULT_NOT_IN_DUMP;
		size_t done = 0;

		if (segment)
			fault = segment_read(memory, segment, address, out, size, &done);
		address += done;
		out += done;
		size -= done;
		if (fault) {
			if (fault_address_ret)
				*fault_address_ret = address;
			return fault;
		}
	}
	return INSPECT_FAULT_NONE;
}

enum inspect_fault memory_translate(struct memory *memory, uint64_t address, struct memory_translation *out,
				    struct memory_trace *trace)
{
	if (trace)
		trace->count = 0;
	if (address < MEMORY_NULL_SIZE)
		return INSPECT_FAULT_NULL;
	if (!memory->translate_ops)
		return INSPECT_FAULT_UNMAPPED;
	return memory->translate_ops->translate(memory->translate_arg, address, out, trace);
}

/* Adds to a translation what follows it at both addresses, up to @size bytes: few large reads are faster than many. */
static void extend_translation(struct memory *memory, uint64_t address, size_t size,
			       struct memory_translation *translation)
{
	struct memory_translation next;

	while (translation->extent < size && address + translation->extent > address &&
	       !memory_translate(memory, address + translation->extent, &next, NULL) &&
	       next.physical == translation->physical + translation->extent)
		translation->extent += next.extent;
}

/* Reads up to @size bytes behind one translation; *@done_ret says how many before a fault, or before its end. */
static enum inspect_fault read_translated(struct memory *memory, uint64_t address, void *buf, size_t size,
					  size_t *done_ret)
{
	struct memory_translation translation;
	enum inspect_fault fault = memory_translate(memory, address, &translation, NULL);
	uint64_t stopped;

	*done_ret = 0;
	if (fault)
		return fault;
	extend_translation(memory, address, size, &translation);
	if (size > translation.extent)
		size = (size_t)translation.extent;
	fault = memory_read_physical(memory, translation.physical, buf, size, &stopped);
	*done_ret = fault ? (size_t)(stopped - translation.physical) : size;
	return fault;
}

enum inspect_fault memory_read(struct memory *memory, uint64_t address, void *buf, size_t size,
			       uint64_t *fault_address_ret)
{
	char *out = buf;

	while (size) {
		const struct memory_segment *segment = segments_find(&memory->virtual, address);
		enum inspect_fault fault;
		size_t done = 0;

		if (address < MEMORY_NULL_SIZE)
			fault = INSPECT_FAULT_NULL;
		else if (segment)
			fault = segment_read(memory, segment, address, out, size, &done);
		else
			fault = read_translated(memory, address, out, size, &done);
		address += done;
		out += done;
		size -= done;
		if (fault) {
			if (fault_address_ret)
				*fault_address_ret = address;
			return fault;
		}
	}
	return INSPECT_FAULT_NONE;
}

enum inspect_fault memory_read_u64(struct memory *memory, uint64_t address, size_t size, uint64_t *value_ret)
{
	uint64_t value = 0;
	enum inspect_fault fault = memory_read(memory, address, &value, size, NULL);

	if (!fault)
		*value_ret = le64toh(value);
	return fault;
}

enum inspect_fault memory_read_string(struct memory *memory, uint64_t address, char *buf, size_t size,
				      size_t *length_ret)
{
	size_t length = 0;

	/* In steps that end where a page may end, so that a string before an unreadable page is read. */
	while (length < size - 1) {
		size_t step = 256 - (size_t)((address + length) & 255), wanted = size - 1 - length;
		enum inspect_fault fault;
		char *end;

		if (step > wanted)
			step = wanted;
		fault = memory_read(memory, address + length, buf + length, step, NULL);
		if (fault)
			return fault;
		end = memchr(buf + length, '\0', step);
		length = end ? (size_t)(end - buf) : length + step;
		if (end)
			break;
	}
	buf[length] = '\0';
	if (length_ret)
		*length_ret = length;
	return INSPECT_FAULT_NONE;
}

const char *inspect_fault_string(enum inspect_fault fault)
{
	static const char *const strings[] = {
		[INSPECT_FAULT_NONE] = "no fault",
		[INSPECT_FAULT_NULL] = "NULL pointer",
		[INSPECT_FAULT_UNMAPPED] = "address not mapped",
		[INSPECT_FAULT_TABLE] = "page table not readable",
		[INSPECT_FAULT_EXCLUDED] = "page excluded from the dump",
		[INSPECT_FAULT_NOT_IN_DUMP] = "memory not in the dump",
		[INSPECT_FAULT_TRUNCATED] = "behind the end of the file (truncated dump)",
		[INSPECT_FAULT_CORRUPT] = "damaged page in the dump",
		[INSPECT_FAULT_UNSUPPORTED] = "page compressed in a way this build cannot read",
		[INSPECT_FAULT_IO] = "the dump file could not be read",
	};

	return (size_t)fault < sizeof(strings) / sizeof(*strings) ? strings[fault] : "unknown fault";
}

struct inspect_error *memory_error(enum inspect_fault fault, uint64_t address)
{
	return error_fault_at(fault, address);
}
