/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bounded cache of blocks of one size, found by a 64-bit key through a hash, evicted by the clock algorithm. Blocks
 * are allocated when first used, so a small dump costs little. It never fails visibly: out of memory only means that
 * nothing more is kept.
 *
 * To fill: cache_claim() gives the memory of a free or evicted block; cache_commit() puts it in under its key. A claim
 * that is not committed is simply given out again by the next one.
 */
#ifndef TARGETS_CACHE_H
#define TARGETS_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache_entry;

struct cache {
	struct cache_entry *entries;
	uint32_t *buckets;   /* index of the first entry of each chain, plus 1; 0: none */
	size_t block_size;
	uint32_t capacity;   /* entries, a power of two; as many buckets */
	uint32_t count;      /* entries that own memory */
	uint32_t hand;
	uint32_t claimed;    /* index plus 1; 0: none */
};

/* A cache of @capacity blocks (a power of two) of @block_size bytes; false when out of memory. */
bool cache_init(struct cache *cache, size_t block_size, uint32_t capacity);
void cache_deinit(struct cache *cache);

/* The block of @key and, in *@filled_ret, how many bytes of it are valid; NULL if it is not there. */
const void *cache_find(struct cache *cache, uint64_t key, size_t *filled_ret);
/* Memory for one block, or NULL. Valid until the next call but cache_commit(). */
void *cache_claim(struct cache *cache);
/* The claimed block becomes the block of @key, which must not be there yet. */
void cache_commit(struct cache *cache, uint64_t key, size_t filled);

#endif
