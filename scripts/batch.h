/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Commands that nobody types: those of -e COMMANDS and --script FILE. The first that fails, whatever its status, is
 * the last, but for --keep-going. Messages begin with the file and the line, or with -e and the number of the
 * command.
 */
#ifndef SCRIPTS_BATCH_H
#define SCRIPTS_BATCH_H

#include <stdio.h>

#include "command.h"

struct batch {
	FILE *script;     /* NULL: none */
	const char *name; /* of the script */
};

/* Whether the options ask for it. */
bool batch_is_wanted(const struct options *options);
/* Opens the script, - is stdin. Returns a status, after having said what is wrong if that is not STATUS_WHOLE. */
enum status batch_open(struct batch *batch, const struct command_context *context);
void batch_close(struct batch *batch);
/* Runs all; the worst status. */
enum status batch_run(const struct batch *batch, const struct command_context *context);

#endif
