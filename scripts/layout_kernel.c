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
