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

struct tree_fields {
	struct view_state state;
	uint64_t root;
};

/* 4.2, 93c2e105f6bc. A latch: two trees with the same nodes, of which one is always whole. */
static const struct view_variant tree_variants[] = { { "struct mod_tree_root", NULL } };
static const struct view_field tree_fields[] = {
	VIEW_NEED(tree_fields, root, "&root.tree[0]"),
};
VIEW_OF_SOME(module_tree_view, tree_fields, tree_variants, tree_fields); /* CONFIG_MODULES_TREE_LOOKUP */

struct tree_node_fields {
	struct view_state state;
	uint64_t module;
};

static const struct view_variant tree_node_variants[] = { { "struct mod_tree_node", "node.node[0]" } };
static const struct view_field tree_node_fields[] = {
	VIEW_NEED(tree_node_fields, module, "mod"),
};
VIEW_OF_SOME(module_tree_node_view, tree_node_fields, tree_node_variants, tree_node_fields);

/* Live memory moves under us: how often all ways are gone until they agree. */
#define FIND_TRIES 3

/* One search. */
struct search {
	struct kernel *kernel;
	struct module_places *places;
	struct hash seen; /* address -> place */
	uint64_t list;    /* where in struct module its list_head lies */
};

/* A way: where it starts, and what it leads to. */
struct way {
	enum module_way bit;
	const char *what;
	struct inspect_error *(*walk)(struct search *search, struct walk *walk);
	struct inspect_error *(*module)(struct search *search, uint64_t node, uint64_t *module_ret);
};

void module_places_init(struct module_places *places)
{
	memset(places, 0, sizeof(*places));
}

void module_places_deinit(struct module_places *places)
{
	vec_deinit(&places->places);
}

static struct inspect_error *walk_modules(struct search *search, struct walk *walk)
{
	const struct view_plan *plan;
	uint64_t head;
	struct inspect_error *error = kernel_root(search->kernel, ROOT_MODULES, &head, NULL);

	if (!error)
		error = kernel_view(search->kernel, &module_info_view, &plan);
	if (error)
		return error;
	search->list = view_slot_at(plan, offsetof(struct module_info, list))->offset;
	walk_list(walk, search->kernel, head);
	return NULL;
}

static struct inspect_error *module_of_list(struct search *search, uint64_t node, uint64_t *module_ret)
{
	*module_ret = node - search->list;
	return NULL;
}

static struct inspect_error *walk_kset(struct search *search, struct walk *walk)
{
	struct memory *memory = &search->kernel->memory;
	struct kset_fields kset;
	enum inspect_fault fault;
	uint64_t root, address;
	struct inspect_error *error = kernel_root(search->kernel, ROOT_MODULE_KSET, &root, NULL);

	if (error)
		return error;
	fault = memory_read_u64(memory, root, 8, &address);
	if (fault)
		return memory_error(fault, root);
	error = kernel_read(search->kernel, &kset_view, address, &kset);
	if (!error)
		walk_list(walk, search->kernel, kset.list);
	return error;
}

static struct inspect_error *unreadable(uint64_t node)
{
	return error_at(INSPECT_ERROR_FAULT, node, "the module of the node at 0x%llx is not readable",
			(unsigned long long)node);
}

static struct inspect_error *module_of_kobject(struct search *search, uint64_t node, uint64_t *module_ret)
{
	struct kobject_fields kobject;
	struct inspect_error *error = kernel_read(search->kernel, &module_kobject_view, node, &kobject);

	if (error || faulted(&kobject, module))
		return error ? error : unreadable(node);
	*module_ret = kobject.module;
	return NULL;
}

static struct inspect_error *walk_tree(struct search *search, struct walk *walk)
{
	struct tree_fields tree;
	uint64_t address;
	struct inspect_error *error = kernel_root(search->kernel, ROOT_MODULE_TREE, &address, NULL);

	if (!error)
		error = kernel_read(search->kernel, &module_tree_view, address, &tree);
	if (!error)
		walk_rbtree(walk, search->kernel, tree.root);
	return error;
}

static struct inspect_error *module_of_tree(struct search *search, uint64_t node, uint64_t *module_ret)
{
	struct tree_node_fields fields;
	struct inspect_error *error = kernel_read(search->kernel, &module_tree_node_view, node, &fields);

	if (error || faulted(&fields, module))
		return error ? error : unreadable(node);
	*module_ret = fields.module;
	return NULL;
}

/* The list comes first: its order is that of the places. */
static const struct way ways[] = {
	{ MODULE_BY_LIST, "modules", walk_modules, module_of_list },
	{ MODULE_BY_KSET, "modules in /sys/module", walk_kset, module_of_kobject },
	{ MODULE_BY_TREE, "modules by address", walk_tree, module_of_tree },
};

#define WAYS (sizeof(ways) / sizeof(*ways))

static struct inspect_error *add_place(struct search *search, uint64_t address, enum module_way way)
{
	struct module_places *places = search->places;
	uint64_t index;

	if (hash_get(&search->seen, address, &index)) {
		places->places.items[index].ways |= way;
		return NULL;
	}
	if (!hash_set(&search->seen, address, places->places.count) ||
	    !vec_push(&places->places, ((struct module_place){ address, way })))
		return &error_nomem;
	return NULL;
}

/* What an item of a walk leads to. */
static struct inspect_error *visit(struct search *search, const struct way *way, const struct walk_item *item)
{
	struct inspect_error *error;
	uint64_t module;

	if (item->problem)
		return error_at(INSPECT_ERROR_FAULT, item->fault_address, "%s at 0x%llx", item->problem,
				(unsigned long long)item->fault_address);
	error = way->module(search, item->address, &module);
	/* What is built in has a kobject and no module. */
	return error || !module ? error : add_place(search, module, way->bit);
}

/* Goes one way; what is damaged or cannot be read is passed over, and the first of it returned. */
static struct inspect_error *go(struct search *search, const struct way *way)
{
	struct inspect_error *first, *error;
	struct walk_item item;
	struct walk walk;

	first = way->walk(search, &walk);
	if (first)
		return first;
	while (first != &error_nomem && walk_next(&walk, &item)) {
		error = visit(search, way, &item);
		if (first)
			inspect_error_destroy(error);
		else
			first = error;
	}
	error = walk_finish(&walk);
	if (first)
		inspect_error_destroy(error);
	else
		first = error;
	if (!first)
		search->places->whole |= way->bit;
	return first;
}

/* Goes all ways; errors[i] is what kept the i-th from its end. */
static void search_once(struct kernel *kernel, struct module_places *places, struct inspect_error *errors[WAYS])
{
	struct search search = { .kernel = kernel, .places = places };

	places->places.count = 0;
	places->whole = 0;
	hash_init(&search.seen);
	for (size_t i = 0; i < WAYS; i++) {
		inspect_error_destroy(errors[i]);
		errors[i] = go(&search, &ways[i]);
	}
	hash_deinit(&search.seen);
}

/* Whether each module was found by all ways that came to their ends. */
static bool agree(const struct module_places *places)
{
	for (size_t i = 0; i < places->places.count; i++) {
		if (places->whole & ~places->places.items[i].ways)
			return false;
	}
	return true;
}

/* A kernel may be built without the tree. */
static bool is_way_of_none(const struct way *way, const struct inspect_error *error)
{
	return error && way->bit == MODULE_BY_TREE && inspect_error_code(error) == INSPECT_ERROR_LOOKUP;
}

struct inspect_error *module_places_find(struct module_places *places, struct kernel *kernel)
{
	struct inspect_error *errors[WAYS] = { NULL }, *list = NULL;

	for (int tries = 0; tries < (kernel->live ? FIND_TRIES : 1); tries++) {
		search_once(kernel, places, errors);
		if (agree(places))
			break;
	}
	if (errors[0] && (errors[0] == &error_nomem || inspect_error_code(errors[0]) == INSPECT_ERROR_LOOKUP)) {
		list = errors[0];
		errors[0] = NULL;
	}
	for (size_t i = 0; i < WAYS; i++) {
		if (is_way_of_none(&ways[i], errors[i]))
			inspect_error_destroy(errors[i]);
		else
			kernel_problem(kernel, error_context(errors[i], "%s", ways[i].what));
	}
	return error_context(list, "modules");
}
