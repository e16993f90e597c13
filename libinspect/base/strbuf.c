/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void strbuf_init(struct strbuf *buf)
{
	memset(buf, 0, sizeof(*buf));
}

void strbuf_deinit(struct strbuf *buf)
{
	free(buf->bytes);
	strbuf_init(buf);
}

/* Room for @length more bytes and a NUL. */
static bool strbuf_reserve(struct strbuf *buf, size_t length)
{
	size_t capacity = buf->capacity ? buf->capacity : 256;
	char *bytes;

	if (buf->failed || length > SIZE_MAX / 4 || buf->length > SIZE_MAX / 4) {
		buf->failed = true;
		return false;
	}
	while (capacity < buf->length + length + 1)
		capacity *= 2;
	if (capacity == buf->capacity)
		return true;
	bytes = realloc(buf->bytes, capacity);
	if (!bytes) {
		buf->failed = true;
		return false;
	}
	buf->bytes = bytes;
	buf->capacity = capacity;
	return true;
}

void strbuf_append(struct strbuf *buf, const char *bytes, size_t length)
{
	if (!strbuf_reserve(buf, length))
		return;
	memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
}

void strbuf_puts(struct strbuf *buf, const char *string)
{
	strbuf_append(buf, string, strlen(string));
}

void strbuf_putc(struct strbuf *buf, char c)
{
	strbuf_append(buf, &c, 1);
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || !strbuf_reserve(buf, (size_t)length))
		return;
	va_start(args, format);
	vsnprintf(buf->bytes + buf->length, (size_t)length + 1, format, args);
	va_end(args);
	buf->length += (size_t)length;
}

void strbuf_clear(struct strbuf *buf)
{
	buf->length = 0;
	if (buf->bytes)
		buf->bytes[0] = '\0';
}
