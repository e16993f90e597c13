/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/text_value.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "record/escape.h"

void text_value_mark(struct text_value *value, const struct cell *cell)
{
	const struct cell_trouble *trouble = cell->trouble;
	char buf[NUMBER_SIZE];
	const char *address;
	size_t length;
	char *end = value->mark_buf;

	value->mark = value->mark_buf;
	if (!trouble) {
		value->mark_length = 0;
		return;
	}
	if (trouble->fault == INSPECT_FAULT_EXCLUDED)
		end = stpcpy(end, "<page excluded");
	else if (trouble->fault)
		end = stpcpy(end, "<fault ");
	else if (cell->state == CELL_SUSPECT)
		end = stpcpy(end, "<suspect");
	else
		end = stpcpy(end, trouble->address ? "<damaged " : "<damaged");
	if (end[-1] == ' ') {
		address = number_hex(buf, trouble->address);
		length = (size_t)(buf + sizeof(buf) - address);
		end = mempcpy(end, address, length);
	}
	*end++ = '>';
	value->mark_length = (size_t)(end - value->mark_buf);
}

static void text_value_number(struct text_value *value, const char *start, const char *end)
{
	value->bytes = start;
	value->length = (size_t)(end - start);
}

/* As bpftool or ctime() writes it, in the time zone of the analysis; a time that no calendar has stays a number. */
static void text_value_time(struct text_value *value, int64_t seconds, enum inspect_layout_style style)
{
	const char *format = style == INSPECT_STYLE_CTIME ? "%a %b %e %T %Y" : "%FT%T%z";
	time_t clock = (time_t)seconds;
	struct tm tm;

	value->bytes = value->buf;
	value->length = localtime_r(&clock, &tm) ? strftime(value->buf, sizeof(value->buf), format, &tm) : 0;
	if (!value->length)
		text_value_number(value, number_s64(value->buf, seconds), value->buf + NUMBER_SIZE);
}

static void text_value_enum(struct text_value *value, const struct cell_enum *enumerator,
			    enum inspect_layout_style style)
{
	const char *name = style == INSPECT_STYLE_ENUMERATOR ? enumerator->name : enumerator->short_name;

	if (name)
		text_value_number(value, name, name + strlen(name));
	else
		text_value_number(value, number_s64(value->buf, enumerator->number), value->buf + NUMBER_SIZE);
}

/* As dmesg writes the time of a record. */
static void text_value_seconds(struct text_value *value, uint64_t nanoseconds)
{
	value->bytes = value->buf;
	value->length = (size_t)snprintf(value->buf, sizeof(value->buf), "%llu.%06llu",
					 (unsigned long long)(nanoseconds / 1000000000),
					 (unsigned long long)(nanoseconds / 1000 % 1000000));
}

/* Sixteen digits without 0x, as /proc/kallsyms has them. */
static void text_value_padded(struct text_value *value, uint64_t address)
{
	for (size_t i = 0; i < 16; i++)
		value->buf[i] = "0123456789abcdef"[address >> (60 - 4 * i) & 15];
	value->bytes = value->buf;
	value->length = 16;
}

void text_value_init(struct text_value *value, enum inspect_cell_kind kind, const struct cell *cell,
			    enum inspect_layout_style style)
{
	const char *end = value->buf + NUMBER_SIZE;

	text_value_mark(value, cell);
	value->lines = false;
	value->hang = 0;
	value->bytes = NULL;
	value->length = 0;
	if (!cell_has_value(cell))
		return;
	switch (kind) {
	case INSPECT_CELL_U64:
		if (style == INSPECT_STYLE_SECONDS)
			text_value_seconds(value, cell->u64);
		else
			text_value_number(value, number_u64(value->buf, cell->u64), end);
		break;
	case INSPECT_CELL_S64:
		text_value_number(value, number_s64(value->buf, cell->s64), end);
		break;
	case INSPECT_CELL_BOOL:
		value->bytes = cell->boolean ? "true" : "false";
		value->length = strlen(value->bytes);
		break;
	case INSPECT_CELL_ADDRESS:
		if (style == INSPECT_STYLE_PADDED)
			text_value_padded(value, cell->u64);
		else
			text_value_number(value, number_hex(value->buf, cell->u64), end);
		break;
	case INSPECT_CELL_STRING:
		value->lines = style == INSPECT_STYLE_LINES || style == INSPECT_STYLE_HANGING;
		value->bytes = cell->string.bytes;
		value->length = cell->string.length;
		break;
	case INSPECT_CELL_FORMATTED:
		value->lines = true;
		value->bytes = cell->string.bytes;
		value->length = cell->string.length;
		break;
	case INSPECT_CELL_ENUM:
		text_value_enum(value, &cell->enumerator, style);
		break;
	case INSPECT_CELL_TIME:
		text_value_time(value, cell->s64, style);
		break;
	case INSPECT_CELL_U64S:
	case INSPECT_CELL_RECORD:
	case INSPECT_CELL_RECORDS:
		break;
	}
}

size_t text_value_columns(const struct text_value *value)
{
	size_t columns = value->lines ? escape_lines(NULL, value->bytes, value->length) :
					escape_text(NULL, value->bytes, value->length);

	return columns + (value->length && value->mark_length) + value->mark_length;
}

static void text_value_write_lines(struct writer *writer, const struct text_value *value)
{
	const char *line = value->bytes, *end = value->bytes + value->length, *newline;

	while (value->hang && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		escape_lines(writer, line, (size_t)(newline + 1 - line));
		writer_fill(writer, ' ', value->hang);
		line = newline + 1;
	}
	escape_lines(writer, line, (size_t)(end - line));
}

void text_value_write(struct writer *writer, const struct text_value *value, int width)
{
	bool both = value->length && value->mark_length;
	size_t wanted = width < 0 ? -(size_t)width : (size_t)width;
	size_t columns = wanted ? text_value_columns(value) : 0;
	size_t blanks = columns < wanted ? wanted - columns : 0;

	if (width > 0)
		writer_fill(writer, ' ', blanks);
	if (value->lines && value->length)
		text_value_write_lines(writer, value);
	else
		escape_text(writer, value->bytes, value->length);
	if (both)
		writer_putc(writer, ' ');
	writer_put(writer, value->mark, value->mark_length);
	if (width < 0)
		writer_fill(writer, ' ', blanks);
}
