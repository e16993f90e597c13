/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As struct_ops.bpf.c, for a registration through a link (BPF_F_LINK, 6.4). */
#include "workload.bpf.h"

struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
} __attribute__((preserve_access_index));

SEC("struct_ops/linked_ssthresh")
__u32 BPF_PROG(linked_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/linked_cong_avoid")
void BPF_PROG(linked_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops/linked_undo_cwnd")
__u32 BPF_PROG(linked_undo_cwnd, struct sock *sk)
{
	return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops linked_cong = {
	.ssthresh = (void *)linked_ssthresh,
	.cong_avoid = (void *)linked_cong_avoid,
	.undo_cwnd = (void *)linked_undo_cwnd,
	.name = "wl_linked",
};

LICENSE("GPL");
