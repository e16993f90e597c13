/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* help: of the program, of a shell's language, or of commands. */
#include <errno.h>
#include <string.h>

#include "commands.h"
#include "help.h"

static enum status help_one(struct command_context *context, FILE *file, const char *name)
{
	const struct command *command = command_find(name);
	const char *guess = command_guess(name);

	if (command) {
		help_print(file, context->program, command, context->within);
		return STATUS_WHOLE;
	}
	if (guess)
		message_error(&context->messages, "help: no command \"%s\", did you mean \"%s\"?", name, guess);
	else
		message_error(&context->messages, "help: no command \"%s\"", name);
	return STATUS_USAGE;
}

enum status cmd_help(struct command_context *context)
{
	FILE *file = command_stream(context);
	enum status status = STATUS_WHOLE;

	if (!file)
		return STATUS_FAILED;
	if (!context->argument_count && context->within)
		help_within(file);
	else if (!context->argument_count)
		help_print(file, context->program, NULL, false);
	for (size_t i = 0; i < context->argument_count; i++)
		status = status_worse(status, help_one(context, file, context->arguments[i]));
	if (!fclose(file))
		return status;
	message_error(&context->messages, "write the output: %s", strerror(errno));
	return status_worse(status, STATUS_PARTIAL);
}
