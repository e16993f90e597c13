/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/writer.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"

void writer_init(struct writer *writer, int fd)
{
	writer->fd = fd;
	writer->error = 0;
	writer->used = 0;
	writer->drained = 0;
}

/* Writes some bytes, waiting for a descriptor that is set not to block; 0 once the writer has an error. */
static size_t writer_write(struct writer *writer, const char *bytes, size_t length)
{
	while (!writer->error) {
		ssize_t written = write(writer->fd, bytes, length);

		if (written >= 0)
			return (size_t)written;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			poll(&(struct pollfd){ .fd = writer->fd, .events = POLLOUT }, 1, -1);
		else if (errno != EINTR)
			writer->error = errno;
	}
	return 0;
}

void writer_drain(struct writer *writer)
{
	size_t done = 0;

	while (done < writer->used && !writer->error)
		done += writer_write(writer, writer->buf + done, writer->used - done);
	writer->drained += writer->used;
	writer->used = 0;
}

struct inspect_error *writer_flush(struct writer *writer)
{
	writer_drain(writer);
	return writer->error ? error_os(writer->error, "write the output") : NULL;
}

void writer_put(struct writer *writer, const char *bytes, size_t length)
{
	while (length) {
		size_t room = sizeof(writer->buf) - writer->used;
		size_t part = length < room ? length : room;

		memcpy(writer->buf + writer->used, bytes, part);
		writer->used += part;
		bytes += part;
		length -= part;
		if (length)
			writer_drain(writer);
	}
}

void writer_fill(struct writer *writer, char c, size_t count)
{
	while (count--)
		writer_putc(writer, c);
}

const char *number_u64(char buf[NUMBER_SIZE], uint64_t value)
{
	char *start = buf + NUMBER_SIZE;

	do {
		*--start = '0' + value % 10;
		value /= 10;
	} while (value);
	return start;
}

const char *number_s64(char buf[NUMBER_SIZE], int64_t value)
{
	char *start;

	if (value >= 0)
		return number_u64(buf, (uint64_t)value);
	start = (char *)number_u64(buf, -(uint64_t)value);
	*--start = '-';
	return start;
}

const char *number_hex(char buf[NUMBER_SIZE], uint64_t value)
{
	char *start = buf + NUMBER_SIZE;

	do {
		*--start = "0123456789abcdef"[value % 16];
		value /= 16;
	} while (value);
	*--start = 'x';
	*--start = '0';
	return start;
}
