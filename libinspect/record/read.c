/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a record holds, for programs. */
#include <inspect/record.h>

#include <string.h>

#include "base/error.h"
#include "record/cell.h"

const struct inspect_schema *inspect_record_schema(const struct inspect_record *record)
{
	return record ? record->schema : NULL;
}

struct inspect_error *inspect_record_error(const struct inspect_record *record)
{
	const struct inspect_pool *pool;

	if (!record || record->pool->failed)
		return &error_nomem;
	pool = record->pool;
	if (!pool->misused)
		return NULL;
	return error_create(INSPECT_ERROR_USAGE, "%s record: column %u (%s) was set to what it cannot hold",
			    pool->misused->name, pool->misused_column,
			    pool->misused_column < pool->misused->count ?
				    pool->misused->columns[pool->misused_column].key : "none");
}

static const struct cell *cell_at(const struct inspect_record *record, unsigned int column)
{
	return record && column < record->schema->count ? &record->cells[column] : NULL;
}

/* The cell if it has a value and its kind, whose bit in @kinds is 1 << kind, fits. */
static const struct cell *cell_of(const struct inspect_record *record, unsigned int column, unsigned int kinds)
{
	const struct cell *cell = cell_at(record, column);

	if (!cell || !cell_has_value(cell) || !(1u << record->schema->columns[column].kind & kinds))
		return NULL;
	return cell;
}

enum inspect_cell_state inspect_get_state(const struct inspect_record *record, unsigned int column)
{
	const struct cell *cell = cell_at(record, column);

	return cell ? (enum inspect_cell_state)cell->state : INSPECT_STATE_LEFT_OUT;
}

const char *inspect_get_trouble(const struct inspect_record *record, unsigned int column, uint64_t *address_ret)
{
	const struct cell *cell = cell_at(record, column);

	if (!cell || !cell->trouble)
		return NULL;
	if (address_ret)
		*address_ret = cell->trouble->address;
	return cell_trouble_cause(cell->trouble);
}

bool inspect_get_u64(const struct inspect_record *record, unsigned int column, uint64_t *value_ret)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_U64 | 1u << INSPECT_CELL_ADDRESS);

	if (cell)
		*value_ret = cell->u64;
	return cell != NULL;
}

bool inspect_get_s64(const struct inspect_record *record, unsigned int column, int64_t *value_ret)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_S64 | 1u << INSPECT_CELL_TIME);
	const struct cell *enumerator = cell_of(record, column, 1u << INSPECT_CELL_ENUM);

	if (cell)
		*value_ret = cell->s64;
	else if (enumerator)
		*value_ret = enumerator->enumerator.number;
	return cell || enumerator;
}

bool inspect_get_bool(const struct inspect_record *record, unsigned int column, bool *value_ret)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_BOOL);

	if (cell)
		*value_ret = cell->boolean;
	return cell != NULL;
}

const char *inspect_get_string(const struct inspect_record *record, unsigned int column, size_t *length_ret)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_STRING);
	const struct cell *enumerator = cell_of(record, column, 1u << INSPECT_CELL_ENUM);
	const char *string = cell ? cell->string.bytes : enumerator ? enumerator->enumerator.short_name : NULL;

	if (string && length_ret)
		*length_ret = cell ? cell->string.length : strlen(string);
	return string;
}

const char *inspect_get_enumerator(const struct inspect_record *record, unsigned int column)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_ENUM);

	return cell ? cell->enumerator.name : NULL;
}

const uint64_t *inspect_get_u64s(const struct inspect_record *record, unsigned int column, size_t *count_ret)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_U64S);

	if (!cell)
		return NULL;
	*count_ret = cell->u64s.count;
	return cell->u64s.items;
}

const struct inspect_record *inspect_get_record(const struct inspect_record *record, unsigned int column)
{
	const struct cell *cell = cell_of(record, column, 1u << INSPECT_CELL_RECORD | 1u << INSPECT_CELL_RECORDS);

	return cell ? cell->records.first : NULL;
}

const struct inspect_record *inspect_next_record(const struct inspect_record *record)
{
	return record ? record->next : NULL;
}
