/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two ways into a symbol table, by name and by address, for tables that number their symbols from 0 in their own
 * order. Each way is built on first use, in memory that was taken by symbol_index_init(): a look-up cannot fail for
 * lack of it, and what is never asked for costs nothing (the pages stay untouched).
 *
 * Names are not stored. The table hashes them, in whatever way suits it; the index groups the symbols by hash, and the
 * table compares the few of one group itself. Building compares nothing, so its time is bounded whatever the names are.
 */
#ifndef LIBINSPECT_CORE_SYMBOL_INDEX_H
#define LIBINSPECT_CORE_SYMBOL_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the kernel's half of the address space begins. */
#define SYMBOL_USER_HALF_END (UINT64_C(1) << 63)

struct symbol_index {
	size_t count;
	const uint64_t *addresses; /* borrowed from the table */
	uint32_t *hashes;          /* the table fills these before symbol_index_build_names() */
	uint32_t *by_name;         /* symbols, grouped by bucket, in the table's order inside one */
	uint32_t *by_address;      /* symbols by address; unused where the table is sorted already */
	uint32_t *buckets;         /* where each bucket begins in by_name, and the end of the last */
	unsigned int bucket_bits;
	bool has_names;
	bool has_addresses;
	bool sorted;
};

/* False when out of memory, or where @count does not fit 31 bits. */
bool symbol_index_init(struct symbol_index *index, const uint64_t *addresses, size_t count);
void symbol_index_deinit(struct symbol_index *index);

void symbol_index_build_names(struct symbol_index *index);
/* The symbols that may have a name of this hash, the first of the table first; compare hashes[], then the names. */
const uint32_t *symbol_index_bucket(const struct symbol_index *index, uint32_t hash, size_t *count_ret);

/*
 * The symbol at the greatest address that is not above @address; of several there, the first of the table. False where
 * there is none, and for all of the user's half of the address space: what tables hold there (the per-CPU variables of
 * x86-64 before 6.15) are offsets.
 */
bool symbol_index_floor(struct symbol_index *index, uint64_t address, size_t *symbol_ret);
/*
 * The distance from the symbol to the next greater address, which the kernel takes for its size; 0 where there is none
 * or the next is so far (1 GiB, the largest kernel image) that it belongs to something else.
 */
uint64_t symbol_index_distance(struct symbol_index *index, size_t symbol);

#endif
