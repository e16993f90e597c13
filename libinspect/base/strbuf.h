/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A growing byte string. Appending cannot fail visibly: out of memory sets `failed`, which the owner asks once, at the
 * end.
 */
#ifndef LIBINSPECT_BASE_STRBUF_H
#define LIBINSPECT_BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf {
	char *bytes; /* NUL-terminated once anything was appended */
	size_t length;
	size_t capacity;
	bool failed;
};

void strbuf_init(struct strbuf *buf);
void strbuf_deinit(struct strbuf *buf);
void strbuf_append(struct strbuf *buf, const char *bytes, size_t length);
void strbuf_puts(struct strbuf *buf, const char *string);
void strbuf_putc(struct strbuf *buf, char c);
void strbuf_printf(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Empties it and keeps its memory. */
void strbuf_clear(struct strbuf *buf);

#endif
