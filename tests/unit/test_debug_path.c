/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "debug_path.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *const roots[] = { "my", "" };

/* All candidates, each with a newline. */
static const char *all(const struct debug_path_query *query, struct strbuf *text)
{
	struct strbuf path = { 0 };
	size_t index = 0;

	strbuf_clear(text);
	while (debug_path_next(query, &index, &path)) {
		strbuf_append(text, path.bytes, path.length);
		strbuf_putc(text, '\n');
	}
	ck_assert(!path.failed);
	strbuf_deinit(&path);
	return text->bytes ? text->bytes : "";
}

START_TEST(vmlinux)
{
	struct debug_path_query query = { roots, COUNT(roots), .release = "6.1.0-x" };
	struct strbuf text = { 0 };

	ck_assert(build_id_parse("aBcd01", 6, &query.build_id));
	ck_assert_str_eq(all(&query, &text), "my/usr/lib/debug/.build-id/ab/cd01.debug\n"
					     "my/usr/lib/debug/boot/vmlinux-6.1.0-x\n"
					     "my/usr/lib/debug/lib/modules/6.1.0-x/vmlinux\n"
					     "my/usr/lib/debug/usr/lib/modules/6.1.0-x/vmlinux\n"
					     "my/usr/lib/debug/lib/modules/6.1.0-x/build/vmlinux\n"
					     "my/usr/lib/debug/vmlinux-6.1.0-x\n"
					     "my/usr/lib/debug/vmlinux\n"
					     "my/.build-id/ab/cd01.debug\n"
					     "my/boot/vmlinux-6.1.0-x\n"
					     "my/lib/modules/6.1.0-x/vmlinux\n"
					     "my/usr/lib/modules/6.1.0-x/vmlinux\n"
					     "my/lib/modules/6.1.0-x/build/vmlinux\n"
					     "my/vmlinux-6.1.0-x\n"
					     "my/vmlinux\n"
					     "/usr/lib/debug/.build-id/ab/cd01.debug\n"
					     "/usr/lib/debug/boot/vmlinux-6.1.0-x\n"
					     "/usr/lib/debug/lib/modules/6.1.0-x/vmlinux\n"
					     "/usr/lib/debug/usr/lib/modules/6.1.0-x/vmlinux\n"
					     "/usr/lib/debug/lib/modules/6.1.0-x/build/vmlinux\n"
					     "/usr/lib/debug/vmlinux-6.1.0-x\n"
					     "/usr/lib/debug/vmlinux\n"
					     "/.build-id/ab/cd01.debug\n"
					     "/boot/vmlinux-6.1.0-x\n"
					     "/lib/modules/6.1.0-x/vmlinux\n"
					     "/usr/lib/modules/6.1.0-x/vmlinux\n"
					     "/lib/modules/6.1.0-x/build/vmlinux\n"
					     "/vmlinux-6.1.0-x\n"
					     "/vmlinux\n");
	strbuf_deinit(&text);
}
END_TEST

/* What is not known, or would lead elsewhere, makes no path. */
START_TEST(unknown_and_hostile)
{
	static const char *const hostile[] = { "", ".", "..", "../../etc", "6.1/../..", "6.1\n", NULL };
	struct strbuf text = { 0 };

	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct debug_path_query query = { roots + 1, 1, .release = hostile[i] };

		ck_assert_str_eq(all(&query, &text), "/usr/lib/debug/vmlinux\n/vmlinux\n");
		query.is_module = true;
		ck_assert_str_eq(all(&query, &text), "");
		ck_assert(!hostile[i] || !debug_path_is_name(hostile[i]));
	}
	strbuf_deinit(&text);
}
END_TEST

START_TEST(module)
{
	struct debug_path_query query = { roots, COUNT(roots), .release = "6.1", .is_module = true };
	struct strbuf text = { 0 };

	ck_assert(build_id_parse("0123", 4, &query.build_id));
	ck_assert_str_eq(all(&query, &text), "my/usr/lib/debug/.build-id/01/23.debug\nmy/.build-id/01/23.debug\n"
					     "/usr/lib/debug/.build-id/01/23.debug\n/.build-id/01/23.debug\n");
	query.build_id.size = 1; /* too short for a folder and a name */
	ck_assert_str_eq(all(&query, &text), "");
	strbuf_deinit(&text);
}
END_TEST

static void check_links(const char *main, const char *name, const char *expected)
{
	struct strbuf path = { 0 }, text = { 0 };
	size_t index = 0;

	while (debug_path_link(roots, COUNT(roots), main, name, &index, &path)) {
		strbuf_append(&text, path.bytes, path.length);
		strbuf_putc(&text, '\n');
	}
	ck_assert_str_eq(text.bytes ? text.bytes : "", expected);
	strbuf_deinit(&text);
	strbuf_deinit(&path);
}

START_TEST(links)
{
	check_links("/boot/vmlinux", "vmlinux.debug", "/boot/vmlinux.debug\n/boot/.debug/vmlinux.debug\n"
						      "my/usr/lib/debug/boot/vmlinux.debug\n/usr/lib/debug/boot/vmlinux.debug\n");
	check_links("vmlinux", "v.debug", "v.debug\n.debug/v.debug\n");
	check_links("a/vmlinux", "v.debug", "a/v.debug\na/.debug/v.debug\n");
	check_links("/boot/vmlinux", "../shadow", "");
	check_links("/boot/vmlinux", "a/b", "");
}
END_TEST

static void check_trees(const char *release, const char *expected)
{
	struct strbuf path = { 0 }, text = { 0 };
	size_t index = 0;

	while (debug_path_tree(roots, COUNT(roots), release, &index, &path)) {
		strbuf_append(&text, path.bytes, path.length);
		strbuf_putc(&text, '\n');
	}
	ck_assert_str_eq(text.bytes, expected);
	strbuf_deinit(&text);
	strbuf_deinit(&path);
}

START_TEST(trees)
{
	check_trees("6.1", "my\n/usr/lib/debug/lib/modules/6.1\n/usr/lib/debug/usr/lib/modules/6.1\n/lib/modules/6.1\n");
	check_trees(NULL, "my\n");
	check_trees("../..", "my\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("debug_path");
	TCase *tcase = tcase_create("debug_path");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, vmlinux);
	tcase_add_test(tcase, unknown_and_hostile);
	tcase_add_test(tcase, module);
	tcase_add_test(tcase, links);
	tcase_add_test(tcase, trees);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
