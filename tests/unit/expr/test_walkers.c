/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sequences: list(), hlist(), array(), inside of each other, and where they end. */
#include <stdio.h>

#include "base/strbuf.h"
#include "expr/expr.h"

#include "synthetic.h"

struct list_head {
	uint64_t next, prev;
};

struct hlist_head {
	uint64_t first;
};

struct hlist_node {
	uint64_t next, pprev;
};

struct rb_node {
	uint64_t __rb_parent_color, rb_right, rb_left;
};

struct rb_root {
	uint64_t rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
	uint64_t rb_leftmost;
};

struct xarray {
	uint64_t xa_head;
};

struct xa_node {
	uint8_t shift, offset, count;
	uint64_t parent;
	uint64_t slots[64];
};

struct item {
	uint32_t number;
	struct rb_node rb;
	struct list_head link;
	struct hlist_node hash;
	struct list_head children;
};

static const struct row rows[] = {
	ROW(list_head, next, "*list_head"),
	ROW(list_head, prev, "*list_head"),
	ROW(hlist_head, first, "*hlist_node"),
	ROW(hlist_node, next, "*hlist_node"),
	ROW(hlist_node, pprev, NULL),
	ROW(rb_node, __rb_parent_color, NULL),
	ROW(rb_node, rb_right, "*rb_node"),
	ROW(rb_node, rb_left, "*rb_node"),
	ROW(rb_root, rb_node, "*rb_node"),
	ROW(rb_root_cached, rb_root, "rb_root"),
	ROW(rb_root_cached, rb_leftmost, "*rb_node"),
	ROW(xarray, xa_head, NULL),
	ROW(xa_node, shift, NULL),
	ROW(xa_node, offset, NULL),
	ROW(xa_node, count, NULL),
	ROW(xa_node, parent, NULL),
	ROW(xa_node, slots, "[64]"),
	ROW(item, number, NULL),
	ROW(item, rb, "rb_node"),
	ROW(item, link, "list_head"),
	ROW(item, hash, "hlist_node"),
	ROW(item, children, "list_head"),
};

struct world {
	struct list_head head;
	struct hlist_head bucket;
	struct rb_root_cached tree;
	struct xarray xarray;
	struct xa_node node;
	struct item items[3], grandchildren[2];
};

/* Hangs @items into a circular list at @head. */
static void link_list(struct list_head *head, struct item *items, size_t count)
{
	struct list_head *before = head;

	for (size_t i = 0; i < count; i++) {
		before->next = address_of(&items[i].link);
		items[i].link.prev = address_of(before);
		before = &items[i].link;
	}
	before->next = address_of(head);
	head->prev = address_of(before);
}

static struct world *setup(struct synthetic *s)
{
	struct world *world = calloc(1, sizeof(*world));
	uint64_t *from;

	ck_assert_ptr_nonnull(world);
	synthetic_init(s, rows, sizeof(rows) / sizeof(*rows), 0);
	synthetic_map(s, world, sizeof(*world));
	link_list(&world->head, world->items, 3);
	link_list(&world->items[0].children, world->grandchildren, 2);
	link_list(&world->items[1].children, NULL, 0);
	link_list(&world->items[2].children, NULL, 0);
	from = &world->bucket.first;
	for (size_t i = 0; i < 3; i++) {
		world->items[i].number = (uint32_t)i + 1;
		*from = address_of(&world->items[i].hash);
		world->items[i].hash.pprev = address_of(from);
		from = &world->items[i].hash.next;
	}
	/* 2 above 1 and 3 */
	world->tree.rb_root.rb_node = address_of(&world->items[1].rb);
	world->items[1].rb.rb_left = address_of(&world->items[0].rb);
	world->items[1].rb.rb_right = address_of(&world->items[2].rb);
	world->items[0].rb.__rb_parent_color = world->items[2].rb.__rb_parent_color = address_of(&world->items[1].rb);
	world->xarray.xa_head = address_of(&world->node) | 2;
	world->node.count = 3;
	world->node.slots[0] = address_of(&world->items[2]);
	world->node.slots[1] = 77 << 1 | 1;
	world->node.slots[5] = address_of(&world->items[0]);
	world->grandchildren[0].number = 10;
	world->grandchildren[1].number = 20;
	synthetic_symbol(s, "head", &world->head);
	synthetic_symbol(s, "bucket", &world->bucket);
	synthetic_symbol(s, "tree", &world->tree);
	synthetic_symbol(s, "xarray_of_items", &world->xarray);
	synthetic_symbol(s, "items", &world->items);
	synthetic_ready(s);
	return world;
}

/* All values of @text, as "1 2 3"; a fault is "?". */
static void expect_values(struct synthetic *s, const char *text, const char *wanted)
{
	struct object object = { 0 }, value = { 0 };
	struct inspect_error *error;
	struct expr *expr = NULL;
	struct strbuf got;

	strbuf_init(&got);
	strbuf_puts(&got, "");
	expect_success(expr_create(&s->kernel, text, strlen(text), NULL, &expr));
	for (int round = 0; round < 2; round++) { /* the second one after a rewind */
		strbuf_clear(&got);
		strbuf_puts(&got, "");
		while (expr_next(expr, &object, &error)) {
			if (!error)
				error = object_read(&s->kernel.memory, &object, &value);
			if (error && inspect_error_code(error) != INSPECT_ERROR_FAULT)
				expect_success(error);
			strbuf_printf(&got, "%s", got.length ? " " : "");
			if (error)
				strbuf_puts(&got, "?");
			else
				strbuf_printf(&got, "%lld", (long long)value.u);
			inspect_error_destroy(error);
		}
		ck_assert(!expr_next(expr, &object, &error));
		ck_assert_str_eq(got.bytes ? got.bytes : "", wanted);
		expr_rewind(expr);
	}
	strbuf_deinit(&got);
	expr_destroy(expr);
}

#define HEAD "(struct list_head *)&head"
#define ITEMS "list(" HEAD ", struct item, link)"

START_TEST(lists)
{
	struct synthetic s;
	struct world *world = setup(&s);

	expect_values(&s, ITEMS ".number", "1 2 3");
	expect_values(&s, "list((void *)&head, struct item, link).number * 2 + 1", "3 5 7");
	expect_values(&s, "hlist((struct hlist_head *)&bucket, struct item, hash).number", "1 2 3");
	expect_values(&s, "array((struct item *)&items, 2).number", "1 2");
	expect_values(&s, "array((struct item *)&items, 0).number", "");
	expect_values(&s, "rbtree((struct rb_root *)&tree, struct item, rb).number", "1 2 3");
	expect_values(&s, "rbtree((struct rb_root_cached *)&tree, struct item, rb).number", "1 2 3");
	/* A number in an xarray is no item. */
	expect_values(&s, "xarray((struct xarray *)&xarray_of_items, struct item).number", "3 1");
	expect_values(&s, "(long)xarray((struct xarray *)&xarray_of_items) & 1", "0 1 0");
	expect_values(&s, ITEMS ".number == 2", "0 1 0");
	expect_values(&s, "sizeof(" ITEMS ")", "80");
	expect_values(&s, "sizeof(rbtree((struct rb_root *)0, struct item, rb).number)", "4");
	expect_problem(&s.kernel, NULL);
	synthetic_deinit(&s);
	free(world);
}
END_TEST

START_TEST(loops_in_loops)
{
	struct synthetic s;
	struct world *world = setup(&s);

	/* The list of an element of another one; two elements have none. */
	expect_values(&s, "list(&" ITEMS ".children, struct item, link).number", "10 20");
	/* Each with each. */
	expect_values(&s, "array((struct item *)&items, 2).number * 10 + array((struct item *)&items, 3).number",
		      "11 12 13 21 22 23");
	expect_values(&s, "0 ? " ITEMS ".number : 5", "5");
	expect_problem(&s.kernel, NULL);
	synthetic_deinit(&s);
	free(world);
}
END_TEST

START_TEST(damage_ends_a_walk_and_is_told)
{
	struct synthetic s;
	struct world *world = setup(&s);

	world->items[1].link.prev = 8;
	expect_values(&s, ITEMS ".number", "1");
	expect_problem(&s.kernel, "does not point back");
	expect_problem(&s.kernel, "does not point back"); /* of the second round */
	expect_problem(&s.kernel, NULL);
	synthetic_deinit(&s);
	free(world);
}
END_TEST

START_TEST(a_fault_in_one_element_spares_the_others)
{
	struct synthetic s;
	struct world *world = setup(&s);

	synthetic_hole(&s, &world->items[1].number, 4);
	expect_values(&s, ITEMS ".number + 0", "1 ? 3");
	expect_problem(&s.kernel, NULL);
	synthetic_deinit(&s);
	free(world);
}
END_TEST

START_TEST(arguments_are_checked)
{
	static const struct {
		const char *text, *part;
	} wrong[] = {
		{ "list((struct hlist_head *)&bucket, struct item, link)", "not struct list_head" },
		{ "hlist(" HEAD ", struct item, hash)", "not struct hlist_head" },
		{ "rbtree(" HEAD ", struct item, rb)", "not struct rb_root" },
		{ "xarray((struct rb_root *)&tree)", "not struct xarray" },
		{ "list(1, struct item, link)", "a pointer is wanted" },
		{ "list(" HEAD ", struct item, lonk)", "did you mean \"link\"?" },
		{ "array((struct item *)&items, -1)", "an array of -1 elements" },
		{ "array((struct item *)&items, 1 << 30)", "an array of 1073741824 elements" },
		{ ITEMS "->number", "its members are behind a ." },
		{ ITEMS " + 1", "a number or a pointer is wanted" },
	};
	struct synthetic s;
	struct world *world = setup(&s);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct inspect_error *error;
		struct object object;
		struct expr *expr;

		expect_success(expr_create(&s.kernel, wrong[i].text, strlen(wrong[i].text), NULL, &expr));
		ck_assert(expr_next(expr, &object, &error));
		ck_assert_ptr_nonnull(error);
		expect_error(error, inspect_error_code(error), wrong[i].part);
		expr_destroy(expr);
	}
	synthetic_deinit(&s);
	free(world);
}
END_TEST

START_TEST(an_interrupt_ends_it)
{
	volatile sig_atomic_t flag = 1;
	struct synthetic s;
	struct world *world = setup(&s);

	s.kernel.interrupt = &flag;
	expect_values(&s, ITEMS ".number", "");
	expect_problem(&s.kernel, "interrupted");
	expect_problem(&s.kernel, "interrupted");
	expect_values(&s, "array((struct item *)&items, 3).number", "");
	expect_problem(&s.kernel, "interrupted");
	synthetic_deinit(&s);
	free(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		lists, loops_in_loops, damage_ends_a_walk_and_is_told, a_fault_in_one_element_spares_the_others,
		arguments_are_checked, an_interrupt_ends_it,
	};

	return RUN_SUITE("walkers", tests);
}
