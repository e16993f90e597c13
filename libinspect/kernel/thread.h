/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads of execution, as backtraces need them: a task, where its stack is, what it has saved there when it was
 * switched out, and which CPU runs it if one does.
 */
#ifndef LIBINSPECT_KERNEL_THREAD_H
#define LIBINSPECT_KERNEL_THREAD_H

#include "kernel/percpu.h"
#include "kernel/registers.h"

/* CONFIG_THREAD_SHIFT and pages of 64 KiB: no kernel has larger stacks. */
#define STACK_SIZE_MAX (UINT64_C(1) << 18)

struct thread_fields {
	struct view_state state;
	uint64_t pid;
	char comm[16];
	uint64_t stack;
	uint64_t sp;              /* x86-64 */
	uint64_t context_fp, context_sp, context_pc; /* arm64 */
	uint64_t ret_stack;       /* of the function graph tracer, 0: none */
	uint64_t rethooks;        /* first node of the list */
	uint64_t kretprobes;
};

struct thread {
	uint64_t task;
	struct thread_fields fields;
	bool running;
	unsigned int cpu; /* that runs it */
};

/* What each CPU runs. Needs its percpu for as long as it lives. */
struct running {
	struct percpu percpu;
	uint64_t *tasks; /* by CPU; 0: unknown */
};

/* Reads the run queues; arrays are in @arena. What cannot be read of one CPU is a kernel_problem(). */
struct inspect_error *running_init(struct running *running, struct kernel *kernel, struct arena *arena);

/* Reads the task at @task. */
struct inspect_error *thread_read(struct kernel *kernel, const struct running *running, uint64_t task,
				  struct thread *thread);
/* The size of a task's stack: that of the first task, which the linker has put between two symbols. */
struct inspect_error *thread_stack_size(struct kernel *kernel, uint64_t *size_ret);

/*
 * The registers with which a task that does not run goes on: x86-64's struct inactive_task_frame, arm64's struct
 * cpu_context.
 */
struct inspect_error *thread_saved(struct kernel *kernel, const struct thread *thread, struct registers *registers);

extern const struct view thread_view, running_view, inactive_frame_view;

#endif
