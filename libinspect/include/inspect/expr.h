/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Expressions: C over the memory of the kernel, strictly read-only. Their values as text, as drgn prints them:
 *
 *	inspect_print_create(inspect, "init_task.comm", NULL, &print);
 *	while (inspect_print_next(print, &text, &length, &error))
 *		…;
 *	inspect_print_destroy(print);
 *
 * and as objects (object.h):
 *
 *	inspect_expr_create(inspect, "list(&modules, struct module, list)", NULL, &expr);
 *	while (inspect_expr_next(expr, pool, &object, &error))
 *		…;
 *	inspect_expr_destroy(expr);
 *
 * An expression is what C has without what writes and calls, and with slices (a[0:8]), strings compared by ==, and
 * functions: offsetof, container_of, per_cpu, per_cpu_ptr, and the walkers list, hlist, rbtree, idr, xarray and array,
 * which make it yield a value for each element: list(&init_task.tasks, struct task_struct, tasks).comm.
 *
 * An error about the text has a place in it, inspect_error_place(): INSPECT_ERROR_USAGE for what is no C or makes no
 * sense, INSPECT_ERROR_LOOKUP for a name, a member or a type that this kernel does not have.
 */
#ifndef INSPECT_EXPR_H
#define INSPECT_EXPR_H

#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The flags of drgn's format_(), by its names. */
enum inspect_print_flags {
	INSPECT_PRINT_DEREFERENCE = 1 << 0,
	INSPECT_PRINT_SYMBOLIZE = 1 << 1,
	INSPECT_PRINT_STRING = 1 << 2,
	INSPECT_PRINT_CHAR = 1 << 3,
	INSPECT_PRINT_TYPE_NAME = 1 << 4,
	INSPECT_PRINT_MEMBER_TYPE_NAMES = 1 << 5,
	INSPECT_PRINT_ELEMENT_TYPE_NAMES = 1 << 6,
	INSPECT_PRINT_MEMBERS_SAME_LINE = 1 << 7,
	INSPECT_PRINT_ELEMENTS_SAME_LINE = 1 << 8,
	INSPECT_PRINT_MEMBER_NAMES = 1 << 9,
	INSPECT_PRINT_ELEMENT_INDICES = 1 << 10,
	INSPECT_PRINT_IMPLICIT_MEMBERS = 1 << 11,
	INSPECT_PRINT_IMPLICIT_ELEMENTS = 1 << 12,
};

/* What drgn does where nothing is said. */
#define INSPECT_PRINT_DEFAULT                                                                                 \
	(INSPECT_PRINT_DEREFERENCE | INSPECT_PRINT_SYMBOLIZE | INSPECT_PRINT_STRING |                         \
	 INSPECT_PRINT_TYPE_NAME | INSPECT_PRINT_MEMBER_TYPE_NAMES | INSPECT_PRINT_ELEMENTS_SAME_LINE |       \
	 INSPECT_PRINT_MEMBER_NAMES | INSPECT_PRINT_IMPLICIT_MEMBERS)

struct inspect_print_options {
	size_t size;               /* sizeof(struct inspect_print_options) */
	unsigned int flags;        /* of enum inspect_print_flags */
	unsigned int integer_base; /* 8, 10 or 16; 0: 10 */
	unsigned int depth;        /* what is nested deeper is written {...}; 0: all is shown */
	size_t columns;            /* where lines are wrapped; 0: nowhere */
	bool json;                 /* each value as a JSON object on one line: {"type":…,"address":"0x…","value":…} */
	bool json_plain;           /* of such an object, the value alone */
	const char *separator;     /* between the values of a sequence in a cell, a constant; NULL: a newline */
};

struct inspect_print;

/* Parses @expression. @options may be NULL: drgn's defaults. The strings are only used during the call. */
INSPECT_PUBLIC struct inspect_error *inspect_print_create(struct inspect *inspect, const char *expression,
							  const struct inspect_print_options *options,
							  struct inspect_print **print_ret);
/* @print may be NULL. */
INSPECT_PUBLIC void inspect_print_destroy(struct inspect_print *print);

/*
 * The next value as text, without a newline at its end, valid until the next call. False at the end. True with
 * *@error_ret set, which the caller owns, where this value could not be made: after INSPECT_ERROR_FAULT others may
 * follow. What a walker could not walk is an inspect_next_problem().
 */
INSPECT_PUBLIC bool inspect_print_next(struct inspect_print *print, const char **text_ret, size_t *length_ret,
				       struct inspect_error **error_ret);
/* How many parts of the values so far could not be read; they are marked in the text. */
INSPECT_PUBLIC uint64_t inspect_print_faults(const struct inspect_print *print);

/*
 * Whether the value is not 0, as C's ?: asks. INSPECT_ERROR_USAGE for what is no number and no pointer, and for a
 * sequence.
 */
INSPECT_PUBLIC struct inspect_error *inspect_print_truth(struct inspect_print *print, bool *truth_ret);
/*
 * Fills a FORMATTED column with all values: those of a sequence with the separator between them, in JSON as an array;
 * an empty sequence leaves the cell out. What cannot be read is the cell's fault; other errors are returned.
 */
INSPECT_PUBLIC struct inspect_error *inspect_print_cell(struct inspect_print *print, struct inspect_record *record,
							unsigned int column);

struct inspect_object;

/* A name that means an object in an expression, and hides what else the kernel has of that name. */
struct inspect_binding {
	const char *name;
	const struct inspect_object *object;
};

struct inspect_expr_options {
	size_t size;                            /* sizeof(struct inspect_expr_options) */
	const struct inspect_binding *bindings; /* copied, objects too */
	size_t binding_count;
	uint64_t budget;                        /* values to yield at most; 0: what the walkers bear */
};

struct inspect_expr;

/* Parses @expression, which is only used during the call. @options may be NULL. */
INSPECT_PUBLIC struct inspect_error *inspect_expr_create(struct inspect *inspect, const char *expression,
							 const struct inspect_expr_options *options,
							 struct inspect_expr **expr_ret);
/* @expr may be NULL. Objects that it yielded stay as long as their pool. */
INSPECT_PUBLIC void inspect_expr_destroy(struct inspect_expr *expr);
/*
 * The next value, in @pool, which may be rewound in between. False at the end. True with *@error_ret set, which the
 * caller owns, where this one could not be evaluated: after INSPECT_ERROR_FAULT others may follow.
 * INSPECT_ERROR_LIMIT where there are more than the budget. What a walker could not walk is an
 * inspect_next_problem().
 */
INSPECT_PUBLIC bool inspect_expr_next(struct inspect_expr *expr, struct inspect_pool *pool,
				      const struct inspect_object **object_ret, struct inspect_error **error_ret);
/* Whether the values are elements of a sequence, as walkers yield them; known after the first. */
INSPECT_PUBLIC bool inspect_expr_is_sequence(const struct inspect_expr *expr);
/* Starts over, with another object for the @index-th binding: one expression, parsed once, for many objects. */
INSPECT_PUBLIC void inspect_expr_bind(struct inspect_expr *expr, size_t index, const struct inspect_object *object);

#ifdef __cplusplus
}
#endif

#endif
