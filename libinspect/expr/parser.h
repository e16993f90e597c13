/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From text to a tree. The grammar is C's for expressions, without what writes or calls, and with slices,
 * 'file.c'::name and the functions of functions.h.
 *
 * Whether a name is a type decides how C reads `(name)(x)`: the parser asks its user. Errors are INSPECT_ERROR_USAGE
 * with a place; nesting deeper than PARSER_NESTING_MAX is INSPECT_ERROR_LIMIT.
 */
#ifndef LIBINSPECT_EXPR_PARSER_H
#define LIBINSPECT_EXPR_PARSER_H

#include "expr/tree.h"

#define PARSER_NESTING_MAX 200

struct parser_names {
	/* Whether @name (NUL-terminated) is a typedef and no object of that name hides it. */
	struct inspect_error *(*is_type)(void *arg, const char *name, bool *is_type_ret);
	void *arg;
};

struct inspect_error *parse_expression(const char *text, size_t length, const struct parser_names *names,
				       struct arena *arena, struct node **node_ret);
/* The text is a type name and nothing else. */
struct inspect_error *parse_type(const char *text, size_t length, const struct parser_names *names,
				 struct arena *arena, struct type_name **type_ret);

#endif
