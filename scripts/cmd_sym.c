/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sym: the symbols of the kernel, its modules and its BPF images, as /proc/kallsyms lists them. */
#include <inspect/report.h>

#include "commands.h"
#include "layout_report.h"

enum status cmd_sym(struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect_symbol_walk *walk;
	struct inspect_record *record;
	enum status status = STATUS_WHOLE;
	struct inspect_error *error;

	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	error = inspect_symbol_walk_create(context->inspect, &walk);
	if (error) {
		inspect_pool_destroy(pool);
		message_take(&context->messages, error);
		return STATUS_FAILED;
	}
	if (!command_begin(context, &inspect_symbol_schema, &symbol_layout, INSPECT_STREAM_MANY))
		status = STATUS_PARTIAL;
	while (status == STATUS_WHOLE && inspect_symbol_walk_next(walk, pool, &record)) {
		if (!command_record(context, record))
			status = STATUS_PARTIAL;
		inspect_pool_rewind(pool);
	}
	inspect_symbol_walk_destroy(walk);
	inspect_pool_destroy(pool);
	return status;
}
