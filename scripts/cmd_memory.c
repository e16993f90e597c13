/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* read, string, vtop: memory as it is. */
#include <stdlib.h>

#include <inspect/memory.h>

#include "caret.h"
#include "commands.h"
#include "layout_memory.h"

/* More than anyone reads as text. */
#define READ_MAX (UINT64_C(16) << 20)

/* The address that the argument means; the status where it means none. */
static enum status argument_address(struct command_context *context, const char *argument, uint64_t *address_ret)
{
	struct inspect_error *error = inspect_address(context->inspect, argument, address_ret);
	bool usage;

	if (!error)
		return STATUS_WHOLE;
	usage = inspect_error_code(error) == INSPECT_ERROR_USAGE;
	message_caret(&context->messages, argument, error);
	return usage ? STATUS_USAGE : STATUS_PARTIAL;
}

/* Decimal, or hexadecimal with 0x. */
static bool parse_length(const char *text, uint64_t *length_ret)
{
	char *end;
	unsigned long long length = strtoull(text, &end, 0);

	*length_ret = length;
	return *text >= '0' && *text <= '9' && !*end && length && length <= READ_MAX;
}

static enum status read_lines(struct command_context *context, uint64_t address, uint64_t length,
			      struct inspect_pool *pool)
{
	while (length) {
		struct inspect_record *record = inspect_record_create(&inspect_bytes_schema, pool);
		uint64_t covered;

		inspect_bytes(context->inspect, address, length, record, &covered);
		if (!command_record(context, record))
			return STATUS_PARTIAL;
		inspect_pool_rewind(pool);
		address += covered;
		length -= covered;
	}
	return STATUS_WHOLE;
}

static struct inspect_pool *pool_create(struct command_context *context)
{
	struct inspect_pool *pool = inspect_pool_create();

	if (!pool)
		message_error(&context->messages, "out of memory");
	return pool;
}

/* One pair of arguments. */
static enum status read_range(struct command_context *context, char **arguments, struct inspect_pool *pool)
{
	uint64_t address, length;
	enum status status;

	if (!parse_length(arguments[1], &length)) {
		message_error(&context->messages, "read: \"%s\" is no length: a number from 1 to %llu is expected",
			      arguments[1], (unsigned long long)READ_MAX);
		return STATUS_USAGE;
	}
	status = argument_address(context, arguments[0], &address);
	return status == STATUS_WHOLE ? read_lines(context, address, length, pool) : status;
}

enum status cmd_read(struct command_context *context)
{
	enum status status = STATUS_WHOLE;
	struct inspect_pool *pool;

	if (context->argument_count % 2) {
		message_error(&context->messages, "read: no length is given for \"%s\"",
			      context->arguments[context->argument_count - 1]);
		return STATUS_USAGE;
	}
	pool = pool_create(context);
	if (!pool)
		return STATUS_FAILED;
	if (!command_begin(context, &inspect_bytes_schema, &bytes_layout, INSPECT_STREAM_MANY))
		status = STATUS_PARTIAL;
	for (size_t i = 0; i < context->argument_count && context->sink; i += 2) {
		enum status range = read_range(context, context->arguments + i, pool);

		status = range > status ? range : status;
	}
	inspect_pool_destroy(pool);
	return status;
}

/* A record for each argument, which is an address. */
static enum status each_address(struct command_context *context, const struct inspect_schema *schema,
				const struct inspect_layout *layout,
				void (*fill)(struct inspect *inspect, uint64_t address, struct inspect_record *record))
{
	struct inspect_pool *pool = pool_create(context);
	enum status status = STATUS_WHOLE;

	if (!pool)
		return STATUS_FAILED;
	if (!command_begin(context, schema, layout, INSPECT_STREAM_MANY))
		status = STATUS_PARTIAL;
	for (size_t i = 0; i < context->argument_count && context->sink; i++) {
		uint64_t address;
		enum status found = argument_address(context, context->arguments[i], &address);
		struct inspect_record *record;

		status = found > status ? found : status;
		if (found != STATUS_WHOLE)
			continue;
		record = inspect_record_create(schema, pool);
		fill(context->inspect, address, record);
		if (!command_record(context, record)) {
			status = STATUS_PARTIAL;
			break;
		}
		inspect_pool_rewind(pool);
	}
	inspect_pool_destroy(pool);
	return status;
}

enum status cmd_string(struct command_context *context)
{
	return each_address(context, &inspect_string_schema, &string_layout, inspect_string);
}

enum status cmd_vtop(struct command_context *context)
{
	return each_address(context, &inspect_translation_schema, &translation_layout, inspect_translate);
}
