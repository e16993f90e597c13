/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A place in the bytes of DWARF. Reads move forward and never leave [at, end): what does not fit reads as 0, moves to
 * the end and sets `failed`, which is asked once for many reads.
 */
#ifndef DWARF_DWARF_CURSOR_H
#define DWARF_DWARF_CURSOR_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct dwarf_cursor {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

static inline void dwarf_skip(struct dwarf_cursor *cursor, uint64_t size)
{
	if (size <= (uint64_t)(cursor->end - cursor->at)) {
		cursor->at += size;
	} else {
		cursor->at = cursor->end;
		cursor->failed = true;
	}
}

/* A little-endian number of @size bytes, at most 8. */
static inline uint64_t dwarf_number(struct dwarf_cursor *cursor, unsigned int size)
{
	const uint8_t *from = cursor->at;
	uint64_t value = 0;

	/* Nearly always: one load, whatever the size. */
	if (cursor->end - from >= 8) {
		memcpy(&value, from, 8);
		cursor->at += size;
		return size == 8 ? le64toh(value) : le64toh(value) & ((UINT64_C(1) << 8 * size) - 1);
	}
	dwarf_skip(cursor, size);
	if (!cursor->failed)
		memcpy(&value, from, size);
	return le64toh(value);
}

static inline uint64_t dwarf_uleb(struct dwarf_cursor *cursor)
{
	uint64_t value = 0;

	if (cursor->at < cursor->end && !(*cursor->at & 0x80))
		return *cursor->at++;
	for (unsigned int shift = 0; cursor->at < cursor->end; shift += 7) {
		uint8_t byte = *cursor->at++;

		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	cursor->failed = true;
	return 0;
}

static inline void dwarf_skip_string(struct dwarf_cursor *cursor)
{
	const uint8_t *nul = memchr(cursor->at, 0, (size_t)(cursor->end - cursor->at));

	if (nul)
		cursor->at = nul + 1;
	else
		dwarf_skip(cursor, UINT64_MAX);
}

#endif
