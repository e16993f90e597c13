/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hangs on programs of other files: on a freplace program, on other types, on a main function; loaded last. */
#include "workload.bpf.h"

SEC("fentry")
int on_freplace_entry(void *ctx)
{
	return 0;
}

SEC("fexit")
int on_freplace_exit(void *ctx)
{
	return 0;
}

SEC("fexit")
int on_cgroup_exit(void *ctx)
{
	return 0;
}

SEC("fentry")
int on_kprobe_entry(void *ctx)
{
	return 0;
}

SEC("freplace")
int replacing_main(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	return len & 1;
}

LICENSE("GPL");
