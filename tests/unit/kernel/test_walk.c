/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/walk.h"

#include "synthetic.h"

struct xarray {
	uint64_t xa_head;
};

struct idr {
	struct xarray idr_rt;
	uint32_t idr_base;
};

struct xa_node {
	uint8_t shift;
	uint8_t offset;
	uint8_t count;
	uint64_t parent;
	uint64_t slots[64];
};

struct node {
	uint64_t next, prev;
};

static const struct row rows[] = {
	ROW(xarray, xa_head, NULL),
	ROW(idr, idr_rt, "xarray"),
	ROW(idr, idr_base, NULL, .until = 600),
	ROW(xa_node, shift, NULL),
	ROW(xa_node, offset, NULL),
	ROW(xa_node, count, NULL),
	ROW(xa_node, parent, NULL),
	ROW(xa_node, slots, "[64]", .since = 500, .until = 501),
	ROW(xa_node, slots, "[16]", .since = 502, .until = 502), /* CONFIG_BASE_SMALL */
	ROW(xa_node, slots, "[32]", .since = 503, .until = 503),
};

#define WIDE 500
#define NARROW 502

/* An idr of up to three levels: a top node, two below it, two below the first of these. */
struct setup {
	struct synthetic s;
	struct walk walk;
	struct idr idr;
	struct xa_node top, middle[2], leaf[2];
};

static struct setup *setup_create(unsigned int series)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), series);
	synthetic_ready(&setup->s);
	synthetic_map(&setup->s, &setup->idr, sizeof(*setup) - offsetof(struct setup, idr));
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	synthetic_deinit(&setup->s);
	free(setup);
}

static uint64_t node_entry(const struct xa_node *node)
{
	return address_of(node) | 2;
}

static void put(struct xa_node *node, unsigned int slot, uint64_t entry)
{
	node->slots[slot] = entry;
	node->count++;
}

static void put_node(struct xa_node *parent, unsigned int slot, struct xa_node *node, uint8_t shift)
{
	node->shift = shift;
	node->offset = (uint8_t)slot;
	node->parent = address_of(parent);
	put(parent, slot, node_entry(node));
}

static void put_top(struct setup *setup, uint8_t shift)
{
	setup->top.shift = shift;
	setup->idr.idr_rt.xa_head = node_entry(&setup->top);
}

/* A tree of three levels; shifts are @step apart. */
static void put_tree(struct setup *setup, uint8_t step)
{
	put_top(setup, 2 * step);
	put_node(&setup->top, 0, &setup->middle[0], step);
	put_node(&setup->top, 3, &setup->middle[1], step);
	put_node(&setup->middle[0], 0, &setup->leaf[0], 0);
	put_node(&setup->middle[1], 15, &setup->leaf[1], 0);
	put(&setup->leaf[0], 1, 0x1000);
	put(&setup->leaf[0], 15, 0x1010);
	put(&setup->leaf[1], 7, 0x2000);
}

static void start(struct setup *setup)
{
	walk_idr(&setup->walk, &setup->s.kernel, address_of(&setup->idr));
}

/* The next item is the entry @address with id @index. */
static void expect_entry(struct setup *setup, uint64_t index, uint64_t address)
{
	struct walk_item item;

	ck_assert(walk_next(&setup->walk, &item));
	ck_assert_msg(!item.problem, "%s", item.problem);
	ck_assert_uint_eq(item.index, index);
	ck_assert_uint_eq(item.last, index);
	ck_assert_uint_eq(item.address, address);
}

/* The next item is a problem that hides ids @first to @last. */
static void expect_hidden(struct setup *setup, uint64_t first, uint64_t last, const char *problem, const void *where)
{
	struct walk_item item;

	ck_assert(walk_next(&setup->walk, &item));
	ck_assert_ptr_nonnull(item.problem);
	ck_assert_str_eq(item.problem, problem);
	ck_assert_uint_eq(item.index, first);
	ck_assert_uint_eq(item.last, last);
	ck_assert_uint_eq(item.fault_address, address_of(where));
}

static void expect_end(struct setup *setup)
{
	struct walk_item item;

	ck_assert(!walk_next(&setup->walk, &item));
	expect_success(walk_finish(&setup->walk));
	ck_assert(!walk_next(&setup->walk, &item));
}

START_TEST(empty_idr)
{
	struct setup *setup = setup_create(WIDE);

	start(setup);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(idr_of_one_level)
{
	struct setup *setup = setup_create(WIDE);

	put_top(setup, 0);
	put(&setup->top, 1, 0x1000);
	put(&setup->top, 63, 0x2000);
	start(setup);
	expect_entry(setup, 1, 0x1000);
	expect_entry(setup, 63, 0x2000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(idr_of_three_levels_and_a_base)
{
	struct setup *setup = setup_create(WIDE);

	put_tree(setup, 6);
	setup->idr.idr_base = 5;
	start(setup);
	expect_entry(setup, 5 + 1, 0x1000);
	expect_entry(setup, 5 + 15, 0x1010);
	expect_entry(setup, 5 + 3 * 4096 + 15 * 64 + 7, 0x2000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(idr_of_nodes_with_16_slots)
{
	struct setup *setup = setup_create(NARROW);

	put_tree(setup, 4);
	setup->leaf[0].slots[16] = 0xdead0; /* behind the node */
	start(setup);
	expect_entry(setup, 1, 0x1000);
	expect_entry(setup, 15, 0x1010);
	expect_entry(setup, 3 * 256 + 15 * 16 + 7, 0x2000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(nodes_of_another_size_are_refused)
{
	struct setup *setup = setup_create(503);
	struct walk_item item;

	put_top(setup, 0);
	start(setup);
	ck_assert(!walk_next(&setup->walk, &item));
	expect_error(walk_finish(&setup->walk), INSPECT_ERROR_FORMAT, "32 slots");
	setup_destroy(setup);
}
END_TEST

START_TEST(entries_that_are_none)
{
	struct setup *setup = setup_create(WIDE);

	put_top(setup, 0);
	put(&setup->top, 0, 0x402); /* retry */
	put(&setup->top, 1, 0x406); /* zero: reserved */
	put(&setup->top, 2, 0x2000);
	put(&setup->top, 3, 0x15);   /* a value */
	put(&setup->top, 4, 0x2003); /* bits that no entry has */
	put(&setup->top, 5, 0x82);   /* a sibling */
	put(&setup->top, 6, node_entry(&setup->leaf[0])); /* a node where there are none */
	put(&setup->top, 7, 0x3000);
	start(setup);
	expect_entry(setup, 2, 0x2000);
	for (uint64_t id = 3; id <= 6; id++)
		expect_hidden(setup, id, id, "xarray slot damaged", &setup->top);
	expect_entry(setup, 7, 0x3000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(a_pointer_where_a_node_should_be)
{
	struct setup *setup = setup_create(WIDE);

	put_tree(setup, 6);
	put(&setup->top, 1, 0x5000);
	start(setup);
	expect_entry(setup, 1, 0x1000);
	expect_entry(setup, 15, 0x1010);
	expect_hidden(setup, 4096, 8191, "xarray slot damaged", &setup->top);
	expect_entry(setup, 3 * 4096 + 15 * 64 + 7, 0x2000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

/* Each kind of damage to the second node of the top hides its ids alone. */
START_TEST(a_damaged_node_hides_its_own_ids)
{
	enum { PARENT, OFFSET, SHIFT_TOO_LARGE, SHIFT_TOO_SMALL, SHIFT_ODD, SELF, KINDS };

	for (int kind = 0; kind < KINDS; kind++) {
		struct setup *setup = setup_create(WIDE);
		struct xa_node *node = &setup->middle[0], *where = node;

		put_tree(setup, 6);
		if (kind == PARENT)
			node->parent++;
		else if (kind == OFFSET)
			node->offset = 1;
		else if (kind == SHIFT_TOO_LARGE)
			node->shift = 12;
		else if (kind == SHIFT_TOO_SMALL)
			node->shift = 0;
		else if (kind == SHIFT_ODD)
			node->shift = 3;
		else
			setup->top.slots[0] = node_entry(where = &setup->top);
		start(setup);
		expect_hidden(setup, 0, 4095, "xarray node damaged", where);
		expect_entry(setup, 3 * 4096 + 15 * 64 + 7, 0x2000);
		expect_end(setup);
		setup_destroy(setup);
	}
}
END_TEST

START_TEST(a_node_that_contains_itself_below)
{
	struct setup *setup = setup_create(WIDE);

	put_tree(setup, 6);
	put(&setup->middle[0], 2, node_entry(&setup->middle[0]));
	start(setup);
	expect_entry(setup, 1, 0x1000);
	expect_entry(setup, 15, 0x1010);
	expect_hidden(setup, 128, 191, "xarray node damaged", &setup->middle[0]);
	expect_entry(setup, 3 * 4096 + 15 * 64 + 7, 0x2000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(a_node_that_counts_more_than_it_has)
{
	struct setup *setup = setup_create(WIDE);
	struct walk_item item;

	put_tree(setup, 6);
	setup->idr.idr_base = 1;
	setup->leaf[0].slots[1] = 0; /* somebody hides an entry */
	start(setup);
	ck_assert(walk_next(&setup->walk, &item));
	ck_assert(item.problem && item.incomplete);
	ck_assert_uint_eq(item.index, 1);
	ck_assert_uint_eq(item.last, 64);
	expect_entry(setup, 1 + 15, 0x1010);
	expect_entry(setup, 1 + 3 * 4096 + 15 * 64 + 7, 0x2000);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(a_node_that_cannot_be_read)
{
	struct setup *setup = setup_create(WIDE);
	struct walk_item item;

	put_tree(setup, 6);
	setup->idr.idr_base = 1;
	synthetic_hole(&setup->s, &setup->leaf[0].slots[9], 8);
	start(setup);
	ck_assert(walk_next(&setup->walk, &item));
	ck_assert_str_eq(item.problem, "xarray node not readable");
	ck_assert_int_eq(item.fault, INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(item.fault_address, address_of(&setup->leaf[0].slots[9]));
	ck_assert_uint_eq(item.index, 1);
	ck_assert_uint_eq(item.last, 64);
	expect_entry(setup, 1 + 3 * 4096 + 15 * 64 + 7, 0x2000);
	expect_end(setup);

	synthetic_hole(&setup->s, &setup->leaf[1].parent, 1);
	start(setup);
	ck_assert(walk_next(&setup->walk, &item));
	ck_assert(walk_next(&setup->walk, &item));
	ck_assert_str_eq(item.problem, "xarray node not readable");
	ck_assert_int_eq(item.fault, INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(item.fault_address, address_of(&setup->leaf[1].parent));
	ck_assert_uint_eq(item.index, 1 + 3 * 4096 + 15 * 64);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(a_root_that_is_damaged)
{
	struct setup *setup = setup_create(WIDE);
	struct walk_item item;

	setup->idr.idr_rt.xa_head = address_of(&setup->top);
	start(setup);
	expect_hidden(setup, 0, UINT64_MAX, "xarray root damaged", &setup->top);
	expect_end(setup);
	for (size_t i = 0; i < 3; i++) {
		static const uint8_t shifts[] = { 3, 63, 66 };

		put_top(setup, shifts[i]);
		start(setup);
		expect_hidden(setup, 0, UINT64_MAX, "xarray node damaged", &setup->top);
		expect_end(setup);
	}
	synthetic_hole(&setup->s, &setup->idr, 8);
	start(setup);
	ck_assert(!walk_next(&setup->walk, &item));
	expect_error(walk_finish(&setup->walk), INSPECT_ERROR_FAULT, "page excluded");
	setup_destroy(setup);

	/* Without its base, no id would be right. */
	setup = setup_create(WIDE);
	put_top(setup, 0);
	synthetic_hole(&setup->s, &setup->idr.idr_base, sizeof(setup->idr.idr_base));
	start(setup);
	ck_assert(!walk_next(&setup->walk, &item));
	expect_error(walk_finish(&setup->walk), INSPECT_ERROR_FAULT, "page excluded");
	setup_destroy(setup);
}
END_TEST

/* A top node of the largest shift: the ids that a slot hides do not overflow. */
START_TEST(an_idr_of_all_levels)
{
	struct setup *setup = setup_create(WIDE);

	put_top(setup, 60);
	put(&setup->top, 15, node_entry(&setup->middle[0]));
	start(setup);
	expect_hidden(setup, UINT64_C(15) << 60, UINT64_MAX, "xarray node damaged", &setup->middle[0]);
	expect_end(setup);
	setup_destroy(setup);
}
END_TEST

START_TEST(idr_find_goes_straight)
{
	struct setup *setup = setup_create(WIDE);
	uint64_t idr = address_of(&setup->idr), id = 5 + 3 * 4096 + 15 * 64 + 7;
	struct walk_item item;

	put_tree(setup, 6);
	setup->idr.idr_base = 5;
	expect_success(idr_find(&setup->s.kernel, idr, id, &item));
	ck_assert_uint_eq(item.address, 0x2000);
	ck_assert_uint_eq(item.index, id);
	ck_assert_ptr_null(item.problem);
	/* Below the base, an empty slot, an empty branch, behind the end. */
	for (size_t i = 0; i < 4; i++) {
		static const uint64_t ids[] = { 4, 5, 5 + 4096, 5 + 64 * 4096 };

		expect_success(idr_find(&setup->s.kernel, idr, ids[i], &item));
		ck_assert_uint_eq(item.address, 0);
		ck_assert_ptr_null(item.problem);
	}
	setup->middle[1].parent = 0;
	expect_success(idr_find(&setup->s.kernel, idr, id, &item));
	ck_assert_uint_eq(item.address, 0);
	ck_assert_str_eq(item.problem, "xarray node damaged");
	ck_assert_uint_eq(item.fault_address, address_of(&setup->middle[1]));
	synthetic_hole(&setup->s, &setup->middle[1], 8);
	expect_success(idr_find(&setup->s.kernel, idr, id, &item));
	ck_assert_int_eq(item.fault, INSPECT_FAULT_EXCLUDED);
	setup_destroy(setup);
}
END_TEST

/* What a walk calls damaged, a look-up does not call absent. */
START_TEST(idr_find_tells_damage)
{
	struct setup *setup = setup_create(WIDE);
	uint64_t idr = address_of(&setup->idr);
	struct walk_item item;

	put_tree(setup, 6);
	put(&setup->leaf[0], 2, 0x1003);
	put(&setup->leaf[0], 3, 0x402);
	put(&setup->leaf[0], 4, 0x406);
	put(&setup->top, 1, 0x5000);
	expect_success(idr_find(&setup->s.kernel, idr, 2, &item));
	ck_assert_str_eq(item.problem, "xarray slot damaged");
	ck_assert_uint_eq(item.fault_address, address_of(&setup->leaf[0]));
	expect_success(idr_find(&setup->s.kernel, idr, 4096, &item));
	ck_assert_uint_eq(item.address, 0);
	ck_assert_str_eq(item.problem, "xarray slot damaged");
	for (uint64_t id = 3; id <= 4; id++) {
		expect_success(idr_find(&setup->s.kernel, idr, id, &item));
		ck_assert_uint_eq(item.address, 0);
		ck_assert_ptr_null(item.problem);
	}
	setup->idr.idr_rt.xa_head = 0x1000;
	expect_success(idr_find(&setup->s.kernel, idr, 9, &item));
	ck_assert_uint_eq(item.address, 0);
	ck_assert_str_eq(item.problem, "xarray root damaged");
	setup_destroy(setup);
}
END_TEST

/* Three nodes in a ring with @head; with @hlist, prev is where the pointer to the node lies and the end is NULL. */
static void put_list(struct node *head, struct node nodes[3], bool hlist)
{
	head->next = address_of(&nodes[0]);
	head->prev = address_of(&nodes[2]);
	for (int i = 0; i < 3; i++) {
		nodes[i].next = i < 2 ? address_of(&nodes[i + 1]) : hlist ? 0 : address_of(head);
		nodes[i].prev = i ? address_of(&nodes[i - 1]) : address_of(head);
	}
}

/* Walks either kind of list, and finds @count nodes before the walk ends with an error whose message has @part. */
static void expect_list(struct setup *setup, struct node *nodes, struct node *head, bool hlist, size_t count,
			const char *part)
{
	struct walk_item item;

	(hlist ? walk_hlist : walk_list)(&setup->walk, &setup->s.kernel, address_of(head));
	for (size_t i = 0; i < count; i++) {
		ck_assert(walk_next(&setup->walk, &item));
		ck_assert_uint_eq(item.address, address_of(&nodes[i]));
	}
	ck_assert(!walk_next(&setup->walk, &item));
	if (part) {
		struct inspect_error *error = walk_finish(&setup->walk);

		ck_assert_ptr_nonnull(error);
		expect_error(error, inspect_error_code(error), part);
	} else {
		expect_success(walk_finish(&setup->walk));
	}
}

START_TEST(lists)
{
	for (int hlist = 0; hlist < 2; hlist++) {
		struct setup *setup = setup_create(WIDE);
		struct node head = { 0 }, nodes[3];
		bool live;

		synthetic_map(&setup->s, &head, hlist ? 8 : sizeof(head));
		synthetic_map(&setup->s, nodes, sizeof(nodes));
		if (!hlist)
			head.next = head.prev = address_of(&head);
		expect_list(setup, nodes, &head, hlist, 0, NULL);
		put_list(&head, nodes, hlist);
		expect_list(setup, nodes, &head, hlist, 3, NULL);
		for (live = false;; live = true) {
			setup->s.kernel.live = live;
			nodes[1].prev = 8;
			expect_list(setup, nodes, &head, hlist, 1, "does not point back");
			put_list(&head, nodes, hlist);
			nodes[1].next = address_of(&nodes[0]); /* a cycle without the head */
			expect_list(setup, nodes, &head, hlist, 2, "does not point back");
			nodes[1].next = address_of(&nodes[1]);
			expect_list(setup, nodes, &head, hlist, 2, "does not point back");
			nodes[1].next = 0x100000;
			expect_list(setup, nodes, &head, hlist, 2, "read 0x100000");
			put_list(&head, nodes, hlist);
			if (live)
				break;
		}
		nodes[2].next = hlist ? address_of(&head) : 0; /* the other kind's end */
		expect_list(setup, nodes, &head, hlist, 3, hlist ? "read 0x" : "NULL pointer");
		synthetic_hole(&setup->s, &nodes[0], 1);
		expect_list(setup, nodes, &head, hlist, 0, "page excluded");
		synthetic_hole(&setup->s, &head, 8);
		expect_list(setup, nodes, &head, hlist, 0, "page excluded");
		setup_destroy(setup);
	}
}
END_TEST

START_TEST(the_budget_ends_a_walk)
{
	struct setup *setup = setup_create(WIDE);
	struct node head = { 0 }, nodes[3];
	struct walk_item item;

	synthetic_map(&setup->s, &head, sizeof(head));
	synthetic_map(&setup->s, nodes, sizeof(nodes));
	put_list(&head, nodes, false);
	walk_list(&setup->walk, &setup->s.kernel, address_of(&head));
	ck_assert_uint_eq(setup->walk.budget, WALK_BUDGET);
	setup->walk.budget = 2;
	ck_assert(walk_next(&setup->walk, &item) && walk_next(&setup->walk, &item));
	ck_assert(!walk_next(&setup->walk, &item));
	expect_error(walk_finish(&setup->walk), INSPECT_ERROR_LIMIT, "list at 0x");
	setup_destroy(setup);
}
END_TEST

START_TEST(the_interrupt_flag_ends_a_walk)
{
	struct setup *setup = setup_create(WIDE);
	volatile sig_atomic_t interrupt = 0;
	struct walk_item item;

	setup->s.kernel.interrupt = &interrupt;
	put_tree(setup, 6);
	start(setup);
	expect_entry(setup, 1, 0x1000);
	interrupt = 1;
	ck_assert(!walk_next(&setup->walk, &item));
	interrupt = 0;
	ck_assert(!walk_next(&setup->walk, &item));
	expect_error(walk_finish(&setup->walk), INSPECT_ERROR_INTERRUPTED, "interrupted");
	setup_destroy(setup);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		empty_idr,
		idr_of_one_level,
		idr_of_three_levels_and_a_base,
		idr_of_nodes_with_16_slots,
		nodes_of_another_size_are_refused,
		entries_that_are_none,
		a_pointer_where_a_node_should_be,
		a_damaged_node_hides_its_own_ids,
		a_node_that_contains_itself_below,
		a_node_that_counts_more_than_it_has,
		a_node_that_cannot_be_read,
		a_root_that_is_damaged,
		an_idr_of_all_levels,
		idr_find_goes_straight,
		idr_find_tells_damage,
		lists,
		the_budget_ends_a_walk,
		the_interrupt_flag_ends_a_walk,
	};

	return RUN_SUITE("walk", tests);
}
