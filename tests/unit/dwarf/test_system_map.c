/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../dwarf/table.h"
#include "base/error.h"
#include "core/symbol.h"

static const char good[] =
	"0000000000000000 D __per_cpu_start\n"
	"0000000000030000 D __per_cpu_end\n"
	"ffffffff81000000 T _stext\n"
	"ffffffff81000000 T _text\n"
	"ffffffff81000100 t do_one.constprop.0\n"
	"ffffffff82a00000 B _end\n";

static struct inspect_error *open_text(const char *text, size_t size, uint64_t offset, struct source *source)
{
	int fd = memfd_create("System.map", 0);
	struct source_input input = { .fd = fd, .name = "System.map", .offset = offset };
	struct inspect_error *error;

	ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
	ck_assert(system_map_source_ops.probe(&input));
	memset(source, 0, sizeof(*source));
	error = system_map_source_ops.open(&input, source);
	close(fd);
	return error;
}

static bool probes(const char *text)
{
	int fd = memfd_create("x", 0);
	struct source_input input = { .fd = fd, .name = "x" };
	bool ours;

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ours = system_map_source_ops.probe(&input);
	close(fd);
	return ours;
}

START_TEST(symbols_are_read_and_moved)
{
	struct symbol symbol;
	struct source source;

	ck_assert_ptr_null(open_text(good, sizeof(good) - 1, 0x1a000000, &source));
	ck_assert_uint_eq(source.symbols->count, 6);
	ck_assert_str_eq(source.symbols->ops->name, "System.map");
	ck_assert(source.symbols->ops->find(source.symbols, "do_one.constprop.0", &symbol));
	ck_assert_uint_eq(symbol.address, UINT64_C(0xffffffff9b000100));
	ck_assert_uint_eq(symbol.size, 0x19fff00);
	ck_assert_int_eq(symbol.letter, 't');
	ck_assert(source.symbols->ops->lookup(source.symbols, UINT64_C(0xffffffff9b0000ff), &symbol));
	ck_assert_str_eq(symbol.name, "_stext");
	/* Per-CPU offsets stay. */
	ck_assert(source.symbols->ops->find(source.symbols, "__per_cpu_end", &symbol));
	ck_assert_uint_eq(symbol.address, 0x30000);
	source.symbols->ops->destroy(source.symbols);
}
END_TEST

START_TEST(the_last_newline_may_be_missing)
{
	struct source source;

	ck_assert_ptr_null(open_text(good, sizeof(good) - 2, 0, &source));
	ck_assert_uint_eq(source.symbols->count, 6);
	source.symbols->ops->destroy(source.symbols);
}
END_TEST

static void expect_refusal(const char *text, size_t size, const char *part)
{
	struct source source;
	struct inspect_error *error = open_text(text, size, 0, &source);

	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FORMAT);
	ck_assert_msg(strstr(inspect_error_message(error), part), "%s", inspect_error_message(error));
	ck_assert_ptr_null(source.symbols);
	inspect_error_destroy(error);
}

START_TEST(wrong_lines_are_named)
{
	static const char *const lines[] = {
		"ffffffff8100010 t short",
		"ffffffff810001000 t long",
		"ffffffff8100010g t letter",
		"ffffffff81000100 tt letters",
		"ffffffff81000100 1 digit",
		"ffffffff81000100 t ",
		"ffffffff81000100 t two words",
		"ffffffff81000100 t tab\t[module]",
		"ffffffff81000100",
		"",
	};
	char text[256];

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(text, sizeof(text), "ffffffff81000000 T _stext\n%s\nffffffff81000200 T end\n", lines[i]);
		expect_refusal(text, strlen(text), "line 2");
	}
	/* A NUL in a name does not hide what follows it. */
	expect_refusal("ffffffff81000000 T _st\0xt\n", 26, "line 1");
}
END_TEST

START_TEST(debians_stub_says_where_the_real_one_is)
{
	static const char stub[] =
		"ffffffffffffffff B The real System.map is in the linux-image-6.1.0-1-amd64-dbg package\n";

	expect_refusal(stub, sizeof(stub) - 1, "linux-image-6.1.0-1-amd64-dbg");
}
END_TEST

START_TEST(other_files_are_not_ours)
{
	ck_assert(!probes(""));
	ck_assert(!probes("\177ELF\2\1\1 and many bytes behind it"));
	ck_assert(!probes("some text that is longer than one address"));
	ck_assert(!probes("ffffffff81000000"));
	ck_assert(!probes("c0100000 T of_32_bits\nc0100000 T x\n"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("System.map");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, symbols_are_read_and_moved);
	tcase_add_test(tcase, the_last_newline_may_be_missing);
	tcase_add_test(tcase, wrong_lines_are_named);
	tcase_add_test(tcase, debians_stub_says_where_the_real_one_is);
	tcase_add_test(tcase, other_files_are_not_ours);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
