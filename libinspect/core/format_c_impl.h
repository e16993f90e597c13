/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of format_c share: one run of it, and where on the line it is. */
#ifndef LIBINSPECT_CORE_FORMAT_C_IMPL_H
#define LIBINSPECT_CORE_FORMAT_C_IMPL_H

#include "core/format_c.h"

enum format_result {
	FORMAT_DONE,
	FORMAT_WRAP,   /* it does not fit on one line, as was asked for; what was written is to be thrown away */
	FORMAT_FAILED, /* format->error says why */
};

struct format_c {
	const struct format_c_options *options;
	struct strbuf *out;
	struct inspect_error *error;
	unsigned int level; /* of aggregates */
	uint32_t objects;
};

struct format_c_place {
	unsigned int indent; /* tabs at the start of the line */
	size_t one_line;     /* columns that are left for one line */
	size_t multi_line;   /* columns of a line, for what needs several; 0: one line only */
};

static inline size_t format_c_less(size_t columns, size_t used)
{
	return columns > used ? columns - used : 0;
}

/* Writes @part. */
enum format_result format_c_object(struct format_c *format, const struct value_part *part, unsigned int flags,
				   struct format_c_place place);

/* Writes the parts of @part, a struct, union or array, in braces; @flags are those of the parts. */
enum format_result format_c_list(struct format_c *format, const struct value_part *part, unsigned int flags,
				 struct format_c_place place);

/* "<fault 0x…>": why the byte at @offset of @value, or the first of @gap behind it, is not there. */
void format_c_mark(struct strbuf *out, const struct value *value, const struct value_gap *gap, uint64_t offset);

/* Keeps @error, which may be NULL. */
enum format_result format_c_fail(struct format_c *format, struct inspect_error *error);

#endif
