/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An arena: many allocations, freed together. Who allocates takes its arena as a parameter. An arena can be rewound to
 * a mark, which keeps its chunks for the next round (one record after the other uses the same memory).
 */
#ifndef LIBINSPECT_BASE_ARENA_H
#define LIBINSPECT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *first;
	struct arena_chunk *current;
	size_t used; /* bytes of the current chunk in use */
};

struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

void arena_init(struct arena *arena);
void arena_deinit(struct arena *arena);

/* Memory of @size bytes, aligned for any type, not cleared; NULL when out of memory. Size 0 yields a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc));
/* The same for @count objects of @size, cleared; NULL also when the product overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size) __attribute__((malloc));
/* A NUL-terminated copy of @length bytes. */
char *arena_strndup(struct arena *arena, const char *string, size_t length);
char *arena_strdup(struct arena *arena, const char *string);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct arena_mark arena_mark(const struct arena *arena);
/* Frees for reuse all that was allocated since @mark was taken. */
void arena_rewind(struct arena *arena, struct arena_mark mark);

#endif
