/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands between braces: on one line where it fits (and is wanted so), else wrapped: as many items on a line as
 * fit, and an item that needs several lines on lines of its own.
 */
#include <string.h>

#include "base/error.h"
#include "core/format_c_impl.h"
#include "core/format_type.h"
#include "core/parts.h"

#define TAB_COLUMNS 8

struct list {
	const struct value_part *part;
	unsigned int flags; /* of the items */
	bool same_line;
	struct parts parts;
};

static void strbuf_cut(struct strbuf *out, size_t length)
{
	if (length < out->length) {
		out->length = length;
		out->bytes[length] = '\0';
	}
}

/* ".name = " or "[0] = ", where items have it. */
static void put_designation(const struct format_c *format, const struct list *list, const struct parts_item *item)
{
	if (item->first != item->last) {
		strbuf_printf(format->out, "[%llu ... %llu] = ", (unsigned long long)item->first,
			      (unsigned long long)item->last);
	} else if (list->part->underlying->kind == TYPE_ARRAY) {
		if (list->flags & FORMAT_C_ELEMENT_INDICES)
			strbuf_printf(format->out, "[%llu] = ", (unsigned long long)item->first);
	} else if (list->flags & FORMAT_C_MEMBER_NAMES && item->name) {
		strbuf_putc(format->out, '.');
		format_name(format->out, item->name);
		strbuf_puts(format->out, " = ");
	}
}

/* An item without its designation. */
static enum format_result put_item(struct format_c *format, const struct list *list, const struct parts_item *item,
				   struct format_c_place place)
{
	const struct value_gap *gap;

	if (item->first == item->last)
		return format_c_object(format, &item->part, list->flags, place);
	value_part_state(&item->part, &gap);
	format_c_mark(format->out, item->part.value, gap, item->part.bit_offset / 8);
	return FORMAT_DONE;
}

/* The next item: FORMAT_DONE with *@more_ret false at the end. */
static enum format_result next_item(struct format_c *format, struct list *list, struct parts_item *item,
				    bool *more_ret)
{
	return format_c_fail(format, parts_next(&list->parts, item, more_ret));
}

/* Puts one more item on the line; *@columns are what is left of it. */
static enum format_result add_to_line(struct format_c *format, const struct list *list, const struct parts_item *item,
				      bool first, struct format_c_place place, size_t *columns)
{
	/* What comes before it, and the blank and the brace behind. */
	const char *before = first ? " " : ", ";
	size_t start = format->out->length;
	enum format_result result;

	if (!list->same_line || *columns < strlen(before) + 2)
		return FORMAT_WRAP;
	strbuf_puts(format->out, before);
	put_designation(format, list, item);
	if (format->out->length - start + 2 > *columns)
		return FORMAT_WRAP;
	place.indent++;
	place.one_line = *columns - (format->out->length - start) - 2;
	place.multi_line = 0;
	result = put_item(format, list, item, place);
	if (result == FORMAT_DONE && format->out->length - start > *columns)
		return FORMAT_WRAP;
	*columns = format_c_less(*columns, format->out->length - start);
	return result;
}

/* "{ 0, 1 }" */
static enum format_result put_line(struct format_c *format, struct list *list, struct format_c_place place)
{
	size_t columns = format_c_less(place.one_line, 1);
	struct parts_item item;
	bool first = true, more;

	strbuf_putc(format->out, '{');
	for (;; first = false) {
		enum format_result result = next_item(format, list, &item, &more);

		if (result == FORMAT_DONE && more)
			result = add_to_line(format, list, &item, first, place, &columns);
		if (result != FORMAT_DONE)
			return result;
		if (!more)
			break;
	}
	if (!first && columns < 2)
		return FORMAT_WRAP;
	strbuf_puts(format->out, first ? "}" : " }");
	return FORMAT_DONE;
}

/*
 * Puts an item on a line of its own, or moves it to the end of the line before, of which *@left columns are free; what
 * needs several lines leaves none.
 */
static enum format_result put_on_lines(struct format_c *format, const struct list *list,
				       const struct parts_item *item, struct format_c_place place, size_t *left)
{
	size_t width = format_c_less(place.multi_line, (size_t)TAB_COLUMNS * (place.indent + 1));
	struct strbuf *out = format->out;
	size_t newline = out->length, start, columns, designated, length;
	enum format_result result = FORMAT_WRAP;

	strbuf_putc(out, '\n');
	format_tabs(out, place.indent + 1);
	start = out->length;
	put_designation(format, list, item);
	designated = out->length;
	columns = format_c_less(width, designated - start);
	if (columns > 1)
		result = put_item(format, list, item, (struct format_c_place){ .one_line = columns - 1 });
	if (result == FORMAT_FAILED || out->failed)
		return result;
	length = out->length - start;
	if (result == FORMAT_DONE && list->same_line && length + 2 <= *left) {
		out->bytes[newline] = ' ';
		memmove(out->bytes + newline + 1, out->bytes + start, length);
		strbuf_cut(out, newline + 1 + length);
		strbuf_putc(out, ',');
		*left -= length + 2;
		return FORMAT_DONE;
	}
	if (result == FORMAT_DONE && length < width) {
		*left = width - length - 1;
		strbuf_putc(out, ',');
		return FORMAT_DONE;
	}
	strbuf_cut(out, designated);
	place.indent++;
	place.one_line = 0;
	result = put_item(format, list, item, place);
	strbuf_putc(out, ',');
	*left = 0;
	return result;
}

static enum format_result put_lines(struct format_c *format, struct list *list, struct format_c_place place)
{
	struct parts_item item;
	size_t left = 0;
	bool more;

	strbuf_putc(format->out, '{');
	for (;;) {
		enum format_result result = next_item(format, list, &item, &more);

		if (result == FORMAT_DONE && more)
			result = put_on_lines(format, list, &item, place, &left);
		if (result != FORMAT_DONE)
			return result;
		if (format->out->failed)
			return format_c_fail(format, &error_nomem);
		if (!more)
			break;
	}
	strbuf_putc(format->out, '\n');
	format_tabs(format->out, place.indent);
	strbuf_putc(format->out, '}');
	return FORMAT_DONE;
}

/* The choice that @flags mean for the items of @part. */
static unsigned int parts_choice(const struct value_part *part, unsigned int flags)
{
	unsigned int choice = 0;

	if (part->underlying->kind == TYPE_ARRAY) {
		if (!(flags & FORMAT_C_IMPLICIT_ELEMENTS))
			choice |= flags & FORMAT_C_ELEMENT_INDICES ? PARTS_WITHOUT_ZEROES : PARTS_WITHOUT_LAST_ZEROES;
		return choice;
	}
	if (flags & FORMAT_C_MEMBER_NAMES)
		choice |= PARTS_OF_ANONYMOUS;
	if (!(flags & FORMAT_C_IMPLICIT_MEMBERS))
		choice |= flags & FORMAT_C_MEMBER_NAMES ? PARTS_WITHOUT_ZEROES : PARTS_WITHOUT_LAST_ZEROES;
	return choice;
}

enum format_result format_c_list(struct format_c *format, const struct value_part *part, unsigned int flags,
				 struct format_c_place place)
{
	unsigned int same_line = part->underlying->kind == TYPE_ARRAY ? FORMAT_C_ELEMENTS_SAME_LINE :
									FORMAT_C_MEMBERS_SAME_LINE;
	struct list list = { .part = part, .flags = flags, .same_line = flags & same_line };
	size_t start = format->out->length;
	struct inspect_error *error;
	enum format_result result;

	error = parts_init(&list.parts, part, parts_choice(part, flags));
	if (error)
		return format_c_fail(format, error);
	result = put_line(format, &list, place);
	if (result == FORMAT_WRAP && place.multi_line) {
		strbuf_cut(format->out, start);
		parts_restart(&list.parts);
		result = put_lines(format, &list, place);
	}
	format->objects += list.parts.steps;
	return result;
}
