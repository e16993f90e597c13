/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding VMCOREINFO in a dump without the note (QEMU's dump-guest-memory without the vmcoreinfo device): the kernel
 * prepares the note in a page of its own at boot, whether or not kdump is set up (kernel/vmcore_info.c,
 * crash_save_vmcoreinfo_init()), and so it lies in the memory that was dumped.
 */
#ifndef LIBINSPECT_KERNEL_SCAN_H
#define LIBINSPECT_KERNEL_SCAN_H

#include <stdint.h>

#include <inspect/inspect.h>

#include "core/memory.h"
#include "kernel/vmcoreinfo.h"
#include "providers.h"

/*
 * Looks at the beginning of each page of physical memory. There may be several, of kernels that ran before on the same
 * memory or run as guests in it: the first whose addresses, translated as it says, lead to the release that it says is
 * taken at once; failing that, the one with SYMBOL(_stext), and of those the one with the most keys.
 *
 * The caller owns *@info_ret; *@physical_ret is where the page is, for a message. INSPECT_ERROR_LOOKUP: none was found.
 */
struct inspect_error *scan_vmcoreinfo(struct memory *memory, enum machine machine, struct vmcoreinfo *info_ret,
				      uint64_t *physical_ret);

#endif
