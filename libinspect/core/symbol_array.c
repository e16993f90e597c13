/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/symbol_array.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/vec.h"
#include "core/symbol_choice.h"
#include "core/symbol_index.h"

/* Names are looked for one by one so often before they are indexed, which costs as much as five such searches. */
#define SCANS_MAX 3

struct symbol_array_entry {
	const char *name;
	const char *module;
	uint64_t size;
	char letter;
};

struct symbol_array {
	struct symbol_table table; /* first: the table is the array */
	struct symbol_table_ops ops; /* a copy for the sake of its name */
	bool contiguous;
	struct arena arena;
	VEC(struct symbol_array_entry) entries;
	VEC(uint64_t) addresses;
	const char *last_module; /* the copy that most additions share */
	unsigned int scans;
	struct symbol_index index;
	struct symbol_choice choice;
	bool has_choice; /* it is built */
};

static void array_get(struct symbol_array *array, size_t i, struct symbol *out)
{
	const struct symbol_array_entry *entry = &array->entries.items[i];

	out->name = entry->name;
	out->module = entry->module;
	out->address = array->addresses.items[i];
	out->size = entry->size;
	out->letter = entry->letter;
	if (!out->size && array->contiguous)
		out->size = symbol_index_distance(&array->index, i);
}

static bool array_next(struct symbol_table *table, uint64_t *cursor, struct symbol *out)
{
	if (*cursor >= table->count)
		return false;
	array_get((struct symbol_array *)table, (size_t)(*cursor)++, out);
	return true;
}

static void array_index_names(struct symbol_array *array)
{
	for (size_t i = 0; i < array->entries.count; i++) {
		const char *name = array->entries.items[i].name;

		array->index.hashes[i] = hash_string(name, strlen(name));
	}
	symbol_index_build_names(&array->index);
}

static bool array_scan(struct symbol_array *array, const char *name, struct symbol *out)
{
	for (size_t i = 0; i < array->entries.count; i++) {
		if (!strcmp(array->entries.items[i].name, name)) {
			array_get(array, i, out);
			return true;
		}
	}
	return false;
}

static bool array_find(struct symbol_table *table, const char *name, struct symbol *out)
{
	struct symbol_array *array = (struct symbol_array *)table;
	const uint32_t *bucket;
	uint32_t hash;
	size_t count;

	if (array->scans < SCANS_MAX) {
		array->scans++;
		return array_scan(array, name, out);
	}
	if (!array->index.has_names)
		array_index_names(array);
	hash = hash_string(name, strlen(name));
	bucket = symbol_index_bucket(&array->index, hash, &count);
	for (size_t i = 0; i < count; i++) {
		if (array->index.hashes[bucket[i]] == hash && !strcmp(array->entries.items[bucket[i]].name, name)) {
			array_get(array, bucket[i], out);
			return true;
		}
	}
	return false;
}

static void array_build_choice(struct symbol_array *array)
{
	for (size_t i = 0; i < array->entries.count; i++) {
		const struct symbol_array_entry *entry = &array->entries.items[i];

		symbol_choice_add(&array->choice, (uint32_t)i, array->addresses.items[i], entry->size,
				  symbol_binding_of(entry->letter));
	}
	symbol_choice_build(&array->choice);
	array->has_choice = true;
}

static bool array_lookup(struct symbol_table *table, uint64_t address, struct symbol *out)
{
	struct symbol_array *array = (struct symbol_array *)table;
	struct symbol symbol;
	uint32_t i;

	if (!array->has_choice)
		array_build_choice(array);
	/* What tables hold in the user's half (the per-CPU variables of x86-64 before 6.15) are offsets. */
	if (address < SYMBOL_USER_HALF_END || !symbol_choice_at(&array->choice, address, &i))
		return false;
	array_get(array, i, &symbol);
	if (address != symbol.address && address - symbol.address >= symbol.size)
		return false;
	*out = symbol;
	return true;
}

void symbol_array_destroy(struct symbol_array *array)
{
	if (!array)
		return;
	symbol_choice_deinit(&array->choice);
	symbol_index_deinit(&array->index);
	vec_deinit(&array->addresses);
	vec_deinit(&array->entries);
	arena_deinit(&array->arena);
	free(array);
}

static void array_destroy(struct symbol_table *table)
{
	symbol_array_destroy((struct symbol_array *)table);
}

struct symbol_array *symbol_array_create(const char *name, bool contiguous)
{
	struct symbol_array *array = calloc(1, sizeof(*array));

	if (!array)
		return NULL;
	array->ops = (struct symbol_table_ops){
		.name = name,
		.next = array_next,
		.find = array_find,
		.lookup = array_lookup,
		.destroy = array_destroy,
	};
	array->table.ops = &array->ops;
	array->contiguous = contiguous;
	arena_init(&array->arena);
	return array;
}

const char *symbol_array_keep(struct symbol_array *array, const char *strings, size_t size)
{
	return arena_strndup(&array->arena, size ? strings : "", size);
}

bool symbol_array_add(struct symbol_array *array, const struct symbol *symbol)
{
	struct symbol kept = *symbol;

	kept.name = arena_strdup(&array->arena, symbol->name);
	return kept.name && symbol_array_add_kept(array, &kept);
}

bool symbol_array_add_kept(struct symbol_array *array, const struct symbol *symbol)
{
	struct symbol_array_entry entry = { .name = symbol->name, .size = symbol->size, .letter = symbol->letter };

	if (symbol->module) {
		if (!array->last_module || strcmp(array->last_module, symbol->module) != 0)
			array->last_module = arena_strdup(&array->arena, symbol->module);
		if (!array->last_module)
			return false;
		entry.module = array->last_module;
	}
	if (!vec_push(&array->addresses, symbol->address))
		return false;
	return vec_push(&array->entries, entry);
}

struct inspect_error *symbol_array_finish(struct symbol_array *array, struct symbol_table **table_ret)
{
	if (!symbol_index_init(&array->index, array->addresses.items, array->entries.count) ||
	    !symbol_choice_init(&array->choice, array->entries.count)) {
		symbol_array_destroy(array);
		return &error_nomem;
	}
	array->table.count = array->entries.count;
	*table_ret = &array->table;
	return NULL;
}
