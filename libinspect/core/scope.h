/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scope is one source of types: one BTF blob, one debug file. A module's scope points to its base (vmlinux). Types are
 * handed out lazily and live in the scope's arena; image-wide scopes live as long as the handle, those of programs' BTF
 * until their creator destroys them.
 *
 * To add a type format: a file in dwarf/ with a struct scope_ops and a struct source_ops, and a line in source_table.
 */
#ifndef LIBINSPECT_CORE_SCOPE_H
#define LIBINSPECT_CORE_SCOPE_H

#include "base/arena.h"
#include "base/vec.h"
#include "core/type.h"

struct type_list {
	struct type **items;
	size_t count;
	size_t capacity;
};

struct scope_ops {
	const char *name; /* "BTF", "DWARF" */
	/* Appends every type with this name whose TYPE_BIT is in @kinds, definitions before declarations. */
	struct inspect_error *(*find)(struct scope *scope, const char *name, unsigned int kinds, struct type_list *list);
	/* The type with the provider's number @id; INSPECT_ERROR_LOOKUP where there is none. */
	struct inspect_error *(*by_id)(struct scope *scope, uint32_t id, struct type **type_ret);
	/* See type_complete(). */
	struct inspect_error *(*complete)(struct scope *scope, struct type *type);
	void (*destroy)(struct scope *scope);
};

struct scope {
	const struct scope_ops *ops;
	char *name;          /* "vmlinux", a module's name, a file; owned */
	struct scope *base;  /* borrowed; NULL: none */
	uint32_t type_count; /* ids below this are the base's and ours */
	struct arena arena;
	/* providers embed this struct in their own */
};

static inline struct inspect_error *scope_find(struct scope *scope, const char *name, unsigned int kinds,
					       struct type_list *list)
{
	return scope->ops->find(scope, name, kinds, list);
}

static inline struct inspect_error *scope_by_id(struct scope *scope, uint32_t id, struct type **type_ret)
{
	return scope->ops->by_id(scope, id, type_ret);
}

static inline void scope_destroy(struct scope *scope)
{
	if (scope)
		scope->ops->destroy(scope);
}

#endif
