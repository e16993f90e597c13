/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why the kernel crashed, where it did. */
#ifndef LIBINSPECT_KERNEL_PANIC_H
#define LIBINSPECT_KERNEL_PANIC_H

#include "kernel/kernel.h"

/*
 * Looks for the message of a panic or an oops in the kernel log, if panic_cpu says that there was one. Fills @buf and
 * returns whether it found one.
 */
bool panic_message(struct kernel *kernel, char *buf, size_t size);

#endif
