/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "fake.h"

#include "kernel/translate.h"

/* The image begins at 1 GiB of physical memory; the top table lies 32 MiB into it. */
#define KIMAGE 0xffffb215b9a00000
#define ROOT UINT64_C(0x42000000)

#define VALID 1
#define TABLE 3
#define PAGE 3
#define BLOCK 1
#define ATTRIBUTES UINT64_C(0x00680000000004f0) /* AF, AttrIndx, nG, PXN, UXN, as in Linux's */

/* A paging mode: what VMCOREINFO says, and where each level's index begins (Arm ARM, "Translation table lookup"). */
struct mode {
	const char *name;
	unsigned int page_shift, va_bits, t1sz; /* t1sz 0: the kernel does not tell */
	unsigned int shifts[5], levels;
	unsigned int top_bits;
};

static const struct mode mode_4k_39 = { "4K/39", 12, 39, 25, { 30, 21, 12 }, 3, 9 };
static const struct mode mode_4k_48 = { "4K/48", 12, 48, 16, { 39, 30, 21, 12 }, 4, 9 };
static const struct mode mode_4k_52 = { "4K/52", 12, 52, 12, { 48, 39, 30, 21, 12 }, 5, 4 };
/* Built for 52 bits, run on a processor without LPA2. */
static const struct mode mode_4k_52_on_48 = { "4K/52 on 48", 12, 52, 16, { 39, 30, 21, 12 }, 4, 9 };
static const struct mode mode_16k_36 = { "16K/36", 14, 36, 28, { 25, 14 }, 2, 11 };
static const struct mode mode_16k_47 = { "16K/47", 14, 47, 17, { 36, 25, 14 }, 3, 11 };
static const struct mode mode_16k_48 = { "16K/48", 14, 48, 16, { 47, 36, 25, 14 }, 4, 1 };
static const struct mode mode_16k_52 = { "16K/52", 14, 52, 12, { 47, 36, 25, 14 }, 4, 5 };
static const struct mode mode_16k_52_on_47 = { "16K/52 on 47", 14, 52, 17, { 36, 25, 14 }, 3, 11 };
static const struct mode mode_64k_42 = { "64K/42", 16, 42, 22, { 29, 16 }, 2, 13 };
static const struct mode mode_64k_48 = { "64K/48", 16, 48, 16, { 42, 29, 16 }, 3, 6 };
static const struct mode mode_64k_52 = { "64K/52", 16, 52, 12, { 42, 29, 16 }, 3, 10 };
/* The top table keeps its 1024 entries; the processor sees the last 64 of them. */
static const struct mode mode_64k_52_on_48 = { "64K/52 on 48", 16, 52, 16, { 42, 29, 16 }, 3, 10 };
static const struct mode mode_4k_48_old = { "4K/48 without T1SZ", 12, 48, 0, { 39, 30, 21, 12 }, 4, 9 };

static const struct mode *const modes[] = {
	&mode_4k_39,  &mode_4k_48,  &mode_4k_52,        &mode_4k_52_on_48, &mode_16k_36,
	&mode_16k_47, &mode_16k_48, &mode_16k_52,       &mode_16k_52_on_47, &mode_64k_42,
	&mode_64k_48, &mode_64k_52, &mode_64k_52_on_48, &mode_4k_48_old,
};

#define MODES (sizeof(modes) / sizeof(*modes))

static struct translate translate;
static struct fake fake;

static void set_up(const struct mode *mode)
{
	struct vmcoreinfo info;
	char text[512], t1sz[64] = "";

	if (mode->t1sz)
		snprintf(t1sz, sizeof(t1sz), "NUMBER(TCR_EL1_T1SZ)=0x%x\n", mode->t1sz);
	snprintf(text, sizeof(text),
		 "OSRELEASE=6.12\nPAGESIZE=%u\nSYMBOL(swapper_pg_dir)=%llx\nNUMBER(VA_BITS)=%u\n"
		 "NUMBER(kimage_voffset)=0x%llx\n%s",
		 1u << mode->page_shift, (unsigned long long)(KIMAGE + 0x2000000), mode->va_bits,
		 (unsigned long long)(KIMAGE - 0x40000000), t1sz);
	fake_init(&fake);
	fake_range(&fake, 0, UINT64_C(1) << 52);
	fake_vmcoreinfo(&info, text);
	ck_assert_ptr_null(translate_init(&translate, MACHINE_AARCH64, &info, &fake.memory));
	vmcoreinfo_deinit(&info);
	ck_assert_uint_eq(translate.root, ROOT);
	ck_assert_uint_eq(translate.levels, mode->levels);
}

/* The lowest address of the kernel's half that the processor can resolve. */
static uint64_t lowest(const struct mode *mode)
{
	return UINT64_MAX << (mode->t1sz ? 64 - mode->t1sz : mode->va_bits);
}

/* Writes the tables that lead to @address, with @entry at level @leaf from the top. */
static void map(const struct mode *mode, uint64_t address, unsigned int leaf, uint64_t entry)
{
	uint64_t table = ROOT;

	for (unsigned int level = 0; level <= leaf; level++) {
		unsigned int bits = level ? mode->page_shift - 3 : mode->top_bits;
		uint64_t next = 0x10000000 + ((uint64_t)level << 20);
		uint64_t index = address >> mode->shifts[level] & ((1u << bits) - 1);

		fake_write64(&fake, table + index * 8, level == leaf ? entry : next | TABLE);
		table = next;
	}
}

static void expect(const struct mode *mode, uint64_t address, uint64_t physical, uint64_t extent)
{
	struct memory_translation out = { 0 };
	enum inspect_fault fault = memory_translate(&fake.memory, address, &out, NULL);

	ck_assert_msg(!fault && out.physical == physical && out.extent == extent,
		      "%s: 0x%llx: fault %d, 0x%llx + 0x%llx, not 0x%llx + 0x%llx", mode->name,
		      (unsigned long long)address, fault, (unsigned long long)out.physical,
		      (unsigned long long)out.extent, (unsigned long long)physical, (unsigned long long)extent);
}

static void expect_fault(const struct mode *mode, uint64_t address, enum inspect_fault expected)
{
	struct memory_translation out;
	enum inspect_fault fault = memory_translate(&fake.memory, address, &out, NULL);

	ck_assert_msg(fault == expected, "%s: 0x%llx: fault %d, not %d", mode->name, (unsigned long long)address, fault,
		      expected);
}

/* At the beginning, in the middle and at the end of the kernel's half. */
START_TEST(pages)
{
	for (size_t i = 0; i < MODES; i++) {
		const struct mode *mode = modes[i];
		uint64_t page = UINT64_C(1) << mode->page_shift, start = lowest(mode), middle = start + -start / 2;
		uint64_t addresses[] = { start + 5 * page, middle + 7 * page, -2 * page };

		for (unsigned int where = 0; where < 3; where++) {
			uint64_t address = addresses[where];

			set_up(mode);
			map(mode, address, mode->levels - 1, 0x480000000000 | ATTRIBUTES | PAGE);
			map(mode, address + page, mode->levels - 1, 0);
			expect(mode, address + 0x123, 0x480000000123, page - 0x123);
			expect(mode, address + 0x124, 0x480000000124, page - 0x124);
			expect_fault(mode, address + page, INSPECT_FAULT_UNMAPPED);
			fake_deinit(&fake);
		}
	}
}
END_TEST

START_TEST(levels_are_named_from_both_ends)
{
	static const char *const names[5][5] = {
		[1] = { "PGD", "PTE" },
		[2] = { "PGD", "PMD", "PTE" },
		[3] = { "PGD", "PUD", "PMD", "PTE" },
		[4] = { "PGD", "P4D", "PUD", "PMD", "PTE" },
	};

	for (size_t i = 0; i < MODES; i++) {
		const struct mode *mode = modes[i];
		uint64_t address = lowest(mode);
		struct memory_translation out;
		struct memory_trace trace;

		set_up(mode);
		map(mode, address, mode->levels - 1, 0x480000000000 | PAGE);
		ck_assert_int_eq(memory_translate(&fake.memory, address, &out, &trace), INSPECT_FAULT_NONE);
		ck_assert_uint_eq(trace.count, mode->levels);
		for (unsigned int level = 0; level < mode->levels; level++)
			ck_assert_str_eq(trace.levels[level].name, names[mode->levels - 1][level]);
		fake_deinit(&fake);
	}
}
END_TEST

/* Levels (from the top) that may and may not hold blocks. */
START_TEST(blocks)
{
	static const struct {
		const struct mode *mode;
		unsigned int level;
		bool permitted;
	} cases[] = {
		{ &mode_4k_39, 0, true }, { &mode_4k_39, 1, true },
		{ &mode_4k_48, 0, false }, { &mode_4k_48, 1, true },
		{ &mode_4k_48, 2, true }, { &mode_4k_52, 0, false },
		{ &mode_4k_52, 1, true }, { &mode_4k_52, 2, true },
		{ &mode_4k_52, 3, true }, { &mode_16k_36, 0, true },
		{ &mode_16k_47, 0, false }, { &mode_16k_47, 1, true },
		{ &mode_16k_48, 0, false }, { &mode_16k_48, 1, false },
		{ &mode_16k_48, 2, true }, { &mode_16k_52, 0, false },
		{ &mode_16k_52, 1, true }, { &mode_64k_42, 0, true },
		{ &mode_64k_48, 0, false }, { &mode_64k_48, 1, true },
		{ &mode_64k_52, 0, true }, { &mode_64k_52, 1, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct mode *mode = cases[i].mode;
		uint64_t size = UINT64_C(1) << mode->shifts[cases[i].level], address = lowest(mode) + 0x12345;

		set_up(mode);
		/* 8 TiB is a multiple of each size. */
		map(mode, address, cases[i].level, 0x080000000000 | ATTRIBUTES | BLOCK);
		if (cases[i].permitted)
			expect(mode, address, 0x080000012345, size - 0x12345);
		else
			expect_fault(mode, address, INSPECT_FAULT_UNMAPPED);
		fake_deinit(&fake);
	}
}
END_TEST

START_TEST(entries_that_map_nothing)
{
	for (size_t i = 0; i < MODES; i++) {
		const struct mode *mode = modes[i];
		uint64_t address = lowest(mode) + 0x12345;

		set_up(mode);
		map(mode, address, mode->levels - 1, 0x480000000000 | ATTRIBUTES);
		expect_fault(mode, address, INSPECT_FAULT_UNMAPPED);
		/* The bit of PROT_NONE, and the reserved kind of the lowest level. */
		map(mode, address, mode->levels - 1, 0x480000000000 | UINT64_C(1) << 58 | 2);
		expect_fault(mode, address, INSPECT_FAULT_UNMAPPED);
		map(mode, address, mode->levels - 1, 0x480000000000 | VALID);
		expect_fault(mode, address, INSPECT_FAULT_UNMAPPED);
		map(mode, address, 0, 2);
		expect_fault(mode, address, INSPECT_FAULT_UNMAPPED);
		/* A table that the dump does not have. */
		map(mode, address, 0, 0x700000000000 | TABLE);
		expect_fault(mode, address, INSPECT_FAULT_TABLE);
		fake_deinit(&fake);
	}
}
END_TEST

/* Bits 51:48 of physical addresses, for a page and for a table. */
START_TEST(physical_addresses_of_52_bits)
{
	static const struct {
		const struct mode *mode;
		uint64_t entry, physical;
	} cases[] = {
		{ &mode_64k_52, 0x000012340000b000, 0x000b123400000000 },
		{ &mode_64k_42, 0x000012340000f000, 0x000f123400000000 },
		{ &mode_4k_52, 0x0003123400001000, 0x0003123400001000 },
		{ &mode_4k_52, 0x0001123400001200, 0x0009123400001000 },
		{ &mode_16k_52, 0x0002123400004300, 0x000e123400004000 },
		/* What is shareability without LPA2, or not used. */
		{ &mode_4k_52_on_48, 0x0003123400001300, 0x0000123400001000 },
		{ &mode_4k_48, 0x0000123400001300, 0x0000123400001000 },
		{ &mode_16k_48, 0x0000123400004300, 0x0000123400004000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct mode *mode = cases[i].mode;
		uint64_t address = lowest(mode), page = UINT64_C(1) << mode->page_shift;
		uint64_t physical = cases[i].physical;
		set_up(mode);
		map(mode, address, mode->levels - 1, cases[i].entry | PAGE);
		expect(mode, address, physical, page);
		fake_deinit(&fake);

		set_up(mode);
		map(mode, address, mode->levels - 2, cases[i].entry | TABLE);
		fake_write64(&fake, physical, 0x480000000000 | PAGE);
		expect(mode, address, 0x480000000000, page);
		fake_deinit(&fake);
	}
}
END_TEST

START_TEST(tags_are_ignored)
{
	const struct mode *mode = &mode_4k_48;
	const uint64_t address = 0xffff000012345000;
	uint64_t reads;

	set_up(mode);
	map(mode, address, 3, 0x5000 | PAGE);
	expect(mode, address, 0x5000, 0x1000);
	reads = fake.memory.reads;
	expect(mode, 0xf4ff000012345008, 0x5008, 0xff8);
	expect(mode, 0x00ff000012345008, 0x5008, 0xff8);
	ck_assert_uint_eq(fake.memory.reads, reads);
	/* The user's half, and bits between the tag and the address that are not copies. */
	expect_fault(mode, 0x0000000012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(mode, 0xff7f000012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(mode, 0xfffe000012345000, INSPECT_FAULT_UNMAPPED);
	expect_fault(mode, 0xffef000012345000, INSPECT_FAULT_UNMAPPED);
	fake_deinit(&fake);
}
END_TEST

START_TEST(keys_that_are_needed)
{
#define ROOT_KEY "OSRELEASE=6\nSYMBOL(swapper_pg_dir)=ffffb215fb292000\n"
#define OFFSET_KEY "NUMBER(kimage_voffset)=0xffffb215ba000000\n"
	static const struct {
		const char *text, *part;
		enum inspect_error_code code;
	} cases[] = {
		{ "OSRELEASE=6\nPAGESIZE=4096\nNUMBER(VA_BITS)=48\n" OFFSET_KEY, "SYMBOL(swapper_pg_dir)",
		  INSPECT_ERROR_FORMAT },
		{ ROOT_KEY "PAGESIZE=4096\nNUMBER(VA_BITS)=48\n", "NUMBER(kimage_voffset)", INSPECT_ERROR_FORMAT },
		{ ROOT_KEY OFFSET_KEY "NUMBER(VA_BITS)=48\n", "PAGESIZE", INSPECT_ERROR_FORMAT },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=4096\n", "NUMBER(VA_BITS)", INSPECT_ERROR_FORMAT },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=0\nNUMBER(VA_BITS)=48\n", "PAGESIZE=0", INSPECT_ERROR_FORMAT },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=8192\nNUMBER(VA_BITS)=48\n", "PAGESIZE=8192", INSPECT_ERROR_FORMAT },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=4096\nNUMBER(VA_BITS)=56\n", "VA_BITS)=56", INSPECT_ERROR_UNSUPPORTED },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=4096\nNUMBER(VA_BITS)=-1\n", "VA_BITS)=-1", INSPECT_ERROR_UNSUPPORTED },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=4096\nNUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0xc\n", "T1SZ)=12",
		  INSPECT_ERROR_FORMAT },
		{ ROOT_KEY OFFSET_KEY "PAGESIZE=4096\nNUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0x40\n", "T1SZ)=64",
		  INSPECT_ERROR_FORMAT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct vmcoreinfo info;

		fake_init(&fake);
		fake_vmcoreinfo(&info, cases[i].text);
		fake_expect_error(translate_init(&translate, MACHINE_AARCH64, &info, &fake.memory), cases[i].code,
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
	TCase *tcase = tcase_create("translate aarch64");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, pages);
	tcase_add_test(tcase, levels_are_named_from_both_ends);
	tcase_add_test(tcase, blocks);
	tcase_add_test(tcase, entries_that_map_nothing);
	tcase_add_test(tcase, physical_addresses_of_52_bits);
	tcase_add_test(tcase, tags_are_ignored);
	tcase_add_test(tcase, keys_that_are_needed);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
