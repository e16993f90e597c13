/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* shell: commands as they are typed, with editing, history and completion by libedit. */
#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "commands.h"
#include "history.h"
#include "interrupt.h"
#include "lines.h"
#include "outlet.h"
#include "suggest.h"

#define HISTORY_LINES 5000
/* More suggestions than these are not shown, but that there are many. */
#define SHOWN_MAX 200

struct shell {
	struct lines lines;
	EditLine *editor;
	History *history;
	int history_file; /* -1: none */
	FILE *terminal;   /* what is typed and suggested is shown here */
};

static char *prompt(EditLine *editor)
{
	static char text[] = "kinspect> ";

	(void)editor;
	return text;
}

/* Suggestions. */

/* In columns, as ls does, below the line that is being typed. */
static void show(const struct shell *shell, const struct suggestions *suggestions)
{
	struct screen screen = screen_of(fileno(shell->terminal));
	size_t width = 0, columns, rows;

	fputc('\n', shell->terminal);
	if (suggestions->more || suggestions->count > SHOWN_MAX) {
		fprintf(shell->terminal, "more than %zu possibilities\n",
			suggestions->more ? suggestions->count : (size_t)SHOWN_MAX);
		return;
	}
	for (size_t i = 0; i < suggestions->count; i++) {
		size_t length = strlen(suggestions->items[i]) + 2;

		width = length > width ? length : width;
	}
	columns = screen.columns > width ? screen.columns / width : 1;
	rows = (suggestions->count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < suggestions->count; i += rows)
			fprintf(shell->terminal, "%-*s", i + rows < suggestions->count ? (int)width : 0,
				suggestions->items[i]);
		fputc('\n', shell->terminal);
	}
}

/* The Tab key: adds what there is no choice about; where that is nothing, shows the choice. */
static unsigned char complete(EditLine *editor, int key)
{
	const LineInfo *line = el_line(editor);
	struct suggestions suggestions;
	unsigned char result = CC_ERROR;
	struct shell *shell;

	(void)key;
	el_get(editor, EL_CLIENTDATA, &shell);
	suggest(shell->lines.context.inspect, line->buffer, (size_t)(line->cursor - line->buffer), &suggestions);
	if (suggestions.count && suggestions.common) {
		const char *added = suggestions.common + suggestions.typed;
		const bool is_one = suggestions.count == 1 && !suggestions.more;

		result = CC_REFRESH;
		if (*added)
			el_insertstr(editor, added);
		if (is_one && *suggestions.closing)
			el_insertstr(editor, suggestions.closing);
		if (!*added && !is_one) {
			show(shell, &suggestions);
			result = CC_REDISPLAY;
		}
	}
	suggestions_deinit(&suggestions);
	return result;
}

/* History. */

static void remember(void *arg, const char *line)
{
	struct shell *shell = arg;
	HistEvent event;

	history(shell->history, &event, H_ENTER, line);
}

/* After an error: from now on, lines are remembered until the end. */
static void forget_file(struct shell *shell)
{
	message_note(&shell->lines.context.messages, "lines are not remembered any more: %s", strerror(errno));
	close(shell->history_file);
	shell->history_file = -1;
}

/* A line that is not empty and not that before it; it ends with a newline. */
static void keep(struct shell *shell, const char *line)
{
	size_t length = strcspn(line, "\n");
	char *copy = strndup(line, length);
	HistEvent event;

	if (copy && copy[strspn(copy, " \t")] &&
	    (history(shell->history, &event, H_FIRST) < 0 || strcmp(event.str, copy) != 0)) {
		remember(shell, copy);
		if (shell->history_file >= 0 && !history_append(shell->history_file, copy))
			forget_file(shell);
	}
	free(copy);
}

/* The loop. */

static bool shell_init(struct shell *shell, const struct command_context *context)
{
	HistEvent event;

	shell->terminal = isatty(STDOUT_FILENO) ? stdout : stderr;
	shell->history_file = -1;
	shell->history = history_init();
	shell->editor = el_init(context->program, stdin, shell->terminal, stderr);
	if (!shell->history || !shell->editor)
		return false;
	shell->history_file = history_open(&context->messages);
	history(shell->history, &event, H_SETSIZE, HISTORY_LINES);
	if (shell->history_file >= 0)
		history_read(shell->history_file, remember, shell);
	el_set(shell->editor, EL_CLIENTDATA, shell);
	el_set(shell->editor, EL_PROMPT, prompt);
	el_set(shell->editor, EL_SIGNAL, 1);
	el_set(shell->editor, EL_EDITOR, "emacs");
	el_set(shell->editor, EL_HIST, history, shell->history);
	/* The wide one, since the other one keeps copies of the names for ever. */
	el_wset(shell->editor, EL_ADDFN, L"kinspect-complete", L"complete what is typed", complete);
	el_set(shell->editor, EL_BIND, "^I", "kinspect-complete", NULL);
	el_source(shell->editor, NULL); /* what the user's ~/.editrc says */
	lines_init(&shell->lines, context);
	shell->lines.keep_going = true;
	shell->lines.pager = outlet_default_pager();
	return true;
}

static void shell_deinit(struct shell *shell)
{
	if (shell->editor)
		el_end(shell->editor);
	if (shell->history)
		history_end(shell->history);
	if (shell->history_file >= 0)
		close(shell->history_file);
}

/* The next line, with its newline, valid until the next; NULL at the end. Ctrl-C gives up what is typed. */
static const char *read_line(struct shell *shell)
{
	struct sigaction before = interrupt_catch(SIGINT, 0);
	const char *line;
	int length;

	do {
		interrupt_clear();
		el_resize(shell->editor);
		errno = 0;
		line = el_gets(shell->editor, &length);
		if (!line)
			fputc('\n', shell->terminal);
	} while (!line && *interrupt_flag() == SIGINT);
	fflush(shell->terminal);
	interrupt_restore(SIGINT, &before);
	return line;
}

static void run_line(struct shell *shell, const char *line)
{
	struct command_context *context = &shell->lines.context;
	struct sigaction before = interrupt_catch(SIGINT, SA_RESTART);

	context->columns = screen_of(context->output).columns;
	lines_run(&shell->lines, line);
	interrupt_restore(SIGINT, &before);
}

static enum status run_shell(struct command_context *context)
{
	enum status status = STATUS_WHOLE;
	struct shell shell = { 0 };
	const char *line;

	if (shell_init(&shell, context)) {
		while (!shell.lines.quit && (line = read_line(&shell))) {
			keep(&shell, line);
			run_line(&shell, line);
		}
	} else {
		message_error(&context->messages, "shell: the terminal cannot be set up");
		status = STATUS_FAILED;
	}
	shell_deinit(&shell);
	return status;
}

enum status cmd_shell(struct command_context *context)
{
	const struct batch batch = { .script = stdin, .name = "stdin" };

	if (!isatty(STDIN_FILENO))
		return batch_run(&batch, context);
	/* For what is typed: nothing that we write depends on it. */
	setlocale(LC_CTYPE, "");
	return run_shell(context);
}
