/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walkers over the kernel's containers. They pull:
 *
 *	walk_list(&walk, kernel, head);
 *	while (walk_next(&walk, &item))
 *		…;
 *	error = walk_finish(&walk);
 *
 * walk_next() is false at the end or where the walk cannot go on; walk_finish() then tells why. Damage that hides only
 * a part (one xarray slot or node, one side of a tree) yields an item with `problem` set, and the walk goes on behind
 * it. Each step spends from one budget, and every container is checked against the redundancy it has (prev, pprev,
 * parent), so that cycles end.
 *
 * To add a container: an init function and a next function, in a struct walk_ops (walk_ops.h).
 */
#ifndef LIBINSPECT_KERNEL_WALK_H
#define LIBINSPECT_KERNEL_WALK_H

#include "kernel/kernel.h"

/* More elements than any kernel has in one container. */
#define WALK_BUDGET (UINT64_C(1) << 26)
/* Levels of an xarray: 64 bits of index, 4 or 6 a level. */
#define WALK_DEPTH 16

struct walk_item {
	uint64_t address; /* of the node (list_head, hlist_node, rb_node), or the entry of an idr or an xarray */
	uint64_t index;   /* idr, xarray: the id; first one of the range where a problem hides several */
	uint64_t last;    /* idr, xarray: last id of the range that a problem hides */
	const char *problem;        /* NULL: none; static text */
	bool incomplete;            /* the problem is that entries of the range are missing; those left follow */
	enum inspect_fault fault;   /* where the problem is unreadable memory */
	uint64_t fault_address;     /* where the problem is */
};

/* Levels of a red-black tree: twice the logarithm of the number of its nodes. */
#define WALK_RB_DEPTH 128

/* An rb_node whose left side was walked. */
struct walk_rb_node {
	uint64_t address;
	uint64_t right;
};

/* One xa_node on the way down. */
struct walk_level {
	uint64_t node;
	uint64_t prefix; /* index of its first slot */
	unsigned int shift;
	unsigned int slot;   /* next to look at */
	bool miscounted;     /* it says that it has more or fewer entries; not told yet */
	uint64_t slots[64];
};

struct walk_ops;

struct walk {
	const struct walk_ops *ops;
	struct kernel *kernel;
	struct inspect_error *error;
	uint64_t budget;
	uint64_t head;     /* address of the container */
	uint64_t previous; /* lists, rbtrees: the node before; hlists: where the pointer to the next node lies */
	bool done;
	unsigned int depth;  /* xarray, rbtree */
	/* rbtree: what hangs below the previous node, where we go next */
	uint64_t below;
	/* xarray */
	bool is_idr;         /* no entry covers several ids, none is a number */
	uint64_t base;       /* idr_base */
	uint64_t entry;      /* xa_head, until the first step */
	unsigned int fanout; /* slots a node has */
	union {
		struct walk_level levels[WALK_DEPTH];
		struct walk_rb_node nodes[WALK_RB_DEPTH];
	};
};

/* A struct idr: its entries with their ids, in order of the ids. */
void walk_idr(struct walk *walk, struct kernel *kernel, uint64_t idr);
/*
 * A struct xarray: its entries with their indices, in order of these. An entry may be a number instead of a pointer
 * (bit 0 is set, xa_is_value()); one that covers several indices comes once, with the first of them.
 */
void walk_xarray(struct walk *walk, struct kernel *kernel, uint64_t xarray);
/* A struct rb_root: each struct rb_node, in order. */
void walk_rbtree(struct walk *walk, struct kernel *kernel, uint64_t root);
/* A struct list_head: each node but the head. */
void walk_list(struct walk *walk, struct kernel *kernel, uint64_t head);
/* A struct hlist_head: each struct hlist_node. */
void walk_hlist(struct walk *walk, struct kernel *kernel, uint64_t head);

bool walk_next(struct walk *walk, struct walk_item *item);
/* The error that ended the walk early, or NULL; the caller owns it. */
struct inspect_error *walk_finish(struct walk *walk);

/* One entry of an idr by its id, without walking the rest; item->address is 0 where there is none. */
struct inspect_error *idr_find(struct kernel *kernel, uint64_t idr, uint64_t id, struct walk_item *item);

extern const struct view idr_view, xarray_view, xa_node_view, rb_root_view, rb_node_view;

#endif
