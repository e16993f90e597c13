/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The third target, of another type: XDP. */
#include "workload.bpf.h"

__noinline int xdp_replaceable(struct xdp_md *ctx)
{
	int index = ctx->ingress_ifindex;

	OPAQUE(index);
	return index & 1 ? XDP_PASS : XDP_ABORTED;
}

SEC("xdp")
int xdp_target_main(struct xdp_md *ctx)
{
	return xdp_replaceable(ctx) == XDP_DROP ? XDP_DROP : XDP_PASS;
}

LICENSE("Dual BSD/GPL");
