/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * About a handle itself, as records: what was opened, how each structure that we rely on looks in this kernel, and its
 * symbols.
 */
#ifndef INSPECT_REPORT_H
#define INSPECT_REPORT_H

#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

enum inspect_info_column {
	INSPECT_INFO_CORE,
	INSPECT_INFO_FORMAT,
	INSPECT_INFO_CONTAINER,
	INSPECT_INFO_COMPRESSION,
	INSPECT_INFO_LIVE,
	INSPECT_INFO_PARTIAL,        /* pages were left out, or the file is cut */
	INSPECT_INFO_MACHINE,
	INSPECT_INFO_RELEASE,
	INSPECT_INFO_BUILD_ID,
	INSPECT_INFO_PAGE_SIZE,
	INSPECT_INFO_PAGING_LEVELS,
	INSPECT_INFO_VA_BITS,
	INSPECT_INFO_KASLR_OFFSET,
	INSPECT_INFO_CPUS,           /* possible ones */
	INSPECT_INFO_TIME,           /* of the crash, or the kernel's wall clock when it was dumped */
	INSPECT_INFO_TIME_SOURCE,
	INSPECT_INFO_PANIC,
	INSPECT_INFO_VMCOREINFO,     /* where it was found */
	INSPECT_INFO_SYMBOLS,
	INSPECT_INFO_SYMBOL_COUNT,   /* of the kernel image */
	INSPECT_INFO_TYPES,
	INSPECT_INFO_TYPE_COUNT,
	INSPECT_INFO_DEBUG,          /* the file with DWARF that was found, or why there is none */
	INSPECT_INFO_NOTES,          /* records of one STRING column */
	INSPECT_INFO_OPEN_US,        /* microseconds that opening took, and its parts */
	INSPECT_INFO_TARGET_US,
	INSPECT_INFO_SYMBOLS_US,
	INSPECT_INFO_TYPES_US,
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_info_schema, inspect_note_schema;

INSPECT_PUBLIC void inspect_info(struct inspect *inspect, struct inspect_record *record);

/* One thing that we rely on: a view of a structure, a root variable, something derived. */
enum inspect_check_column {
	INSPECT_CHECK_KIND,    /* "view", "root", "derivation" */
	INSPECT_CHECK_NAME,
	INSPECT_CHECK_TYPE,    /* view: the variant that fits; root: the type of the variable */
	INSPECT_CHECK_SIZE,
	INSPECT_CHECK_ADDRESS, /* root */
	INSPECT_CHECK_ANSWER,  /* derivation: what was found, and by what evidence */
	INSPECT_CHECK_FIELDS,  /* view */
	INSPECT_CHECK_MISSING, /* why it is not there in this kernel */
};

enum inspect_check_field_column {
	INSPECT_CHECK_FIELD_NAME,
	INSPECT_CHECK_FIELD_PATH,   /* the alternative that this kernel has; left out: none */
	INSPECT_CHECK_FIELD_OFFSET, /* in the structure that the last pointer of the path leads to */
	INSPECT_CHECK_FIELD_SIZE,
	INSPECT_CHECK_FIELD_BITS,   /* bit-fields: "7+1" */
	INSPECT_CHECK_FIELD_REQUIRED,
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_check_schema, inspect_check_field_schema;

struct inspect_check;

/* Checks what is known of the opened kernel; of its types alone where it was opened by inspect_open_types(). */
INSPECT_PUBLIC struct inspect_error *inspect_check_create(struct inspect *inspect, struct inspect_check **check_ret);
/* @check may be NULL. */
INSPECT_PUBLIC void inspect_check_destroy(struct inspect_check *check);
/* The next result as a record in @pool; *@missing_ret says whether it is something that we rely on and is not there. */
INSPECT_PUBLIC bool inspect_check_next(struct inspect_check *check, struct inspect_pool *pool,
				       struct inspect_record **record_ret, bool *missing_ret);

/* A handle that has types alone, from a vmlinux with BTF or a bare BTF blob: for inspect_check_create() only. */
INSPECT_PUBLIC struct inspect_error *inspect_open_types(const char *path, struct inspect **inspect_ret);

/* A line of /proc/kallsyms. */
enum inspect_symbol_column {
	INSPECT_SYMBOL_ADDRESS,
	INSPECT_SYMBOL_LETTER,
	INSPECT_SYMBOL_NAME,
	INSPECT_SYMBOL_MODULE,
	INSPECT_SYMBOL_SIZE,
	INSPECT_SYMBOL_OFFSET, /* of the address that was asked about, from the symbol's; else left out */
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_symbol_schema;

struct inspect_symbol_walk;

/* All symbols, in the order of /proc/kallsyms: the kernel's, the modules', ftrace's, BPF images, kprobes'. */
INSPECT_PUBLIC struct inspect_error *inspect_symbol_walk_create(struct inspect *inspect,
								struct inspect_symbol_walk **walk_ret);
/* The walk yields only symbols of this name from now on, whichever they are; @name must outlive it. */
INSPECT_PUBLIC void inspect_symbol_walk_select(struct inspect_symbol_walk *walk, const char *name);
/* The first symbol of that name; false where there is none. */
INSPECT_PUBLIC bool inspect_symbol_find(struct inspect *inspect, const char *name, struct inspect_pool *pool,
					struct inspect_record **record_ret);
/* The symbol that holds @address; false where none does. */
INSPECT_PUBLIC bool inspect_symbol_at(struct inspect *inspect, uint64_t address, struct inspect_pool *pool,
				      struct inspect_record **record_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_symbol_walk_destroy(struct inspect_symbol_walk *walk);
INSPECT_PUBLIC bool inspect_symbol_walk_next(struct inspect_symbol_walk *walk, struct inspect_pool *pool,
					     struct inspect_record **record_ret);

#ifdef __cplusplus
}
#endif

#endif
