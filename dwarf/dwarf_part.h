/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that one scope's DWARF is spread over, as libdw finds them: the one that was opened; the one in which dwz
 * put what several files have in common (.gnu_debugaltlink), opened with it; and the .dwo files of split DWARF, one a
 * unit, opened when the unit, or any name, is looked for. Each has its DIEs numbered behind those of the ones before
 * it.
 *
 * libdw looks for these files where the paths in the DWARF lead, from the folder of the file that was opened too.
 * Packages of .dwo files (.dwp), and those with type units, whose sections are not merged, are not read: said so.
 */
#ifndef DWARF_DWARF_PART_H
#define DWARF_DWARF_PART_H

#include <elfutils/libdw.h>

#include "base/hash.h"
#include "dwarf_unit.h"

struct dwarf_part {
	Dwarf *dwarf; /* borrowed */
	struct dwarf_sections sections;
};

struct dwarf_parts {
	struct dwarf_part **items; /* in the order of their numbers; the first is the file that was opened */
	size_t count;
	size_t capacity;
	struct hash by_dwarf;      /* address of the Dwarf -> struct dwarf_part */
	bool has_split;            /* all .dwo files were opened */
};

void dwarf_parts_deinit(struct dwarf_parts *parts);

/* "info" for the section .debug_info, also .zdebug_info and, if @is_split, .debug_info.dwo; NULL for all others. */
const char *dwarf_section_name(const char *name, bool is_split, char buffer[static 32]);

/* Adds the file that libdw has opened as @dwarf, with the one that it continues in. */
struct inspect_error *dwarf_parts_add(struct dwarf_parts *parts, Dwarf *dwarf);
/* Adds the .dwo files of all units that have one; of the one unit at @offset of the first file. */
struct inspect_error *dwarf_parts_add_split(struct dwarf_parts *parts);
struct inspect_error *dwarf_parts_add_unit(struct dwarf_parts *parts, uint64_t offset, struct dwarf_part **part_ret);

/* The part that libdw knows as @dwarf; the one that has the number @id. NULL: none. */
struct dwarf_part *dwarf_parts_of(const struct dwarf_parts *parts, Dwarf *dwarf);
struct dwarf_part *dwarf_parts_with(const struct dwarf_parts *parts, uint64_t id);

#endif
