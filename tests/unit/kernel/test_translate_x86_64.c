/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake.h"

#include "kernel/translate.h"

/* The kernel image begins at 16 MiB; the top table lies 32 MiB into it. */
#define PHYS_BASE 0x1000000
#define ROOT 0x3000000

#define INFO "OSRELEASE=6.1.0\nSYMBOL(init_top_pgt)=ffffffff82000000\nNUMBER(phys_base)=16777216\n"
#define INFO_5 INFO "NUMBER(pgtable_l5_enabled)=1\n"
#define INFO_IMAGE INFO "NUMBER(KERNEL_IMAGE_SIZE)=1073741824\nSYMBOL(_stext)=ffffffff81000000\n"

#define PRESENT 0x001
#define PSE 0x080
#define GLOBAL 0x100 /* without PRESENT: PROT_NONE */
#define NX UINT64_C(0x8000000000000000)

static struct translate translate;
static struct fake fake;

static void set_up(const char *text)
{
	struct vmcoreinfo info;

	fake_init(&fake);
	fake_range(&fake, 0, UINT64_C(1) << 52);
	fake_vmcoreinfo(&info, text);
	ck_assert_ptr_null(translate_init(&translate, MACHINE_X86_64, &info, &fake.memory));
	vmcoreinfo_deinit(&info);
}

/* Writes the tables that lead to @address in @levels levels, whose last entry is @entry; @flags are in all others. */
static void map(uint64_t address, unsigned int top_shift, unsigned int leaf_shift, uint64_t entry, uint64_t flags)
{
	uint64_t table = ROOT;

	for (unsigned int shift = top_shift; shift > leaf_shift; shift -= 9) {
		uint64_t next = table == ROOT ? 0x10000 : table + 0x1000;

		fake_write64(&fake, table + (address >> shift & 511) * 8, next | flags);
		table = next;
	}
	fake_write64(&fake, table + (address >> leaf_shift & 511) * 8, entry);
}

static void expect(uint64_t address, uint64_t physical, uint64_t extent)
{
	struct memory_translation out = { 0 };

	ck_assert_int_eq(memory_translate(&fake.memory, address, &out, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(out.physical, physical);
	ck_assert_uint_eq(out.extent, extent);
}

static void expect_fault(uint64_t address, enum inspect_fault fault)
{
	struct memory_translation out;

	ck_assert_int_eq(memory_translate(&fake.memory, address, &out, NULL), fault);
}

/* One leaf of each size, for both numbers of levels. Bit 12 of a huge page's entry is a flag (PAT). */
START_TEST(leaves)
{
	static const struct {
		const char *info;
		uint64_t address;
		unsigned int top, leaf;
		uint64_t entry, physical, extent;
	} cases[] = {
		{ INFO, 0xffff888012345678, 39, 12, 0x000ffffffffff067, 0x000ffffffffff678, 0x988 },
		{ INFO, 0xffff888012345678, 39, 21, NX | 0x40001000 | PSE | PRESENT, 0x40145678, 0xba988 },
		{ INFO, 0xffff888012345678, 39, 30, NX | 0x800c0001000 | PSE | PRESENT, 0x800d2345678, 0x2dcba988 },
		{ INFO, 0xffffffffffffffff, 39, 12, 0x5000 | PRESENT, 0x5fff, 1 },
		{ INFO, 0xffffffffffffffff, 39, 30, 0x40000000 | PSE | PRESENT, 0x7fffffff, 1 },
		{ INFO_5, 0xff11000012345678, 48, 12, 0x5000 | PRESENT, 0x5678, 0x988 },
		{ INFO_5, 0xff18888012345678, 48, 21, 0x40001000 | PSE | PRESENT, 0x40145678, 0xba988 },
		{ INFO_5, 0xffff888012345678, 48, 30, 0xc0001000 | PSE | PRESENT, 0xd2345678, 0x2dcba988 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct memory_translation out;
		struct memory_trace trace;

		set_up(cases[i].info);
		map(cases[i].address, cases[i].top, cases[i].leaf, cases[i].entry, PRESENT);
		expect(cases[i].address, cases[i].physical, cases[i].extent);
		/* Again, from the cache. */
		expect(cases[i].address, cases[i].physical, cases[i].extent);
		ck_assert_int_eq(memory_translate(&fake.memory, cases[i].address, &out, &trace), INSPECT_FAULT_NONE);
		ck_assert_uint_eq(trace.count, (cases[i].top - cases[i].leaf) / 9 + 1);
		fake_deinit(&fake);
	}
}
END_TEST

START_TEST(five_levels_are_named)
{
	static const char *const names[] = { "PGD", "P4D", "PUD", "PMD", "PTE" };
	struct memory_translation out;
	struct memory_trace trace;

	set_up(INFO_5);
	map(0xff11000012345678, 48, 12, 0x5000 | PRESENT, PRESENT);
	ck_assert_int_eq(memory_translate(&fake.memory, 0xff11000012345678, &out, &trace), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(trace.count, 5);
	for (unsigned int i = 0; i < 5; i++)
		ck_assert_str_eq(trace.levels[i].name, names[i]);
	fake_deinit(&fake);
}
END_TEST

/* The tables would resolve the low bits of all of these. */
START_TEST(addresses_that_are_not_canonical)
{
	set_up(INFO);
	map(0xffff888012345000, 39, 12, 0x5000 | PRESENT, PRESENT);
	map(0x0000088012345000, 39, 12, 0x5000 | PRESENT, PRESENT);
	expect(0xffff888012345000, 0x5000, 0x1000);
	expect(0x0000088012345000, 0x5000, 0x1000);
	expect_fault(0x0000888012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(0xff00888012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(0x7fff888012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(0xffff088012345000, INSPECT_FAULT_UNMAPPED);
	fake_deinit(&fake);

	set_up(INFO_5);
	map(0xff11000012345000, 48, 12, 0x5000 | PRESENT, PRESENT);
	expect(0xff11000012345000, 0x5000, 0x1000);
	expect_fault(0x0111000012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(0x7f11000012345000, INSPECT_FAULT_UNMAPPED);
	fake_deinit(&fake);
}
END_TEST

START_TEST(entries_that_map_nothing)
{
	set_up(INFO);
	map(0xffff888012345000, 39, 12, 0, PRESENT);
	expect_fault(0xffff888012345000, INSPECT_FAULT_UNMAPPED);
	map(0xffff888012345000, 39, 12, 0x5000 | GLOBAL, PRESENT);
	expect_fault(0xffff888012345000, INSPECT_FAULT_UNMAPPED);
	map(0xffff888012345000, 39, 21, 0x40000000 | PSE | GLOBAL, PRESENT);
	expect_fault(0xffff888012345000, INSPECT_FAULT_UNMAPPED);
	/* No processor has pages of 512 GiB. */
	map(0xffff888012345000, 39, 39, 0x8000000000 | PSE | PRESENT, PRESENT);
	expect_fault(0xffff888012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(0, INSPECT_FAULT_NULL);
	expect_fault(8, INSPECT_FAULT_NULL);
	fake_deinit(&fake);

	set_up(INFO_5);
	map(0xff11000012345000, 48, 39, 0x8000000000 | PSE | PRESENT, PRESENT);
	expect_fault(0xff11000012345000, INSPECT_FAULT_UNMAPPED);
	map(0xff11000012345000, 48, 48, 0x8000000000 | PSE | PRESENT, PRESENT);
	expect_fault(0xff11000012345000, INSPECT_FAULT_UNMAPPED);
	fake_deinit(&fake);
}
END_TEST

/* In the entry of a page, the bit of huge pages is a flag (PAT). */
START_TEST(pat_of_a_page)
{
	set_up(INFO);
	map(0xffff888012345000, 39, 12, 0x5000 | PSE | PRESENT, PRESENT);
	expect(0xffff888012345000, 0x5000, 0x1000);
	fake_deinit(&fake);
}
END_TEST

START_TEST(encryption_mask_is_cleared)
{
	const uint64_t mask = UINT64_C(1) << 47;

	set_up(INFO "NUMBER(sme_mask)=140737488355328\n");
	map(0xffff888012345000, 39, 12, mask | 0x5000 | PRESENT, mask | PRESENT);
	expect(0xffff888012345000, 0x5000, 0x1000);
	fake_deinit(&fake);
}
END_TEST

START_TEST(phys_base_is_signed)
{
	/* As on a 7.3 kernel with KASLR. */
	set_up("OSRELEASE=7.3\nSYMBOL(swapper_pg_dir)=ffffffffb4a2a000\nNUMBER(phys_base)=-717225984\n");
	ck_assert_uint_eq(translate.root, 0x9e2a000);
	fake_deinit(&fake);
}
END_TEST

START_TEST(image_without_tables)
{
	set_up(INFO_IMAGE);
	/* Not one table is in the dump. */
	expect(0xffffffff81000000, PHYS_BASE + 0x1000000, 0x1000);
	expect(0xffffffff81234567, PHYS_BASE + 0x1234567, 0xa99);
	expect(0xffffffffbfffffff, PHYS_BASE + 0x3fffffff, 1);
	expect_fault(0xffffffff80ffffff, INSPECT_FAULT_TABLE);
	expect_fault(0xffffffffc0000000, INSPECT_FAULT_TABLE);
	expect_fault(0xffff888012345000, INSPECT_FAULT_TABLE);
	/* Tables that are there have the word. */
	fake_write64(&fake, ROOT, 0);
	expect_fault(0xffffffff81234567, INSPECT_FAULT_UNMAPPED);
	map(0xffffffff81234567, 39, 21, 0x40000000 | PSE | PRESENT, PRESENT);
	expect(0xffffffff81234567, 0x40034567, 0x1cba99);
	fake_deinit(&fake);
}
END_TEST

START_TEST(image_of_unknown_size)
{
	static const char *const texts[] = {
		INFO,
		INFO "SYMBOL(_stext)=ffffffff81000000\n",
		INFO "NUMBER(KERNEL_IMAGE_SIZE)=1073741824\n",
		INFO "NUMBER(KERNEL_IMAGE_SIZE)=-1\nSYMBOL(_stext)=ffffffff81000000\n",
		INFO "NUMBER(KERNEL_IMAGE_SIZE)=9223372036854775807\nSYMBOL(_stext)=ffffffff81000000\n",
		INFO "NUMBER(KERNEL_IMAGE_SIZE)=1073741824\nSYMBOL(_stext)=ffff888000000000\n",
		INFO "NUMBER(KERNEL_IMAGE_SIZE)=1073741824\nSYMBOL(_stext)=ffffffffd0000000\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		set_up(texts[i]);
		expect_fault(0xffffffff81234567, INSPECT_FAULT_TABLE);
		expect_fault(0xffffffffd1234567, INSPECT_FAULT_TABLE);
		fake_deinit(&fake);
	}
}
END_TEST

START_TEST(keys_that_are_needed)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "OSRELEASE=6\nSYMBOL(init_top_pgt)=ffffffff82000000\n", "NUMBER(phys_base)" },
		{ "OSRELEASE=6\nNUMBER(phys_base)=x\nSYMBOL(init_top_pgt)=ffffffff82000000\n", "NUMBER(phys_base)" },
		{ "OSRELEASE=6\nNUMBER(phys_base)=0\n", "SYMBOL(init_top_pgt)" },
		{ "OSRELEASE=6\nNUMBER(phys_base)=0\nSYMBOL(init_top_pgt)=ffff888000000000\n",
		  "not in the kernel image" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct vmcoreinfo info;

		fake_init(&fake);
		fake_vmcoreinfo(&info, cases[i].text);
		fake_expect_error(translate_init(&translate, MACHINE_X86_64, &info, &fake.memory), INSPECT_ERROR_FORMAT,
				  cases[i].part);
		ck_assert_ptr_null(fake.memory.translate_ops);
		vmcoreinfo_deinit(&info);
		fake_deinit(&fake);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tcase = tcase_create("translate x86-64");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, leaves);
	tcase_add_test(tcase, five_levels_are_named);
	tcase_add_test(tcase, addresses_that_are_not_canonical);
	tcase_add_test(tcase, entries_that_map_nothing);
	tcase_add_test(tcase, pat_of_a_page);
	tcase_add_test(tcase, encryption_mask_is_cleared);
	tcase_add_test(tcase, phys_base_is_signed);
	tcase_add_test(tcase, image_without_tables);
	tcase_add_test(tcase, image_of_unknown_size);
	tcase_add_test(tcase, keys_that_are_needed);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
