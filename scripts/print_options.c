/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "print_options.h"

#include <errno.h>
#include <stdlib.h>

/* The options that set or clear one of drgn's flags. */
static const struct {
	size_t offset;
	unsigned int set, clear;
} flag_rows[] = {
#define FLAG(member, set, clear) { offsetof(struct options, print.member), (set), (clear) }
	FLAG(no_dereference, 0, INSPECT_PRINT_DEREFERENCE),
	FLAG(no_symbols, 0, INSPECT_PRINT_SYMBOLIZE),
	FLAG(no_strings, 0, INSPECT_PRINT_STRING),
	FLAG(chars, INSPECT_PRINT_CHAR, 0),
	FLAG(no_type_names, 0, INSPECT_PRINT_TYPE_NAME),
	FLAG(no_member_type_names, 0, INSPECT_PRINT_MEMBER_TYPE_NAMES),
	FLAG(element_type_names, INSPECT_PRINT_ELEMENT_TYPE_NAMES, 0),
	FLAG(members_same_line, INSPECT_PRINT_MEMBERS_SAME_LINE, 0),
	FLAG(no_elements_same_line, 0, INSPECT_PRINT_ELEMENTS_SAME_LINE),
	FLAG(no_member_names, 0, INSPECT_PRINT_MEMBER_NAMES),
	FLAG(indices, INSPECT_PRINT_ELEMENT_INDICES, 0),
	FLAG(no_implicit_members, 0, INSPECT_PRINT_IMPLICIT_MEMBERS),
	FLAG(implicit_elements, INSPECT_PRINT_IMPLICIT_ELEMENTS, 0),
#undef FLAG
};

/* A decimal number behind an option; NULL is 0. */
static bool parse_count(const struct command_context *context, const char *option, const char *text,
			unsigned int *count_ret)
{
	unsigned long count;
	char *end;

	*count_ret = 0;
	if (!text)
		return true;
	errno = 0;
	count = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || count > UINT32_MAX) {
		message_error(&context->messages, "--%s: \"%s\" is no decimal number", option, text);
		return false;
	}
	*count_ret = (unsigned int)count;
	return true;
}

bool print_options(const struct command_context *context, struct inspect_print_options *out)
{
	const struct options *options = context->options;
	unsigned int width;

	*out = (struct inspect_print_options){ .flags = INSPECT_PRINT_DEFAULT };
	for (size_t i = 0; i < sizeof(flag_rows) / sizeof(flag_rows[0]); i++) {
		if (!*(const bool *)((const char *)options + flag_rows[i].offset))
			continue;
		out->flags |= flag_rows[i].set;
		out->flags &= ~flag_rows[i].clear;
	}
	if (options->print.hex && options->print.octal) {
		message_error(&context->messages, "--hex and --octal exclude each other");
		return false;
	}
	out->integer_base = options->print.hex ? 16 : options->print.octal ? 8 : 10;
	if (!parse_count(context, "depth", options->print.depth, &out->depth) ||
	    !parse_count(context, "width", options->print.width, &width))
		return false;
	out->columns = options->print.width ? width : context->columns;
	out->json = options->json;
	return true;
}

enum status print_status(const struct inspect_error *error)
{
	switch (inspect_error_code(error)) {
	case INSPECT_ERROR_USAGE:
		return STATUS_USAGE;
	case INSPECT_ERROR_FAULT:
	case INSPECT_ERROR_LOOKUP:
	case INSPECT_ERROR_INTERRUPTED:
		return STATUS_PARTIAL;
	default:
		return STATUS_FAILED;
	}
}
