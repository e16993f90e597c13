/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/symbol_index.h"

#include <stdlib.h>
#include <string.h>

#define GAP_MIN (UINT64_C(1) << 30)

bool symbol_index_init(struct symbol_index *index, const uint64_t *addresses, size_t count)
{
	unsigned int bits = 4;
	size_t buckets;

	if (count > INT32_MAX)
		return false;
	/* Four symbols a bucket: comparing their hashes is cheaper than a table that outgrows the processor's cache. */
	while (bits < 31 && (size_t)4 << bits < count)
		bits++;
	buckets = (size_t)1 << bits;
	*index = (struct symbol_index){ .count = count, .addresses = addresses, .bucket_bits = bits };
	index->hashes = malloc((3 * count + buckets + 1) * sizeof(*index->hashes));
	if (!index->hashes)
		return false;
	index->by_name = index->hashes + count;
	index->by_address = index->by_name + count;
	index->buckets = index->by_address + count;
	return true;
}

void symbol_index_deinit(struct symbol_index *index)
{
	free(index->hashes);
	memset(index, 0, sizeof(*index));
}

static uint32_t bucket_of(const struct symbol_index *index, uint32_t hash)
{
	/* Multiplied once more, since the tables' hashes need not be good in their high bits. */
	return (hash * UINT32_C(0x9e3779b1)) >> (32 - index->bucket_bits);
}

void symbol_index_build_names(struct symbol_index *index)
{
	size_t buckets = (size_t)1 << index->bucket_bits;
	uint32_t end = 0;

	memset(index->buckets, 0, (buckets + 1) * sizeof(*index->buckets));
	for (size_t i = 0; i < index->count; i++)
		index->buckets[bucket_of(index, index->hashes[i])]++;
	/* Each bucket's end; filling it from there leaves its begin, and the table's order inside. */
	for (size_t b = 0; b <= buckets; b++) {
		end += index->buckets[b];
		index->buckets[b] = end;
	}
	for (size_t i = index->count; i-- > 0;)
		index->by_name[--index->buckets[bucket_of(index, index->hashes[i])]] = (uint32_t)i;
	index->has_names = true;
}

const uint32_t *symbol_index_bucket(const struct symbol_index *index, uint32_t hash, size_t *count_ret)
{
	const uint32_t *bucket = &index->buckets[bucket_of(index, hash)];

	*count_ret = bucket[1] - bucket[0];
	return index->by_name + bucket[0];
}

static int compare_addresses(const void *left, const void *right, void *arg)
{
	const uint64_t *addresses = arg;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	if (addresses[a] != addresses[b])
		return addresses[a] < addresses[b] ? -1 : 1;
	return a < b ? -1 : a > b;
}

static void build_addresses(struct symbol_index *index)
{
	index->has_addresses = true;
	index->sorted = true;
	for (size_t i = 1; i < index->count && index->sorted; i++)
		index->sorted = index->addresses[i - 1] <= index->addresses[i];
	if (index->sorted)
		return;
	for (size_t i = 0; i < index->count; i++)
		index->by_address[i] = (uint32_t)i;
	qsort_r(index->by_address, index->count, sizeof(*index->by_address), compare_addresses,
		(void *)index->addresses);
}

static size_t symbol_at(const struct symbol_index *index, size_t position)
{
	return index->sorted ? position : index->by_address[position];
}

/* How many symbols are below @address; with @or_at, also those at it. */
static size_t count_below(struct symbol_index *index, uint64_t address, bool or_at)
{
	size_t low = 0, high = index->count;

	if (!index->has_addresses)
		build_addresses(index);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t there = index->addresses[symbol_at(index, middle)];

		if (there < address || (or_at && there == address))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool symbol_index_floor(struct symbol_index *index, uint64_t address, size_t *symbol_ret)
{
	size_t below;

	if (address < SYMBOL_USER_HALF_END)
		return false;
	below = count_below(index, address, true);
	if (!below)
		return false;
	address = index->addresses[symbol_at(index, below - 1)];
	*symbol_ret = symbol_at(index, count_below(index, address, false));
	return true;
}

uint64_t symbol_index_distance(struct symbol_index *index, size_t symbol)
{
	uint64_t address = index->addresses[symbol], distance;
	size_t next;

	if (!index->has_addresses)
		build_addresses(index);
	/* Mostly the next one of the table. */
	if (index->sorted && symbol + 1 < index->count && index->addresses[symbol + 1] > address)
		next = symbol + 1;
	else
		next = count_below(index, address, true);
	if (next >= index->count)
		return 0;
	distance = index->addresses[symbol_at(index, next)] - address;
	return distance < GAP_MIN ? distance : 0;
}
