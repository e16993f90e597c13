/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the BTF provider share: its scope (btf.c), how records become types (btf_types.c) and how names
 * are found (btf_index.c).
 */
#ifndef DWARF_BTF_SCOPE_H
#define DWARF_BTF_SCOPE_H

#include "btf_validate.h"
#include "core/scope.h"

/*
 * Kinds by whose names types are looked up in the first place; functions and variables, often more, have an index
 * apart.
 */
#define BTF_TYPE_NAMES                                                                                                \
	(TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_BOOL) | TYPE_BIT(TYPE_FLOAT) | TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM) | \
	 TYPE_BIT(TYPE_TYPEDEF))
#define BTF_ENTRY_NAMES (TYPE_BIT(TYPE_FUNC) | TYPE_BIT(TYPE_VARIABLE) | TYPE_BIT(TYPE_SECTION))

struct btf_index_entry {
	uint32_t id;
	uint32_t next; /* number of the next entry of the bucket, ids ascending; 0: the last */
};

/* The ids of some kinds by name: buckets of chains, since a hostile blob can give all types the same name. */
struct btf_index {
	struct btf_index_entry *entries; /* NULL: not built yet; entry 0 is not used */
	uint32_t *buckets;               /* number of the first entry; 0: none */
	uint32_t mask;
};

struct btf_scope {
	struct scope scope;
	void *bytes;           /* owned; what the blob points into */
	struct btf_blob blob;
	struct type **nodes;   /* those handed out, by id - first_id: checked, and so is what they need of others */
	struct type void_type; /* id 0; the base's serves for split BTF */
	struct btf_index types;
	struct btf_index entries;
};

static inline struct btf_scope *btf_scope_of(struct scope *scope)
{
	return (struct btf_scope *)scope;
}

/* The kind of a record, as far as the record itself tells; TYPE_TAG for kinds that are newer than this code. */
enum type_kind btf_record_kind(const struct btf_type *record);
/* Whether it declares a struct, union or enum without defining it. */
bool btf_record_is_declaration(const struct btf_type *record);

/* scope_ops.by_id and scope_ops.complete. */
struct inspect_error *btf_scope_by_id(struct scope *scope, uint32_t id, struct type **type_ret);
struct inspect_error *btf_scope_complete(struct scope *scope, struct type *type);
/* scope_ops.enumerator: no index, since one is asked for at a time, and not often. */
struct inspect_error *btf_scope_enumerator(struct scope *scope, const char *name, struct type **type_ret,
					   uint32_t *index_ret);

/*
 * The number of the first entry of @name's bucket in the index that has @kinds (either of the two sets above), 0 for
 * none; the index is built on the first call. Entries may have other names.
 */
struct inspect_error *btf_index_first(struct btf_scope *scope, struct btf_index *index, unsigned int kinds,
				      const char *name, uint32_t *number_ret);
void btf_index_deinit(struct btf_index *index);

/*
 * The id of the only definition of @kind (struct, union or enum) with @name in @scope itself; 0 where there is none
 * or more than one. *@ambiguous_ret tells these apart.
 */
struct inspect_error *btf_find_definition(struct btf_scope *scope, const char *name, enum type_kind kind,
					  uint32_t *id_ret, bool *ambiguous_ret);

#endif
