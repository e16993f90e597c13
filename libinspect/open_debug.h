/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files with debug information that nobody named: found by build-id where distributions and debuggers put them
 * (debug_path.h). A file whose build-id is another one is left out, and so is one without: it could be any kernel's.
 *
 * The vmlinux is looked for and opened while the handle is opened, which costs a few failing open() calls where there is
 * none; its DWARF is not touched before it is asked.
 */
#ifndef LIBINSPECT_OPEN_DEBUG_H
#define LIBINSPECT_OPEN_DEBUG_H

#include "debug_path.h"
#include "open.h"

/* An opened file with DWARF. */
struct debug_file {
	int fd;           /* -1: none */
	const char *path; /* in the handle's arena */
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

/* Adds the DWARF of the dump's vmlinux, where it is found; facts.debug tells what happened. */
struct inspect_error *open_debug_vmlinux(struct inspect *inspect, enum inspect_types types);

#endif
