/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stops a command of a shell or a script without ending the program: Ctrl-C, and nobody reading its output any
 * more.
 *
 * The flag has the number of the signal that came last, 0: none. It is the library's interrupt flag too. Behind a
 * SIGPIPE nothing more is to be said, behind a SIGINT that the command was interrupted.
 */
#ifndef SCRIPTS_INTERRUPT_H
#define SCRIPTS_INTERRUPT_H

#include <signal.h>

const volatile sig_atomic_t *interrupt_flag(void);
void interrupt_clear(void);

/*
 * From now on @signal sets the flag. @flags are of sigaction(2): SA_RESTART or 0. Returns what it did before, for
 * interrupt_restore().
 */
struct sigaction interrupt_catch(int signal, int flags);
void interrupt_restore(int signal, const struct sigaction *before);

#endif
