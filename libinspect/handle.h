/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a handle is made of; only the files beside open.c see into it. */
#ifndef LIBINSPECT_HANDLE_H
#define LIBINSPECT_HANDLE_H

#include <inspect/object.h>

#include "base/strbuf.h"
#include "bpf/bpf.h"
#include "core/object.h"
#include "kernel/kernel.h"
#include "providers.h"

/* A descriptor and the path it was opened by, which is the caller's until open has copied it. */
struct open_files {
	struct target_file *items;
	size_t count;
	size_t capacity;
};

struct open_modules;

struct debug_named {
	const char *path;
	struct build_id build_id;
};

/* Where files with debug information are looked for when they are needed. */
struct debug_files {
	struct {
		const char **items; /* folders that the user named, then "", the system's root */
		size_t count;
		size_t capacity;
	} roots;
	const char *release; /* of the kernel; NULL: not known */
	bool download;       /* ask debuginfod for what is not found */
	struct {
		struct debug_named *items; /* files of modules that the user named */
		size_t count;
		size_t capacity;
	} named;
	struct scope *vmlinux; /* its DWARF, which that of modules completes declarations from; borrowed, NULL: none */
	struct open_modules *modules; /* see open_modules.c; NULL: not asked for yet */
};

/* How the handle came to what it has, for `info`. Strings live in the kernel's arena. */
struct open_facts {
	const char *vmcoreinfo; /* "note", "found at physical address 0x…" */
	const char *types;      /* NULL: none were found */
	bool types_unproved;    /* from a file without a build-id */
	const char *debug;      /* what became of the search for a vmlinux with DWARF; NULL: there was none, or nothing to tell */
	const char *symbols;
	const char *notes[32];  /* what the user should know */
	size_t note_count;
	double target_ms, symbols_ms, types_ms, total_ms;
};

struct inspect {
	struct kernel kernel;
	struct bpf bpf;
	struct target target;
	struct open_files cores;
	struct debug_files debug;
	struct open_facts facts;
};

/* What is handed out of an object, in a pool. */
struct inspect_object {
	struct inspect *inspect;
	struct object object;
};

/* object.c: puts @object into @pool. */
struct inspect_error *object_hand_out(struct inspect *inspect, const struct object *object, struct inspect_pool *pool,
				      const struct inspect_object **object_ret);

/* object.c: puts @text into @pool, NUL-terminated; @length_ret may be NULL. */
struct inspect_error *text_hand_out(const struct strbuf *text, struct inspect_pool *pool, const char **text_ret,
				    size_t *length_ret);

/* A type is handed out as it is, and is never changed through that. */
static inline struct type *type_taken(const struct inspect_type *type)
{
	return (struct type *)type;
}

static inline const struct inspect_type *type_handed_out(const struct type *type)
{
	return (const struct inspect_type *)type;
}

#endif
