/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/kernel.h"

#include <string.h>

#include "base/error.h"

/* Beyond this, further problems say nothing new. */
#define PROBLEMS_MAX 64

/* A compiled view, or why it could not be. */
struct kernel_plan {
	struct view_plan plan;
	enum inspect_error_code code;
	char *failure; /* NULL: the plan is good */
};

void kernel_init(struct kernel *kernel)
{
	memset(kernel, 0, sizeof(*kernel));
	arena_init(&kernel->arena);
	memory_init(&kernel->memory);
	symbols_init(&kernel->symbols);
	hash_init(&kernel->plans);
}

void kernel_deinit(struct kernel *kernel)
{
	scope_destroy(kernel->derived);
	/* Split scopes borrow from their base, which was added before them. */
	while (kernel->scopes.count)
		scope_destroy(kernel->scopes.items[--kernel->scopes.count]);
	vec_deinit(&kernel->scopes);
	while (kernel->debug_scopes.count)
		scope_destroy(kernel->debug_scopes.items[--kernel->debug_scopes.count]);
	vec_deinit(&kernel->debug_scopes);
	symbols_deinit(&kernel->symbols);
	hash_deinit(&kernel->plans);
	for (size_t i = kernel->problems.told; i < kernel->problems.count; i++)
		inspect_error_destroy(kernel->problems.items[i]);
	vec_deinit(&kernel->problems);
	vmcoreinfo_deinit(&kernel->vmcoreinfo);
	memory_deinit(&kernel->memory);
	arena_deinit(&kernel->arena);
}

void kernel_problem(struct kernel *kernel, struct inspect_error *error)
{
	if (!error)
		return;
	if (kernel->problems.count >= PROBLEMS_MAX || !vec_push(&kernel->problems, error))
		inspect_error_destroy(error);
}

/* Types of code built as a module are in the module's BTF only. */
static struct inspect_error *compile_anywhere(struct kernel *kernel, const struct view *view, struct view_plan *plan)
{
	struct inspect_error *error = view_compile(view, &kernel->scopes, &kernel->arena, plan);
	void (*load_modules)(struct kernel *kernel) = kernel->load_modules;

	if (!error || inspect_error_code(error) != INSPECT_ERROR_LOOKUP || !load_modules)
		return error;
	kernel->load_modules = NULL;
	load_modules(kernel);
	inspect_error_destroy(error);
	return view_compile(view, &kernel->scopes, &kernel->arena, plan);
}

static struct inspect_error *kernel_compile(struct kernel *kernel, const struct view *view,
					    struct kernel_plan **plan_ret)
{
	struct kernel_plan *plan = arena_calloc(&kernel->arena, 1, sizeof(*plan));
	struct inspect_error *error;

	if (!plan)
		return &error_nomem;
	error = compile_anywhere(kernel, view, &plan->plan);
	if (error == &error_nomem)
		return error;
	if (error) {
		plan->code = inspect_error_code(error);
		plan->failure = arena_strdup(&kernel->arena, inspect_error_message(error));
		inspect_error_destroy(error);
		if (!plan->failure)
			return &error_nomem;
	}
	if (!hash_set(&kernel->plans, (uintptr_t)view, (uintptr_t)plan))
		return &error_nomem;
	*plan_ret = plan;
	return NULL;
}

struct inspect_error *kernel_view(struct kernel *kernel, const struct view *view, const struct view_plan **plan_ret)
{
	struct kernel_plan *plan;
	uint64_t found;

	if (hash_get(&kernel->plans, (uintptr_t)view, &found)) {
		plan = (struct kernel_plan *)(uintptr_t)found;
	} else {
		struct inspect_error *error = kernel_compile(kernel, view, &plan);

		if (error)
			return error;
	}
	if (plan->failure)
		return error_create(plan->code, "%s", plan->failure);
	*plan_ret = &plan->plan;
	return NULL;
}

struct inspect_error *kernel_read(struct kernel *kernel, const struct view *view, uint64_t address, void *out)
{
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, view, &plan);

	if (!error)
		view_read(plan, &kernel->memory, address, out);
	return error;
}

/* find() in all of @scopes from number @from on; *@defined_ret: @list has a definition now. */
static struct inspect_error *find_types(const struct scopes *scopes, size_t from, const char *name, unsigned int kinds,
					struct type_list *list, bool *defined_ret)
{
	struct inspect_error *error = NULL;
	size_t first = list->count;

	for (size_t i = from; i < scopes->count && !error; i++)
		error = scope_find(scopes->items[i], name, kinds, list);
	for (size_t i = first; i < list->count; i++)
		*defined_ret |= !list->items[i]->is_declaration;
	return error;
}

struct inspect_error *kernel_find_types(struct kernel *kernel, const char *name, unsigned int kinds,
					struct type_list *list)
{
	void (*load_modules)(struct kernel *kernel) = kernel->load_modules;
	size_t known = kernel->scopes.count, debug = kernel->debug_scopes.count;
	bool defined = false;
	struct inspect_error *error = find_types(&kernel->scopes, 0, name, kinds, list, &defined);

	if (!error && !defined && load_modules) {
		kernel->load_modules = NULL;
		load_modules(kernel);
		error = find_types(&kernel->scopes, known, name, kinds, list, &defined);
	}
	if (!error && !defined)
		error = find_types(&kernel->debug_scopes, 0, name, kinds, list, &defined);
	if (!error && !defined && kernel->module_debug && !kernel_has_dwarf_only(kernel)) {
		kernel->module_debug(kernel, NULL);
		error = find_types(&kernel->debug_scopes, debug, name, kinds, list, &defined);
	}
	return error;
}
