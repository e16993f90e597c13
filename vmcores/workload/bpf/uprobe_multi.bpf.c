/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One program on several places of a file (6.6); the loader sets the attach type, newer than libbpf 1.1. */
#include "workload.bpf.h"

SEC("kprobe")
int uprobe_multi_entry(void *ctx)
{
	return 0;
}

LICENSE("GPL");
