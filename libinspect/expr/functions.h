/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions of expressions. None of them is the kernel's: nothing is called in the target.
 *
 * To add one: a row in functions.c, with a call function, or with generator ops where it yields a sequence.
 */
#ifndef LIBINSPECT_EXPR_FUNCTIONS_H
#define LIBINSPECT_EXPR_FUNCTIONS_H

#include "expr/tree.h"

enum argument_kind {
	ARGUMENT_NONE,
	ARGUMENT_EXPRESSION,
	ARGUMENT_TYPE,
	ARGUMENT_MEMBER, /* of the type before it: "tasks", "cgroups.list[0]" */
};

struct evaluator;
struct operand;
struct generator_ops;

struct function {
	const char *name;
	const char *usage;
	enum argument_kind arguments[FUNCTION_ARGUMENTS];
	size_t required; /* arguments that must be there */
	/* One of these. */
	struct inspect_error *(*call)(struct evaluator *evaluator, const struct node *node, struct operand *out);
	const struct generator_ops *generator;
};

extern const struct function function_table[];
extern const size_t function_count;

/* NULL: there is none. */
const struct function *function_find(const char *name);

#endif
