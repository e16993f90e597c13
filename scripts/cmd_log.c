/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* log: the kernel log, as dmesg shows it. */
#include <string.h>

#include <inspect/kernel.h>

#include "commands.h"
#include "layout_kernel.h"

typedef bool name_fn(const char *name, size_t length, unsigned int *number_ret);

/* A list of names, separated by commas, as a mask of their numbers; false: one of them is none. */
static bool parse_names(const struct command_context *context, const char *option, const char *list, name_fn *find,
			uint32_t *mask_ret)
{
	const char *name = list;
	uint32_t mask = 0;

	for (;;) {
		size_t length = strcspn(name, ",");
		unsigned int number;

		if (!find(name, length, &number)) {
			message_error(&context->messages, "log: --%s: \"%.*s\" is no %s", option, (int)length, name,
				      option);
			return false;
		}
		mask |= UINT32_C(1) << number;
		name += length;
		if (!*name++)
			break;
	}
	*mask_ret = mask;
	return true;
}

static enum status list(struct command_context *context, const struct inspect_log_options *options,
			struct inspect_pool *pool)
{
	struct inspect_log_walk *walk;
	struct inspect_record *record;
	struct inspect_error *error = inspect_log_walk_create(context->inspect, options, &walk);
	bool written = true;

	if (error) {
		message_take(&context->messages, error);
		return STATUS_FAILED;
	}
	while (written && inspect_log_walk_next(walk, pool, &record)) {
		written = command_record(context, record);
		inspect_pool_rewind(pool);
	}
	error = inspect_log_walk_finish(walk);
	inspect_log_walk_destroy(walk);
	if (error)
		written = false;
	message_take(&context->messages, error);
	return written ? STATUS_WHOLE : STATUS_PARTIAL;
}

enum status cmd_log(struct command_context *context)
{
	const struct log_choices *choices = &context->options->log;
	struct inspect_log_options options = { .flags = choices->force_prefix ? INSPECT_LOG_SPLIT : 0 };
	struct log_layout layout;
	struct inspect_pool *pool;
	enum status status;

	if (choices->level && !parse_names(context, "level", choices->level, inspect_log_level, &options.levels))
		return STATUS_USAGE;
	if (choices->facility &&
	    !parse_names(context, "facility", choices->facility, inspect_log_facility, &options.facilities))
		return STATUS_USAGE;
	pool = inspect_pool_create();
	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	log_layout_init(&layout, choices->decode, choices->ctime, choices->caller);
	if (command_begin(context, &inspect_log_schema, &layout.layout, INSPECT_STREAM_MANY))
		status = list(context, &options, pool);
	else
		status = STATUS_PARTIAL;
	inspect_pool_destroy(pool);
	return status;
}
