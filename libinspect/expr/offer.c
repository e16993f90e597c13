/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/offer.h"

#include "core/type.h"

/*
 * Levels of anonymous members inside of each other, and how many members are looked at: types may come from a hostile
 * dump.
 */
#define LEVELS_MAX 8
#define MEMBERS_MAX (256u << 10)

void offer_symbols(const struct symbols *symbols, offer_fn *offer, void *arg)
{
	struct symbol symbol;

	for (size_t i = 0; i < symbols->count; i++) {
		struct symbol_table *table = symbols->items[i];

		for (uint64_t cursor = 0; table->ops->next(table, &cursor, &symbol);)
			offer(arg, symbol.name);
	}
}

static void offer_types_of(struct scope *scope, unsigned int kinds, offer_fn *offer, void *arg)
{
	uint32_t first = scope->base ? scope->base->type_count : 0;

	for (uint32_t id = first; id < scope->type_count; id++) {
		struct type *type;
		struct inspect_error *error = scope_by_id(scope, id, &type);

		if (error)
			inspect_error_destroy(error);
		else if (type->name && TYPE_BIT(type->kind) & kinds)
			offer(arg, type->name);
	}
}

void offer_types(const struct scopes *scopes, unsigned int kinds, offer_fn *offer, void *arg)
{
	for (size_t i = 0; i < scopes->count; i++)
		offer_types_of(scopes->items[i], kinds, offer, arg);
}

struct member_offers {
	offer_fn *offer;
	void *arg;
	size_t left;
};

static void offer_members_of(struct member_offers *offers, const struct type *type, unsigned int level)
{
	for (uint32_t i = 0; i < type->count && level < LEVELS_MAX && offers->left; i++) {
		const struct type_member *member = &type->members[i];
		struct inspect_error *error;
		struct type *inner;

		offers->left--;
		if (member->name) {
			offers->offer(offers->arg, member->name);
			continue;
		}
		error = type_underlying(member->type, &inner);
		if (!error)
			error = type_complete(inner);
		if (!error && TYPE_BIT(inner->kind) & TYPE_BITS_COMPOUND)
			offer_members_of(offers, inner, level + 1);
		inspect_error_destroy(error);
	}
}

void offer_members(const struct type *type, offer_fn *offer, void *arg)
{
	struct member_offers offers = { offer, arg, MEMBERS_MAX };

	offer_members_of(&offers, type, 0);
}
