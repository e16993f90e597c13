/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "invocation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"

bool invocation_init(struct invocation *invocation, const struct command_context *outer, int argc)
{
	memset(invocation, 0, sizeof(*invocation));
	invocation->output = -1;
	invocation->opened = outer ? outer->options : &invocation->options;
	invocation->context.output = STDOUT_FILENO;
	if (outer) {
		invocation->context = *outer;
		invocation->context.within = true;
	}
	invocation->context.command = NULL;
	invocation->context.options = &invocation->options;
	if (!options_init(&invocation->options, argc))
		return false;
	if (outer) {
		invocation->options.json = outer->options->json;
		invocation->options.quiet = outer->options->quiet;
	}
	return true;
}

void invocation_deinit(struct invocation *invocation)
{
	if (invocation->output >= 0)
		close(invocation->output);
	free(invocation->ids);
	options_deinit(&invocation->options);
}

enum status invocation_usage(const struct invocation *invocation)
{
	const struct command_context *context = &invocation->context;

	if (context->command || !context->within)
		help_usage(stderr, context->program, context->command);
	return STATUS_USAGE;
}

/* What is no word of a command, but may be an expression. */
static bool is_expression(const char *word)
{
	return word[strspn(word, "abcdefghijklmnopqrstuvwxyz_-")];
}

/* The command word, or a message about what stands in its place. */
static enum status find_command(struct invocation *invocation, const char *word)
{
	struct command_context *context = &invocation->context;
	const char *guess = command_guess(word);

	context->command = command_find(word);
	if (context->command && context->within && context->command->outermost) {
		message_error(&context->messages,
			      "%s: it runs from the command line only, not within a shell or a script", word);
		return STATUS_USAGE;
	}
	if (context->command)
		return STATUS_WHOLE;
	if (guess)
		message_error(&context->messages, "unknown command \"%s\", did you mean \"%s\"?", word, guess);
	else if (context->within && is_expression(word))
		message_error(&context->messages, "unknown command \"%s\" (print EXPR prints expressions)", word);
	else
		message_error(&context->messages, "unknown command \"%s\"%s", word,
			      context->within ? " (help lists them)" : "");
	return invocation_usage(invocation);
}

enum status invocation_parse(struct invocation *invocation, int argc, char **argv)
{
	struct command_context *context = &invocation->context;
	struct options *options = &invocation->options;
	enum status status = find_command(invocation, argv[0]);
	int first;

	if (status != STATUS_WHOLE)
		return status;
	first = options_parse(options, &context->command->options,
			      context->within ? OPTIONS_WITHIN : OPTIONS_PERMUTE, argc, argv, &context->messages);
	if (first < 0)
		return invocation_usage(invocation);
	context->arguments = argv + first;
	context->argument_count = (size_t)(argc - first);
	context->messages.quiet = options->quiet;
	return STATUS_WHOLE;
}

/* Decimal, of 32 bits as the kernel's ids are. */
static bool parse_id(const char *text, uint64_t *id_ret)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = 10 * value + (uint64_t)(*text - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*id_ret = value;
	return true;
}

static enum status parse_ids(struct invocation *invocation)
{
	struct command_context *context = &invocation->context;

	invocation->ids = calloc(context->argument_count, sizeof(*invocation->ids));
	if (!invocation->ids) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	for (size_t i = 0; i < context->argument_count; i++) {
		if (!parse_id(context->arguments[i], &invocation->ids[i])) {
			message_error(&context->messages, "%s: \"%s\" is no %s: a decimal number is expected",
				      context->command->names[0], context->arguments[i],
				      context->command->argument_noun);
			return invocation_usage(invocation);
		}
	}
	context->ids = invocation->ids;
	return STATUS_WHOLE;
}

enum status invocation_arguments(struct invocation *invocation)
{
	struct command_context *context = &invocation->context;
	const struct command *command = context->command;
	size_t max = command->arguments == ARGUMENTS_NONE ? 0 : command->arguments == ARGUMENTS_FILE ? 1 : SIZE_MAX;

	if (command->arguments == ARGUMENTS_TEXTS && !context->argument_count) {
		message_error(&context->messages, "%s: no %s is given", command->names[0], command->argument_noun);
		return invocation_usage(invocation);
	}
	if (context->argument_count > max) {
		message_error(&context->messages, "%s: unexpected argument \"%s\"", command->names[0],
			      context->arguments[max]);
		return invocation_usage(invocation);
	}
	if (command->arguments != ARGUMENTS_IDS || !context->argument_count)
		return STATUS_WHOLE;
	return parse_ids(invocation);
}

/* Whether @file is one of the files in @list: then it must not be written to. */
static bool is_input(const struct stat *file, const struct option_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct stat input;

		if (!stat(list->items[i], &input) && input.st_dev == file->st_dev && input.st_ino == file->st_ino)
			return true;
	}
	return false;
}

enum status invocation_open_output(struct invocation *invocation)
{
	const struct options *options = &invocation->options, *opened = invocation->opened;
	struct command_context *context = &invocation->context;
	const bool file_argument = context->command && context->command->arguments == ARGUMENTS_FILE;
	const struct option_list arguments = {
		.items = (const char **)context->arguments,
		.count = file_argument ? context->argument_count : 0,
	};
	struct stat file;

	if (!options->output)
		return STATUS_WHOLE;
	invocation->output = open(options->output, O_WRONLY | O_CREAT | O_CLOEXEC | (options->append ? O_APPEND : 0),
				  0666);
	if (invocation->output < 0 || fstat(invocation->output, &file)) {
		message_error(&context->messages, "open %s for output: %s", options->output, strerror(errno));
		return STATUS_FAILED;
	}
	context->output = invocation->output;
	context->columns = 0;
	if (!S_ISREG(file.st_mode))
		return STATUS_WHOLE;
	if (is_input(&file, &opened->cores) || is_input(&file, &opened->symbols) || is_input(&file, &arguments)) {
		message_error(&context->messages, "%s is an input: it is not overwritten", options->output);
		return STATUS_USAGE;
	}
	if (!options->append && ftruncate(invocation->output, 0)) {
		message_error(&context->messages, "empty %s: %s", options->output, strerror(errno));
		return STATUS_FAILED;
	}
	return STATUS_WHOLE;
}

enum status invocation_run(struct invocation *invocation)
{
	struct command_context *context = &invocation->context;

	return command_end(context, context->command->run(context));
}

enum status invocation_help(const struct invocation *invocation)
{
	const struct command_context *context = &invocation->context;
	FILE *file = command_stream(context);

	if (!file)
		return STATUS_FAILED;
	help_print(file, context->program, context->command, context->within);
	if (!fclose(file))
		return STATUS_WHOLE;
	message_error(&context->messages, "write the output: %s", strerror(errno));
	return STATUS_PARTIAL;
}
