/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects as C: scalars, strings, pointers. What stands between braces is format_c_list.c's. */
#include "core/format_c.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "core/format_c_impl.h"
#include "core/format_type.h"

/* How deep aggregates nest, how many objects are written and how much text, for types that make no sense. */
#define NESTING_MAX 100
#define OBJECTS_MAX (1u << 26)
#define TEXT_MAX ((size_t)512 << 20)

/* Flags that parts inherit; whether they have type names is told apart. */
#define INHERITED                                                                                                  \
	(FORMAT_C_SYMBOLIZE | FORMAT_C_STRING | FORMAT_C_CHAR | FORMAT_C_MEMBER_TYPE_NAMES |                       \
	 FORMAT_C_ELEMENT_TYPE_NAMES | FORMAT_C_MEMBERS_SAME_LINE | FORMAT_C_ELEMENTS_SAME_LINE |                  \
	 FORMAT_C_MEMBER_NAMES | FORMAT_C_ELEMENT_INDICES | FORMAT_C_IMPLICIT_MEMBERS | FORMAT_C_IMPLICIT_ELEMENTS)

struct value_options format_c_loads(const struct format_c_options *options, struct symbols *symbols)
{
	return (struct value_options){
		.dereference = options->flags & FORMAT_C_DEREFERENCE,
		.strings = options->flags & FORMAT_C_STRING,
		.symbols = options->flags & FORMAT_C_SYMBOLIZE ? symbols : NULL,
	};
}

enum format_result format_c_fail(struct format_c *format, struct inspect_error *error)
{
	if (!error)
		return FORMAT_DONE;
	format->error = error;
	return FORMAT_FAILED;
}

void format_c_mark(struct strbuf *out, const struct value *value, const struct value_gap *gap, uint64_t offset)
{
	if (gap->fault == INSPECT_FAULT_NONE)
		strbuf_puts(out, "<cut>");
	else if (gap->fault == INSPECT_FAULT_EXCLUDED)
		strbuf_puts(out, "<page excluded>");
	else
		strbuf_printf(out, "<fault 0x%llx>",
			      (unsigned long long)(value->address + (gap->offset > offset ? gap->offset : offset)));
}

/* In @base 8, 10 or 16; most of what is printed are numbers, so no printf() here. */
static void put_number(struct strbuf *out, uint64_t number, unsigned int base)
{
	char digits[24], *at = digits + sizeof(digits);
	bool zero = !number;

	do
		*--at = "0123456789abcdef"[number % base];
	while (number /= base);
	if (base == 8 && !zero)
		*--at = '0';
	if (base == 16)
		strbuf_append(out, "0x", 2);
	strbuf_append(out, at, (size_t)(digits + sizeof(digits) - at));
}

/* The byte @c of a string or character between @quote marks. */
static void put_character(struct strbuf *out, unsigned char c, char quote)
{
	static const char letters[] = "abtnvfr"; /* from '\a', 7, on */

	if (!c) {
		strbuf_puts(out, "\\0");
	} else if (c >= '\a' && c <= '\r') {
		strbuf_putc(out, '\\');
		strbuf_putc(out, letters[c - '\a']);
	} else if (c == '\\' || c == quote) {
		strbuf_putc(out, '\\');
		strbuf_putc(out, (char)c);
	} else if (c < 0x20 || c >= 0x7f) {
		strbuf_printf(out, "\\x%02x", c);
	} else {
		strbuf_putc(out, (char)c);
	}
}

static void put_string(struct strbuf *out, const void *bytes, size_t length)
{
	const unsigned char *c = bytes;

	strbuf_putc(out, '"');
	for (size_t i = 0; i < length; i++)
		put_character(out, c[i], '"');
	strbuf_putc(out, '"');
}

/* An array of characters up to its NUL, or up to what could not be read. */
static void put_character_array(struct strbuf *out, const struct value_part *part)
{
	uint64_t offset = part->bit_offset / 8, size = part->size;
	const struct value_gap *gap;
	const uint8_t *end;

	if (value_part_state(part, &gap) == VALUE_GAP)
		size = gap->offset > offset ? gap->offset - offset : 0;
	else
		gap = NULL;
	end = memchr(value_part_bytes(part), 0, size);
	put_string(out, value_part_bytes(part), end ? (size_t)(end - value_part_bytes(part)) : size);
	if (gap && !end)
		format_c_mark(out, part->value, gap, offset);
}

static void put_integer(const struct format_c *format, const struct value_part *part)
{
	unsigned int base = format->options->integer_base;
	uint64_t number = value_part_u64(part);
	bool negative = part->underlying->is_signed && number >> 63;

	if (negative)
		strbuf_putc(format->out, '-');
	put_number(format->out, negative ? -number : number, base == 8 || base == 16 ? base : 10);
}

/* Of more than 8 bytes: hexadecimal, whatever the base. */
static void put_big_integer(struct strbuf *out, const struct value_part *part)
{
	const uint8_t *bytes = value_part_bytes(part);
	uint64_t i = part->size - 1;

	while (i && !bytes[i])
		i--;
	strbuf_printf(out, "0x%x", bytes[i]);
	while (i--)
		strbuf_printf(out, "%02x", bytes[i]);
}

static void put_float(struct strbuf *out, const struct value_part *part)
{
	double number;
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
	if (rint(number) == number)
		strbuf_printf(out, "%.1f", number);
	else
		strbuf_printf(out, "%.17g", number);
}

static void put_enum(struct strbuf *out, const struct value_part *part)
{
	const struct type *type = part->underlying;
	int64_t number = (int64_t)value_part_u64(part);

	for (uint32_t i = 0; i < type->count; i++) {
		if (type->enumerators[i].value == number) {
			format_name(out, type->enumerators[i].name);
			return;
		}
	}
	if (type->is_signed)
		strbuf_printf(out, "%lld", (long long)number);
	else
		strbuf_printf(out, "%llu", (unsigned long long)number);
}

static enum format_result put_type_name(struct format_c *format, const struct value_part *part, unsigned int flags)
{
	struct inspect_error *error;

	if (!(flags & FORMAT_C_TYPE_NAME))
		return FORMAT_DONE;
	strbuf_putc(format->out, '(');
	error = format_type_name(part->type, format->out);
	strbuf_putc(format->out, ')');
	return format_c_fail(format, error);
}

/* "= …": what the pointer points to, without its type. */
static enum format_result put_target(struct format_c *format, const struct value *target, unsigned int flags,
				     struct format_c_place place, size_t start)
{
	struct value_part whole;
	struct inspect_error *error = value_part_whole(target, &whole);

	if (error)
		return format_c_fail(format, error);
	strbuf_puts(format->out, " = ");
	place.one_line = format_c_less(place.one_line, format->out->length - start);
	return format_c_object(format, &whole, flags & INHERITED, place);
}

static enum format_result put_pointer(struct format_c *format, const struct value_part *part, unsigned int flags,
				      struct format_c_place place)
{
	const struct value_note *symbol = NULL, *string = NULL;
	const struct value *target = NULL;
	struct strbuf *out = format->out;
	size_t start = out->length;
	enum format_result result;

	if (flags & FORMAT_C_SYMBOLIZE)
		symbol = value_part_note(part, VALUE_NOTE_SYMBOL);
	if (flags & FORMAT_C_STRING && type_is_character(part->underlying->target))
		string = value_part_note(part, VALUE_NOTE_STRING);
	else if (flags & FORMAT_C_DEREFERENCE)
		target = part->value->target;
	if (target)
		strbuf_putc(out, '*');
	result = put_type_name(format, part, flags);
	if (result != FORMAT_DONE)
		return result;
	if (target && symbol)
		strbuf_putc(out, '(');
	if (symbol) {
		format_name(out, symbol->text);
		strbuf_putc(out, '+');
		put_number(out, symbol->distance, 16);
		strbuf_puts(out, " = ");
	}
	put_number(out, value_part_u64(part), 16);
	if (target && symbol)
		strbuf_putc(out, ')');
	if (target)
		return put_target(format, target, flags, place, start);
	if (string) {
		strbuf_puts(out, " = ");
		put_string(out, string->text, string->length);
		strbuf_puts(out, string->cut ? "..." : "");
	}
	return FORMAT_DONE;
}

/* A struct, union or array. */
static enum format_result put_aggregate(struct format_c *format, const struct value_part *part, unsigned int flags,
					struct format_c_place place)
{
	unsigned int names = part->underlying->kind == TYPE_ARRAY ? FORMAT_C_ELEMENT_TYPE_NAMES :
								    FORMAT_C_MEMBER_TYPE_NAMES;

	if (part->underlying->is_declaration && part->underlying->kind != TYPE_ARRAY)
		return format_c_fail(format, error_create(INSPECT_ERROR_LOOKUP, "%s %s is declared only",
							  type_kind_string(part->underlying->kind),
							  part->underlying->name));
	if (part->underlying->kind == TYPE_ARRAY && part->underlying->length && flags & FORMAT_C_STRING &&
	    type_is_character(part->underlying->target)) {
		put_character_array(format->out, part);
		return FORMAT_DONE;
	}
	if (format->options->depth && format->level > format->options->depth) {
		strbuf_puts(format->out, "{...}");
		return FORMAT_DONE;
	}
	flags &= INHERITED;
	return format_c_list(format, part, flags | (flags & names ? FORMAT_C_TYPE_NAME : 0), place);
}

/* A scalar that was read. */
static enum format_result put_scalar(struct format_c *format, const struct value_part *part, unsigned int flags)
{
	switch (part->underlying->kind) {
	case TYPE_INT:
	case TYPE_BOOL:
		if (part->size > 8) {
			put_big_integer(format->out, part);
		} else if (flags & FORMAT_C_CHAR && type_is_character(part->type)) {
			strbuf_putc(format->out, '\'');
			put_character(format->out, (unsigned char)value_part_u64(part), '\'');
			strbuf_putc(format->out, '\'');
		} else {
			put_integer(format, part);
		}
		break;
	case TYPE_FLOAT:
		put_float(format->out, part);
		break;
	case TYPE_ENUM:
		put_enum(format->out, part);
		break;
	case TYPE_FUNCTION:
	case TYPE_FUNC:
		strbuf_printf(format->out, "0x%llx",
			      (unsigned long long)(part->value->address + part->bit_offset / 8));
		break;
	default:
		return format_c_fail(format, error_create(INSPECT_ERROR_USAGE, "a %s has no value",
							  type_kind_string(part->underlying->kind)));
	}
	return FORMAT_DONE;
}

/* A part whose type name was written. */
static enum format_result put_value(struct format_c *format, const struct value_part *part, unsigned int flags,
				    struct format_c_place place)
{
	const unsigned int aggregates = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY);
	bool aggregate = TYPE_BIT(part->underlying->kind) & aggregates;
	const struct value_gap *gap = NULL;
	enum value_state state = value_part_state(part, &gap);

	if (state == VALUE_OUTSIDE) {
		strbuf_puts(format->out, "<outside>");
		return FORMAT_DONE;
	}
	if (state == VALUE_GAP && (!aggregate || value_part_is_lost(part, &gap))) {
		format_c_mark(format->out, part->value, gap, part->bit_offset / 8);
		return FORMAT_DONE;
	}
	return aggregate ? put_aggregate(format, part, flags, place) : put_scalar(format, part, flags);
}

enum format_result format_c_object(struct format_c *format, const struct value_part *part, unsigned int flags,
				   struct format_c_place place)
{
	size_t start = format->out->length;
	enum format_result result;

	if (format->level == NESTING_MAX || ++format->objects > OBJECTS_MAX || start > TEXT_MAX)
		return format_c_fail(format, error_create(INSPECT_ERROR_LIMIT,
							  "the type has too many parts, or nests too deep"));
	if (part->underlying->kind == TYPE_POINTER && value_part_state(part, NULL) == VALUE_READ)
		return put_pointer(format, part, flags, place);
	result = put_type_name(format, part, flags);
	if (result != FORMAT_DONE)
		return result;
	place.one_line = format_c_less(place.one_line, format->out->length - start);
	format->level++;
	result = put_value(format, part, flags, place);
	format->level--;
	return result;
}

/* "(T)<absent>" */
static struct inspect_error *put_absent(const struct value *value, unsigned int flags, struct strbuf *out)
{
	struct inspect_error *error = NULL;

	if (flags & FORMAT_C_TYPE_NAME) {
		strbuf_putc(out, '(');
		error = format_type_name(value->type, out);
		strbuf_putc(out, ')');
	}
	strbuf_puts(out, "<absent>");
	return error;
}

struct inspect_error *format_c(const struct value *value, const struct format_c_options *options, struct strbuf *out)
{
	struct format_c format = { .options = options, .out = out };
	size_t columns = options->columns ? options->columns : SIZE_MAX;
	struct format_c_place place = { .one_line = columns, .multi_line = columns };
	struct inspect_error *error;
	struct value_part whole;

	if (value->kind == OBJECT_ABSENT) {
		error = put_absent(value, options->flags, out);
	} else {
		error = value_part_whole(value, &whole);
		if (!error && format_c_object(&format, &whole, options->flags, place) == FORMAT_FAILED)
			error = format.error;
	}
	return error || !out->failed ? error : &error_nomem;
}
