/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tasks of a kernel, by ways that should agree: the lists of tasks and their threads, which the kernel itself
 * walks, the table of PIDs, by which /proc and signals find a task, and the children of each task. What hides a process
 * takes it from one and may forget the others. The idle tasks of the CPUs are in neither list nor table; they are found
 * by the run queues.
 */
#ifndef LIBINSPECT_KERNEL_TASKS_H
#define LIBINSPECT_KERNEL_TASKS_H

#include "base/vec.h"
#include "kernel/kernel.h"
#include "kernel/percpu.h"

/* MM_FILEPAGES, MM_ANONPAGES, MM_SHMEMPAGES of enum { … } in include/linux/mm_types_task.h: what is resident. */
#define TASK_COUNTERS 3

/* struct task_struct, as far as a listing wants it. */
struct task {
	struct view_state state;
	uint64_t pid;           /* of the thread, in the initial namespace */
	uint64_t tgid;          /* of the process */
	char comm[24];
	uint64_t run_state;
	uint64_t exit_state;
	uint64_t flags;         /* PF_… */
	uint64_t cpu;
	uint64_t on_cpu;        /* it was running */
	uint64_t group_leader;
	uint64_t parent_tgid;
	uint64_t uid;           /* effective, in the initial namespace */
	uint64_t start;         /* nanoseconds since boot, of the boot-time clock */
	uint64_t mm;            /* 0: a thread of the kernel, or one that has exited */
	uint64_t pages;         /* of its address space */
	int64_t counters[TASK_COUNTERS];       /* resident pages */
	uint64_t counters_cpus[TASK_COUNTERS]; /* per-CPU pointers to what the CPUs have not added to these */
};

/* PF_KTHREAD in include/linux/sched.h, the same since 2.6.27. */
#define TASK_KTHREAD 0x00200000

struct task_place {
	uint64_t address; /* struct task_struct */
	uint64_t pid;     /* its number in the table of PIDs */
	bool idle;        /* the idle task of a CPU: on neither */
	bool listed;
	bool in_table;
};

struct task_places {
	VEC(struct task_place) places; /* idle tasks by CPU, the table by PID, what only lists have, only parents */
	bool lists_whole, table_whole; /* the walk came to its end: what is not there is missing */
};

void task_places_init(struct task_places *places);
void task_places_deinit(struct task_places *places);

/*
 * Finds all tasks, every thread. What cannot be walked to its end is a kernel_problem(); an error where there is
 * neither a list nor a table.
 */
struct inspect_error *task_places_find(struct task_places *places, struct kernel *kernel, const struct percpu *percpu);

#define TASK_STATES 9

/*
 * The letter of a task's state, as /proc tells it: by task_state_index() in include/linux/sched.h. It is only right for
 * a kernel whose states task_states_known().
 */
char task_state_letter(uint64_t run_state, uint64_t exit_state);

/*
 * Whether task_state_array of the kernel has the letters that belong to the bits we know, those of 4.14 and later
 * (8ef9925b02c2, 06eb61844d84). INSPECT_ERROR_LOOKUP or _FORMAT where it has not.
 */
struct inspect_error *task_states_known(struct kernel *kernel);

/*
 * Resident pages, what the CPUs have counted for themselves included; @percpu may be NULL where @task has no such
 * counters. *@fault_address_ret is the counter that could not be read.
 */
enum inspect_fault task_resident(struct kernel *kernel, const struct percpu *percpu, const struct task *task,
				 uint64_t *pages_ret, uint64_t *fault_address_ret);

extern const struct view task_view, task_links_view, pid_view, pid_namespace_view, rq_view;

#endif
