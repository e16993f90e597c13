/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs the commands of a shell or a script (line.h), one after the other, upon what the command line has opened. */
#ifndef SCRIPTS_LINES_H
#define SCRIPTS_LINES_H

#include "command.h"

struct lines {
	struct command_context context; /* what each command starts from */
	const char *pager;  /* for what is longer than the terminal it goes to; NULL: none */
	bool keep_going;    /* behind a command that failed */
	bool counts;        /* messages tell the number of the command; else the caller sets that of the line */
	bool failed;
	bool quit;          /* the user wants to leave */
	enum status worst;
};

/* @outer is the context of the command line; it is only used during the call, but what it points to is kept. */
void lines_init(struct lines *lines, const struct command_context *outer);
/* Runs the commands in @text. False where nothing behind it is to be run. */
bool lines_run(struct lines *lines, const char *text);

#endif
