/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inspect/record.h>

#include <stdlib.h>
#include <string.h>

#include "record/cell.h"

struct inspect_pool *inspect_pool_create(void)
{
	struct inspect_pool *pool = calloc(1, sizeof(*pool));

	if (pool)
		arena_init(&pool->arena);
	return pool;
}

void inspect_pool_destroy(struct inspect_pool *pool)
{
	if (pool)
		arena_deinit(&pool->arena);
	free(pool);
}

void inspect_pool_rewind(struct inspect_pool *pool)
{
	arena_rewind(&pool->arena, (struct arena_mark){});
	pool->failed = false;
	pool->misused = NULL;
}

struct inspect_record *inspect_record_create(const struct inspect_schema *schema, struct inspect_pool *pool)
{
	struct inspect_record *record;

	record = arena_calloc(&pool->arena, 1, sizeof(*record) + schema->count * sizeof(struct cell));
	if (!record) {
		pool->failed = true;
		return NULL;
	}
	record->schema = schema;
	record->pool = pool;
	return record;
}

static void record_misused(const struct inspect_record *record, unsigned int column)
{
	if (!record->pool->misused) {
		record->pool->misused = record->schema;
		record->pool->misused_column = column;
	}
}

/* The cell, made empty; NULL where @record is NULL or has no such column. */
static struct cell *cell_clear(struct inspect_record *record, unsigned int column)
{
	if (!record)
		return NULL;
	if (column >= record->schema->count) {
		record_misused(record, column);
		return NULL;
	}
	memset(&record->cells[column], 0, sizeof(record->cells[column]));
	return &record->cells[column];
}

/* A cell of @kind with state VALUE, to be given its value; NULL where the column is of another kind. */
static struct cell *cell_value(struct inspect_record *record, unsigned int column, enum inspect_cell_kind kind)
{
	struct cell *cell = cell_clear(record, column);

	if (!cell)
		return NULL;
	if (record->schema->columns[column].kind != kind) {
		record_misused(record, column);
		return NULL;
	}
	cell->state = CELL_VALUE;
	return cell;
}

/* The bytes, copied into the pool; when out of memory, NULL and the cell is left out. */
static const void *cell_copy(struct inspect_record *record, struct cell *cell, const void *bytes, size_t size)
{
	void *copy = arena_alloc(&record->pool->arena, size);

	if (!copy) {
		record->pool->failed = true;
		cell->state = CELL_LEFT_OUT;
		return NULL;
	}
	if (size)
		memcpy(copy, bytes, size);
	return copy;
}

void inspect_cell_u64(struct inspect_record *record, unsigned int column, uint64_t value)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_U64);

	if (cell)
		cell->u64 = value;
}

void inspect_cell_s64(struct inspect_record *record, unsigned int column, int64_t value)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_S64);

	if (cell)
		cell->s64 = value;
}

void inspect_cell_bool(struct inspect_record *record, unsigned int column, bool value)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_BOOL);

	if (cell)
		cell->boolean = value;
}

void inspect_cell_address(struct inspect_record *record, unsigned int column, uint64_t value)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_ADDRESS);

	if (cell)
		cell->u64 = value;
}

void inspect_cell_time(struct inspect_record *record, unsigned int column, int64_t seconds)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_TIME);

	if (cell)
		cell->s64 = seconds;
}

void inspect_cell_string(struct inspect_record *record, unsigned int column, const char *bytes, size_t length)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_STRING);

	if (!cell)
		return;
	cell->string.bytes = arena_strndup(&record->pool->arena, length ? bytes : "", length);
	cell->string.length = length;
	if (cell->string.bytes)
		return;
	record->pool->failed = true;
	cell->state = CELL_LEFT_OUT;
}

void inspect_cell_formatted(struct inspect_record *record, unsigned int column, const char *bytes, size_t length)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_FORMATTED);

	if (!cell)
		return;
	cell->string.bytes = cell_copy(record, cell, bytes, length);
	cell->string.length = length;
}

void inspect_cell_cstring(struct inspect_record *record, unsigned int column, const char *string)
{
	inspect_cell_string(record, column, string, strlen(string));
}

/* Tables are mostly dense from 0, so the number's own place is tried first. */
static const struct inspect_enumerator *enumerator_find(const struct inspect_enumeration *enumeration, int64_t number)
{
	if (!enumeration)
		return NULL;
	if (number >= 0 && (uint64_t)number < enumeration->count && enumeration->items[number].number == number)
		return &enumeration->items[number];
	for (size_t i = 0; i < enumeration->count; i++) {
		if (enumeration->items[i].number == number)
			return &enumeration->items[i];
	}
	return NULL;
}

void inspect_cell_enum(struct inspect_record *record, unsigned int column, int64_t number)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_ENUM);
	const struct inspect_enumerator *enumerator;

	if (!cell)
		return;
	cell->enumerator.number = number;
	enumerator = enumerator_find(record->schema->columns[column].enumeration, number);
	if (enumerator) {
		cell->enumerator.name = enumerator->name;
		cell->enumerator.short_name = enumerator->short_name;
	}
}

void inspect_cell_enum_named(struct inspect_record *record, unsigned int column, int64_t number, const char *name,
			     const char *short_name)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_ENUM);

	if (!cell)
		return;
	cell->enumerator.number = number;
	if (!name)
		return;
	if (!short_name)
		short_name = name;
	cell->enumerator.name = cell_copy(record, cell, name, strlen(name) + 1);
	cell->enumerator.short_name = cell_copy(record, cell, short_name, strlen(short_name) + 1);
}

void inspect_cell_u64s(struct inspect_record *record, unsigned int column, const uint64_t *values, size_t count)
{
	struct cell *cell = cell_value(record, column, INSPECT_CELL_U64S);
	size_t size;

	if (!cell)
		return;
	if (__builtin_mul_overflow(count, sizeof(*values), &size)) {
		record->pool->failed = true;
		cell->state = CELL_LEFT_OUT;
		return;
	}
	cell->u64s.items = cell_copy(record, cell, values, size);
	cell->u64s.count = count;
}

/* The cell of @kind as it is, made an empty value if it has none. */
static struct cell *cell_nested(struct inspect_record *record, unsigned int column, enum inspect_cell_kind kind)
{
	if (!record)
		return NULL;
	if (column >= record->schema->count || record->schema->columns[column].kind != kind) {
		record_misused(record, column);
		return NULL;
	}
	if (cell_has_value(&record->cells[column]))
		return &record->cells[column];
	return cell_value(record, column, kind);
}

/* A record for below @record's @column. */
static struct inspect_record *record_nest(struct inspect_record *record, unsigned int column)
{
	struct inspect_record *nested;

	if (record->depth + 1 >= RECORD_DEPTH) {
		record_misused(record, column);
		return NULL;
	}
	nested = inspect_record_create(record->schema->columns[column].nested, record->pool);
	if (nested)
		nested->depth = record->depth + 1;
	return nested;
}

struct inspect_record *inspect_cell_record(struct inspect_record *record, unsigned int column)
{
	struct cell *cell = cell_nested(record, column, INSPECT_CELL_RECORD);

	if (!cell)
		return NULL;
	if (!cell->records.first) {
		cell->records.first = record_nest(record, column);
		if (!cell->records.first)
			cell->state = CELL_LEFT_OUT;
	}
	return cell->records.first;
}

void inspect_cell_adopt(struct inspect_record *record, unsigned int column, struct inspect_record *nested)
{
	struct cell *cell = nested ? cell_value(record, column, INSPECT_CELL_RECORD) : NULL;

	if (!cell)
		return;
	if (nested->pool != record->pool || nested->schema != record->schema->columns[column].nested || nested->next) {
		cell->state = CELL_LEFT_OUT;
		record_misused(record, column);
		return;
	}
	cell->records.first = nested;
}

void inspect_cell_records(struct inspect_record *record, unsigned int column)
{
	cell_value(record, column, INSPECT_CELL_RECORDS);
}

struct inspect_record *inspect_cell_append(struct inspect_record *record, unsigned int column)
{
	struct cell *cell = cell_nested(record, column, INSPECT_CELL_RECORDS);
	struct inspect_record *element;

	if (!cell)
		return NULL;
	element = record_nest(record, column);
	if (!element)
		return NULL;
	if (cell->records.last)
		cell->records.last->next = element;
	else
		cell->records.first = element;
	cell->records.last = element;
	return element;
}

void inspect_cell_leave_out(struct inspect_record *record, unsigned int column)
{
	cell_clear(record, column);
}

void inspect_cell_absent(struct inspect_record *record, unsigned int column)
{
	struct cell *cell = cell_clear(record, column);

	if (cell)
		cell->state = CELL_ABSENT;
}

/* Gives @cell its trouble and @state. */
static void cell_set_trouble(struct inspect_record *record, unsigned int column, enum cell_state state,
			     struct cell_trouble trouble)
{
	struct arena *arena = &record->pool->arena;
	struct cell_trouble *copy;

	if (!trouble.fault && !trouble.cause) {
		record_misused(record, column);
		return;
	}
	copy = arena_alloc(arena, sizeof(*copy));
	if (copy) {
		*copy = trouble;
		copy->cause = trouble.cause ? arena_strdup(arena, trouble.cause) : NULL;
	}
	if (!copy || (trouble.cause && !copy->cause)) {
		record->pool->failed = true;
		return;
	}
	record->cells[column].trouble = copy;
	record->cells[column].state = state;
}

/* Trouble instead of a value. */
static void cell_fail(struct inspect_record *record, unsigned int column, struct cell_trouble trouble)
{
	if (cell_clear(record, column))
		cell_set_trouble(record, column, CELL_FAULT, trouble);
}

/* Trouble beside a value; a cell that has none just fails. */
static void cell_doubt(struct inspect_record *record, unsigned int column, struct cell_trouble trouble)
{
	if (record && column < record->schema->count && cell_has_value(&record->cells[column]))
		cell_set_trouble(record, column, CELL_SUSPECT, trouble);
	else
		cell_fail(record, column, trouble);
}

void inspect_cell_fault(struct inspect_record *record, unsigned int column, enum inspect_fault fault, uint64_t address)
{
	cell_fail(record, column, (struct cell_trouble){ .fault = fault, .address = address });
}

void inspect_cell_damaged(struct inspect_record *record, unsigned int column, uint64_t address, const char *cause)
{
	cell_fail(record, column, (struct cell_trouble){ .address = address, .cause = cause });
}

void inspect_cell_cut(struct inspect_record *record, unsigned int column, enum inspect_fault fault, uint64_t address)
{
	cell_doubt(record, column, (struct cell_trouble){ .fault = fault, .address = address });
}

void inspect_cell_suspect(struct inspect_record *record, unsigned int column, uint64_t address, const char *cause)
{
	cell_doubt(record, column, (struct cell_trouble){ .address = address, .cause = cause });
}
