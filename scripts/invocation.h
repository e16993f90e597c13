/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One command, from its words to its exit status: what stands on the command line, or a command of a shell or a
 * script, which runs within what the command line has opened.
 *
 *	invocation_init(&invocation, outer, argc)
 *	invocation_parse(&invocation, argc, argv)      what is wanted; with -h, invocation_help() and no more
 *	invocation_arguments(&invocation)
 *	invocation_open_output(&invocation)
 *	invocation_run(&invocation)
 *	invocation_deinit(&invocation)
 *
 * Each step returns a status, after having said what is wrong if that is not STATUS_WHOLE; then the rest is left out.
 */
#ifndef SCRIPTS_INVOCATION_H
#define SCRIPTS_INVOCATION_H

#include "command.h"

struct invocation {
	struct options options;
	struct command_context context;
	const struct options *opened; /* by which the dump was opened: those of the command line */
	uint64_t *ids;
	int output;                   /* opened for -o; -1: none */
};

/*
 * @outer is what a command of a shell or a script starts from, NULL for the command line. @argc is how many words there
 * will be at most. False when out of memory, which has not been told.
 */
bool invocation_init(struct invocation *invocation, const struct command_context *outer, int argc);
/* Closes its output, but not the handle. */
void invocation_deinit(struct invocation *invocation);

/* Finds the command that @argv begins with, and parses its options; the strings are borrowed. */
enum status invocation_parse(struct invocation *invocation, int argc, char **argv);
/* The arguments, by the command's grammar. */
enum status invocation_arguments(struct invocation *invocation);
/* Opens the file of -o and empties it, but not if it is what we read. */
enum status invocation_open_output(struct invocation *invocation);
/* Runs the command and ends its output. */
enum status invocation_run(struct invocation *invocation);

/* Writes the help of the command, or of the program where there is none, to the output. */
enum status invocation_help(const struct invocation *invocation);
/* After a usage error that has been told: where to read more. Returns STATUS_USAGE. */
enum status invocation_usage(const struct invocation *invocation);

#endif
