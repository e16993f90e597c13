/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names to DIEs, for all units of a file. Every unit that includes a header has its own copy of what the header
 * defines, thousands of copies of some structs; the index keeps one of each, the first in the file. Copies are what
 * agrees in name, tag, size and line. What has an address of its own is never a copy. A source that is compiled twice
 * with other macros (compat_binfmt_elf.c includes binfmt_elf.c) gives two types that are taken for one here; the way
 * by an address tells them apart.
 *
 * It is built by as many threads as there are CPUs; each takes units from one counter and fills a shard of its own,
 * and all have ended when the build returns. What it finds does not depend on how many there were.
 */
#ifndef DWARF_DWARF_INDEX_H
#define DWARF_DWARF_INDEX_H

#include "base/vec.h"
#include "dwarf_unit.h"

struct dwarf_index_entry {
	const char *name;
	uint64_t offset;  /* of the DIE, as dwarf_die_id() has it */
	uint64_t size;
	uint64_t place;   /* the offset again where it is unique, else 0 */
	uint32_t line;
	uint32_t next;    /* number of the next entry in the bucket; 0: the last */
	uint16_t tag;
	bool is_declaration;
};

struct dwarf_index_shard {
	struct {
		struct dwarf_index_entry *items; /* item 0 is not used */
		size_t count;
		size_t capacity;
	} entries;
	uint32_t *buckets; /* by name */
	uint32_t mask;
};

struct dwarf_index {
	struct dwarf_index_shard *shards; /* NULL: not built */
	size_t count;
	bool met_skeleton; /* a unit had its DIEs in another file, which was none of those given */
};

struct dwarf_matches {
	const struct dwarf_index_entry **items;
	size_t count;
	size_t capacity;
};

/* Builds the index of what is of @interest in @count files. */
struct inspect_error *dwarf_index_build(struct dwarf_index *index, const struct dwarf_sections *const *files,
					size_t count, enum dwarf_interest interest);
void dwarf_index_deinit(struct dwarf_index *index);

/*
 * Appends the entries named @name, definitions first, then by offset. Copies are left out, and declarations of what is
 * defined.
 */
struct inspect_error *dwarf_index_find(const struct dwarf_index *index, const char *name,
				       struct dwarf_matches *matches);

/*
 * The number of a DIE that is a type's id: its offset in .debug_info of the file that was opened; the DIEs of
 * .debug_types, and of further files, are counted on from the end of those before them.
 */
static inline uint64_t dwarf_die_id(const struct dwarf_section *section, uint64_t offset)
{
	return section->first_id + offset;
}

#endif
