/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "commands.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TABLE(rows) { (rows), COUNT(rows) }

static const struct option_row details_rows[] = {
	{ "show-details", 0, OPTION_FLAG, offsetof(struct options, show_details), NULL,
	  "show more about each of them" },
};

const struct command command_table[] = {
	{
		.names = { "prog", "p" },
		.summary = "list BPF programs",
		.description = "List BPF programs, their full names and what they are attached to.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "id",
		.argument_noun = "program id",
		.argument_help = "only the programs with these ids",
		.options = TABLE(details_rows),
		.run = cmd_prog,
	},
	{
		.names = { "map", "m" },
		.summary = "list BPF maps",
		.description = "List BPF maps.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "id",
		.argument_noun = "map id",
		.argument_help = "only the maps with these ids",
		.options = TABLE(details_rows),
		.run = cmd_map,
	},
	{
		.names = { "link", "l" },
		.summary = "list BPF links",
		.description = "List BPF links and the programs they hold.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "id",
		.argument_noun = "link id",
		.argument_help = "only the links with these ids",
		.options = TABLE(details_rows),
		.run = cmd_link,
	},
	{
		.names = { "info" },
		.summary = "tell what was opened",
		.description = "Tell what was opened: the dump's format, the kernel, where types and symbols came "
			       "from.",
		.run = cmd_info,
	},
	{
		.names = { "check" },
		.summary = "tell what is known of a kernel's layout",
		.description = "Resolve every structure, field and symbol that the commands rely on, and tell how. "
			       "Without FILE, for the opened dump.",
		.arguments = ARGUMENTS_FILE,
		.argument_name = "FILE",
		.argument_noun = "file",
		.argument_help = "a vmlinux or a bare BTF blob to check instead of a dump",
		.core = CORE_WITHOUT_ARGUMENTS,
		.run = cmd_check,
	},
	{
		.names = { "sym" },
		.summary = "list symbols",
		.description = "List the symbols of the kernel, its modules and its BPF images, as /proc/kallsyms does.",
		.run = cmd_sym,
	},
};

const size_t command_count = COUNT(command_table);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		for (size_t j = 0; j < COMMAND_NAMES_MAX && command_table[i].names[j]; j++) {
			if (!strcmp(command_table[i].names[j], name))
				return &command_table[i];
		}
	}
	return NULL;
}

/* How many insertions, deletions and replacements lead from @a to @b; WORD_MAX for words longer than that. */
#define WORD_MAX 16

static size_t edit_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	size_t distance[WORD_MAX + 1][WORD_MAX + 1];

	if (rows > WORD_MAX || columns > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= rows; i++) {
		for (size_t j = 0; j <= columns; j++) {
			size_t best;

			if (!i || !j) {
				distance[i][j] = i + j;
				continue;
			}
			best = distance[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (distance[i - 1][j] + 1 < best)
				best = distance[i - 1][j] + 1;
			if (distance[i][j - 1] + 1 < best)
				best = distance[i][j - 1] + 1;
			distance[i][j] = best;
		}
	}
	return distance[rows][columns];
}

const char *command_guess(const char *name)
{
	const char *guess = NULL;
	size_t best = 3; /* at most two edits, and at most half of the word */

	for (size_t i = 0; i < command_count; i++) {
		const char *candidate = command_table[i].names[0];
		size_t distance = edit_distance(name, candidate);

		if (distance < best && 2 * distance <= strlen(candidate)) {
			best = distance;
			guess = candidate;
		}
	}
	return guess;
}
