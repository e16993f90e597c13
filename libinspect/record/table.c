/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table sink. Rows are kept as text until there are enough of them to tell how wide each column is to be; then they
 * are written, and what follows is written at once.
 */
#include <inspect/record.h>

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "record/escape.h"
#include "record/sink.h"
#include "record/text_value.h"

#define ROWS_KEPT 256
#define BYTES_KEPT ((size_t)1 << 20)
/* One long value does not push the columns behind it out of sight in every row. */
#define WIDTH_MAX 64

struct table_column {
	size_t width;
	bool has_values;
	bool is_number; /* all values so far: aligned to the right */
};

/* Until the widths are known: its cells, one a column. */
struct table_row {
	struct table_row *next;
	struct text_value cells[];
};

struct table_sink {
	struct inspect_sink sink;
	struct arena arena; /* of the stream */
	struct table_column *columns;
	struct table_row *first, **last;
	size_t rows, bytes;
	bool fixed; /* the widths are, and the head was written */
};

/* Not to be taken for a sentence that starts with a digit: all of it is digits, or the letters of 0x… */
static bool is_number(const struct text_value *value)
{
	size_t i = value->length && value->bytes[0] == '-';

	if (i == value->length)
		return false;
	for (; i < value->length; i++) {
		if (!memchr("0123456789abcdefx.", value->bytes[i], 18) || (!i && value->bytes[i] > '9'))
			return false;
	}
	return true;
}

/* The width of a column's number, negative to align left; the last column is not filled. */
static int table_width(const struct table_sink *table, size_t column)
{
	const struct table_column *is = &table->columns[column];

	if (is->has_values && is->is_number)
		return (int)is->width;
	return column + 1 == table->sink.schema->count ? 0 : -(int)is->width;
}

static void table_write_cell(struct table_sink *table, size_t column, const struct text_value *value)
{
	if (column)
		writer_puts(&table->sink.writer, "  ");
	text_value_write(&table->sink.writer, value, table_width(table, column));
}

static void table_write_head(struct table_sink *table)
{
	const struct inspect_schema *schema = table->sink.schema;

	for (size_t i = 0; i < schema->count; i++) {
		const char *key = schema->columns[i].key;
		const struct text_value head = { .bytes = key, .length = strlen(key), .mark = "", .lines = true };

		table_write_cell(table, i, &head);
	}
	writer_putc(&table->sink.writer, '\n');
}

/* The widths are what they are now: writes what was kept for them. */
static void table_fix(struct table_sink *table)
{
	table->fixed = true;
	table_write_head(table);
	for (const struct table_row *row = table->first; row; row = row->next) {
		for (size_t i = 0; i < table->sink.schema->count; i++)
			table_write_cell(table, i, &row->cells[i]);
		writer_putc(&table->sink.writer, '\n');
	}
	arena_rewind(&table->arena, (struct arena_mark){});
	table->first = NULL;
}

/* Without memory the columns stay NULL, which the first record tells. */
static void table_sink_begin(struct inspect_sink *sink)
{
	struct table_sink *table = (struct table_sink *)sink;
	const struct inspect_schema *schema = sink->schema;

	arena_rewind(&table->arena, (struct arena_mark){});
	free(table->columns);
	table->first = NULL;
	table->last = &table->first;
	table->rows = table->bytes = 0;
	table->fixed = false;
	table->columns = calloc(schema->count + 1, sizeof(*table->columns));
	for (size_t i = 0; table->columns && i < schema->count; i++) {
		const char *key = schema->columns[i].key;
		size_t width = escape_lines(NULL, key, strlen(key));

		table->columns[i] = (struct table_column){ width < WIDTH_MAX ? width : WIDTH_MAX, false, true };
	}
}

/* A copy of the bytes that is one line. */
static bool table_keep(struct table_sink *table, struct text_value *value)
{
	char *copy = arena_alloc(&table->arena, value->length);

	if (!copy)
		return false;
	for (size_t i = 0; i < value->length; i++)
		copy[i] = value->lines && (value->bytes[i] == '\n' || value->bytes[i] == '\t') ? ' ' : value->bytes[i];
	value->bytes = copy;
	return true;
}

static void table_measure(struct table_column *column, const struct text_value *value)
{
	size_t width = text_value_columns(value);

	if (width > WIDTH_MAX)
		width = WIDTH_MAX;
	if (width > column->width)
		column->width = width;
	if (value->length) {
		column->has_values = true;
		column->is_number &= is_number(value);
	}
}

/* The row of @record in the sink's arena; NULL when out of memory. */
static struct table_row *table_row(struct table_sink *table, const struct inspect_record *record)
{
	const struct inspect_schema *schema = record->schema;
	struct table_row *row = arena_calloc(&table->arena, 1, sizeof(*row) + schema->count * sizeof(*row->cells));

	for (size_t i = 0; row && i < schema->count; i++) {
		struct text_value *value = &row->cells[i];

		text_value_init(value, schema->columns[i].kind, &record->cells[i], INSPECT_STYLE_PLAIN);
		table->bytes += value->length + sizeof(*value);
		if (!table_keep(table, value))
			return NULL;
	}
	return row;
}

static struct inspect_error *table_sink_record(struct inspect_sink *sink, const struct inspect_record *record,
					       uint64_t troubles)
{
	struct table_sink *table = (struct table_sink *)sink;
	struct table_row *row = table->columns ? table_row(table, record) : NULL;

	(void)troubles;
	if (!row)
		return &error_nomem;
	for (size_t i = 0; i < record->schema->count; i++) {
		if (table->fixed)
			table_write_cell(table, i, &row->cells[i]);
		else
			table_measure(&table->columns[i], &row->cells[i]);
	}
	if (table->fixed) {
		writer_putc(&sink->writer, '\n');
		arena_rewind(&table->arena, (struct arena_mark){});
		return NULL;
	}
	*table->last = row;
	table->last = &row->next;
	if (++table->rows == ROWS_KEPT || table->bytes >= BYTES_KEPT)
		table_fix(table);
	return NULL;
}

static void table_sink_end(struct inspect_sink *sink)
{
	struct table_sink *table = (struct table_sink *)sink;

	if (table->columns && !table->fixed)
		table_fix(table);
}

static void table_sink_destroy(struct inspect_sink *sink)
{
	struct table_sink *table = (struct table_sink *)sink;

	free(table->columns);
	arena_deinit(&table->arena);
}

static const struct sink_ops table_sink_ops = {
	.begin = table_sink_begin,
	.record = table_sink_record,
	.end = table_sink_end,
	.destroy = table_sink_destroy,
};

struct inspect_error *inspect_sink_table(int fd, struct inspect_sink **sink_ret)
{
	struct table_sink *table = sink_create(sizeof(*table), &table_sink_ops, fd);

	if (!table)
		return &error_nomem;
	arena_init(&table->arena);
	table->columns = NULL;
	*sink_ret = &table->sink;
	return NULL;
}
