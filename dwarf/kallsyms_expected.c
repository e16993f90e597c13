/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "kallsyms.h"

#define FILTER_BITS 1024

struct search {
	const struct kallsyms_names *names;
	struct kallsyms_expected *expected;
	uint64_t filter[FILTER_BITS / 64]; /* the set of the prefixes that are looked for; it may say yes too often */
};

static unsigned int filter_bit(uint32_t prefix)
{
	return prefix * UINT32_C(0x9e3779b1) >> 22;
}

static void try_symbol(struct search *search, uint32_t i)
{
	uint32_t hash = kallsyms_name_hash(search->names, i);
	char name[KALLSYMS_NAME_SIZE];

	for (size_t k = 0; k < search->expected->count; k++) {
		struct kallsyms_expected_name *item = &search->expected->items[k];

		if (item->hash != hash || item->symbol != KALLSYMS_NONE)
			continue;
		kallsyms_names_expand(search->names, i, name);
		if (name[0] && !strcmp(name + 1, item->name))
			item->symbol = i;
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

		expected->items[expected->count] = (struct kallsyms_expected_name){
			.name = name,
			.hash = kallsyms_hash(name),
			.symbol = KALLSYMS_NONE,
		};
		search.filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
	for (uint32_t i = 0; i < names->count; i++) {
		unsigned int bit = filter_bit(kallsyms_name_prefix(names, i));

		if (search.filter[bit / 64] >> bit % 64 & 1)
			try_symbol(&search, i);
	}
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
