/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does not end: its callback is called by a helper, again and again, until the kernel's watchdog panics (crash.c). */
#include "workload.bpf.h"

#define LOOPS (1 << 23) /* BPF_MAX_LOOPS */

__u64 crash_turns;

static long crash_turn(__u32 index, void *context)
{
	crash_turns += bpf_get_smp_processor_id() + index;
	return 0;
}

static long crash_turn_again(__u32 index, void *context)
{
	bpf_loop(LOOPS, crash_turn, context, 0);
	return 0;
}

SEC("fentry/ksys_sync")
int crash_sync(void *ctx)
{
	bpf_loop(LOOPS, crash_turn_again, NULL, 0);
	return 0;
}

LICENSE("GPL");
