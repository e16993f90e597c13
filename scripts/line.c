/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

const char *const line_builtins[LINE_BUILTINS] = { "quit", "exit" };

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* Behind the quoted text that begins at @at; NULL where it does not end. */
static const char *skip_quoted(const char *at, const char *end)
{
	char quote = *at++;

	while (at < end && *at != quote)
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	return at < end ? at + 1 : NULL;
}

/* Whether something else begins at @at, in a text that begins at @start and goes on to @end. */
typedef bool begins_fn(const char *start, const char *at, const char *end);

/*
 * The first place outside of quotes, parentheses and brackets where @begins is true, or @end; NULL in quotes without
 * end.
 */
static const char *scan(const char *start, const char *end, begins_fn *begins)
{
	unsigned int depth = 0;
	const char *at = start;

	while (at && at < end && (depth || !begins(start, at, end))) {
		if (*at == '\'' || *at == '"') {
			at = skip_quoted(at, end);
			continue;
		}
		if (*at == '\\' && end - at > 1)
			at++;
		else if (*at == '(' || *at == '[')
			depth++;
		else if ((*at == ')' || *at == ']') && depth)
			depth--;
		at++;
	}
	return at;
}

static bool begins_output(const char *start, const char *at, const char *end)
{
	const char before = at > start ? at[-1] : ' ', behind = end - at > 1 ? at[1] : ' ';

	if (*at == '|')
		return before != '|' && behind != '|';
	return *at == '>' && before != '-' && behind != '=';
}

static bool begins_comment(const char *start, const char *at, const char *end)
{
	(void)end;
	return *at == '#' && (at == start || is_blank(at[-1]));
}

/* Where the command before it is over. */
static bool begins_next(const char *start, const char *at, const char *end)
{
	(void)start;
	(void)end;
	return *at == ';' || *at == '\n';
}

/* Where the file behind a > is over. */
static bool begins_rest(const char *start, const char *at, const char *end)
{
	return begins_next(start, at, end) || begins_comment(start, at, end);
}

static bool begins_other(const char *start, const char *at, const char *end)
{
	return begins_rest(start, at, end) || begins_output(start, at, end);
}

static bool begins_option(const char *start, const char *at, const char *end)
{
	return at > start && is_blank(at[-1]) && end - at > 2 && at[0] == '-' && at[1] == '-' &&
	       isalpha((unsigned char)at[2]);
}

static bool begins_word(const char *start, const char *at, const char *end)
{
	(void)end;
	return at > start && is_blank(at[-1]) && !is_blank(*at);
}

/* Words. */

static void add_word(struct line_command *out, const char *bytes, size_t length)
{
	char *word = out->free;

	memcpy(word, bytes, length);
	word[length] = '\0';
	out->free += length + 1;
	out->words[out->count++] = word;
}

/* The next word as bytes, without its quotes. *@at goes behind it; NULL where there is none. */
static char *take_bytes(struct line_command *out, const char **at, const char *end)
{
	const char *from = skip_blanks(*at, end);
	char *word = out->free, quote = '\0';

	for (; from < end && (quote || !is_blank(*from)); from++) {
		if (*from == '\\' && end - from > 1) {
			if (quote && from[1] != quote && (quote == '\'' || from[1] != '\\'))
				*out->free++ = *from;
			*out->free++ = *++from;
		} else if (quote ? *from == quote : *from == '\'' || *from == '"') {
			quote = quote ? '\0' : *from;
		} else {
			*out->free++ = *from;
		}
	}
	if (from == skip_blanks(*at, end))
		return NULL;
	*out->free++ = '\0';
	*at = from;
	return word;
}

/* The next word becomes one of the command's; NULL where there is none. */
static const char *take_word(struct line_command *out, const char **at, const char *end)
{
	char *word = take_bytes(out, at, end);

	if (word)
		out->words[out->count++] = word;
	return word;
}

static void take_words(struct line_command *out, const char *at, const char *end)
{
	while (take_word(out, &at, end))
		continue;
}

/* Texts. */

/* The options that @at begins with, and a -- behind them; where the text begins. */
static const char *take_options(struct line_command *out, const struct command *command, const char *at,
				const char *end)
{
	for (;;) {
		const char *word, *start = skip_blanks(at, end);
		size_t dashes = 0;

		while (start + dashes < end && dashes < 2 && start[dashes] == '-')
			dashes++;
		if (dashes == 2 && (end - start == 2 || is_blank(start[2])))
			return skip_blanks(start + 2, end);
		if (!dashes || start + dashes == end || !isalpha((unsigned char)start[dashes]))
			return start;
		at = start;
		word = take_word(out, &at, end);
		if (options_wants_value(&command->options, word))
			take_word(out, &at, end);
	}
}

static bool is_all_quoted(const char *at, const char *end)
{
	while (at && at < end && (*at == '\'' || *at == '"')) {
		at = skip_quoted(at, end);
		if (at && at < end && !is_blank(*at))
			return false;
		if (at)
			at = skip_blanks(at, end);
	}
	return at == end;
}

/* Where the last word of the text begins; @at where it has but one. */
static const char *last_word(const char *at, const char *end)
{
	const char *last = at, *next = at;

	while ((next = scan(last, end, begins_word)) && next < end)
		last = next;
	return last;
}

static const char *trim(const char *start, const char *end)
{
	while (end > start && is_blank(end[-1]))
		end--;
	return end;
}

/* One argument as it stands, or, where all of it is in quotes, its words. */
static void take_text(struct line_command *out, const char *at, const char *end)
{
	if (is_all_quoted(at, end))
		take_words(out, at, end);
	else
		add_word(out, at, (size_t)(end - at));
}

/* The arguments of a command that takes texts: its options before them, since what is behind a -- is none. */
static void take_texts(struct line_command *out, const struct command *command, const char *at, const char *end)
{
	const char *options, *last;

	at = take_options(out, command, at, end);
	options = scan(at, end, begins_option);
	take_words(out, options, end);
	end = trim(at, options);
	if (at == end)
		return;
	add_word(out, "--", 2);
	last = command->text == TEXT_AND_WORD && !is_all_quoted(at, end) ? last_word(at, end) : at;
	if (last > at)
		take_text(out, at, trim(at, last));
	take_text(out, last, end);
}

/* Commands. */

static void take_command(struct line_command *out, const char *at, const char *end)
{
	const struct command *command;
	const char *word = take_word(out, &at, end);

	command = word ? command_find(word) : NULL;
	if (command && command->text != TEXT_WORDS)
		take_texts(out, command, at, end);
	else
		take_words(out, at, end);
}

/* What stands behind a | or >, which is at @mark. */
static const char *take_output(struct line_command *out, const char *mark, const char *end)
{
	const bool is_pipe = *mark == '|', appends = !is_pipe && end - mark > 1 && mark[1] == '>';
	const char *start = skip_blanks(mark + 1 + appends, end), *at = start;

	out->output = is_pipe ? LINE_OUTPUT_PIPE : appends ? LINE_OUTPUT_APPEND : LINE_OUTPUT_FILE;
	end = trim(start, end);
	if (start == end)
		return is_pipe ? "a command is expected behind |" : "a file is expected behind >";
	if (is_pipe) {
		/* As it stands: sh takes it apart. */
		out->target = out->free;
		memcpy(out->target, start, (size_t)(end - start));
		out->target[end - start] = '\0';
		return NULL;
	}
	out->target = take_bytes(out, &at, end);
	return skip_blanks(at, end) == end ? NULL : "only one file is expected behind >, at the end of the command";
}

/*
 * Room for all that the @length bytes of a command can become: each word ends with a NUL, and there may be one --
 * more.
 */
static bool command_init(struct line_command *command, size_t length)
{
	*command = (struct line_command){
		.words = calloc(length + 3, sizeof(*command->words)),
		.bytes = malloc(2 * length + 4),
	};
	command->free = command->bytes;
	if (command->words && command->bytes)
		return true;
	line_command_deinit(command);
	return false;
}

void line_command_deinit(struct line_command *command)
{
	free(command->words);
	free(command->bytes);
	*command = (struct line_command){ 0 };
}

/* Behind the blanks, comments and separators that @at begins with. */
static const char *skip_nothing(const char *at, const char *end)
{
	for (;;) {
		at = skip_blanks(at, end);
		if (at < end && *at == '#') {
			const char *newline = memchr(at, '\n', (size_t)(end - at));

			at = newline ? newline : end;
		} else if (at < end && *at == ';') {
			at++;
		} else {
			return at;
		}
	}
}

enum line_result line_next(const char **text, struct line_command *out, const char **problem_ret)
{
	const char *end = *text + strlen(*text), *at = skip_nothing(*text, end), *mark, *behind;

	*text = at;
	if (at == end)
		return LINE_END;
	mark = scan(at, end, begins_other);
	behind = mark;
	if (mark && mark < end && begins_output(at, mark, end)) /* sh has comments of its own */
		behind = scan(mark, end, *mark == '|' ? begins_next : begins_rest);
	*problem_ret = "a quote is not closed";
	if (!behind)
		return LINE_MISTAKE;
	*problem_ret = "out of memory";
	if (!command_init(out, (size_t)(behind - at)))
		return LINE_MISTAKE;
	take_command(out, at, mark);
	*problem_ret = mark < behind ? take_output(out, mark, behind) : NULL;
	if (!*problem_ret && !out->count)
		*problem_ret = "a command is expected before | and >";
	if (*problem_ret) {
		line_command_deinit(out);
		return LINE_MISTAKE;
	}
	*text = behind;
	return LINE_COMMAND;
}

const char *line_typed(const char *text, size_t length)
{
	const char *end = text + length, *at = skip_nothing(text, end), *mark;

	while ((mark = scan(at, end, begins_other)) && mark < end && begins_next(at, mark, end))
		at = skip_nothing(mark, end);
	return mark == end ? at : NULL;
}
