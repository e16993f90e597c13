/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kinspect: the command line of libinspect. Also installed as bpf_inspect.
 *
 * The map of all files:
 *
 *   scripts/     main.c       from argv to the exit status
 *                options      the tables of options, and their parser
 *                commands     the table of commands; command: what each is given
 *                help         usage and help, made from these tables
 *                message      what goes to stderr
 *                caret        errors about an expression, with a caret under the place
 *                print_options  from the command line to how expressions are printed
 *                values       --where, --print and --columns of a listing
 *                cmd_NAME.c   one command each: fills records, hands them to the sink
 *                layout_*.c   how records look as text
 *   libinspect/  include/inspect/  what the commands (and other programs) may use
 *                base/        errors, arenas, strings, hashes
 *                core/        memory of the target, symbols, types, scopes, views; objects, values and their text
 *                kernel/      VMCOREINFO, address translation, roots, walkers
 *                bpf/         programs, maps, links, trampolines: what the records are filled from
 *                expr/        C expressions over the kernel: lexer, parser, evaluator, their functions
 *                record/      records, and the sinks that write them as text or JSON
 *                open.c       puts a handle together from targets and sources
 *   targets/     every source of bytes: ELF, kdump, /proc/kcore
 *   dwarf/       every source of types and symbols: BTF, DWARF, kallsyms, ELF, System.map
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"

/* One run of the program: what is to be released at its end. */
struct session {
	struct options options;
	struct command_context context;
	uint64_t *ids;
};

/*
 * Without stdin, stdout or stderr, the dump or the output file would get its number, and messages would go there. An
 * unreadable or unwritable /dev/null takes its place, so that using it fails.
 */
static bool standard_files_ready(void)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			return false;
	}
	return true;
}

/* "bpf_inspect" where we were called so, whatever the folder; else "kinspect". */
static const char *program_name(int argc, char **argv)
{
	const char *slash, *name;

	if (argc < 1)
		return "kinspect";
	slash = strrchr(argv[0], '/');
	name = slash ? slash + 1 : argv[0];
	return !strcmp(name, "bpf_inspect") ? "bpf_inspect" : "kinspect";
}

/* A usage error that has been told: where to read more. */
static enum status wrong_usage(const struct session *session)
{
	help_usage(stderr, session->context.program, session->context.command);
	return STATUS_USAGE;
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

/* The arguments, by the command's grammar. */
static enum status parse_arguments(struct session *session)
{
	struct command_context *context = &session->context;
	const struct command *command = context->command;
	size_t max = command->arguments == ARGUMENTS_NONE ? 0 : command->arguments == ARGUMENTS_FILE ? 1 : SIZE_MAX;

	if (command->arguments == ARGUMENTS_TEXTS && !context->argument_count) {
		message_error(&context->messages, "%s: no %s is given", command->names[0], command->argument_noun);
		return wrong_usage(session);
	}
	if (context->argument_count > max) {
		message_error(&context->messages, "%s: unexpected argument \"%s\"", command->names[0],
			      context->arguments[max]);
		return wrong_usage(session);
	}
	if (command->arguments != ARGUMENTS_IDS || !context->argument_count)
		return STATUS_WHOLE;
	session->ids = calloc(context->argument_count, sizeof(*session->ids));
	if (!session->ids) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	for (size_t i = 0; i < context->argument_count; i++) {
		if (!parse_id(context->arguments[i], &session->ids[i])) {
			message_error(&context->messages, "%s: \"%s\" is no %s: a decimal number is expected",
				      command->names[0], context->arguments[i], command->argument_noun);
			return wrong_usage(session);
		}
	}
	context->ids = session->ids;
	return STATUS_WHOLE;
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

/* Opens the file of -o and empties it, but not if it is what we read. */
static enum status open_output(struct session *session)
{
	const struct options *options = &session->options;
	struct command_context *context = &session->context;
	const struct option_list arguments = {
		.items = (const char **)context->arguments,
		.count = context->command->arguments == ARGUMENTS_FILE ? context->argument_count : 0,
	};
	struct stat file;

	if (!options->output)
		return STATUS_WHOLE;
	context->output = open(options->output, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (context->output < 0 || fstat(context->output, &file)) {
		message_error(&context->messages, "open %s for output: %s", options->output, strerror(errno));
		return STATUS_FAILED;
	}
	if (!S_ISREG(file.st_mode))
		return STATUS_WHOLE;
	if (is_input(&file, &options->cores) || is_input(&file, &options->symbols) || is_input(&file, &arguments)) {
		message_error(&context->messages, "%s is an input: it is not overwritten", options->output);
		return STATUS_USAGE;
	}
	if (ftruncate(context->output, 0)) {
		message_error(&context->messages, "empty %s: %s", options->output, strerror(errno));
		return STATUS_FAILED;
	}
	return STATUS_WHOLE;
}

/* The value of --types. */
static enum status parse_types(struct session *session, enum inspect_types *types_ret)
{
	static const char *const names[] = {
		[INSPECT_TYPES_AUTO] = "auto",
		[INSPECT_TYPES_BTF] = "btf",
		[INSPECT_TYPES_DWARF] = "dwarf",
	};
	const char *wanted = session->options.types;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!wanted || !strcmp(wanted, names[i])) {
			*types_ret = (enum inspect_types)i;
			return STATUS_WHOLE;
		}
	}
	message_error(&session->context.messages, "--types: \"%s\" is none of auto, btf, dwarf", wanted);
	return wrong_usage(session);
}

static enum status open_core(struct session *session)
{
	const struct options *options = &session->options;
	struct command_context *context = &session->context;
	struct inspect_error *error;
	enum status status;
	const char *note;
	struct inspect_options open_options = {
		.core_paths = options->cores.items,
		.core_count = options->cores.count,
		.symbol_paths = options->symbols.items,
		.symbol_count = options->symbols.count,
		.force = options->force,
	};

	if (context->command->core == CORE_WITHOUT_ARGUMENTS && context->argument_count)
		return STATUS_WHOLE;
	status = parse_types(session, &open_options.types);
	if (status != STATUS_WHOLE)
		return status;
	error = inspect_open(&open_options, &context->inspect);
	if (error) {
		message_take(&context->messages, error);
		return STATUS_FAILED;
	}
	for (size_t i = 0; (note = inspect_note(context->inspect, i)); i++)
		message_note(&context->messages, "%s", note);
	if (options->verbose)
		info_tell(context);
	return STATUS_WHOLE;
}

/* The command word, or a message about what stands in its place. */
static enum status find_command(struct session *session, const char *word)
{
	struct command_context *context = &session->context;
	const char *guess;

	if (!word) {
		message_error(&context->messages, "a command is required");
		return wrong_usage(session);
	}
	context->command = command_find(word);
	if (context->command)
		return STATUS_WHOLE;
	guess = command_guess(word);
	if (guess)
		message_error(&context->messages, "unknown command \"%s\", did you mean \"%s\"?", word, guess);
	else
		message_error(&context->messages, "unknown command \"%s\"", word);
	return wrong_usage(session);
}

/* Parses the options before and behind the command word, and finds the command. */
static enum status parse_command_line(struct session *session, int argc, char **argv)
{
	struct command_context *context = &session->context;
	struct options *options = &session->options;
	enum status status;
	int word, first;

	word = options_parse(options, NULL, OPTIONS_STOP, argc, argv, &context->messages);
	if (word < 0)
		return wrong_usage(session);
	if (options->help || options->version)
		return STATUS_WHOLE;
	status = find_command(session, argv[word]);
	if (status != STATUS_WHOLE)
		return status;
	first = options_parse(options, &context->command->options, OPTIONS_PERMUTE, argc - word, argv + word,
			      &context->messages);
	if (first < 0)
		return wrong_usage(session);
	context->arguments = argv + word + first;
	context->argument_count = (size_t)(argc - word - first);
	context->messages.quiet = options->quiet;
	return STATUS_WHOLE;
}

static enum status run_command(struct session *session)
{
	struct command_context *context = &session->context;
	enum status status = parse_arguments(session);

	if (status == STATUS_WHOLE)
		status = open_core(session);
	if (status == STATUS_WHOLE)
		status = open_output(session);
	if (status == STATUS_WHOLE)
		status = command_end(context, context->command->run(context));
	return status;
}

/* Does what the command line says, be it to explain itself. */
static enum status run(struct session *session, int argc, char **argv)
{
	struct command_context *context = &session->context;
	enum status status = parse_command_line(session, argc, argv);

	if (status != STATUS_WHOLE)
		return status;
	if (!session->options.help && !session->options.version)
		return run_command(session);
	if (session->options.help)
		help_print(stdout, context->program, context->command);
	else
		printf("kinspect %s\n", INSPECT_VERSION);
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_WHOLE;
	message_error(&context->messages, "write the output: %s", strerror(errno));
	return STATUS_PARTIAL;
}

static void session_deinit(struct session *session)
{
	inspect_close(session->context.inspect);
	if (session->context.output > STDERR_FILENO)
		close(session->context.output);
	free(session->ids);
	options_deinit(&session->options);
}

int main(int argc, char **argv)
{
	struct session session = {};
	struct command_context *context = &session.context;
	enum status status;

	if (!standard_files_ready())
		return STATUS_FAILED;
	context->program = program_name(argc, argv);
	context->messages.program = context->program;
	context->options = &session.options;
	context->output = STDOUT_FILENO;
	if (options_init(&session.options, argc)) {
		status = run(&session, argc, argv);
	} else {
		message_error(&context->messages, "out of memory");
		status = STATUS_FAILED;
	}
	session_deinit(&session);
	return status;
}
