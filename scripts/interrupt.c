/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "interrupt.h"

#include <stddef.h>
#include <string.h>

/* The one variable of the program: a signal handler is given nothing that it could find another by. */
static volatile sig_atomic_t last_signal;

static void on_signal(int signal)
{
	last_signal = signal;
}

const volatile sig_atomic_t *interrupt_flag(void)
{
	return &last_signal;
}

void interrupt_clear(void)
{
	last_signal = 0;
}

struct sigaction interrupt_catch(int signal, int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags }, before;

	sigemptyset(&action.sa_mask);
	if (sigaction(signal, &action, &before))
		memset(&before, 0, sizeof(before));
	return before;
}

void interrupt_restore(int signal, const struct sigaction *before)
{
	sigaction(signal, before, NULL);
}
