/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Per-CPU memory: the object of one CPU lies at the per-CPU pointer plus __per_cpu_offset[cpu], on all architectures
 * and for static and allocated ones alike (include/asm-generic/percpu.h).
 */
#ifndef LIBINSPECT_KERNEL_PERCPU_H
#define LIBINSPECT_KERNEL_PERCPU_H

#include "kernel/kernel.h"

/* No kernel is configured for more (x86-64 MAXSMP and arm64 stop at 8192 and 4096). */
#define PERCPU_CPUS_MAX 8192

struct percpu {
	uint64_t *offsets;       /* by CPU; in the arena given */
	uint64_t possible[PERCPU_CPUS_MAX / 64];
	unsigned int cpu_ids;    /* CPUs are below this */
	unsigned int count;      /* possible CPUs */
};

/* Reads the offsets and the mask of possible CPUs. */
struct inspect_error *percpu_init(struct percpu *percpu, struct kernel *kernel, struct arena *arena);
bool percpu_possible(const struct percpu *percpu, unsigned int cpu);
/* Where @pointer points on @cpu, which must be a possible one. */
uint64_t percpu_address(const struct percpu *percpu, uint64_t pointer, unsigned int cpu);

#endif
