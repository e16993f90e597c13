/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sym: the symbols of the kernel, its modules and its BPF images, as /proc/kallsyms lists them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/report.h>

#include "commands.h"
#include "layout_report.h"

/* All symbols, or those with the name; *@found_ret is how many. */
static enum status list(struct command_context *context, const char *name, struct inspect_pool *pool,
			size_t *found_ret)
{
	struct inspect_symbol_walk *walk;
	struct inspect_record *record;
	enum status status = STATUS_WHOLE;
	struct inspect_error *error = inspect_symbol_walk_create(context->inspect, &walk);

	*found_ret = 0;
	if (error) {
		message_take(&context->messages, error);
		return STATUS_FAILED;
	}
	inspect_symbol_walk_select(walk, name);
	for (; status == STATUS_WHOLE && inspect_symbol_walk_next(walk, pool, &record); ++*found_ret) {
		if (!command_record(context, record))
			status = STATUS_PARTIAL;
		inspect_pool_rewind(pool);
	}
	inspect_symbol_walk_destroy(walk);
	return status;
}

/* Hexadecimal, with 0x or, as kallsyms and crash print addresses, sixteen digits without. */
static bool parse_address(const char *text, uint64_t *address_ret)
{
	char *end;

	if (strncmp(text, "0x", 2) && strspn(text, "0123456789abcdefABCDEF") != 16)
		return false;
	errno = 0;
	*address_ret = strtoull(text, &end, 16);
	return !*end && !errno;
}

static enum status find(struct command_context *context, const char *argument, struct inspect_pool *pool)
{
	struct inspect_record *record;
	enum status status;
	uint64_t address;
	size_t found;

	if (parse_address(argument, &address)) {
		found = inspect_symbol_at(context->inspect, address, pool, &record);
		status = !found || command_record(context, record) ? STATUS_WHOLE : STATUS_PARTIAL;
		inspect_pool_rewind(pool);
	} else {
		status = list(context, argument, pool, &found);
	}
	if (found || status != STATUS_WHOLE)
		return status;
	message_error(&context->messages, "no symbol %s", argument);
	return STATUS_PARTIAL;
}

enum status cmd_sym(struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();
	enum status status = STATUS_WHOLE;
	size_t found;

	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	if (!command_begin(context, &inspect_symbol_schema, &symbol_layout, INSPECT_STREAM_MANY))
		status = STATUS_PARTIAL;
	else if (!context->argument_count)
		status = list(context, NULL, pool, &found);
	for (size_t i = 0; context->sink && i < context->argument_count; i++) {
		enum status one = find(context, context->arguments[i], pool);

		status = one > status ? one : status;
	}
	inspect_pool_destroy(pool);
	return status;
}
