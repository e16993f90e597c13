/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's types as records: looked up by name, searched by a pattern or by a member. */
#ifndef INSPECT_TYPE_H
#define INSPECT_TYPE_H

#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

enum inspect_type_column {
	INSPECT_TYPE_NAME,   /* "struct bpf_prog", "u8" */
	INSPECT_TYPE_KIND,   /* "struct", "union", "enum", "typedef", "int", … */
	INSPECT_TYPE_SOURCE, /* "vmlinux", a module's name, a file's */
	INSPECT_TYPE_SIZE,   /* left out where it is only declared */
	INSPECT_TYPE_MEMBER, /* search by member: its declaration, "struct bpf_map *map" */
	INSPECT_TYPE_OFFSET, /* … and where it lies, in bytes */
	INSPECT_TYPE_TEXT,   /* look-up by name: the definition, several lines of C */
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_type_schema;

/* One of name, pattern and member is wanted; pattern and member may go together. Only used during the call. */
struct inspect_type_query {
	size_t size;         /* sizeof(struct inspect_type_query) */
	/*
	 * With or without "struct ", "union " or "enum " before it: without, of any kind. What is no name is any type, as
	 * "struct list_head *", or an expression (expr.h), whose type is meant.
	 */
	const char *name;
	const char *pattern; /* POSIX extended regular expression: types whose names match */
	const char *member;  /* structs and unions that have a member of that name */
	bool offsets;        /* TEXT tells where each member lies, as pahole does */
};

struct inspect_type_walk;

/*
 * Finds the types. By name, all that differ: definitions, or declarations where there are no definitions.
 * INSPECT_ERROR_LOOKUP where there is none of that name, _USAGE for a pattern that is none; both have a place in the
 * name (inspect_error_place()).
 */
INSPECT_PUBLIC struct inspect_error *inspect_type_walk_create(struct inspect *inspect,
							      const struct inspect_type_query *query,
							      struct inspect_type_walk **walk_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_type_walk_destroy(struct inspect_type_walk *walk);
/* How many types a look-up by name has found; 0 for a search, which finds them one by one. */
INSPECT_PUBLIC size_t inspect_type_walk_count(const struct inspect_type_walk *walk);
/* The next type as a record in @pool; false at the end, or after an error, which inspect_type_walk_finish() tells. */
INSPECT_PUBLIC bool inspect_type_walk_next(struct inspect_type_walk *walk, struct inspect_pool *pool,
					   struct inspect_record **record_ret);
/* Why the walk ended before its end, or NULL. The caller owns it. */
INSPECT_PUBLIC struct inspect_error *inspect_type_walk_finish(struct inspect_type_walk *walk);

#ifdef __cplusplus
}
#endif

#endif
