/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* check: what is known of a kernel's layout. */
#include <inspect/report.h>

#include "commands.h"
#include "layout_report.h"

static enum status check_all(struct command_context *context, struct inspect *inspect, struct inspect_pool *pool)
{
	enum status status = STATUS_WHOLE;
	struct inspect_record *record;
	struct inspect_check *check;
	struct inspect_error *error;
	bool missing;

	if (!command_begin(context, &inspect_check_schema, &check_layout, INSPECT_STREAM_MANY))
		return STATUS_PARTIAL;
	error = inspect_check_create(inspect, &check);
	if (error) {
		message_take(&context->messages, error);
		return STATUS_FAILED;
	}
	while (inspect_check_next(check, pool, &record, &missing)) {
		if (missing)
			status = STATUS_PARTIAL;
		if (!command_record(context, record)) {
			status = STATUS_PARTIAL;
			break;
		}
		inspect_pool_rewind(pool);
	}
	inspect_check_destroy(check);
	return status;
}

enum status cmd_check(struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect *types = NULL;
	struct inspect_error *error = NULL;
	enum status status = STATUS_FAILED;

	if (context->argument_count)
		error = inspect_open_types(context->arguments[0], &types);
	if (error)
		message_take(&context->messages, error);
	else if (!pool)
		message_error(&context->messages, "out of memory");
	else
		status = check_all(context, types ? types : context->inspect, pool);
	inspect_pool_destroy(pool);
	inspect_close(types);
	return status;
}
