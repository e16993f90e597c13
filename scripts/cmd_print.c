/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print: the values of expressions, as drgn shows them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <inspect/expr.h>

#include "caret.h"
#include "commands.h"

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

static bool print_options(const struct command_context *context, struct inspect_print_options *out)
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
	out->columns = width;
	out->json = options->json;
	return true;
}

static enum status status_of(const struct inspect_error *error)
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

/* Where values go, and what stands between them: a line each, or the elements of one JSON array. */
struct print_output {
	FILE *file;
	bool json;
	bool begun;   /* something was written */
	bool failed;
};

static void output_value(struct print_output *output, const char *text, size_t length)
{
	const char *before = !output->json ? "" : output->begun ? "," : "[";

	output->begun = true;
	if (fputs(before, output->file) == EOF || fwrite(text, 1, length, output->file) != length ||
	    (!output->json && fputc('\n', output->file) == EOF))
		output->failed = true;
}

/* Ends and closes it; whether all was written. */
static bool output_end(struct print_output *output)
{
	if (output->json && !output->failed && fputs(output->begun ? "]\n" : "[]\n", output->file) == EOF)
		output->failed = true;
	if (fclose(output->file))
		output->failed = true;
	return !output->failed;
}

static enum status worse(enum status a, enum status b)
{
	return a > b ? a : b;
}

/* All values of one expression. */
static enum status print_values(struct command_context *context, const char *expression, struct inspect_print *print,
				struct print_output *output)
{
	enum status status = STATUS_WHOLE;
	struct inspect_error *error;
	const char *text;
	size_t length;

	while (!output->failed && inspect_print_next(print, &text, &length, &error)) {
		if (error) {
			bool fault = inspect_error_code(error) == INSPECT_ERROR_FAULT;

			status = worse(status, status_of(error));
			fflush(output->file);
			message_caret(&context->messages, expression, error);
			if (fault)
				continue;
			break;
		}
		output_value(output, text, length);
	}
	return inspect_print_faults(print) ? worse(status, STATUS_PARTIAL) : status;
}

static enum status print_expression(struct command_context *context, const char *expression,
				    const struct inspect_print_options *options, struct print_output *output)
{
	struct inspect_print *print;
	struct inspect_error *error = inspect_print_create(context->inspect, expression, options, &print);
	enum status status;

	if (error) {
		status = status_of(error);
		fflush(output->file);
		message_caret(&context->messages, expression, error);
		return status;
	}
	status = print_values(context, expression, print, output);
	inspect_print_destroy(print);
	return status;
}

enum status cmd_print(struct command_context *context)
{
	struct inspect_print_options options;
	enum status status = STATUS_WHOLE;
	struct print_output output = { .json = context->options->json };
	int fd;

	if (!print_options(context, &options))
		return STATUS_USAGE;
	fd = dup(context->output);
	output.file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!output.file) {
		message_error(&context->messages, "write the output: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return STATUS_FAILED;
	}
	for (size_t i = 0; i < context->argument_count && !output.failed; i++)
		status = worse(status, print_expression(context, context->arguments[i], &options, &output));
	if (!output_end(&output)) {
		message_error(&context->messages, "write the output: %s", strerror(errno));
		status = worse(status, STATUS_PARTIAL);
	}
	return status;
}
