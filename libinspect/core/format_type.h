/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Types as C text, as drgn writes them: names, declarations and definitions. What is appended before an error is to be
 * thrown away. Errors are those of type_complete(), INSPECT_ERROR_LIMIT for types that do not end, and out of memory.
 *
 * Names in types may come from a dump: bytes that are not printable ASCII are written \xNN, and what is longer than any
 * name of a kernel ends in "...".
 */
#ifndef LIBINSPECT_CORE_FORMAT_TYPE_H
#define LIBINSPECT_CORE_FORMAT_TYPE_H

#include "base/strbuf.h"
#include "core/type.h"

/* "struct list_head *", "int (*)(void)", "char [16]". */
struct inspect_error *format_type_name(struct type *type, struct strbuf *out);

/* "int (*name)[3]": @name declared as @type. What is anonymous in it is defined, indented by @indent tabs. */
struct inspect_error *format_type_declaration(struct type *type, const char *name, unsigned int indent,
					      struct strbuf *out);

/* "struct point {\n\tint x;\n…}", without a semicolon. What has no definition is written by its name. */
struct inspect_error *format_type_definition(struct type *type, struct strbuf *out);

/* The name of an int or float by its C spelling: "unsigned long" for gcc's "long unsigned int". */
const char *format_type_spelling(const char *name);
/* The other way round: "long unsigned int" for "unsigned long". */
const char *format_type_spelled(const char *spelling);

/* Appends @name, which may be any bytes. */
void format_name(struct strbuf *out, const char *name);
void format_tabs(struct strbuf *out, unsigned int count);

#endif
