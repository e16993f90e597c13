/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/workers.h"
#include "kallsyms.h"

#define FILTER_BITS 1024

struct search {
	const struct kallsyms_names *names;
	struct kallsyms_expected *expected;
	uint64_t filter[FILTER_BITS / 64]; /* the set of the prefixes that are looked for; it may say yes too often */
	atomic_uint next;                  /* the first name that no worker took */
};

/* Names that a worker takes at a time. */
#define BATCH 16384

static unsigned int filter_bit(uint32_t prefix)
{
	return prefix * UINT32_C(0x9e3779b1) >> 22;
}

/* Of several symbols of one name the first counts, whichever worker meets it. */
static void keep_first(atomic_uint *symbol, uint32_t i)
{
	unsigned int before = atomic_load(symbol);

	while (i < before && !atomic_compare_exchange_weak(symbol, &before, i))
		;
}

static void try_symbol(struct search *search, uint32_t i)
{
	uint32_t hash = kallsyms_name_hash(search->names, i);
	char name[KALLSYMS_NAME_SIZE];

	for (size_t k = 0; k < search->expected->count; k++) {
		struct kallsyms_expected_name *item = &search->expected->items[k];

		if (item->hash != hash)
			continue;
		kallsyms_names_expand(search->names, i, name);
		if (name[0] && !strcmp(name + 1, item->name))
			keep_first(&item->symbol, i);
	}
}

static void work(void *arg, unsigned int number)
{
	struct search *search = arg;
	uint32_t count = search->names->count, first;

	(void)number;
	while ((first = atomic_fetch_add(&search->next, BATCH)) < count) {
		uint32_t end = count - first > BATCH ? first + BATCH : count;

		for (uint32_t i = first; i < end; i++) {
			unsigned int bit = filter_bit(kallsyms_name_prefix(search->names, i));

			if (search->filter[bit / 64] >> bit % 64 & 1)
				try_symbol(search, i);
		}
	}
}

void kallsyms_expected_init(struct kallsyms_expected *expected, const struct kallsyms_names *names,
			    const char *const *strings, size_t count)
{
	struct search search = { .names = names, .expected = expected };

	*expected = (struct kallsyms_expected){ .items = calloc(count, sizeof(*expected->items)) };
	if (!expected->items)
		return;
	for (; expected->count < count; expected->count++) {
		const char *name = strings[expected->count];
		unsigned int bit = filter_bit(kallsyms_prefix(name));

		expected->items[expected->count].name = name;
		expected->items[expected->count].hash = kallsyms_hash(name);
		expected->items[expected->count].symbol = KALLSYMS_NONE;
		search.filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
	workers_run(workers_count(names->count / BATCH), work, &search);
}

void kallsyms_expected_deinit(struct kallsyms_expected *expected)
{
	free(expected->items);
	*expected = (struct kallsyms_expected){ 0 };
}

bool kallsyms_expected_find(const struct kallsyms_expected *expected, const char *name, uint32_t *symbol_ret)
{
	for (size_t i = 0; i < expected->count; i++) {
		if (strcmp(expected->items[i].name, name) != 0)
			continue;
		*symbol_ret = expected->items[i].symbol;
		return true;
	}
	return false;
}
