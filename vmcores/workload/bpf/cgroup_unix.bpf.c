/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A hook of UNIX sockets (6.7); the loader sets the attach type. */
#include "workload.bpf.h"

SEC("cgroup/connect4")
int cgroup_unix_connect(void *ctx)
{
	return 1;
}

LICENSE("GPL");
