/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text sink: one record after the other through a layout. */
#include <inspect/record.h>

#include "base/error.h"
#include "record/sink.h"
#include "record/text_value.h"

struct text_sink {
	struct inspect_sink sink;
	const struct inspect_layout *layout;
	const struct inspect_layout_item *misfit; /* an item that does not fit the record it was applied to */
	uint64_t record_start;                    /* the writer's position there */
};

/* A record, and its position in the array it is of. */
struct text_place {
	const struct inspect_record *record;
	uint64_t index;
};

static void text_layout(struct text_sink *text, struct text_place place, const struct inspect_layout *layout);

static void text_puts(struct text_sink *text, const char *string)
{
	if (string)
		writer_puts(&text->sink.writer, string);
}

static bool cell_is_empty(enum inspect_cell_kind kind, const struct cell *cell)
{
	return (kind == INSPECT_CELL_U64S && !cell->u64s.count) ||
	       (kind == INSPECT_CELL_RECORDS && !cell->records.first);
}

/* A flag that could not be read counts as true, so that its mark is seen. */
static bool text_condition(enum inspect_layout_when when, enum inspect_cell_kind kind, const struct cell *cell)
{
	bool value = cell_has_value(cell) && !cell_is_empty(kind, cell);
	bool flag = cell->state == CELL_FAULT || (kind == INSPECT_CELL_BOOL && value && cell->boolean);

	switch (when) {
	case INSPECT_WHEN_ALWAYS:
		break;
	case INSPECT_WHEN_PRESENT:
		return value || cell->trouble;
	case INSPECT_WHEN_VALUE:
		return value;
	case INSPECT_WHEN_MISSING:
		return !value && !cell->trouble;
	case INSPECT_WHEN_TRUE:
		return flag;
	case INSPECT_WHEN_FALSE:
		return !flag;
	}
	return true;
}

/* Whether the layout shows this element of an array. */
static bool text_filter(struct text_sink *text, const struct inspect_record *record,
			const struct inspect_layout_item *item)
{
	for (size_t i = 0; i < INSPECT_FILTER_COUNT; i++) {
		const struct inspect_layout_filter *filter = &item->filter[i];

		if (filter->when == INSPECT_WHEN_ALWAYS)
			continue;
		if (filter->column >= record->schema->count) {
			text->misfit = item;
			return false;
		}
		if (!text_condition(filter->when, record->schema->columns[filter->column].kind,
				    &record->cells[filter->column]))
			return false;
	}
	return true;
}

/* The elements that the layout shows, beginning with @record itself, and how many came before it. */
static struct text_place text_next_element(struct text_sink *text, struct text_place place,
					   const struct inspect_layout_item *item)
{
	while (place.record && !text_filter(text, place.record, item)) {
		place.record = place.record->next;
		place.index++;
	}
	return place;
}

/* The mark of an array, as if it were one more element. */
static void text_array_mark(struct text_sink *text, const struct inspect_layout_item *item, const struct cell *cell,
			    const char *separator)
{
	struct text_value value;

	if (!cell->trouble || item->when == INSPECT_WHEN_VALUE)
		return;
	text_value_mark(&value, cell);
	text_puts(text, separator);
	writer_put(&text->sink.writer, value.mark, value.mark_length);
}

static void text_u64s(struct text_sink *text, const struct inspect_layout_item *item, const struct cell *cell)
{
	const char *separator = item->separator ? item->separator : ", ";
	size_t count = cell_has_value(cell) ? cell->u64s.count : 0;
	char buf[NUMBER_SIZE];

	text_puts(text, item->before);
	for (size_t i = 0; i < count; i++) {
		const char *number = number_u64(buf, cell->u64s.items[i]);

		text_puts(text, i ? separator : NULL);
		writer_put(&text->sink.writer, number, (size_t)(buf + sizeof(buf) - number));
	}
	text_array_mark(text, item, cell, count ? separator : NULL);
	text_puts(text, item->after);
}

static void text_records(struct text_sink *text, const struct inspect_layout_item *item, const struct cell *cell)
{
	const char *separator = item->separator ? item->separator : ", ";
	struct text_place place = { .record = cell_has_value(cell) ? cell->records.first : NULL };
	bool any;

	place = text_next_element(text, place, item);
	any = place.record;
	if (!any && (item->when == INSPECT_WHEN_VALUE || (item->when == INSPECT_WHEN_PRESENT && !cell->trouble)))
		return;
	text_puts(text, item->before);
	while (place.record) {
		text_layout(text, place, item->layout);
		place.record = place.record->next;
		place.index++;
		place = text_next_element(text, place, item);
		text_puts(text, place.record ? separator : NULL);
	}
	text_array_mark(text, item, cell, any ? separator : NULL);
	text_puts(text, item->after);
}

/* One value, or what is nested under it. */
static void text_single(struct text_sink *text, const struct inspect_layout_item *item, enum inspect_cell_kind kind,
			const struct cell *cell)
{
	struct text_value value;

	text_puts(text, item->before);
	if (kind == INSPECT_CELL_RECORD && cell_has_value(cell))
		text_layout(text, (struct text_place){ .record = cell->records.first }, item->layout);
	text_value_init(&value, kind, cell, item->style);
	if (item->style == INSPECT_STYLE_HANGING)
		value.hang = writer_position(&text->sink.writer) - text->record_start;
	if (item->when == INSPECT_WHEN_VALUE)
		value.mark_length = 0;
	text_value_write(&text->sink.writer, &value, item->width);
	text_puts(text, item->after);
}

/* What stands for a condition: its text, and the mark where it could not be read. */
static void text_flag(struct text_sink *text, const struct inspect_layout_item *item, const struct cell *cell)
{
	struct text_value value;

	text_value_mark(&value, cell);
	text_puts(text, item->before);
	if (value.mark_length)
		writer_putc(&text->sink.writer, ' ');
	writer_put(&text->sink.writer, value.mark, value.mark_length);
	text_puts(text, item->after);
}

/*
 * The cell that the item's path names. A fault on the way stands for what would be behind it; what is left out on the
 * way leaves it out. NULL, and the item a misfit, where the schema has no such path.
 */
static const struct cell *text_resolve(struct text_sink *text, const struct inspect_record *record,
				       const struct inspect_layout_item *item, const struct inspect_column **column_ret)
{
	bool needs_layout = !item->layout && item->when < INSPECT_WHEN_MISSING;

	for (unsigned int i = 0; i < item->depth && i < INSPECT_PATH_DEPTH; i++) {
		const struct inspect_column *column;
		const struct cell *cell;

		if (item->path[i] >= record->schema->count)
			break;
		column = &record->schema->columns[item->path[i]];
		cell = &record->cells[item->path[i]];
		if (i + 1 == item->depth || (column->kind == INSPECT_CELL_RECORD && !cell_has_value(cell))) {
			if (needs_layout && column->nested && cell_has_value(cell))
				break;
			*column_ret = column;
			return cell;
		}
		if (column->kind != INSPECT_CELL_RECORD)
			break;
		record = cell->records.first;
	}
	text->misfit = item;
	return NULL;
}

static void text_column(struct text_sink *text, const struct inspect_record *record,
			const struct inspect_layout_item *item)
{
	const struct inspect_column *column;
	const struct cell *cell = text_resolve(text, record, item, &column);

	if (!cell || !text_condition(item->when, column->kind, cell))
		return;
	if (item->when >= INSPECT_WHEN_MISSING)
		text_flag(text, item, cell);
	else if (column->kind == INSPECT_CELL_RECORDS)
		text_records(text, item, cell);
	else if (column->kind == INSPECT_CELL_U64S)
		text_u64s(text, item, cell);
	else
		text_single(text, item, column->kind, cell);
}

/* The element's position, or an item without a path. */
static void text_special(struct text_sink *text, struct text_place place, const struct inspect_layout_item *item)
{
	struct cell index = { .state = CELL_VALUE, .u64 = place.index };

	if (item->special == INSPECT_SPECIAL_INDEX) {
		text_single(text, item, INSPECT_CELL_U64, &index);
		return;
	}
	text_puts(text, item->before);
	if (item->layout)
		text_layout(text, place, item->layout);
	text_puts(text, item->after);
}

static void text_layout(struct text_sink *text, struct text_place place, const struct inspect_layout *layout)
{
	for (size_t i = 0; i < layout->count; i++) {
		if (layout->items[i].depth)
			text_column(text, place.record, &layout->items[i]);
		else
			text_special(text, place, &layout->items[i]);
	}
}

static void text_sink_begin(struct inspect_sink *sink)
{
	struct text_sink *text = (struct text_sink *)sink;

	text->misfit = NULL;
	if (text->layout->heading) {
		text_puts(text, text->layout->heading);
		writer_putc(&sink->writer, '\n');
	}
}

static struct inspect_error *text_sink_record(struct inspect_sink *sink, const struct inspect_record *record,
					      uint64_t troubles)
{
	struct text_sink *text = (struct text_sink *)sink;

	(void)troubles;
	text->record_start = writer_position(&sink->writer);
	text_layout(text, (struct text_place){ .record = record }, text->layout);
	writer_putc(&sink->writer, '\n');
	if (text->misfit)
		return error_create(INSPECT_ERROR_USAGE, "layout item \"%s\" does not fit the records of schema %s",
				    text->misfit->before ? text->misfit->before : "", record->schema->name);
	return NULL;
}

static void text_sink_end(struct inspect_sink *sink)
{
	(void)sink;
}

static const struct sink_ops text_sink_ops = {
	.begin = text_sink_begin,
	.record = text_sink_record,
	.end = text_sink_end,
};

struct inspect_error *inspect_sink_text(int fd, const struct inspect_layout *layout, struct inspect_sink **sink_ret)
{
	struct text_sink *text = sink_create(sizeof(*text), &text_sink_ops, fd);

	if (!text)
		return &error_nomem;
	text->layout = layout;
	text->misfit = NULL;
	*sink_ret = &text->sink;
	return NULL;
}
