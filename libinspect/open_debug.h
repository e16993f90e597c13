/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files with debug information that nobody named: found by build-id where distributions and debuggers put them
 * (debug_path.h). A file whose build-id is another one is left out, and so is one without: it could be any kernel's.
 *
 * The vmlinux is looked for and opened while the handle is opened, which costs a few failing open() calls where there
 * is none; its DWARF is not touched before it is asked.
 */
#ifndef LIBINSPECT_OPEN_DEBUG_H
#define LIBINSPECT_OPEN_DEBUG_H

#include "debug_path.h"
#include "debug_tree.h"
#include "open.h"

/* An opened file with DWARF. */
struct debug_file {
	int fd;           /* -1: none */
	const char *path; /* in the handle's arena */
	const char *why;  /* where there is none: what is wrong with the first file in its place; NULL: there is no such file */
};

void debug_file_close(struct debug_file *file);

/* Prepares the search; the folders that the user names come before the system's. */
struct inspect_error *open_debug_roots(struct inspect *inspect, const struct inspect_options *options);

/*
 * The file with DWARF that the one at @path speaks of by .gnu_debuglink, if that has the right CRC; @identity is what
 * source_identify() said of it. file_ret->fd is -1 where there is none.
 */
struct inspect_error *open_debug_link(struct inspect *inspect, const char *path, const struct source_identity *identity,
				      struct debug_file *file_ret);

/*
 * Opens the file at @path, or what it links to, if it has DWARF and the build-id is right; else file_ret->fd is -1.
 * Errors are those of memory; a file that is not there or not what it should be is none.
 */
struct inspect_error *open_debug_file(struct inspect *inspect, const char *path, const struct build_id *build_id,
				      struct debug_file *file_ret);
/* The same for the candidates of @query, one after the other. */
struct inspect_error *open_debug_find(struct inspect *inspect, const struct debug_path_query *query,
				      struct debug_file *file_ret);

/* The same by debuginfod, if the user wants that. */
struct inspect_error *open_debug_download(struct inspect *inspect, const struct build_id *build_id,
					  struct debug_file *file_ret);

/* Adds the DWARF of the dump's vmlinux, where it is found; facts.debug tells what happened. */
struct inspect_error *open_debug_vmlinux(struct inspect *inspect, enum inspect_types types);

/* Modules: open_modules.c. */

/* kernel->module_debug. */
struct scope *open_module_debug(struct kernel *kernel, const char *name);
/* kernel->load_modules where all types are from DWARF. */
void open_modules_dwarf(struct kernel *kernel);
/* That each module's file which the user named is of a module that is loaded. */
struct inspect_error *open_check_named(struct inspect *inspect);
/* @modules may be NULL. */
void open_modules_destroy(struct open_modules *modules);

#endif
