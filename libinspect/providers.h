/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The contracts between the core and the providers: sources of bytes (targets/) and sources of types and symbols
 * (dwarf/). The tables are defined there and named by open.c and open_sources.c alone, so that unit tests link without
 * providers.
 *
 * To add a target: a file in targets/ that ends in one const struct target_ops, and a line in target_table. To add a
 * source: the same in dwarf/ with struct source_ops and source_table.
 */
#ifndef LIBINSPECT_PROVIDERS_H
#define LIBINSPECT_PROVIDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <inspect/inspect.h>

struct memory;
struct scope;
struct symbol_table;
struct vmcoreinfo;

enum machine {
	MACHINE_UNKNOWN,
	MACHINE_X86_64,
	MACHINE_AARCH64,
	MACHINE_OTHER, /* understood as a dump, but we cannot translate its addresses */
};

/* One opened file of the dump. The descriptor is read-only and stays the caller's. */
struct target_file {
	int fd;
	const char *path; /* for messages */
};

/* What a target found out while it was opened. Strings are owned by the target and live as long as it. */
struct target_facts {
	const char *format;       /* "ELF vmcore", "kdump compressed", "/proc/kcore", … */
	const char *container;    /* "flattened", "split", or NULL */
	const char *compression;  /* codecs that the dump's header says its pages use, "zlib", …, or NULL */
	const char *note;         /* something the user should know ("the file is shorter than its header says"), or NULL */
	enum machine machine;
	const char *machine_name; /* utsname.machine or ELF's name */
	uint32_t page_size;       /* 0: the format does not say */
	bool live;                /* memory changes while it is read */
	bool partial;             /* pages were left out on purpose (dump level) or the file is cut */
	char release[65];         /* utsname.release; empty: unknown */
	const void *vmcoreinfo;   /* the note's bytes, or NULL */
	size_t vmcoreinfo_size;
	const void *notes;        /* the dump's ELF notes, NT_PRSTATUS of each CPU among them, as they are, or NULL */
	size_t notes_size;
	uint64_t crash_time;      /* seconds since the epoch, 0: the format does not say */
};

struct target {
	const struct target_ops *ops; /* NULL: not open */
	void *data;                   /* the provider's own */
	struct target_facts facts;
};

struct target_ops {
	const char *name; /* for --target and messages */
	/* Whether the file is this provider's by its magic. Only reads; a damaged file of ours is still ours. */
	bool (*probe)(const struct target_file *file);
	/*
	 * Opens @files (more than one: a split dump, in any order), adds segments to @memory and fills target->data and
	 * target->facts. On failure it leaves nothing behind.
	 */
	struct inspect_error *(*open)(struct target *target, const struct target_file *files, size_t count,
				      struct memory *memory);
	/* After this, segments of the target must not be read any more. */
	void (*close)(struct target *target);
};

/* In the order of probing; ends with NULL. */
extern const struct target_ops *const target_table[];

/* Why no target took @file (a directory, empty, text, an unknown format, …). */
struct inspect_error *target_unrecognised(const struct target_file *file) __attribute__((returns_nonnull));

#define BUILD_ID_MAX 64 /* linkers make 8 to 20 bytes, or what they are told */

/* What the linker says of one build of a program, in an ELF note. */
struct build_id {
	uint8_t bytes[BUILD_ID_MAX];
	size_t size; /* 0: not known */
};

/* Where the kernel put a section of a module's file. */
struct source_section {
	const char *name;
	uint64_t address;
};

/* What a source is opened from: a descriptor, or a part of the dump's own memory, or all of it. */
struct source_input {
	int fd;                   /* -1: none */
	const char *name;         /* file name, "vmlinux", or a module's name: names the scope, and for messages */
	struct memory *memory;    /* of the dump, for sources that lie in it … */
	uint64_t address;         /* … at this address, 0: the source knows itself where … */
	uint64_t size;            /* … in so many bytes */
	struct scope *base;       /* for split BTF */
	const struct vmcoreinfo *vmcoreinfo;
	enum machine machine;
	uint64_t offset;          /* KERNELOFFSET: added to the addresses in files that were linked without it */
	const struct source_section *sections; /* of a file that is not linked; without them its DWARF is not read */
	size_t section_count;
	bool only_debug;          /* of an ELF file: the DWARF and the build-id, neither symbols nor BTF */
};

/* What came out of one input: any of these. The caller owns the objects. */
struct source {
	struct scope *scope;          /* types, or NULL */
	struct scope *debug_scope;    /* types from DWARF, of variables too, or NULL; costs nothing until it is asked */
	struct symbol_table *symbols; /* or NULL */
	struct build_id build_id;
	char *how;                    /* owned: a line about how it was found ("named by VMCOREINFO"), or NULL */
};

struct source_ops {
	const char *name; /* "kallsyms", "BTF", "ELF", "System.map" */
	/* Whether the input is of this source's form, by its magic. */
	bool (*probe)(const struct source_input *input);
	struct inspect_error *(*open)(const struct source_input *input, struct source *source);
};

/* In the order of probing; ends with NULL. */
extern const struct source_ops *const source_table[];

/* What an ELF file says of itself, before it is opened as a source. */
struct source_identity {
	struct build_id build_id;
	bool is_object;         /* not linked: a module */
	bool has_dwarf;
	char debuglink[256];    /* the name of the file that its DWARF was moved to (.gnu_debuglink); empty: it does not say */
	uint32_t debuglink_crc; /* of that file's bytes */
};

/* False for what is no little-endian ELF file with sections. */
bool source_identify(int fd, struct source_identity *identity_ret);

/*
 * Asks the servers that $DEBUGINFOD_URLS names for the file with debug information of a build; the caller closes
 * *@fd_ret and frees *@path_ret. INSPECT_ERROR_LOOKUP where none gave it, _USAGE where none is named, _UNSUPPORTED
 * without the library.
 */
struct inspect_error *source_download(const struct build_id *build_id, int *fd_ret, char **path_ret);

#endif
