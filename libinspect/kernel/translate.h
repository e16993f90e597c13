/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Virtual to physical addresses, through the kernel's own page tables as they lie in the dump.
 *
 * VMCOREINFO says where the top table is and how addresses are cut into indexes; all else is read from the tables. What
 * they do not map is INSPECT_FAULT_UNMAPPED, a table that the dump does not hold INSPECT_FAULT_TABLE (but for addresses
 * of an x86-64 kernel image, whose place is known without tables). A walk reads one entry a level at most, whatever the
 * tables contain. Leaves found are kept in a small cache.
 *
 * All machines here have radix trees of 8-byte entries, so that a machine is its geometry and the meaning of an entry.
 * To add one: a file translate_<machine>.c that ends in one const struct translate_machine, declared below, and a line
 * in the table of translate.c.
 */
#ifndef LIBINSPECT_KERNEL_TRANSLATE_H
#define LIBINSPECT_KERNEL_TRANSLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

#include "core/memory.h"
#include "kernel/vmcoreinfo.h"
#include "providers.h"

#define TRANSLATE_CACHE_SIZE 256

/* A range of virtual addresses that is physically contiguous. */
struct translate_leaf {
	uint64_t start;
	uint64_t size; /* 0: an empty slot of the cache */
	uint64_t physical;
};

/*
 * Levels are counted from the bottom: 0 is the table of pages. A machine's init() fills all up to the cache.
 * Whoever installs a translation keeps the struct in place for as long as memory is read through it.
 */
struct translate {
	const struct translate_machine *machine;
	struct memory *memory;   /* borrowed */
	uint64_t root;           /* physical address of the top table */
	unsigned int page_shift;
	unsigned int va_bits;    /* how many bits of an address the tables resolve */
	unsigned int levels;     /* at most 5 */
	unsigned int huge_level; /* the highest level whose entries may map memory themselves */
	uint64_t physical_mask;  /* the bits of an entry that are bits of the physical address at the same place */
	uint64_t high_mask;      /* bits of an entry that are higher ones: by high_shift */
	unsigned int high_shift;
	uint64_t image_start;    /* the kernel image, for when its tables are missing; size 0: not known */
	uint64_t image_size;
	uint64_t image_physical;
	struct translate_leaf cache[TRANSLATE_CACHE_SIZE];
};

/*
 * Prepares @translate and makes it the translation of @memory. MACHINE_UNKNOWN (QEMU writes kdump files without a
 * machine name) is told by what VMCOREINFO has; translate->machine->machine is the answer. Errors:
 * INSPECT_ERROR_UNSUPPORTED for a machine or a paging mode that is not known here, INSPECT_ERROR_FORMAT for a key that
 * is missing or makes no sense, by name. On failure @memory is as before.
 */
struct inspect_error *translate_init(struct translate *translate, enum machine machine, const struct vmcoreinfo *info,
				     struct memory *memory);

/* Forgets what was read of the tables: for a live kernel, whose tables change. */
void translate_flush(struct translate *translate);

/* What one entry of a table is. */
enum translate_entry {
	TRANSLATE_ENTRY_NONE,
	TRANSLATE_ENTRY_TABLE,
	TRANSLATE_ENTRY_LEAF,
};

struct translate_machine {
	enum machine machine;
	const char *name;
	const char *mark; /* a NUMBER() that no other machine has in its VMCOREINFO */
	/* Fills the geometry of a cleared struct. */
	struct inspect_error *(*init)(struct translate *translate, const struct vmcoreinfo *info);
	/* Makes *@address one that the tables can resolve (without a tag); false: no kernel can map it. */
	bool (*canonical)(const struct translate *translate, uint64_t *address);
	enum translate_entry (*entry)(const struct translate *translate, unsigned int level, uint64_t entry);
};

extern const struct translate_machine translate_x86_64;
extern const struct translate_machine translate_aarch64;

/* For init(): a key that must be there; the error says which one is not. */
struct inspect_error *translate_need_number(const struct vmcoreinfo *info, const char *name, int64_t *value_ret);
struct inspect_error *translate_need_symbol(const struct vmcoreinfo *info, const char *name, uint64_t *value_ret);

#endif
