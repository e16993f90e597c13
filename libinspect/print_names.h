/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names that an expression about BPF objects may use, bound to one object after another: what is meant is taken
 * from the object's record, so that whoever has a record can ask about it.
 */
#ifndef LIBINSPECT_PRINT_NAMES_H
#define LIBINSPECT_PRINT_NAMES_H

#include <inspect/bpf.h>

#include "expr/expr.h"

#define PRINT_NAMES_MAX 6

struct print_names {
	const struct print_kind *kind;
	uint64_t id; /* of the object that is bound */
	struct expr *types[PRINT_NAMES_MAX]; /* expressions that have the type of each name */
	struct expr_binding items[PRINT_NAMES_MAX];
	struct expr_bindings bindings;
};

/* INSPECT_ERROR_LOOKUP where this kernel's types lack one of theirs. */
struct inspect_error *print_names_init(struct print_names *names, struct kernel *kernel, enum inspect_bpf_kind kind);
void print_names_deinit(struct print_names *names);

/*
 * Binds the names to the object of @record, of the kind's schema; INSPECT_ERROR_USAGE for another one. A name that the
 * record does not know the value of, for it could not be read, is an INSPECT_ERROR_FAULT where it is used.
 */
struct inspect_error *print_names_bind(struct print_names *names, const struct inspect_record *record);
/* Says in @error, which may be NULL, of which object it is, if it is not about the text of the expression. */
struct inspect_error *print_names_context(const struct print_names *names, struct inspect_error *error);

#endif
