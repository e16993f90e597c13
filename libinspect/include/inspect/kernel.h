/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a kernel says and runs, as records: its log, its modules, its tasks. */
#ifndef INSPECT_KERNEL_H
#define INSPECT_KERNEL_H

#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One record of the kernel log. */
enum inspect_log_column {
	INSPECT_LOG_SEQ,
	INSPECT_LOG_NANOSECONDS, /* since boot, by the kernel's scheduler clock */
	INSPECT_LOG_TIME,        /* the wall clock then, by the timekeeper; wrong across a suspend, as dmesg -T is */
	INSPECT_LOG_LEVEL,
	INSPECT_LOG_FACILITY,
	INSPECT_LOG_CALLER,      /* "T1" a task, "C0" a CPU in an interrupt */
	INSPECT_LOG_SUBSYSTEM,   /* of the device that the record is about */
	INSPECT_LOG_DEVICE,
	INSPECT_LOG_TEXT,        /* of one or several lines */
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_log_schema;

enum inspect_log_flags {
	INSPECT_LOG_SPLIT = 1 << 0, /* a record for each line of a text */
};

struct inspect_log_options {
	unsigned int flags;
	uint32_t levels;     /* bit N: those of level N; 0: all */
	uint32_t facilities; /* the same */
};

struct inspect_log_walk;

/* The kernel log, oldest record first. @inspect must outlive the walk. */
INSPECT_PUBLIC struct inspect_error *inspect_log_walk_create(struct inspect *inspect,
							     const struct inspect_log_options *options,
							     struct inspect_log_walk **walk_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_log_walk_destroy(struct inspect_log_walk *walk);
/* The next record in @pool; false at the end or on an error, which inspect_log_walk_finish() returns. */
INSPECT_PUBLIC bool inspect_log_walk_next(struct inspect_log_walk *walk, struct inspect_pool *pool,
					  struct inspect_record **record_ret);
INSPECT_PUBLIC struct inspect_error *inspect_log_walk_finish(struct inspect_log_walk *walk);

/* "emerg" … "debug", "kern" … "local7": the numbers of a level's or a facility's name; false: it is none. */
INSPECT_PUBLIC bool inspect_log_level(const char *name, size_t length, unsigned int *level_ret);
INSPECT_PUBLIC bool inspect_log_facility(const char *name, size_t length, unsigned int *facility_ret);

/*
 * A module of the kernel. Its name is marked suspect where it is not all of: on the list of modules, in /sys/module,
 * found by its address.
 */
enum inspect_module_column {
	INSPECT_MODULE_NAME,
	INSPECT_MODULE_SIZE,       /* bytes of all its regions */
	INSPECT_MODULE_REFERENCES,
	INSPECT_MODULE_USED_BY,    /* other modules, records of inspect_module_user_schema */
	INSPECT_MODULE_PERMANENT,  /* it cannot be unloaded */
	INSPECT_MODULE_STATE,
	INSPECT_MODULE_BASE,       /* of its code */
	INSPECT_MODULE_TAINTS,     /* letters: "OE" */
	INSPECT_MODULE_ADDRESS,    /* struct module */
};

enum inspect_module_user_column {
	INSPECT_MODULE_USER_NAME,
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_module_schema, inspect_module_user_schema;

struct inspect_module_walk;

/* The modules, newest first as in /proc/modules, then those that somebody hides. @inspect must outlive the walk. */
INSPECT_PUBLIC struct inspect_error *inspect_module_walk_create(struct inspect *inspect,
								struct inspect_module_walk **walk_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_module_walk_destroy(struct inspect_module_walk *walk);
/* The next module in @pool; false at the end or on an error, which inspect_module_walk_finish() returns. */
INSPECT_PUBLIC bool inspect_module_walk_next(struct inspect_module_walk *walk, struct inspect_pool *pool,
					     struct inspect_record **record_ret);
INSPECT_PUBLIC struct inspect_error *inspect_module_walk_finish(struct inspect_module_walk *walk);

/* A task. Its PID is marked suspect where it is not both in the table of PIDs and on the lists of tasks. */
enum inspect_task_column {
	INSPECT_TASK_PID,           /* of the thread; those of the initial namespace */
	INSPECT_TASK_TGID,          /* of the process */
	INSPECT_TASK_PPID,          /* of the process that is told when it ends */
	INSPECT_TASK_UID,           /* effective */
	INSPECT_TASK_COMM,
	INSPECT_TASK_KERNEL_THREAD,
	INSPECT_TASK_STATE,         /* /proc's letter; the numbers where the kernel has others than we know */
	INSPECT_TASK_CPU,           /* that it runs on or ran on last */
	INSPECT_TASK_RUNNING,
	INSPECT_TASK_VIRTUAL,       /* KiB of address space; left out where it has none */
	INSPECT_TASK_RESIDENT,      /* KiB of it in memory */
	INSPECT_TASK_STARTED,
	INSPECT_TASK_ADDRESS,       /* struct task_struct */
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_task_schema;

enum inspect_task_flags {
	INSPECT_TASK_THREADS = 1 << 0, /* all threads, not the first of each process alone */
};

struct inspect_task_walk;

/*
 * The tasks: the idle tasks of the CPUs, then by PID, then those that are not in the table of PIDs. @inspect must
 * outlive the walk.
 */
INSPECT_PUBLIC struct inspect_error *inspect_task_walk_create(struct inspect *inspect, unsigned int flags,
							      struct inspect_task_walk **walk_ret);
/*
 * The walk starts anew and yields only tasks with this PID, which may be a thread's, address or name; @selected must
 * outlive it.
 */
INSPECT_PUBLIC void inspect_task_walk_select(struct inspect_task_walk *walk, const char *selected);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_task_walk_destroy(struct inspect_task_walk *walk);
/* The next task in @pool; false at the end or on an error, which inspect_task_walk_finish() returns. */
INSPECT_PUBLIC bool inspect_task_walk_next(struct inspect_task_walk *walk, struct inspect_pool *pool,
					   struct inspect_record **record_ret);
INSPECT_PUBLIC struct inspect_error *inspect_task_walk_finish(struct inspect_task_walk *walk);

#ifdef __cplusplus
}
#endif

#endif
