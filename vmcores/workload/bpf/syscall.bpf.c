/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that runs by BPF_PROG_TEST_RUN only (5.14). */
#include "workload.bpf.h"

SEC("syscall")
int syscall_program(void *ctx)
{
	return 0;
}

LICENSE("GPL");
