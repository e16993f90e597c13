/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From addresses to functions and lines, in each kind of DWARF. */
#include "dwarf_sample.h"

/* What was seen of the addresses of inlining_function(). */
struct seen {
	unsigned int inlined, alone;
};

static bool ends_with(const char *text, const char *end)
{
	return text && strlen(text) >= strlen(end) && !strcmp(text + strlen(text) - strlen(end), end);
}

static void check_address(struct scope *scope, const char *path, uint64_t address, struct seen *seen)
{
	struct scope_function functions[8];
	struct inspect_error *error;
	size_t count;

	error = scope_functions(scope, address, functions, 8, &count);
	ck_assert_msg(!error, "%s: %s", path, error ? inspect_error_message(error) : "");
	ck_assert_msg(count == 1 || count == 2, "%s: %zu functions", path, count);
	ck_assert_str_eq(functions[count - 1].name, "inlining_function");
	ck_assert(!functions[count - 1].is_inlined);
	ck_assert(ends_with(functions[0].file, "sample.c"));
	ck_assert_uint_ne(functions[0].line, 0);
	seen->alone += count == 1;
	if (count == 1)
		return;
	seen->inlined++;
	ck_assert_str_eq(functions[0].name, "inlined_function");
	ck_assert(functions[0].is_inlined);
	/* Where the call is said to be, it is in the other function. DWARF 2 does not say it. */
	if (functions[1].line)
		ck_assert_msg(ends_with(functions[1].file, "sample.c") && functions[1].line > functions[0].line,
			      "%s: line %u calls what is at %u", path, functions[1].line, functions[0].line);
	/* No more than fit. */
	error = scope_functions(scope, address, functions, 1, &count);
	ck_assert_ptr_null(error);
	ck_assert_uint_eq(count, 1);
}

static void check_sample(const char *path, struct source *source)
{
	struct scope_function functions[8];
	struct seen seen = { 0 };
	struct symbol symbol;
	size_t count;

	ck_assert(source->symbols->ops->find(source->symbols, "inlining_function", &symbol));
	for (uint64_t i = 0; i < symbol.size; i++)
		check_address(source->debug_scope, path, symbol.address + i, &seen);
	ck_assert_msg(seen.inlined && seen.alone, "%s: %u inlined, %u alone", path, seen.inlined, seen.alone);
	ck_assert_ptr_null(scope_functions(source->debug_scope, 16, functions, 8, &count));
	ck_assert_uint_eq(count, 0);
}

START_TEST(inlined_functions)
{
	const char *list = NULL;
	unsigned int seen = 0;
	char path[1024];

	while (sample_next(&list, path)) {
		struct source source;
		int fd;

		if (strstr(path, "split"))
			continue;
		fd = open(path, O_RDONLY);
		ck_assert_int_ge(fd, 0);
		ck_assert_ptr_null(sample_open(fd, path, &source));
		close(fd);
		check_sample(path, &source);
		sample_close(&source);
		seen++;
	}
	ck_assert_uint_gt(seen, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf source");
	TCase *tcase = tcase_create("dwarf source");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, inlined_functions);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
