/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/format_json.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "core/format_type.h"
#include "core/parts.h"

/* How deep aggregates nest, how many objects are written and how much text, for types that make no sense. */
#define NESTING_MAX 100
#define OBJECTS_MAX (1u << 26)
#define TEXT_MAX ((size_t)512 << 20)

struct json {
	struct strbuf *out;
	unsigned int level;
	uint32_t objects;
};

static void put_string(struct strbuf *out, const void *bytes, size_t length)
{
	const unsigned char *c = bytes;

	strbuf_putc(out, '"');
	for (size_t i = 0; i < length; i++) {
		if (c[i] == '"' || c[i] == '\\')
			strbuf_putc(out, '\\');
		if (c[i] < 0x20 || c[i] >= 0x7f)
			strbuf_printf(out, "\\u%04x", c[i]);
		else
			strbuf_putc(out, (char)c[i]);
	}
	strbuf_putc(out, '"');
}

static void put_address(struct strbuf *out, uint64_t address)
{
	strbuf_printf(out, "\"0x%llx\"", (unsigned long long)address);
}

static struct inspect_error *put_type(struct strbuf *out, struct type *type)
{
	struct inspect_error *error;
	struct strbuf name;

	strbuf_init(&name);
	error = format_type_name(type, &name);
	if (!error)
		put_string(out, name.bytes, name.length);
	strbuf_deinit(&name);
	return error;
}

static void put_pointer(struct strbuf *out, const struct value_part *part)
{
	const struct value_note *string = value_part_note(part, VALUE_NOTE_STRING);
	const struct value_note *symbol = value_part_note(part, VALUE_NOTE_SYMBOL);

	if (string && !type_is_character(part->underlying->target))
		string = NULL; /* of another member of a union */
	if (string || symbol)
		strbuf_puts(out, "{\"pointer\":");
	put_address(out, value_part_u64(part));
	if (string) {
		strbuf_puts(out, ",\"string\":");
		put_string(out, string->text, string->length);
	}
	if (symbol) {
		strbuf_puts(out, ",\"symbol\":");
		put_string(out, symbol->text, symbol->length);
		strbuf_printf(out, ",\"distance\":%llu", (unsigned long long)symbol->distance);
	}
	if (string || symbol)
		strbuf_putc(out, '}');
}

/* Of more than 8 bytes. */
static void put_big_integer(struct strbuf *out, const struct value_part *part)
{
	const uint8_t *bytes = value_part_bytes(part);

	strbuf_puts(out, "\"0x");
	for (uint64_t i = part->size; i-- > 0;)
		strbuf_printf(out, "%02x", bytes[i]);
	strbuf_putc(out, '"');
}

static void put_integer(struct strbuf *out, const struct value_part *part)
{
	uint64_t number = value_part_u64(part);

	if (part->size > 8)
		put_big_integer(out, part);
	else if (part->underlying->is_signed)
		strbuf_printf(out, "%lld", (long long)number);
	else
		strbuf_printf(out, "%llu", (unsigned long long)number);
}

/* JSON has no infinity and no NaN. */
static void put_float(struct strbuf *out, const struct value_part *part)
{
	double number = 0;
	float single;

	if (part->size == sizeof(single)) {
		memcpy(&single, value_part_bytes(part), sizeof(single));
		number = single;
	} else if (part->size == sizeof(number)) {
		memcpy(&number, value_part_bytes(part), sizeof(number));
	} else {
		put_big_integer(out, part);
		return;
	}
	strbuf_printf(out, isfinite(number) ? "%.17g" : "\"%g\"", number);
}

static void put_enum(struct strbuf *out, const struct value_part *part)
{
	const struct type *type = part->underlying;
	int64_t number = (int64_t)value_part_u64(part);

	for (uint32_t i = 0; i < type->count; i++) {
		if (type->enumerators[i].value == number) {
			put_string(out, type->enumerators[i].name, strlen(type->enumerators[i].name));
			return;
		}
	}
	put_integer(out, part);
}

static struct inspect_error *put_scalar(struct strbuf *out, const struct value_part *part)
{
	switch (part->underlying->kind) {
	case TYPE_INT:
		put_integer(out, part);
		break;
	case TYPE_BOOL:
		strbuf_puts(out, value_part_u64(part) ? "true" : "false");
		break;
	case TYPE_FLOAT:
		put_float(out, part);
		break;
	case TYPE_ENUM:
		put_enum(out, part);
		break;
	case TYPE_POINTER:
		put_pointer(out, part);
		break;
	case TYPE_FUNCTION:
	case TYPE_FUNC:
		put_address(out, part->value->address + part->bit_offset / 8);
		break;
	default:
		return error_create(INSPECT_ERROR_USAGE, "a %s has no value", type_kind_string(part->underlying->kind));
	}
	return NULL;
}

static struct inspect_error *put_part(struct json *json, const struct value_part *part);

/* An element, or a null for each of a run of lost ones; those that were cut off end the array. */
static struct inspect_error *put_element(struct json *json, const struct parts_item *item, bool *end_ret)
{
	const struct value_gap *gap;

	if (value_part_is_lost(&item->part, &gap) && gap->fault == INSPECT_FAULT_NONE) {
		*end_ret = true;
		return NULL;
	}
	for (uint64_t i = item->first; i <= item->last; i++) {
		struct inspect_error *error;

		if (i)
			strbuf_putc(json->out, ',');
		error = put_part(json, &item->part);
		if (error)
			return error;
	}
	return NULL;
}

static struct inspect_error *put_elements(struct json *json, const struct value_part *part)
{
	struct inspect_error *error;
	struct parts_item item;
	bool more, end = false;
	struct parts parts;

	error = parts_init(&parts, part, 0);
	strbuf_putc(json->out, '[');
	while (!error && !end) {
		error = parts_next(&parts, &item, &more);
		if (error || !more)
			break;
		error = put_element(json, &item, &end);
	}
	strbuf_putc(json->out, ']');
	return error;
}

static struct inspect_error *put_members(struct json *json, const struct value_part *part)
{
	const char *separator = "";
	struct inspect_error *error;
	struct parts_item item;
	struct parts parts;
	bool more;

	error = parts_init(&parts, part, PARTS_OF_ANONYMOUS);
	strbuf_putc(json->out, '{');
	while (!error) {
		error = parts_next(&parts, &item, &more);
		if (error || !more)
			break;
		if (!item.name) /* a bit-field to fill a gap */
			continue;
		strbuf_puts(json->out, separator);
		separator = ",";
		put_string(json->out, item.name, strlen(item.name));
		strbuf_putc(json->out, ':');
		error = put_part(json, &item.part);
	}
	strbuf_putc(json->out, '}');
	return error;
}

/* An array of characters: the string in it, unless some of it was not read. */
static void put_characters(struct strbuf *out, const struct value_part *part)
{
	if (value_part_state(part, NULL) == VALUE_READ)
		put_string(out, value_part_bytes(part), strnlen((const char *)value_part_bytes(part), part->size));
	else
		strbuf_puts(out, "null");
}

static struct inspect_error *put_part(struct json *json, const struct value_part *part)
{
	const unsigned int aggregates = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY);
	enum type_kind kind = part->underlying->kind;
	enum value_state state = value_part_state(part, NULL);
	struct inspect_error *error = NULL;
	const struct value_gap *gap;

	if (json->level == NESTING_MAX || ++json->objects > OBJECTS_MAX || json->out->length > TEXT_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "the type has too many parts, or nests too deep");
	json->level++;
	if (state == VALUE_OUTSIDE || value_part_is_lost(part, &gap) ||
	    (state == VALUE_GAP && !(TYPE_BIT(kind) & aggregates)))
		strbuf_puts(json->out, "null");
	else if (kind == TYPE_ARRAY && part->underlying->length && type_is_character(part->underlying->target))
		put_characters(json->out, part);
	else if (kind == TYPE_ARRAY)
		error = put_elements(json, part);
	else if (TYPE_BIT(kind) & TYPE_BITS_COMPOUND)
		error = put_members(json, part);
	else
		error = put_scalar(json->out, part);
	json->level--;
	return error;
}

static void put_faults(struct strbuf *out, const struct value *value)
{
	bool any = false;

	for (size_t i = 0; i < value->gap_count; i++) {
		const struct value_gap *gap = &value->gaps[i];

		if (gap->fault == INSPECT_FAULT_NONE)
			continue;
		strbuf_puts(out, any ? ",{\"address\":" : ",\"faults\":[{\"address\":");
		any = true;
		put_address(out, value->address + gap->offset);
		strbuf_printf(out, ",\"size\":%llu,\"cause\":", (unsigned long long)gap->size);
		put_string(out, inspect_fault_string(gap->fault), strlen(inspect_fault_string(gap->fault)));
		strbuf_putc(out, '}');
	}
	strbuf_puts(out, any ? "]" : "");
	strbuf_puts(out, value->cut ? ",\"cut\":true" : "");
}

static struct inspect_error *put_value(struct json *json, const struct value *value)
{
	struct strbuf *out = json->out;
	struct inspect_error *error;
	struct value_part whole;

	strbuf_puts(out, "{\"type\":");
	error = put_type(out, value->type);
	if (error)
		return error;
	if (value->kind == OBJECT_ABSENT) {
		strbuf_puts(out, ",\"absent\":true}");
		return NULL;
	}
	if (value->kind == OBJECT_REFERENCE) {
		strbuf_puts(out, ",\"address\":");
		put_address(out, value->address);
	}
	strbuf_puts(out, ",\"value\":");
	error = value_part_whole(value, &whole);
	if (!error)
		error = put_part(json, &whole);
	if (!error && value->target) {
		strbuf_puts(out, ",\"target\":");
		error = put_value(json, value->target);
	}
	put_faults(out, value);
	strbuf_putc(out, '}');
	return error;
}

struct inspect_error *format_json(const struct value *value, struct strbuf *out)
{
	struct json json = { .out = out };
	struct inspect_error *error = put_value(&json, value);

	return error || !out->failed ? error : &error_nomem;
}

struct inspect_error *format_json_plain(const struct value *value, struct strbuf *out)
{
	struct json json = { .out = out };
	struct value_part whole;
	struct inspect_error *error = NULL;

	if (value->kind == OBJECT_ABSENT)
		strbuf_puts(out, "null");
	else
		error = value_part_whole(value, &whole);
	if (!error && value->kind != OBJECT_ABSENT)
		error = put_part(&json, &whole);
	return error || !out->failed ? error : &error_nomem;
}
