/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Types from DWARF: of a vmlinux, or of the debug file that was split from it.
 *
 * Opening reads the section headers only. The first look-up lets libdw open the sections (which decompresses those
 * that are compressed), and then there are two ways: by an address, .debug_aranges leads to the one unit that has it,
 * and only this unit is looked through; by a name alone, an index over all units is built (dwarf_index.h). A type is
 * read by libdw when it is used. The file is mapped, not read: what is not looked at is never in memory. It must not
 * be made shorter while it is open, as with any mapped file.
 *
 * What lies in further files is dwarf_part.h's; what is to be relocated first, dwarf_object.h's. Not read, and said so:
 * DWARF 1, big-endian.
 */
#ifndef DWARF_DWARF_DEBUG_H
#define DWARF_DWARF_DEBUG_H

#include "core/scope.h"
#include "providers.h"

/*
 * The scope of the DWARF in the ELF file of @input, which is mapped. *@scope_ret is NULL where the file has none that
 * could be read: no .debug_info, or an object that is not linked, of which nothing tells where its sections are.
 */
struct inspect_error *dwarf_scope_create(const struct source_input *input, struct scope **scope_ret);

#endif
