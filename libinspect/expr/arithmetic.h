/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * C's arithmetic on values that were read: conversions, operators, pointers. Pure: nothing reads memory. Where C leaves
 * the behaviour undefined (shifts beyond the width, a float that does not fit), the answer is an error; signed overflow
 * wraps, as the kernel is compiled.
 *
 * Operands are scalar OBJECT_VALUEs. Errors are INSPECT_ERROR_USAGE where the types do not go together or an operation
 * has no result.
 */
#ifndef LIBINSPECT_EXPR_ARITHMETIC_H
#define LIBINSPECT_EXPR_ARITHMETIC_H

#include "expr/c_types.h"
#include "expr/lexer.h"

/* As a cast does. */
struct inspect_error *arithmetic_convert(const struct object *value, struct type *type, struct object *out);
/* + - ~ ! */
struct inspect_error *arithmetic_unary(struct c_types *types, enum punctuator operator, const struct object *a,
				       struct object *out);
/* All binary operators but && and || and the comma. */
struct inspect_error *arithmetic_binary(struct c_types *types, enum punctuator operator, const struct object *a,
					const struct object *b, struct object *out);
/* Whether it is not 0, as && and ?: ask. */
struct inspect_error *arithmetic_truth(const struct object *value, bool *truth_ret);

/* A value of a basic type. */
struct object arithmetic_integer(struct c_types *types, enum c_basic basic, c_wide value);

#endif
