/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the user is told on stderr: "kinspect: …", in a script "kinspect: FILE:LINE: …", a line a message, with control
 * characters escaped, since messages quote the dump.
 */
#ifndef SCRIPTS_MESSAGE_H
#define SCRIPTS_MESSAGE_H

#include <signal.h>
#include <stdbool.h>

struct inspect_error;

struct messages {
	const char *program; /* the name we were called by */
	bool quiet;          /* no notes */
	const char *place;   /* a script, whose line is @number; NULL: none */
	unsigned int number;
	const volatile sig_atomic_t *interrupt; /* SIGPIPE: nobody reads any more, so nothing is said; may be NULL */
};

/* Why something could not be done. */
void message_error(const struct messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What is good to know; not with -q. */
void message_note(const struct messages *messages, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The library's error, which is destroyed; NULL prints nothing. */
void message_take(const struct messages *messages, struct inspect_error *error);

#endif
