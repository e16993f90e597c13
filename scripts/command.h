/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a command is and what it is given.
 *
 * To add a command: a file cmd_NAME.c with its run function, declared in commands.h, and a row of the table in
 * commands.c. The row is its grammar and its help; invocation.c parses by it and ends the sink, main() opens the
 * dump, so that a command only fills records.
 */
#ifndef SCRIPTS_COMMAND_H
#define SCRIPTS_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <inspect/inspect.h>
#include <inspect/record.h>

#include "message.h"
#include "options.h"

/* Exit status; a worse one replaces a better one. */
enum status {
	STATUS_WHOLE = 0,
	STATUS_PARTIAL = 1, /* something is missing: a fault, an id that does not exist, a write that failed */
	STATUS_USAGE = 2,
	STATUS_FAILED = 3,  /* could not be opened or understood */
};

static inline enum status status_worse(enum status a, enum status b)
{
	return a > b ? a : b;
}

struct command_context {
	const char *program;         /* "kinspect" or "bpf_inspect" */
	const struct command *command;
	const struct options *options;
	struct messages messages;
	struct inspect *inspect;     /* NULL for a command that needs no core */
	char **arguments;            /* what is left of argv behind the options */
	size_t argument_count;
	const uint64_t *ids;         /* the same as numbers, for ARGUMENTS_IDS */
	struct inspect_sink *sink;   /* NULL until command_begin() */
	int output;                  /* descriptor that the sink writes to */
	size_t columns;              /* of the terminal that a shell prints to; 0: no limit */
	const volatile sig_atomic_t *interrupt; /* not 0: no more records are wanted; NULL: nothing interrupts */
	bool within;                 /* a shell or a script, which have opened the core */
};

enum command_core {
	CORE_ALWAYS,            /* the dump is opened before the command runs */
	CORE_NEVER,
	CORE_WITHOUT_ARGUMENTS, /* only where there are no arguments: these are files of their own */
};

enum command_arguments {
	ARGUMENTS_NONE,
	ARGUMENTS_IDS,  /* any number of ids */
	ARGUMENTS_FILE, /* at most one file */
	ARGUMENTS_NAMES, /* any number, of any form */
	ARGUMENTS_TEXTS, /* one or more, of any form */
};

/* What the arguments are made of in a line of a shell or a script; see line.h. */
enum command_text {
	TEXT_WORDS,    /* as on the command line */
	TEXT_REST,     /* all of the line is one argument */
	TEXT_AND_WORD, /* the last word is one, all before it is another */
};

/* What the arguments are completed to in a shell. */
enum command_completes {
	COMPLETES_NOTHING,
	COMPLETES_COMMANDS,
	COMPLETES_SYMBOLS,
	COMPLETES_TYPES,
	COMPLETES_EXPRESSIONS,
};

#define COMMAND_NAMES_MAX 3

struct command {
	const char *names[COMMAND_NAMES_MAX]; /* the first is the command's, the others are aliases */
	const char *summary;                  /* a line of the command list */
	const char *description;              /* paragraph of its own help */
	enum command_arguments arguments;
	const char *argument_name;            /* "id", "FILE" */
	const char *argument_noun;            /* "program id", for messages */
	const char *argument_help;
	struct option_table options;
	enum command_core core;
	enum command_text text;
	enum command_completes completes;
	bool outermost;                       /* not within a shell or a script */
	/* Returns a status; what it could not do it has told through context->messages. */
	enum status (*run)(struct command_context *context);
};

/*
 * Creates the sink: JSON with --json, else text by @layout, or where that is NULL a table; and begins a stream of
 * @schema. False after having said what went wrong.
 */
bool command_begin(struct command_context *context, const struct inspect_schema *schema,
		   const struct inspect_layout *layout, enum inspect_stream stream);

/* Writes one record. False after having said what went wrong: the command should return STATUS_PARTIAL then. */
bool command_record(struct command_context *context, const struct inspect_record *record);

/* The output for what is no record, as a stream of its own; NULL after having said what went wrong. */
FILE *command_stream(const struct command_context *context);

/*
 * Ends and frees the sink, where there is one (main() does it too), and returns @status or what is worse:
 * STATUS_PARTIAL where cells had faults or the output could not be written.
 */
enum status command_end(struct command_context *context, enum status status);

#endif
