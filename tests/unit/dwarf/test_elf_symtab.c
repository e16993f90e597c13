/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../dwarf/table.h"
#include "base/error.h"
#include "core/scope.h"
#include "core/symbol.h"

#define KERNEL UINT64_C(0xffffffff81000000)

enum { TEXT = 1, DATA, BSS, RODATA, SYMTAB, STRTAB, NOTES, BTF, SECTIONS };

/* A small vmlinux, written as a struct. */
struct vmlinux {
	Elf64_Ehdr header;
	Elf64_Shdr sections[SECTIONS];
	Elf64_Sym symbols[12];
	char strings[256]; /* of symbols and of sections */
	struct {
		Elf64_Nhdr header;
		char name[4];
		uint8_t id[20];
	} note;
	struct {
		uint8_t header[24];
		uint32_t types[4];
		char strings[5];
	} btf;
};

static uint32_t add_string(struct vmlinux *file, const char *string)
{
	uint32_t position = 1;

	while (file->strings[position])
		position += (uint32_t)strlen(file->strings + position) + 1;
	strcpy(file->strings + position, string);
	return position;
}

static void set_section(struct vmlinux *file, unsigned int i, const char *name, uint32_t type, uint64_t flags,
			size_t offset, size_t size)
{
	file->sections[i].sh_name = add_string(file, name);
	file->sections[i].sh_type = type;
	file->sections[i].sh_flags = flags;
	file->sections[i].sh_offset = offset;
	file->sections[i].sh_size = size;
	file->sections[i].sh_addralign = 1;
}

static void set_symbol(struct vmlinux *file, unsigned int i, const char *name, unsigned int bind, unsigned int type,
		       uint16_t section, uint64_t address, uint64_t size)
{
	file->symbols[i] = (Elf64_Sym){ .st_name = add_string(file, name), .st_info = ELF64_ST_INFO(bind, type),
					.st_shndx = section, .st_value = address, .st_size = size };
}

static void set_btf(struct vmlinux *file)
{
	const uint16_t magic[] = { 0xeb9f, 1 };
	const uint32_t types = sizeof(file->btf.types), header[] = { 24, 0, types, types, sizeof(file->btf.strings) };
	const uint32_t integer[] = { 1, 1u << 24, 4, 1u << 24 | 32 };

	memcpy(file->btf.header, magic, sizeof(magic));
	memcpy(file->btf.header + 4, header, sizeof(header));
	memcpy(file->btf.types, integer, sizeof(integer));
	memcpy(file->btf.strings, "\0int", sizeof(file->btf.strings));
}

static void vmlinux_init(struct vmlinux *file)
{
	memset(file, 0, sizeof(*file));
	memcpy(file->header.e_ident, ELFMAG, SELFMAG);
	file->header.e_ident[EI_CLASS] = ELFCLASS64;
	file->header.e_ident[EI_DATA] = ELFDATA2LSB;
	file->header.e_ident[EI_VERSION] = EV_CURRENT;
	file->header.e_type = ET_EXEC;
	file->header.e_machine = EM_X86_64;
	file->header.e_version = EV_CURRENT;
	file->header.e_ehsize = sizeof(Elf64_Ehdr);
	file->header.e_shentsize = sizeof(Elf64_Shdr);
	file->header.e_shoff = offsetof(struct vmlinux, sections);
	file->header.e_shnum = SECTIONS;
	file->header.e_shstrndx = STRTAB;
	set_section(file, TEXT, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0, 16);
	set_section(file, DATA, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 0, 16);
	set_section(file, BSS, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0, 1 << 20);
	set_section(file, RODATA, ".rodata", SHT_PROGBITS, SHF_ALLOC, 0, 16);
	set_section(file, SYMTAB, ".symtab", SHT_SYMTAB, 0, offsetof(struct vmlinux, symbols), sizeof(file->symbols));
	file->sections[SYMTAB].sh_entsize = sizeof(Elf64_Sym);
	file->sections[SYMTAB].sh_link = STRTAB;
	set_section(file, STRTAB, ".strtab", SHT_STRTAB, 0, offsetof(struct vmlinux, strings), sizeof(file->strings));
	set_section(file, NOTES, ".notes", SHT_NOTE, SHF_ALLOC, offsetof(struct vmlinux, note), sizeof(file->note));
	file->sections[NOTES].sh_addralign = 4;
	set_section(file, BTF, ".BTF", SHT_PROGBITS, SHF_ALLOC, offsetof(struct vmlinux, btf),
		    offsetof(struct vmlinux, btf.strings) + sizeof(file->btf.strings) - offsetof(struct vmlinux, btf));
	set_symbol(file, 1, "per_cpu", STB_GLOBAL, STT_OBJECT, DATA, 0x1000, 8);
	set_symbol(file, 2, "file.c", STB_LOCAL, STT_FILE, SHN_ABS, 0, 0);
	set_symbol(file, 3, "local", STB_LOCAL, STT_FUNC, TEXT, KERNEL + 0x40, 0x10);
	set_symbol(file, 4, "_text", STB_GLOBAL, STT_NOTYPE, TEXT, KERNEL, 0);
	set_symbol(file, 5, "undefined", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	set_symbol(file, 6, "weak", STB_WEAK, STT_FUNC, TEXT, KERNEL + 0x50, 0x10);
	set_symbol(file, 7, "prog_idr", STB_GLOBAL, STT_OBJECT, BSS, KERNEL + 0x1000, 24);
	set_symbol(file, 8, "ops", STB_LOCAL, STT_OBJECT, RODATA, KERNEL + 0x800, 8);
	set_symbol(file, 9, "__crc_x", STB_GLOBAL, STT_NOTYPE, SHN_ABS, 0x12345678, 0);
	set_symbol(file, 10, "$x", STB_LOCAL, STT_NOTYPE, TEXT, KERNEL, 0);
	set_symbol(file, 11, ".Llabel", STB_LOCAL, STT_NOTYPE, TEXT, KERNEL, 0);
	file->note.header = (Elf64_Nhdr){ .n_namesz = 4, .n_descsz = 20, .n_type = NT_GNU_BUILD_ID };
	memcpy(file->note.name, "GNU", 4);
	memset(file->note.id, 0xab, sizeof(file->note.id));
	set_btf(file);
}

static struct inspect_error *open_file(const struct vmlinux *file, size_t size, struct source *source)
{
	int fd = memfd_create("vmlinux", 0);
	struct source_input input = { .fd = fd, .name = "vmlinux", .offset = 0x10000000, .machine = MACHINE_X86_64 };
	struct inspect_error *error;

	ck_assert_int_eq(write(fd, file, size), (ssize_t)size);
	ck_assert(elf_source_ops.probe(&input));
	memset(source, 0, sizeof(*source));
	error = elf_source_ops.open(&input, source);
	close(fd);
	return error;
}

static void close_source(struct source *source)
{
	if (source->symbols)
		source->symbols->ops->destroy(source->symbols);
	scope_destroy(source->scope);
}

static void expect_symbol(struct symbol_table *table, const char *name, uint64_t address, uint64_t size, char letter)
{
	struct symbol symbol;

	ck_assert_msg(table->ops->find(table, name, &symbol), "%s", name);
	ck_assert_uint_eq(symbol.address, address);
	ck_assert_uint_eq(symbol.size, size);
	ck_assert_msg(symbol.letter == letter, "%s: %c", name, symbol.letter);
}

START_TEST(symbols_types_and_build_id)
{
	struct symbol symbol;
	struct source source;
	struct vmlinux file;

	vmlinux_init(&file);
	ck_assert_ptr_null(open_file(&file, sizeof(file), &source));
	ck_assert_uint_eq(source.symbols->count, 7);
	expect_symbol(source.symbols, "per_cpu", 0x1000, 8, 'D');
	expect_symbol(source.symbols, "_text", KERNEL + 0x10000000, 0x40, 'T');
	expect_symbol(source.symbols, "local", KERNEL + 0x10000040, 0x10, 't');
	expect_symbol(source.symbols, "weak", KERNEL + 0x10000050, 0x10, 'W');
	expect_symbol(source.symbols, "prog_idr", KERNEL + 0x10001000, 24, 'B');
	expect_symbol(source.symbols, "ops", KERNEL + 0x10000800, 8, 'r');
	expect_symbol(source.symbols, "__crc_x", 0x12345678, 0, 'A');
	ck_assert(source.symbols->ops->lookup(source.symbols, KERNEL + 0x10000045, &symbol));
	ck_assert_str_eq(symbol.name, "local");
	ck_assert_uint_eq(source.build_id.size, 20);
	ck_assert_mem_eq(source.build_id.bytes, file.note.id, 20);
	ck_assert_ptr_nonnull(source.scope);
	ck_assert_str_eq(source.scope->ops->name, "BTF");
	close_source(&source);
}
END_TEST

START_TEST(a_module_gives_types_only)
{
	struct source source;
	struct vmlinux file;

	vmlinux_init(&file);
	file.header.e_type = ET_REL;
	ck_assert_ptr_null(open_file(&file, sizeof(file), &source));
	ck_assert_ptr_null(source.symbols);
	ck_assert_ptr_nonnull(source.scope);
	close_source(&source);
}
END_TEST

static void expect_refusal(const struct vmlinux *file, enum inspect_error_code code, const char *part)
{
	struct source source;
	struct inspect_error *error = open_file(file, sizeof(*file), &source);

	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(inspect_error_message(error), part), "%s", inspect_error_message(error));
	ck_assert_int_eq(inspect_error_code(error), code);
	ck_assert_ptr_null(source.symbols);
	ck_assert_ptr_null(source.scope);
	inspect_error_destroy(error);
}

START_TEST(wrong_files_are_refused)
{
	struct vmlinux file;

	vmlinux_init(&file);
	file.header.e_type = ET_CORE;
	expect_refusal(&file, INSPECT_ERROR_USAGE, "this is a dump");
	vmlinux_init(&file);
	file.header.e_machine = EM_AARCH64;
	expect_refusal(&file, INSPECT_ERROR_MISMATCH, "another machine");
	vmlinux_init(&file);
	file.header.e_ident[EI_CLASS] = ELFCLASS32;
	expect_refusal(&file, INSPECT_ERROR_UNSUPPORTED, "64-bit");
	vmlinux_init(&file);
	file.sections[SYMTAB].sh_type = SHT_PROGBITS;
	file.sections[BTF].sh_type = SHT_NOBITS;
	expect_refusal(&file, INSPECT_ERROR_LOOKUP, "neither symbols");
	vmlinux_init(&file);
	file.btf.header[0] = 0;
	expect_refusal(&file, INSPECT_ERROR_FORMAT, ".BTF");
	vmlinux_init(&file);
	file.sections[SYMTAB].sh_size = UINT64_MAX / 2;
	expect_refusal(&file, INSPECT_ERROR_FORMAT, ".symtab");
}
END_TEST

START_TEST(a_stripped_debug_file_still_has_its_id)
{
	struct source source;
	struct vmlinux file;

	vmlinux_init(&file);
	file.sections[BTF].sh_type = SHT_NOBITS;
	ck_assert_ptr_null(open_file(&file, sizeof(file), &source));
	ck_assert_ptr_null(source.scope);
	ck_assert_uint_eq(source.build_id.size, 20);
	close_source(&source);
	/* An id that does not fit is none. */
	file.note.header.n_descsz = 200;
	ck_assert_ptr_null(open_file(&file, sizeof(file), &source));
	ck_assert_uint_eq(source.build_id.size, 0);
	close_source(&source);
}
END_TEST

START_TEST(mutations_are_survived)
{
	uint32_t random = 4711;

	for (unsigned int round = 0; round < 3000; round++) {
		struct inspect_error *error;
		struct source source;
		struct vmlinux file;

		vmlinux_init(&file);
		for (unsigned int i = 0; i <= round % 3; i++) {
			uint8_t *bytes = (uint8_t *)&file + EI_CLASS;

			random = random * 1664525 + 1013904223;
			bytes[(random >> 8) % (sizeof(file) - EI_CLASS)] = (uint8_t)(random >> 3);
		}
		random = random * 1664525 + 1013904223;
		error = open_file(&file, round % 5 ? sizeof(file) : SELFMAG + (random >> 8) % (sizeof(file) - SELFMAG),
				  &source);
		if (!error)
			close_source(&source);
		inspect_error_destroy(error);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("ELF");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, symbols_types_and_build_id);
	tcase_add_test(tcase, a_module_gives_types_only);
	tcase_add_test(tcase, wrong_files_are_refused);
	tcase_add_test(tcase, a_stripped_debug_file_still_has_its_id);
	tcase_add_test(tcase, mutations_are_survived);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
