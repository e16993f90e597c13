/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON sink. Spaces and line ends are those of bpftool's own JSON writer, compact and pretty. */
#include <inspect/record.h>

#include "base/error.h"
#include "record/escape.h"
#include "record/sink.h"

struct json_sink {
	struct inspect_sink sink;
	bool pretty;
	unsigned int depth; /* of open objects and arrays */
	bool comma;         /* something stands before the next item at this depth */
};

/* Where an error is: the record's parents, outermost last. */
struct json_place {
	const struct json_place *parent; /* NULL: outermost record */
	const char *key;
	size_t index;
	bool indexed;
};

static void json_newline(struct json_sink *json)
{
	if (!json->pretty)
		return;
	writer_putc(&json->sink.writer, '\n');
	writer_fill(&json->sink.writer, ' ', 4 * json->depth);
}

/* What stands between the item before and the next one. */
static void json_next(struct json_sink *json)
{
	if (json->comma)
		writer_putc(&json->sink.writer, ',');
	json->comma = true;
}

static void json_open(struct json_sink *json, char bracket)
{
	writer_putc(&json->sink.writer, bracket);
	json->depth++;
	json->comma = false;
}

static void json_close(struct json_sink *json, char bracket)
{
	json->depth--;
	if (json->comma)
		json_newline(json);
	writer_putc(&json->sink.writer, bracket);
	json->comma = true;
}

static void json_u64(struct json_sink *json, uint64_t value)
{
	char buf[NUMBER_SIZE];
	const char *text = number_u64(buf, value);

	writer_put(&json->sink.writer, text, (size_t)(buf + sizeof(buf) - text));
}

static void json_s64(struct json_sink *json, int64_t value)
{
	char buf[NUMBER_SIZE];
	const char *text = number_s64(buf, value);

	writer_put(&json->sink.writer, text, (size_t)(buf + sizeof(buf) - text));
}

static void json_address(struct json_sink *json, uint64_t value)
{
	char buf[NUMBER_SIZE];
	const char *text = number_hex(buf, value);

	writer_putc(&json->sink.writer, '"');
	writer_put(&json->sink.writer, text, (size_t)(buf + sizeof(buf) - text));
	writer_putc(&json->sink.writer, '"');
}

/* \uNNNN; above the first plane, two surrogates (RFC 8259, 7). */
static void json_escape(struct writer *writer, uint32_t code)
{
	static const char digits[] = "0123456789abcdef";

	if (code > 0xffff) {
		json_escape(writer, 0xd800 + ((code - 0x10000) >> 10));
		code = 0xdc00 + ((code - 0x10000) & 0x3ff);
	}
	writer_puts(writer, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		writer_putc(writer, digits[code >> shift & 15]);
}

/* What stands in a string. */
static void json_escaped(struct json_sink *json, const char *bytes, size_t length)
{
	struct writer *writer = &json->sink.writer;

	while (length) {
		size_t size = ascii_span(bytes, length);
		uint32_t code = (uint8_t)bytes[0];

		if (size) {
			writer_put(writer, bytes, size);
		} else {
			size = utf8_decode(bytes, length, &code);
			if (!size || code_is_harmful(code)) {
				json_escape(writer, code);
				size = size ? size : 1;
			} else {
				if (code == '"' || code == '\\')
					writer_putc(writer, '\\');
				writer_put(writer, bytes, size);
			}
		}
		bytes += size;
		length -= size;
	}
}

static void json_string(struct json_sink *json, const char *bytes, size_t length)
{
	writer_putc(&json->sink.writer, '"');
	json_escaped(json, bytes, length);
	writer_putc(&json->sink.writer, '"');
}

static void json_key(struct json_sink *json, const char *key)
{
	struct writer *writer = &json->sink.writer;

	json_next(json);
	json_newline(json);
	json_string(json, key, strlen(key));
	writer_puts(writer, json->pretty ? ": " : ":");
}

static void json_record(struct json_sink *json, const struct inspect_record *record, uint64_t troubles);

static void json_enum(struct json_sink *json, const struct cell_enum *enumerator)
{
	if (enumerator->name)
		json_string(json, enumerator->short_name, strlen(enumerator->short_name));
	else
		json_s64(json, enumerator->number);
}

static void json_u64s(struct json_sink *json, const struct cell_u64s *array)
{
	json_open(json, '[');
	for (size_t i = 0; i < array->count; i++) {
		json_next(json);
		json_u64(json, array->items[i]);
	}
	json_close(json, ']');
}

static void json_records(struct json_sink *json, const struct cell_records *array)
{
	json_open(json, '[');
	for (const struct inspect_record *record = array->first; record; record = record->next) {
		json_next(json);
		json_record(json, record, 0);
	}
	json_close(json, ']');
}

static void json_value(struct json_sink *json, enum inspect_cell_kind kind, const struct cell *cell)
{
	switch (kind) {
	case INSPECT_CELL_U64:
		json_u64(json, cell->u64);
		break;
	case INSPECT_CELL_S64:
	case INSPECT_CELL_TIME:
		json_s64(json, cell->s64);
		break;
	case INSPECT_CELL_BOOL:
		writer_puts(&json->sink.writer, cell->boolean ? "true" : "false");
		break;
	case INSPECT_CELL_ADDRESS:
		json_address(json, cell->u64);
		break;
	case INSPECT_CELL_STRING:
		json_string(json, cell->string.bytes, cell->string.length);
		break;
	case INSPECT_CELL_ENUM:
		json_enum(json, &cell->enumerator);
		break;
	case INSPECT_CELL_U64S:
		json_u64s(json, &cell->u64s);
		break;
	case INSPECT_CELL_RECORD:
		json_record(json, cell->records.first, 0);
		break;
	case INSPECT_CELL_RECORDS:
		json_records(json, &cell->records);
		break;
	case INSPECT_CELL_FORMATTED:
		writer_put(&json->sink.writer, cell->string.bytes, cell->string.length);
		break;
	}
}

/* kernel.attached[0]. — with the dot, for the field's own key. */
static void json_place_write(struct json_sink *json, const struct json_place *place)
{
	struct writer *writer = &json->sink.writer;
	char buf[NUMBER_SIZE];
	const char *text;

	if (!place)
		return;
	json_place_write(json, place->parent);
	json_escaped(json, place->key, strlen(place->key));
	if (place->indexed) {
		text = number_u64(buf, place->index);
		writer_putc(writer, '[');
		writer_put(writer, text, (size_t)(buf + sizeof(buf) - text));
		writer_putc(writer, ']');
	}
	writer_putc(writer, '.');
}

static void json_error(struct json_sink *json, const struct json_place *place, const char *key,
		       const struct cell_trouble *trouble)
{
	const char *cause = cell_trouble_cause(trouble);

	json_next(json);
	json_open(json, '{');
	json_key(json, "field");
	writer_putc(&json->sink.writer, '"');
	json_place_write(json, place);
	json_escaped(json, key, strlen(key));
	writer_putc(&json->sink.writer, '"');
	if (trouble->fault || trouble->address) {
		json_key(json, "address");
		json_address(json, trouble->address);
	}
	json_key(json, "cause");
	json_string(json, cause, strlen(cause));
	json_close(json, '}');
}

static void json_errors(struct json_sink *json, const struct inspect_record *record, const struct json_place *parent)
{
	for (size_t i = 0; i < record->schema->count; i++) {
		const struct inspect_column *column = &record->schema->columns[i];
		const struct cell *cell = &record->cells[i];
		struct json_place place = {
			.parent = parent,
			.key = column->key,
			.indexed = column->kind == INSPECT_CELL_RECORDS,
		};

		if (cell->trouble)
			json_error(json, parent, column->key, cell->trouble);
		if (!column->nested || !cell_has_value(cell))
			continue;
		for (struct inspect_record *nested = cell->records.first; nested; nested = nested->next) {
			json_errors(json, nested, &place);
			place.index++;
		}
	}
}

static void json_record(struct json_sink *json, const struct inspect_record *record, uint64_t troubles)
{
	json_open(json, '{');
	for (size_t i = 0; i < record->schema->count; i++) {
		const struct cell *cell = &record->cells[i];

		if (!cell_is_shown(cell))
			continue;
		json_key(json, record->schema->columns[i].key);
		if (cell_has_value(cell))
			json_value(json, record->schema->columns[i].kind, cell);
		else
			writer_puts(&json->sink.writer, "null");
	}
	if (troubles) {
		json_key(json, "errors");
		json_open(json, '[');
		json_errors(json, record, NULL);
		json_close(json, ']');
	}
	json_close(json, '}');
}

static void json_sink_begin(struct inspect_sink *sink)
{
	struct json_sink *json = (struct json_sink *)sink;

	json->depth = 0;
	json->comma = false;
	if (sink->stream == INSPECT_STREAM_MANY)
		json_open(json, '[');
}

static struct inspect_error *json_sink_record(struct inspect_sink *sink, const struct inspect_record *record,
					      uint64_t troubles)
{
	struct json_sink *json = (struct json_sink *)sink;

	json_next(json);
	json_record(json, record, troubles);
	return NULL;
}

static void json_sink_end(struct inspect_sink *sink)
{
	struct json_sink *json = (struct json_sink *)sink;

	if (sink->stream == INSPECT_STREAM_MANY)
		json_close(json, ']');
	else if (!sink->count)
		writer_puts(&sink->writer, "null");
	writer_putc(&sink->writer, '\n');
}

static const struct sink_ops json_sink_ops = {
	.begin = json_sink_begin,
	.record = json_sink_record,
	.end = json_sink_end,
};

struct inspect_error *inspect_sink_json(int fd, unsigned int flags, struct inspect_sink **sink_ret)
{
	struct json_sink *json = sink_create(sizeof(*json), &json_sink_ops, fd);

	if (!json)
		return &error_nomem;
	json->pretty = flags & INSPECT_JSON_PRETTY;
	json->depth = 0;
	json->comma = false;
	*sink_ret = &json->sink;
	return NULL;
}
