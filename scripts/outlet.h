/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the output of one command of a shell or a script goes, if not where all the others' goes: a command of sh(1),
 * or a pager once it is longer than the screen.
 *
 * While an outlet is open, a SIGPIPE sets the interrupt flag (interrupt.h).
 */
#ifndef SCRIPTS_OUTLET_H
#define SCRIPTS_OUTLET_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct outlet {
	int fd;        /* to be written to; -1: it is not open */
	pid_t process; /* that reads it */
	struct sigaction before;
};

/* A terminal's size, in characters. */
struct screen {
	unsigned int rows, columns; /* 0: no limit */
};

/* The size of the terminal that @fd is. */
struct screen screen_of(int fd);

/* The pager of the user, $PAGER, or less where there is one; NULL: none. Not to be freed. */
const char *outlet_default_pager(void);

/* Starts sh -c @command, which reads what is written; false with errno where that cannot be. */
bool outlet_open_pipe(struct outlet *outlet, const char *command);
/* The same for sh -c @pager, but only once there is more than @screen holds; stdout has what it has else. */
bool outlet_open_pager(struct outlet *outlet, const char *pager, struct screen screen);
/* Waits until all is read. The exit status of what read it, 128 and the signal where that ended it. */
int outlet_close(struct outlet *outlet);

#endif
