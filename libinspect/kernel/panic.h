/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why the kernel crashed, where it did. */
#ifndef LIBINSPECT_KERNEL_PANIC_H
#define LIBINSPECT_KERNEL_PANIC_H

#include "kernel/kernel.h"

/* The CPU that panicked; false where none did, or that is not known. */
bool panic_cpu(struct kernel *kernel, uint32_t *cpu_ret);

/*
 * Looks for the message of a panic or an oops in the kernel log, if panic_cpu says that there was one. Fills @buf and
 * returns whether it found one.
 */
bool panic_message(struct kernel *kernel, char *buf, size_t size);

#endif
