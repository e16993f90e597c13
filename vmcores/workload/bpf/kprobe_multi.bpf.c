/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One program on many functions, through fprobe (5.18). */
#include "workload.bpf.h"

SEC("kprobe.multi")
int kprobe_multi_entry(void *ctx)
{
	return 0;
}

SEC("kretprobe.multi")
int kprobe_multi_return(void *ctx)
{
	return 0;
}

LICENSE("GPL");
