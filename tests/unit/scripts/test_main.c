/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line from argv to the exit status, with commands and a library that remember what they were given. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "commands.h"

/* main() of scripts/main.c, which is compiled under this name. */
int kinspect_main(int argc, char **argv);

/* What the last run came to. */
static struct {
	int status;
	char out[8192];
	char err[4096];
	const char *ran;
	bool opened, has_inspect, details, json, quiet, force;
	size_t cores, symbols, ids;
	uint64_t last_id;
	char last_core[64];
	char argument[64];
} seen;

/* What the fakes do. */
static bool fail_to_open, print_a_fault;
static unsigned int problems;

static char handle;

enum { ROW_NAME };

static const struct inspect_column row_columns[] = { [ROW_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING } };
static const struct inspect_schema row = INSPECT_SCHEMA("row", row_columns);
static const struct inspect_layout_item row_items[] = { { INSPECT_PATH(ROW_NAME) } };
static const struct inspect_layout row_layout = INSPECT_LAYOUT(row_items);

struct inspect_error *inspect_open(const struct inspect_options *options, struct inspect **inspect_ret)
{
	seen.opened = true;
	seen.cores = options->core_count;
	seen.symbols = options->symbol_count;
	seen.force = options->force;
	if (options->core_count)
		snprintf(seen.last_core, sizeof(seen.last_core), "%s", options->core_paths[options->core_count - 1]);
	if (fail_to_open)
		return error_create(INSPECT_ERROR_OS, "open it: \x1b[31mno");
	*inspect_ret = (struct inspect *)&handle;
	return NULL;
}

const char *inspect_note(const struct inspect *inspect, size_t index)
{
	(void)inspect;
	(void)index;
	return NULL;
}

struct inspect_error *inspect_next_problem(struct inspect *inspect)
{
	ck_assert_ptr_eq(inspect, (struct inspect *)&handle);
	if (!problems)
		return NULL;
	problems--;
	return error_create(INSPECT_ERROR_FAULT, "trampoline 7: page excluded");
}

void inspect_refresh(struct inspect *inspect)
{
	ck_assert_ptr_eq(inspect, (struct inspect *)&handle);
}

void inspect_set_interrupt(struct inspect *inspect, const volatile sig_atomic_t *flag)
{
	ck_assert_ptr_eq(inspect, (struct inspect *)&handle);
	ck_assert_int_eq(*flag, 0);
}

void inspect_close(struct inspect *inspect)
{
	ck_assert(!inspect || inspect == (struct inspect *)&handle);
}

static enum status remember(struct command_context *context, const char *name)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect_record *record = inspect_record_create(&row, pool);
	bool written;

	seen.ran = name;
	seen.has_inspect = context->inspect;
	seen.details = context->options->show_details;
	seen.json = context->options->json;
	seen.quiet = context->options->quiet;
	seen.ids = context->argument_count;
	if (context->ids)
		seen.last_id = context->ids[context->argument_count - 1];
	if (context->argument_count)
		snprintf(seen.argument, sizeof(seen.argument), "%s", context->arguments[0]);
	if (print_a_fault)
		inspect_cell_fault(record, ROW_NAME, INSPECT_FAULT_EXCLUDED, 1);
	else
		inspect_cell_cstring(record, ROW_NAME, name);
	message_note(&context->messages, "a note");
	written = command_begin(context, &row, &row_layout, INSPECT_STREAM_MANY) && command_record(context, record);
	inspect_pool_destroy(pool);
	return written ? STATUS_WHOLE : STATUS_PARTIAL;
}

enum status cmd_prog(struct command_context *context)
{
	return remember(context, "prog");
}

enum status cmd_map(struct command_context *context)
{
	return remember(context, "map");
}

enum status cmd_link(struct command_context *context)
{
	return remember(context, "link");
}

enum status cmd_info(struct command_context *context)
{
	return remember(context, "info");
}

void info_tell(const struct command_context *context)
{
	(void)context;
}

enum status cmd_sym(struct command_context *context)
{
	return cmd_info(context);
}

enum status cmd_read(struct command_context *context)
{
	return remember(context, "read");
}

enum status cmd_string(struct command_context *context)
{
	return remember(context, "string");
}

enum status cmd_vtop(struct command_context *context)
{
	return remember(context, "vtop");
}

enum status cmd_log(struct command_context *context)
{
	return remember(context, "log");
}

enum status cmd_mods(struct command_context *context)
{
	return remember(context, "mods");
}

enum status cmd_ps(struct command_context *context)
{
	return remember(context, "ps");
}

enum status cmd_shell(struct command_context *context)
{
	return remember(context, "shell");
}

enum status cmd_print(struct command_context *context)
{
	return remember(context, "print");
}

enum status cmd_type(struct command_context *context)
{
	return remember(context, "type");
}

enum status cmd_help(struct command_context *context)
{
	return remember(context, "help");
}

enum status cmd_bt(struct command_context *context)
{
	return cmd_info(context);
}

enum status cmd_check(struct command_context *context)
{
	return remember(context, "check");
}

/* Points @fd at a file in memory; what it was before is returned in *@saved_ret. */
static int redirect(int fd, int *saved_ret)
{
	int capture = memfd_create("capture", MFD_CLOEXEC);

	ck_assert_int_ge(capture, 0);
	*saved_ret = dup(fd);
	ck_assert_int_eq(dup2(capture, fd), fd);
	return capture;
}

static void restore(int fd, int saved, int capture, char *buf, size_t size)
{
	ssize_t length = pread(capture, buf, size - 1, 0);

	ck_assert_int_ge(length, 0);
	buf[length] = '\0';
	dup2(saved, fd);
	close(saved);
	close(capture);
}

/* Runs the words of @line, which are separated by blanks, and remembers all in `seen`. */
static void run(const char *line)
{
	int saved_out, saved_err, out, err, argc = 0;
	char *words = strdup(line), *argv[32] = {};

	for (char *word = strtok(words, " "); word && argc < 31; word = strtok(NULL, " "))
		argv[argc++] = word;
	memset(&seen, 0, sizeof(seen));
	fflush(stdout);
	out = redirect(STDOUT_FILENO, &saved_out);
	err = redirect(STDERR_FILENO, &saved_err);
	seen.status = kinspect_main(argc, argv);
	restore(STDERR_FILENO, saved_err, err, seen.err, sizeof(seen.err));
	restore(STDOUT_FILENO, saved_out, out, seen.out, sizeof(seen.out));
	free(words);
}

static void expect_usage(const char *line, const char *message)
{
	run(line);
	ck_assert_msg(seen.status == STATUS_USAGE, "%s: status %d", line, seen.status);
	ck_assert_msg(strstr(seen.err, message), "%s: %s", line, seen.err);
	ck_assert_ptr_nonnull(strstr(seen.err, "usage: "));
	ck_assert_ptr_null(seen.ran);
	ck_assert(!seen.opened);
	ck_assert_str_eq(seen.out, "");
}

START_TEST(options_stand_before_and_after)
{
	run("kinspect prog");
	ck_assert_int_eq(seen.status, STATUS_WHOLE);
	ck_assert_str_eq(seen.ran, "prog");
	ck_assert_str_eq(seen.out, "prog\n");
	ck_assert_str_eq(seen.err, "kinspect: a note\n");
	ck_assert(seen.has_inspect && !seen.cores && !seen.ids && !seen.json && !seen.details);
	run("/usr/bin/kinspect -c a --json --core=b -s v p --show-details -q -c split3 --force");
	ck_assert_str_eq(seen.ran, "prog");
	ck_assert_uint_eq(seen.cores, 3);
	ck_assert_str_eq(seen.last_core, "split3");
	ck_assert_uint_eq(seen.symbols, 1);
	ck_assert(seen.json && seen.details && seen.quiet && seen.force);
	ck_assert_str_eq(seen.out, "[{\"name\":\"prog\"}]\n");
	ck_assert_str_eq(seen.err, "");
}
END_TEST

START_TEST(aliases_and_ids)
{
	run("kinspect m");
	ck_assert_str_eq(seen.ran, "map");
	run("kinspect l 4 --json 4294967295 -c x");
	ck_assert_str_eq(seen.ran, "link");
	ck_assert_uint_eq(seen.ids, 2);
	ck_assert_uint_eq(seen.last_id, UINT32_MAX);
	ck_assert(seen.json);
	run("kinspect info --");
	ck_assert_str_eq(seen.ran, "info");
}
END_TEST

START_TEST(check_opens_a_file_or_the_dump)
{
	run("kinspect check -c x");
	ck_assert(seen.opened && seen.has_inspect);
	run("kinspect check vmlinux");
	ck_assert(!seen.opened && !seen.has_inspect);
	ck_assert_str_eq(seen.argument, "vmlinux");
}
END_TEST

START_TEST(mistakes_are_told)
{
	expect_usage("kinspect", "kinspect: a command is required\n");
	expect_usage("kinspect -c", "kinspect: option -c needs a value: FILE\n");
	expect_usage("kinspect prog --core", "option --core needs a value: FILE");
	expect_usage("kinspect --jason prog", "unknown or ambiguous option --jason");
	expect_usage("kinspect prog -j", "unknown option -j");
	expect_usage("kinspect prog -qj", "unknown option -j");
	expect_usage("kinspect --json=yes prog", "option --json takes no value");
	expect_usage("kinspect --show-details prog", "unknown or ambiguous option --show-details");
	expect_usage("kinspect info --show-details", "unknown or ambiguous option --show-details");
	expect_usage("kinspect porg", "unknown command \"porg\", did you mean \"prog\"?");
	expect_usage("kinspect chek", "did you mean \"check\"?");
	expect_usage("kinspect \x1b[31m", "unknown command \"\\x1b[31m\"\n");
	expect_usage("kinspect prog show", "prog: \"show\" is no program id: a decimal number is expected");
	expect_usage("kinspect map 0x10", "map: \"0x10\" is no map id");
	expect_usage("kinspect link 1 4294967296", "link: \"4294967296\" is no link id");
	expect_usage("kinspect prog -- -1", "prog: \"-1\" is no program id");
	expect_usage("kinspect info 1", "info: unexpected argument \"1\"");
	expect_usage("kinspect check a b", "check: unexpected argument \"b\"");
}
END_TEST

START_TEST(help_reads_like_argparse)
{
	run("kinspect -h");
	ck_assert_int_eq(seen.status, STATUS_WHOLE);
	ck_assert_msg(!strncmp(seen.out, "usage: kinspect [-h] [--version] [-c FILE] ", 43), "%s", seen.out);
	ck_assert_ptr_nonnull(strstr(seen.out, "\npositional arguments:\n  {prog,p,map,m,link,l,info,"));
	ck_assert_ptr_nonnull(strstr(seen.out, "}\n    prog (p)            list BPF programs\n"
					       "    map (m)             list BPF maps\n"));
	ck_assert_ptr_nonnull(strstr(seen.out, "\noptions:\n"
					       "  -h, --help            show this help message and exit\n"));
	ck_assert_ptr_nonnull(strstr(seen.out, "\n  -s FILE|DIR, --symbols FILE|DIR\n                        types and"));
	ck_assert(!seen.opened);
	run("/usr/sbin/bpf_inspect m -h");
	ck_assert_ptr_nonnull(strstr(seen.out, "usage: bpf_inspect map [-h] [--show-details] [--where EXPR]"));
	ck_assert_ptr_nonnull(strstr(seen.out, "\n  --show-details        show more"));
	ck_assert_ptr_nonnull(strstr(seen.out, "\n  -c FILE, --core FILE  the dump"));
	for (const char *line = seen.out; *line; line += strcspn(line, "\n") + 1)
		ck_assert_uint_le(strcspn(line, "\n"), 80);
	run("kinspect info --help");
	ck_assert_ptr_nonnull(strstr(seen.out, "usage: kinspect info [-h]\n"));
	run("kinspect check --help");
	ck_assert_ptr_nonnull(strstr(seen.out, "usage: kinspect check [-h] [FILE]\n"));
}
END_TEST

START_TEST(version)
{
	run("kinspect --version");
	ck_assert_int_eq(seen.status, STATUS_WHOLE);
	ck_assert_str_eq(seen.out, "kinspect " INSPECT_VERSION "\n");
	run("bpf_inspect prog --version");
	ck_assert_str_eq(seen.out, "kinspect " INSPECT_VERSION "\n");
	ck_assert_ptr_null(seen.ran);
}
END_TEST

START_TEST(failures_set_the_status)
{
	fail_to_open = true;
	run("bpf_inspect prog");
	fail_to_open = false;
	ck_assert_int_eq(seen.status, STATUS_FAILED);
	ck_assert_str_eq(seen.err, "bpf_inspect: open it: \\x1b[31mno\n");
	ck_assert_ptr_null(seen.ran);
	print_a_fault = true;
	run("kinspect -q prog");
	print_a_fault = false;
	ck_assert_int_eq(seen.status, STATUS_PARTIAL);
	ck_assert_str_eq(seen.out, "<page excluded>\n");
	problems = 2;
	run("kinspect -q prog");
	ck_assert_int_eq(seen.status, STATUS_PARTIAL);
	ck_assert_str_eq(seen.err, "kinspect: trampoline 7: page excluded\n"
				   "kinspect: trampoline 7: page excluded\n");
	run("kinspect -q -o /dev/full prog");
	ck_assert_int_eq(seen.status, STATUS_PARTIAL);
	ck_assert_str_eq(seen.err, "kinspect: write the output: No space left on device\n");
}
END_TEST

START_TEST(output_file)
{
	char folder[] = "/tmp/test_main.XXXXXX", line[300], path[100], text[100] = "";
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/out", folder);
	file = fopen(path, "w");
	fputs("something longer than what comes", file);
	fclose(file);

	snprintf(line, sizeof(line), "kinspect -c %s -o %s prog", path, path);
	run(line);
	ck_assert_int_eq(seen.status, STATUS_USAGE);
	ck_assert_ptr_nonnull(strstr(seen.err, "is an input"));
	snprintf(line, sizeof(line), "kinspect -o %s check %s", path, path);
	run(line);
	ck_assert_int_eq(seen.status, STATUS_USAGE);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	fclose(file);
	ck_assert_str_eq(text, "something longer than what comes");

	snprintf(line, sizeof(line), "kinspect -o %s prog", path);
	run(line);
	ck_assert_int_eq(seen.status, STATUS_WHOLE);
	ck_assert_str_eq(seen.out, "");
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	ck_assert_str_eq(text, "prog\n");
	ck_assert_int_eq(fgetc(file), EOF);
	fclose(file);

	snprintf(line, sizeof(line), "kinspect -o %s/no/out prog", folder);
	run(line);
	ck_assert_int_eq(seen.status, STATUS_FAILED);
	ck_assert_ptr_nonnull(strstr(seen.err, "No such file or directory"));
	unlink(path);
	rmdir(folder);
}
END_TEST

/* A letter is none of bpftool's, and none of a command's own is one of all commands'. */
static void expect_sound_letters(const struct option_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const char letter = table->rows[i].letter;

		ck_assert(!letter || !strchr("jpfn", letter));
		for (size_t j = 0; table != &option_global && j < option_global.count; j++)
			ck_assert(!letter || letter != option_global.rows[j].letter);
	}
}

/* A name means one command, and the tables fit the parser. */
START_TEST(tables_are_sound)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = &command_table[i];

		for (size_t j = 0; j < COMMAND_NAMES_MAX && command->names[j]; j++)
			ck_assert_ptr_eq(command_find(command->names[j]), command);
		ck_assert_uint_le(option_global.count + command->options.count, OPTION_ROWS_MAX);
		expect_sound_letters(&command->options);
		ck_assert_ptr_nonnull(command->run);
		ck_assert((command->arguments == ARGUMENTS_NONE) == !command->argument_help);
	}
	expect_sound_letters(&option_global);
	ck_assert_ptr_null(command_guess("zzzz"));
	ck_assert_ptr_null(command_guess("a_word_that_is_longer_than_any_command_is"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("main");
	TCase *tcase = tcase_create("command line");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, options_stand_before_and_after);
	tcase_add_test(tcase, aliases_and_ids);
	tcase_add_test(tcase, check_opens_a_file_or_the_dump);
	tcase_add_test(tcase, mistakes_are_told);
	tcase_add_test(tcase, help_reads_like_argparse);
	tcase_add_test(tcase, version);
	tcase_add_test(tcase, failures_set_the_status);
	tcase_add_test(tcase, output_file);
	tcase_add_test(tcase, tables_are_sound);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
