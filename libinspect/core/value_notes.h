/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The notes on the pointers in a value (value.h). */
#ifndef LIBINSPECT_CORE_VALUE_NOTES_H
#define LIBINSPECT_CORE_VALUE_NOTES_H

#include "core/value.h"

/*
 * Walks the parts of @value, whose bytes are loaded, and fills its notes with the strings and symbols that @options ask
 * for. A pointer to what cannot be read, or is no symbol, has no note. INSPECT_ERROR_LIMIT where the type nests too
 * deep or has too many parts.
 */
struct inspect_error *value_notes_load(struct memory *memory, const struct value_options *options,
				       struct arena *arena, struct value *value);

#endif
