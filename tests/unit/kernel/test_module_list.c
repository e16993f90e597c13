/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/module_list.h"

#include "synthetic.h"

struct list_head {
	uint64_t next, prev;
};

struct kobject {
	uint64_t name;
	struct list_head entry;
};

struct module_kobject {
	struct kobject kobj;
	uint64_t mod;
};

struct kset {
	struct list_head list;
};

struct rb_node {
	uint64_t __rb_parent_color, rb_right, rb_left;
};

struct rb_root {
	uint64_t rb_node;
};

struct latch_tree_root {
	struct rb_root tree[2];
};

struct mod_tree_root {
	struct latch_tree_root root;
};

struct latch_tree_node {
	struct rb_node node[2];
};

struct mod_tree_node {
	uint64_t mod;
	struct latch_tree_node node;
};

struct module_memory {
	uint64_t base;
	uint32_t size, last;
};

struct module_object {
	uint32_t state;
	struct list_head list;
	char name[56];
	struct module_kobject mkobj;
	struct module_memory mem[7];
};

static const struct row rows[] = {
	ROW(kobject, entry, "list_head"),
	ROW(module_kobject, kobj, "kobject"),
	ROW(module_kobject, mod, "*module"),
	ROW(kset, list, "list_head"),
	ROW(list_head, next, NULL),
	ROW(rb_node, __rb_parent_color, NULL),
	ROW(rb_node, rb_right, NULL),
	ROW(rb_node, rb_left, NULL),
	ROW(rb_root, rb_node, NULL),
	ROW(latch_tree_root, tree, "rb_root[2]"),
	ROW(mod_tree_root, root, "latch_tree_root", 402),
	ROW(latch_tree_node, node, "rb_node[2]"),
	ROW(mod_tree_node, mod, "*module"),
	ROW(mod_tree_node, node, "latch_tree_node"),
	ROW(module_memory, base, NULL),
	ROW(module_memory, size, NULL),
	ROW(module_memory, last, NULL),
	ROW_AS("module", module_object, state, "state", NULL),
	ROW_AS("module", module_object, list, "list", "list_head"),
	ROW_AS("module", module_object, name, "name", "[56]"),
	ROW_AS("module", module_object, mkobj, "mkobj", "module_kobject"),
	ROW_AS("module", module_object, mem, "mem", "module_memory[7]", 604),
	ROW_AS("module", module_object, mem[0], "core_layout", "module_memory", 0, 603),
	ROW_AS("module", module_object, mem[1], "init_layout", "module_memory", 0, 603),
};

#define MODULES 3

struct setup {
	struct synthetic s;
	struct module_places found;
	uint64_t module_kset;
	struct list_head modules;
	struct kset kset;
	struct module_object objects[MODULES];
	struct module_kobject builtin;
	struct mod_tree_root tree;
	struct mod_tree_node nodes[MODULES];
};

static void append(struct list_head *head, struct list_head *node)
{
	struct list_head *last = (struct list_head *)(uintptr_t)(head->prev - KERNEL_HALF);

	*node = (struct list_head){ address_of(head), head->prev };
	last->next = head->prev = address_of(node);
}

static void unlink_node(struct list_head *node)
{
	((struct list_head *)(uintptr_t)(node->prev - KERNEL_HALF))->next = node->next;
	((struct list_head *)(uintptr_t)(node->next - KERNEL_HALF))->prev = node->prev;
}

/* The second module's node on top of the others'. */
static void grow_tree(struct setup *setup)
{
	struct rb_node *nodes[MODULES];

	for (int i = 0; i < MODULES; i++) {
		setup->nodes[i].mod = address_of(&setup->objects[i]);
		nodes[i] = &setup->nodes[i].node.node[0];
		nodes[i]->__rb_parent_color = i == 1 ? 1 : address_of(&setup->nodes[1].node.node[0]);
	}
	*nodes[1] = (struct rb_node){ 1, address_of(nodes[2]), address_of(nodes[0]) };
	setup->tree.root.tree[0].rb_node = address_of(nodes[1]);
}

static struct setup *setup_create(void)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), 610);
	synthetic_map(&setup->s, &setup->module_kset, sizeof(*setup) - offsetof(struct setup, module_kset));
	synthetic_symbol(&setup->s, "modules", &setup->modules);
	synthetic_symbol(&setup->s, "module_kset", &setup->module_kset);
	synthetic_symbol(&setup->s, "mod_tree", &setup->tree);
	synthetic_ready(&setup->s);
	module_places_init(&setup->found);
	setup->module_kset = address_of(&setup->kset);
	setup->modules = (struct list_head){ address_of(&setup->modules), address_of(&setup->modules) };
	setup->kset.list = (struct list_head){ address_of(&setup->kset.list), address_of(&setup->kset.list) };
	append(&setup->kset.list, &setup->builtin.kobj.entry);
	for (int i = 0; i < MODULES; i++) {
		struct module_object *module = &setup->objects[i];

		module->mkobj.mod = address_of(module);
		append(&setup->modules, &module->list);
		append(&setup->kset.list, &module->mkobj.kobj.entry);
	}
	grow_tree(setup);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	module_places_deinit(&setup->found);
	synthetic_deinit(&setup->s);
	free(setup);
}

/* A module each: "0" by all ways, else those by which it is found: "0lt" by list and tree. */
static const char *found(struct setup *setup)
{
	static const char letters[] = "lkt";
	static char text[64];
	size_t length = 0;

	for (size_t i = 0; i < setup->found.places.count; i++) {
		const struct module_place *place = &setup->found.places.items[i];

		text[length++] = '0' + (char)((place->address - address_of(setup->objects)) / sizeof(*setup->objects));
		for (unsigned int j = 0; place->ways != 7 && j < 3; j++) {
			if (place->ways >> j & 1)
				text[length++] = letters[j];
		}
	}
	text[length] = '\0';
	return text;
}

static void find(struct setup *setup)
{
	expect_success(module_places_find(&setup->found, &setup->s.kernel));
}

START_TEST(by_all_ways)
{
	struct setup *setup = setup_create();

	find(setup);
	ck_assert_str_eq(found(setup), "012");
	ck_assert_uint_eq(setup->found.whole, 7);
	find(setup); /* nothing is left of the time before */
	ck_assert_str_eq(found(setup), "012");
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

START_TEST(hidden_from_some)
{
	struct setup *setup = setup_create();

	setup->nodes[1].node.node[0].rb_left = 0;
	unlink_node(&setup->objects[1].list);
	unlink_node(&setup->objects[2].mkobj.kobj.entry);
	find(setup);
	ck_assert_str_eq(found(setup), "0lk2lt1kt");
	setup->s.kernel.live = true; /* tried again, and still so */
	find(setup);
	ck_assert_str_eq(found(setup), "0lk2lt1kt");
	unlink_node(&setup->objects[1].mkobj.kobj.entry);
	find(setup);
	ck_assert_str_eq(found(setup), "0lk2lt1t");
	ck_assert_uint_eq(setup->found.whole, 7);
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

/* Memory in which a module comes onto the list when the kset is looked at for the first time. */
static enum inspect_fault changing_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct setup *setup = arg;

	if (position == address_of(&setup->module_kset) && !setup->objects[1].list.next)
		append(&setup->modules, &setup->objects[1].list);
	return synthetic_read(&setup->s, position, buf, size, done_ret);
}

START_TEST(live_lists_are_gone_again)
{
	struct setup *setup = setup_create();
	struct memory_segment *segment = &setup->s.kernel.memory.virtual.items[0];

	unlink_node(&setup->objects[1].list);
	setup->objects[1].list.next = 0;
	segment->read = changing_read;
	segment->arg = setup;
	setup->s.kernel.live = true;
	find(setup);
	ck_assert_str_eq(found(setup), "021");
	setup_destroy(setup);
}
END_TEST

START_TEST(ways_that_break_off)
{
	struct setup *setup = setup_create();

	setup->objects[1].list.prev = 0;
	find(setup);
	ck_assert_str_eq(found(setup), "01kt2kt");
	ck_assert_uint_eq(setup->found.whole, MODULE_BY_KSET | MODULE_BY_TREE);
	expect_problem(&setup->s.kernel, "modules: list at 0x");
	setup->objects[1].list.prev = address_of(&setup->objects[0].list);
	synthetic_hole(&setup->s, &setup->objects[1].mkobj.kobj.entry, 16);
	find(setup);
	ck_assert_str_eq(found(setup), "01lt2lt");
	ck_assert_uint_eq(setup->found.whole, MODULE_BY_LIST | MODULE_BY_TREE);
	expect_problem(&setup->s.kernel, "modules in /sys/module: list at 0x");
	synthetic_map(&setup->s, &setup->objects[1].mkobj.kobj.entry, 16);
	synthetic_hole(&setup->s, &setup->objects[1].mkobj.mod, 8);
	synthetic_hole(&setup->s, &setup->nodes[2].mod, 8);
	find(setup);
	ck_assert_str_eq(found(setup), "01lt2lk");
	ck_assert_uint_eq(setup->found.whole, MODULE_BY_LIST);
	expect_problem(&setup->s.kernel, "modules in /sys/module: the module of the node at 0x");
	expect_problem(&setup->s.kernel, "modules by address: the module of the node at 0x");
	setup->nodes[1].node.node[0].rb_right = address_of(&setup->nodes[1].node.node[0]); /* a cycle */
	find(setup);
	ck_assert_uint_eq(setup->found.whole, MODULE_BY_LIST);
	expect_problem(&setup->s.kernel, "modules in /sys/module: the module");
	expect_problem(&setup->s.kernel, "modules by address: rb_node");
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

/* CONFIG_MODULES_TREE_LOOKUP is off: nothing is missing then. */
START_TEST(kernel_without_the_tree)
{
	struct setup *setup = setup_create();

	setup->s.series = 401;
	find(setup);
	ck_assert_str_eq(found(setup), "0lk1lk2lk");
	ck_assert_uint_eq(setup->found.whole, MODULE_BY_LIST | MODULE_BY_KSET);
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

START_TEST(regions_of_a_module)
{
	static const unsigned int series[] = { 601, 610 };

	for (int i = 0; i < 2; i++) {
		struct setup *setup = setup_create();
		struct module_info module;

		setup->s.series = series[i];
		for (uint32_t j = 0; j < 7; j++)
			setup->objects[0].mem[j] = (struct module_memory){ 0x1000 * (j + 1), 1 + j, 0 };
		expect_success(kernel_read(&setup->s.kernel, &module_info_view, address_of(setup->objects), &module));
		ck_assert_uint_eq(module.base, 0x1000);
		ck_assert_uint_eq(module.sizes[0], 1);
		ck_assert_uint_eq(module.sizes[1], 2);
		ck_assert_uint_eq(module.sizes[6], i ? 7 : 0);
		ck_assert(module.state.absent & VIEW_BIT(offsetof(struct module_info, sizes[6])) ? !i : i);
		setup_destroy(setup);
	}
}
END_TEST

START_TEST(kernel_without_modules)
{
	struct synthetic s;
	struct module_places places;

	module_places_init(&places);
	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 610);
	synthetic_ready(&s);
	expect_error(module_places_find(&places, &s.kernel), INSPECT_ERROR_LOOKUP, "modules: no symbol modules");
	synthetic_deinit(&s);
	module_places_deinit(&places);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		by_all_ways, hidden_from_some, live_lists_are_gone_again, ways_that_break_off, kernel_without_the_tree,
		regions_of_a_module, kernel_without_modules,
	};

	return RUN_SUITE("module_list", tests);
}
