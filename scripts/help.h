/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The help, made from the tables of commands and options; it reads as that of Python's argparse does. */
#ifndef SCRIPTS_HELP_H
#define SCRIPTS_HELP_H

#include <stdio.h>

#include "command.h"

/* The usage line alone; of the program itself where @command is NULL. */
void help_usage(FILE *file, const char *program, const struct command *command);
/* All of it; @within a shell or a script without what has no place there. */
void help_print(FILE *file, const char *program, const struct command *command, bool within);
/* What can be typed within a shell or a script. */
void help_within(FILE *file);

#endif
