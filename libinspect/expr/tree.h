/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an expression is made of, as the parser leaves it: nodes and type names, all in one arena. A node says nothing
 * about types or values; the evaluator keeps with a name and a type name what it has found, since an expression is
 * evaluated for many objects.
 */
#ifndef LIBINSPECT_EXPR_TREE_H
#define LIBINSPECT_EXPR_TREE_H

#include "core/object.h"
#include "expr/c_types.h"
#include "expr/lexer.h"

/* Levels of a tree: the evaluator goes down by recursion. */
#define TREE_DEPTH_MAX 1000

enum node_kind {
	NODE_INTEGER,
	NODE_FLOAT,
	NODE_STRING,
	NODE_NAME,
	NODE_ORIGIN,      /* an object at address 0, which the member of an offsetof() starts from */
	NODE_UNARY,       /* operator, a */
	NODE_BINARY,      /* operator, a, b: all that are no node of their own */
	NODE_CONDITIONAL, /* a ? b : c */
	NODE_CAST,        /* (type)a */
	NODE_MEMBER,      /* a.name, a->name by the operator */
	NODE_INDEX,       /* a[b] */
	NODE_SLICE,       /* a[b:c] */
	NODE_SIZEOF,      /* of a, or of the type where there is no a */
	NODE_CALL,        /* function(arguments) */
};

#define FUNCTION_ARGUMENTS 3

struct function;
struct generator;
struct name;
struct type_name;

/* By what the function wants there: an expression, a type, or a member as an expression upon a NODE_ORIGIN. */
struct argument {
	struct node *node;
	struct type_name *type;
};

struct node {
	enum node_kind kind;
	enum punctuator operator;
	struct place place; /* of the operator or the name, where a caret tells most */
	unsigned int depth; /* levels below it, and itself */
	struct node *a, *b, *c;
	struct type_name *type;
	union {
		struct token literal; /* INTEGER, FLOAT, STRING */
		struct {
			const char *string; /* NAME, MEMBER: NUL-terminated */
			size_t length;
			const char *file;   /* of 'file.c'::name, or NULL */
			struct name *found; /* the evaluator's */
		} name;
		struct {
			const struct function *function;
			struct argument arguments[FUNCTION_ARGUMENTS];
			size_t count;
			struct generator *generator; /* the evaluator's */
		} call;
	};
	struct type *array; /* of a SLICE or a STRING: the evaluator's last type of it */
};

enum declarator_kind {
	DECLARATOR_POINTER,
	DECLARATOR_ARRAY,
	DECLARATOR_FUNCTION,
};

/* One step from the type that the specifiers name to the one that is meant: in a list, in this order. */
struct declarator {
	enum declarator_kind kind;
	unsigned int qualifiers;      /* POINTER: TYPE_BITs */
	struct node *length;          /* ARRAY; NULL: [] */
	struct type_name *parameters; /* FUNCTION */
	bool is_variadic;
	struct declarator *next;
};

enum specifier_kind {
	SPECIFIER_BASIC,
	SPECIFIER_TAG,         /* struct, union, enum and a name */
	SPECIFIER_TYPEDEF,
	SPECIFIER_TYPEOF,      /* of an expression */
	SPECIFIER_TYPEOF_TYPE,
};

struct type_name {
	enum specifier_kind specifier;
	enum c_basic basic;
	enum type_kind tag;
	const char *name;        /* TAG, TYPEDEF: NUL-terminated */
	size_t length;
	struct node *expression; /* TYPEOF */
	struct type_name *of;    /* TYPEOF_TYPE */
	unsigned int qualifiers; /* TYPE_BITs */
	struct declarator *declarators;
	struct type_name *next;  /* in a list of parameters */
	struct place place;
	struct type *resolved;   /* the evaluator's */
};

#endif
