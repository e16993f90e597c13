/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walkers: the elements of the kernel's containers as objects, pulled one by one.
 *
 *	const struct inspect_walk_query query = {
 *		.size = sizeof(query), .walker = "list", .head = tasks, .type = "struct task_struct", .member = "tasks",
 *	};
 *
 *	error = inspect_walk_create(inspect, &query, &walk);
 *	while (!error && inspect_walk_next(walk, pool, &task))
 *		…;
 *
 * A container is checked against the redundancy it has, so that damage ends a walk and never makes it endless; each
 * step asks for the interrupt (inspect_set_interrupt()). Such an end is told by inspect_next_problem(), and so is what
 * was missing within: what the walk found before, or behind, stands.
 */
#ifndef INSPECT_WALK_H
#define INSPECT_WALK_H

#include <inspect/inspect.h>
#include <inspect/object.h>

#ifdef __cplusplus
extern "C" {
#endif

struct inspect_walk_query {
	size_t size;                       /* sizeof(struct inspect_walk_query) */
	const char *walker;                /* of expressions (expr.h) one with a head: "list", "hlist", "idr", … */
	const struct inspect_object *head; /* the container, or a pointer to it */
	const char *type;                  /* of an element; for an idr NULL: pointers to void */
	const char *member;                /* of the element, by which it hangs in the container; NULL where none is needed */
	uint64_t budget;                   /* elements at most; 0: what no kernel has */
};

struct inspect_walk;

/* The strings are only used during the call. */
INSPECT_PUBLIC struct inspect_error *inspect_walk_create(struct inspect *inspect,
							 const struct inspect_walk_query *query,
							 struct inspect_walk **walk_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_walk_destroy(struct inspect_walk *walk);
/* The next element, in @pool; false at the end, or on an error, which inspect_walk_finish() tells. */
INSPECT_PUBLIC bool inspect_walk_next(struct inspect_walk *walk, struct inspect_pool *pool,
				      const struct inspect_object **element_ret);
/* Why the walk could not start, or that the budget was spent (INSPECT_ERROR_LIMIT); or NULL. The caller owns it. */
INSPECT_PUBLIC struct inspect_error *inspect_walk_finish(struct inspect_walk *walk);

#ifdef __cplusplus
}
#endif

#endif
