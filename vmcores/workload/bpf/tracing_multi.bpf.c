/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One program on the trampolines of several functions (7.2); the loader sets type and attach type. */
#include "workload.bpf.h"

SEC("tracing.multi")
int kernel_entry_multi(void *ctx)
{
	return 0;
}

LICENSE("GPL");
