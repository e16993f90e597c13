/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kdump_bitmap.h"

#include <endian.h>
#include <string.h>

#include "file.h"

void kdump_bitmap_init(struct kdump_bitmap *bitmap, struct file *file, uint64_t position, uint64_t bits,
		       uint64_t first)
{
	memset(bitmap, 0, sizeof(*bitmap));
	bitmap->file = file;
	bitmap->position = position;
	bitmap->bits = bits;
	bitmap->first = first;
	bitmap->chunk = UINT64_MAX;
}

void kdump_bitmap_deinit(struct kdump_bitmap *bitmap)
{
	vec_deinit(&bitmap->counts);
}

/* Makes @chunk the one in bitmap->words; bits behind the end of the bitmap are clear. */
static enum inspect_fault load_chunk(struct kdump_bitmap *bitmap, uint64_t chunk)
{
	uint64_t offset = chunk * KDUMP_BITMAP_CHUNK, bytes = (bitmap->bits + 7) / 8;
	size_t size = 0, done;
	enum inspect_fault fault;

	if (chunk == bitmap->chunk)
		return INSPECT_FAULT_NONE;
	if (offset < bytes)
		size = bytes - offset < KDUMP_BITMAP_CHUNK ? (size_t)(bytes - offset) : KDUMP_BITMAP_CHUNK;
	bitmap->chunk = UINT64_MAX;
	bitmap->counted = 0;
	bitmap->count = 0;
	memset((char *)bitmap->words + size, 0, KDUMP_BITMAP_CHUNK - size);
	fault = file_read(bitmap->file, bitmap->position + offset, bitmap->words, size, &done);
	if (!fault)
		bitmap->chunk = chunk;
	return fault;
}

/* Set bits of the first @bits of @words; adding up within the words first, so that the compiler can use vectors. */
static uint64_t count_bits(const uint64_t *words, size_t bits)
{
	uint64_t count = 0;

	for (size_t i = 0; i < (bits + 63) / 64; i++) {
		uint64_t word = le64toh(words[i]);

		if (bits - i * 64 < 64)
			word &= (1ull << (bits - i * 64)) - 1;
		word -= word >> 1 & 0x5555555555555555ull;
		word = (word & 0x3333333333333333ull) + (word >> 2 & 0x3333333333333333ull);
		word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0full;
		count += word * 0x0101010101010101ull >> 56;
	}
	return count;
}

enum inspect_fault kdump_bitmap_test(struct kdump_bitmap *bitmap, uint64_t bit, bool *set_ret)
{
	enum inspect_fault fault = load_chunk(bitmap, bit / KDUMP_BITMAP_CHUNK_BITS);
	size_t within = (size_t)(bit % KDUMP_BITMAP_CHUNK_BITS);

	if (!fault)
		*set_ret = le64toh(bitmap->words[within / 64]) >> (within % 64) & 1;
	return fault;
}

/* How many chunks from @chunk on, at most @limit, lie in a hole of the file. */
static uint64_t hole_chunks(const struct kdump_bitmap *bitmap, uint64_t chunk, uint64_t limit)
{
	uint64_t start = bitmap->position + chunk * KDUMP_BITMAP_CHUNK;
	uint64_t chunks = (file_next_data(bitmap->file, start) - start) / KDUMP_BITMAP_CHUNK;

	return chunks < limit ? chunks : limit;
}

/* Grows the directory until it has @wanted counts. */
static enum inspect_fault extend_counts(struct kdump_bitmap *bitmap, uint64_t wanted)
{
	uint64_t base = bitmap->first / KDUMP_BITMAP_CHUNK_BITS, total, holes = 0;

	/* Out of memory is told as what it is for the caller: this page cannot be found now. */
	if (!bitmap->counts.count && !vec_push(&bitmap->counts, 0))
		return INSPECT_FAULT_IO;
	total = bitmap->counts.items[bitmap->counts.count - 1];
	while (bitmap->counts.count < wanted) {
		uint64_t chunk = base + bitmap->counts.count - 1, count = 0;

		if (holes) {
			holes--;
		} else {
			enum inspect_fault fault = load_chunk(bitmap, chunk);

			if (fault)
				return fault;
			count = count_bits(bitmap->words, KDUMP_BITMAP_CHUNK_BITS);
		}
		total += count;
		if (!vec_push(&bitmap->counts, total))
			return INSPECT_FAULT_IO;
		if (!count && !holes)
			holes = hole_chunks(bitmap, chunk + 1, wanted);
	}
	return INSPECT_FAULT_NONE;
}

/* Set bits of the first @bits of the chunk in bitmap->words. */
static uint64_t count_in_chunk(struct kdump_bitmap *bitmap, size_t bits)
{
	size_t word = bits / 64;

	if (word < bitmap->counted) {
		bitmap->counted = 0;
		bitmap->count = 0;
	}
	bitmap->count += count_bits(bitmap->words + bitmap->counted, (word - bitmap->counted) * 64);
	bitmap->counted = word;
	return bitmap->count + count_bits(bitmap->words + word, bits % 64);
}

/* Set bits from the start of the first chunk of the directory up to @bit. */
static enum inspect_fault count_before(struct kdump_bitmap *bitmap, uint64_t bit, uint64_t *count_ret)
{
	uint64_t base = bitmap->first / KDUMP_BITMAP_CHUNK_BITS, chunk = bit / KDUMP_BITMAP_CHUNK_BITS;
	enum inspect_fault fault = extend_counts(bitmap, chunk - base + 1);

	if (!fault)
		fault = load_chunk(bitmap, chunk);
	if (!fault)
		*count_ret = bitmap->counts.items[chunk - base] +
			     count_in_chunk(bitmap, (size_t)(bit % KDUMP_BITMAP_CHUNK_BITS));
	return fault;
}

enum inspect_fault kdump_bitmap_rank(struct kdump_bitmap *bitmap, uint64_t bit, uint64_t *rank_ret)
{
	uint64_t before = 0, count;
	enum inspect_fault fault = INSPECT_FAULT_NONE;

	/* Only a split dump starts within a chunk. */
	if (bitmap->first % KDUMP_BITMAP_CHUNK_BITS)
		fault = count_before(bitmap, bitmap->first, &before);
	if (!fault)
		fault = count_before(bitmap, bit, &count);
	if (!fault)
		*rank_ret = count - before;
	return fault;
}
