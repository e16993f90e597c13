/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "help.h"

#include <stdarg.h>
#include <string.h>

#include "commands.h"

#define HELP_WIDTH 78
#define HELP_COLUMN 24 /* where explanations start */
#define HELP_WORD 160
#define HELP_SET 512 /* the names of all commands */

/* Words are put on lines of HELP_WIDTH; a line that follows is indented. */
struct wrap {
	FILE *file;
	int indent;
	int column;
};

static void wrap_word(struct wrap *wrap, const char *word, int length)
{
	if (wrap->column > wrap->indent && wrap->column + 1 + length > HELP_WIDTH) {
		fprintf(wrap->file, "\n%*s", wrap->indent, "");
		wrap->column = wrap->indent;
	} else if (wrap->column > wrap->indent) {
		fputc(' ', wrap->file);
		wrap->column++;
	}
	wrap->column += fprintf(wrap->file, "%.*s", length, word);
}

/* A word that may have blanks in it. */
static void __attribute__((format(printf, 2, 3))) wrap_printf(struct wrap *wrap, const char *format, ...)
{
	char word[HELP_WORD];
	va_list args;

	va_start(args, format);
	vsnprintf(word, sizeof(word), format, args);
	va_end(args);
	wrap_word(wrap, word, (int)strlen(word));
}

static void wrap_text(struct wrap *wrap, const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, " ");

		wrap_word(wrap, text, length);
		text += length;
		text += *text == ' ';
	}
	fputc('\n', wrap->file);
}

/* A line of a section: the head, and its explanation in a column of its own. */
static void help_line(FILE *file, const char *head, int indent, const char *text)
{
	struct wrap wrap = { .file = file, .indent = HELP_COLUMN, .column = HELP_COLUMN };
	int length = fprintf(file, "%*s%s", indent, "", head);

	if (length > HELP_COLUMN - 2) {
		fputc('\n', file);
		length = 0;
	}
	fprintf(file, "%*s", HELP_COLUMN - length, "");
	wrap_text(&wrap, text);
}

/* @within: only those that can stand within a shell or a script. */
static void help_options(FILE *file, const struct option_table *table, bool within)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *blank = row->argument ? " " : "";
		const char *argument = row->argument ? row->argument : "";
		char head[HELP_WORD];

		if (within && !row->within)
			continue;
		if (row->letter)
			snprintf(head, sizeof(head), "-%c%s%s, --%s%s%s", row->letter, blank, argument, row->name,
				 blank, argument);
		else
			snprintf(head, sizeof(head), "--%s%s%s", row->name, blank, argument);
		help_line(file, head, 2, row->help);
	}
}

static void usage_options(struct wrap *wrap, const struct option_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *blank = row->argument ? " " : "";
		const char *argument = row->argument ? row->argument : "";

		if (row->letter)
			wrap_printf(wrap, "[-%c%s%s]", row->letter, blank, argument);
		else
			wrap_printf(wrap, "[--%s%s%s]", row->name, blank, argument);
	}
}

/* {prog,p,map,m,…} */
static void command_set(char *buf, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < command_count; i++) {
		for (size_t j = 0; j < COMMAND_NAMES_MAX && command_table[i].names[j] && used < size; j++)
			used += (size_t)snprintf(buf + used, size - used, "%c%s", used ? ',' : '{',
						 command_table[i].names[j]);
	}
	if (used < size)
		snprintf(buf + used, size - used, "}");
}

void help_usage(FILE *file, const char *program, const struct command *command)
{
	struct wrap wrap = { .file = file };
	char set[HELP_SET];

	wrap.column = fprintf(file, "usage: %s", program);
	if (command)
		wrap.column += fprintf(file, " %s", command->names[0]);
	wrap.indent = wrap.column + 1;
	fputc(' ', file);
	wrap.column++;
	if (!command) {
		usage_options(&wrap, &option_global);
		command_set(set, sizeof(set));
		wrap_word(&wrap, set, (int)strlen(set));
		wrap_word(&wrap, "...", 3);
	} else {
		wrap_printf(&wrap, "[-h]");
		usage_options(&wrap, &command->options);
		if (command->arguments == ARGUMENTS_IDS || command->arguments == ARGUMENTS_NAMES)
			wrap_printf(&wrap, "[%s ...]", command->argument_name);
		else if (command->arguments == ARGUMENTS_FILE)
			wrap_printf(&wrap, "[%s]", command->argument_name);
		else if (command->arguments == ARGUMENTS_TEXTS)
			wrap_printf(&wrap, "%s [%s ...]", command->argument_name, command->argument_name);
	}
	fputc('\n', file);
}

static void help_commands(FILE *file)
{
	char head[HELP_WORD];

	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = &command_table[i];

		if (command->names[1])
			snprintf(head, sizeof(head), "%s (%s)", command->names[0], command->names[1]);
		else
			snprintf(head, sizeof(head), "%s", command->names[0]);
		help_line(file, head, 4, command->summary);
	}
}

void help_within(FILE *file)
{
	static const char *const paragraphs[] = {
		"The arguments of print, type, read, string and vtop are the rest of the line: C needs no quotes. "
		"Options stand before or behind. -h behind a command explains it.",
		"COMMAND | PROGRAM, COMMAND > FILE and COMMAND >> FILE send the output elsewhere; an expression with "
		"these operators in it stands in parentheses. ; separates commands, # begins a comment.",
	};

	fprintf(file, "commands:\n");
	help_commands(file);
	help_line(file, "quit (exit)", 4, "leave");
	for (size_t i = 0; i < sizeof(paragraphs) / sizeof(paragraphs[0]); i++) {
		struct wrap wrap = { .file = file };

		fputc('\n', file);
		wrap_text(&wrap, paragraphs[i]);
	}
}

void help_print(FILE *file, const char *program, const struct command *command, bool within)
{
	static const char description[] =
		"Inspect the BPF programs, maps and links of a Linux kernel, in a dump or live, from its memory alone.";
	struct wrap wrap = { .file = file };

	help_usage(file, program, command);
	fputc('\n', file);
	wrap_text(&wrap, command ? command->description : description);
	fputc('\n', file);
	if (!command) {
		char set[HELP_SET];

		command_set(set, sizeof(set));
		fprintf(file, "positional arguments:\n  %s\n", set);
		help_commands(file);
		fprintf(file, "\noptions:\n");
		help_options(file, &option_global, within);
		return;
	}
	if (command->arguments != ARGUMENTS_NONE) {
		fprintf(file, "positional arguments:\n");
		help_line(file, command->argument_name, 2, command->argument_help);
		fputc('\n', file);
	}
	if (command->options.count) {
		fprintf(file, "options:\n");
		help_options(file, &command->options, false);
		fputc('\n', file);
	}
	if (within)
		fprintf(file, "options of all commands:\n");
	else
		fprintf(file, "global options, before or after %s:\n", command->names[0]);
	help_options(file, &option_global, within);
}
