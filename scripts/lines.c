/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "invocation.h"
#include "line.h"
#include "outlet.h"

/* What sh says where it cannot run a command; that it found one and this is its status is no matter of ours. */
#define SH_CANNOT_RUN 126
#define SH_FOUND_NONE 127

void lines_init(struct lines *lines, const struct command_context *outer)
{
	*lines = (struct lines){ .context = *outer };
	lines->context.interrupt = lines->context.messages.interrupt = interrupt_flag();
	interrupt_clear();
	inspect_set_interrupt(outer->inspect, interrupt_flag());
}

/* Where the output of @invocation goes, by its line. */
static enum status open_output(struct invocation *invocation, const struct line_command *line)
{
	if (line->output == LINE_OUTPUT_FILE || line->output == LINE_OUTPUT_APPEND) {
		if (invocation->options.output) {
			message_error(&invocation->context.messages, "-o and > exclude each other");
			return STATUS_USAGE;
		}
		invocation->options.output = line->target;
		invocation->options.append = line->output == LINE_OUTPUT_APPEND;
	}
	return invocation_open_output(invocation);
}

/* Another process that the output goes through, if it is to. */
static enum status open_outlet(const struct lines *lines, struct invocation *invocation,
			       const struct line_command *line, struct outlet *outlet)
{
	struct command_context *context = &invocation->context;
	bool opened = true;

	if (line->output == LINE_OUTPUT_PIPE) {
		opened = outlet_open_pipe(outlet, line->target);
		context->columns = 0;
	} else if (lines->pager && isatty(context->output)) {
		struct screen screen = screen_of(context->output);

		if (screen.rows && screen.columns)
			opened = outlet_open_pager(outlet, lines->pager, screen);
	}
	if (!opened) {
		message_error(&context->messages, "start %s: %s", line->target ? line->target : lines->pager,
			      strerror(errno));
		return STATUS_FAILED;
	}
	if (outlet->fd >= 0)
		context->output = outlet->fd;
	return STATUS_WHOLE;
}

static enum status run_through_outlet(const struct lines *lines, struct invocation *invocation,
				      const struct line_command *line)
{
	struct outlet outlet = { .fd = -1 };
	enum status status = open_outlet(lines, invocation, line, &outlet);
	int reader;

	if (status == STATUS_WHOLE)
		status = invocation->options.help ? invocation_help(invocation) : invocation_run(invocation);
	/* Who reads has had enough. */
	if (*interrupt_flag() == SIGPIPE)
		status = STATUS_WHOLE;
	reader = outlet_close(&outlet);
	if (line->output == LINE_OUTPUT_PIPE && (reader == SH_CANNOT_RUN || reader == SH_FOUND_NONE))
		status = STATUS_FAILED;
	return status;
}

static enum status run_command(const struct lines *lines, const struct line_command *line)
{
	struct invocation invocation;
	enum status status = STATUS_FAILED;

	interrupt_clear();
	inspect_refresh(lines->context.inspect);
	if (!invocation_init(&invocation, &lines->context, line->count))
		message_error(&lines->context.messages, "out of memory");
	else
		status = invocation_parse(&invocation, line->count, line->words);
	if (status == STATUS_WHOLE && !invocation.options.help)
		status = invocation_arguments(&invocation);
	if (status == STATUS_WHOLE)
		status = open_output(&invocation, line);
	if (status == STATUS_WHOLE)
		status = run_through_outlet(lines, &invocation, line);
	invocation_deinit(&invocation);
	return status;
}

static bool is_quit(const struct line_command *line)
{
	for (size_t i = 0; line->count == 1 && i < LINE_BUILTINS; i++) {
		if (!strcmp(line->words[0], line_builtins[i]))
			return true;
	}
	return false;
}

bool lines_run(struct lines *lines, const char *text)
{
	struct messages *messages = &lines->context.messages;
	struct line_command line;
	const char *problem;
	enum line_result result;

	while ((result = line_next(&text, &line, &problem)) != LINE_END) {
		enum status status = STATUS_USAGE;

		messages->number += lines->counts;
		if (result == LINE_COMMAND)
			lines->quit = is_quit(&line);
		if (lines->failed && !lines->keep_going) {
			message_note(messages, "not run, nor what is behind it, since a command before it failed "
					       "(--keep-going goes on)");
			lines->quit = true;
		} else if (result == LINE_MISTAKE) {
			message_error(messages, "%s", problem);
		} else {
			status = lines->quit ? STATUS_WHOLE : run_command(lines, &line);
		}
		if (result == LINE_COMMAND)
			line_command_deinit(&line);
		if (lines->quit)
			return false;
		lines->failed = status != STATUS_WHOLE;
		lines->worst = status_worse(lines->worst, status);
		if (result == LINE_MISTAKE)
			break;
	}
	return true;
}
