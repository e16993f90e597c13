/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a name that is being typed can become: symbols, types, and members of what stands before a . or ->. */
#ifndef INSPECT_COMPLETE_H
#define INSPECT_COMPLETE_H

#include <inspect/inspect.h>

#ifdef __cplusplus
extern "C" {
#endif

enum inspect_complete {
	INSPECT_COMPLETE_EXPRESSION, /* of <inspect/expr.h>: its last name */
	INSPECT_COMPLETE_TYPE,       /* the name of a type; where there is none, and behind a . or ->, as in an expression */
	INSPECT_COMPLETE_SYMBOL,     /* the text is the beginning of a symbol's name, which need not be one of C's */
};

struct inspect_completions {
	size_t start;             /* where in the text the name begins */
	const char *common;       /* what all of them begin with: the name as far as it is there, or more */
	const char *const *items; /* whole names, in order, each once */
	size_t count;
	bool more;                /* there are more than the items, which begin with @common too */
};

/*
 * What the last name of @text, of @length bytes, which end at the cursor, can become. Nothing is read of the objects
 * that an expression names, and for a name of which nothing is there yet, there are only members and the types behind
 * a `struct`. Errors as inspect_print_create() has them, where what stands before the . or -> makes no sense. The
 * caller destroys the result.
 */
INSPECT_PUBLIC struct inspect_error *inspect_complete(struct inspect *inspect, enum inspect_complete what,
						      const char *text, size_t length,
						      struct inspect_completions **completions_ret);
/* @completions may be NULL. */
INSPECT_PUBLIC void inspect_completions_destroy(struct inspect_completions *completions);

#ifdef __cplusplus
}
#endif

#endif
