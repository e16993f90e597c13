/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout_kernel.h"

#include <inspect/kernel.h>

static const struct inspect_layout_item decode_items[] = {
	{ INSPECT_PATH(INSPECT_LOG_FACILITY), .width = -6, .after = ":" },
	{ INSPECT_PATH(INSPECT_LOG_LEVEL), .width = -6, .after = ": " },
};

/* "[%5lu.%06lu] ", print_time() in kernel/printk/printk.c. */
static const struct inspect_layout_item seconds_item = {
	INSPECT_PATH(INSPECT_LOG_NANOSECONDS), .style = INSPECT_STYLE_SECONDS, .width = 12,
	.before = "[", .after = "] ",
};

static const struct inspect_layout_item ctime_item = {
	INSPECT_PATH(INSPECT_LOG_TIME), .style = INSPECT_STYLE_CTIME, .width = 24, .before = "[", .after = "] ",
};

static const struct inspect_layout_item caller_item = {
	INSPECT_PATH(INSPECT_LOG_CALLER), .width = 6, .before = "[", .after = "] ",
};

static const struct inspect_layout_item text_item = {
	INSPECT_PATH(INSPECT_LOG_TEXT), .style = INSPECT_STYLE_HANGING,
};

void log_layout_init(struct log_layout *layout, bool decode, bool ctime, bool caller)
{
	size_t count = 0;

	if (decode) {
		layout->items[count++] = decode_items[0];
		layout->items[count++] = decode_items[1];
	}
	layout->items[count++] = ctime ? ctime_item : seconds_item;
	if (caller)
		layout->items[count++] = caller_item;
	layout->items[count++] = text_item;
	layout->layout = (struct inspect_layout){ layout->items, count, NULL };
}

static const struct inspect_layout_item module_user_items[] = {
	{ INSPECT_PATH(INSPECT_MODULE_USER_NAME) },
};
static const struct inspect_layout module_user_layout = INSPECT_LAYOUT(module_user_items);

static const struct inspect_layout_item module_items[] = {
	{ INSPECT_PATH(INSPECT_MODULE_BASE), .style = INSPECT_STYLE_PADDED, .width = -16, .after = " " },
	{ INSPECT_PATH(INSPECT_MODULE_NAME), .width = -24, .after = " " },
	{ INSPECT_PATH(INSPECT_MODULE_SIZE), .width = 8, .after = " " },
	{ INSPECT_PATH(INSPECT_MODULE_STATE), .width = -9, .after = " " },
	{ INSPECT_PATH(INSPECT_MODULE_REFERENCES), .width = 4 },
	{ INSPECT_PATH(INSPECT_MODULE_USED_BY), .when = INSPECT_WHEN_PRESENT, .layout = &module_user_layout,
	  .before = " ", .separator = "," },
	{ INSPECT_PATH(INSPECT_MODULE_PERMANENT), .when = INSPECT_WHEN_TRUE, .before = " [permanent]" },
	{ INSPECT_PATH(INSPECT_MODULE_TAINTS), .when = INSPECT_WHEN_PRESENT, .before = " (", .after = ")" },
};
const struct inspect_layout module_layout = INSPECT_LAYOUT_HEADED(
	module_items, "BASE             MODULE                       SIZE STATE     REFS USED BY");

/* A task's columns behind its numbers. */
static const struct inspect_layout_item task_rest_items[] = {
	{ INSPECT_PATH(INSPECT_TASK_UID), .width = 5, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_CPU), .width = 3, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_STATE), .width = -2, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_VIRTUAL), .width = 8, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_RESIDENT), .width = 7, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_ADDRESS), .style = INSPECT_STYLE_PADDED, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_KERNEL_THREAD), .when = INSPECT_WHEN_TRUE, .before = "[" },
	{ INSPECT_PATH(INSPECT_TASK_COMM) },
	{ INSPECT_PATH(INSPECT_TASK_KERNEL_THREAD), .when = INSPECT_WHEN_TRUE, .before = "]" },
};
static const struct inspect_layout task_rest_layout = INSPECT_LAYOUT(task_rest_items);

#define RUNNING_ITEMS                                                                                                \
	{ INSPECT_PATH(INSPECT_TASK_RUNNING), .when = INSPECT_WHEN_TRUE, .before = ">" },                            \
	{ INSPECT_PATH(INSPECT_TASK_RUNNING), .when = INSPECT_WHEN_FALSE, .before = " " }
#define TASK_REST_HEADING "  UID CPU ST      VSZ     RSS TASK             COMM"

static const struct inspect_layout_item task_items[] = {
	RUNNING_ITEMS,
	{ INSPECT_PATH(INSPECT_TASK_PID), .width = 7, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_PPID), .width = 7, .after = " " },
	{ .layout = &task_rest_layout },
};
const struct inspect_layout task_layout =
	INSPECT_LAYOUT_HEADED(task_items, "     PID    PPID " TASK_REST_HEADING);

static const struct inspect_layout_item thread_items[] = {
	RUNNING_ITEMS,
	{ INSPECT_PATH(INSPECT_TASK_TGID), .width = 7, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_PID), .width = 7, .after = " " },
	{ INSPECT_PATH(INSPECT_TASK_PPID), .width = 7, .after = " " },
	{ .layout = &task_rest_layout },
};
const struct inspect_layout thread_layout =
	INSPECT_LAYOUT_HEADED(thread_items, "     PID     TID    PPID " TASK_REST_HEADING);
