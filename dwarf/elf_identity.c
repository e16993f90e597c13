/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an ELF file says of itself: which build it is of, whether it has DWARF, where it says that it went. */
#include <gelf.h>
#include <string.h>

#include "core/build_id.h"
#include "table.h"

void elf_build_id(Elf_Scn *section, struct build_id *build_id)
{
	const Elf_Data *data = elf_rawdata(section, NULL);

	if (data && data->d_buf)
		build_id_of_notes(data->d_buf, data->d_size, build_id);
}

/* Whether @name is that of .debug_info, also compressed in the old way. */
static bool is_debug_info(const char *name)
{
	return !strcmp(name, ".debug_info") || !strcmp(name, ".zdebug_info");
}

/*
 * .gnu_debuglink: a file name with its NUL, zeros up to a multiple of 4, the CRC-32 of that file's bytes (GDB manual,
 * "Debugging Information in Separate Files").
 */
static void read_debuglink(Elf_Scn *section, struct source_identity *identity)
{
	const Elf_Data *data = elf_rawdata(section, NULL);
	const char *bytes = data ? data->d_buf : NULL;
	size_t length = bytes ? strnlen(bytes, data->d_size) : 0;
	size_t crc = (length + 1 + 3) & ~(size_t)3;

	if (!length || length >= sizeof(identity->debuglink) || memchr(bytes, '/', length) || crc + 4 > data->d_size)
		return;
	memcpy(identity->debuglink, bytes, length + 1);
	memcpy(&identity->debuglink_crc, bytes + crc, 4);
}

static void read_section(Elf *elf, Elf_Scn *section, size_t names, struct source_identity *identity)
{
	GElf_Shdr header;
	const char *name;

	if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
		return;
	if (header.sh_type == SHT_NOTE && !identity->build_id.size)
		elf_build_id(section, &identity->build_id);
	name = elf_strptr(elf, names, header.sh_name);
	if (!name)
		return;
	if (is_debug_info(name))
		identity->has_dwarf = true;
	else if (!strcmp(name, ".gnu_debuglink"))
		read_debuglink(section, identity);
}

static bool identify(Elf *elf, struct source_identity *identity)
{
	Elf_Scn *section = NULL;
	GElf_Ehdr header;
	size_t names;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header) || elf_getshdrstrndx(elf, &names) < 0)
		return false;
	/* The CRC's bytes are the file's order; both of ours are little-endian. */
	if (header.e_ident[EI_DATA] != ELFDATA2LSB)
		return false;
	identity->is_object = header.e_type == ET_REL;
	while ((section = elf_nextscn(elf, section)))
		read_section(elf, section, names, identity);
	return true;
}

bool source_identify(int fd, struct source_identity *identity_ret)
{
	struct source_identity identity = { 0 };
	bool known;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	known = elf && identify(elf, &identity);
	elf_end(elf);
	if (known)
		*identity_ret = identity;
	return known;
}
