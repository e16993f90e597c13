/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A growing array of any type: VEC(struct foo) v = {}; if (!vec_push(&v, item)) out of memory; v.items[i], v.count.
 * The owner calls vec_deinit().
 */
#ifndef LIBINSPECT_BASE_VEC_H
#define LIBINSPECT_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define VEC(type)                \
	struct {                 \
		type *items;     \
		size_t count;    \
		size_t capacity; \
	}

/* Grows *@items so that one more element of @size fits. */
static inline bool vec_grow(void **items, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8, bytes;
	void *grown;

	if (count < *capacity)
		return true;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		return false;
	grown = realloc(*items, bytes);
	if (!grown)
		return false;
	*items = grown;
	*capacity = wanted;
	return true;
}

/* Appends @value; false when out of memory. */
#define vec_push(vec, value)                                                                                       \
	(vec_grow((void **)&(vec)->items, (vec)->count, &(vec)->capacity, sizeof(*(vec)->items)) ?                  \
	 ((vec)->items[(vec)->count++] = (value), true) : false)

#define vec_deinit(vec)                  \
	do {                             \
		free((vec)->items);      \
		(vec)->items = NULL;     \
		(vec)->count = 0;        \
		(vec)->capacity = 0;     \
	} while (0)

#endif
