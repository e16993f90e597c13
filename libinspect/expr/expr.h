/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Expressions: C over the memory of a kernel, strictly read-only. One is parsed once and evaluated as often as wanted:
 *
 *	error = expr_create(kernel, text, length, NULL, &expr);
 *	while (expr_next(expr, &object, &error))
 *		…;
 *	expr_destroy(expr);
 *
 * It yields one object, or, if there is a walker in it (list(), idr(), …), one for each element; walkers inside of each
 * other are nested loops. What a walker cannot walk is a kernel_problem().
 *
 * Errors about the text have a place in it (inspect_error_place()): INSPECT_ERROR_USAGE for what is no C or makes no
 * sense, INSPECT_ERROR_LOOKUP for names, members and types that this kernel does not have, INSPECT_ERROR_FAULT for
 * memory.
 */
#ifndef LIBINSPECT_EXPR_EXPR_H
#define LIBINSPECT_EXPR_EXPR_H

#include "core/object.h"
#include "kernel/kernel.h"

/*
 * Names that mean objects in one expression; they hide the kernel's. The objects may change between two evaluations,
 * their types may not.
 */
struct expr_binding {
	const char *name;
	struct object object;
	/* Why there is no such object this time: using it is an INSPECT_ERROR_FAULT. NULL: there is. */
	const char *problem;
	enum inspect_fault fault; /* what the problem is, if it is one of reading */
	uint64_t address;         /* and where */
};

struct expr_bindings {
	const struct expr_binding *items;
	size_t count;
};

struct expr;

/* @bindings (may be NULL) are borrowed as long as the expression lives, @text is not. */
struct inspect_error *expr_create(struct kernel *kernel, const char *text, size_t length,
				  const struct expr_bindings *bindings, struct expr **expr_ret);
/* The type that @text is as a type name, "const struct list_head *", with the errors of an expression. */
struct inspect_error *expr_find_type(struct kernel *kernel, const char *text, size_t length, struct type **type_ret);

/* @expr may be NULL. Objects that it yielded stay: their types live as long as the kernel. */
void expr_destroy(struct expr *expr);

/*
 * The type that @text names, or that its value has, of which nothing is read. Errors as those of expr_create(), with
 * "did you mean" for a name that is none.
 */
struct inspect_error *expr_type(struct kernel *kernel, const char *text, size_t length, struct type **type_ret);

/*
 * The next object. False at the end. True with *@error_ret set, which the caller owns, where this one could not be
 * evaluated: after INSPECT_ERROR_FAULT there may be more.
 */
bool expr_next(struct expr *expr, struct object *out, struct inspect_error **error_ret);
/*
 * Whether its one value is not 0; starts over before. INSPECT_ERROR_USAGE for what is no number and no pointer, and for
 * a sequence.
 */
struct inspect_error *expr_truth(struct expr *expr, bool *truth_ret);
/* Starts over: for other objects behind the bindings. */
void expr_rewind(struct expr *expr);
/* Whether what expr_next() yields is an element of a sequence; known after the first. */
bool expr_is_sequence(const struct expr *expr);
/* A pointer to @object; false where it has no address or memory is short. */
bool expr_address_of(struct expr *expr, const struct object *object, struct object *out);

#endif
