/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all machines share: the choice of the machine, the cache, runs of pages, damage. On page tables of x86-64. */
#include "fake.h"

#include "kernel/translate.h"

#define PHYS_BASE 0x1000000
#define ROOT 0x2000000
#define ROOT_VIRTUAL (0xffffffff80000000 + ROOT - PHYS_BASE)

static const char info_text[] = "OSRELEASE=6.1.0\n"
				"SYMBOL(init_top_pgt)=ffffffff81000000\n"
				"NUMBER(phys_base)=16777216\n";

/* The tables of the tests hang at this address: indexes 0x111, 0x22, 0x111 from the top. */
#define BASE 0xffff8888a2222000
#define PGD_ENTRY (ROOT + 0x111 * 8)
#define PUD 0x10000
#define PMD 0x11000
#define PTE 0x12000
#define SLOT (0x111 * 8)

static void set_up(struct fake *fake, struct translate *translate)
{
	struct vmcoreinfo info;

	fake_init(fake);
	fake_range(fake, 0, UINT64_C(1) << 40);
	fake_vmcoreinfo(&info, info_text);
	ck_assert_ptr_null(translate_init(translate, MACHINE_X86_64, &info, &fake->memory));
	vmcoreinfo_deinit(&info);
	fake_write64(fake, PGD_ENTRY, PUD | 1);
	fake_write64(fake, PUD + 0x22 * 8, PMD | 1);
	fake_write64(fake, PMD + SLOT, PTE | 1);
}

static void expect(struct fake *fake, uint64_t address, uint64_t physical, uint64_t extent)
{
	struct memory_translation out = { 0 };

	ck_assert_int_eq(memory_translate(&fake->memory, address, &out, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(out.physical, physical);
	ck_assert_uint_eq(out.extent, extent);
}

static void expect_fault(struct fake *fake, uint64_t address, enum inspect_fault fault)
{
	struct memory_translation out = { .physical = 42, .extent = 43 };

	ck_assert_int_eq(memory_translate(&fake->memory, address, &out, NULL), fault);
	ck_assert_uint_eq(out.physical, 42);
	ck_assert_uint_eq(out.extent, 43);
}

/* The page with index @index below BASE's page table. */
static uint64_t page(unsigned int index)
{
	return (BASE & ~UINT64_C(0x1fffff)) + index * UINT64_C(0x1000);
}

START_TEST(machine_is_told_by_vmcoreinfo)
{
	static struct translate translate;
	struct vmcoreinfo info;
	struct memory memory;

	memory_init(&memory);
	fake_vmcoreinfo(&info, info_text);
	ck_assert_ptr_null(translate_init(&translate, MACHINE_UNKNOWN, &info, &memory));
	ck_assert_int_eq(translate.machine->machine, MACHINE_X86_64);
	vmcoreinfo_deinit(&info);
	fake_vmcoreinfo(&info, "OSRELEASE=6\nPAGESIZE=4096\nSYMBOL(swapper_pg_dir)=ffffb215fb292000\n"
			       "NUMBER(VA_BITS)=48\nNUMBER(kimage_voffset)=0xffffb215ba000000\n");
	ck_assert_ptr_null(translate_init(&translate, MACHINE_UNKNOWN, &info, &memory));
	ck_assert_int_eq(translate.machine->machine, MACHINE_AARCH64);
	vmcoreinfo_deinit(&info);
	memory_deinit(&memory);
}
END_TEST

START_TEST(other_machines_are_refused)
{
	static struct translate translate;
	struct vmcoreinfo info;
	struct memory memory;

	memory_init(&memory);
	fake_vmcoreinfo(&info, "OSRELEASE=6.1.0\nNUMBER(phys_ram_base)=0\n");
	fake_expect_error(translate_init(&translate, MACHINE_OTHER, &info, &memory), INSPECT_ERROR_UNSUPPORTED,
			  "only those of x86_64 and aarch64");
	fake_expect_error(translate_init(&translate, MACHINE_UNKNOWN, &info, &memory), INSPECT_ERROR_UNSUPPORTED,
			  "not known here");
	fake_expect_error(translate_init(&translate, MACHINE_X86_64, &info, &memory), INSPECT_ERROR_FORMAT,
			  "NUMBER(phys_base)");
	vmcoreinfo_deinit(&info);
	fake_expect_error(translate_init(&translate, MACHINE_X86_64, &info, &memory), INSPECT_ERROR_FORMAT,
			  "no VMCOREINFO");
	ck_assert_ptr_null(memory.translate_ops);
	memory_deinit(&memory);
}
END_TEST

START_TEST(contiguous_pages_are_one_leaf)
{
	static struct translate translate;
	static struct fake fake;

	set_up(&fake, &translate);
	/* A run of 0x110..0x113 in the group of 64 that begins at 0x100; 0x114 lies elsewhere, 0x10f is absent. */
	for (unsigned int i = 0; i < 4; i++)
		fake_write64(&fake, PTE + (0x110 + i) * 8, 0x800000 + i * 0x1000 + 1);
	fake_write64(&fake, PTE + 0x114 * 8, 0x900001);
	fake_write64(&fake, PTE + 0x115 * 8, 0x8ff001);
	expect(&fake, page(0x111) + 0x234, 0x801234, 0x2dcc);
	expect(&fake, page(0x110), 0x800000, 0x4000);
	expect(&fake, page(0x113) + 0xfff, 0x803fff, 1);
	expect(&fake, page(0x114), 0x900000, 0x1000);
	expect(&fake, page(0x115), 0x8ff000, 0x1000);
	expect_fault(&fake, page(0x10f), INSPECT_FAULT_UNMAPPED);
	expect_fault(&fake, page(0x116), INSPECT_FAULT_UNMAPPED);
	fake_deinit(&fake);
}
END_TEST

START_TEST(runs_end_with_their_group)
{
	static struct translate translate;
	static struct fake fake;

	set_up(&fake, &translate);
	for (unsigned int i = 0; i < 512; i++)
		fake_write64(&fake, PTE + i * 8, 0x800000 + i * 0x1000 + 1);
	expect(&fake, page(0), 0x800000, 0x40000);
	expect(&fake, page(0x3f) + 8, 0x83f008, 0xff8);
	expect(&fake, page(0x40) + 8, 0x840008, 0x3fff8);
	expect(&fake, page(0x1ff) + 8, 0x9ff008, 0xff8);
	fake_deinit(&fake);
}
END_TEST

/* Six contiguous pages, then one from elsewhere, and so on. */
static uint64_t scattered(unsigned int index)
{
	return index % 7 ? 0x40000000 + index * UINT64_C(0x1000) : index * UINT64_C(0x3000);
}

/* Every page once in scattered order, then again: the cache may forget, but not lie. */
START_TEST(cache_agrees_with_the_tables)
{
	static struct translate translate;
	static struct fake fake;

	set_up(&fake, &translate);
	for (unsigned int i = 0; i < 512; i++)
		fake_write64(&fake, PTE + i * 8, scattered(i) | 1);
	fake_write64(&fake, PMD + (0x111 + 1) * 8, 0x600081);
	fake_write64(&fake, PUD + 0x23 * 8, 0x80000081);
	for (unsigned int round = 0; round < 3; round++) {
		struct memory_translation out;

		for (unsigned int i = 0; i < 512; i++) {
			unsigned int index = i * 37 % 512;
			uint64_t address = page(index) + i;

			ck_assert_int_eq(memory_translate(&fake.memory, address, &out, NULL), INSPECT_FAULT_NONE);
			ck_assert_uint_eq(out.physical, scattered(index) + i);
			ck_assert_uint_ge(out.extent, 0x1000 - i);
			ck_assert_uint_le(out.extent, 6 * 0x1000 - i);
			expect(&fake, page(512) + i * 0x1000, 0x600000 + i * 0x1000, 0x200000 - i * 0x1000);
		}
		expect(&fake, 0xffff8888c0001234, 0x80001234, 0x3fffedcc);
	}
	fake_deinit(&fake);
}
END_TEST

START_TEST(cached_leaves_need_no_reads)
{
	static struct translate translate;
	static struct fake fake;
	uint64_t reads;

	set_up(&fake, &translate);
	fake_write64(&fake, PTE + SLOT, 0x800001);
	fake_write64(&fake, PTE + SLOT + 8, 0x801001);
	fake_write64(&fake, PUD + 0x23 * 8, 0x80000081);
	expect(&fake, page(0x111), 0x800000, 0x2000);
	expect(&fake, 0xffff8888c0000000, 0x80000000, 0x40000000);
	reads = fake.memory.reads;
	expect(&fake, page(0x111) + 8, 0x800008, 0x1ff8);
	expect(&fake, 0xffff8888f0000000, 0xb0000000, 0x10000000);
	ck_assert_uint_eq(fake.memory.reads, reads);

	/* The tables change, as those of a live kernel do. */
	fake_write64(&fake, PTE + SLOT, 0x900001);
	expect(&fake, page(0x111), 0x800000, 0x2000);
	translate_flush(&translate);
	expect(&fake, page(0x111), 0x900000, 0x1000);
	fake_deinit(&fake);
}
END_TEST

START_TEST(trace_tells_every_level)
{
	static const char *const names[] = { "PGD", "PUD", "PMD", "PTE" };
	static struct translate translate;
	struct memory_translation out;
	struct memory_trace trace;
	static struct fake fake;

	set_up(&fake, &translate);
	fake_write64(&fake, PTE + SLOT, 0x800001);
	expect(&fake, page(0x111), 0x800000, 0x1000);
	/* In full also where the cache knows the answer. */
	ck_assert_int_eq(memory_translate(&fake.memory, page(0x111) + 5, &out, &trace), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(out.physical, 0x800005);
	ck_assert_uint_eq(trace.count, 4);
	for (unsigned int i = 0; i < 4; i++)
		ck_assert_str_eq(trace.levels[i].name, names[i]);
	ck_assert_uint_eq(trace.levels[0].entry_address, PGD_ENTRY);
	ck_assert_uint_eq(trace.levels[0].entry, PUD | 1);
	ck_assert_uint_eq(trace.levels[3].entry_address, PTE + SLOT);
	ck_assert_uint_eq(trace.levels[3].entry, 0x800001);

	/* And up to the entry that is not there. */
	ck_assert_int_eq(memory_translate(&fake.memory, page(512), &out, &trace), INSPECT_FAULT_UNMAPPED);
	ck_assert_uint_eq(trace.count, 3);
	ck_assert_uint_eq(trace.levels[2].entry, 0);
	fake_deinit(&fake);
}
END_TEST

START_TEST(missing_tables_are_told)
{
	static struct translate translate;
	static struct fake fake;

	set_up(&fake, &translate);
	/* Excluded from the dump, and behind all of its memory. */
	fake_write64(&fake, PMD + (0x111 + 1) * 8, 0x7000001);
	expect_fault(&fake, page(512), INSPECT_FAULT_TABLE);
	fake_write64(&fake, PMD + (0x111 + 1) * 8, 0x000f000000000001);
	expect_fault(&fake, page(512), INSPECT_FAULT_TABLE);
	/* A leaf behind it is translated: reading there is what faults. */
	fake_write64(&fake, PTE + SLOT, 0x000f000000000001);
	expect(&fake, page(0x111), 0x000f000000000000, 0x1000);
	fake_deinit(&fake);
}
END_TEST

START_TEST(tables_that_point_to_themselves)
{
	static struct translate translate;
	static struct fake fake;
	uint64_t reads;

	set_up(&fake, &translate);
	for (unsigned int i = 0; i < 512; i++)
		fake_write64(&fake, ROOT + i * 8, ROOT | 1);
	reads = fake.memory.reads;
	expect(&fake, 0xffff800000000000, ROOT, 0x1000);
	/* One a level, and the neighbours of the last. */
	ck_assert_uint_le(fake.memory.reads - reads, 5);
	fake_deinit(&fake);
}
END_TEST

START_TEST(memory_is_read_through_runs)
{
	static struct translate translate;
	static struct fake fake;
	uint64_t fault_address;
	char buf[0x2000];

	set_up(&fake, &translate);
	fake_write64(&fake, PTE + SLOT, 0x800001);
	fake_write64(&fake, PTE + SLOT + 8, 0x801001);
	fake_write64(&fake, PTE + SLOT + 16, 0x700001);
	fake_write(&fake, 0x800ffc, "kinspect", 8);
	ck_assert_int_eq(memory_read(&fake.memory, page(0x111) + 0xffc, buf, 8, NULL), INSPECT_FAULT_NONE);
	ck_assert_int_eq(memcmp(buf, "kinspect", 8), 0);
	ck_assert_int_eq(memory_read(&fake.memory, page(0x111), buf, 0x2000, NULL), INSPECT_FAULT_NONE);
	ck_assert_int_eq(memory_read(&fake.memory, page(0x112), buf, 0x2000, &fault_address), INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(fault_address, page(0x113));
	fake_deinit(&fake);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tcase = tcase_create("translate");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, machine_is_told_by_vmcoreinfo);
	tcase_add_test(tcase, other_machines_are_refused);
	tcase_add_test(tcase, contiguous_pages_are_one_leaf);
	tcase_add_test(tcase, runs_end_with_their_group);
	tcase_add_test(tcase, cache_agrees_with_the_tables);
	tcase_add_test(tcase, cached_leaves_need_no_reads);
	tcase_add_test(tcase, trace_tells_every_level);
	tcase_add_test(tcase, missing_tables_are_told);
	tcase_add_test(tcase, tables_that_point_to_themselves);
	tcase_add_test(tcase, memory_is_read_through_runs);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
