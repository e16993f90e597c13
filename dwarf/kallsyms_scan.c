/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds the kallsyms tables by their shape, for kernels whose VMCOREINFO does not name them (before 6.0,
 * 5fd8fea935a10).
 *
 * The tokens of the ten digits are always the digits themselves, "0\0" to "9\0" at numbers 0x30 to 0x39: these 20 bytes
 * are rare. Behind the strings, kallsyms_token_index repeats where each begins, which refutes all false hits. Before
 * the strings lie the markers, a run of growing u32, and before those the names, and their count:
 *
 *   4.6 to 6.0   [addresses] [offsets, relative_base], num_syms, names, markers, token_table, token_index
 *   6.1 to 6.3   the same, with seqs_of_names before token_table (60443c88f3a8)
 *   6.4 on       num_syms, names, markers, token_table, token_index, offsets, … (404bad70fcf7)
 */
#include "kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "core/memory.h"

/* The image's text, rodata and data lie within this; Debian's and Ubuntu's have kallsyms in the first 40 MB. */
#define SCAN_SIZE (UINT64_C(128) << 20)
#define SCAN_STEP (UINT64_C(1) << 20)
#define SCAN_BLOCK ((size_t)SCAN_STEP + sizeof(digits))
#define SCAN_PAGE UINT64_C(4096)
/* The bounds of what false hits, or a dump made for the purpose, can cost. */
#define SCAN_HITS_MAX 256
#define SCAN_TABLES_MAX 8
#define SCAN_NAMES_BUDGET (UINT64_C(64) << 20)
#define WINDOW_GAPS_MAX 64

/* Enough for all markers; where seqs_of_names lies between, more is looked at. */
#define WINDOW_MIN (UINT64_C(64) << 10)

/* From one marker to the next are 256 names, of 2 to 514 bytes each. */
#define MARKER_STEP_MIN (KALLSYMS_MARKER_SPAN * 2)
#define MARKER_STEP_MAX (KALLSYMS_MARKER_SPAN * KALLSYMS_NAME_SIZE)
/* The names before the last marker take as much as it says, those behind it and num_syms at most this. */
#define BEFORE_NAMES_MAX (MARKER_STEP_MAX + 16)
/* A kernel has thousands of symbols; runs shorter than this many markers are chance. */
#define MARKERS_MIN 8

static const char digits[] = "0\0" "1\0" "2\0" "3\0" "4\0" "5\0" "6\0" "7\0" "8\0" "9";
#define DIGITS_FIRST 0x30

struct scan {
	struct memory *memory;
	uint64_t start;
	unsigned int hits;   /* places with the ten digits */
	unsigned int tables; /* those that are token tables; there is one */
	uint64_t readable;   /* bytes, for the message */
	uint64_t names_left; /* of SCAN_NAMES_BUDGET */
	uint64_t token_table;
	uint64_t token_index;
};

/* Bytes before the token table: @size of them, up to its start. Both ends are multiples of 4 in memory. */
struct window {
	uint8_t *bytes;
	size_t size;
	uint64_t address;
	size_t markers; /* where they begin in it */
	uint32_t marker_count;
	uint32_t last_marker;
};

/* Reads up to @size bytes and returns how many there were before a fault. */
static size_t read_some(struct memory *memory, uint64_t address, void *buf, size_t size)
{
	uint64_t stopped;

	return memory_read(memory, address, buf, size, &stopped) ? (size_t)(stopped - address) : size;
}

/*
 * Whether @index can be the index of a token table whose digits begin at @bytes: the positions of the tokens from '0'
 * on are then those of the strings there, all shifted by the same number.
 */
static bool index_agrees(const char *bytes, const uint8_t *index)
{
	uint32_t shift = kallsyms_u16(index + 2 * DIGITS_FIRST), position = 0;

	for (unsigned int i = DIGITS_FIRST; i < KALLSYMS_TOKENS; i++) {
		if (kallsyms_u16(index + 2 * i) != shift + position)
			return false;
		position += (uint32_t)strlen(bytes + position) + 1;
	}
	return true;
}

/* Where the strings from '0' to the last token end, or 0. */
static size_t strings_end(const char *bytes, size_t size)
{
	size_t position = 0;

	for (unsigned int i = DIGITS_FIRST; i < KALLSYMS_TOKENS; i++) {
		const char *end = memchr(bytes + position, '\0', size - position);

		if (!end)
			return 0;
		position = (size_t)(end - bytes) + 1;
	}
	return position;
}

/* Whether the digits at @hit belong to a token table; sets where that and its index are. */
static bool scan_tokens(struct scan *scan, uint64_t hit)
{
	size_t size = KALLSYMS_STRINGS_MAX + KALLSYMS_INDEX_SIZE, end;
	_cleanup_free_ char *bytes = malloc(size);

	if (!bytes)
		return false;
	size = read_some(scan->memory, hit, bytes, size);
	end = strings_end(bytes, size);
	if (!end)
		return false;
	for (unsigned int alignment = 4; alignment <= 8; alignment += 4) {
		size_t offset = (size_t)(kallsyms_align(hit + end, alignment) - hit), digits_at;
		const uint8_t *index = (uint8_t *)bytes + offset;

		if (size < offset || size - offset < KALLSYMS_INDEX_SIZE || !index_agrees(bytes, index))
			continue;
		digits_at = kallsyms_u16(index + 2 * DIGITS_FIRST);
		if (digits_at >= hit - scan->start || (hit - digits_at) % 4 != 0)
			continue;
		scan->token_table = hit - digits_at;
		scan->token_index = hit + offset;
		return true;
	}
	return false;
}

/* Finds the markers: the longest run of u32 that begins with 0 and grows as markers do. */
static bool find_markers(struct window *window)
{
	size_t start = 0, best = 0;
	uint32_t count = 0, best_count = 0, last = 0;

	window->last_marker = 0;
	for (size_t i = 0; i + 4 <= window->size; i += 4) {
		uint32_t value = kallsyms_u32(window->bytes + i);

		if (count && value > last && value - last >= MARKER_STEP_MIN && value - last <= MARKER_STEP_MAX) {
			count++;
		} else {
			count = value == 0;
			start = i;
		}
		last = value;
		if (count > best_count) {
			best_count = count;
			best = start;
			window->last_marker = value;
		}
	}
	window->markers = best;
	window->marker_count = best_count;
	return best_count >= MARKERS_MIN && best_count <= KALLSYMS_COUNT_MAX / KALLSYMS_MARKER_SPAN;
}

/*
 * The ways in which addresses may be stored around the tables that were found. The labels are aligned to 8 bytes, from
 * 7.0 on (where only the last form is left) to 4.
 */
static void list_candidates(struct kallsyms_location *location, uint64_t num_syms)
{
	uint64_t offsets_size = kallsyms_align(location->count * sizeof(uint32_t), 8);
	uint64_t index_end = location->token_index + KALLSYMS_INDEX_SIZE, behind = kallsyms_align(index_end, 8);
	uint64_t before = num_syms - 8;
	const struct kallsyms_addresses candidates[] = {
		{ KALLSYMS_BASE_RELATIVE, before - offsets_size, before },
		{ KALLSYMS_ABSOLUTE_PERCPU, before - offsets_size, before },
		{ KALLSYMS_BASE_RELATIVE, behind, behind + offsets_size },
		{ KALLSYMS_ABSOLUTE_PERCPU, behind, behind + offsets_size },
		{ KALLSYMS_ABSOLUTE, num_syms - location->count * sizeof(uint64_t), 0 },
		{ KALLSYMS_ABSOLUTE, behind, 0 },
		{ KALLSYMS_PLACE_RELATIVE, kallsyms_align(index_end, 4), 0 },
	};

	_Static_assert(sizeof(candidates) <= sizeof(location->candidates), "room for all candidates");
	memcpy(location->candidates, candidates, sizeof(candidates));
	location->candidate_count = sizeof(candidates) / sizeof(*candidates);
}

/*
 * Looks for num_syms before the markers: a count that needs just as many markers, followed by that many names, which
 * end at the markers.
 */
static bool find_names(struct scan *scan, const struct window *window, struct kallsyms_location *location)
{
	uint32_t max = window->marker_count * KALLSYMS_MARKER_SPAN, min = max - KALLSYMS_MARKER_SPAN + 1;
	_cleanup_free_ uint32_t *positions = malloc(max * sizeof(*positions));
	size_t from, to;
	bool long_lengths;

	if (!positions || window->last_marker > window->markers)
		return false;
	to = window->markers - window->last_marker;
	from = to > BEFORE_NAMES_MAX ? to - BEFORE_NAMES_MAX : 0;
	for (from &= ~(size_t)3; from + 8 <= to; from += 4) {
		uint32_t count = kallsyms_u32(window->bytes + from);

		if (count < min || count > max)
			continue;
		for (size_t names = from + 4; names <= from + 8; names += 4) {
			if (count > scan->names_left)
				return false;
			scan->names_left -= count;
			if (!kallsyms_names_check(window->bytes + names, window->size - names, window->address + names,
						  count, positions, &long_lengths))
				continue;
			location->count = count;
			location->names = window->address + names;
			location->token_table = scan->token_table;
			location->token_index = scan->token_index;
			list_candidates(location, window->address + from);
			return true;
		}
	}
	return false;
}

/*
 * Makes the window one of @size bytes, of which what cannot be read (the gap that x86-64 leaves between text and
 * rodata) and all before it is left out. The caller frees window->bytes.
 */
static bool read_window(struct scan *scan, uint64_t size, struct window *window)
{
	uint64_t available = (scan->token_table - scan->start) & ~UINT64_C(3);
	uint8_t *grown;

	window->size = (size_t)(size < available ? size : available);
	if (!window->size)
		return false;
	grown = realloc(window->bytes, window->size);
	if (!grown)
		return false;
	window->bytes = grown;
	for (unsigned int gaps = 0; gaps < WINDOW_GAPS_MAX && window->size; gaps++) {
		uint64_t stopped;

		window->address = scan->token_table - window->size;
		if (!memory_read(scan->memory, window->address, window->bytes, window->size, &stopped))
			return true;
		stopped |= SCAN_PAGE - 1;
		window->size = stopped < scan->token_table ? (size_t)(scan->token_table - 1 - stopped) : 0;
	}
	return false;
}

/* Grows the window, in which markers were found, to hold the names before them. */
static bool extend_window(struct scan *scan, struct window *window)
{
	size_t behind = window->size - window->markers;
	uint64_t wanted = (uint64_t)behind + ((window->last_marker + UINT64_C(3)) & ~UINT64_C(3)) + BEFORE_NAMES_MAX;

	if (wanted <= window->size)
		return true;
	if (wanted > KALLSYMS_NAMES_MAX || !read_window(scan, wanted, window) || window->size < behind)
		return false;
	window->markers = window->size - behind;
	return true;
}

/* Looks for the markers in ever more of what lies before the token table, then for the names. */
static bool scan_names(struct scan *scan, struct kallsyms_location *location)
{
	struct window window = { 0 };
	bool found = false;

	for (uint64_t size = WINDOW_MIN; !found && size <= KALLSYMS_NAMES_MAX; size *= 8) {
		found = read_window(scan, size, &window) && find_markers(&window) && extend_window(scan, &window) &&
			find_names(scan, &window, location);
		if (scan->token_table - scan->start <= size)
			break;
	}
	free(window.bytes);
	return found;
}

/* Tries all hits in one block of memory. */
static bool scan_block(struct scan *scan, uint64_t address, const char *bytes, size_t size,
		       struct kallsyms_location *location)
{
	const char *position = bytes, *end = bytes + size, *hit;

	while ((hit = memmem(position, (size_t)(end - position), digits, sizeof(digits)))) {
		if (++scan->hits > SCAN_HITS_MAX)
			return false;
		if (scan_tokens(scan, address + (uint64_t)(hit - bytes))) {
			if (++scan->tables > SCAN_TABLES_MAX)
				return false;
			if (scan_names(scan, location))
				return true;
		}
		position = hit + sizeof(digits);
	}
	return false;
}

/* Scans from @address on, up to @end, whatever of it is readable. */
static bool scan_range(struct scan *scan, uint64_t address, uint64_t end, char *block,
		       struct kallsyms_location *location)
{
	while (address < end && scan->hits <= SCAN_HITS_MAX) {
		size_t size = end - address < SCAN_BLOCK ? (size_t)(end - address) : SCAN_BLOCK;
		size_t got = read_some(scan->memory, address, block, size);

		scan->readable += got;
		if (scan_block(scan, address, block, got, location))
			return true;
		if (got == size)
			break;
		address = ((address + got) | (SCAN_PAGE - 1)) + 1; /* behind the page that faulted */
	}
	return false;
}

struct inspect_error *kallsyms_scan(struct memory *memory, uint64_t start, uint64_t end,
				    struct kallsyms_location *location)
{
	struct scan scan = { .memory = memory, .start = start, .names_left = SCAN_NAMES_BUDGET };
	/* Without the last page, so that no address behind a range wraps. */
	uint64_t limit = start < -SCAN_SIZE ? start + SCAN_SIZE : -SCAN_PAGE;
	_cleanup_free_ char *block = malloc(SCAN_BLOCK);

	if (!block)
		return &error_nomem;
	if (end <= start || end > limit)
		end = limit;
	/* Downwards: the tables are at the end of rodata, close below the data. A hit may lie across two steps. */
	for (uint64_t top = end, step; top > start; top -= step) {
		uint64_t overlap = end - top < sizeof(digits) ? end - top : sizeof(digits);

		step = top - start < SCAN_STEP ? top - start : SCAN_STEP;
		if (scan_range(&scan, top - step, top + overlap, block, location))
			return NULL;
	}
	return error_create(INSPECT_ERROR_LOOKUP,
			    "VMCOREINFO does not name the kallsyms tables (kernels before 6.0), and nothing of their "
			    "shape is in the %llu KB readable between 0x%llx and 0x%llx; give the symbols with -s "
			    "(vmlinux or System.map)",
			    (unsigned long long)(scan.readable >> 10), (unsigned long long)start,
			    (unsigned long long)end);
}
