/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP congestion control in BPF: the members a registration needs, found in the kernel's BTF by their names. */
#include "workload.bpf.h"

struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
} __attribute__((preserve_access_index));

SEC("struct_ops/workload_ssthresh")
__u32 BPF_PROG(workload_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/workload_cong_avoid")
void BPF_PROG(workload_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops/workload_undo_cwnd")
__u32 BPF_PROG(workload_undo_cwnd, struct sock *sk)
{
	return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops workload_cong = {
	.ssthresh = (void *)workload_ssthresh,
	.cong_avoid = (void *)workload_cong_avoid,
	.undo_cwnd = (void *)workload_undo_cwnd,
	.name = "wl_registered",
};

LICENSE("GPL");
