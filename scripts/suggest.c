/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "suggest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/complete.h>

#include "commands.h"
#include "line.h"

static bool begins(const char *word, const char *typed, size_t length)
{
	return !strncmp(word, typed, length);
}

static void add(struct suggestions *out, const char *word)
{
	if (out->count < SUGGESTIONS_MAX)
		out->items[out->count++] = word;
	else
		out->more = true;
}

/* Of words from tables, all of which are among the items. */
static void set_common(struct suggestions *out)
{
	size_t length = out->count ? strlen(out->items[0]) : 0;

	for (size_t i = 1; i < out->count; i++) {
		size_t same = 0;

		while (same < length && out->items[i][same] == out->items[0][same])
			same++;
		length = same;
	}
	out->common = out->count ? strndup(out->items[0], length) : NULL;
}

static void suggest_commands(struct suggestions *out, const char *typed, size_t length)
{
	for (size_t i = 0; i < command_count; i++) {
		if (!command_table[i].outermost && begins(command_table[i].names[0], typed, length))
			add(out, command_table[i].names[0]);
	}
	for (size_t i = 0; i < LINE_BUILTINS; i++) {
		if (begins(line_builtins[i], typed, length))
			add(out, line_builtins[i]);
	}
	set_common(out);
}

/* @typed begins with --, which the items do not. */
static void suggest_options(struct suggestions *out, const struct command *command, const char *typed, size_t length)
{
	const struct option_table *tables[] = { &command->options, &option_global };

	out->typed = length - 2;
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < tables[i]->count; j++) {
			const struct option_row *row = &tables[i]->rows[j];

			if ((i == 0 || row->within) && begins(row->name, typed + 2, length - 2))
				add(out, row->name);
		}
	}
	set_common(out);
}

static void suggest_names(struct suggestions *out, struct inspect *inspect, enum inspect_complete what,
			  const char *text, size_t length)
{
	struct inspect_error *error = inspect_complete(inspect, what, text, length, &out->completions);

	if (error) {
		inspect_error_destroy(error);
		return;
	}
	out->typed = length - out->completions->start;
	for (size_t i = 0; i < out->completions->count; i++)
		add(out, out->completions->items[i]);
	out->more |= out->completions->more;
	out->common = strdup(out->completions->common);
	out->closing = what == INSPECT_COMPLETE_SYMBOL ? " " : "";
}

/* An argument of @command; @typed is its last word, @text all of them. */
static void suggest_argument(struct suggestions *out, struct inspect *inspect, const struct command *command,
			     const char *text, size_t text_length, const char *typed, size_t length)
{
	switch (command->completes) {
	case COMPLETES_NOTHING:
		break;
	case COMPLETES_COMMANDS:
		suggest_commands(out, typed, length);
		break;
	case COMPLETES_SYMBOLS:
		suggest_names(out, inspect, INSPECT_COMPLETE_SYMBOL, typed, length);
		break;
	case COMPLETES_TYPES:
		suggest_names(out, inspect, INSPECT_COMPLETE_TYPE, text, text_length);
		break;
	case COMPLETES_EXPRESSIONS:
		suggest_names(out, inspect, INSPECT_COMPLETE_EXPRESSION, text, text_length);
		break;
	}
}

void suggest(struct inspect *inspect, const char *line, size_t length, struct suggestions *out)
{
	const char *end = line + length, *start = line_typed(line, length), *word = end, *text;
	const struct command *command;
	char *name;

	*out = (struct suggestions){ .closing = " " };
	if (!start)
		return;
	while (word > start && !isspace((unsigned char)word[-1]))
		word--;
	out->typed = (size_t)(end - word);
	if (word == start) {
		suggest_commands(out, word, out->typed);
		return;
	}
	for (text = start; !isspace((unsigned char)*text); text++)
		continue;
	name = strndup(start, (size_t)(text - start));
	command = name ? command_find(name) : NULL;
	free(name);
	if (!command)
		return;
	if (out->typed >= 2 && begins("--", word, 2))
		suggest_options(out, command, word, out->typed);
	else
		suggest_argument(out, inspect, command, text, (size_t)(end - text), word, out->typed);
}

void suggestions_deinit(struct suggestions *suggestions)
{
	inspect_completions_destroy(suggestions->completions);
	free(suggestions->common);
}
