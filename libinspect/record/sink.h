/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What all sinks have in common: the writer, the stream's state, the count of faults.
 *
 * To add a sink: a file that ends in a const struct sink_ops, with a constructor of its own in <inspect/record.h>.
 */
#ifndef LIBINSPECT_RECORD_SINK_H
#define LIBINSPECT_RECORD_SINK_H

#include "record/cell.h"
#include "record/writer.h"

struct sink_ops {
	void (*begin)(struct inspect_sink *sink);
	/* @troubles: how many cells of the record's tree are in trouble. */
	struct inspect_error *(*record)(struct inspect_sink *sink, const struct inspect_record *record,
					uint64_t troubles);
	void (*end)(struct inspect_sink *sink);
	/* Frees what it has beyond its own memory; NULL: nothing. */
	void (*destroy)(struct inspect_sink *sink);
};

struct inspect_sink {
	const struct sink_ops *ops;
	const struct inspect_schema *schema; /* of the stream; NULL: none was begun */
	enum inspect_stream stream;
	uint64_t count;                      /* records of this stream */
	uint64_t faults;                     /* of all streams */
	bool terminal;                       /* every record is to appear at once */
	struct writer writer;
	/* sinks embed this struct in their own, first */
};

/* Memory of @size bytes for a sink whose first member is a struct inspect_sink. NULL when out of memory. */
void *sink_create(size_t size, const struct sink_ops *ops, int fd);

#endif
