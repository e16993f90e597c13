/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An XDP program that takes multi-buffer packets (5.18), attached to a driver. */
#include "workload.bpf.h"

SEC("xdp.frags")
int xdp_native_frags(struct xdp_md *ctx)
{
	return XDP_PASS;
}

LICENSE("GPL");
