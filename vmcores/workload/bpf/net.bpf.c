/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs of the network types; net_attach.c says where each goes. */
#include "workload.bpf.h"

#define PROGRAM(section, name, context, verdict) \
	SEC(section)                             \
	int name(struct context *ctx)            \
	{                                        \
		return verdict;                  \
	}

PROGRAM("xdp", xdp_generic_pass, xdp_md, XDP_PASS)
PROGRAM("xdp", xdp_netlink_pass, xdp_md, XDP_PASS)
PROGRAM("xdp/devmap", xdp_in_devmap, xdp_md, XDP_PASS)
PROGRAM("xdp/cpumap", xdp_in_cpumap, xdp_md, XDP_PASS)
PROGRAM("tc", tc_ingress_filter, __sk_buff, 0)
PROGRAM("tc", tc_egress_filter, __sk_buff, 0)
PROGRAM("tc", tcx_ingress_first, __sk_buff, -1)
PROGRAM("tc", tcx_ingress_second, __sk_buff, -1)
PROGRAM("tc", tcx_ingress_plain, __sk_buff, -1)
PROGRAM("tc", tcx_egress_single, __sk_buff, -1)
PROGRAM("tc", netkit_primary, __sk_buff, 0)
PROGRAM("tc", netkit_peer, __sk_buff, 0)
PROGRAM("action", tc_action_loaded, __sk_buff, 0)
PROGRAM("flow_dissector", dissect_flows, __sk_buff, BPF_OK)
PROGRAM("sk_lookup", lookup_first, bpf_sk_lookup, SK_PASS)
PROGRAM("sk_lookup", lookup_second, bpf_sk_lookup, SK_PASS)
PROGRAM("socket", socket_filter_all, __sk_buff, 0xffff)
PROGRAM("sk_skb/stream_parser", stream_parser, __sk_buff, ctx->len)
PROGRAM("sk_skb/stream_verdict", stream_verdict, __sk_buff, SK_PASS)
PROGRAM("sk_msg", message_verdict, sk_msg_md, SK_PASS)
PROGRAM("lwt_in", lwt_in_loaded, __sk_buff, BPF_OK)
PROGRAM("lwt_out", lwt_out_loaded, __sk_buff, BPF_OK)
PROGRAM("lwt_xmit", lwt_xmit_loaded, __sk_buff, BPF_OK)
PROGRAM("lwt_seg6local", lwt_seg6_loaded, __sk_buff, BPF_OK)

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} reuseport_map SEC(".maps");

SEC("sk_reuseport")
int select_reuseport(struct sk_reuseport_md *ctx)
{
	__u32 index = 0;

	bpf_sk_select_reuseport(ctx, &reuseport_map, &index, 0);
	return SK_PASS;
}

LICENSE("Dual BSD/GPL");
