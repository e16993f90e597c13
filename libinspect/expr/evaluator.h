/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the evaluator share: eval.c goes down the tree, names.c, type_name.c and functions.c help it. */
#ifndef LIBINSPECT_EXPR_EVALUATOR_H
#define LIBINSPECT_EXPR_EVALUATOR_H

#include "expr/expr.h"
#include "expr/parser.h"
#include "kernel/percpu.h"

/* Sequences inside of each other, in one expression. */
#define GENERATORS_MAX 8

struct evaluator {
	struct kernel *kernel;
	const struct expr_bindings *bindings;
	struct arena *arena;       /* as long as the expression */
	struct c_types types;
	struct parser_names names; /* for the parser: which names are types */
	/*
	 * Above 0: only types are wanted (sizeof, typeof, the branch not taken). Nothing is read then, numbers are 0
	 * and objects are at 0.
	 */
	unsigned int unevaluated;
	struct type *origin;       /* of the NODE_ORIGIN, inside offsetof() */
	struct percpu *percpu;     /* NULL: not asked for yet */
	/* The sequences under way, the outermost first; each has an element. */
	struct generator *running[GENERATORS_MAX];
	size_t running_count;
	bool exhausted;            /* the error is none: a sequence had no element */
};

/* What an expression is evaluated to: an object, and what C knows beyond that. */
struct operand {
	struct object object;
	const struct node *literal; /* a string literal, which has no address; its object has the type alone */
	bool is_enumerator;         /* of an enum's type, but in C an int */
};

enum name_kind {
	NAME_OBJECT,     /* a variable or a function */
	NAME_UNTYPED,    /* the symbol of a variable of which no type is known */
	NAME_ENUMERATOR,
};

struct name {
	enum name_kind kind;
	struct object object; /* UNTYPED: its address, with the type void */
};

/* eval.c. Errors have a place, the innermost that is known. */
struct inspect_error *evaluate(struct evaluator *evaluator, const struct node *node, struct operand *out);
/* The same, then read: arrays and functions become pointers. Fails for aggregates. */
struct inspect_error *evaluate_scalar(struct evaluator *evaluator, const struct node *node, struct object *out);
struct inspect_error *evaluate_integer(struct evaluator *evaluator, const struct node *node, int64_t *value_ret);
/* A pointer's value and what it points to. */
struct inspect_error *evaluate_pointer(struct evaluator *evaluator, const struct node *node, uint64_t *address_ret,
				       struct type **target_ret);
/* The type alone; nothing is read. */
struct inspect_error *evaluate_type(struct evaluator *evaluator, const struct node *node, struct type **type_ret);

/* eval_value.c: the value of an operand, with C's conversions of arrays and functions to pointers. */
struct inspect_error *operand_value(struct evaluator *evaluator, struct place place, const struct operand *operand,
				    struct object *out);
struct inspect_error *value_pointer(struct evaluator *evaluator, struct type *target, uint64_t address,
				    struct object *out);
/* What a pointer of @type points to; INSPECT_ERROR_USAGE for what is no pointer. */
struct inspect_error *value_target(struct place place, struct type *type, struct type **target_ret);
/* "WHAT: this is a struct foo". */
struct inspect_error *value_type_error(struct place place, struct type *type, const char *what);

/* names.c */
struct inspect_error *name_resolve(struct evaluator *evaluator, struct node *node, struct name *out);
struct inspect_error *name_is_type(void *evaluator, const char *name, bool *is_type_ret);
/* The first definition with one of these kinds, else a declaration, else NULL. */
struct inspect_error *name_find_type(struct evaluator *evaluator, const char *name, unsigned int kinds,
				     struct type **type_ret);
struct inspect_error *name_no_type(struct evaluator *evaluator, struct place place, const char *name,
				   unsigned int kinds);
struct inspect_error *name_no_member(struct place place, const char *name, struct type *type);

/* name_file.c: 'file.c'::name. */
struct inspect_error *name_in_file(struct evaluator *evaluator, const struct node *node, struct name *out);
/* INSPECT_ERROR_LOOKUP, with their files, where several variables of @module (NULL: of vmlinux) have the name. */
struct inspect_error *name_is_unique(struct evaluator *evaluator, const struct node *node, const char *module);

/* type_name.c */
struct inspect_error *type_name_resolve(struct evaluator *evaluator, struct type_name *name, struct type **type_ret);

/* functions.c: the element of the sequence at @node; the first one starts it. */
struct inspect_error *generator_element(struct evaluator *evaluator, struct node *node, struct operand *out);
/* On to the next element of the innermost sequence that has one; false where all are at their end. */
bool generators_advance(struct evaluator *evaluator);

#endif
