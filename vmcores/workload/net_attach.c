/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs of devices, sockets, network namespaces and of TCP. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

static int attach_xdp_link(const struct attachment *attachment, struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = (__u32)attachment->number);

	return keep_link_fd(attachment, bpf_link_create(bpf_program__fd(program), (int)netdev_index(attachment->name),
							BPF_XDP, &options));
}

static int attach_xdp_netlink(const struct attachment *attachment, struct bpf_program *program)
{
	int error = bpf_xdp_attach((int)netdev_index(attachment->name), bpf_program__fd(program),
				   (__u32)attachment->number, NULL);

	if (!error)
		manifest_attachment(attachment->feature, attachment->program, attachment->name);
	return error;
}

static int attach_clsact(const struct attachment *attachment, struct bpf_program *program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)netdev_index(attachment->name),
		    .attach_point = (enum bpf_tc_attach_point)attachment->number);
	LIBBPF_OPTS(bpf_tc_opts, options, .handle = 1, .priority = 7, .prog_fd = bpf_program__fd(program));
	int error = bpf_tc_hook_create(&hook);

	if (error && error != -EEXIST)
		return error;
	error = bpf_tc_attach(&hook, &options);
	if (!error)
		manifest_attachment(attachment->feature, attachment->program, attachment->name);
	return error;
}

/* tcx and netkit: `number` is the attach type. */
static int attach_device_link(const struct attachment *attachment, struct bpf_program *program)
{
	struct wl_link_attr attr = { .prog_fd = (__u32)bpf_program__fd(program),
				     .target = netdev_index(attachment->name),
				     .attach_type = (__u32)attachment->number };

	return keep_link_fd(attachment, sys_link_create(&attr));
}

static int attach_netkit_link(const struct attachment *attachment, struct bpf_program *program)
{
	return feature_skipped("netkit_device") ? 0 : attach_device_link(attachment, program);
}

static int attach_tcx_plain(const struct attachment *attachment, struct bpf_program *program)
{
	int error = bpf_prog_attach(bpf_program__fd(program), (int)netdev_index(attachment->name),
				    (enum bpf_attach_type)attachment->number, 0);

	if (!error)
		manifest_attachment(attachment->feature, attachment->program, attachment->name);
	return error;
}

static int attach_netns(const struct attachment *attachment, struct bpf_program *program)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : keep_link(attachment, bpf_program__attach_netns(program, fd));
}

static int attach_netfilter(const struct attachment *attachment, struct bpf_program *program)
{
	struct wl_link_attr attr = { .prog_fd = (__u32)bpf_program__fd(program),
				     .attach_type = WL_BPF_NETFILTER,
				     .netfilter = { .pf = 2, .hooknum = 1, .priority = -128 } }; /* IPv4, LOCAL_IN */

	return keep_link_fd(attachment, sys_link_create(&attr));
}

static int attach_sockmap(const struct attachment *attachment, struct bpf_program *program)
{
	int error = bpf_prog_attach(bpf_program__fd(program), map_fd(attachment->name),
				    (enum bpf_attach_type)attachment->number, 0);

	if (!error)
		manifest_attachment(attachment->feature, attachment->program, attachment->name);
	return error;
}

static int attach_sockmap_link(const struct attachment *attachment, struct bpf_program *program)
{
	struct wl_link_attr attr = { .prog_fd = (__u32)bpf_program__fd(program),
				     .target = (__u32)map_fd(attachment->name),
				     .attach_type = (__u32)attachment->number };

	return keep_link_fd(attachment, sys_link_create(&attr));
}

/* `number` is the socket option. */
static int attach_socket(const struct attachment *attachment, struct bpf_program *program)
{
	int socket = attachment->number == SO_ATTACH_BPF ? sockets()->udp_filtered : sockets()->udp;
	int fd = bpf_program__fd(program);

	if (setsockopt(socket, SOL_SOCKET, attachment->number, &fd, sizeof(fd)))
		return -errno;
	manifest_attachment(attachment->feature, attachment->program, "socket");
	return 0;
}

/* A classic filter has no id: the kernel translates it to BPF, and only the socket knows it. */
static void attach_classic(void)
{
	struct sock_filter code[] = { BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
				      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 64, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0xffff),
				      BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog program = { .len = ARRAY_SIZE(code), .filter = code };

	if (setsockopt(sockets()->packet, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		feature_failed("classic_filter", errno);
	else
		manifest_attachment("classic_filter", NULL, "packet socket");
}

/*
 * libbpf 1.1 updates the map, which registers it, unless the map's BPF_F_LINK waits for a link; its "link" is the
 * map's descriptor. Later versions make the real link where the flag is set.
 */
static int attach_struct_ops(const struct attachment *attachment, struct bpf_program *program)
{
	struct bpf_map *map = object_map(attachment->object, attachment->name);
	struct wl_link_attr attr = { .prog_fd = (__u32)bpf_map__fd(map), .attach_type = WL_BPF_STRUCT_OPS };
	struct bpf_link *link = bpf_map__attach_struct_ops(map);

	(void)program;
	if (!link)
		return -errno;
	if (!(bpf_map__map_flags(map) & WL_F_LINK)) {
		manifest_attachment(attachment->feature, NULL, attachment->name);
		return 0;
	}
	return keep_link_fd(attachment,
			    bpf_link__fd(link) == bpf_map__fd(map) ? sys_link_create(&attr) : bpf_link__fd(link));
}

void net_attach(void)
{
	static const struct attachment rows[] = {
		{ "xdp_link", "target_xdp", "xdp_target_main", attach_xdp_link, "wl_veth1", XDP_FLAGS_DRV_MODE },
		{ "xdp_link", "xdp_frags", "xdp_native_frags", attach_xdp_link, "wl_veth0", XDP_FLAGS_DRV_MODE },
		{ "xdp_link", "net", "xdp_generic_pass", attach_xdp_link, "wl_dummy", XDP_FLAGS_SKB_MODE },
		{ "xdp_netlink", "net", "xdp_netlink_pass", attach_xdp_netlink, "lo", XDP_FLAGS_SKB_MODE },
		{ "clsact", "target", "target_main_program", attach_clsact, "wl_dummy", BPF_TC_INGRESS },
		{ "clsact", "net", "tc_ingress_filter", attach_clsact, "wl_veth0", BPF_TC_INGRESS },
		{ "clsact", "net", "tc_egress_filter", attach_clsact, "wl_veth0", BPF_TC_EGRESS },
		{ "tcx_link", "net", "tcx_ingress_first", attach_device_link, "wl_veth1", WL_BPF_TCX_INGRESS },
		{ "tcx_link", "net", "tcx_ingress_second", attach_device_link, "wl_veth1", WL_BPF_TCX_INGRESS },
		{ "tcx_link", "net", "tcx_egress_single", attach_device_link, "wl_veth1", WL_BPF_TCX_EGRESS },
		{ "tcx_attach", "net", "tcx_ingress_plain", attach_tcx_plain, "wl_veth1", WL_BPF_TCX_INGRESS },
		{ "netkit_link", "net", "netkit_primary", attach_netkit_link, "wl_netkit0", WL_BPF_NETKIT_PRIMARY },
		{ "netkit_link", "net", "netkit_peer", attach_netkit_link, "wl_netkit0", WL_BPF_NETKIT_PEER },
		{ "flow_dissector", "net", "dissect_flows", attach_netns, NULL, 0 },
		{ "sk_lookup", "net", "lookup_first", attach_netns, NULL, 0 },
		{ "sk_lookup", "net", "lookup_second", attach_netns, NULL, 0 },
		{ "netfilter_link", "netfilter", "netfilter_accept", attach_netfilter, NULL, 0 },
		{ "sockmap", "net", "stream_parser", attach_sockmap, "sock_map", BPF_SK_SKB_STREAM_PARSER },
		{ "sockmap", "net", "stream_verdict", attach_sockmap, "sock_map", BPF_SK_SKB_STREAM_VERDICT },
		{ "sockmap", "net", "message_verdict", attach_sockmap, "sock_map", BPF_SK_MSG_VERDICT },
		{ "sockmap_link_create", "sockmap_link", "message_verdict_link", attach_sockmap_link, "sock_hash",
		  BPF_SK_MSG_VERDICT },
		{ "socket_filter", "net", "socket_filter_all", attach_socket, NULL, SO_ATTACH_BPF },
		{ "reuseport", "net", "select_reuseport", attach_socket, NULL, SO_ATTACH_REUSEPORT_EBPF },
		{ "struct_ops_register", "struct_ops", "workload_ssthresh", attach_struct_ops, "workload_cong", 0 },
		{ "struct_ops_map_link", "struct_ops_link", "linked_ssthresh", attach_struct_ops, "linked_cong", 0 },
	};

	attachments_run(rows, ARRAY_SIZE(rows));
	attach_classic();
}
