/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mods: the modules of the kernel. */
#include <inspect/kernel.h>

#include "commands.h"
#include "layout_kernel.h"

static enum status list(struct command_context *context, struct inspect_pool *pool)
{
	struct inspect_module_walk *walk;
	struct inspect_record *record;
	struct inspect_error *error = inspect_module_walk_create(context->inspect, &walk);
	bool written = true;

	if (error) {
		message_take(&context->messages, error);
		return STATUS_FAILED;
	}
	while (written && inspect_module_walk_next(walk, pool, &record)) {
		written = command_record(context, record);
		inspect_pool_rewind(pool);
	}
	error = inspect_module_walk_finish(walk);
	inspect_module_walk_destroy(walk);
	if (error)
		written = false;
	message_take(&context->messages, error);
	return written ? STATUS_WHOLE : STATUS_PARTIAL;
}

enum status cmd_mods(struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();
	enum status status;

	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	if (command_begin(context, &inspect_module_schema, &module_layout, INSPECT_STREAM_MANY))
		status = list(context, pool);
	else
		status = STATUS_PARTIAL;
	inspect_pool_destroy(pool);
	return status;
}
