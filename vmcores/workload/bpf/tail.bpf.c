/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tail calls: with a constant index (the JIT pokes a direct jump) and with a variable one. */
#include "workload.bpf.h"

#define PROG_ARRAY(name, entries)                      \
	struct {                                       \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY); \
		__uint(max_entries, entries);          \
		__type(key, __u32);                    \
		__type(value, __u32);                  \
	} name SEC(".maps")

PROG_ARRAY(tail_direct, 4);
PROG_ARRAY(tail_variable, 8);
PROG_ARRAY(tail_unowned, 3);

SEC("socket")
int tail_leaf_one(struct __sk_buff *skb)
{
	return 1;
}

SEC("socket")
int tail_leaf_two(struct __sk_buff *skb)
{
	return 2;
}

SEC("socket")
int tail_call_direct(struct __sk_buff *skb)
{
	bpf_tail_call_static(skb, &tail_direct, 0);
	bpf_tail_call_static(skb, &tail_direct, 2);
	return 0;
}

SEC("socket")
int tail_call_variable(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &tail_variable, skb->len & 7);
	return 0;
}

static __noinline int tail_from_subprogram(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	bpf_tail_call_static(skb, &tail_direct, 1);
	return len;
}

SEC("socket")
int tail_call_in_subprogram(struct __sk_buff *skb)
{
	return tail_from_subprogram(skb);
}

LICENSE("GPL");
