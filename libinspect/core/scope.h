/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scope is one source of types: one BTF blob, one debug file. A module's scope points to its base (vmlinux). Types
 * are handed out lazily and live in the scope's arena; image-wide scopes live as long as the handle, those of programs'
 * BTF until their creator destroys them.
 *
 * To add a type format: a file in dwarf/ with a struct scope_ops and a struct source_ops, and a line in source_table.
 */
#ifndef LIBINSPECT_CORE_SCOPE_H
#define LIBINSPECT_CORE_SCOPE_H

#include "base/arena.h"
#include "base/vec.h"
#include "core/type.h"

struct object;

struct type_list {
	struct type **items;
	size_t count;
	size_t capacity;
};

/* Where a variable or a function is defined. */
struct scope_place {
	const char *file; /* where it stands in the source; NULL: not told */
	const char *unit; /* the source that was compiled; NULL: not told */
	uint64_t address;
};

/* A function that an address is in. Strings are the scope's; NULL: not known. */
struct scope_function {
	const char *name;
	const char *file; /* where in it: the address itself, or the call of what is inlined there */
	uint32_t line;    /* 0: not known */
	bool is_inlined;
};

struct scope_ops {
	const char *name; /* "BTF", "DWARF" */
	/* Appends every type with this name whose TYPE_BIT is in @kinds, definitions before declarations. */
	struct inspect_error *(*find)(struct scope *scope, const char *name, unsigned int kinds, struct type_list *list);
	/* The type with the provider's number @id; INSPECT_ERROR_LOOKUP where there is none. */
	struct inspect_error *(*by_id)(struct scope *scope, uint32_t id, struct type **type_ret);
	/* See type_complete(). */
	struct inspect_error *(*complete)(struct scope *scope, struct type *type);
	/*
	 * The types of what lies at an address of the kernel; NULL where the format knows no addresses (BTF). See
	 * scope_find_at() and scope_variable().
	 */
	struct inspect_error *(*find_at)(struct scope *scope, uint64_t address, const char *name, unsigned int kinds,
					 struct type_list *list);
	struct inspect_error *(*variable)(struct scope *scope, const char *name, uint64_t address,
					  struct type **type_ret);
	/* See scope_constant(); NULL where the format has none. */
	struct inspect_error *(*constant)(struct scope *scope, const char *name, bool *found_ret,
					  struct object *object_ret);
	/* See scope_enumerator(); NULL where the format is not searched for them. */
	struct inspect_error *(*enumerator)(struct scope *scope, const char *name, struct type **type_ret,
					    uint32_t *index_ret);
	/* See scope_place(); NULL where the format knows no files. */
	struct inspect_error *(*place)(struct scope *scope, struct type *entry, struct scope_place *place_ret,
				       bool *found_ret);
	/* See scope_functions(); NULL where the format knows no code. */
	struct inspect_error *(*functions)(struct scope *scope, uint64_t address, struct scope_function *functions,
					   size_t max, size_t *count_ret);
	void (*destroy)(struct scope *scope);
};

struct scope {
	const struct scope_ops *ops;
	char *name;          /* "vmlinux", a module's name, a file; owned */
	struct scope *base;  /* borrowed; NULL: none */
	const char *module;  /* whose DWARF it is, borrowed; NULL: vmlinux's, or none */
	uint32_t type_count; /* ids below this are the base's and ours; 0: the format does not number them so */
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

/*
 * find() in the one source file whose code (or, where the format says so, data) is at @address: cheap, since nothing
 * else is looked at, and right where files of one kernel have different types of one name. Appends nothing where it
 * is not known whose address it is.
 */
static inline struct inspect_error *scope_find_at(struct scope *scope, uint64_t address, const char *name,
						  unsigned int kinds, struct type_list *list)
{
	return scope->ops->find_at ? scope->ops->find_at(scope, address, name, kinds, list) : NULL;
}

/*
 * The variable @name at @address, as a TYPE_VARIABLE, whose target is its type; with address 0, the only one of that
 * name. *@type_ret is NULL where the scope has none. INSPECT_ERROR_LOOKUP where several have the name and address 0
 * does not tell them apart.
 */
static inline struct inspect_error *scope_variable(struct scope *scope, const char *name, uint64_t address,
						   struct type **type_ret)
{
	*type_ret = NULL;
	return scope->ops->variable ? scope->ops->variable(scope, name, address, type_ret) : NULL;
}

/*
 * The value of the variable @name if it has no memory, since the compiler knows its value. INSPECT_ERROR_LOOKUP where
 * several such have the name.
 */
static inline struct inspect_error *scope_constant(struct scope *scope, const char *name, bool *found_ret,
						   struct object *object_ret)
{
	*found_ret = false;
	return scope->ops->constant ? scope->ops->constant(scope, name, found_ret, object_ret) : NULL;
}

/*
 * The enum, completed, that has an enumerator @name, and its place there; the first of several. *@type_ret is NULL
 * where the scope, without its base, has none.
 */
static inline struct inspect_error *scope_enumerator(struct scope *scope, const char *name, struct type **type_ret,
						     uint32_t *index_ret)
{
	*type_ret = NULL;
	return scope->ops->enumerator ? scope->ops->enumerator(scope, name, type_ret, index_ret) : NULL;
}

/*
 * Where @entry, a TYPE_VARIABLE or TYPE_FUNC of this scope, is defined; *@found_ret is false for one that is only
 * declared or was optimised away. Names are borrowed from the scope.
 */
static inline struct inspect_error *scope_place(struct scope *scope, struct type *entry, struct scope_place *place_ret,
						bool *found_ret)
{
	*found_ret = false;
	return scope->ops->place ? scope->ops->place(scope, entry, place_ret, found_ret) : NULL;
}

/*
 * The functions whose code is at an address of the kernel, the innermost first: those that the compiler has inlined
 * there, and the one that they are all in. *@count_ret is 0 where the scope knows nothing of it; @max at most.
 */
static inline struct inspect_error *scope_functions(struct scope *scope, uint64_t address,
						    struct scope_function *functions, size_t max, size_t *count_ret)
{
	*count_ret = 0;
	return scope->ops->functions ? scope->ops->functions(scope, address, functions, max, count_ret) : NULL;
}

static inline void scope_destroy(struct scope *scope)
{
	if (scope)
		scope->ops->destroy(scope);
}

#endif
