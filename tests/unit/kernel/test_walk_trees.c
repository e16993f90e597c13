/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Red-black trees, and xarrays as far as they differ from idrs (test_walk.c). */
#include "kernel/walk.h"

#include "synthetic.h"

struct rb_node {
	uint64_t __rb_parent_color, rb_right, rb_left;
};

struct rb_root {
	uint64_t rb_node;
};

struct xarray {
	uint64_t xa_head;
};

struct xa_node {
	uint8_t shift;
	uint8_t offset;
	uint8_t count;
	uint64_t parent;
	uint64_t slots[64];
};

static const struct row rows[] = {
	ROW(rb_root, rb_node, "*rb_node"),
	ROW(rb_node, __rb_parent_color, NULL),
	ROW(rb_node, rb_right, "*rb_node"),
	ROW(rb_node, rb_left, "*rb_node"),
	ROW(xarray, xa_head, NULL),
	ROW(xa_node, shift, NULL),
	ROW(xa_node, offset, NULL),
	ROW(xa_node, count, NULL),
	ROW(xa_node, parent, NULL),
	ROW(xa_node, slots, "[64]"),
};

#define NODES 7
#define CHAIN 200

struct world {
	struct synthetic s;
	struct walk walk;
	struct rb_root root;
	struct rb_node nodes[CHAIN];
	struct xarray xarray;
	struct xa_node top, leaf;
};

static struct world *world_create(void)
{
	struct world *world = calloc(1, sizeof(*world));

	ck_assert_ptr_nonnull(world);
	synthetic_init(&world->s, rows, sizeof(rows) / sizeof(*rows), 0);
	synthetic_ready(&world->s);
	synthetic_map(&world->s, &world->root, sizeof(*world) - offsetof(struct world, root));
	return world;
}

static void world_destroy(struct world *world)
{
	synthetic_deinit(&world->s);
	free(world);
}

/* Hangs the nodes from @first to @last into a balanced tree, in order; the colour is noise. Returns its top. */
static uint64_t put_tree(struct world *world, int first, int last, uint64_t parent)
{
	int middle = (first + last) / 2;
	uint64_t address;

	if (first > last)
		return 0;
	address = address_of(&world->nodes[middle]);
	world->nodes[middle] = (struct rb_node){
		.__rb_parent_color = parent | (unsigned int)(middle & 1),
		.rb_left = put_tree(world, first, middle - 1, address),
		.rb_right = put_tree(world, middle + 1, last, address),
	};
	return address;
}

/* Walks the tree and expects the nodes of @wanted by number, where -1 is @problem; then the end. */
static void expect_nodes(struct world *world, const int *wanted, size_t count, const char *problem)
{
	struct walk_item item;

	walk_rbtree(&world->walk, &world->s.kernel, address_of(&world->root));
	for (size_t i = 0; i < count; i++) {
		ck_assert(walk_next(&world->walk, &item));
		if (wanted[i] < 0) {
			ck_assert_ptr_nonnull(item.problem);
			ck_assert_str_eq(item.problem, problem);
			continue;
		}
		ck_assert_msg(!item.problem, "%s", item.problem);
		ck_assert_uint_eq(item.address, address_of(&world->nodes[wanted[i]]));
	}
	ck_assert(!walk_next(&world->walk, &item));
	expect_success(walk_finish(&world->walk));
}

#define EXPECT_NODES(world, problem, ...) \
	expect_nodes(world, (const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int), problem)

START_TEST(trees_are_walked_in_order)
{
	struct world *world = world_create();

	expect_nodes(world, NULL, 0, NULL);
	for (int count = 1; count <= NODES; count++) {
		static const int order[NODES] = { 0, 1, 2, 3, 4, 5, 6 };

		world->root.rb_node = put_tree(world, 0, count - 1, 0);
		expect_nodes(world, order, (size_t)count, NULL);
	}
	world_destroy(world);
}
END_TEST

/*
 *	      3
 *	  1       5
 *	0   2   4   6
 */
START_TEST(damage_hides_what_is_below_it)
{
	struct world *world = world_create();

	world->root.rb_node = put_tree(world, 0, NODES - 1, 0);
	world->nodes[1].__rb_parent_color = address_of(&world->nodes[5]);
	EXPECT_NODES(world, "rb_node does not point back to its parent", -1, 3, 4, 5, 6);

	put_tree(world, 0, NODES - 1, 0);
	synthetic_hole(&world->s, &world->nodes[5], sizeof(world->nodes[5]));
	EXPECT_NODES(world, "rb_node not readable", 0, 1, 2, 3, -1);
	world_destroy(world);
}
END_TEST

START_TEST(cycles_end)
{
	struct world *world = world_create();

	/* Back to the top, which has no parent. */
	world->root.rb_node = put_tree(world, 0, NODES - 1, 0);
	world->nodes[6].rb_right = address_of(&world->nodes[3]);
	EXPECT_NODES(world, "rb_node does not point back to its parent", 0, 1, 2, 3, 4, 5, 6, -1);

	/* To itself. */
	put_tree(world, 0, NODES - 1, 0);
	world->nodes[0].rb_left = address_of(&world->nodes[0]);
	EXPECT_NODES(world, "rb_node does not point back to its parent", -1, 0, 1, 2, 3, 4, 5, 6);

	/* One child twice, which would double what is below it at each level. */
	put_tree(world, 0, NODES - 1, 0);
	world->nodes[5].rb_left = world->nodes[5].rb_right;
	EXPECT_NODES(world, "rb_node has one child twice", 0, 1, 2, 3, -1);
	world_destroy(world);
}
END_TEST

START_TEST(a_chain_is_no_tree)
{
	struct world *world = world_create();
	struct walk_item item;
	uint64_t parent = 0;

	for (int i = 0; i < CHAIN; i++) {
		world->nodes[i] = (struct rb_node){
			.__rb_parent_color = parent,
			.rb_left = i + 1 < CHAIN ? address_of(&world->nodes[i + 1]) : 0,
		};
		parent = address_of(&world->nodes[i]);
	}
	world->root.rb_node = address_of(&world->nodes[0]);
	walk_rbtree(&world->walk, &world->s.kernel, address_of(&world->root));
	ck_assert(walk_next(&world->walk, &item));
	ck_assert_str_eq(item.problem, "rbtree deeper than any is");
	for (int i = WALK_RB_DEPTH; i-- > 0;) {
		ck_assert(walk_next(&world->walk, &item));
		ck_assert_uint_eq(item.address, address_of(&world->nodes[i]));
	}
	ck_assert(!walk_next(&world->walk, &item));
	expect_success(walk_finish(&world->walk));
	world_destroy(world);
}
END_TEST

START_TEST(a_root_that_cannot_be_read)
{
	struct world *world = world_create();
	struct walk_item item;

	synthetic_hole(&world->s, &world->root, sizeof(world->root));
	walk_rbtree(&world->walk, &world->s.kernel, address_of(&world->root));
	ck_assert(!walk_next(&world->walk, &item));
	expect_error(walk_finish(&world->walk), INSPECT_ERROR_FAULT, "rbtree at 0x");
	world_destroy(world);
}
END_TEST

static void put(struct xa_node *node, unsigned int slot, uint64_t entry)
{
	node->slots[slot] = entry;
	node->count++;
}

static void start_xarray(struct world *world)
{
	walk_xarray(&world->walk, &world->s.kernel, address_of(&world->xarray));
}

static void expect_entry(struct world *world, uint64_t index, uint64_t entry)
{
	struct walk_item item;

	ck_assert(walk_next(&world->walk, &item));
	ck_assert_msg(!item.problem, "%s", item.problem);
	ck_assert_uint_eq(item.index, index);
	ck_assert_uint_eq(item.address, entry);
}

static void expect_end(struct world *world)
{
	struct walk_item item;

	ck_assert(!walk_next(&world->walk, &item));
	expect_success(walk_finish(&world->walk));
}

START_TEST(xarrays_of_one_entry)
{
	struct world *world = world_create();

	start_xarray(world);
	expect_end(world);
	world->xarray.xa_head = 0xffff888000001000;
	start_xarray(world);
	expect_entry(world, 0, 0xffff888000001000);
	expect_end(world);
	world->xarray.xa_head = 0x406; /* reserved, nothing stored */
	start_xarray(world);
	expect_end(world);
	world_destroy(world);
}
END_TEST

START_TEST(what_an_idr_does_not_have)
{
	struct world *world = world_create();
	struct walk_item item;

	world->xarray.xa_head = address_of(&world->top) | 2;
	world->top.shift = 6;
	put(&world->top, 0, address_of(&world->leaf) | 2);
	put(&world->top, 4, 0x4000);        /* covers 256 to 511 by four slots */
	for (unsigned int slot = 5; slot < 8; slot++)
		put(&world->top, slot, 4 << 2 | 2); /* … which point to the first of them */
	put(&world->top, 9, 9 << 2 | 2);    /* to itself: no sibling */
	world->leaf.parent = address_of(&world->top);
	put(&world->leaf, 1, 0x1000);
	put(&world->leaf, 2, 7 << 1 | 1);   /* the number 7 */
	put(&world->leaf, 3, 0x2003);       /* a tagged pointer */
	start_xarray(world);
	expect_entry(world, 1, 0x1000);
	expect_entry(world, 2, 15);
	expect_entry(world, 3, 0x2003);
	expect_entry(world, 256, 0x4000);
	ck_assert(walk_next(&world->walk, &item));
	ck_assert_str_eq(item.problem, "xarray slot damaged");
	ck_assert_uint_eq(item.index, 576);
	expect_end(world);
	world_destroy(world);
}
END_TEST

START_TEST(an_xarray_whose_head_cannot_be_read)
{
	struct world *world = world_create();
	struct walk_item item;

	synthetic_hole(&world->s, &world->xarray, sizeof(world->xarray));
	start_xarray(world);
	ck_assert(!walk_next(&world->walk, &item));
	expect_error(walk_finish(&world->walk), INSPECT_ERROR_FAULT, "xarray at 0x");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		trees_are_walked_in_order, damage_hides_what_is_below_it, cycles_end, a_chain_is_no_tree,
		a_root_that_cannot_be_read, xarrays_of_one_entry, what_an_idr_does_not_have,
		an_xarray_whose_head_cannot_be_read,
	};

	return RUN_SUITE("trees", tests);
}
