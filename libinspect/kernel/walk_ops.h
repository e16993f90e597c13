/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the walkers share. */
#ifndef LIBINSPECT_KERNEL_WALK_OPS_H
#define LIBINSPECT_KERNEL_WALK_OPS_H

#include "kernel/walk.h"

struct walk_ops {
	const char *name;
	bool (*next)(struct walk *walk, struct walk_item *item);
};

/* Live memory moves under us: how often a step is tried before it counts as torn. */
#define WALK_TRIES 3

void walk_init(struct walk *walk, const struct walk_ops *ops, struct kernel *kernel, uint64_t head);
/* The walk ends here since @address could not be read; false. */
bool walk_fault(struct walk *walk, enum inspect_fault fault, uint64_t address);

#endif
