/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a record is made of, for the sinks. Records are trees: the outermost one, and below it the records of RECORD and
 * RECORDS cells, RECORD_DEPTH levels deep and one more for each adopted record, so that sinks may recurse.
 */
#ifndef LIBINSPECT_RECORD_CELL_H
#define LIBINSPECT_RECORD_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/record.h>

#include "base/arena.h"

#define RECORD_DEPTH 16

/* As enum inspect_cell_state. */
enum cell_state {
	CELL_LEFT_OUT = INSPECT_STATE_LEFT_OUT,
	CELL_ABSENT = INSPECT_STATE_ABSENT,
	CELL_VALUE = INSPECT_STATE_VALUE,
	CELL_FAULT = INSPECT_STATE_FAULT,     /* no value; says why in its trouble */
	CELL_SUSPECT = INSPECT_STATE_SUSPECT, /* value and trouble */
};

struct cell_trouble {
	enum inspect_fault fault; /* INSPECT_FAULT_NONE: read, but senseless; then cause says why */
	uint64_t address;
	const char *cause;
};

struct cell_string {
	const char *bytes; /* with a NUL behind them */
	size_t length;
};

struct cell_enum {
	int64_t number;
	const char *name;       /* NULL: unknown number */
	const char *short_name;
};

struct cell_u64s {
	const uint64_t *items;
	size_t count;
};

struct cell_records {
	struct inspect_record *first;
	struct inspect_record *last;
};

struct cell {
	enum cell_state state;
	union {
		uint64_t u64; /* U64 and ADDRESS */
		int64_t s64;  /* S64 and TIME */
		bool boolean;
		struct cell_string string;
		struct cell_enum enumerator;
		struct cell_u64s u64s;
		struct cell_records records; /* RECORD: first alone */
	};
	const struct cell_trouble *trouble;
};

struct inspect_record {
	const struct inspect_schema *schema;
	struct inspect_pool *pool;
	struct inspect_record *next; /* in its parent's array */
	unsigned int depth;
	struct cell cells[];
};

struct inspect_pool {
	struct arena arena;
	bool failed;                               /* out of memory */
	const struct inspect_schema *misused;      /* a cell was given what its column is not for, or nested too deep */
	unsigned int misused_column;
};

/* Whether there is a value to print. */
static inline bool cell_has_value(const struct cell *cell)
{
	return cell->state == CELL_VALUE || cell->state == CELL_SUSPECT;
}

/* Whether there is anything to print: a value or a fault. */
static inline bool cell_is_shown(const struct cell *cell)
{
	return cell->state >= CELL_VALUE;
}

/* "page excluded from the dump", or the cause that the cell was given. */
static inline const char *cell_trouble_cause(const struct cell_trouble *trouble)
{
	return trouble->cause ? trouble->cause : inspect_fault_string(trouble->fault);
}

#endif
