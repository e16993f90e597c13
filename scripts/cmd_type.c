/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* type: definitions of the kernel's types, and searches for them. */
#include <inspect/type.h>

#include "caret.h"
#include "commands.h"
#include "layout_report.h"

/* What the walk yields, until its end. */
static enum status put_types(struct command_context *context, struct inspect_type_walk *walk,
			     struct inspect_pool *pool)
{
	struct inspect_record *record;
	struct inspect_error *error;

	while (inspect_type_walk_next(walk, pool, &record)) {
		if (!command_record(context, record))
			return STATUS_PARTIAL;
		inspect_pool_rewind(pool);
	}
	error = inspect_type_walk_finish(walk);
	if (!error)
		return STATUS_WHOLE;
	message_take(&context->messages, error);
	return STATUS_PARTIAL;
}

static enum status run_query(struct command_context *context, const struct inspect_type_query *query,
			     struct inspect_pool *pool)
{
	const struct inspect_layout *layout = &type_layout;
	struct inspect_type_walk *walk;
	struct inspect_error *error;
	enum status status;

	error = inspect_type_walk_create(context->inspect, query, &walk);
	if (error) {
		bool usage = inspect_error_code(error) == INSPECT_ERROR_USAGE;

		message_caret(&context->messages, query->name ? query->name : "", error);
		return usage ? STATUS_USAGE : STATUS_PARTIAL;
	}
	if (!query->name)
		layout = &type_line_layout;
	else if (context->argument_count > 1 || inspect_type_walk_count(walk) > 1)
		layout = &type_candidate_layout;
	if (context->sink || command_begin(context, &inspect_type_schema, layout, INSPECT_STREAM_MANY))
		status = put_types(context, walk, pool);
	else
		status = STATUS_PARTIAL;
	inspect_type_walk_destroy(walk);
	return status;
}

/* A look-up for each name. */
static enum status run_names(struct command_context *context, struct inspect_pool *pool)
{
	enum status status = STATUS_WHOLE;

	for (size_t i = 0; i < context->argument_count; i++) {
		const struct inspect_type_query query = {
			.name = context->arguments[i],
			.offsets = context->options->offsets,
		};
		enum status one = run_query(context, &query, pool);

		status = one > status ? one : status;
	}
	return status;
}

enum status cmd_type(struct command_context *context)
{
	const struct options *options = context->options;
	const struct inspect_type_query search = { .pattern = options->grep, .member = options->member };
	struct inspect_pool *pool;
	enum status status;

	if (!context->argument_count == (!options->grep && !options->member)) {
		message_error(&context->messages,
			      "type: either names of types are needed or a search, --grep or --member");
		return STATUS_USAGE;
	}
	pool = inspect_pool_create();
	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	status = context->argument_count ? run_names(context, pool) : run_query(context, &search, pool);
	inspect_pool_destroy(pool);
	return status;
}
