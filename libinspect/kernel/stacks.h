/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stacks that a thread of execution may be on: its task's, and where a CPU runs it, those of that CPU for
 * interrupts and exceptions. Unwinding stays on them: it goes up on each, and onto each but once.
 */
#ifndef LIBINSPECT_KERNEL_STACKS_H
#define LIBINSPECT_KERNEL_STACKS_H

#include "kernel/thread.h"

#define STACKS_MAX 12

struct stack {
	const char *name; /* "task", "IRQ", "NMI", … */
	uint64_t start, end;
	bool left;        /* unwinding was on it and has left it */
};

struct stacks {
	struct stack items[STACKS_MAX];
	size_t count;
	size_t current; /* the one that unwinding is on; count: none yet */
};

/* A stack of a CPU that cannot be found out is a kernel_problem(). */
struct inspect_error *stacks_init(struct stacks *stacks, struct kernel *kernel, const struct percpu *percpu,
				  const struct thread *thread);

/* The stack that @size bytes at @address lie on, or NULL. */
const struct stack *stacks_find(const struct stacks *stacks, uint64_t address, uint64_t size);

/*
 * Goes from @from to @to: whether that is up on the same stack, or onto another one not yet visited. With @same,
 * staying where it is counts as well.
 */
bool stacks_move(struct stacks *stacks, uint64_t from, uint64_t to, bool same);

extern const struct view irq_stack_view, exception_stacks_view, pcpu_hot_view;

#endif
