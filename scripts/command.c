/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Prints and destroys @error; whether there was none. */
static bool command_check(const struct command_context *context, struct inspect_error *error)
{
	bool ok = !error;

	message_take(&context->messages, error);
	return ok;
}

bool command_begin(struct command_context *context, const struct inspect_schema *schema,
		   const struct inspect_layout *layout, enum inspect_stream stream)
{
	struct inspect_error *error;

	if (context->options->json)
		error = inspect_sink_json(context->output, INSPECT_JSON_COMPACT, &context->sink);
	else if (!layout)
		error = inspect_sink_table(context->output, &context->sink);
	else
		error = inspect_sink_text(context->output, layout, &context->sink);
	if (!error)
		error = inspect_sink_begin(context->sink, schema, stream);
	return command_check(context, error);
}

bool command_record(struct command_context *context, const struct inspect_record *record)
{
	if (context->interrupt && *context->interrupt) {
		message_error(&context->messages, "interrupted");
		return false;
	}
	return command_check(context, inspect_sink_record(context->sink, record));
}

FILE *command_stream(const struct command_context *context)
{
	int fd = dup(context->output);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (file)
		return file;
	message_error(&context->messages, "write the output: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* What the library could not find out on the side; whether there was nothing. */
static bool command_problems(const struct command_context *context)
{
	struct inspect_error *problem;
	bool none = true;

	while (context->inspect && (problem = inspect_next_problem(context->inspect))) {
		message_take(&context->messages, problem);
		none = false;
	}
	return none;
}

enum status command_end(struct command_context *context, enum status status)
{
	struct inspect_sink *sink = context->sink;
	bool whole = command_problems(context);

	context->sink = NULL;
	if (sink && inspect_sink_faults(sink))
		whole = false;
	if (sink && !command_check(context, inspect_sink_end(sink)))
		whole = false;
	inspect_sink_destroy(sink);
	return whole || status != STATUS_WHOLE ? status : STATUS_PARTIAL;
}
