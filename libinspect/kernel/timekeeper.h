/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's clocks, from its timekeeper: never those of the machine that looks at the dump. */
#ifndef LIBINSPECT_KERNEL_TIMEKEEPER_H
#define LIBINSPECT_KERNEL_TIMEKEEPER_H

#include "kernel/kernel.h"

struct timekeeper {
	uint64_t address;      /* of the struct timekeeper */
	int64_t wall_offset;   /* nanoseconds: wall clock (UTC, since the epoch) minus the boot-time clock */
	uint64_t wall_seconds; /* the wall clock as last updated */
};

struct inspect_error *timekeeper_read(struct kernel *kernel, struct timekeeper *timekeeper);

extern const struct view timekeeper_view;

#endif
