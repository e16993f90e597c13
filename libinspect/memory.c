/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public view of memory. */
#include <stdio.h>
#include <string.h>

#include <inspect/memory.h>

#include "base/error.h"
#include "expr/expr.h"
#include "handle.h"

#define LINE_BYTES 16
#define STRING_MAX (64u << 10)
#define STRING_STEP 256

struct inspect_error *inspect_read(struct inspect *inspect, uint64_t address, void *buf, size_t size)
{
	uint64_t stopped = address;
	enum inspect_fault fault = memory_read(&inspect->kernel.memory, address, buf, size, &stopped);

	return fault ? memory_error(fault, stopped) : NULL;
}

struct inspect_error *inspect_read_physical(struct inspect *inspect, uint64_t address, void *buf, size_t size)
{
	uint64_t stopped = address;
	enum inspect_fault fault = memory_read_physical(&inspect->kernel.memory, address, buf, size, &stopped);

	return fault ? error_context(memory_error(fault, stopped), "physical memory") : NULL;
}

struct inspect_error *inspect_read_u64(struct inspect *inspect, uint64_t address, size_t size, uint64_t *value_ret)
{
	enum inspect_fault fault;
	uint64_t value;

	if (size != 1 && size != 2 && size != 4 && size != 8)
		return error_create(INSPECT_ERROR_USAGE, "an integer of %zu bytes: 1, 2, 4 or 8 are read", size);
	fault = memory_read_u64(&inspect->kernel.memory, address, size, &value);
	if (fault)
		return memory_error(fault, address);
	*value_ret = value;
	return NULL;
}

struct inspect_error *inspect_read_string(struct inspect *inspect, uint64_t address, size_t max,
					  struct inspect_pool *pool, const char **string_ret, size_t *length_ret)
{
	struct inspect_error *error = NULL;
	struct strbuf string;
	bool ended = false;

	strbuf_init(&string);
	while (!error && !ended && string.length < max && !string.failed) {
		uint64_t at = address + string.length;
		size_t step = STRING_STEP - (size_t)(at % STRING_STEP), left = max - string.length;
		char part[STRING_STEP + 1];
		enum inspect_fault fault;
		size_t length = 0;

		step = step < left ? step : left;
		fault = memory_read_string(&inspect->kernel.memory, at, part, step + 1, &length);
		if (fault)
			error = memory_error(fault, at + length);
		strbuf_append(&string, part, length);
		ended = length < step;
	}
	if (!error)
		error = text_hand_out(&string, pool, string_ret, length_ret);
	strbuf_deinit(&string);
	return error;
}

struct inspect_error *inspect_physical_address(struct inspect *inspect, uint64_t address, uint64_t *physical_ret)
{
	struct memory_translation translation;
	enum inspect_fault fault = memory_translate(&inspect->kernel.memory, address, &translation, NULL);

	if (fault)
		return memory_error(fault, address);
	*physical_ret = translation.physical;
	return NULL;
}

static const struct inspect_column bytes_columns[] = {
	[INSPECT_BYTES_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_BYTES_HEX] = { .key = "hex", .kind = INSPECT_CELL_STRING },
	[INSPECT_BYTES_TEXT] = { .key = "text", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_bytes_schema = INSPECT_SCHEMA("bytes", bytes_columns);

static const struct inspect_column string_columns[] = {
	[INSPECT_STRING_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_STRING_STRING] = { .key = "string", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_string_schema = INSPECT_SCHEMA("string", string_columns);

static const struct inspect_column level_columns[] = {
	[INSPECT_LEVEL_NAME] = { .key = "level", .kind = INSPECT_CELL_STRING },
	[INSPECT_LEVEL_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_LEVEL_ENTRY] = { .key = "entry", .kind = INSPECT_CELL_ADDRESS },
};
const struct inspect_schema inspect_level_schema = INSPECT_SCHEMA("level", level_columns);

static const struct inspect_column translation_columns[] = {
	[INSPECT_TRANSLATION_VIRTUAL] = { .key = "virtual", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_TRANSLATION_PHYSICAL] = { .key = "physical", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_TRANSLATION_LEVELS] = { .key = "levels", .kind = INSPECT_CELL_RECORDS,
					 .nested = &inspect_level_schema },
};
const struct inspect_schema inspect_translation_schema = INSPECT_SCHEMA("translation", translation_columns);

static struct inspect_error *address_of_object(struct kernel *kernel, const struct object *object,
					       uint64_t *address_ret)
{
	struct type *underlying;
	struct inspect_error *error = type_underlying(object->type, &underlying);

	if (error)
		return error;
	if (object->kind == OBJECT_REFERENCE && underlying->kind != TYPE_POINTER) {
		*address_ret = object->address;
		return NULL;
	}
	return object_read_u64(&kernel->memory, object, address_ret);
}

struct inspect_error *inspect_address(struct inspect *inspect, const char *expression, uint64_t *address_ret)
{
	struct kernel *kernel = &inspect->kernel;
	struct inspect_error *error;
	struct object object;
	struct symbol symbol;
	struct expr *expr;

	/* Whatever its type is, where there is one. */
	if (symbols_find(&kernel->symbols, expression, &symbol)) {
		*address_ret = symbol.address;
		return NULL;
	}
	error = expr_create(kernel, expression, strlen(expression), NULL, &expr);
	if (error)
		return error;
	if (!expr_next(expr, &object, &error))
		error = error_create(INSPECT_ERROR_LOOKUP, "the sequence is empty");
	if (!error)
		error = address_of_object(kernel, &object, address_ret);
	expr_destroy(expr);
	return error;
}

void inspect_bytes(struct inspect *inspect, uint64_t address, uint64_t size, struct inspect_record *record,
		   uint64_t *covered_ret)
{
	const uint64_t page = inspect->kernel.page_size, to_page_end = page - address % page;
	char hex[LINE_BYTES * 3 + 2] = "", text[LINE_BYTES];
	uint8_t bytes[LINE_BYTES];
	enum inspect_fault fault;
	uint64_t stopped, count;
	size_t length = 0;

	count = size < LINE_BYTES ? size : LINE_BYTES;
	stopped = address + count;
	*covered_ret = count;
	inspect_cell_address(record, INSPECT_BYTES_ADDRESS, address);
	fault = memory_read(&inspect->kernel.memory, address, bytes, count, &stopped);
	if (fault && stopped == address) {
		inspect_cell_fault(record, INSPECT_BYTES_HEX, fault, address);
		*covered_ret = size < to_page_end ? size : to_page_end;
		return;
	}
	for (uint64_t i = 0; i < stopped - address; i++) {
		length += (size_t)snprintf(hex + length, sizeof(hex) - length, "%s%02x", !i ? "" : i == 8 ? "  " : " ",
					   bytes[i]);
		text[i] = bytes[i] >= ' ' && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	}
	inspect_cell_string(record, INSPECT_BYTES_HEX, hex, length);
	inspect_cell_string(record, INSPECT_BYTES_TEXT, text, (size_t)(stopped - address));
	if (fault)
		inspect_cell_cut(record, INSPECT_BYTES_HEX, fault, stopped);
}

/* As many bytes of the string as can be read, into @buf. */
static size_t read_string(struct memory *memory, uint64_t address, char *buf, enum inspect_fault *fault_ret)
{
	size_t length = 0;

	while (length < STRING_MAX) {
		size_t step = 256 - (size_t)((address + length) & 255);
		uint64_t stopped = 0;
		const char *end;

		if (step > STRING_MAX - length)
			step = STRING_MAX - length;
		*fault_ret = memory_read(memory, address + length, buf + length, step, &stopped);
		if (*fault_ret)
			step = (size_t)(stopped - address) - length;
		end = memchr(buf + length, '\0', step);
		if (end) {
			*fault_ret = INSPECT_FAULT_NONE;
			return (size_t)(end - buf);
		}
		length += step;
		if (*fault_ret)
			break;
	}
	return length;
}

void inspect_string(struct inspect *inspect, uint64_t address, struct inspect_record *record)
{
	char buf[STRING_MAX];
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	size_t length = read_string(&inspect->kernel.memory, address, buf, &fault);

	inspect_cell_address(record, INSPECT_STRING_ADDRESS, address);
	if (fault && !length) {
		inspect_cell_fault(record, INSPECT_STRING_STRING, fault, address);
		return;
	}
	inspect_cell_string(record, INSPECT_STRING_STRING, buf, length);
	if (fault)
		inspect_cell_cut(record, INSPECT_STRING_STRING, fault, address + length);
}

void inspect_translate(struct inspect *inspect, uint64_t address, struct inspect_record *record)
{
	struct memory_trace trace = { .count = 0 };
	struct memory_translation translation;
	enum inspect_fault fault = memory_translate(&inspect->kernel.memory, address, &translation, &trace);

	inspect_cell_address(record, INSPECT_TRANSLATION_VIRTUAL, address);
	if (fault)
		inspect_cell_fault(record, INSPECT_TRANSLATION_PHYSICAL, fault, address);
	else
		inspect_cell_address(record, INSPECT_TRANSLATION_PHYSICAL, translation.physical);
	inspect_cell_records(record, INSPECT_TRANSLATION_LEVELS);
	for (unsigned int i = 0; i < trace.count; i++) {
		struct inspect_record *level = inspect_cell_append(record, INSPECT_TRANSLATION_LEVELS);

		inspect_cell_cstring(level, INSPECT_LEVEL_NAME, trace.levels[i].name);
		inspect_cell_address(level, INSPECT_LEVEL_ADDRESS, trace.levels[i].entry_address);
		inspect_cell_address(level, INSPECT_LEVEL_ENTRY, trace.levels[i].entry);
	}
}
