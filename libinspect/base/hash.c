/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

struct hash_slot {
	uint64_t key;
	uint64_t value;
	bool used;
};

void hash_init(struct hash *hash)
{
	*hash = (struct hash){ 0 };
}

void hash_deinit(struct hash *hash)
{
	free(hash->slots);
	hash_init(hash);
}

/* The slot that holds @key, or the free one where it belongs. There is always a free slot. */
static struct hash_slot *hash_slot(const struct hash *hash, uint64_t key)
{
	size_t i = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 20;

	for (;; i++) {
		struct hash_slot *slot = &hash->slots[i & (hash->capacity - 1)];

		if (!slot->used || slot->key == key)
			return slot;
	}
}

static bool hash_grow(struct hash *hash)
{
	struct hash grown = { .capacity = hash->capacity ? hash->capacity * 2 : 64, .count = hash->count };

	grown.slots = calloc(grown.capacity, sizeof(*grown.slots));
	if (!grown.slots)
		return false;
	for (size_t i = 0; i < hash->capacity; i++) {
		if (hash->slots[i].used)
			*hash_slot(&grown, hash->slots[i].key) = hash->slots[i];
	}
	free(hash->slots);
	*hash = grown;
	return true;
}

bool hash_set(struct hash *hash, uint64_t key, uint64_t value)
{
	struct hash_slot *slot;

	if (hash->count * 10 >= hash->capacity * 7 && !hash_grow(hash))
		return false;
	slot = hash_slot(hash, key);
	if (!slot->used) {
		slot->used = true;
		slot->key = key;
		hash->count++;
	}
	slot->value = value;
	return true;
}

bool hash_get(const struct hash *hash, uint64_t key, uint64_t *value_ret)
{
	const struct hash_slot *slot;

	if (!hash->capacity)
		return false;
	slot = hash_slot(hash, key);
	if (slot->used && value_ret)
		*value_ret = slot->value;
	return slot->used;
}

/* Eight characters a step, for names are what there is most of. */
uint32_t hash_string(const char *string, size_t length)
{
	uint64_t hash = length, chunk;

	for (; length > sizeof(chunk); string += sizeof(chunk), length -= sizeof(chunk)) {
		memcpy(&chunk, string, sizeof(chunk));
		hash = (hash ^ chunk) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	chunk = 0;
	memcpy(&chunk, string, length);
	hash = (hash ^ chunk) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash >> 32);
}
