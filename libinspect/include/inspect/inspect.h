/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libinspect: an offline inspector of Linux kernel memory.
 *
 * inspect_open() opens a dump (or the live kernel through /proc/kcore), finds its VMCOREINFO, its symbols and its
 * types, and hands out a handle. One thread a handle. Functions that can fail return an error the caller owns; NULL is
 * success; out-parameters come last and stay untouched on failure.
 *
 * Structures of options begin with their size, sizeof(struct …), and may grow at their ends in later versions; members
 * that are 0 mean the usual. A size of 0 is for programs that are built together with the library.
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/version.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define INSPECT_PUBLIC __attribute__((visibility("default")))
#else
#define INSPECT_PUBLIC
#endif

/* The version of the library that runs; INSPECT_VERSION is that of these headers. */
INSPECT_PUBLIC const char *inspect_version(void);

enum inspect_error_code {
	INSPECT_ERROR_NO_MEMORY,
	INSPECT_ERROR_OS,          /* a system call failed */
	INSPECT_ERROR_FORMAT,      /* a file or a table is not what it must be */
	INSPECT_ERROR_UNSUPPORTED, /* understood, but this build or this version cannot do it */
	INSPECT_ERROR_FAULT,       /* an address of the target could not be read */
	INSPECT_ERROR_LOOKUP,      /* no such symbol, type, member or object */
	INSPECT_ERROR_MISMATCH,    /* two inputs that do not belong together */
	INSPECT_ERROR_LIMIT,       /* a budget was spent: depth, steps, bytes */
	INSPECT_ERROR_USAGE,       /* the caller asked for something that makes no sense */
	INSPECT_ERROR_INTERRUPTED,
};

struct inspect_error;

/* @error may be NULL. */
INSPECT_PUBLIC void inspect_error_destroy(struct inspect_error *error);
INSPECT_PUBLIC enum inspect_error_code inspect_error_code(const struct inspect_error *error);
/* One line, what was being done first, the cause last. Valid as long as the error. May hold bytes from the dump. */
INSPECT_PUBLIC const char *inspect_error_message(const struct inspect_error *error);
/* Whether the error is about an address of the target, and which. */
INSPECT_PUBLIC bool inspect_error_address(const struct inspect_error *error, uint64_t *address_ret);
/*
 * Whether the error is about a part of a text that the caller gave (an expression), and which: @length bytes from
 * @offset on; the length is 0 at the end of the text.
 */
INSPECT_PUBLIC bool inspect_error_place(const struct inspect_error *error, size_t *offset_ret, size_t *length_ret);

/* Why memory could not be read. */
enum inspect_fault {
	INSPECT_FAULT_NONE,
	INSPECT_FAULT_NULL,         /* the first page */
	INSPECT_FAULT_UNMAPPED,     /* the kernel's page tables have no such page */
	INSPECT_FAULT_TABLE,        /* a page table of the way could not be read */
	INSPECT_FAULT_EXCLUDED,     /* the page was left out when the dump was made */
	INSPECT_FAULT_NOT_IN_DUMP,  /* the dump never had this physical address */
	INSPECT_FAULT_TRUNCATED,    /* behind the end of the file: the dump was cut */
	INSPECT_FAULT_CORRUPT,      /* the dump's own record of the page is damaged */
	INSPECT_FAULT_UNSUPPORTED,  /* stored in a way this build cannot decode */
	INSPECT_FAULT_IO,           /* read(2) failed */
};

/* "page excluded from the dump", for messages. */
INSPECT_PUBLIC const char *inspect_fault_string(enum inspect_fault fault);

/*
 * Memory that answers are put into: objects, records, texts live in a pool and are never freed one by one. Who loops
 * rewinds it after each round.
 */
struct inspect_pool;

/* NULL when out of memory. */
INSPECT_PUBLIC struct inspect_pool *inspect_pool_create(void);
/* Frees @pool, which may be NULL, and all that is in it. */
INSPECT_PUBLIC void inspect_pool_destroy(struct inspect_pool *pool);
/* Forgets all that is in it and keeps the memory for what comes next. */
INSPECT_PUBLIC void inspect_pool_rewind(struct inspect_pool *pool);

struct inspect;

/* Where types come from. */
enum inspect_types {
	INSPECT_TYPES_AUTO,  /* BTF, and DWARF for what BTF lacks */
	INSPECT_TYPES_BTF,
	INSPECT_TYPES_DWARF,
};

struct inspect_options {
	size_t size;                     /* sizeof(struct inspect_options) */
	const char *const *core_paths;   /* the dump; several files for a split one */
	size_t core_count;               /* 0: /proc/kcore */
	/*
	 * vmlinux, a bare BTF blob, System.map: asked before what the dump has. A folder is searched for files with
	 * DWARF before the system's folders of debug information are.
	 */
	const char *const *symbol_paths;
	size_t symbol_count;
	enum inspect_types types;
	bool force;                      /* accept symbol files whose build-id is not the dump's */
	bool debuginfod;                 /* download files with DWARF that are not found, from $DEBUGINFOD_URLS */
};

/*
 * Opens a dump and finds out what it needs from it: VMCOREINFO, address translation, symbols, types. The strings of
 * @options are only used during the call.
 */
INSPECT_PUBLIC struct inspect_error *inspect_open(const struct inspect_options *options, struct inspect **inspect_ret);
/*
 * What the user should know about what was opened (the file is cut off; VMCOREINFO had to be searched for): the
 * @index-th note, counted from 0, or NULL. Valid as long as the handle.
 */
INSPECT_PUBLIC const char *inspect_note(const struct inspect *inspect, size_t index);

/*
 * What could not be found out on the side while answers were made (a damaged trampoline, a module whose symbols cannot
 * be read): one error a call, NULL when there are no more. A problem means that what was answered is partial. The
 * caller owns it.
 */
INSPECT_PUBLIC struct inspect_error *inspect_next_problem(struct inspect *inspect);

/*
 * Lets another thread or a signal handler stop long walks: they end when *@flag is not 0, which is read at each step.
 */
INSPECT_PUBLIC void inspect_set_interrupt(struct inspect *inspect, const volatile sig_atomic_t *flag);

/*
 * Forgets what was found in the memory of a running kernel, which may be another by now: symbols of modules and of
 * programs, what is attached to what. For who asks one thing after the other. Does nothing where the target is a dump.
 */
INSPECT_PUBLIC void inspect_refresh(struct inspect *inspect);

/* @inspect may be NULL. */
INSPECT_PUBLIC void inspect_close(struct inspect *inspect);

#ifdef __cplusplus
}
#endif

#endif
