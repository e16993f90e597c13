/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One cell as text: what the text sink and the table write of it. */
#ifndef LIBINSPECT_RECORD_TEXT_VALUE_H
#define LIBINSPECT_RECORD_TEXT_VALUE_H

#include "record/cell.h"
#include "record/writer.h"

/* A single value as text: bytes, then a mark. Small texts stand in the buffers. */
struct text_value {
	const char *bytes;
	size_t length;
	const char *mark;
	size_t mark_length;
	bool lines;    /* see INSPECT_STYLE_LINES */
	uint64_t hang; /* columns that the lines behind the first are indented by, see INSPECT_STYLE_HANGING */
	char buf[64];
	char mark_buf[40];
};

/* The text of a cell that is no array and no record, borrowed from it; empty for one that has no value. */
void text_value_init(struct text_value *value, enum inspect_cell_kind kind, const struct cell *cell,
		     enum inspect_layout_style style);
/* The mark alone: <page excluded>, <fault 0x…>, <damaged 0x…> or <suspect>; nothing for a cell without trouble. */
void text_value_mark(struct text_value *value, const struct cell *cell);
/* The columns that it takes, with its mark. */
size_t text_value_columns(const struct text_value *value);
/* Writes the value and, where there is one, its mark, in @width columns (see struct inspect_layout_item). */
void text_value_write(struct writer *writer, const struct text_value *value, int width);

#endif
