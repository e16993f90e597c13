/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ORC: how to find the caller of each instruction of an x86-64 kernel, as objtool has written it down at build time
 * (Documentation/arch/x86/orc-unwinder.rst, arch/x86/include/asm/orc_types.h). A table of addresses, sorted, and one of
 * entries: an entry holds from its address up to the next. The kernel has one pair of tables, each module its own.
 */
#ifndef LIBINSPECT_KERNEL_ORC_H
#define LIBINSPECT_KERNEL_ORC_H

#include "kernel/kernel.h"

/* ORC_REG_*, whose numbers are the kernel's own affair: see struct orc_numbering. */
enum orc_register {
	ORC_NONE, ORC_UNDEFINED, ORC_PREV_SP, ORC_DX, ORC_DI, ORC_BP, ORC_SP, ORC_R10, ORC_R13, ORC_BP_INDIRECT,
	ORC_SP_INDIRECT,
};

#define ORC_REGISTERS_MAX 16 /* numbers have 4 bits */

/* Which register each number means; those that mean none are ORC_NONE. */
struct orc_numbering {
	const char *name; /* for `check` */
	uint8_t registers[ORC_REGISTERS_MAX];
};

enum orc_type {
	ORC_TYPE_UNKNOWN,      /* objtool knows no way up from here */
	ORC_TYPE_END,          /* the first frame of a stack */
	ORC_TYPE_CALL,         /* a return address on the stack */
	ORC_TYPE_REGS,         /* a struct pt_regs */
	ORC_TYPE_REGS_PARTIAL, /* the frame that the processor pushes at an exception, the end of a struct pt_regs */
};

struct orc {
	enum orc_type type;
	enum orc_register sp_reg, bp_reg;
	int64_t sp_offset, bp_offset;
	bool exact; /* what it leads to is where an instruction was interrupted, not behind a call */
};

/* One pair of tables, and the code it is about. */
struct orc_table {
	uint64_t start, end;
	uint64_t addresses, entries;
	uint64_t count;
};

struct orc_tables {
	struct kernel *kernel;
	const struct view_plan *entry; /* NULL: this kernel has no ORC */
	const struct orc_numbering *numbering;
	struct orc_table *items;       /* the kernel's first; in the arena of init */
	size_t count;
};

/*
 * How this kernel numbers registers, which no type tells: derived from two entries of which is known what they say,
 * that for frame pointers (the caller's stack pointer by rbp, its rbp below that) and that for calls of NULL (by rsp).
 * INSPECT_ERROR_LOOKUP where this kernel has no ORC or not these, _UNSUPPORTED where no known numbering fits.
 */
struct inspect_error *orc_numbering(struct kernel *kernel, const struct orc_numbering **numbering_ret);

/* Finds the tables. A kernel without any has none; a module whose own cannot be read is a kernel_problem(). */
struct inspect_error *orc_tables_init(struct orc_tables *tables, struct kernel *kernel, struct arena *arena);

/* The entry for the instruction at @address; false where no table has one, or it cannot be read. */
bool orc_find(const struct orc_tables *tables, uint64_t address, struct orc *orc);

extern const struct view orc_entry_view, module_orc_view;

#endif
