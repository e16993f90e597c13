/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout_memory.h"

#include <inspect/memory.h>

/* As hexdump -C. */
static const struct inspect_layout_item bytes_items[] = {
	{ INSPECT_PATH(INSPECT_BYTES_ADDRESS), .style = INSPECT_STYLE_PADDED, .after = "  " },
	{ INSPECT_PATH(INSPECT_BYTES_HEX), .width = -48 },
	{ INSPECT_PATH(INSPECT_BYTES_TEXT), .style = INSPECT_STYLE_LINES, .when = INSPECT_WHEN_PRESENT,
	  .before = "  |", .after = "|" },
};
const struct inspect_layout bytes_layout = INSPECT_LAYOUT(bytes_items);

static const struct inspect_layout_item string_items[] = {
	{ INSPECT_PATH(INSPECT_STRING_STRING) },
};
const struct inspect_layout string_layout = INSPECT_LAYOUT(string_items);

static const struct inspect_layout_item level_items[] = {
	{ INSPECT_PATH(INSPECT_LEVEL_NAME), .width = 4, .after = " " },
	{ INSPECT_PATH(INSPECT_LEVEL_ADDRESS), .style = INSPECT_STYLE_PADDED, .after = " => " },
	{ INSPECT_PATH(INSPECT_LEVEL_ENTRY), .style = INSPECT_STYLE_PADDED },
};
static const struct inspect_layout level_layout = INSPECT_LAYOUT(level_items);

static const struct inspect_layout_item translation_items[] = {
	{ INSPECT_PATH(INSPECT_TRANSLATION_VIRTUAL), .style = INSPECT_STYLE_PADDED },
	{ INSPECT_PATH(INSPECT_TRANSLATION_PHYSICAL), .style = INSPECT_STYLE_PADDED, .before = " => " },
	{ INSPECT_PATH(INSPECT_TRANSLATION_LEVELS), .when = INSPECT_WHEN_PRESENT, .layout = &level_layout,
	  .before = "\n", .separator = "\n" },
};
const struct inspect_layout translation_layout = INSPECT_LAYOUT(translation_items);
