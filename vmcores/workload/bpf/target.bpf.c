/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first target: a tc program with static and global subprograms. hooks.bpf.c hangs fentry, fexit and freplace
 * programs on it; the table in relations.c says which on what.
 */
#include "workload.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} target_map SEC(".maps");

/* Two names that differ in their last letter only, behind the kernel's limit of 15 characters. */
static __noinline int target_static_sub_a(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	return len + 1;
}

static __noinline int target_static_sub_b(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	return len + 2;
}

/* A name of exactly 15 characters. */
static __noinline int sub_name_15char(int value)
{
	OPAQUE(value);
	return value * 3;
}

__noinline int target_replace_one(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	return len + 10;
}

__noinline int target_replace_two(int value)
{
	OPAQUE(value);
	return value + 20;
}

__noinline int target_replace_three(int value)
{
	OPAQUE(value);
	return value + 30;
}

__noinline int target_global_plain(int value)
{
	OPAQUE(value);
	return value + 40;
}

SEC("tc")
int target_main_program(struct __sk_buff *skb)
{
	__u32 key = 1;
	__u64 *found = bpf_map_lookup_elem(&target_map, &key);
	int sum = found ? 1 : 0;

	sum += target_static_sub_a(skb);
	sum += target_static_sub_b(skb);
	sum += sub_name_15char(sum);
	sum += target_replace_one(skb);
	sum += target_replace_two(sum);
	sum += target_replace_three(sum);
	sum += target_global_plain(sum);
	return sum == 12345 ? 2 : 0;
}

LICENSE("Dual BSD/GPL");
