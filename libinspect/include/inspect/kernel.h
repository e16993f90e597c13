/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a kernel says and runs, as records: its log. */
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

#ifdef __cplusplus
}
#endif

#endif
