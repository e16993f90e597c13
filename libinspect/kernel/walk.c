/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/walk.h"

#include <endian.h>
#include <string.h>

#include "base/error.h"
#include "kernel/walk_ops.h"

void walk_init(struct walk *walk, const struct walk_ops *ops, struct kernel *kernel, uint64_t head)
{
	memset(walk, 0, offsetof(struct walk, levels));
	walk->ops = ops;
	walk->kernel = kernel;
	walk->head = head;
	walk->budget = WALK_BUDGET;
}

bool walk_next(struct walk *walk, struct walk_item *item)
{
	if (walk->done || walk->error)
		return false;
	if (kernel_interrupted(walk->kernel)) {
		walk->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
		return false;
	}
	if (!walk->budget--) {
		walk->error = error_at(INSPECT_ERROR_LIMIT, walk->head, "%s at 0x%llx: more than %llu elements",
				       walk->ops->name, (unsigned long long)walk->head,
				       (unsigned long long)WALK_BUDGET);
		return false;
	}
	memset(item, 0, sizeof(*item));
	return walk->ops->next(walk, item);
}

struct inspect_error *walk_finish(struct walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	walk->done = true;
	return error;
}

/* Lists. A node is accepted only if it points back to where we came from: no cycle can then miss the head. */

/* Reads {next, prev} of a list_head or of an hlist_node: two pointers, the order of which never changed. */
static enum inspect_fault read_pair(struct kernel *kernel, uint64_t address, uint64_t pair[2])
{
	uint64_t bytes[2];
	enum inspect_fault fault = memory_read(&kernel->memory, address, bytes, sizeof(bytes), NULL);

	if (!fault) {
		pair[0] = le64toh(bytes[0]);
		pair[1] = le64toh(bytes[1]);
	}
	return fault;
}

bool walk_fault(struct walk *walk, enum inspect_fault fault, uint64_t address)
{
	walk->error = error_context(memory_error(fault, address), "%s at 0x%llx", walk->ops->name,
				    (unsigned long long)walk->head);
	return false;
}

static bool walk_torn(struct walk *walk, uint64_t node, const char *what)
{
	walk->error = error_at(INSPECT_ERROR_FORMAT, node, "%s at 0x%llx: the node at 0x%llx %s", walk->ops->name,
			       (unsigned long long)walk->head, (unsigned long long)node, what);
	return false;
}

/*
 * The step that both kinds of list share: the pointer at @from leads to a node whose second word is @back. Returns 1
 * with the node, 0 at the end (@end), -1 with walk->error set.
 */
static int list_step(struct walk *walk, uint64_t from, uint64_t back, uint64_t end, uint64_t *node_ret)
{
	uint64_t node = 0, pair[2] = { 0 };
	enum inspect_fault fault;

	for (int tries = 0; tries < WALK_TRIES; tries++) {
		fault = memory_read_u64(&walk->kernel->memory, from, 8, &node);
		if (fault) {
			walk_fault(walk, fault, from);
			return -1;
		}
		if (node == end)
			return 0;
		fault = read_pair(walk->kernel, node, pair);
		if (!fault && pair[1] == back) {
			*node_ret = node;
			return 1;
		}
		if (!walk->kernel->live)
			break;
	}
	if (fault)
		walk_fault(walk, fault, node);
	else
		walk_torn(walk, node, "does not point back to the one before it");
	return -1;
}

static bool list_next(struct walk *walk, struct walk_item *item)
{
	int found = list_step(walk, walk->previous, walk->previous, walk->head, &item->address);

	walk->previous = item->address;
	walk->done = found <= 0;
	return found > 0;
}

static bool hlist_next(struct walk *walk, struct walk_item *item)
{
	int found = list_step(walk, walk->previous, walk->previous, 0, &item->address);

	walk->previous = item->address; /* hlist_node.next is its first word: pprev of the next node points there */
	walk->done = found <= 0;
	return found > 0;
}

/*
 * The IDR is an xarray since 4.20 (3159f943aafd): an entry with the low bits 10 above 4096 is a node, value - 2; see
 * include/linux/xarray.h, xa_is_node() and xa_is_internal().
 */

struct idr_fields {
	struct view_state state;
	uint64_t xa_head;
	uint64_t idr_base;
};

static const struct view_variant idr_variants[] = { { "struct idr", NULL } };
static const struct view_field idr_fields[] = {
	VIEW_NEED(idr_fields, xa_head, "idr_rt.xa_head"),
	VIEW_MAY(idr_fields, idr_base, "idr_base"),
};
VIEW(idr_view, idr_fields, idr_variants, idr_fields);

struct xarray_fields {
	struct view_state state;
	uint64_t xa_head;
};

static const struct view_variant xarray_variants[] = { { "struct xarray", NULL } };
static const struct view_field xarray_fields[] = {
	VIEW_NEED(xarray_fields, xa_head, "xa_head"),
};
VIEW(xarray_view, xarray_fields, xarray_variants, xarray_fields);

struct xa_node_fields {
	struct view_state state;
	uint64_t shift;
	uint64_t offset;
	uint64_t count;
	uint64_t parent;
	uint64_t slots;
};

static const struct view_variant xa_node_variants[] = { { "struct xa_node", NULL } };
static const struct view_field xa_node_fields[] = {
	VIEW_NEED(xa_node_fields, shift, "shift"),
	VIEW_NEED(xa_node_fields, offset, "offset"),
	VIEW_NEED(xa_node_fields, count, "count"),
	VIEW_NEED(xa_node_fields, parent, "parent"),
	VIEW_NEED(xa_node_fields, slots, "&slots"),
};
VIEW(xa_node_view, xa_node_fields, xa_node_variants, xa_node_fields);

#define XA_ENTRY_MAX 4096 /* internal entries up to this are no nodes: retry, zero, siblings, errors */

#define XA_RETRY_ENTRY 0x402 /* a node is just being replaced */
#define XA_ZERO_ENTRY 0x406  /* reserved, nothing stored yet */

static bool xa_is_node(uint64_t entry)
{
	return (entry & 3) == 2 && entry > XA_ENTRY_MAX;
}

static bool xa_is_empty(uint64_t entry)
{
	return !entry || entry == XA_RETRY_ENTRY || entry == XA_ZERO_ENTRY;
}

/* A slot that belongs to an entry before it, which covers several: the number of that slot. */
static bool xa_is_sibling(uint64_t entry, unsigned int slot)
{
	return (entry & 3) == 2 && entry >> 2 < slot;
}

/* What an xarray has beyond pointers to objects: numbers, tagged pointers, entries of several slots. */
static bool xa_may_be_entry(const struct walk *walk, uint64_t entry, unsigned int shift)
{
	return !walk->is_idr ? (entry & 3) != 2 : !(entry & 3) && !shift;
}

/* Slots a node has: 64, or 16 with CONFIG_BASE_SMALL; told by the array's length. */
static struct inspect_error *xa_fanout(struct kernel *kernel, unsigned int *fanout_ret)
{
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, &xa_node_view, &plan);
	const struct view_slot *slot;

	if (error)
		return error;
	slot = view_slot_at(plan, offsetof(struct xa_node_fields, slots));
	if (slot->elements != 16 && slot->elements != 64)
		return error_create(INSPECT_ERROR_FORMAT, "struct xa_node has %llu slots, not 16 or 64",
				    (unsigned long long)slot->elements);
	*fanout_ret = (unsigned int)slot->elements;
	return NULL;
}

static unsigned int fanout_bits(unsigned int fanout)
{
	return (unsigned int)__builtin_ctz(fanout);
}

/* Slots in use, which is what xa_node.count says. */
static uint64_t xa_entries(const struct walk_level *level, unsigned int fanout)
{
	uint64_t entries = 0;

	for (unsigned int i = 0; i < fanout; i++)
		entries += level->slots[i] != 0;
	return entries;
}

/*
 * Reads the node of @entry, which hangs in slot @offset of @parent (0: in the root) and covers ids below its slot, and
 * checks it against both. @shift_max is the largest shift it may have. Returns what is wrong with it, or NULL.
 */
static const char *xa_read_node(struct walk *walk, uint64_t entry, uint64_t parent, unsigned int offset,
				unsigned int shift_max, struct walk_level *level, struct walk_item *item)
{
	struct xa_node_fields node;
	const struct view_plan *plan;

	level->node = entry - 2;
	level->slot = 0;
	item->fault_address = level->node;
	walk->error = kernel_view(walk->kernel, &xa_node_view, &plan);
	if (walk->error)
		return "xa_node not known";
	if (!view_read(plan, &walk->kernel->memory, level->node, &node)) {
		item->fault = view_first_fault(plan, &walk->kernel->memory, level->node, &node, &item->fault_address);
		return "xarray node not readable";
	}
	if (node.shift > shift_max || node.shift % fanout_bits(walk->fanout) || node.parent != parent ||
	    node.offset != offset || (parent && node.shift != shift_max))
		return "xarray node damaged";
	level->shift = (unsigned int)node.shift;
	item->fault = memory_read(&walk->kernel->memory, node.slots, level->slots, walk->fanout * sizeof(uint64_t),
				  &item->fault_address);
	if (item->fault)
		return "xarray node not readable";
	level->miscounted = xa_entries(level, walk->fanout) != node.count;
	return NULL;
}

/* The same, as often as a live kernel deserves. */
static const char *xa_enter(struct walk *walk, uint64_t entry, uint64_t parent, unsigned int offset,
			    unsigned int shift_max, struct walk_level *level, struct walk_item *item)
{
	const char *problem = NULL;

	for (int tries = 0; tries < (walk->kernel->live ? WALK_TRIES : 1); tries++) {
		problem = xa_read_node(walk, entry, parent, offset, shift_max, level, item);
		if (!problem && !level->miscounted)
			break;
	}
	return problem;
}

/* Highest index that lies under one slot of a node with @shift. */
static uint64_t slot_last(uint64_t first, unsigned int shift)
{
	return shift >= 64 ? UINT64_MAX : first + ((UINT64_C(1) << shift) - 1);
}

/* Largest shift of a top node whose indices fit in 64 bits. */
static unsigned int root_shift_max(unsigned int fanout)
{
	return 63 / fanout_bits(fanout) * fanout_bits(fanout);
}

/* The first step: from the root into the top node. */
static bool idr_enter_root(struct walk *walk, struct walk_item *item)
{
	uint64_t entry = walk->entry;

	walk->entry = 0;
	if (!entry) {
		walk->done = true;
		return false;
	}
	if (!xa_is_node(entry) && !walk->is_idr) {
		/* A lone entry at index 0. */
		walk->done = true;
		item->address = entry;
		return !xa_is_empty(entry);
	}
	if (!xa_is_node(entry)) {
		/* An IDR always has a node at its root. */
		walk->done = true;
		item->problem = "xarray root damaged";
		item->fault_address = entry;
		item->last = UINT64_MAX;
		return true;
	}
	item->problem = xa_enter(walk, entry, 0, 0, root_shift_max(walk->fanout), &walk->levels[0], item);
	if (!item->problem) {
		walk->levels[0].prefix = 0;
		walk->depth = 1;
		return false;
	}
	walk->done = true;
	item->last = UINT64_MAX;
	return !walk->error;
}

static void miscounted_item(const struct walk_level *level, struct walk_item *item)
{
	item->problem = "xarray node has another number of entries than it counts";
	item->incomplete = true;
	item->fault_address = level->node;
}

/* A node with fewer entries than it counts has lost one, to damage or to somebody who hides an object. */
static bool idr_miscounted(struct walk *walk, struct walk_level *level, struct walk_item *item)
{
	level->miscounted = false;
	item->index = level->prefix + walk->base;
	item->last = slot_last(level->prefix, level->shift + fanout_bits(walk->fanout)) + walk->base;
	miscounted_item(level, item);
	return true;
}

/* One slot of the node on top; true when it yields something. */
static bool idr_step(struct walk *walk, struct walk_item *item)
{
	struct walk_level *level = &walk->levels[walk->depth - 1];
	unsigned int slot;
	uint64_t entry, index;

	if (level->miscounted)
		return idr_miscounted(walk, level, item);
	slot = level->slot++;
	entry = le64toh(level->slots[slot]);
	index = level->prefix + ((uint64_t)slot << level->shift);
	item->index = index + walk->base;
	if (xa_is_node(entry) && level->shift && walk->depth < WALK_DEPTH) {
		struct walk_level *below = &walk->levels[walk->depth];

		item->problem = xa_enter(walk, entry, level->node, slot, level->shift - fanout_bits(walk->fanout),
					 below, item);
		item->last = slot_last(index, level->shift) + walk->base;
		if (item->problem)
			return true;
		below->prefix = index;
		walk->depth++;
		return false;
	}
	if (xa_is_empty(entry) || (!walk->is_idr && xa_is_sibling(entry, slot)))
		return false;
	item->address = entry;
	item->last = slot_last(index, level->shift) + walk->base;
	if (!xa_may_be_entry(walk, entry, level->shift)) {
		item->problem = "xarray slot damaged";
		item->fault_address = level->node;
	}
	return true;
}

static bool idr_next(struct walk *walk, struct walk_item *item)
{
	if (walk->entry || !walk->depth) {
		if (idr_enter_root(walk, item))
			return true;
		if (walk->done)
			return false;
	}
	while (walk->depth && !walk->error) {
		if (walk->levels[walk->depth - 1].slot == walk->fanout)
			walk->depth--;
		else if (idr_step(walk, item))
			return !walk->error;
	}
	walk->done = true;
	return false;
}

enum { WALK_LIST, WALK_HLIST, WALK_IDR, WALK_XARRAY };

static const struct walk_ops walk_table[] = {
	[WALK_LIST] = { "list", list_next },
	[WALK_HLIST] = { "hlist", hlist_next },
	[WALK_IDR] = { "idr", idr_next },
	[WALK_XARRAY] = { "xarray", idr_next },
};

void walk_list(struct walk *walk, struct kernel *kernel, uint64_t head)
{
	walk_init(walk, &walk_table[WALK_LIST], kernel, head);
	walk->previous = head;
}

void walk_hlist(struct walk *walk, struct kernel *kernel, uint64_t head)
{
	walk_init(walk, &walk_table[WALK_HLIST], kernel, head);
	walk->previous = head;
}

/* Reads the head of an xarray or an idr, as @view has it, into @fields. */
static struct inspect_error *xa_read_head(struct walk *walk, const struct view *view, void *fields)
{
	struct memory *memory = &walk->kernel->memory;
	const struct view_plan *plan;
	struct inspect_error *error = xa_fanout(walk->kernel, &walk->fanout);
	enum inspect_fault fault;
	uint64_t address;

	if (!error)
		error = kernel_view(walk->kernel, view, &plan);
	if (error || view_read(plan, memory, walk->head, fields))
		return error;
	fault = view_first_fault(plan, memory, walk->head, fields, &address);
	return error_context(memory_error(fault, address), "%s at 0x%llx", walk->ops->name,
			     (unsigned long long)walk->head);
}

/* Reads the root of an idr into the walk. */
static struct inspect_error *idr_open(struct walk *walk)
{
	struct idr_fields idr;
	struct inspect_error *error = xa_read_head(walk, &idr_view, &idr);

	if (error)
		return error;
	walk->entry = idr.xa_head;
	walk->base = idr.idr_base;
	walk->done = !idr.xa_head;
	return NULL;
}

void walk_idr(struct walk *walk, struct kernel *kernel, uint64_t idr)
{
	walk_init(walk, &walk_table[WALK_IDR], kernel, idr);
	walk->is_idr = true;
	walk->error = idr_open(walk);
}

void walk_xarray(struct walk *walk, struct kernel *kernel, uint64_t xarray)
{
	struct xarray_fields fields;

	walk_init(walk, &walk_table[WALK_XARRAY], kernel, xarray);
	walk->error = xa_read_head(walk, &xarray_view, &fields);
	if (walk->error)
		return;
	walk->entry = fields.xa_head;
	walk->done = !fields.xa_head;
}

/* Goes down to the one slot of @index; a node or slot that is damaged on this way is the item's problem. */
static void idr_descend(struct walk *walk, uint64_t index, struct walk_item *item)
{
	unsigned int shift = root_shift_max(walk->fanout), slot = 0;
	struct walk_level *level = &walk->levels[0];
	uint64_t entry = walk->entry, parent = 0;

	item->problem = "xarray root damaged";
	item->fault_address = entry;
	while (xa_is_node(entry)) {
		item->problem = xa_enter(walk, entry, parent, slot, shift, level, item);
		if (item->problem || (!parent && index > slot_last(0, level->shift + fanout_bits(walk->fanout))))
			return;
		slot = (unsigned int)(index >> level->shift) & (walk->fanout - 1);
		entry = le64toh(level->slots[slot]);
		parent = level->node;
		if (!level->shift)
			break;
		shift = level->shift - fanout_bits(walk->fanout);
	}
	if (!item->problem && xa_is_empty(entry) && level->miscounted && !level->shift)
		miscounted_item(level, item);
	if (item->problem || xa_is_empty(entry))
		return;
	if ((entry & 3) || level->shift)
		item->problem = "xarray slot damaged";
	else
		item->address = entry;
}

struct inspect_error *idr_find(struct kernel *kernel, uint64_t idr, uint64_t id, struct walk_item *item)
{
	struct walk walk;

	walk_idr(&walk, kernel, idr);
	memset(item, 0, sizeof(*item));
	item->index = item->last = id;
	if (!walk.error && id >= walk.base && walk.entry)
		idr_descend(&walk, id - walk.base, item);
	return walk_finish(&walk);
}
