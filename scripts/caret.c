/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/inspect.h>
#include <inspect/record.h>

/* Of a long text, so much is shown on either side. */
#define CONTEXT 60

/* Columns that an escaped string takes: its code points. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

/* Back or on to the start of a code point, so that none is cut. */
static size_t whole(const char *text, size_t at)
{
	while (at && (text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static void print_place(const char *text, size_t offset, size_t length)
{
	size_t size = strlen(text), start, end;
	char *before, *marked, *after;

	if (offset > size)
		offset = size;
	if (length > size - offset)
		length = size - offset;
	start = offset > CONTEXT ? whole(text, offset - CONTEXT) : 0;
	end = size - offset - length > CONTEXT ? whole(text, offset + length + CONTEXT) : size;
	before = inspect_escape(text + start, offset - start);
	marked = inspect_escape(text + offset, length);
	after = inspect_escape(text + offset + length, end - offset - length);
	if (before && marked && after) {
		int width = width_of(marked);

		fprintf(stderr, "    %s%s%s%s%s\n", start ? "..." : "", before, marked, after, end < size ? "..." : "");
		fprintf(stderr, "    %*s^", (start ? 3 : 0) + width_of(before), "");
		while (--width > 0)
			fputc('~', stderr);
		fputc('\n', stderr);
	}
	free(before);
	free(marked);
	free(after);
}

void message_caret(const struct messages *messages, const char *text, struct inspect_error *error)
{
	size_t offset, length;
	bool has_place = inspect_error_place(error, &offset, &length);

	message_error(messages, "%s", inspect_error_message(error));
	if (has_place)
		print_place(text, offset, length);
	inspect_error_destroy(error);
}
