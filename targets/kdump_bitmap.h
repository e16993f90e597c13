/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A page bitmap of a kdump file, one bit a page, read as it is needed. The rank of a bit (how many set bits are before
 * it) finds a page's descriptor; it comes from a directory of counts, one every 4 KiB of bitmap, that grows as far as
 * was asked. A terabyte of memory has 32 MiB of bitmap and 64 KiB of directory; holes of the file are skipped.
 */
#ifndef TARGETS_KDUMP_BITMAP_H
#define TARGETS_KDUMP_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

#include "base/vec.h"

#define KDUMP_BITMAP_CHUNK 4096 /* bytes */
#define KDUMP_BITMAP_CHUNK_BITS (KDUMP_BITMAP_CHUNK * 8ull)

struct file;

struct kdump_bitmap {
	struct file *file; /* borrowed */
	uint64_t position; /* of the bitmap in the file */
	uint64_t bits;
	uint64_t first;    /* the bit that ranks count from */
	VEC(uint64_t) counts; /* i: set bits before chunk i, from the start of the chunk of @first on */
	uint64_t chunk;    /* number of the chunk in @words; UINT64_MAX: none */
	uint64_t words[KDUMP_BITMAP_CHUNK / sizeof(uint64_t)];
	size_t counted; /* the words that the last rank was about: most ranks follow the one before */
	uint64_t count; /* set bits in these */
};

void kdump_bitmap_init(struct kdump_bitmap *bitmap, struct file *file, uint64_t position, uint64_t bits,
		       uint64_t first);
void kdump_bitmap_deinit(struct kdump_bitmap *bitmap);

/* Whether bit @bit, below bitmap->bits, is set. */
enum inspect_fault kdump_bitmap_test(struct kdump_bitmap *bitmap, uint64_t bit, bool *set_ret);
/* The set bits from bitmap->first up to, without, @bit, which is at most bitmap->bits. */
enum inspect_fault kdump_bitmap_rank(struct kdump_bitmap *bitmap, uint64_t bit, uint64_t *rank_ret);

#endif
