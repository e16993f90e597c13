/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines that were typed, in $XDG_STATE_HOME/kinspect/history or ~/.local/state/kinspect/history: a line a line,
 * the last one last. Several shells append to it at once. Where there is no such place, lines are remembered until
 * the end.
 */
#ifndef SCRIPTS_HISTORY_H
#define SCRIPTS_HISTORY_H

#include <stdbool.h>

#include "message.h"

/*
 * Opens the file, and makes it and its folders, which nobody else may read; -1 where that cannot be, which is told
 * but for a user without a home.
 */
int history_open(const struct messages *messages);
/* Of a file that is longer, the last lines are kept, half as much of them. */
#define HISTORY_BYTES_MAX (512 << 10)

/* Calls @remember for each line of the file, the first one first. */
void history_read(int fd, void (*remember)(void *arg, const char *line), void *arg);
/* False where it could not be written. */
bool history_append(int fd, const char *line);

#endif
