/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

bool batch_is_wanted(const struct options *options)
{
	return options->commands.count || options->script;
}

enum status batch_open(struct batch *batch, const struct command_context *context)
{
	const char *name = context->options->script;

	*batch = (struct batch){ 0 };
	if (!name)
		return STATUS_WHOLE;
	batch->name = strcmp(name, "-") ? name : "stdin";
	batch->script = strcmp(name, "-") ? fopen(name, "re") : stdin;
	if (batch->script)
		return STATUS_WHOLE;
	message_error(&context->messages, "open %s: %s", name, strerror(errno));
	return STATUS_FAILED;
}

void batch_close(struct batch *batch)
{
	if (batch->script && batch->script != stdin)
		fclose(batch->script);
	batch->script = NULL;
}

/* False where nothing is to be run any more. */
static bool run_commands(struct lines *lines, const struct option_list *commands)
{
	bool goes_on = true;

	lines->context.messages.place = "-e";
	lines->counts = true;
	for (size_t i = 0; goes_on && i < commands->count; i++)
		goes_on = lines_run(lines, commands->items[i]);
	lines->counts = false;
	return goes_on;
}

static void run_script(struct lines *lines, const struct batch *batch)
{
	struct messages *messages = &lines->context.messages;
	bool goes_on = true;
	size_t capacity = 0;
	char *line = NULL;
	ssize_t length;

	messages->place = batch->name;
	messages->number = 0;
	while (goes_on && (length = getline(&line, &capacity, batch->script)) >= 0) {
		messages->number++;
		if (strlen(line) == (size_t)length) {
			goes_on = lines_run(lines, line);
			continue;
		}
		message_error(messages, "a NUL byte: this is no text");
		lines->worst = STATUS_USAGE;
		goes_on = false;
	}
	if (goes_on && ferror(batch->script)) {
		messages->number++;
		message_error(messages, "read: %s", strerror(errno));
		lines->worst = STATUS_FAILED;
	}
	free(line);
}

enum status batch_run(const struct batch *batch, const struct command_context *context)
{
	struct lines lines;

	lines_init(&lines, context);
	lines.keep_going = context->options->keep_going;
	if (run_commands(&lines, &context->options->commands) && batch->script)
		run_script(&lines, batch);
	return lines.worst;
}
