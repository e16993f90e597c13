/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ps: the tasks of the kernel. */
#include <inspect/kernel.h>

#include "commands.h"
#include "layout_kernel.h"

/* The tasks that the walk selects; *@found_ret is how many. */
static enum status list(struct command_context *context, struct inspect_task_walk *walk, struct inspect_pool *pool,
			size_t *found_ret)
{
	struct inspect_record *record;
	struct inspect_error *error;
	bool written = true;

	for (*found_ret = 0; written && inspect_task_walk_next(walk, pool, &record); ++*found_ret) {
		written = command_record(context, record);
		inspect_pool_rewind(pool);
	}
	error = inspect_task_walk_finish(walk);
	if (error)
		written = false;
	message_take(&context->messages, error);
	return written ? STATUS_WHOLE : STATUS_PARTIAL;
}

static enum status list_each(struct command_context *context, struct inspect_task_walk *walk, struct inspect_pool *pool)
{
	enum status status = STATUS_WHOLE;

	for (size_t i = 0; i < context->argument_count; i++) {
		enum status one;
		size_t found;

		inspect_task_walk_select(walk, context->arguments[i]);
		one = list(context, walk, pool, &found);
		if (one == STATUS_WHOLE && !found) {
			message_error(&context->messages, "no task %s", context->arguments[i]);
			one = STATUS_PARTIAL;
		}
		status = one > status ? one : status;
	}
	return status;
}

enum status cmd_ps(struct command_context *context)
{
	const bool threads = context->options->threads;
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect_task_walk *walk;
	struct inspect_error *error;
	enum status status;
	size_t found;

	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	error = inspect_task_walk_create(context->inspect, threads ? INSPECT_TASK_THREADS : 0, &walk);
	if (error) {
		message_take(&context->messages, error);
		inspect_pool_destroy(pool);
		return STATUS_FAILED;
	}
	if (!command_begin(context, &inspect_task_schema, threads ? &thread_layout : &task_layout,
			   INSPECT_STREAM_MANY))
		status = STATUS_PARTIAL;
	else if (context->argument_count)
		status = list_each(context, walk, pool);
	else
		status = list(context, walk, pool, &found);
	inspect_task_walk_destroy(walk);
	inspect_pool_destroy(pool);
	return status;
}
