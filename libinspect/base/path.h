/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of files as texts: nothing is opened. */
#ifndef LIBINSPECT_BASE_PATH_H
#define LIBINSPECT_BASE_PATH_H

#include <stdbool.h>

/*
 * Whether @path ends with the components of @suffix, "." and ".." taken into account: "/usr/src/a/../b/c.c" ends with
 * "c.c" and "src/b/c.c", but not with ".c" or "a/c.c".
 */
bool path_ends_with(const char *path, const char *suffix);

#endif
