/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records: what commands put out. A record is a const schema (its columns, in JSON order) and one cell a column.
 * Commands fill cells in any order; a sink writes the record as JSON or as text, and nothing else knows how they look.
 *
 *   enum { PROG_ID, PROG_NAME };
 *   static const struct inspect_column columns[] = {
 *           [PROG_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
 *           [PROG_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
 *   };
 *   static const struct inspect_schema schema = INSPECT_SCHEMA("prog", columns);
 *
 *   inspect_sink_begin(sink, &schema, INSPECT_STREAM_MANY);
 *   for each program:
 *           record = inspect_record_create(&schema, pool);
 *           inspect_cell_u64(record, PROG_ID, 7);
 *           inspect_cell_fault(record, PROG_NAME, INSPECT_FAULT_EXCLUDED, address);
 *           error = inspect_sink_record(sink, record);
 *           inspect_pool_rewind(pool);
 *   inspect_sink_end(sink);
 *
 * A cell that nobody set is left out and prints nothing. Records and all they hold live in a pool and are never freed
 * one by one; strings and arrays are copied into it. Filling cannot fail visibly: when memory runs out, or a cell is
 * given a value its column is not for, the pool remembers and inspect_sink_record() returns the error. Every function
 * here accepts the NULL record that comes of it.
 */
#ifndef INSPECT_RECORD_H
#define INSPECT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

struct inspect_record;
struct inspect_sink;

enum inspect_cell_kind {
	INSPECT_CELL_U64,
	INSPECT_CELL_S64,
	INSPECT_CELL_BOOL,
	INSPECT_CELL_ADDRESS, /* 0x…; in JSON a string */
	INSPECT_CELL_STRING,  /* any bytes: the sinks see to it that they do no harm */
	INSPECT_CELL_ENUM,
	INSPECT_CELL_TIME,    /* seconds since the epoch; in JSON a number */
	INSPECT_CELL_U64S,    /* an array of U64 */
	INSPECT_CELL_RECORD,  /* one record of the column's nested schema */
	INSPECT_CELL_RECORDS, /* an array of them */
	INSPECT_CELL_FORMATTED, /* written as it is: text or JSON, as the sink wants it, such as expressions are printed */
};

/* {6, "BPF_PROG_TYPE_XDP", "xdp"}: JSON has the short name, text either; a number that has no name stays a number. */
struct inspect_enumerator {
	int64_t number;
	const char *name;
	const char *short_name;
};

struct inspect_enumeration {
	const struct inspect_enumerator *items;
	size_t count;
};

struct inspect_column {
	const char *key; /* of the JSON object; "errors" is taken */
	enum inspect_cell_kind kind;
	const struct inspect_schema *nested;           /* RECORD and RECORDS; may be the schema itself */
	const struct inspect_enumeration *enumeration; /* ENUM; NULL where names come with the value */
};

struct inspect_schema {
	const char *name; /* of one record: "prog" */
	const struct inspect_column *columns;
	size_t count;
};

#define INSPECT_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define INSPECT_ENUMERATION(array) { (array), INSPECT_COUNT(array) }
#define INSPECT_SCHEMA(name, columns) { (name), (columns), INSPECT_COUNT(columns) }

/* A record whose cells are all left out. NULL when out of memory, which the pool remembers. */
INSPECT_PUBLIC struct inspect_record *inspect_record_create(const struct inspect_schema *schema,
							    struct inspect_pool *pool);

INSPECT_PUBLIC void inspect_cell_u64(struct inspect_record *record, unsigned int column, uint64_t value);
INSPECT_PUBLIC void inspect_cell_s64(struct inspect_record *record, unsigned int column, int64_t value);
INSPECT_PUBLIC void inspect_cell_bool(struct inspect_record *record, unsigned int column, bool value);
INSPECT_PUBLIC void inspect_cell_address(struct inspect_record *record, unsigned int column, uint64_t value);
/* @length bytes, not ended by a NUL. */
INSPECT_PUBLIC void inspect_cell_string(struct inspect_record *record, unsigned int column, const char *bytes,
					size_t length);
INSPECT_PUBLIC void inspect_cell_cstring(struct inspect_record *record, unsigned int column, const char *string);
INSPECT_PUBLIC void inspect_cell_formatted(struct inspect_record *record, unsigned int column, const char *bytes,
					   size_t length);
/* By the column's enumeration. */
INSPECT_PUBLIC void inspect_cell_enum(struct inspect_record *record, unsigned int column, int64_t number);
/* The same for an enumeration that was read from the kernel's types; a NULL name is an unknown one. */
INSPECT_PUBLIC void inspect_cell_enum_named(struct inspect_record *record, unsigned int column, int64_t number,
					    const char *name, const char *short_name);
INSPECT_PUBLIC void inspect_cell_time(struct inspect_record *record, unsigned int column, int64_t seconds);
INSPECT_PUBLIC void inspect_cell_u64s(struct inspect_record *record, unsigned int column, const uint64_t *values,
				      size_t count);
/* The nested record of a RECORD column, made at the first call; to be filled. */
INSPECT_PUBLIC struct inspect_record *inspect_cell_record(struct inspect_record *record, unsigned int column);
/* The same for a record that is there already, made in the same pool and, so far, in no other record. */
INSPECT_PUBLIC void inspect_cell_adopt(struct inspect_record *record, unsigned int column,
				       struct inspect_record *nested);
/* An array without elements, which differs from one left out. */
INSPECT_PUBLIC void inspect_cell_records(struct inspect_record *record, unsigned int column);
/* One more element of a RECORDS column, at the end; to be filled. */
INSPECT_PUBLIC struct inspect_record *inspect_cell_append(struct inspect_record *record, unsigned int column);

/* Nothing after all: the fact does not apply here. The state in which cells begin. */
INSPECT_PUBLIC void inspect_cell_leave_out(struct inspect_record *record, unsigned int column);
/* This kernel has no such fact: its types lack the field. */
INSPECT_PUBLIC void inspect_cell_absent(struct inspect_record *record, unsigned int column);

/*
 * What went wrong with a cell. In JSON each is an entry {field, address, cause} of the outermost record's trailing
 * "errors"; in text a mark: <page excluded>, <fault 0x…>, <damaged 0x…> or <suspect>.
 */
/* No value: @address could not be read. JSON null. */
INSPECT_PUBLIC void inspect_cell_fault(struct inspect_record *record, unsigned int column, enum inspect_fault fault,
				       uint64_t address);
/* No value: what stands at @address (0: no one place) makes no sense, @cause says why. JSON null. */
INSPECT_PUBLIC void inspect_cell_damaged(struct inspect_record *record, unsigned int column, uint64_t address,
					 const char *cause);
/* The value set before is right as far as it goes: behind it, @address could not be read. */
INSPECT_PUBLIC void inspect_cell_cut(struct inspect_record *record, unsigned int column, enum inspect_fault fault,
				     uint64_t address);
/* The value set before was read but is not to be trusted (torn, or against an invariant). */
INSPECT_PUBLIC void inspect_cell_suspect(struct inspect_record *record, unsigned int column, uint64_t address,
					 const char *cause);

/*
 * Reading records: what the walks of this library fill, for programs that want values and no text.
 *
 *   while (inspect_bpf_walk_next(walk, pool, &record)) {
 *           name = inspect_get_string(record, INSPECT_PROG_NAME, NULL);
 *           kernel = inspect_get_record(record, INSPECT_PROG_KERNEL);
 *           if (name && inspect_get_u64(kernel, INSPECT_PROG_KERNEL_ADDRESS, &address))
 *                   …
 *           inspect_pool_rewind(pool);
 *   }
 *
 * What is asked for by the wrong kind, of a column that the schema does not have, or of the NULL record, is not there.
 * All that is handed out lives in the record's pool.
 */
enum inspect_cell_state {
	INSPECT_STATE_LEFT_OUT, /* the fact does not apply to this object, or nobody set the cell */
	INSPECT_STATE_ABSENT,   /* this kernel has no such fact */
	INSPECT_STATE_VALUE,
	INSPECT_STATE_FAULT,    /* no value; inspect_get_trouble() tells why */
	INSPECT_STATE_SUSPECT,  /* a value, and inspect_get_trouble() tells what is wrong with it */
};

INSPECT_PUBLIC const struct inspect_schema *inspect_record_schema(const struct inspect_record *record);
/*
 * Why a record could not be filled as it should be, INSPECT_ERROR_NO_MEMORY or _USAGE, or NULL. The caller owns it.
 * To be asked once, when all cells were set; inspect_sink_record() does.
 */
INSPECT_PUBLIC struct inspect_error *inspect_record_error(const struct inspect_record *record);

INSPECT_PUBLIC enum inspect_cell_state inspect_get_state(const struct inspect_record *record, unsigned int column);
/* What went wrong with a cell and at which address (0: no one place; may be NULL); NULL where nothing did. */
INSPECT_PUBLIC const char *inspect_get_trouble(const struct inspect_record *record, unsigned int column,
					       uint64_t *address_ret);

/* Whether there is a value, which is then in *@value_ret. U64 and ADDRESS. */
INSPECT_PUBLIC bool inspect_get_u64(const struct inspect_record *record, unsigned int column, uint64_t *value_ret);
/* S64, TIME, and the number of an ENUM. */
INSPECT_PUBLIC bool inspect_get_s64(const struct inspect_record *record, unsigned int column, int64_t *value_ret);
INSPECT_PUBLIC bool inspect_get_bool(const struct inspect_record *record, unsigned int column, bool *value_ret);
/*
 * The bytes of a STRING, which may come from the dump and be any (inspect_escape() makes them harmless), or the short
 * name of an ENUM; NUL-terminated. NULL where there is none. @length_ret may be NULL.
 */
INSPECT_PUBLIC const char *inspect_get_string(const struct inspect_record *record, unsigned int column,
					      size_t *length_ret);
/* The full name of an ENUM, or NULL. */
INSPECT_PUBLIC const char *inspect_get_enumerator(const struct inspect_record *record, unsigned int column);
/* The numbers of U64S, *@count_ret of them; NULL where the cell has no value. */
INSPECT_PUBLIC const uint64_t *inspect_get_u64s(const struct inspect_record *record, unsigned int column,
						size_t *count_ret);
/* The nested record of a RECORD column, the first of RECORDS; NULL where there is none. */
INSPECT_PUBLIC const struct inspect_record *inspect_get_record(const struct inspect_record *record,
							       unsigned int column);
/* The one behind @record in its array, or NULL. */
INSPECT_PUBLIC const struct inspect_record *inspect_next_record(const struct inspect_record *record);

/*
 * Layouts: how the text sink writes a record. Const tables that stand beside the schema or with the command.
 *
 *   static const struct inspect_layout_item map_line[] = {
 *           { INSPECT_PATH(MAP_ID), .width = 6, .after = ": " },
 *           { INSPECT_PATH(MAP_TYPE), .width = -32, .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
 *           { INSPECT_PATH(MAP_NAME), .width = -32 },
 *           { INSPECT_PATH(MAP_FROZEN), .when = INSPECT_WHEN_TRUE, .before = " frozen" },
 *           { INSPECT_PATH(MAP_KERNEL, KERNEL_SLOTS), .when = INSPECT_WHEN_PRESENT, .layout = &slot,
 *             .before = "\n\t", .separator = "\n\t" },
 *   };
 *   const struct inspect_layout map_layout = INSPECT_LAYOUT(map_line);
 *
 * A record ends with a newline that the sink adds. Strings are escaped: control characters (C0, DEL, C1), bidirectional
 * and invisible ones, line separators, the backslash, and all that is not UTF-8 become \xNN, a byte each. Width counts
 * code points after escaping, as Python's format() does.
 */
enum inspect_layout_when {
	INSPECT_WHEN_ALWAYS,  /* also a cell that prints nothing: its width is filled with blanks */
	INSPECT_WHEN_PRESENT, /* value or fault; not left out, not absent, no empty array */
	INSPECT_WHEN_VALUE,   /* a value alone: its mark, should it have one, is another item's */
	INSPECT_WHEN_MISSING, /* the opposite of PRESENT; prints before and after alone */
	INSPECT_WHEN_TRUE,    /* a true BOOL; prints before and after alone, and the mark if the cell has a fault */
	INSPECT_WHEN_FALSE,   /* not true: false, left out, absent; prints before and after alone */
};

enum inspect_layout_style {
	INSPECT_STYLE_PLAIN,      /* enumerations by their short name */
	INSPECT_STYLE_ENUMERATOR, /* by the full enumerator */
	INSPECT_STYLE_PADDED,     /* addresses as sixteen digits without 0x */
	INSPECT_STYLE_LINES,      /* strings of several lines: newlines, tabs and backslashes stay as they are */
	INSPECT_STYLE_HANGING,    /* the same, the lines behind the first indented by what stands before it on its line */
	INSPECT_STYLE_SECONDS,    /* unsigned nanoseconds as seconds with six decimals */
	INSPECT_STYLE_CTIME,      /* times as ctime(3) writes them */
};

#define INSPECT_PATH_DEPTH 3
#define INSPECT_FILTER_COUNT 2

/* A path of the elements' own position in their array, counted from 0. */
#define INSPECT_PATH_INDEX .special = INSPECT_SPECIAL_INDEX
/* Column numbers from the record downwards through RECORD columns: INSPECT_PATH(PROG_KERNEL, KERNEL_ATTACHED). */
#define INSPECT_PATH(...) \
	.path = { __VA_ARGS__ }, .depth = sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t)

enum inspect_layout_special {
	INSPECT_SPECIAL_NONE,
	INSPECT_SPECIAL_INDEX,
};

/* Elements of an array that a layout shows: those for which the condition on a column of theirs holds. */
struct inspect_layout_filter {
	uint16_t column;
	enum inspect_layout_when when; /* ALWAYS: no filter */
};

/* Without a path, an item is its text and its layout applied to the record itself. */
struct inspect_layout_item {
	uint16_t path[INSPECT_PATH_DEPTH];
	uint8_t depth;
	enum inspect_layout_special special;
	enum inspect_layout_when when;
	enum inspect_layout_style style;
	int width;                           /* in columns, of single values: > 0 right-aligned, < 0 left-aligned */
	const char *before;                  /* text that comes and goes with the item; may be NULL */
	const char *after;
	const char *separator;               /* between elements of an array; NULL: ", " */
	const struct inspect_layout *layout; /* of a nested record, or of each element */
	struct inspect_layout_filter filter[INSPECT_FILTER_COUNT]; /* all must hold; an array left empty is missing */
};

struct inspect_layout {
	const struct inspect_layout_item *items;
	size_t count;
	const char *heading; /* a line above the records of a stream; NULL: none */
};

#define INSPECT_LAYOUT(items) { (items), INSPECT_COUNT(items), NULL }
#define INSPECT_LAYOUT_HEADED(items, heading) { (items), INSPECT_COUNT(items), (heading) }

enum inspect_json_flags {
	INSPECT_JSON_COMPACT = 0,
	INSPECT_JSON_PRETTY = 1 << 0, /* bpftool's -p: a member a line, four blanks a level */
};

enum inspect_stream {
	INSPECT_STREAM_MANY, /* in JSON an array */
	INSPECT_STREAM_ONE,  /* in JSON a bare object */
};

/*
 * A sink writes to a descriptor that stays the caller's and that nobody else writes to before the sink ends. It
 * buffers; on a terminal every record appears at once. A sink may serve several streams, one after the other.
 *
 * JSON is valid whatever the dump holds: bytes that are not UTF-8 become \u00NN, the number of the byte; what the text
 * sink would escape for being harmful is written \uNNNN, which leaves its value unchanged.
 */
INSPECT_PUBLIC struct inspect_error *inspect_sink_json(int fd, unsigned int flags, struct inspect_sink **sink_ret);
/* @layout must fit the schemas of the streams and outlive the sink. */
INSPECT_PUBLIC struct inspect_error *inspect_sink_text(int fd, const struct inspect_layout *layout,
						       struct inspect_sink **sink_ret);
/*
 * Records without nested ones as a table: a column each, with its key above it. The columns are as wide as the first
 * 256 records want them; what is wider later shifts the rest of its line.
 */
INSPECT_PUBLIC struct inspect_error *inspect_sink_table(int fd, struct inspect_sink **sink_ret);
/* Frees @sink, which may be NULL. What inspect_sink_end() has not flushed is lost. */
INSPECT_PUBLIC void inspect_sink_destroy(struct inspect_sink *sink);

/* Starts a stream of records of @schema. */
INSPECT_PUBLIC struct inspect_error *inspect_sink_begin(struct inspect_sink *sink, const struct inspect_schema *schema,
							enum inspect_stream stream);
/* Writes one record. INSPECT_ERROR_NO_MEMORY or _USAGE where filling it failed, _OS where writing did. */
INSPECT_PUBLIC struct inspect_error *inspect_sink_record(struct inspect_sink *sink,
							 const struct inspect_record *record);
/* Ends the stream and flushes; the error of the first write that failed. */
INSPECT_PUBLIC struct inspect_error *inspect_sink_end(struct inspect_sink *sink);

/*
 * The bytes as the text sink writes a string, for messages that quote a dump or a file; NUL-terminated, to be freed
 * with free(). NULL when out of memory.
 */
INSPECT_PUBLIC char *inspect_escape(const char *bytes, size_t length);

/* How many cells of all records written had a fault or were damaged, cut or suspect: not 0 means a partial answer. */
INSPECT_PUBLIC uint64_t inspect_sink_faults(const struct inspect_sink *sink);

#ifdef __cplusplus
}
#endif

#endif
