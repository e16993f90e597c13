/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names out of a BTF object in kernel memory, without parsing it: btf->types[id] and its string are read where they
 * lie, so that a hundred thousand programs do not mean a hundred thousand parsed BTFs.
 */
#ifndef LIBINSPECT_BPF_BTF_NAME_H
#define LIBINSPECT_BPF_BTF_NAME_H

#include <inspect/record.h>

#include "kernel/kernel.h"

/* Longest name that is shown whole: KSYM_NAME_LEN since 6.1 (b8a94bfb3395). */
#define NAME_SIZE 512

/* What came of looking for a name. */
struct name {
	char bytes[NAME_SIZE]; /* NUL-terminated; empty: it has none */
	enum inspect_fault fault; /* could not be read, at @address */
	const char *damage;       /* was read and makes no sense, at @address; static text */
	uint64_t address;
};

/* The name of type @id of the struct btf at @btf. INSPECT_ERROR_* only where this kernel's struct btf is not known. */
struct inspect_error *btf_name(struct kernel *kernel, uint64_t btf, uint64_t id, struct name *name);

/* The string at @offset of its strings: a source file's name, a line of it. Errors as those of btf_name(). */
struct inspect_error *btf_string(struct kernel *kernel, uint64_t btf, uint64_t offset, struct name *name);

/* The string at @address. */
void name_read(struct kernel *kernel, uint64_t address, struct name *name);

/* Puts @name into a STRING cell, or the reason why there is none; an empty name is left out. */
void cell_name(struct inspect_record *record, unsigned int column, const struct name *name);

extern const struct view btf_view;

#endif
