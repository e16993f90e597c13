/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tracing without trampolines: tracepoints of all kinds, probes, perf events and iterators. */
#include "workload.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u32);
} iterated_map SEC(".maps");

const volatile __u32 trace_constant = 0x12345678;
__u32 trace_variable = 7;
__u64 trace_zeroed;

SEC("raw_tp/sched_process_exec")
int raw_tp_exec(void *ctx)
{
	return 0;
}

SEC("raw_tp/sched_process_hang")
int raw_tp_hang_with_long_name(void *ctx)
{
	return trace_constant == 1;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(tp_btf_fork, struct task_struct *parent, struct task_struct *child)
{
	if (child->pid == -1)
		trace_zeroed = parent->tgid;
	return 0;
}

SEC("tp/sched/sched_process_exec")
int tracepoint_exec(void *ctx)
{
	return 0;
}

SEC("tp/syscalls/sys_enter_swapon")
int tracepoint_swapon(void *ctx)
{
	return trace_variable == 8;
}

SEC("kprobe")
int kprobe_symlink(void *ctx)
{
	return 0;
}

SEC("kprobe")
int kprobe_symlink_twice(void *ctx)
{
	return 0;
}

SEC("kretprobe")
int kretprobe_link(void *ctx)
{
	return 0;
}

SEC("uprobe")
int uprobe_self(void *ctx)
{
	return 0;
}

SEC("uretprobe")
int uretprobe_self(void *ctx)
{
	return 0;
}

SEC("perf_event")
int perf_event_faults(void *ctx)
{
	return 0;
}

struct bpf_iter_meta {
	struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key;
	void *value;
} __attribute__((preserve_access_index));

SEC("iter/task")
int iter_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	static const char format[] = "%d\n";
	__u64 argument;

	if (!task)
		return 0;
	argument = task->pid;
	bpf_seq_printf(ctx->meta->seq, format, sizeof(format), &argument, sizeof(argument));
	return 0;
}

SEC("iter/task_file")
int iter_task_file(void *ctx)
{
	return 0;
}

SEC("iter/bpf_map_elem")
int iter_map_elem(struct bpf_iter__bpf_map_elem *ctx)
{
	return ctx->map == 0;
}

SEC("iter/bpf_map")
int iter_map(void *ctx)
{
	return 0;
}

LICENSE("GPL");
