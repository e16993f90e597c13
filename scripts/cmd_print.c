/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* print: the values of expressions, as drgn shows them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/expr.h>

#include "caret.h"
#include "commands.h"
#include "print_options.h"

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

			status = status_worse(status, print_status(error));
			fflush(output->file);
			message_caret(&context->messages, expression, error);
			if (fault)
				continue;
			break;
		}
		output_value(output, text, length);
	}
	return inspect_print_faults(print) ? status_worse(status, STATUS_PARTIAL) : status;
}

static enum status print_expression(struct command_context *context, const char *expression,
				    const struct inspect_print_options *options, struct print_output *output)
{
	struct inspect_print *print;
	struct inspect_error *error = inspect_print_create(context->inspect, expression, options, &print);
	enum status status;

	if (error) {
		status = print_status(error);
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

	if (!print_options(context, &options))
		return STATUS_USAGE;
	output.file = command_stream(context);
	if (!output.file)
		return STATUS_FAILED;
	for (size_t i = 0; i < context->argument_count && !output.failed; i++)
		status = status_worse(status, print_expression(context, context->arguments[i], &options, &output));
	if (!output_end(&output)) {
		message_error(&context->messages, "write the output: %s", strerror(errno));
		status = status_worse(status, STATUS_PARTIAL);
	}
	return status;
}
