/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strings of the kernel compared with literals. */
#ifndef LIBINSPECT_EXPR_STRINGS_H
#define LIBINSPECT_EXPR_STRINGS_H

#include "expr/evaluator.h"

/* Longer literals are not compared. */
#define STRING_MAX 4095

/*
 * Whether @object, an array of characters or a pointer to them, has the bytes of @literal, up to a NUL or the end of
 * the array. No more is read than that takes.
 */
struct inspect_error *string_equal(struct evaluator *evaluator, const struct object *object,
				   const struct node *literal, bool *equal_ret);

#endif
