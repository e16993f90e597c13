/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entry and exit of a function by one program (7.0); the loader sets the attach type. */
#include "workload.bpf.h"

SEC("fentry")
int kernel_session(void *ctx)
{
	return 0;
}

LICENSE("GPL");
