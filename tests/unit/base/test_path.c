/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>

#include "base/path.h"

START_TEST(suffixes_are_of_whole_components)
{
	static const struct {
		const char *path, *suffix;
		bool ends;
	} cases[] = {
		{ "/usr/src/kernel/bpf/syscall.c", "syscall.c", true },
		{ "/usr/src/kernel/bpf/syscall.c", "bpf/syscall.c", true },
		{ "/usr/src/kernel/bpf/syscall.c", "/usr/src/kernel/bpf/syscall.c", true },
		{ "/usr/src/kernel/bpf/syscall.c", "call.c", false },
		{ "/usr/src/kernel/bpf/syscall.c", "kernel/syscall.c", false },
		{ "/usr/src/kernel/bpf/syscall.c", "", false },
		{ "/usr/src/kernel/bpf/syscall.c", "/", false },
		{ "/usr/src/kernel/bpf/syscall.c", ".", false },
		{ "bpf/syscall.c", "kernel/bpf/syscall.c", false },
		{ "", "a.c", false },
		{ "/b/a/../c/./d.c", "b/c/d.c", true },
		{ "/b/a/../c/./d.c", "a/c/d.c", false },
		{ "/b/a/x/../../c.c", "b/c.c", true },
		{ "../c.c", "c.c", true },
		{ "a//b.c", "a/b.c", true },
		{ "a/b.c", "./x/../a//b.c", true },
		{ "a/b.c/..", "a", true },
		{ "a/b.c/..", "b.c", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_msg(path_ends_with(cases[i].path, cases[i].suffix) == cases[i].ends, "%s, %s",
			      cases[i].path, cases[i].suffix);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path");
	TCase *tcase = tcase_create("path");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, suffixes_are_of_whole_components);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
