/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The neutral type graph into which every debug format resolves (BTF, DWARF).
 *
 * A type belongs to a scope (scope.h) and lives as long as it. A node is handed out shallow: kind, name, id and,
 * where the format says so directly, size. type_complete() fills the rest (target, members, enumerators, parameters,
 * length) and may fail; after it, a type is immutable and access to its parts cannot fail. Parts are shallow nodes
 * again.
 *
 * Identity is by pointer within a scope.
 */
#ifndef LIBINSPECT_CORE_TYPE_H
#define LIBINSPECT_CORE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct scope;

enum type_kind {
	TYPE_VOID,
	TYPE_INT,
	TYPE_BOOL,
	TYPE_FLOAT,
	TYPE_POINTER,
	TYPE_ARRAY,
	TYPE_STRUCT,
	TYPE_UNION,
	TYPE_ENUM,
	TYPE_TYPEDEF,
	TYPE_CONST,
	TYPE_VOLATILE,
	TYPE_RESTRICT,
	TYPE_FUNCTION, /* the type of a function: target is what it returns */
	TYPE_FUNC,     /* a function's entry: target is its TYPE_FUNCTION */
	TYPE_VARIABLE,
	TYPE_SECTION,  /* BTF's DATASEC: members are its variables */
	TYPE_TAG,      /* a decl_tag or type_tag: target is what it is on */
};

#define TYPE_BIT(kind) (1u << (kind))
#define TYPE_BITS_COMPOUND (TYPE_BIT(TYPE_STRUCT) | TYPE_BIT(TYPE_UNION))

struct type_member {
	const char *name;    /* NULL: anonymous */
	struct type *type;
	uint64_t bit_offset;
	uint32_t bit_size;   /* 0: not a bit-field */
};

struct type_enumerator {
	const char *name;
	int64_t value;       /* the bits of an unsigned one where is_signed is false */
};

struct type_parameter {
	const char *name;    /* NULL where the format has none */
	struct type *type;
};

struct type {
	enum type_kind kind;
	bool complete;
	bool is_declaration; /* struct, union or enum without a definition here; array without a length, as [] */
	bool is_signed;      /* int, enum */
	bool is_char;        /* int whose encoding says character */
	bool is_variadic;    /* function */
	uint32_t id;         /* the provider's own number */
	uint32_t count;      /* members, enumerators or parameters */
	const char *name;    /* borrowed from the scope; NULL: anonymous */
	uint64_t size;       /* int, float, struct, union, enum, pointer; see type_size() for the others */
	uint64_t length;     /* array: elements */
	struct type *target; /* pointer, array element, typedef, qualifier, function's return */
	struct scope *scope;
	union {
		struct type_member *members;
		struct type_enumerator *enumerators;
		struct type_parameter *parameters;
	};
};

/*
 * Fills all parts of @type. A declaration becomes its definition where the scope or its base has exactly one of that
 * name; else it stays a declaration. Calling it again costs nothing.
 */
struct inspect_error *type_complete(struct type *type);

/*
 * The size in bytes, through typedefs, qualifiers and arrays; completes what it needs. Void and functions have 0.
 * INSPECT_ERROR_LOOKUP for what is only declared.
 */
struct inspect_error *type_size(struct type *type, uint64_t *size_ret);

/* Strips typedefs, qualifiers and tags. */
struct inspect_error *type_underlying(struct type *type, struct type **type_ret);

/*
 * The member @name (of @length bytes) of a struct or union, also inside anonymous members; its offset is counted from
 * the start of @type. *@found_ret is false where there is none. INSPECT_ERROR_USAGE for a type of another kind.
 */
struct inspect_error *type_find_member(struct type *type, const char *name, size_t length,
				       struct type_member *member_ret, bool *found_ret);

/*
 * Whether it is char, signed char or unsigned char, qualified or not, as strings are made of. A typedef of these (u8)
 * is not: it is a number.
 */
bool type_is_character(struct type *type);

/* "struct", "union", "enum", …: the C keyword or a word for the kind. */
const char *type_kind_string(enum type_kind kind);

#endif
