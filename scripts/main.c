/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kinspect: the command line of libinspect. Also installed as bpf_inspect.
 *
 * The map of all files:
 *
 *   scripts/     main.c       from argv to the exit status
 *                invocation   one command: its options, arguments and output
 *                line, lines  the language of shells and scripts, and running it; batch: -e and --script
 *                outlet, interrupt  a command's way through sh or a pager, and what stops it
 *                history, suggest   what a shell remembers, and what it completes
 *                options      the tables of options, and their parser
 *                commands     the table of commands; command: what each is given
 *                help         usage and help, made from these tables
 *                message      what goes to stderr
 *                caret        errors about an expression, with a caret under the place
 *                print_options  from the command line to how expressions are printed
 *                values       --where, --print and --columns of a listing
 *                cmd_NAME.c   one command each: fills records, hands them to the sink
 *                layout_*.c   how records look as text
 *                examples/    programs upon the library, to begin with
 *   libinspect/  include/inspect/  what the commands (and other programs) may use
 *                base/        errors, arenas, strings, hashes
 *                core/        memory of the target, symbols, types, scopes, views; objects, values and their text
 *                kernel/      VMCOREINFO, address translation, roots, walkers; the log, modules, tasks, unwinding
 *                bpf/         programs, maps, links, trampolines: what the records are filled from
 *                expr/        C expressions over the kernel: lexer, parser, evaluator, their functions
 *                record/      records, and the sinks that write them as text or JSON
 *                open*.c      put a handle together from targets and sources
 *   targets/     every source of bytes: ELF, kdump, /proc/kcore
 *   dwarf/       every source of types and symbols: BTF, DWARF, kallsyms, ELF, System.map
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "commands.h"
#include "invocation.h"

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

/* The value of --types. */
static enum status parse_types(const struct invocation *invocation, enum inspect_types *types_ret)
{
	static const char *const names[] = {
		[INSPECT_TYPES_AUTO] = "auto",
		[INSPECT_TYPES_BTF] = "btf",
		[INSPECT_TYPES_DWARF] = "dwarf",
	};
	const char *wanted = invocation->options.types;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!wanted || !strcmp(wanted, names[i])) {
			*types_ret = (enum inspect_types)i;
			return STATUS_WHOLE;
		}
	}
	message_error(&invocation->context.messages, "--types: \"%s\" is none of auto, btf, dwarf", wanted);
	return invocation_usage(invocation);
}

static enum status open_core(struct invocation *invocation)
{
	const struct options *options = &invocation->options;
	struct command_context *context = &invocation->context;
	const struct command *command = context->command;
	struct inspect_error *error;
	enum status status;
	const char *note;
	struct inspect_options open_options = {
		.core_paths = options->cores.items,
		.core_count = options->cores.count,
		.symbol_paths = options->symbols.items,
		.symbol_count = options->symbols.count,
		.force = options->force,
		.debuginfod = options->debuginfod,
	};

	if (command && (command->core == CORE_NEVER ||
			(command->core == CORE_WITHOUT_ARGUMENTS && context->argument_count)))
		return STATUS_WHOLE;
	status = parse_types(invocation, &open_options.types);
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

/* The options before the command word, then the command with those behind it. */
static enum status parse_command_line(struct invocation *invocation, int argc, char **argv)
{
	struct options *options = &invocation->options;
	int word = options_parse(options, NULL, OPTIONS_STOP, argc, argv, &invocation->context.messages);

	if (word < 0)
		return invocation_usage(invocation);
	if (options->help || options->version)
		return STATUS_WHOLE;
	if (word < argc && batch_is_wanted(options)) {
		message_error(&invocation->context.messages,
			      "unexpected argument \"%s\": the commands are in -e and --script", argv[word]);
		return invocation_usage(invocation);
	}
	if (word < argc)
		return invocation_parse(invocation, argc - word, argv + word);
	if (batch_is_wanted(options))
		return STATUS_WHOLE;
	message_error(&invocation->context.messages, "a command is required");
	return invocation_usage(invocation);
}

static enum status print_version(const struct command_context *context)
{
	if (printf("kinspect %s\n", INSPECT_VERSION) > 0 && !fflush(stdout))
		return STATUS_WHOLE;
	message_error(&context->messages, "write the output: %s", strerror(errno));
	return STATUS_PARTIAL;
}

static enum status run_command(struct invocation *invocation)
{
	enum status status = invocation_arguments(invocation);

	if (status == STATUS_WHOLE)
		status = open_core(invocation);
	if (status == STATUS_WHOLE)
		status = invocation_open_output(invocation);
	if (status == STATUS_WHOLE)
		status = invocation_run(invocation);
	return status;
}

/* The commands of -e and --script. */
static enum status run_batch(struct invocation *invocation)
{
	struct batch batch;
	enum status status = batch_open(&batch, &invocation->context);

	if (status == STATUS_WHOLE)
		status = open_core(invocation);
	if (status == STATUS_WHOLE)
		status = invocation_open_output(invocation);
	if (status == STATUS_WHOLE)
		status = batch_run(&batch, &invocation->context);
	batch_close(&batch);
	return status;
}

/* Does what the command line says, be it to explain itself. */
static enum status run(struct invocation *invocation, int argc, char **argv)
{
	enum status status = parse_command_line(invocation, argc, argv);

	if (status != STATUS_WHOLE)
		return status;
	if (invocation->options.help)
		return invocation_help(invocation);
	if (invocation->options.version)
		return print_version(&invocation->context);
	return invocation->context.command ? run_command(invocation) : run_batch(invocation);
}

int main(int argc, char **argv)
{
	struct invocation invocation;
	struct command_context *context = &invocation.context;
	enum status status;
	bool ready;

	if (!standard_files_ready())
		return STATUS_FAILED;
	ready = invocation_init(&invocation, NULL, argc);
	context->program = program_name(argc, argv);
	context->messages.program = context->program;
	if (ready) {
		status = run(&invocation, argc, argv);
	} else {
		message_error(&context->messages, "out of memory");
		status = STATUS_FAILED;
	}
	inspect_close(context->inspect);
	invocation_deinit(&invocation);
	return status;
}
