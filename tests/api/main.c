/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The C API over a committed dump, which is opened once: main DUMP. */
#include <stdio.h>

#include "world.h"

struct inspect *inspect;
struct inspect_pool *pool;

static void rewind_pool(void)
{
	inspect_pool_rewind(pool);
}

START_TEST(library_is_that_of_the_headers)
{
	ck_assert_str_eq(inspect_version(), INSPECT_VERSION);
}
END_TEST

START_TEST(options_of_a_later_version_are_refused)
{
	struct {
		struct inspect_options options;
		const char *later;
	} grown = { .options = { .size = sizeof(grown) }, .later = "wanted" };
	struct inspect *other;

	fails(inspect_open(&grown.options, &other), INSPECT_ERROR_USAGE, "later version");
}
END_TEST

static TCase *versions_case(void)
{
	TCase *tcase = tcase_create("versions");

	tcase_add_test(tcase, library_is_that_of_the_headers);
	tcase_add_test(tcase, options_of_a_later_version_are_refused);
	return tcase;
}

int main(int argc, char **argv)
{
	struct inspect_options options = {
		.size = sizeof(options),
		.core_paths = (const char *const *)argv + 1,
		.core_count = 1,
	};
	TCase *const cases[] = { versions_case(), types_case(), objects_case(), walks_case() };
	Suite *suite = suite_create("api");
	struct inspect_error *error;
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		tcase_add_checked_fixture(cases[i], NULL, rewind_pool);
		suite_add_tcase(suite, cases[i]);
	}
	runner = srunner_create(suite);
	error = argc == 2 ? inspect_open(&options, &inspect) : NULL;
	if (!inspect) {
		fprintf(stderr, "main: %s\n", error ? inspect_error_message(error) : "a dump is needed");
		return EXIT_FAILURE;
	}
	pool = inspect_pool_create();
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	inspect_pool_destroy(pool);
	inspect_close(inspect);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
