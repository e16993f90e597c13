/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"

START_TEST(appends_in_order)
{
	struct strbuf buf;

	strbuf_init(&buf);
	strbuf_puts(&buf, "map ");
	strbuf_printf(&buf, "%d", 17);
	strbuf_putc(&buf, ':');
	strbuf_append(&buf, " flows, ...", 6);
	ck_assert_str_eq(buf.bytes, "map 17: flows");
	ck_assert_uint_eq(buf.length, 13);
	ck_assert(!buf.failed);
	strbuf_deinit(&buf);
	ck_assert_ptr_null(buf.bytes);
}
END_TEST

/* At each length around the first capacity, the NUL has its place. */
START_TEST(grows_at_every_length)
{
	for (size_t length = 250; length < 260; length++) {
		struct strbuf buf;

		strbuf_init(&buf);
		for (size_t i = 0; i < length; i++)
			strbuf_putc(&buf, (char)('a' + i % 26));
		strbuf_printf(&buf, "%s", "end");
		ck_assert_uint_eq(buf.length, length + 3);
		ck_assert_uint_eq(strlen(buf.bytes), length + 3);
		ck_assert_str_eq(buf.bytes + length, "end");
		ck_assert_int_eq(buf.bytes[length - 1], (char)('a' + (length - 1) % 26));
		strbuf_deinit(&buf);
	}
}
END_TEST

START_TEST(long_strings_are_formatted_whole)
{
	struct strbuf buf;

	strbuf_init(&buf);
	strbuf_printf(&buf, "%*d", 100000, 7);
	ck_assert_uint_eq(buf.length, 100000);
	ck_assert_int_eq(buf.bytes[99999], '7');
	strbuf_deinit(&buf);
}
END_TEST

/* Bytes of a dump may hold NUL. */
START_TEST(nul_is_a_byte_like_others)
{
	struct strbuf buf;

	strbuf_init(&buf);
	strbuf_append(&buf, "a\0b", 3);
	ck_assert_uint_eq(buf.length, 3);
	ck_assert_mem_eq(buf.bytes, "a\0b", 4);
	strbuf_deinit(&buf);
}
END_TEST

START_TEST(clearing_keeps_the_memory)
{
	struct strbuf buf;
	char *bytes;

	strbuf_init(&buf);
	strbuf_clear(&buf);
	strbuf_puts(&buf, "first");
	bytes = buf.bytes;
	strbuf_clear(&buf);
	ck_assert_uint_eq(buf.length, 0);
	ck_assert_str_eq(buf.bytes, "");
	strbuf_puts(&buf, "2nd");
	ck_assert_ptr_eq(buf.bytes, bytes);
	ck_assert_str_eq(buf.bytes, "2nd");
	strbuf_deinit(&buf);
}
END_TEST

/* The first failure stays visible, and later calls do nothing. */
START_TEST(failure_is_remembered)
{
	struct strbuf buf;

	strbuf_init(&buf);
	strbuf_puts(&buf, "kept");
	strbuf_append(&buf, "never read", SIZE_MAX / 2);
	ck_assert(buf.failed);
	strbuf_puts(&buf, " not appended");
	strbuf_printf(&buf, "%d", 1);
	ck_assert_str_eq(buf.bytes, "kept");
	ck_assert_uint_eq(buf.length, 4);
	strbuf_deinit(&buf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("strbuf");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, appends_in_order);
	tcase_add_test(tcase, grows_at_every_length);
	tcase_add_test(tcase, long_strings_are_formatted_whole);
	tcase_add_test(tcase, nul_is_a_byte_like_others);
	tcase_add_test(tcase, clearing_keeps_the_memory);
	tcase_add_test(tcase, failure_is_remembered);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
