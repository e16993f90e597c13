/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info: what was opened. */
#include <unistd.h>

#include <inspect/report.h>

#include "commands.h"
#include "layout_report.h"

void info_tell(const struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect_sink *sink = NULL;
	struct inspect_error *error;

	error = inspect_sink_text(STDERR_FILENO, &info_layout, &sink);
	if (!error)
		error = inspect_sink_begin(sink, &inspect_info_schema, INSPECT_STREAM_ONE);
	if (!error && pool) {
		struct inspect_record *record = inspect_record_create(&inspect_info_schema, pool);

		inspect_info(context->inspect, record);
		error = inspect_sink_record(sink, record);
	}
	if (!error)
		error = inspect_sink_end(sink);
	message_take(&context->messages, error);
	inspect_sink_destroy(sink);
	inspect_pool_destroy(pool);
}

enum status cmd_info(struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();
	enum status status = STATUS_PARTIAL;
	struct inspect_record *record;

	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	if (command_begin(context, &inspect_info_schema, &info_layout, INSPECT_STREAM_ONE)) {
		record = inspect_record_create(&inspect_info_schema, pool);
		inspect_info(context->inspect, record);
		if (command_record(context, record))
			status = STATUS_WHOLE;
	}
	inspect_pool_destroy(pool);
	return status;
}
