/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Strings from a dump are hostile: terminal escape sequences, bidirectional overrides, broken UTF-8. Here they are
 * taken apart into code points, so that the sinks print what is harmless and write the rest in digits.
 */
#ifndef LIBINSPECT_RECORD_ESCAPE_H
#define LIBINSPECT_RECORD_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer;

/*
 * The first code point of @length > 0 bytes in *@code_ret; returns how many bytes it has, 0 where they do not start
 * with valid UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
 */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *code_ret);

/*
 * Whether a code point must not reach a terminal as it is: C0, DEL and C1 controls, line and paragraph separators,
 * invisible and bidirectional formatting characters.
 */
bool code_is_harmful(uint32_t code);

/* How many of the first bytes are printable ASCII other than the quote and the backslash. */
size_t ascii_span(const char *bytes, size_t length);

/*
 * Writes @bytes for a terminal, with \xNN for each byte of what is harmful or no UTF-8, and for the backslash. Returns
 * the code points it comes to. @writer NULL: only counts them.
 */
size_t escape_text(struct writer *writer, const char *bytes, size_t length);

/* The same for text of several lines: newlines, tabs and backslashes are written as they are, and count as one. */
size_t escape_lines(struct writer *writer, const char *bytes, size_t length);

#endif
