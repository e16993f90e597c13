/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

struct cache_entry {
	uint64_t key;
	void *block;
	size_t filled;
	uint32_t next;   /* in its chain: index plus 1 */
	bool linked;     /* it is in a chain */
	bool referenced; /* used since the hand went by */
};

bool cache_init(struct cache *cache, size_t block_size, uint32_t capacity)
{
	memset(cache, 0, sizeof(*cache));
	cache->entries = calloc(capacity, sizeof(*cache->entries));
	cache->buckets = calloc(capacity, sizeof(*cache->buckets));
	if (!cache->entries || !cache->buckets) {
		cache_deinit(cache);
		return false;
	}
	cache->block_size = block_size;
	cache->capacity = capacity;
	return true;
}

void cache_deinit(struct cache *cache)
{
	for (uint32_t i = 0; i < cache->count; i++)
		free(cache->entries[i].block);
	free(cache->entries);
	free(cache->buckets);
	memset(cache, 0, sizeof(*cache));
}

/* Fibonacci hashing: keys are block numbers, mostly in runs. */
static uint32_t *cache_bucket(struct cache *cache, uint64_t key)
{
	return &cache->buckets[(key * 0x9e3779b97f4a7c15ull >> 32) & (cache->capacity - 1)];
}

const void *cache_find(struct cache *cache, uint64_t key, size_t *filled_ret)
{
	for (uint32_t i = *cache_bucket(cache, key); i; i = cache->entries[i - 1].next) {
		struct cache_entry *entry = &cache->entries[i - 1];

		if (entry->key == key) {
			entry->referenced = true;
			*filled_ret = entry->filled;
			return entry->block;
		}
	}
	return NULL;
}

static void cache_unlink(struct cache *cache, uint32_t index)
{
	struct cache_entry *entry = &cache->entries[index];
	uint32_t *link = cache_bucket(cache, entry->key);

	while (*link != index + 1)
		link = &cache->entries[*link - 1].next;
	*link = entry->next;
	entry->linked = false;
}

/* Gives every entry that was used since the last round a second chance, so it ends within two rounds. */
static uint32_t cache_victim(struct cache *cache)
{
	for (;;) {
		uint32_t index = cache->hand;

		cache->hand = (cache->hand + 1) % cache->count;
		if (!cache->entries[index].referenced)
			return index;
		cache->entries[index].referenced = false;
	}
}

void *cache_claim(struct cache *cache)
{
	uint32_t index;

	if (cache->claimed)
		return cache->entries[cache->claimed - 1].block;
	if (cache->count < cache->capacity) {
		void *block = malloc(cache->block_size);

		if (block)
			cache->entries[cache->count++].block = block;
		else if (!cache->count)
			return NULL;
		index = block ? cache->count - 1 : cache_victim(cache);
	} else {
		index = cache_victim(cache);
	}
	if (cache->entries[index].linked)
		cache_unlink(cache, index);
	cache->claimed = index + 1;
	return cache->entries[index].block;
}

void cache_commit(struct cache *cache, uint64_t key, size_t filled)
{
	uint32_t *bucket = cache_bucket(cache, key);
	struct cache_entry *entry = &cache->entries[cache->claimed - 1];

	*entry = (struct cache_entry){
		.key = key,
		.block = entry->block,
		.filled = filled,
		.next = *bucket,
		.linked = true,
	};
	*bucket = cache->claimed;
	cache->claimed = 0;
}
