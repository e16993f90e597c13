/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A netfilter hook (6.4); the loader sets the type, which libbpf 1.1 does not know. */
#include "workload.bpf.h"

SEC("netfilter")
int netfilter_accept(void *ctx)
{
	return 1;
}

LICENSE("GPL");
