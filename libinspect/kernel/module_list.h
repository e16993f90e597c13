/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The modules of a kernel, by three ways that should agree: the list of modules, which /proc/modules shows, the kset
 * of their kobjects, which /sys/module shows, and the tree by which the kernel finds the module of an address. What
 * hides a module takes it from the first or the first two and may forget the last.
 */
#ifndef LIBINSPECT_KERNEL_MODULE_LIST_H
#define LIBINSPECT_KERNEL_MODULE_LIST_H

#include "base/vec.h"
#include "kernel/kernel.h"

/* enum module_state in include/linux/module.h */
enum module_state {
	MODULE_LIVE,
	MODULE_COMING,
	MODULE_GOING,
	MODULE_UNFORMED,
};

#define MODULE_REGIONS 7 /* MOD_MEM_NUM_TYPES */

/* struct module, as far as a listing wants it. */
struct module_info {
	struct view_state state;
	char name[64];
	uint64_t module_state;          /* enum module_state */
	uint64_t base;                  /* of its code */
	uint64_t sizes[MODULE_REGIONS]; /* bytes of each of its regions that this kernel has */
	uint64_t taints;                /* bits, see Documentation/admin-guide/tainted-kernels.rst */
	int64_t references;             /* one more than there are: MODULE_REF_BASE */
	uint64_t init, exit;            /* functions */
	uint64_t users;                 /* list_head of the modules that use it */
	uint64_t kobject_module;        /* back pointer of its kobject */
	uint64_t list;                  /* its own list_head */
};

/* The ways, bits. */
enum module_way {
	MODULE_BY_LIST = 1 << 0,
	MODULE_BY_KSET = 1 << 1,
	MODULE_BY_TREE = 1 << 2,
};

struct module_place {
	uint64_t address;  /* struct module */
	unsigned int ways; /* by which it was found */
};

struct module_places {
	VEC(struct module_place) places; /* the list's in its order, newest first; then those of the other ways alone */
	unsigned int whole;              /* ways gone to their ends: what was not found by these is missing there */
};

void module_places_init(struct module_places *places);
void module_places_deinit(struct module_places *places);

/*
 * Finds all modules. A way that breaks off is a kernel_problem(), and a kernel without the tree has no such way;
 * INSPECT_ERROR_LOOKUP where there is no list at all.
 */
struct inspect_error *module_places_find(struct module_places *places, struct kernel *kernel);

extern const struct view module_info_view, module_use_view, module_kobject_view, kset_view, module_tree_view,
	module_tree_node_view;

/* One module that uses another: an entry of module_info.users, reached through its source_list. */
struct module_use {
	struct view_state state;
	uint64_t source; /* struct module */
	char name[64];   /* of it */
};

#endif
