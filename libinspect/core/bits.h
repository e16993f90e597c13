/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers out of little-endian bytes, as all dumps that we read have them. */
#ifndef LIBINSPECT_CORE_BITS_H
#define LIBINSPECT_CORE_BITS_H

#include <stdbool.h>
#include <stdint.h>

/* How many bytes the @bit_size bits behind the first @bit_offset bits touch. */
static inline uint64_t bits_span(uint64_t bit_offset, uint64_t bit_size)
{
	return (bit_offset + bit_size + 7) / 8;
}

/* The low @bit_size bits of @value, extended to 64 by their sign where @is_signed. */
static inline uint64_t bits_extend(uint64_t value, unsigned int bit_size, bool is_signed)
{
	unsigned int unused;

	if (!bit_size || bit_size >= 64)
		return bit_size ? value : 0;
	unused = 64 - bit_size;
	value <<= unused;
	return is_signed ? (uint64_t)((int64_t)value >> unused) : value >> unused;
}

/* @bit_size (1 to 64) bits, counted from the lowest of @bytes, of which bits_span() are touched. */
static inline uint64_t bits_extract(const uint8_t *bytes, unsigned int bit_offset, unsigned int bit_size,
				    bool is_signed)
{
	unsigned int skip = bit_offset % 8, have = 8 - skip;
	const uint8_t *at = bytes + bit_offset / 8;
	uint64_t value = *at++ >> skip;

	for (; have < bit_size; have += 8)
		value |= (uint64_t)*at++ << have;
	return bits_extend(value, bit_size, is_signed);
}

#endif
