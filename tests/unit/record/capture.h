/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file in memory for sinks to write to, and what they wrote. */
#ifndef TESTS_UNIT_RECORD_CAPTURE_H
#define TESTS_UNIT_RECORD_CAPTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <inspect/record.h>

static inline int capture_open(void)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* All that was written, NUL-terminated, to be freed; closes @fd. */
static inline char *capture_close(int fd, size_t *size_ret)
{
	struct stat stat;
	char *text;

	ck_assert_int_eq(fstat(fd, &stat), 0);
	text = malloc((size_t)stat.st_size + 1);
	ck_assert_ptr_nonnull(text);
	ck_assert_int_eq(pread(fd, text, (size_t)stat.st_size, 0), stat.st_size);
	text[stat.st_size] = '\0';
	if (size_ret)
		*size_ret = (size_t)stat.st_size;
	close(fd);
	return text;
}

/* Success, or the error's message as the test's failure. */
static inline void expect_success(struct inspect_error *error)
{
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
}

/* An error with @code whose message has @part in it. */
static inline void expect_error(struct inspect_error *error, enum inspect_error_code code, const char *part)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), code);
	ck_assert_msg(strstr(inspect_error_message(error), part), "%s", inspect_error_message(error));
	inspect_error_destroy(error);
}

/* Runs @tests and returns main()'s status. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}

#endif
