/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Buffered output to a descriptor. Writing cannot fail visibly: the first error is kept, what follows is dropped, and
 * the owner asks at writer_flush(). Numbers are formatted by hand, since printf would be most of the time of a listing.
 */
#ifndef LIBINSPECT_RECORD_WRITER_H
#define LIBINSPECT_RECORD_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <inspect/inspect.h>

#define WRITER_SIZE (64 << 10)

struct writer {
	int fd;
	int error; /* errno of the first write that failed; 0: none did */
	size_t used;
	uint64_t drained; /* bytes that have left the buffer */
	char buf[WRITER_SIZE];
};

void writer_init(struct writer *writer, int fd);
/* Hands the buffer to the system; the first error that there ever was. */
struct inspect_error *writer_flush(struct writer *writer);
/* The part of writer_flush() that keeps the error in the writer. */
void writer_drain(struct writer *writer);

void writer_put(struct writer *writer, const char *bytes, size_t length);
void writer_fill(struct writer *writer, char c, size_t count);

static inline void writer_putc(struct writer *writer, char c)
{
	if (writer->used == sizeof(writer->buf))
		writer_drain(writer);
	writer->buf[writer->used++] = c;
}

static inline void writer_puts(struct writer *writer, const char *string)
{
	writer_put(writer, string, strlen(string));
}

/* Bytes that were put so far. */
static inline uint64_t writer_position(const struct writer *writer)
{
	return writer->drained + writer->used;
}

/*
 * Numbers as text. Each writes to the end of a buffer of NUMBER_SIZE bytes and returns where it starts; it ends at the
 * buffer's end, without a NUL.
 */
#define NUMBER_SIZE 24

const char *number_u64(char buf[NUMBER_SIZE], uint64_t value);
const char *number_s64(char buf[NUMBER_SIZE], int64_t value);
/* With 0x. */
const char *number_hex(char buf[NUMBER_SIZE], uint64_t value);

#endif
