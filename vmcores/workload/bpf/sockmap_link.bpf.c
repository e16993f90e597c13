/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A message verdict attached by a link (6.10). */
#include "workload.bpf.h"

SEC("sk_msg")
int message_verdict_link(struct sk_msg_md *ctx)
{
	return SK_PASS;
}

LICENSE("GPL");
