/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DWARF of files that are not linked: modules (ET_REL). The kernel is their linker: it tells where it put each
 * section (struct source_section), and libdwfl applies the relocations of the debug sections by that, in memory. What
 * refers to a section that the kernel did not keep stays as it is in the file, far below the kernel's addresses.
 */
#ifndef DWARF_DWARF_OBJECT_H
#define DWARF_DWARF_OBJECT_H

#include <elfutils/libdwfl.h>

#include "providers.h"

struct dwarf_object;

/* Takes @elf over, also on failure. @sections are copied. */
struct inspect_error *dwarf_object_create(Elf *elf, const struct source_section *sections, size_t count,
					  struct dwarf_object **object_ret);
/* Frees the ELF file and its DWARF too; @object may be NULL. */
void dwarf_object_destroy(struct dwarf_object *object);

/* Relocates the debug sections, once. The handle stays the object's. */
struct inspect_error *dwarf_object_load(struct dwarf_object *object, Dwarf **dwarf_ret);

#endif
