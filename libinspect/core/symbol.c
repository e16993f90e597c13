/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/symbol.h"

#include <string.h>

#include "base/error.h"
#include "base/vec.h"

void symbols_init(struct symbols *symbols)
{
	memset(symbols, 0, sizeof(*symbols));
}

void symbols_deinit(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->count; i++)
		symbols->items[i]->ops->destroy(symbols->items[i]);
	vec_deinit(symbols);
}

struct inspect_error *symbols_add(struct symbols *symbols, struct symbol_table *table)
{
	if (vec_push(symbols, table))
		return NULL;
	table->ops->destroy(table);
	return &error_nomem;
}

bool symbols_find(struct symbols *symbols, const char *name, struct symbol *out)
{
	for (size_t i = 0; i < symbols->count; i++) {
		if (symbols->items[i]->ops->find(symbols->items[i], name, out))
			return true;
	}
	return false;
}

void symbols_expect(struct symbols *symbols, const char *const *names, size_t count)
{
	for (size_t i = 0; i < symbols->count; i++) {
		if (symbols->items[i]->ops->expect)
			symbols->items[i]->ops->expect(symbols->items[i], names, count);
	}
}

bool symbols_lookup(struct symbols *symbols, uint64_t address, struct symbol *out)
{
	for (size_t i = 0; i < symbols->count; i++) {
		if (symbols->items[i]->ops->lookup(symbols->items[i], address, out))
			return true;
	}
	return false;
}

uint64_t symbols_address(struct symbols *symbols, const char *name)
{
	struct symbol symbol;

	for (size_t i = 0; i < symbols->count; i++) {
		struct symbol_table *table = symbols->items[i];

		if (!table->dynamic && table->ops->find(table, name, &symbol))
			return symbol.address;
	}
	return 0;
}
