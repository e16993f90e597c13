/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "image.h"
#include "targets/table.h"

#define PAGE 4096u
#define DATA 0x10000u /* where the pages begin in these files */
#define KERNEL 0xffff888000000000ull
#define TEXT 0xffffffff81000000ull

static const char vmcoreinfo[] = "OSRELEASE=6.1.0-test\nPAGESIZE=4096\n";

struct elf_spec {
	const Elf64_Phdr *segments;
	size_t count;
	uint64_t phoff;   /* 0: behind the header */
	bool xnum;
	uint16_t machine; /* 0: x86-64 */
	size_t pages;     /* of page_fill() at DATA */
};

static Elf64_Phdr load(uint64_t vaddr, uint64_t paddr, uint64_t page, uint64_t pages)
{
	return (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_vaddr = vaddr,
		.p_paddr = paddr,
		.p_offset = DATA + page * PAGE,
		.p_filesz = pages * PAGE,
		.p_memsz = pages * PAGE,
	};
}

/* Notes as a dump has them: others first, and name and size not multiples of four. */
static Elf64_Phdr put_notes(struct image *image)
{
	const uint64_t start = 0x8000;
	Elf64_Nhdr prstatus = { .n_namesz = 5, .n_descsz = 337, .n_type = NT_PRSTATUS };
	Elf64_Nhdr info = { .n_namesz = 11, .n_descsz = sizeof(vmcoreinfo) - 1 };
	uint64_t end = start + sizeof(prstatus) + 8 + 340;

	image_put(image, start, &prstatus, sizeof(prstatus));
	image_put(image, start + sizeof(prstatus), "CORE", 5);
	image_put(image, end, &info, sizeof(info));
	image_put(image, end + sizeof(info), "VMCOREINFO", 11);
	image_put(image, end + sizeof(info) + 12, vmcoreinfo, sizeof(vmcoreinfo) - 1);
	return (Elf64_Phdr){
		.p_type = PT_NOTE,
		.p_offset = start,
		.p_filesz = end + sizeof(info) + 12 + sizeof(vmcoreinfo) - 1 - start,
	};
}

static void image_elf(struct image *image, const struct elf_spec *spec)
{
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = spec->machine ? spec->machine : EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = spec->phoff ? spec->phoff : sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (uint16_t)(spec->count + 1),
	};
	Elf64_Phdr notes = put_notes(image);
	unsigned char page[PAGE];

	if (spec->xnum) {
		Elf64_Shdr section = { .sh_info = (uint32_t)spec->count + 1 };

		header.e_phnum = PN_XNUM;
		header.e_shoff = 0x7000;
		header.e_shnum = 1;
		header.e_shentsize = sizeof(section);
		image_put(image, header.e_shoff, &section, sizeof(section));
	}
	image_put(image, 0, &header, sizeof(header));
	image_put(image, header.e_phoff, &notes, sizeof(notes));
	image_put(image, header.e_phoff + sizeof(notes), spec->segments, spec->count * sizeof(*spec->segments));
	for (size_t i = 0; i < spec->pages; i++) {
		page_fill(i, page, PAGE);
		image_put(image, DATA + i * PAGE, page, PAGE);
	}
}

static int open_elf(struct opened *opened, const struct image *image, size_t size)
{
	struct target_file source = { .fd = image_fd(image, size), .path = "vmcore" };
	struct inspect_error *error = opened_init(opened, &source, 1);

	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	ck_assert_ptr_eq(opened->target.ops, &target_elf);
	return source.fd;
}

static void check_page(struct opened *opened, bool virtual, uint64_t address, uint64_t page)
{
	unsigned char wanted[PAGE], got[PAGE];
	enum inspect_fault fault;

	page_fill(page, wanted, PAGE);
	fault = virtual ? memory_read(&opened->memory, address, got, PAGE, NULL) :
			  memory_read_physical(&opened->memory, address, got, PAGE, NULL);
	ck_assert_msg(!fault, "0x%llx: %s", (unsigned long long)address, inspect_fault_string(fault));
	ck_assert_mem_eq(got, wanted, PAGE);
}

static void check_fault(struct opened *opened, bool virtual, uint64_t address, enum inspect_fault fault)
{
	char byte;

	ck_assert_int_eq(virtual ? memory_read(&opened->memory, address, &byte, 1, NULL) :
				   memory_read_physical(&opened->memory, address, &byte, 1, NULL),
			 fault);
}

START_TEST(kexec_form)
{
	Elf64_Phdr segments[] = { load(TEXT, 0x1000000, 2, 2), load(KERNEL + 0x1000, 0x1000, 0, 2),
				  load(KERNEL + 0x1000000, 0x1000000, 2, 4) };
	struct elf_spec spec = { .segments = segments, .count = 3, .pages = 6 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, image.size);
	ck_assert_int_eq(opened.target.facts.machine, MACHINE_X86_64);
	ck_assert(!opened.target.facts.partial);
	ck_assert_uint_eq(opened.target.facts.vmcoreinfo_size, sizeof(vmcoreinfo) - 1);
	ck_assert_mem_eq(opened.target.facts.vmcoreinfo, vmcoreinfo, sizeof(vmcoreinfo) - 1);
	check_page(&opened, false, 0x2000, 1);
	check_page(&opened, false, 0x1003000, 5);
	check_page(&opened, true, TEXT + PAGE, 3);
	check_page(&opened, true, KERNEL + 0x1001000, 3);
	check_fault(&opened, false, 0, INSPECT_FAULT_NOT_IN_DUMP);
	check_fault(&opened, false, 0x1004000, INSPECT_FAULT_NOT_IN_DUMP);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(qemu_form_has_no_virtual_memory)
{
	Elf64_Phdr segments[] = { load(0, 0, 0, 2), load(0x100000, 0x100000, 2, 2) };
	/* QEMU since 7.2: the program headers are behind the section headers. */
	struct elf_spec spec = { .segments = segments, .count = 2, .pages = 4, .phoff = 0xc000 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, image.size);
	check_page(&opened, false, 0x1000, 1);
	check_page(&opened, false, 0x100000, 2);
	check_fault(&opened, true, 0, INSPECT_FAULT_NULL);
	check_fault(&opened, true, 0x100000, INSPECT_FAULT_UNMAPPED);
	ck_assert_uint_eq(opened.memory.virtual.count, 0);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(contradicting_virtual_segments_are_not_used)
{
	Elf64_Phdr segments[] = { load(KERNEL, 0, 0, 2), load(KERNEL + PAGE, 0x100000, 2, 2) };
	struct elf_spec spec = { .segments = segments, .count = 2, .pages = 4 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, image.size);
	ck_assert_uint_eq(opened.memory.virtual.count, 0);
	ck_assert_uint_eq(opened.memory.physical.count, 2);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(unphysical_segment_is_virtual_only)
{
	Elf64_Phdr segments[] = { load(KERNEL, UINT64_MAX, 0, 2) };
	struct elf_spec spec = { .segments = segments, .count = 1, .pages = 2 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, image.size);
	check_page(&opened, true, KERNEL, 0);
	ck_assert_uint_eq(opened.memory.physical.count, 0);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(more_segments_than_fit_e_phnum)
{
	static Elf64_Phdr segments[70000];
	struct elf_spec spec = { .segments = segments, .count = 70000, .pages = 70, .xnum = true, .phoff = 0x100000 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	for (size_t i = 0; i < 70000; i++)
		segments[i] = load(0, i * 2 * PAGE, i % 70, 1);
	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, image.size);
	ck_assert_uint_eq(opened.memory.physical.count, 70000);
	check_page(&opened, false, 69999ull * 2 * PAGE, 69999 % 70);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(what_is_not_in_the_file_is_not_zeros)
{
	Elf64_Phdr segments[] = { load(KERNEL, 0, 0, 4) };
	struct elf_spec spec = { .segments = segments, .count = 1, .pages = 4 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	segments[0].p_filesz = 3 * PAGE - 100;
	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, image.size);
	ck_assert(opened.target.facts.partial);
	check_page(&opened, false, PAGE, 1);
	check_fault(&opened, false, 3 * PAGE - 100, INSPECT_FAULT_NOT_IN_DUMP);
	check_fault(&opened, true, KERNEL + 3 * PAGE, INSPECT_FAULT_NOT_IN_DUMP);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(cut_file_is_told)
{
	Elf64_Phdr segments[] = { load(0, 0, 0, 4) };
	struct elf_spec spec = { .segments = segments, .count = 1, .pages = 4 };
	struct image image = { 0 };
	struct opened opened;
	int fd;

	image_elf(&image, &spec);
	fd = open_elf(&opened, &image, DATA + 2 * PAGE + 10);
	ck_assert(opened.target.facts.partial);
	ck_assert_ptr_nonnull(strstr(opened.target.facts.note, "cut off"));
	check_page(&opened, false, PAGE, 1);
	check_fault(&opened, false, 2 * PAGE + 9, INSPECT_FAULT_NONE);
	check_fault(&opened, false, 2 * PAGE + 10, INSPECT_FAULT_TRUNCATED);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(flattened_elf)
{
	Elf64_Phdr segments[] = { load(KERNEL, 0, 0, 20) };
	struct elf_spec spec = { .segments = segments, .count = 1, .pages = 20 };
	struct image image = { 0 }, flat = { 0 };
	struct opened opened;
	int fd;

	image_elf(&image, &spec);
	image_flatten(&image, &flat);
	fd = open_elf(&opened, &flat, flat.size);
	ck_assert_str_eq(opened.target.facts.container, "flattened");
	ck_assert_mem_eq(opened.target.facts.vmcoreinfo, vmcoreinfo, sizeof(vmcoreinfo) - 1);
	for (uint64_t i = 0; i < 20; i++)
		check_page(&opened, true, KERNEL + i * PAGE, i);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
	image_deinit(&flat);
}
END_TEST

/* The provider of /proc/kcore on a file of its form: nothing is kept, vmalloc is there. */
START_TEST(kcore_form)
{
	Elf64_Phdr segments[] = { load(KERNEL, 0x1000, 0, 4), load(0xffffc90000000000ull, UINT64_MAX, 4, 2) };
	struct elf_spec spec = { .segments = segments, .count = 2, .pages = 6 };
	struct target_file source = { .path = "kcore" };
	struct image image = { 0 };
	struct opened opened = { 0 };
	unsigned char byte;

	image_elf(&image, &spec);
	source.fd = image_fd(&image, image.size);
	ck_assert(!target_kcore.probe(&source));
	ck_assert_ptr_null(target_kcore.open(&opened.target, &source, 1, &opened.memory));
	opened.target.ops = &target_kcore;
	ck_assert_ptr_null(memory_ready(&opened.memory));
	ck_assert(opened.target.facts.live);
	check_page(&opened, true, 0xffffc90000001000ull, 5);
	check_page(&opened, false, 0x2000, 1);
	ck_assert_int_eq(pwrite(source.fd, "!", 1, DATA + PAGE), 1);
	ck_assert_int_eq(memory_read_physical(&opened.memory, 0x2000, &byte, 1, NULL), INSPECT_FAULT_NONE);
	ck_assert_int_eq(byte, '!');
	opened_deinit(&opened);
	close(source.fd);
	image_deinit(&image);
}
END_TEST

static void check_refused(const struct image *image, enum inspect_error_code code, const char *message)
{
	struct target_file source = { .fd = image_fd(image, image->size), .path = "vmcore" };
	struct inspect_error *error;
	struct opened opened;

	error = opened_init(&opened, &source, 1);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), code);
	ck_assert_msg(strstr(inspect_error_message(error), message), "%s", inspect_error_message(error));
	inspect_error_destroy(error);
	close(source.fd);
}

START_TEST(what_cannot_be_read_is_told)
{
	Elf64_Phdr segments[] = { load(0, 0, 0, 1) };
	struct elf_spec spec = { .segments = segments, .count = 1, .pages = 1 };
	struct image image = { 0 };
	Elf64_Ehdr *header;

	image_elf(&image, &spec);
	header = (Elf64_Ehdr *)image.bytes;
	header->e_ident[EI_CLASS] = ELFCLASS32;
	check_refused(&image, INSPECT_ERROR_UNSUPPORTED, "32-bit");
	header->e_ident[EI_CLASS] = ELFCLASS64;
	header->e_ident[EI_DATA] = ELFDATA2MSB;
	check_refused(&image, INSPECT_ERROR_UNSUPPORTED, "big-endian");
	header->e_ident[EI_DATA] = ELFDATA2LSB;
	header->e_type = ET_EXEC;
	check_refused(&image, INSPECT_ERROR_USAGE, "vmlinux");
	header->e_type = ET_CORE;
	header->e_phoff = image.size - 60;
	check_refused(&image, INSPECT_ERROR_FORMAT, "program headers");
	header->e_phoff = UINT64_MAX - 10;
	check_refused(&image, INSPECT_ERROR_FORMAT, "program headers");
	header->e_phnum = 0;
	check_refused(&image, INSPECT_ERROR_FORMAT, "without program headers");
	image.size = 20;
	check_refused(&image, INSPECT_ERROR_FORMAT, "ELF header");
	image_deinit(&image);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("targets: elf");
	TCase *tcase = tcase_create("elf, kcore");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, kexec_form);
	tcase_add_test(tcase, qemu_form_has_no_virtual_memory);
	tcase_add_test(tcase, contradicting_virtual_segments_are_not_used);
	tcase_add_test(tcase, unphysical_segment_is_virtual_only);
	tcase_add_test(tcase, more_segments_than_fit_e_phnum);
	tcase_add_test(tcase, what_is_not_in_the_file_is_not_zeros);
	tcase_add_test(tcase, cut_file_is_told);
	tcase_add_test(tcase, flattened_elf);
	tcase_add_test(tcase, kcore_form);
	tcase_add_test(tcase, what_cannot_be_read_is_told);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
