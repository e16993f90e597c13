/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of log, mods and ps. */
#ifndef SCRIPTS_LAYOUT_KERNEL_H
#define SCRIPTS_LAYOUT_KERNEL_H

#include <stdbool.h>

#include <inspect/record.h>

#define LOG_LAYOUT_ITEMS 5

struct log_layout {
	struct inspect_layout layout;
	struct inspect_layout_item items[LOG_LAYOUT_ITEMS];
};

/* A line as dmesg writes it: with level and facility, with the wall clock, with who called. */
void log_layout_init(struct log_layout *layout, bool decode, bool ctime, bool caller);

extern const struct inspect_layout module_layout, task_layout, thread_layout;

#endif
