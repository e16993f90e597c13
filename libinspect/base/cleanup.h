/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cleanup attributes, for descriptors and handles only; memory of a command comes from arenas. */
#ifndef LIBINSPECT_BASE_CLEANUP_H
#define LIBINSPECT_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

static inline void cleanup_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

#define _cleanup_fd_ _cleanup_(cleanup_fd)
#define _cleanup_free_ _cleanup_(cleanup_free)

#endif
