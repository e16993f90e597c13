/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of the lines that were typed. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history.h"

static const struct messages messages = { .program = "test", .quiet = true };

struct seen {
	size_t count;
	char first[64], last[64];
};

static void see(void *arg, const char *line)
{
	struct seen *seen = arg;

	snprintf(seen->count++ ? seen->last : seen->first, sizeof(seen->last), "%s", line);
	if (seen->count == 1)
		memcpy(seen->last, seen->first, sizeof(seen->last));
}

static char folder[32];

static void setup(void)
{
	strcpy(folder, "/tmp/test_history.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
}

static void teardown(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/kinspect/history", folder);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	rmdir(folder);
}

START_TEST(kept_from_one_to_the_next)
{
	struct seen seen = { 0 };
	struct stat file;
	int fd = history_open(&messages), other;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &file), 0);
	ck_assert_uint_eq(file.st_mode & 07777, 0600);
	history_read(fd, see, &seen);
	ck_assert_uint_eq(seen.count, 0);
	other = history_open(&messages);
	ck_assert(history_append(fd, "prog 4"));
	ck_assert(history_append(other, "map"));
	ck_assert(history_append(fd, "link 1"));
	close(fd);
	history_read(other, see, &seen);
	close(other);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert_str_eq(seen.first, "prog 4");
	ck_assert_str_eq(seen.last, "link 1");
}
END_TEST

START_TEST(a_long_one_is_shortened)
{
	const size_t lines = HISTORY_BYTES_MAX / 10 + 1;
	struct seen seen = { 0 };
	int fd = history_open(&messages);
	struct stat file;
	char line[16];

	for (size_t i = 0; i < lines; i++) {
		snprintf(line, sizeof(line), "%09zu", i);
		ck_assert(history_append(fd, line));
	}
	history_read(fd, see, &seen);
	ck_assert_uint_ge(seen.count, lines / 2 - 2);
	ck_assert_uint_le(seen.count, lines / 2 + 2);
	ck_assert_str_eq(seen.last, line);
	ck_assert_int_eq(fstat(fd, &file), 0);
	ck_assert_uint_eq((size_t)file.st_size, 10 * seen.count);
	memset(&seen, 0, sizeof(seen));
	ck_assert(history_append(fd, "behind"));
	history_read(fd, see, &seen);
	ck_assert_str_eq(seen.last, "behind");
	ck_assert_uint_eq(strlen(seen.first), 9);
	close(fd);
}
END_TEST

START_TEST(no_place)
{
	char path[128];

	setenv("XDG_STATE_HOME", "relative", 1);
	unsetenv("HOME");
	ck_assert_int_eq(history_open(&messages), -1);
	/* A FIFO would wait for a reader. */
	setenv("XDG_STATE_HOME", folder, 1);
	snprintf(path, sizeof(path), "%s/kinspect", folder);
	mkdir(path, 0700);
	strcat(path, "/history");
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(history_open(&messages), -1);
	unlink(path);
	setenv("XDG_STATE_HOME", "/dev/null", 1);
	ck_assert_int_eq(history_open(&messages), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("history");
	TCase *tcase = tcase_create("file");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, kept_from_one_to_the_next);
	tcase_add_test(tcase, a_long_one_is_shortened);
	tcase_add_test(tcase, no_place);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
