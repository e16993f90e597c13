/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout_bpf_inspect.h"

#include <inspect/bpf.h>

#define PROG_KERNEL(column) INSPECT_PATH(INSPECT_PROG_KERNEL, column)
#define MAP_KERNEL(column) INSPECT_PATH(INSPECT_MAP_KERNEL, column)
#define LINK_KERNEL(column) INSPECT_PATH(INSPECT_LINK_KERNEL, column)

/* 650->25: BPF_TRAMP_FEXIT test_pkt_access->test_pkt_access() */
static const struct inspect_layout_item on_prog_items[] = {
	{ INSPECT_PATH(INSPECT_ATTACH_TARGET_PROG_ID), .after = "->" },
	{ INSPECT_PATH(INSPECT_ATTACH_TARGET_BTF_ID), .after = ": " },
	{ INSPECT_PATH(INSPECT_ATTACH_KIND), .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ INSPECT_PATH(INSPECT_ATTACH_TARGET_NAME), .after = "->" },
	{ INSPECT_PATH(INSPECT_ATTACH_FUNCTION), .after = "()" },
};
static const struct inspect_layout on_prog_layout = INSPECT_LAYOUT(on_prog_items);

/* BPF_TRAMP_FEXIT dummy_xmit() [dummy] */
static const struct inspect_layout_item on_kernel_items[] = {
	{ INSPECT_PATH(INSPECT_ATTACH_KIND), .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ INSPECT_PATH(INSPECT_ATTACH_FUNCTION), .after = "()" },
	{ INSPECT_PATH(INSPECT_ATTACH_MODULE), .when = INSPECT_WHEN_PRESENT, .before = " [", .after = "]" },
};
static const struct inspect_layout on_kernel_layout = INSPECT_LAYOUT(on_kernel_items);

/* The mark of a faulted array stands once, with the first of them. */
#define ATTACHED(text, when_, layout_, attached, on_prog)                                                            \
	{ PROG_KERNEL(INSPECT_PROG_KERNEL_ATTACHED), .when = when_, .layout = &layout_,                              \
	  .before = " " text ":[", .separator = ", ", .after = "]",                                                  \
	  .filter = { { INSPECT_ATTACH_ATTACHED, attached }, { INSPECT_ATTACH_TARGET_PROG_ID, on_prog } } }

static const struct inspect_layout_item prog_line_items[] = {
	{ INSPECT_PATH(INSPECT_PROG_ID), .width = 6, .after = ": " },
	{ INSPECT_PATH(INSPECT_PROG_TYPE), .width = -32, .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ PROG_KERNEL(INSPECT_PROG_KERNEL_FULL_NAME), .width = -32 },
	{ PROG_KERNEL(INSPECT_PROG_KERNEL_TAIL_CALL_REACHABLE), .when = INSPECT_WHEN_TRUE,
	  .before = " tail_call_reachable" },
	ATTACHED("linked", INSPECT_WHEN_PRESENT, on_prog_layout, INSPECT_WHEN_TRUE, INSPECT_WHEN_PRESENT),
	ATTACHED("attached", INSPECT_WHEN_VALUE, on_kernel_layout, INSPECT_WHEN_TRUE, INSPECT_WHEN_MISSING),
	ATTACHED("target", INSPECT_WHEN_VALUE, on_prog_layout, INSPECT_WHEN_FALSE, INSPECT_WHEN_PRESENT),
	ATTACHED("target", INSPECT_WHEN_VALUE, on_kernel_layout, INSPECT_WHEN_FALSE, INSPECT_WHEN_MISSING),
};
static const struct inspect_layout prog_line_layout = INSPECT_LAYOUT(prog_line_items);

static const struct inspect_layout_item map_line_items[] = {
	{ INSPECT_PATH(INSPECT_MAP_ID), .width = 6, .after = ": " },
	{ INSPECT_PATH(INSPECT_MAP_TYPE), .width = -32, .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ INSPECT_PATH(INSPECT_MAP_NAME), .width = -32 },
};
static const struct inspect_layout map_line_layout = INSPECT_LAYOUT(map_line_items);

/* Detail lines: the label is padded to 9 columns. */

static const struct inspect_layout_item func_items[] = {
	{ INSPECT_PATH_INDEX, .width = 2, .before = "func[", .after = "]: " },
	{ .layout = &prog_line_layout },
};
static const struct inspect_layout func_layout = INSPECT_LAYOUT(func_items);

static const struct inspect_layout_item prog_items[] = {
	{ .layout = &prog_line_layout },
	{ PROG_KERNEL(INSPECT_PROG_KERNEL_LINKED), .when = INSPECT_WHEN_PRESENT, .layout = &prog_line_layout,
	  .before = "\n\tlinked:   ", .separator = "\n\tlinked:   " },
	{ PROG_KERNEL(INSPECT_PROG_KERNEL_USED_MAPS), .when = INSPECT_WHEN_PRESENT, .layout = &map_line_layout,
	  .before = "\n\tused map: ", .separator = "\n\tused map: " },
	{ PROG_KERNEL(INSPECT_PROG_KERNEL_FUNCS), .when = INSPECT_WHEN_PRESENT, .layout = &func_layout,
	  .before = "\n\t", .separator = "\n\t" },
};
const struct inspect_layout prog_layout = INSPECT_LAYOUT(prog_items);

static const struct inspect_layout_item slot_items[] = {
	{ INSPECT_PATH(INSPECT_SLOT_INDEX), .width = 3, .before = "idx[", .after = "]: " },
	{ INSPECT_PATH(INSPECT_SLOT_PROG), .layout = &prog_line_layout },
};
static const struct inspect_layout slot_layout = INSPECT_LAYOUT(slot_items);


static const struct inspect_layout_item map_items[] = {
	{ .layout = &map_line_layout },
	{ MAP_KERNEL(INSPECT_MAP_KERNEL_OWNER), .when = INSPECT_WHEN_PRESENT, .width = -32,
	  .style = INSPECT_STYLE_ENUMERATOR, .before = "\n\towner:    " },
	{ MAP_KERNEL(INSPECT_MAP_KERNEL_OWNER_JITED), .when = INSPECT_WHEN_TRUE, .before = " JITed" },
	{ MAP_KERNEL(INSPECT_MAP_KERNEL_SLOTS), .when = INSPECT_WHEN_PRESENT, .layout = &slot_layout,
	  .before = "\n\t", .separator = "\n\t" },
	{ MAP_KERNEL(INSPECT_MAP_KERNEL_POKE), .when = INSPECT_WHEN_PRESENT, .layout = &prog_line_layout,
	  .before = "\n\tpoke:     ", .separator = "\n\tpoke:     " },
};
const struct inspect_layout map_layout = INSPECT_LAYOUT(map_items);

static const struct inspect_layout_item link_items[] = {
	{ INSPECT_PATH(INSPECT_LINK_ID), .width = 6, .after = ": " },
	{ INSPECT_PATH(INSPECT_LINK_TYPE), .width = -32, .style = INSPECT_STYLE_ENUMERATOR },
	{ LINK_KERNEL(INSPECT_LINK_KERNEL_PROG), .when = INSPECT_WHEN_PRESENT, .layout = &prog_line_layout,
	  .before = "\n\tprog:   " },
	{ LINK_KERNEL(INSPECT_LINK_KERNEL_ATTACH_FUNCTION), .when = INSPECT_WHEN_PRESENT, .before = "\n\tattach:   " },
	{ LINK_KERNEL(INSPECT_LINK_KERNEL_TARGET), .when = INSPECT_WHEN_PRESENT, .layout = &prog_line_layout,
	  .before = "\n\ttarget: " },
	{ LINK_KERNEL(INSPECT_LINK_KERNEL_LINKED), .when = INSPECT_WHEN_PRESENT, .layout = &prog_line_layout,
	  .before = "\n\tlinked: ", .separator = "\n\tlinked: " },
	{ LINK_KERNEL(INSPECT_LINK_KERNEL_NETDEV), .when = INSPECT_WHEN_PRESENT, .before = "\n\tnetdev:   " },
	{ LINK_KERNEL(INSPECT_LINK_KERNEL_MODE), .when = INSPECT_WHEN_PRESENT, .before = "\n\tmode:     " },
};
const struct inspect_layout link_layout = INSPECT_LAYOUT(link_items);
