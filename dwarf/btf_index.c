/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "btf_scope.h"

/* Hashing stops here: a hostile blob may have a million types with one name of megabytes. */
#define HASHED_LENGTH 256

static uint32_t name_hash(const char *name)
{
	return hash_string(name, strnlen(name, HASHED_LENGTH));
}

/* Whether a type of this BTF kind may be one of @kinds, as a bit for each. */
static uint32_t btf_kinds_of(unsigned int kinds)
{
	uint32_t set = 0;

	for (unsigned int kind = 0; kind < BTF_KINDS_KNOWN; kind++) {
		/*
		 * An int may be a bool, too, and a declaration one of a union; of all sets that are used both are
		 * members.
		 */
		const struct {
			struct btf_type record;
			uint32_t data;
		} sample = { .record.info = kind << 24 };

		if (TYPE_BIT(btf_record_kind(&sample.record)) & kinds)
			set |= UINT32_C(1) << kind;
	}
	return set;
}

static struct inspect_error *index_build(const struct btf_scope *scope, struct btf_index *index, unsigned int kinds)
{
	uint32_t own = scope->scope.type_count - scope->blob.first_id;
	uint32_t number = 0, buckets = 64, set = btf_kinds_of(kinds);

	/*
	 * Of all types, a quarter to a half are found in one index. What is not used of the entries is never touched.
	 */
	while (buckets < own / 4)
		buckets *= 2;
	index->buckets = calloc(buckets, sizeof(*index->buckets));
	index->entries = malloc(((size_t)own + 1) * sizeof(*index->entries));
	if (!index->buckets || !index->entries) {
		btf_index_deinit(index);
		return &error_nomem;
	}
	index->mask = buckets - 1;
	/* From the last to the first, so that each chain ascends. */
	for (uint32_t id = scope->scope.type_count; id-- > scope->blob.first_id;) {
		const struct btf_type *record = btf_record(&scope->blob, id);
		uint32_t *bucket;

		/* A name that lies nowhere cannot be asked for; the type itself is checked when it is. */
		if (!record->name_off || record->name_off >= scope->blob.string_end ||
		    btf_info_kind(record->info) >= BTF_KINDS_KNOWN || !(set >> btf_info_kind(record->info) & 1))
			continue;
		bucket = &index->buckets[name_hash(btf_string(&scope->blob, record->name_off)) & index->mask];
		index->entries[++number] = (struct btf_index_entry){ .id = id, .next = *bucket };
		*bucket = number;
	}
	return NULL;
}

void btf_index_deinit(struct btf_index *index)
{
	free(index->buckets);
	free(index->entries);
	*index = (struct btf_index){ 0 };
}

struct inspect_error *btf_index_first(struct btf_scope *scope, struct btf_index *index, unsigned int kinds,
				      const char *name, uint32_t *number_ret)
{
	if (!index->entries) {
		struct inspect_error *error = index_build(scope, index, kinds);

		if (error)
			return error;
	}
	*number_ret = index->buckets[name_hash(name) & index->mask];
	return NULL;
}

struct inspect_error *btf_find_definition(struct btf_scope *scope, const char *name, enum type_kind kind,
					  uint32_t *id_ret, bool *ambiguous_ret)
{
	struct inspect_error *error;
	uint32_t number, found = 0;

	error = btf_index_first(scope, &scope->types, BTF_TYPE_NAMES, name, &number);
	if (error)
		return error;
	*ambiguous_ret = false;
	for (; number && !*ambiguous_ret; number = scope->types.entries[number].next) {
		uint32_t id = scope->types.entries[number].id;
		const struct btf_type *record = btf_record(&scope->blob, id);

		if (btf_record_kind(record) != kind || btf_record_is_declaration(record) ||
		    strcmp(btf_string(&scope->blob, record->name_off), name))
			continue;
		*ambiguous_ret = found != 0;
		found = id;
	}
	*id_ret = *ambiguous_ret ? 0 : found;
	return NULL;
}

static struct inspect_error *enum_of(struct btf_scope *scope, uint32_t id, struct type **type_ret)
{
	struct inspect_error *error = btf_scope_by_id(&scope->scope, id, type_ret);

	return error ? error : type_complete(*type_ret);
}

/* A search passes over what is damaged: what it looks for may well be elsewhere. */
static bool is_damaged(const struct btf_scope *scope, uint32_t id)
{
	struct inspect_error *error = btf_check_type(&scope->blob, id);

	inspect_error_destroy(error);
	return error;
}

struct inspect_error *btf_scope_enumerator(struct scope *base, const char *name, struct type **type_ret,
					   uint32_t *index_ret)
{
	struct btf_scope *scope = btf_scope_of(base);

	for (uint32_t id = scope->blob.first_id; id < scope->scope.type_count; id++) {
		const struct btf_type *record = btf_record(&scope->blob, id);
		const struct btf_enum *narrow = (const struct btf_enum *)(record + 1);
		const struct btf_enum64 *wide = (const struct btf_enum64 *)(record + 1);
		const bool is_wide = btf_info_kind(record->info) == BTF_KIND_ENUM64;

		if (btf_record_kind(record) != TYPE_ENUM || is_damaged(scope, id))
			continue;
		for (uint32_t i = 0; i < btf_info_vlen(record->info); i++) {
			uint32_t offset = is_wide ? wide[i].name_off : narrow[i].name_off;

			if (strcmp(btf_string(&scope->blob, offset), name))
				continue;
			*index_ret = i;
			return enum_of(scope, id, type_ret);
		}
	}
	return NULL;
}
