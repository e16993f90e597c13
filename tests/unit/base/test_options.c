/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options structures that grow: programs and libraries of different versions. */
#include "base/options.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What the library knows, and the same of an earlier and of a later version. */
struct now {
	size_t size;
	uint64_t one, two;
};

struct earlier {
	size_t size;
	uint64_t one;
};

struct later {
	size_t size;
	uint64_t one, two;
	void *three;
};

START_TEST(members_that_the_caller_does_not_know_are_zero)
{
	struct earlier earlier[2] = { { sizeof(earlier[0]), 1 }, { SIZE_MAX, UINT64_MAX } };
	struct now known;

	memset(&known, 0xff, sizeof(known));
	ck_assert_ptr_null(options_copy(&known, sizeof(known), &earlier[0]));
	ck_assert_uint_eq(known.one, 1);
	ck_assert_uint_eq(known.two, 0);
	ck_assert_ptr_null(options_copy(&known, sizeof(known), NULL));
	ck_assert_uint_eq(known.one, 0);
}
END_TEST

START_TEST(without_a_size_all_is_taken)
{
	struct now given = { .one = 3, .two = 4 }, known;

	ck_assert_ptr_null(options_copy(&known, sizeof(known), &given));
	ck_assert_uint_eq(known.one, 3);
	ck_assert_uint_eq(known.two, 4);
}
END_TEST

START_TEST(members_that_the_library_does_not_know_must_be_zero)
{
	struct later given = { .size = sizeof(given), .one = 5, .two = 6 };
	struct inspect_error *error;
	struct now known;

	ck_assert_ptr_null(options_copy(&known, sizeof(known), &given));
	ck_assert_uint_eq(known.two, 6);
	given.three = &given;
	error = options_copy(&known, sizeof(known), &given);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_USAGE);
	inspect_error_destroy(error);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("options");
	Suite *suite = suite_create("options");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, members_that_the_caller_does_not_know_are_zero);
	tcase_add_test(tcase, without_a_size_all_is_taken);
	tcase_add_test(tcase, members_that_the_library_does_not_know_must_be_zero);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
