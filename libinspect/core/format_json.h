/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A loaded value as JSON, on one line. Pure, as format_c.h is.
 *
 *   {"type":"struct point","address":"0xffff…","value":{"x":1,"y":-2}}
 *
 * Integers are numbers, those of more than 8 bytes "0x…"; bool is true or false; an enum its enumerator's name, or the
 * number where it has none. A pointer is "0x…", or, where something is known of it,
 * {"pointer":"0x…","string":"…","symbol":"…","distance":0}. An array of characters is a string up to its NUL, any other
 * array has all its elements. Anonymous members are members of what they are in. What a pointer that is the whole
 * value points to is under "target", an object as the outermost. Bytes that are not printable ASCII are \u00NN.
 *
 * What could not be read is null, and told under "faults": [{"address":"0x…","size":8,"cause":"…"}]. Where the value
 * was too large to be loaded whole, arrays end before what is missing, other parts of it are null, and "cut" is true.
 */
#ifndef LIBINSPECT_CORE_FORMAT_JSON_H
#define LIBINSPECT_CORE_FORMAT_JSON_H

#include "base/strbuf.h"
#include "core/value.h"

/* Appends @value to @out. Errors as those of format_c(). */
struct inspect_error *format_json(const struct value *value, struct strbuf *out);
/* What stands under "value" alone; null for an absent object. */
struct inspect_error *format_json_plain(const struct value *value, struct strbuf *out);

#endif
