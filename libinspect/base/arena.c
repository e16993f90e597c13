/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_CHUNK_SIZE (32 << 10)
#define ARENA_ALIGN _Alignof(max_align_t)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
	memset(arena, 0, sizeof(*arena));
}

void arena_deinit(struct arena *arena)
{
	struct arena_chunk *chunk = arena->first, *next;

	for (; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	arena_init(arena);
}

/* Makes a chunk with room for @size the current one: the next one kept from before a rewind, or a new one. */
static int arena_grow(struct arena *arena, size_t size)
{
	struct arena_chunk *next = arena->current ? arena->current->next : arena->first;

	if (!next || next->size < size) {
		size_t capacity = size > ARENA_CHUNK_SIZE ? size : ARENA_CHUNK_SIZE;
		struct arena_chunk *chunk = malloc(sizeof(*chunk) + capacity);

		if (!chunk)
			return -1;
		chunk->size = capacity;
		chunk->next = next;
		if (arena->current)
			arena->current->next = chunk;
		else
			arena->first = chunk;
		next = chunk;
	}
	arena->current = next;
	arena->used = 0;
	return 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *ret;

	if (size > SIZE_MAX - ARENA_CHUNK_SIZE)
		return NULL;
	size = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
	if (!arena->current || arena->current->size - arena->used < size) {
		if (arena_grow(arena, size))
			return NULL;
	}
	ret = arena->current->bytes + arena->used;
	arena->used += size;
	return ret;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	void *ret;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	ret = arena_alloc(arena, total);
	if (ret)
		memset(ret, 0, total);
	return ret;
}

char *arena_strndup(struct arena *arena, const char *string, size_t length)
{
	char *ret = length < SIZE_MAX ? arena_alloc(arena, length + 1) : NULL;

	if (ret) {
		memcpy(ret, string, length);
		ret[length] = '\0';
	}
	return ret;
}

char *arena_strdup(struct arena *arena, const char *string)
{
	return arena_strndup(arena, string, strlen(string));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *ret;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return NULL;
	ret = arena_alloc(arena, (size_t)length + 1);
	if (!ret)
		return NULL;
	va_start(args, format);
	vsnprintf(ret, (size_t)length + 1, format, args);
	va_end(args);
	return ret;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){ .chunk = arena->current, .used = arena->used };
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	arena->current = mark.chunk;
	arena->used = mark.used;
}
