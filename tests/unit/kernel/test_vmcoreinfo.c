/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "fake.h"

static const char text[] = "OSRELEASE=6.1.0-56-cloud-amd64\n"
			   "BUILD-ID=0123abcd\n"
			   "PAGESIZE=4096\n"
			   "SYMBOL(init_uts_ns)=ffffffffaa1f9b60\n"
			   "SYMBOL(swapper_pg_dir)=0xffffb215fb292000\n"
			   "SYMBOL(broken)=ffffg\n"
			   "NUMBER(phys_base)=-717225984\n"
			   "NUMBER(kimage_voffset)=0xffff5e1624010000\n"
			   "NUMBER(empty)=\n"
			   "NUMBER(after)=5\n"
			   "NUMBER(min)=-9223372036854775808\n"
			   "NUMBER(under)=-9223372036854775809\n"
			   "NUMBER(max)=9223372036854775807\n"
			   "NUMBER(over)=9223372036854775808\n"
			   "NUMBER(minus)=-\n"
			   "NUMBER(space)= 5\n"
			   "NUMBER(prefix)=0x\n"
			   "NUMBER(long)=0x10000000000000000\n"
			   "KERNELOFFSET=27600000\n"
			   "SIZE(PAGESIZE)=1\n"
			   "PAGESIZE=8192\n"
			   "EMPTY=\n"
			   "NOVALUE\n"
			   "CRASHTIME=1700000000";

START_TEST(plain_keys)
{
	struct vmcoreinfo info;
	const char *value;
	size_t length;
	uint64_t number = 7;

	fake_vmcoreinfo(&info, text);
	ck_assert_uint_eq(info.size, strlen(text));
	value = vmcoreinfo_get(&info, "OSRELEASE", &length);
	ck_assert_ptr_nonnull(value);
	ck_assert_uint_eq(length, strlen("6.1.0-56-cloud-amd64"));
	ck_assert_int_eq(memcmp(value, "6.1.0-56-cloud-amd64\n", length + 1), 0);
	ck_assert_ptr_nonnull(vmcoreinfo_get(&info, "EMPTY", &length));
	ck_assert_uint_eq(length, 0);

	/* The first of two, and the last line without its end. */
	ck_assert(vmcoreinfo_decimal(&info, "PAGESIZE", &number));
	ck_assert_uint_eq(number, 4096);
	ck_assert(vmcoreinfo_decimal(&info, "CRASHTIME", &number));
	ck_assert_uint_eq(number, 1700000000);
	ck_assert(vmcoreinfo_hex(&info, "KERNELOFFSET", &number));
	ck_assert_uint_eq(number, 0x27600000);
	ck_assert(!vmcoreinfo_decimal(&info, "BUILD-ID", &number));
	ck_assert(!vmcoreinfo_hex(&info, "EMPTY", &number));
	ck_assert_uint_eq(number, 0x27600000);
	vmcoreinfo_deinit(&info);
}
END_TEST

START_TEST(keys_match_whole)
{
	static const char *const absent[] = { "RELEASE", "OSRELEAS", "OSRELEASE=6.1.0-56", "", "NOVALUE", "ID", "SIZE",
					      "4096", "PAGESIZE)", "\nPAGESIZE", "osrelease" };
	struct vmcoreinfo info;
	size_t length = 7;

	fake_vmcoreinfo(&info, text);
	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		ck_assert_msg(!vmcoreinfo_get(&info, absent[i], &length), "%s", absent[i]);
	ck_assert_uint_eq(length, 7);
	vmcoreinfo_deinit(&info);
}
END_TEST

START_TEST(symbols)
{
	struct vmcoreinfo info;
	uint64_t value = 7;
	fake_vmcoreinfo(&info, text);
	ck_assert(!vmcoreinfo_symbol(&info, "broken", &value));
	ck_assert(!vmcoreinfo_symbol(&info, "phys_base", &value));
	ck_assert(!vmcoreinfo_symbol(&info, "init_uts_n", &value));
	ck_assert_uint_eq(value, 7);
	ck_assert(vmcoreinfo_symbol(&info, "init_uts_ns", &value));
	ck_assert_uint_eq(value, 0xffffffffaa1f9b60);
	ck_assert(vmcoreinfo_symbol(&info, "swapper_pg_dir", &value));
	ck_assert_uint_eq(value, 0xffffb215fb292000);
	vmcoreinfo_deinit(&info);
}
END_TEST

/* A name too long to be looked up is absent, not the beginning of it. */
START_TEST(long_names)
{
	struct vmcoreinfo info;
	char name[300], line[400];
	uint64_t value = 7;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int length = 100; length < 140; length++) {
		snprintf(line, sizeof(line), "OSRELEASE=6\nSYMBOL(%.*s=1\n", length, name);
		fake_vmcoreinfo(&info, line);
		ck_assert(!vmcoreinfo_symbol(&info, name, &value));
		vmcoreinfo_deinit(&info);
	}
	ck_assert_uint_eq(value, 7);
}
END_TEST

START_TEST(numbers)
{
	static const char *const refused[] = { "empty", "under", "over", "minus", "space", "prefix", "long", "none" };
	struct vmcoreinfo info;
	int64_t value = 7;

	fake_vmcoreinfo(&info, text);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		ck_assert_msg(!vmcoreinfo_number(&info, refused[i], &value), "%s", refused[i]);
	ck_assert_int_eq(value, 7);
	ck_assert(vmcoreinfo_number(&info, "phys_base", &value));
	ck_assert_int_eq(value, -717225984);
	ck_assert(vmcoreinfo_number(&info, "kimage_voffset", &value));
	ck_assert_uint_eq((uint64_t)value, 0xffff5e1624010000);
	ck_assert(vmcoreinfo_number(&info, "min", &value));
	ck_assert_int_eq(value, INT64_MIN);
	ck_assert(vmcoreinfo_number(&info, "max", &value));
	ck_assert_int_eq(value, INT64_MAX);
	vmcoreinfo_deinit(&info);
}
END_TEST

START_TEST(nothing_found)
{
	struct vmcoreinfo info = { 0 };
	uint64_t value;
	size_t length;

	ck_assert_ptr_null(vmcoreinfo_get(&info, "OSRELEASE", &length));
	ck_assert(!vmcoreinfo_symbol(&info, "_stext", &value));
	vmcoreinfo_deinit(&info);
}
END_TEST

START_TEST(padding_is_cut)
{
	static const char padded[] = "OSRELEASE=1\nPAGESIZE=4096\n\0\0\0\xff";
	struct vmcoreinfo info;

	ck_assert_ptr_null(vmcoreinfo_init(&info, padded, sizeof(padded)));
	ck_assert_str_eq(info.text, "OSRELEASE=1\nPAGESIZE=4096\n");
	ck_assert_uint_eq(info.size, 26);
	vmcoreinfo_deinit(&info);
	/* Not a byte behind the size is looked at. */
	ck_assert_ptr_null(vmcoreinfo_init(&info, padded, 11));
	ck_assert_str_eq(info.text, "OSRELEASE=1");
	vmcoreinfo_deinit(&info);
}
END_TEST

START_TEST(what_is_refused)
{
	static char large[64 * 1024 + 1];
	struct vmcoreinfo info = { .size = 7 };

	fake_expect_error(vmcoreinfo_init(&info, "", 0), INSPECT_ERROR_FORMAT, "no OSRELEASE");
	fake_expect_error(vmcoreinfo_init(&info, "PAGESIZE=4096\n", 14), INSPECT_ERROR_FORMAT, "no OSRELEASE");
	fake_expect_error(vmcoreinfo_init(&info, "XOSRELEASE=6\n", 13), INSPECT_ERROR_FORMAT, "no OSRELEASE");
	fake_expect_error(vmcoreinfo_init(&info, "OSRELEASE=6\n\x80", 13), INSPECT_ERROR_FORMAT, "0x80 at offset 12");
	fake_expect_error(vmcoreinfo_init(&info, "OSRELEASE=\x1b[2J", 14), INSPECT_ERROR_FORMAT, "0x1b at offset 10");
	memset(large, 'a', sizeof(large));
	memcpy(large, "OSRELEASE=", 10);
	fake_expect_error(vmcoreinfo_init(&info, large, sizeof(large)), INSPECT_ERROR_FORMAT, "65537 bytes");
	ck_assert_ptr_null(info.text);
	ck_assert_uint_eq(info.size, 7);
	ck_assert_ptr_null(vmcoreinfo_init(&info, large, sizeof(large) - 1));
	vmcoreinfo_deinit(&info);
	ck_assert_ptr_null(info.text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tcase = tcase_create("vmcoreinfo");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, plain_keys);
	tcase_add_test(tcase, keys_match_whole);
	tcase_add_test(tcase, symbols);
	tcase_add_test(tcase, long_names);
	tcase_add_test(tcase, numbers);
	tcase_add_test(tcase, nothing_found);
	tcase_add_test(tcase, padding_is_cut);
	tcase_add_test(tcase, what_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
