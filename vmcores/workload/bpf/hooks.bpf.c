/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What hangs on the targets; relations.c names the target and the function of each, before loading. */
#include "workload.bpf.h"

#define TRACE(kind, name)   \
	SEC(kind)           \
	int name(void *ctx) \
	{                   \
		return 0;   \
	}

TRACE("fentry", on_target_main_entry)
TRACE("fexit", on_target_main_exit)
TRACE("fexit", on_target_main_exit_again) /* a second program of the same kind on one trampoline */
TRACE("fexit", on_target_static_sub_a)
TRACE("fexit", on_target_static_sub_b)
TRACE("fentry", on_target_static_sub_b_entry)
TRACE("fexit", on_sub_name_15char)
TRACE("fentry", on_target_global_plain_first)
TRACE("fentry", on_target_global_plain_second)
TRACE("fentry", on_target_global_plain_third)
TRACE("fexit", on_second_main)
TRACE("fentry", on_second_static_sub)
TRACE("fentry", on_xdp_main_entry)
TRACE("fexit", on_xdp_main_exit)

/* Loaded, held by its descriptor, never attached. */
TRACE("fexit", never_attached_fexit)

SEC("freplace")
int replacing_one_everywhere(struct __sk_buff *skb)
{
	int len = skb->len;

	OPAQUE(len);
	return len + 100;
}

SEC("freplace")
int replacing_two(int value)
{
	OPAQUE(value);
	return value + 200;
}

SEC("freplace")
int never_attached_freplace(int value)
{
	OPAQUE(value);
	return value + 300;
}

SEC("freplace")
int replacing_xdp_sub(struct xdp_md *ctx)
{
	int index = ctx->ingress_ifindex;

	OPAQUE(index);
	return index ? XDP_PASS : XDP_ABORTED;
}

LICENSE("GPL");
