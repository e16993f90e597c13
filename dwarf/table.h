/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sources of symbols, one a file (btf.h has the one of types); source_table.c puts them in order. */
#ifndef DWARF_TABLE_H
#define DWARF_TABLE_H

#include <libelf.h>

#include "providers.h"

/* The dump's own tables. */
extern const struct source_ops kallsyms_source_ops;
/* A vmlinux or a debug file: .symtab, .BTF, DWARF, the build-id. */
extern const struct source_ops elf_source_ops;
extern const struct source_ops system_map_source_ops;

/* Takes the build-id from a section of notes, if it has one; a damaged section has none. */
void elf_build_id(Elf_Scn *section, struct build_id *build_id);

/*
 * Where a symbol of a linked file is in the running kernel. KASLR moves what lies in the kernel's half of the address
 * space; below it are the per-CPU offsets of x86-64 (before 6.15), CRCs, and sizes.
 */
static inline uint64_t source_shift(const struct source_input *input, uint64_t address)
{
	return address >> 63 ? address + input->offset : address;
}

#endif
