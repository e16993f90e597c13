/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options structures of the public headers begin with `size_t size`, the caller's sizeof, so that they can grow at
 * their ends: a member that the caller does not know is 0, one that we do not know must be 0. A new member never takes
 * the place of padding, which callers need not have cleared.
 */
#ifndef LIBINSPECT_BASE_OPTIONS_H
#define LIBINSPECT_BASE_OPTIONS_H

#include <stddef.h>

#include <inspect/inspect.h>

/*
 * Copies @given (which may be NULL: all is 0) to @known, which has @known_size bytes. A size of 0 is that of a caller
 * who was built together with this library. INSPECT_ERROR_USAGE where something is asked for that we do not know.
 */
struct inspect_error *options_copy(void *known, size_t known_size, const void *given);

#endif
