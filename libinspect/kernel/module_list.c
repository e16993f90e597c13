/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/module_list.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "kernel/roots.h"
#include "kernel/walk.h"

/* Regions are an array of struct module_memory since 6.4 (ac3b43283923); two or three struct module_layout before. */
#define REGION(index, ...)                                                                                           \
	{ "size " #index, offsetof(struct module_info, sizes[index]), 8, VIEW_UNSIGNED, false,                       \
	  { "mem[" #index "].size", ##__VA_ARGS__ } }

static const struct view_variant module_variants[] = { { "struct module", NULL } };
static const struct view_field module_fields[] = {
	VIEW_MAY_STRING(module_info, name, "name"),
	VIEW_NEED(module_info, module_state, "state"),
	VIEW_MAY(module_info, base, "mem[0].base", "core_layout.base"),
	REGION(0, "core_layout.size"),
	REGION(1, "init_layout.size"),
	REGION(2, "data_layout.size"), /* 5.18, 01dc0386efb7, where the architecture wants it */
	REGION(3),
	REGION(4),
	REGION(5),
	REGION(6),
	VIEW_MAY(module_info, taints, "taints"),
	VIEW_MAY_SIGNED(module_info, references, "refcnt.counter"), /* CONFIG_MODULE_UNLOAD */
	VIEW_MAY(module_info, init, "init"),
	VIEW_MAY(module_info, exit, "exit"),
	VIEW_MAY(module_info, users, "&source_list"),
	VIEW_MAY(module_info, kobject_module, "mkobj.mod"),
	VIEW_NEED(module_info, list, "&list"),
};
VIEW(module_info_view, module_info, module_variants, module_fields);

static const struct view_variant use_variants[] = { { "struct module_use", "source_list" } };
static const struct view_field use_fields[] = {
	VIEW_NEED(module_use, source, "source"),
	VIEW_MAY_STRING(module_use, name, "source->name"),
};
VIEW(module_use_view, module_use, use_variants, use_fields);

struct kset_fields {
	struct view_state state;
	uint64_t list;
};

static const struct view_variant kset_variants[] = { { "struct kset", NULL } };
static const struct view_field kset_fields[] = {
	VIEW_NEED(kset_fields, list, "&list"),
};
VIEW(kset_view, kset_fields, kset_variants, kset_fields);

/* The kobject of what is built in has no module. */
struct kobject_fields {
	struct view_state state;
	uint64_t module;
};

static const struct view_variant kobject_variants[] = { { "struct module_kobject", "kobj.entry" } };
static const struct view_field kobject_fields[] = {
	VIEW_NEED(kobject_fields, module, "mod"),
};
VIEW(module_kobject_view, kobject_fields, kobject_variants, kobject_fields);

/* Live memory moves under us: how often both ways are gone until they agree. */
#define FIND_TRIES 3

void module_places_init(struct module_places *places)
{
	memset(places, 0, sizeof(*places));
}

void module_places_deinit(struct module_places *places)
{
	vec_deinit(&places->places);
}

/* Where in struct module its list_head lies. */
static struct inspect_error *list_offset(struct kernel *kernel, uint64_t *offset_ret)
{
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, &module_info_view, &plan);

	if (!error)
		*offset_ret = view_slot_at(plan, offsetof(struct module_info, list))->offset;
	return error;
}

static struct inspect_error *find_listed(struct module_places *places, struct kernel *kernel, struct hash *seen)
{
	struct inspect_error *error;
	struct walk_item item;
	uint64_t head, offset;
	struct walk walk;

	error = kernel_root(kernel, ROOT_MODULES, &head, NULL);
	if (!error)
		error = list_offset(kernel, &offset);
	if (error)
		return error;
	walk_list(&walk, kernel, head);
	while (!error && walk_next(&walk, &item)) {
		struct module_place place = { .address = item.address - offset, .listed = true };

		if (!hash_set(seen, place.address, places->places.count) || !vec_push(&places->places, place))
			error = &error_nomem;
	}
	if (!error)
		error = walk_finish(&walk);
	else
		inspect_error_destroy(walk_finish(&walk));
	places->list_whole = !error;
	return error;
}

/* Adds the module of the kobject whose list_head is at @node, or notes that it is there. */
static struct inspect_error *add_kobject(struct module_places *places, struct kernel *kernel, uint64_t node,
					 struct hash *seen)
{
	struct module_place place = { .in_kset = true };
	struct kobject_fields kobject;
	struct inspect_error *error = kernel_read(kernel, &module_kobject_view, node, &kobject);
	uint64_t index;

	if (error || !kobject.module)
		return error;
	place.address = kobject.module;
	if (hash_get(seen, place.address, &index))
		places->places.items[index].in_kset = true;
	else if (!hash_set(seen, place.address, places->places.count) || !vec_push(&places->places, place))
		return &error_nomem;
	return NULL;
}

static struct inspect_error *find_in_kset(struct module_places *places, struct kernel *kernel, struct hash *seen)
{
	struct kset_fields kset;
	struct inspect_error *error, *end;
	enum inspect_fault fault;
	struct walk_item item;
	uint64_t root, address;
	struct walk walk;

	error = kernel_root(kernel, ROOT_MODULE_KSET, &root, NULL);
	if (error)
		return error;
	fault = memory_read_u64(&kernel->memory, root, 8, &address);
	if (fault)
		return memory_error(fault, root);
	error = kernel_read(kernel, &kset_view, address, &kset);
	if (error)
		return error;
	walk_list(&walk, kernel, kset.list);
	while (!error && walk_next(&walk, &item))
		error = add_kobject(places, kernel, item.address, seen);
	end = walk_finish(&walk);
	if (error)
		inspect_error_destroy(end);
	else
		error = end;
	places->kset_whole = !error;
	return error;
}

/* Both ways: returns what kept the list from its end, and in *@kset_ret the kset. */
static struct inspect_error *find(struct module_places *places, struct kernel *kernel, struct inspect_error **kset_ret)
{
	struct hash seen;
	struct inspect_error *error;

	hash_init(&seen);
	places->places.count = 0;
	places->kset_whole = false;
	error = find_listed(places, kernel, &seen);
	*kset_ret = error == &error_nomem ? NULL : find_in_kset(places, kernel, &seen);
	hash_deinit(&seen);
	return error;
}

static bool agree(const struct module_places *places)
{
	for (size_t i = 0; i < places->places.count; i++) {
		if (!places->places.items[i].listed || !places->places.items[i].in_kset)
			return false;
	}
	return true;
}

struct inspect_error *module_places_find(struct module_places *places, struct kernel *kernel)
{
	struct inspect_error *error = NULL, *kset = NULL;

	for (int tries = 0; tries < (kernel->live ? FIND_TRIES : 1); tries++) {
		inspect_error_destroy(error);
		inspect_error_destroy(kset);
		error = find(places, kernel, &kset);
		if (!error && !kset && agree(places))
			break;
	}
	kernel_problem(kernel, error_context(kset, "modules in /sys/module"));
	if (!error || inspect_error_code(error) == INSPECT_ERROR_LOOKUP || error == &error_nomem)
		return error_context(error, "modules");
	kernel_problem(kernel, error_context(error, "modules"));
	return NULL;
}
