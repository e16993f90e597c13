/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LSM hooks per cgroup (6.0): on the trampoline sits the kernel's shim, these are in the cgroup's array. */
#include "workload.bpf.h"

SEC("lsm_cgroup/socket_bind")
int lsm_cgroup_bind(void *ctx)
{
	return 1;
}

SEC("lsm_cgroup/inet_csk_clone")
int lsm_cgroup_clone(void *ctx)
{
	return 1;
}

LICENSE("GPL");
