/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open-addressing hash from 64-bit keys to 64-bit values, with linear probing; grows at 70%. Keys are unique. */
#ifndef LIBINSPECT_BASE_HASH_H
#define LIBINSPECT_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_slot;

struct hash {
	struct hash_slot *slots;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

void hash_init(struct hash *hash);
void hash_deinit(struct hash *hash);
/* Sets @key to @value, replacing what was there; false when out of memory. */
bool hash_set(struct hash *hash, uint64_t key, uint64_t value);
/* Whether @key is there; its value through @value_ret, which may be NULL. */
bool hash_get(const struct hash *hash, uint64_t key, uint64_t *value_ret);

/* The hash of a string, for callers that keep chains of equal hashes themselves; it differs between byte orders. */
uint32_t hash_string(const char *string, size_t length);

#endif
