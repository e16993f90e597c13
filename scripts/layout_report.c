/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout_report.h"

#include <inspect/report.h>
#include <inspect/type.h>

#define LINE(column, label) { INSPECT_PATH(column), .when = INSPECT_WHEN_PRESENT, .before = "\n" label }
#define PART(column, before_, after_)                                                                                \
	{ INSPECT_PATH(column), .when = INSPECT_WHEN_PRESENT, .before = before_, .after = after_ }

static const struct inspect_layout_item note_items[] = {
	{ INSPECT_PATH(0) },
};
static const struct inspect_layout note_layout = INSPECT_LAYOUT(note_items);

static const struct inspect_layout_item info_items[] = {
	{ INSPECT_PATH(INSPECT_INFO_CORE), .before = "core:       " },
	LINE(INSPECT_INFO_FORMAT, "format:     "),
	PART(INSPECT_INFO_CONTAINER, ", ", NULL),
	PART(INSPECT_INFO_COMPRESSION, ", ", NULL),
	{ INSPECT_PATH(INSPECT_INFO_LIVE), .when = INSPECT_WHEN_TRUE, .before = ", live" },
	{ INSPECT_PATH(INSPECT_INFO_PARTIAL), .when = INSPECT_WHEN_TRUE, .before = ", not all pages" },
	LINE(INSPECT_INFO_RELEASE, "kernel:     "),
	PART(INSPECT_INFO_MACHINE, ", ", NULL),
	PART(INSPECT_INFO_CPUS, ", ", " possible CPUs"),
	LINE(INSPECT_INFO_BUILD_ID, "build-id:   "),
	LINE(INSPECT_INFO_KASLR_OFFSET, "KASLR:      "),
	LINE(INSPECT_INFO_PAGE_SIZE, "paging:     "),
	PART(INSPECT_INFO_PAGING_LEVELS, " byte pages, ", " levels"),
	PART(INSPECT_INFO_VA_BITS, ", ", " bits of address"),
	LINE(INSPECT_INFO_TIME, "time:       "),
	PART(INSPECT_INFO_TIME_SOURCE, " (", ")"),
	LINE(INSPECT_INFO_PANIC, "panic:      "),
	LINE(INSPECT_INFO_VMCOREINFO, "VMCOREINFO: "),
	LINE(INSPECT_INFO_SYMBOLS, "symbols:    "),
	PART(INSPECT_INFO_SYMBOL_COUNT, " (", ")"),
	LINE(INSPECT_INFO_TYPES, "types:      "),
	PART(INSPECT_INFO_TYPE_COUNT, " (", ")"),
	LINE(INSPECT_INFO_DEBUG, "debug info: "),
	{ INSPECT_PATH(INSPECT_INFO_NOTES), .when = INSPECT_WHEN_PRESENT, .layout = &note_layout,
	  .before = "\nnote:       ", .separator = "\nnote:       " },
	LINE(INSPECT_INFO_OPEN_US, "opened in:  "),
	PART(INSPECT_INFO_TARGET_US, " us (dump ", NULL),
	PART(INSPECT_INFO_SYMBOLS_US, ", symbols ", NULL),
	PART(INSPECT_INFO_TYPES_US, ", types ", ")"),
};
const struct inspect_layout info_layout = INSPECT_LAYOUT(info_items);

static const struct inspect_layout_item field_items[] = {
	{ INSPECT_PATH(INSPECT_CHECK_FIELD_NAME), .width = -24, .after = " " },
	{ INSPECT_PATH(INSPECT_CHECK_FIELD_PATH), .when = INSPECT_WHEN_MISSING, .before = "absent" },
	{ INSPECT_PATH(INSPECT_CHECK_FIELD_PATH), .when = INSPECT_WHEN_PRESENT },
	PART(INSPECT_CHECK_FIELD_OFFSET, " at ", NULL),
	PART(INSPECT_CHECK_FIELD_SIZE, " size ", NULL),
	PART(INSPECT_CHECK_FIELD_BITS, " bits ", NULL),
};
static const struct inspect_layout field_layout = INSPECT_LAYOUT(field_items);

static const struct inspect_layout_item check_items[] = {
	{ INSPECT_PATH(INSPECT_CHECK_KIND), .after = " " },
	{ INSPECT_PATH(INSPECT_CHECK_NAME), .after = ":" },
	PART(INSPECT_CHECK_TYPE, " ", NULL),
	PART(INSPECT_CHECK_SIZE, ", ", " bytes"),
	PART(INSPECT_CHECK_ADDRESS, " at ", NULL),
	PART(INSPECT_CHECK_ANSWER, " ", NULL),
	PART(INSPECT_CHECK_MISSING, " MISSING: ", NULL),
	{ INSPECT_PATH(INSPECT_CHECK_FIELDS), .when = INSPECT_WHEN_PRESENT, .layout = &field_layout, .before = "\n\t",
	  .separator = "\n\t" },
};
const struct inspect_layout check_layout = INSPECT_LAYOUT(check_items);

static const struct inspect_layout_item symbol_items[] = {
	{ INSPECT_PATH(INSPECT_SYMBOL_ADDRESS), .style = INSPECT_STYLE_PADDED, .after = " " },
	{ INSPECT_PATH(INSPECT_SYMBOL_LETTER), .after = " " },
	{ INSPECT_PATH(INSPECT_SYMBOL_NAME) },
	PART(INSPECT_SYMBOL_OFFSET, "+", NULL),
	PART(INSPECT_SYMBOL_MODULE, "\t[", "]"),
};
const struct inspect_layout symbol_layout = INSPECT_LAYOUT(symbol_items);

static const struct inspect_layout_item type_items[] = {
	{ INSPECT_PATH(INSPECT_TYPE_TEXT), .style = INSPECT_STYLE_LINES },
};
const struct inspect_layout type_layout = INSPECT_LAYOUT(type_items);

static const struct inspect_layout_item type_candidate_items[] = {
	{ INSPECT_PATH(INSPECT_TYPE_SOURCE), .before = "/* ", .after = " */\n" },
	{ INSPECT_PATH(INSPECT_TYPE_TEXT), .style = INSPECT_STYLE_LINES },
};
const struct inspect_layout type_candidate_layout = INSPECT_LAYOUT(type_candidate_items);

static const struct inspect_layout_item type_line_items[] = {
	{ INSPECT_PATH(INSPECT_TYPE_NAME) },
	PART(INSPECT_TYPE_MEMBER, ": ", NULL),
	PART(INSPECT_TYPE_OFFSET, " at ", NULL),
};
const struct inspect_layout type_line_layout = INSPECT_LAYOUT(type_line_items);
