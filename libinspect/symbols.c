/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public view of symbols. */
#include <stdlib.h>
#include <string.h>

#include <inspect/report.h>

#include "base/error.h"
#include "handle.h"

static const struct inspect_column symbol_columns[] = {
	[INSPECT_SYMBOL_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_SYMBOL_LETTER] = { .key = "letter", .kind = INSPECT_CELL_STRING },
	[INSPECT_SYMBOL_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_SYMBOL_MODULE] = { .key = "module", .kind = INSPECT_CELL_STRING },
	[INSPECT_SYMBOL_SIZE] = { .key = "size", .kind = INSPECT_CELL_U64 },
	[INSPECT_SYMBOL_OFFSET] = { .key = "offset", .kind = INSPECT_CELL_ADDRESS },
};
const struct inspect_schema inspect_symbol_schema = INSPECT_SCHEMA("symbol", symbol_columns);

struct inspect_symbol_walk {
	struct symbols *symbols;
	size_t table;
	uint64_t cursor;
	const char *name; /* NULL: all */
};

struct inspect_error *inspect_symbol_walk_create(struct inspect *inspect, struct inspect_symbol_walk **walk_ret)
{
	struct inspect_symbol_walk *walk = calloc(1, sizeof(*walk));

	if (!walk)
		return &error_nomem;
	walk->symbols = &inspect->kernel.symbols;
	*walk_ret = walk;
	return NULL;
}

void inspect_symbol_walk_destroy(struct inspect_symbol_walk *walk)
{
	free(walk);
}

void inspect_symbol_walk_select(struct inspect_symbol_walk *walk, const char *name)
{
	walk->name = name;
}

static struct inspect_record *symbol_record(const struct symbol *symbol, struct inspect_pool *pool)
{
	struct inspect_record *record = inspect_record_create(&inspect_symbol_schema, pool);

	inspect_cell_address(record, INSPECT_SYMBOL_ADDRESS, symbol->address);
	inspect_cell_string(record, INSPECT_SYMBOL_LETTER, &symbol->letter, 1);
	inspect_cell_cstring(record, INSPECT_SYMBOL_NAME, symbol->name);
	if (symbol->module)
		inspect_cell_cstring(record, INSPECT_SYMBOL_MODULE, symbol->module);
	if (symbol->size)
		inspect_cell_u64(record, INSPECT_SYMBOL_SIZE, symbol->size);
	return record;
}

/* The next symbol of the current table that is selected. */
static bool next_of_table(struct inspect_symbol_walk *walk, struct symbol *symbol)
{
	struct symbol_table *table = walk->symbols->items[walk->table];

	while (table->ops->next(table, &walk->cursor, symbol)) {
		if (!walk->name || !strcmp(symbol->name, walk->name))
			return true;
	}
	return false;
}

bool inspect_symbol_walk_next(struct inspect_symbol_walk *walk, struct inspect_pool *pool,
			      struct inspect_record **record_ret)
{
	struct symbol symbol;

	for (; walk->table < walk->symbols->count; walk->table++, walk->cursor = 0) {
		if (next_of_table(walk, &symbol))
			break;
	}
	if (walk->table == walk->symbols->count)
		return false;
	*record_ret = symbol_record(&symbol, pool);
	return true;
}

bool inspect_symbol_find(struct inspect *inspect, const char *name, struct inspect_pool *pool,
			 struct inspect_record **record_ret)
{
	struct symbol symbol;

	if (!symbols_find(&inspect->kernel.symbols, name, &symbol))
		return false;
	*record_ret = symbol_record(&symbol, pool);
	return true;
}

bool inspect_symbol_at(struct inspect *inspect, uint64_t address, struct inspect_pool *pool,
		       struct inspect_record **record_ret)
{
	struct symbol symbol;

	if (!symbols_lookup(&inspect->kernel.symbols, address, &symbol))
		return false;
	*record_ret = symbol_record(&symbol, pool);
	inspect_cell_address(*record_ret, INSPECT_SYMBOL_OFFSET, address - symbol.address);
	return true;
}
