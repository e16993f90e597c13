/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"

START_TEST(code_and_message)
{
	struct inspect_error *error = error_create(INSPECT_ERROR_LOOKUP, "no %s called %d", "map", 17);

	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LOOKUP);
	ck_assert_str_eq(inspect_error_message(error), "no map called 17");
	inspect_error_destroy(error);
}
END_TEST

START_TEST(context_is_prepended)
{
	struct inspect_error *error = error_create(INSPECT_ERROR_FAULT, "page excluded");

	ck_assert_ptr_eq(error_context(error, "bucket %d", 4093), error);
	ck_assert_ptr_eq(error_context(error, "map %d (%s)", 17, "flows"), error);
	ck_assert_str_eq(inspect_error_message(error), "map 17 (flows): bucket 4093: page excluded");
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FAULT);
	inspect_error_destroy(error);
}
END_TEST

START_TEST(success_stays_success)
{
	ck_assert_ptr_null(error_context(NULL, "while %s", "testing"));
	inspect_error_destroy(NULL);
}
END_TEST

/* A message may hold what a dump brought along; it is never a format again. */
START_TEST(percent_signs_of_a_message_stay)
{
	struct inspect_error *error = error_create(INSPECT_ERROR_FORMAT, "%s", "%s%n%d");

	error = error_context(error, "%s", "%x");
	ck_assert_str_eq(inspect_error_message(error), "%x: %s%n%d");
	inspect_error_destroy(error);
}
END_TEST

START_TEST(addresses)
{
	struct inspect_error *error = error_create(INSPECT_ERROR_FORMAT, "none");
	uint64_t address = 5;

	ck_assert(!inspect_error_address(error, &address));
	ck_assert_uint_eq(address, 5);
	inspect_error_destroy(error);

	error = error_at(INSPECT_ERROR_FAULT, UINT64_C(0xffff888012345678), "read");
	ck_assert_ptr_eq(error_context(error, "outer"), error);
	ck_assert(inspect_error_address(error, &address));
	ck_assert_uint_eq(address, UINT64_C(0xffff888012345678));
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FAULT);
	inspect_error_destroy(error);

	/* 0 is an address, too. */
	error = error_at(INSPECT_ERROR_FAULT, 0, "read");
	ck_assert(inspect_error_address(error, &address));
	ck_assert_uint_eq(address, 0);
	inspect_error_destroy(error);
}
END_TEST

/* The innermost place is the one that is known first, and the one that counts. */
START_TEST(places)
{
	struct inspect_error *error = error_create(INSPECT_ERROR_USAGE, "no");
	size_t offset = 1, length = 2;

	ck_assert(!inspect_error_place(error, &offset, &length));
	ck_assert(offset == 1 && length == 2);
	ck_assert_ptr_eq(error_place(error, 7, 0), error);
	ck_assert_ptr_eq(error_place(error, 3, 4), error);
	ck_assert(inspect_error_place(error, &offset, &length));
	ck_assert(offset == 7 && length == 0);
	inspect_error_destroy(error);

	ck_assert_ptr_null(error_place(NULL, 1, 1));
	ck_assert_ptr_eq(error_place(&error_nomem, 1, 1), &error_nomem);
	ck_assert(!inspect_error_place(&error_nomem, &offset, &length));
}
END_TEST

START_TEST(errno_values)
{
	struct inspect_error *error = error_os(ENOENT, "open %s", "vmcore");

	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_OS);
	ck_assert_str_eq(inspect_error_message(error), "open vmcore: No such file or directory");
	inspect_error_destroy(error);
}
END_TEST

/* The static error is passed around like any other, and is never changed or freed. */
START_TEST(out_of_memory_is_static)
{
	uint64_t address;

	ck_assert_ptr_eq(error_context(&error_nomem, "outer"), &error_nomem);
	ck_assert_str_eq(inspect_error_message(&error_nomem), "out of memory");
	ck_assert_int_eq(inspect_error_code(&error_nomem), INSPECT_ERROR_NO_MEMORY);
	ck_assert(!inspect_error_address(&error_nomem, &address));
	inspect_error_destroy(&error_nomem);
	inspect_error_destroy(&error_nomem);
	ck_assert_str_eq(inspect_error_message(&error_nomem), "out of memory");
}
END_TEST

START_TEST(cleanup_destroys)
{
	struct inspect_error *nothing = NULL, *error = error_create(INSPECT_ERROR_USAGE, "x");

	/* LeakSanitizer tells where it does not. */
	error_cleanup(&error);
	error_cleanup(&nothing);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("error");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, code_and_message);
	tcase_add_test(tcase, context_is_prepended);
	tcase_add_test(tcase, success_stays_success);
	tcase_add_test(tcase, percent_signs_of_a_message_stay);
	tcase_add_test(tcase, addresses);
	tcase_add_test(tcase, places);
	tcase_add_test(tcase, errno_values);
	tcase_add_test(tcase, out_of_memory_is_static);
	tcase_add_test(tcase, cleanup_destroys);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
