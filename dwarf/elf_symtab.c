/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a vmlinux, or a debug file of one, says: the symbols of .symtab, at the addresses it was linked for, moved by
 * source_shift(); the types in .BTF, and those in its DWARF; the build-id. A module's file gives types from BTF only:
 * the kernel decided where its sections are.
 */
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/vec.h"
#include "btf.h"
#include "core/symbol_array.h"
#include "dwarf_debug.h"
#include "table.h"

struct elf_file {
	const struct source_input *input;
	Elf *elf;
	GElf_Ehdr header;
	VEC(char) letters; /* of the symbols in each section, as nm has them, in lower case */
};

static struct inspect_error *libelf_error(const char *what)
{
	return error_create(INSPECT_ERROR_FORMAT, "%s: %s", what, elf_errmsg(-1));
}

static struct inspect_error *check_header(struct elf_file *file)
{
	const struct source_input *input = file->input;
	int machine = input->machine == MACHINE_X86_64 ? EM_X86_64 : EM_AARCH64;

	if (elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &file->header))
		return libelf_error("not a readable ELF file");
	if (file->header.e_ident[EI_CLASS] != ELFCLASS64 || file->header.e_ident[EI_DATA] != ELFDATA2LSB)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "not a 64-bit little-endian ELF file");
	if (file->header.e_type == ET_CORE)
		return error_create(INSPECT_ERROR_USAGE, "this is a dump (ELF core), not a file with symbols");
	if (input->machine != MACHINE_X86_64 && input->machine != MACHINE_AARCH64)
		return NULL;
	if (file->header.e_machine != machine)
		return error_create(INSPECT_ERROR_MISMATCH,
				    "made for another machine (ELF machine %u) than the dump (%d)",
				    file->header.e_machine, machine);
	return NULL;
}

/* nm's letter for what a section holds. */
static char section_letter(const GElf_Shdr *section)
{
	if (!(section->sh_flags & SHF_ALLOC))
		return 'n';
	if (section->sh_flags & SHF_EXECINSTR)
		return 't';
	if (section->sh_type == SHT_NOBITS)
		return 'b';
	return section->sh_flags & SHF_WRITE ? 'd' : 'r';
}

static char symbol_letter(const struct elf_file *file, const GElf_Sym *sym)
{
	bool global = GELF_ST_BIND(sym->st_info) != STB_LOCAL;
	char letter = '?';

	if (GELF_ST_BIND(sym->st_info) == STB_WEAK)
		return GELF_ST_TYPE(sym->st_info) == STT_OBJECT ? 'V' : 'W';
	if (sym->st_shndx == SHN_ABS)
		letter = 'a';
	else if (sym->st_shndx < file->letters.count)
		letter = file->letters.items[sym->st_shndx];
	return global && letter != '?' ? (char)(letter - 'a' + 'A') : letter;
}

/* Whether kallsyms would list it: no sections, files, local labels, or (arm64) marks of code and data. */
static bool is_symbol(const GElf_Sym *sym, const char *name)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF || (type != STT_NOTYPE && type != STT_OBJECT && type != STT_FUNC))
		return false;
	return name && *name && *name != '$' && strncmp(name, ".L", 2) != 0;
}

static struct inspect_error *add_symbols(const struct elf_file *file, Elf_Scn *section, size_t strings,
					 struct symbol_array *array)
{
	Elf_Data *data = elf_getdata(section, NULL), *names = elf_getdata(elf_getscn(file->elf, strings), NULL);
	const char *kept;
	GElf_Sym sym;

	if (!data || !names)
		return libelf_error(".symtab");
	kept = symbol_array_keep(array, names->d_buf, names->d_size);
	if (!kept)
		return &error_nomem;
	for (int i = 0; gelf_getsym(data, i, &sym); i++) {
		const char *name = sym.st_name < names->d_size ? kept + sym.st_name : NULL;
		struct symbol symbol = { .name = name, .size = sym.st_size };

		if (!is_symbol(&sym, name))
			continue;
		symbol.address = source_shift(file->input, sym.st_value);
		symbol.letter = symbol_letter(file, &sym);
		if (!symbol_array_add_kept(array, &symbol))
			return &error_nomem;
	}
	return NULL;
}

static struct inspect_error *read_symbols(const struct elf_file *file, Elf_Scn *section, size_t strings,
					  struct source *source)
{
	struct symbol_array *array = symbol_array_create("ELF", true);
	struct inspect_error *error;

	if (!array)
		return &error_nomem;
	error = add_symbols(file, section, strings, array);
	if (error) {
		symbol_array_destroy(array);
		return error;
	}
	return symbol_array_finish(array, &source->symbols);
}

static struct inspect_error *read_types(const struct elf_file *file, Elf_Scn *section, struct source *source)
{
	Elf_Data *data = elf_rawdata(section, NULL);
	void *bytes;

	if (!data || !data->d_buf)
		return libelf_error(".BTF");
	bytes = malloc(data->d_size);
	if (!bytes)
		return &error_nomem;
	memcpy(bytes, data->d_buf, data->d_size);
	return error_context(btf_scope_create(file->input->name, bytes, data->d_size, file->input->base,
					      &source->scope), ".BTF");
}

static struct inspect_error *read_section(const struct elf_file *file, Elf_Scn *section, size_t names,
					  struct source *source)
{
	const char *name;
	GElf_Shdr header;

	if (!gelf_getshdr(section, &header))
		return libelf_error("section header");
	/* A debug file keeps the headers of the sections that it left in vmlinux, without the bytes. */
	if (header.sh_type == SHT_NOBITS)
		return NULL;
	if (header.sh_type == SHT_NOTE && !source->build_id.size)
		elf_build_id(section, &source->build_id);
	if (file->input->only_debug)
		return NULL;
	if (header.sh_type == SHT_SYMTAB && !source->symbols && file->header.e_type != ET_REL)
		return read_symbols(file, section, header.sh_link, source);
	name = elf_strptr(file->elf, names, header.sh_name);
	if (name && !strcmp(name, ".BTF") && !source->scope)
		return read_types(file, section, source);
	return NULL;
}

static struct inspect_error *list_letters(struct elf_file *file)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	/* The walk begins with section 1; the first, empty one has no symbols. */
	if (!vec_push(&file->letters, 'n'))
		return &error_nomem;
	while ((section = elf_nextscn(file->elf, section))) {
		if (!gelf_getshdr(section, &header))
			return libelf_error("section header");
		if (!vec_push(&file->letters, section_letter(&header)))
			return &error_nomem;
	}
	return NULL;
}

static struct inspect_error *read_elf(struct elf_file *file, struct source *source)
{
	struct inspect_error *error = check_header(file);
	Elf_Scn *section = NULL;
	size_t names;

	if (error)
		return error;
	if (elf_getshdrstrndx(file->elf, &names) < 0)
		return libelf_error("section names");
	error = list_letters(file);
	while (!error && (section = elf_nextscn(file->elf, section)))
		error = read_section(file, section, names, source);
	if (!error)
		error = dwarf_scope_create(file->input, &source->debug_scope);
	if (!error && !source->symbols && !source->scope && !source->debug_scope)
		error = error_create(INSPECT_ERROR_LOOKUP,
				     "it has neither symbols (.symtab) nor types (.BTF, .debug_info); the vmlinux of the "
				     "kernel's debug package has all of them");
	return error;
}

static bool elf_probe(const struct source_input *input)
{
	char magic[SELFMAG];

	return input->fd >= 0 && pread(input->fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
	       !memcmp(magic, ELFMAG, SELFMAG);
}

static struct inspect_error *elf_open(const struct source_input *input, struct source *source)
{
	struct elf_file file = { .input = input };
	struct inspect_error *error;
	struct source read = { 0 };

	elf_version(EV_CURRENT);
	/* Mapped, as dwarf_debug.c does: what is taken from it is copied once and not twice. */
	file.elf = elf_begin(input->fd, ELF_C_READ_MMAP, NULL);
	if (!file.elf)
		return error_context(libelf_error("ELF"), "%s", input->name);
	error = read_elf(&file, &read);
	elf_end(file.elf);
	vec_deinit(&file.letters);
	if (!error) {
		*source = read;
		return NULL;
	}
	if (read.symbols)
		read.symbols->ops->destroy(read.symbols);
	scope_destroy(read.scope);
	scope_destroy(read.debug_scope);
	return error_context(error, "%s", input->name);
}

const struct source_ops elf_source_ops = {
	.name = "ELF",
	.probe = elf_probe,
	.open = elf_open,
};
