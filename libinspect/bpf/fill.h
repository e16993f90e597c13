/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a view's plain struct to the cells of a record: one table a schema says which field goes into which column, and
 * what is absent, faulted or not to be trusted is told the same way everywhere.
 */
#ifndef LIBINSPECT_BPF_FILL_H
#define LIBINSPECT_BPF_FILL_H

#include <inspect/record.h>

#include "kernel/kernel.h"

/* An object of the kernel that was read through a view. */
struct loaded {
	struct kernel *kernel;
	const struct view_plan *plan;
	uint64_t address;
	struct view_state *state; /* the plain struct */
	uint64_t damaged;         /* bits of fields that were read but contradict the kernel's own redundancy */
	const char *damage;       /* why */
	uint64_t damage_address;
};

/* Reads the object at @address through @view into the plain struct @out. */
struct inspect_error *load(struct kernel *kernel, const struct view *view, uint64_t address, void *out,
			   struct loaded *loaded);

/* Marks all fields that were reached through the pointer in front of their path ("aux->") as not to be trusted. */
void loaded_distrust(struct loaded *loaded, const char *prefix, uint64_t address, const char *why);

/* Whether the field at @offset of the plain struct is there, was read and is not distrusted. */
bool loaded_usable(const struct loaded *loaded, size_t offset);

/*
 * Whether the field at @offset of the plain struct has a value for @column. Where it has none, the cell is filled with
 * the reason: absent, fault or damage.
 */
bool cell_ready(const struct loaded *loaded, struct inspect_record *record, unsigned int column, size_t offset);

enum fill_kind {
	FILL_U64,
	FILL_BOOL,
	FILL_ADDRESS,
	FILL_STRING,     /* a char array; an empty one is left out */
	FILL_U64_NOT_0,  /* 0 is left out */
	FILL_INSNS,      /* a number of instructions, as bytes */
};

struct fill {
	unsigned int column;
	size_t offset; /* in the plain struct */
	enum fill_kind kind;
};

/* Fills @count cells by the table. */
void fill_cells(const struct loaded *loaded, struct inspect_record *record, const struct fill *table, size_t count);

/* Reads @size bytes of memory outside of views; false: @column tells the fault. */
bool cell_memory(struct kernel *kernel, struct inspect_record *record, unsigned int column, uint64_t address, void *buf,
		 size_t size);

/* The symbol at exactly @address as a STRING cell, or the address in hexadecimal where there is none. */
void cell_symbol(struct kernel *kernel, struct inspect_record *record, unsigned int column, uint64_t address);

#endif
