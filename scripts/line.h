/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines of a shell and of a script: commands with ; between them, words with blanks between those, # before what
 * is no command.
 *
 * Quotes are a shell's: '…' and "…" keep blanks and all else; a backslash keeps the next character, in quotes only
 * the quote, and in "…" a backslash. Of a command whose arguments are expressions or types (struct command, text),
 * the rest of the line is one, as it stands, so that C needs no quotes:
 *
 *	print ((struct bpf_prog *)0xffff888003c2a000)->aux->name
 *	print --hex init_task.stack --depth 1
 *	read &init_task + 8 64
 *
 * Options stand before or behind it. Where all of it is in quotes it is words, as everywhere else.
 *
 * Behind | stands a command of sh(1), behind > and >> a file: where the output goes. An expression that has these
 * operators in it stands in parentheses; -> and >= and || are no such marks.
 */
#ifndef SCRIPTS_LINE_H
#define SCRIPTS_LINE_H

#include <stddef.h>

enum line_output {
	LINE_OUTPUT_NONE,   /* where the others go too */
	LINE_OUTPUT_PIPE,   /* | target */
	LINE_OUTPUT_FILE,   /* > target */
	LINE_OUTPUT_APPEND, /* >> target */
};

/* Words that end a shell or a script, besides the commands of the table. */
#define LINE_BUILTINS 2
extern const char *const line_builtins[LINE_BUILTINS];

struct line_command {
	char **words;     /* the command word, its options, "--" and its arguments where they are text; then NULL */
	int count;
	enum line_output output;
	char *target;
	char *bytes;      /* that the words are made of */
	char *free;       /* what is left of them */
};

enum line_result {
	LINE_COMMAND,
	LINE_END,     /* there is no more */
	LINE_MISTAKE, /* *problem_ret tells, and nothing behind it makes sense */
};

/* Takes the next command off *@text. The caller releases it where the result is LINE_COMMAND. */
enum line_result line_next(const char **text, struct line_command *out, const char **problem_ret);
void line_command_deinit(struct line_command *command);

/*
 * The command that is being typed at the end of the @length bytes of @text, from its word on; NULL where no command
 * is: in quotes, in a comment, behind a |.
 */
const char *line_typed(const char *text, size_t length);

#endif
