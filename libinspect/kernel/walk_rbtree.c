/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Red-black trees, in order. A node is accepted only where its parent is the node that we come from, and the two
 * children of a node differ: so there is one way to each node, and no cycle. What cannot be accepted hides what is
 * below it, and the walk goes on beside it.
 */
#include <string.h>

#include "base/error.h"
#include "kernel/walk_ops.h"

struct rb_root_fields {
	struct view_state state;
	uint64_t node;
};

static const struct view_variant rb_root_variants[] = { { "struct rb_root", NULL } };
static const struct view_field rb_root_fields[] = {
	VIEW_NEED(rb_root_fields, node, "rb_node"),
};
VIEW(rb_root_view, rb_root_fields, rb_root_variants, rb_root_fields);

/* The parent's address, and the node's colour in bit 0: include/linux/rbtree_augmented.h, __rb_parent(). */
struct rb_node_fields {
	struct view_state state;
	uint64_t parent_color;
	uint64_t left;
	uint64_t right;
};

static const struct view_variant rb_node_variants[] = { { "struct rb_node", NULL } };
static const struct view_field rb_node_fields[] = {
	VIEW_NEED(rb_node_fields, parent_color, "__rb_parent_color"),
	VIEW_NEED(rb_node_fields, left, "rb_left"),
	VIEW_NEED(rb_node_fields, right, "rb_right"),
};
VIEW(rb_node_view, rb_node_fields, rb_node_variants, rb_node_fields);

#define RB_COLOR_BITS 3

/* Reads the node at @address, which hangs below @parent; what is wrong with it, or NULL. */
static const char *rb_read(struct walk *walk, uint64_t address, uint64_t parent, struct rb_node_fields *node,
			   struct walk_item *item)
{
	struct memory *memory = &walk->kernel->memory;
	const struct view_plan *plan;

	item->fault_address = address;
	walk->error = kernel_view(walk->kernel, &rb_node_view, &plan);
	if (walk->error)
		return "rb_node not known";
	if (!view_read(plan, memory, address, node)) {
		item->fault = view_first_fault(plan, memory, address, node, &item->fault_address);
		return "rb_node not readable";
	}
	if ((node->parent_color & ~(uint64_t)RB_COLOR_BITS) != parent)
		return "rb_node does not point back to its parent";
	if (node->left && node->left == node->right)
		return "rb_node has one child twice";
	return NULL;
}

/*
 * From walk->below, which hangs below walk->previous, to the left as far as it goes; each node on the way waits on the
 * stack. What is wrong, or NULL.
 */
static const char *rb_descend(struct walk *walk, struct walk_item *item)
{
	const char *problem = NULL;

	while (walk->below && !problem) {
		struct rb_node_fields node;
		uint64_t address = walk->below;

		/* Twice the logarithm of the number of nodes, of which there are less than 2^64. */
		if (walk->depth == WALK_RB_DEPTH) {
			item->fault_address = address;
			problem = "rbtree deeper than any is";
			break;
		}
		problem = rb_read(walk, address, walk->previous, &node, item);
		for (int tries = 1; problem && walk->kernel->live && tries < WALK_TRIES && !walk->error; tries++)
			problem = rb_read(walk, address, walk->previous, &node, item);
		if (problem)
			break;
		walk->nodes[walk->depth++] = (struct walk_rb_node){ address, node.right };
		walk->previous = address;
		walk->below = node.left;
	}
	walk->below = 0;
	return problem;
}

static bool rbtree_next(struct walk *walk, struct walk_item *item)
{
	const struct walk_rb_node *node;

	item->problem = rb_descend(walk, item);
	if (walk->error)
		return false;
	if (item->problem)
		return true;
	walk->done = !walk->depth;
	if (walk->done)
		return false;
	node = &walk->nodes[--walk->depth];
	item->address = node->address;
	walk->previous = node->address;
	walk->below = node->right;
	return true;
}

static const struct walk_ops rbtree_ops = { "rbtree", rbtree_next };

void walk_rbtree(struct walk *walk, struct kernel *kernel, uint64_t root)
{
	const struct view_plan *plan;
	struct rb_root_fields fields;

	walk_init(walk, &rbtree_ops, kernel, root);
	walk->error = kernel_view(kernel, &rb_root_view, &plan);
	if (walk->error)
		return;
	if (!view_read(plan, &kernel->memory, root, &fields)) {
		uint64_t address;
		enum inspect_fault fault = view_first_fault(plan, &kernel->memory, root, &fields, &address);

		walk_fault(walk, fault, address);
		return;
	}
	walk->below = fields.node;
}
