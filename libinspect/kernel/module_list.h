/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The modules of a kernel, by two ways that should agree: the list of modules, which /proc/modules shows, and the kset
 * of their kobjects, which /sys/module shows. What hides a module takes it from one and may forget the other.
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

struct module_place {
	uint64_t address; /* struct module */
	bool listed;
	bool in_kset;
};

struct module_places {
	VEC(struct module_place) places; /* the list's in its order, newest first; then those that only the kset has */
	bool list_whole, kset_whole;     /* the walk came to its end: what is not there is missing */
};

void module_places_init(struct module_places *places);
void module_places_deinit(struct module_places *places);

/*
 * Finds all modules. A list that breaks off is a kernel_problem(); INSPECT_ERROR_LOOKUP where there is no list at all.
 */
struct inspect_error *module_places_find(struct module_places *places, struct kernel *kernel);

extern const struct view module_info_view, module_use_view, module_kobject_view, kset_view;

/* One module that uses another: an entry of module_info.users, reached through its source_list. */
struct module_use {
	struct view_state state;
	uint64_t source; /* struct module */
	char name[64];   /* of it */
};

#endif
