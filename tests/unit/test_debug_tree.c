/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug_tree.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/debug-tree.XXXXXX";

static const char *in_top(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static void make_file(const char *name)
{
	int fd = open(in_top(name), O_WRONLY | O_CREAT, 0666);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static const char *const folders[] = { "kernel", "kernel/net", "kernel/.git", "updates" };
static const char *const files[] = { "kernel/net/nf-tables.ko", "kernel/.git/nf_tables.ko", "updates/nf_tables.ko.debug",
				     "updates/nf_tables.ko.xz", "kernel/nf.ko", "kernel/ko", "kernel/.ko" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static unsigned int count_of(const struct debug_tree *tree, const char *module, const char *part)
{
	unsigned int count = 0;
	size_t cursor = 0;
	const char *path;

	while ((path = debug_tree_next(tree, module, &cursor)))
		count += strstr(path, part) != NULL;
	return count;
}

START_TEST(names)
{
	struct debug_tree tree = { 0 };

	ck_assert_ptr_nonnull(mkdtemp(top));
	for (size_t i = 0; i < COUNT(folders); i++)
		ck_assert_int_eq(mkdir(in_top(folders[i]), 0777), 0);
	for (size_t i = 0; i < COUNT(files); i++)
		make_file(files[i]);
	ck_assert_int_eq(symlink("..", in_top("updates/loop")), 0);
	ck_assert(debug_tree_add(&tree, top));
	ck_assert(debug_tree_add(&tree, in_top("nothing-here")));
	ck_assert_uint_eq(count_of(&tree, "nf_tables", ""), 2);
	ck_assert_uint_eq(count_of(&tree, "nf_tables", "/net/nf-tables.ko"), 1);
	ck_assert_uint_eq(count_of(&tree, "nf_tables", "/updates/nf_tables.ko.debug"), 1);
	ck_assert_uint_eq(count_of(&tree, "nf", "/kernel/nf.ko"), 1);
	ck_assert_uint_eq(count_of(&tree, "nf", ""), 1);
	ck_assert_uint_eq(count_of(&tree, "", ""), 0);
	debug_tree_deinit(&tree);
	ck_assert_int_eq(unlink(in_top("updates/loop")), 0);
	for (size_t i = 0; i < COUNT(files); i++)
		ck_assert_int_eq(unlink(in_top(files[i])), 0);
	for (size_t i = COUNT(folders); i-- > 0;)
		ck_assert_int_eq(rmdir(in_top(folders[i])), 0);
	ck_assert_int_eq(rmdir(top), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("debug_tree");
	TCase *tcase = tcase_create("debug_tree");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, names);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
