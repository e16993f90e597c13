/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The second target, compatible with the first: the same freplace program is linked into both. */
#include "workload.bpf.h"

__noinline int second_replaceable(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	return len + 5;
}

static __noinline int second_static_sub(int value)
{
	OPAQUE(value);
	return value + 6;
}

/* A program's name of exactly 15 characters. */
SEC("tc")
int prog_name_15chr(struct __sk_buff *skb)
{
	return second_static_sub(second_replaceable(skb)) == 12345 ? 2 : 0;
}

LICENSE("GPL");
