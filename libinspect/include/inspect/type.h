/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's types: as records, looked up by name or searched by a pattern or a member; and one by one, for programs
 * that ask what they are made of.
 */
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
	 * With or without "struct ", "union " or "enum " before it: without, of any kind. What is no name is any type,
	 * as "struct list_head *", or an expression (expr.h), whose type is meant.
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

/*
 * One type. It lives as long as the handle, and is one pointer as long as it is found the same way. Types are read
 * lazily: what asks for more than a kind and a name can fail, with INSPECT_ERROR_FORMAT or _LIMIT for those that make
 * no sense, and INSPECT_ERROR_USAGE where a type of this kind has no such thing.
 */
struct inspect_type;

/*
 * The type that @name is in C: "struct task_struct", "u64", "const char *[4]". INSPECT_ERROR_LOOKUP where this kernel
 * has none of that name, _USAGE for what is no type name; both have a place.
 */
INSPECT_PUBLIC struct inspect_error *inspect_type_find(struct inspect *inspect, const char *name,
						       const struct inspect_type **type_ret);

/*
 * The same for the name of a struct, union, enum or typedef, in the source file that defines the function or variable
 * @symbol. That is right where files of one kernel have different types of one name, and fast: of DWARF, only that file
 * is looked at. Where nothing tells of files, as BTF does not, it is inspect_type_find().
 */
INSPECT_PUBLIC struct inspect_error *inspect_type_find_near(struct inspect *inspect, const char *name,
							    const char *symbol,
							    const struct inspect_type **type_ret);

enum inspect_type_kind {
	INSPECT_KIND_VOID,
	INSPECT_KIND_INT,
	INSPECT_KIND_BOOL,
	INSPECT_KIND_FLOAT,
	INSPECT_KIND_POINTER,
	INSPECT_KIND_ARRAY,
	INSPECT_KIND_STRUCT,
	INSPECT_KIND_UNION,
	INSPECT_KIND_ENUM,
	INSPECT_KIND_TYPEDEF,
	INSPECT_KIND_CONST,
	INSPECT_KIND_VOLATILE,
	INSPECT_KIND_RESTRICT,
	INSPECT_KIND_FUNCTION,
	INSPECT_KIND_TAG, /* an annotation on its target */
};

INSPECT_PUBLIC enum inspect_type_kind inspect_type_kind(const struct inspect_type *type);
/* Without "struct " and the like; NULL for what has none. May be any bytes, from a dump. */
INSPECT_PUBLIC const char *inspect_type_name(const struct inspect_type *type);
/* Where it was found: "vmlinux", a module, a file. */
INSPECT_PUBLIC const char *inspect_type_source(const struct inspect_type *type);
/* In bytes. INSPECT_ERROR_LOOKUP for what is only declared; void and functions have 0. */
INSPECT_PUBLIC struct inspect_error *inspect_type_size(const struct inspect_type *type, uint64_t *size_ret);
/* Of an int or an enum. */
INSPECT_PUBLIC struct inspect_error *inspect_type_is_signed(const struct inspect_type *type, bool *is_signed_ret);
/* The type that @type is without typedefs, qualifiers and tags. */
INSPECT_PUBLIC struct inspect_error *inspect_type_underlying(const struct inspect_type *type,
							     const struct inspect_type **type_ret);
/* What a pointer points to, an array has as elements, a typedef or qualifier is upon, a function returns. */
INSPECT_PUBLIC struct inspect_error *inspect_type_target(const struct inspect_type *type,
							 const struct inspect_type **type_ret);
/* Of how many elements an array, members a struct or union, enumerators an enum, parameters a function has. */
INSPECT_PUBLIC struct inspect_error *inspect_type_count(const struct inspect_type *type, uint64_t *count_ret);

/* The library makes these; they may grow at their ends. */
struct inspect_member {
	const char *name;                /* NULL: anonymous, or a parameter whose name is not known */
	const struct inspect_type *type;
	uint64_t bit_offset;             /* from the start of the struct */
	uint64_t bit_size;               /* 0: no bit-field */
};

/* The @index-th member, or parameter of a function, counted from 0. */
INSPECT_PUBLIC struct inspect_error *inspect_type_member(const struct inspect_type *type, uint64_t index,
							 struct inspect_pool *pool,
							 const struct inspect_member **member_ret);
/*
 * The member at a path, "list.next", from the start of @type; members of anonymous members are found too.
 * INSPECT_ERROR_LOOKUP where there is none.
 */
INSPECT_PUBLIC struct inspect_error *inspect_type_find_member(const struct inspect_type *type, const char *path,
							      struct inspect_pool *pool,
							      const struct inspect_member **member_ret);
/* The @index-th enumerator; of an unsigned enum the value is to be taken as uint64_t. */
INSPECT_PUBLIC struct inspect_error *inspect_type_enumerator(const struct inspect_type *type, uint64_t index,
							     const char **name_ret, int64_t *value_ret);

enum inspect_type_text {
	INSPECT_TEXT_NAME,       /* "struct list_head *" */
	INSPECT_TEXT_DEFINITION, /* as drgn writes it, several lines */
	INSPECT_TEXT_LAYOUT,     /* with offsets, sizes and holes, as pahole shows them */
};

/* @type as text of C, NUL-terminated; bytes that are not printable ASCII are written \xNN. */
INSPECT_PUBLIC struct inspect_error *inspect_type_format(const struct inspect_type *type, enum inspect_type_text what,
							 struct inspect_pool *pool, const char **text_ret);

#ifdef __cplusplus
}
#endif

#endif
