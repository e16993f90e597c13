/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Definitions with where each member lies, as pahole shows them: offsets, sizes, holes, cache lines. */
#ifndef LIBINSPECT_CORE_FORMAT_LAYOUT_H
#define LIBINSPECT_CORE_FORMAT_LAYOUT_H

#include "base/strbuf.h"
#include "core/type.h"

/*
 * Appends the definition of a struct or union, or of a typedef of one; any other type's is format_type_definition()'s
 * with its size. Errors as there.
 */
struct inspect_error *format_layout(struct type *type, struct strbuf *out);

#endif
