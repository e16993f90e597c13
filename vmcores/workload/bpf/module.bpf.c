/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trampolines on functions of a kernel module (dummy.ko), found through the module's own BTF. */
#include "workload.bpf.h"

SEC("fentry")
int module_xmit_entry(void *ctx)
{
	return 0;
}

SEC("fexit")
int module_xmit_exit(void *ctx)
{
	return 0;
}

LICENSE("GPL");
