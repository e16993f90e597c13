/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A loaded value as C, byte for byte as drgn's format_object() writes it. Pure: it looks at the value alone and reads
 * no memory.
 *
 *   struct value_options load = format_c_loads(&options, symbols);
 *
 *   error = value_load(memory, &object, &load, arena, &value);
 *   if (!error)
 *           error = format_c(&value, &options, &text);
 *
 * What drgn gives up on is marked: <fault 0x…>, <page excluded>, <cut> where the value was too large to be loaded
 * whole.
 */
#ifndef LIBINSPECT_CORE_FORMAT_C_H
#define LIBINSPECT_CORE_FORMAT_C_H

#include "base/strbuf.h"
#include "core/value.h"

/* drgn's flags, by its names. */
enum format_c_flags {
	FORMAT_C_DEREFERENCE = 1 << 0,
	FORMAT_C_SYMBOLIZE = 1 << 1,
	FORMAT_C_STRING = 1 << 2,
	FORMAT_C_CHAR = 1 << 3,
	FORMAT_C_TYPE_NAME = 1 << 4,
	FORMAT_C_MEMBER_TYPE_NAMES = 1 << 5,
	FORMAT_C_ELEMENT_TYPE_NAMES = 1 << 6,
	FORMAT_C_MEMBERS_SAME_LINE = 1 << 7,
	FORMAT_C_ELEMENTS_SAME_LINE = 1 << 8,
	FORMAT_C_MEMBER_NAMES = 1 << 9,
	FORMAT_C_ELEMENT_INDICES = 1 << 10,
	FORMAT_C_IMPLICIT_MEMBERS = 1 << 11,
	FORMAT_C_IMPLICIT_ELEMENTS = 1 << 12,
};

#define FORMAT_C_DEFAULT                                                                                          \
	(FORMAT_C_DEREFERENCE | FORMAT_C_SYMBOLIZE | FORMAT_C_STRING | FORMAT_C_TYPE_NAME |                       \
	 FORMAT_C_MEMBER_TYPE_NAMES | FORMAT_C_ELEMENTS_SAME_LINE | FORMAT_C_MEMBER_NAMES | FORMAT_C_IMPLICIT_MEMBERS)

struct format_c_options {
	unsigned int flags;        /* of enum format_c_flags */
	unsigned int integer_base; /* 8, 10 or 16; 0: 10 */
	unsigned int depth;        /* aggregates nested deeper than this are written {...}; 0: all are shown */
	size_t columns;            /* where lines are wrapped, as far as that can be; 0: nowhere */
};

/* What has to be loaded for @options; @symbols may be NULL. */
struct value_options format_c_loads(const struct format_c_options *options, struct symbols *symbols);

/*
 * Appends @value to @out, without a newline at the end. INSPECT_ERROR_LIMIT where its type has too many parts or nests
 * too deep, errors of type_complete(), and out of memory (also @out's). What was appended before an error is to be
 * thrown away.
 */
struct inspect_error *format_c(const struct value *value, const struct format_c_options *options, struct strbuf *out);

#endif
