/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/dynamic_symbols.h"

#include <stdlib.h>

#include "base/error.h"
#include "kernel/walk.h"

struct dynamic_symbols {
	struct symbol_table table;
	struct kernel *kernel;
	const char *name;
	dynamic_symbols_fn *collect;
	bool collected;
	struct symbol_table *made; /* NULL: not yet, or it failed */
};

static struct symbol_table *dynamic_made(struct symbol_table *table)
{
	struct dynamic_symbols *dynamic = (struct dynamic_symbols *)table;
	struct inspect_error *error;
	struct symbol_array *array;

	if (dynamic->collected)
		return dynamic->made;
	dynamic->collected = true; /* collecting looks symbols up itself */
	array = symbol_array_create(dynamic->name, false);
	error = array ? dynamic->collect(dynamic->kernel, array) : &error_nomem;
	kernel_problem(dynamic->kernel, error_context(error, "%s symbols", dynamic->name));
	if (array)
		kernel_problem(dynamic->kernel, symbol_array_finish(array, &dynamic->made));
	table->count = dynamic->made ? dynamic->made->count : 0;
	return dynamic->made;
}

static bool dynamic_next(struct symbol_table *table, uint64_t *cursor, struct symbol *out)
{
	struct symbol_table *made = dynamic_made(table);

	return made && made->ops->next(made, cursor, out);
}

static bool dynamic_find(struct symbol_table *table, const char *name, struct symbol *out)
{
	struct symbol_table *made = dynamic_made(table);

	return made && made->ops->find(made, name, out);
}

static bool dynamic_lookup(struct symbol_table *table, uint64_t address, struct symbol *out)
{
	struct symbol_table *made = dynamic_made(table);

	return made && made->ops->lookup(made, address, out);
}

static void dynamic_forget(struct dynamic_symbols *dynamic)
{
	if (dynamic->made)
		dynamic->made->ops->destroy(dynamic->made);
	dynamic->made = NULL;
	dynamic->collected = false;
	dynamic->table.count = 0;
}

static void dynamic_destroy(struct symbol_table *table)
{
	dynamic_forget((struct dynamic_symbols *)table);
	free(table);
}

static const struct symbol_table_ops dynamic_ops = {
	.name = "dynamic",
	.next = dynamic_next,
	.find = dynamic_find,
	.lookup = dynamic_lookup,
	.destroy = dynamic_destroy,
};

struct inspect_error *dynamic_symbols_list(struct kernel *kernel, uint64_t head, struct symbol_array *array,
					   dynamic_symbols_node_fn *add)
{
	struct inspect_error *first = NULL, *error;
	struct walk_item item;
	struct walk walk;

	walk_list(&walk, kernel, head);
	while (first != &error_nomem && walk_next(&walk, &item)) {
		error = add(kernel, item.address, array);
		if (!first)
			first = error;
		else
			inspect_error_destroy(error);
	}
	error = walk_finish(&walk);
	if (!first)
		return error;
	inspect_error_destroy(error);
	return first;
}

struct inspect_error *dynamic_symbols_add(struct kernel *kernel, const char *name, dynamic_symbols_fn *collect)
{
	struct dynamic_symbols *dynamic = calloc(1, sizeof(*dynamic));

	if (!dynamic)
		return &error_nomem;
	dynamic->table.ops = &dynamic_ops;
	dynamic->table.dynamic = true;
	dynamic->kernel = kernel;
	dynamic->name = name;
	dynamic->collect = collect;
	return symbols_add(&kernel->symbols, &dynamic->table);
}

void dynamic_symbols_forget(struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->count; i++) {
		if (symbols->items[i]->ops == &dynamic_ops)
			dynamic_forget((struct dynamic_symbols *)symbols->items[i]);
	}
}
