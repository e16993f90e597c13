/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs of the cgroup types, with the old cgroup storages; under a licence that is not GPL compatible. */
#include "workload.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} cgroup_shared SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} cgroup_percpu SEC(".maps");

SEC("cgroup_skb/ingress")
int cgroup_ingress(struct __sk_buff *ctx)
{
	__u64 *shared = bpf_get_local_storage(&cgroup_shared, 0);
	__u64 *percpu = bpf_get_local_storage(&cgroup_percpu, 0);

	return *shared == 1 && *percpu == 1 ? 0 : 1;
}

#define PROGRAM(section, name, context) \
	SEC(section)                    \
	int name(struct context *ctx)   \
	{                               \
		return 1;               \
	}

PROGRAM("cgroup_skb/egress", cgroup_egress, __sk_buff)
PROGRAM("cgroup_skb/egress", cgroup_egress_multi, __sk_buff)
PROGRAM("cgroup/sock_create", cgroup_sock_create, bpf_sock)
PROGRAM("cgroup/post_bind4", cgroup_post_bind4, bpf_sock)
PROGRAM("cgroup/bind4", cgroup_bind4, bpf_sock_addr)
PROGRAM("cgroup/connect6", cgroup_connect6, bpf_sock_addr)
PROGRAM("cgroup/sendmsg4", cgroup_sendmsg4, bpf_sock_addr)
PROGRAM("cgroup/getpeername4", cgroup_getpeername4, bpf_sock_addr)
PROGRAM("cgroup/dev", cgroup_device, bpf_cgroup_dev_ctx)
PROGRAM("cgroup/sysctl", cgroup_sysctl, bpf_sysctl)
PROGRAM("cgroup/getsockopt", cgroup_getsockopt, bpf_sockopt)
PROGRAM("cgroup/setsockopt", cgroup_setsockopt, bpf_sockopt)
PROGRAM("sockops", cgroup_sock_ops, bpf_sock_ops)

LICENSE("Proprietary");
