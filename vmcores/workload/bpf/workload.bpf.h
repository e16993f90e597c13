/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What all BPF programs of the workload share. The kernel's structures are declared field by field with
 * preserve_access_index (CO-RE), so no generated vmlinux.h is needed.
 */
#ifndef WORKLOAD_BPF_H
#define WORKLOAD_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define LICENSE(text) char _license[] SEC("license") = text

/* Keep a value opaque, so that clang neither inlines a subprogram's result nor drops its arguments. */
#define OPAQUE(x) asm volatile("" : "+r"(x))

struct task_struct {
	int pid;
	int tgid;
} __attribute__((preserve_access_index));

#endif
