/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens a dump, or a split one as its files joined by commas, for the programs that compare dumps. */
#ifndef TESTS_TARGETS_PATHS_H
#define TESTS_TARGETS_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "image.h"

#define PATHS_MAX 16

/* Opens the files of @paths, which is cut up at its commas; 0: one could not be opened, and why was printed. */
size_t paths_split(char *paths, struct target_file files[PATHS_MAX]);
/* The same, and the target that they are. */
bool paths_open(char *paths, struct opened *opened);

#endif
