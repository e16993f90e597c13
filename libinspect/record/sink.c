/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/sink.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"

void *sink_create(size_t size, const struct sink_ops *ops, int fd)
{
	struct inspect_sink *sink = malloc(size);

	if (!sink)
		return NULL;
	sink->ops = ops;
	sink->schema = NULL;
	sink->stream = INSPECT_STREAM_MANY;
	sink->count = 0;
	sink->faults = 0;
	sink->terminal = isatty(fd);
	writer_init(&sink->writer, fd);
	return sink;
}

void inspect_sink_destroy(struct inspect_sink *sink)
{
	if (sink && sink->ops->destroy)
		sink->ops->destroy(sink);
	free(sink);
}

struct inspect_error *inspect_sink_begin(struct inspect_sink *sink, const struct inspect_schema *schema,
					 enum inspect_stream stream)
{
	if (sink->schema)
		return error_create(INSPECT_ERROR_USAGE, "stream of %s records begun before that of %s ended",
				    schema->name, sink->schema->name);
	sink->schema = schema;
	sink->stream = stream;
	sink->count = 0;
	sink->ops->begin(sink);
	return NULL;
}

/* Why the record cannot be written: mistakes and lack of memory while it was filled. */
static struct inspect_error *sink_refuse(const struct inspect_sink *sink, const struct inspect_record *record)
{
	if (!record)
		return &error_nomem;
	if (sink->schema != record->schema)
		return error_create(INSPECT_ERROR_USAGE, "record of schema %s outside of a stream of such",
				    record->schema->name);
	if (sink->stream == INSPECT_STREAM_ONE && sink->count)
		return error_create(INSPECT_ERROR_USAGE, "second %s record in a stream of one", record->schema->name);
	return inspect_record_error(record);
}

static uint64_t record_troubles(const struct inspect_record *record)
{
	uint64_t count = 0;

	for (size_t i = 0; i < record->schema->count; i++) {
		const struct cell *cell = &record->cells[i];

		count += cell->trouble != NULL;
		if (record->schema->columns[i].nested && cell_has_value(cell)) {
			for (struct inspect_record *nested = cell->records.first; nested; nested = nested->next)
				count += record_troubles(nested);
		}
	}
	return count;
}

struct inspect_error *inspect_sink_record(struct inspect_sink *sink, const struct inspect_record *record)
{
	struct inspect_error *error = sink_refuse(sink, record);
	uint64_t troubles;

	if (error)
		return error;
	troubles = record_troubles(record);
	sink->faults += troubles;
	error = sink->ops->record(sink, record, troubles);
	sink->count++;
	if (!error && (sink->terminal || sink->writer.error))
		error = writer_flush(&sink->writer);
	return error;
}

struct inspect_error *inspect_sink_end(struct inspect_sink *sink)
{
	if (sink->schema)
		sink->ops->end(sink);
	sink->schema = NULL;
	return writer_flush(&sink->writer);
}

uint64_t inspect_sink_faults(const struct inspect_sink *sink)
{
	return sink->faults;
}
