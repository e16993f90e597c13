/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/inspect.h>
#include <inspect/record.h>

static void message_print(const struct messages *messages, const char *format, va_list args)
{
	char *text = NULL, *escaped;
	int length;

	if (messages->interrupt && *messages->interrupt == SIGPIPE)
		return;
	length = vasprintf(&text, format, args);
	escaped = length < 0 ? NULL : inspect_escape(text, (size_t)length);
	fprintf(stderr, "%s: ", messages->program);
	if (messages->place)
		fprintf(stderr, "%s:%u: ", messages->place, messages->number);
	fprintf(stderr, "%s\n", escaped ? escaped : "out of memory");
	free(escaped);
	if (length >= 0)
		free(text);
}

void message_error(const struct messages *messages, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message_print(messages, format, args);
	va_end(args);
}

void message_note(const struct messages *messages, const char *format, ...)
{
	va_list args;

	if (messages->quiet)
		return;
	va_start(args, format);
	message_print(messages, format, args);
	va_end(args);
}

void message_take(const struct messages *messages, struct inspect_error *error)
{
	if (error)
		message_error(messages, "%s", inspect_error_message(error));
	inspect_error_destroy(error);
}
