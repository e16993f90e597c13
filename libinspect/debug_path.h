/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where files with debug information lie, by the habits of distributions and of debuggers: below /usr/lib/debug by
 * build-id (GDB manual, "Debugging Information in Separate Files") or by path, beside the kernel, in a build tree. A
 * folder that the user names may be such a debug root, the root of an unpacked package, or a build tree; the system's
 * own root is the last.
 *
 * These are paths only: whether a file is there, and the right one, is for who opens it to find out.
 */
#ifndef LIBINSPECT_DEBUG_PATH_H
#define LIBINSPECT_DEBUG_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "core/build_id.h"

struct debug_path_query {
	const char *const *roots; /* folders; "" is the system's root */
	size_t root_count;
	struct build_id build_id; /* size 0: not known */
	const char *release;      /* of the kernel; NULL: not known */
	bool is_module;           /* a module's file: those are not found by path, see debug_tree.h */
};

/*
 * The path of the candidate number *@index, counted from 0, which then is the next one's; false when there are no more.
 */
bool debug_path_next(const struct debug_path_query *query, size_t *index, struct strbuf *path);

/* The same for the folders in which modules' files may lie at any depth: all that the user named, and the system's. */
bool debug_path_tree(const char *const *roots, size_t root_count, const char *release, size_t *index,
		     struct strbuf *path);

/* The same for the file @name that .gnu_debuglink of the file @main speaks of. */
bool debug_path_link(const char *const *roots, size_t root_count, const char *main, const char *name, size_t *index,
		     struct strbuf *path);

/*
 * Whether a release or a file's name, which the dump or a file tells, can be a part of a path and leads nowhere else.
 */
bool debug_path_is_name(const char *name);

#endif
