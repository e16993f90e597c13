/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stdio.h>

#include "fake.h"

#include "kernel/scan.h"

static struct fake fake;
static struct vmcoreinfo info;
static uint64_t physical;

/* A text whose page tables and init_uts_ns are at @base; with @more at the end. */
static void make_text(char text[4096], const char *release, uint64_t base, const char *more)
{
	snprintf(text, 4096,
		 "OSRELEASE=%s\nSYMBOL(init_top_pgt)=ffffffff81000000\nSYMBOL(init_uts_ns)=ffffffff81002ff8\n"
		 "NUMBER(phys_base)=%lld\n%s",
		 release, (long long)base - 0x1000000, more);
}

/* What make_text() promises: a top table and, through it, the release. */
static void make_kernel(const char *release, uint64_t base)
{
	fake_write64(&fake, base + 511 * 8, (base + 0x10000) | 1);
	fake_write64(&fake, base + 0x10000 + 510 * 8, (base + 0x11000) | 1);
	fake_write64(&fake, base + 0x11000 + 8 * 8, (base & ~UINT64_C(0x1fffff)) | 0x81);
	fake_write(&fake, base + 0x2ff8, "\3\0\0\0Linux", 9);
	fake_write(&fake, base + 0x2ffc + 65, "(none)", 6);
	fake_write(&fake, base + 0x2ffc + 130, release, strlen(release));
	fake_write(&fake, base + 0x3200, "", 1);
}

static void write_note(uint64_t address, const char *text, uint32_t size)
{
	Elf64_Nhdr note = { .n_namesz = htole32(11), .n_descsz = htole32(size) };

	fake_write(&fake, address, &note, sizeof(note));
	fake_write(&fake, address + sizeof(note), "VMCOREINFO\0\0", 12);
	fake_write(&fake, address + sizeof(note) + 12, text, strlen(text));
}

static void set_up(void)
{
	fake_init(&fake);
	/* With a beginning inside a page, and a hole. */
	fake_range(&fake, 0x800, 0x9f400);
	fake_range(&fake, 0x100000, 0x400000);
	info = (struct vmcoreinfo){ .size = 7 };
	physical = 7;
}

static void expect_none(void)
{
	fake_expect_error(scan_vmcoreinfo(&fake.memory, MACHINE_X86_64, &info, &physical), INSPECT_ERROR_LOOKUP,
			  "no VMCOREINFO");
	ck_assert_uint_eq(info.size, 7);
	ck_assert_uint_eq(physical, 7);
	fake_deinit(&fake);
}

static void expect_found(const char *text, uint64_t address)
{
	ck_assert_ptr_null(scan_vmcoreinfo(&fake.memory, MACHINE_X86_64, &info, &physical));
	ck_assert_uint_eq(physical, address);
	ck_assert_str_eq(info.text, text);
	ck_assert_ptr_null(fake.memory.translate_ops);
	vmcoreinfo_deinit(&info);
	fake_deinit(&fake);
}

START_TEST(note)
{
	char text[4096];

	make_text(text, "6.1.0", 0x200000, "");
	set_up();
	write_note(0x1ff000, text, (uint32_t)strlen(text));
	expect_found(text, 0x1ff000);
}
END_TEST

START_TEST(bare_text)
{
	char text[4096];

	make_text(text, "6.1.0", 0x200000, "");
	set_up();
	fake_write(&fake, 0x9e000, text, strlen(text));
	expect_found(text, 0x9e000);
}
END_TEST

/* A text may be larger than a page. Where the page that follows is excluded, it is as long as it is there. */
START_TEST(text_goes_on_in_the_next_page)
{
	char text[6000];

	make_text(text, "6.1.0", 0x200000, "");
	memset(text + strlen(text), 'X', sizeof(text) - strlen(text));
	text[sizeof(text) - 1] = '\0';

	set_up();
	write_note(0x1fe000, text, (uint32_t)strlen(text));
	expect_found(text, 0x1fe000);

	set_up();
	fake_write(&fake, 0x1fe000, text, strlen(text));
	expect_found(text, 0x1fe000);

	text[4096] = '\0';
	set_up();
	fake_write(&fake, 0x1fe000, text, 4096);
	expect_found(text, 0x1fe000);
}
END_TEST

START_TEST(what_is_none)
{
	char text[4096];

	make_text(text, "6.1.0", 0x200000, "");
	set_up();
	expect_none();

	/* Not at the beginning of a page; in a page of which the dump has a part; not in the dump. */
	set_up();
	fake_write(&fake, 0x200010, text, strlen(text));
	fake_write(&fake, 0x800, text, strlen(text));
	fake_write(&fake, 0xa0000, text, strlen(text));
	expect_none();

	/* Impossible sizes. */
	set_up();
	write_note(0x1ff000, text, 0);
	write_note(0x201000, text, 0xffffffff);
	write_note(0x203000, text, 64 * 1024 + 1);
	write_note(0x205000, text, 5);
	expect_none();

	/* Other names, no text. */
	set_up();
	write_note(0x1ff000, text, (uint32_t)strlen(text));
	fake_write(&fake, 0x1ff000 + 12, "VMCOREINFI", 10);
	fake_write(&fake, 0x201000, "OSRELEASE=\xff\n", 12);
	write_note(0x203000, "PAGESIZE=4096\n", 14);
	expect_none();
}
END_TEST

/* Three texts, of which only the second tells the truth; the first has more keys. */
START_TEST(the_one_that_is_true_wins)
{
	char text[4096], other[4096];

	set_up();
	make_text(other, "6.1.0", 0x300000, "SYMBOL(_stext)=ffffffff81000000\nPAGESIZE=4096\n");
	write_note(0x150000, other, (uint32_t)strlen(other));
	write_note(0x190000, other, (uint32_t)strlen(other));
	make_text(text, "6.1.0", 0x200000, "");
	make_kernel("6.1.0", 0x200000);
	write_note(0x170000, text, (uint32_t)strlen(text));
	expect_found(text, 0x170000);

	/* The tables are right, the release is not. */
	set_up();
	write_note(0x150000, other, (uint32_t)strlen(other));
	make_text(text, "6.1.1", 0x200000, "");
	make_kernel("6.1.0", 0x200000);
	write_note(0x170000, text, (uint32_t)strlen(text));
	expect_found(other, 0x150000);
}
END_TEST

START_TEST(the_fullest_of_doubtful_ones_wins)
{
	char text[4096], other[4096];

	set_up();
	make_text(other, "6.1.0", 0x300000, "A=\nB=\nC=\nD=\n");
	make_text(text, "6.1.0", 0x300000, "SYMBOL(_stext)=ffffffff81000000\n");
	fake_write(&fake, 0x150000, other, strlen(other));
	fake_write(&fake, 0x170000, text, strlen(text));
	make_text(other, "6.1.0", 0x300000, "A=\nB=\nC=\nD=\nE=\n");
	fake_write(&fake, 0x190000, other, strlen(other));
	expect_found(text, 0x170000);

	set_up();
	fake_write(&fake, 0x190000, other, strlen(other));
	make_text(text, "6.1.0", 0x300000, "A=\nB=\nC=\nD=\n");
	fake_write(&fake, 0x150000, text, strlen(text));
	fake_write(&fake, 0x1a0000, other, strlen(other));
	expect_found(other, 0x190000);
}
END_TEST

/* The only page of 16 MiB that is not excluded is found. */
START_TEST(holes_are_passed_over)
{
	char text[4096];

	make_text(text, "6.1.0", 0x200000, "");
	set_up();
	fake_range(&fake, 0x1000000, 0x1001000);
	fake_write(&fake, 0x2000000, text, strlen(text));
	expect_found(text, 0x2000000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tcase = tcase_create("scan");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, note);
	tcase_add_test(tcase, bare_text);
	tcase_add_test(tcase, text_goes_on_in_the_next_page);
	tcase_add_test(tcase, what_is_none);
	tcase_add_test(tcase, the_one_that_is_true_wins);
	tcase_add_test(tcase, the_fullest_of_doubtful_ones_wins);
	tcase_add_test(tcase, holes_are_passed_over);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
