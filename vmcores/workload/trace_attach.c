/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tracing programs that need no trampoline. */
#include "workload.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

/* What the uprobes are on: never called. */
__attribute__((noinline, used)) static int uprobe_target_one(int value)
{
	asm volatile("" : "+r"(value));
	return value + 1;
}

__attribute__((noinline, used)) static int uprobe_target_two(int value)
{
	asm volatile("" : "+r"(value));
	return value + 2;
}

/* The offset in the binary's file of a function of it. */
static unsigned long file_offset(int (*function)(int))
{
	unsigned long address = (unsigned long)function, start, end, offset, result = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];

	if (!maps)
		die("/proc/self/maps: %s", strerror(errno));
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) == 3 && address >= start && address < end)
			result = address - start + offset;
	fclose(maps);
	if (!result)
		die("no mapping of the uprobes' functions");
	return result;
}

/* The path of this binary: the kernel shows it as the place of a uprobe. */
static const char *self(void)
{
	static char path[4096];
	ssize_t length = readlink(SELF, path, sizeof(path) - 1);

	if (length < 0)
		die(SELF ": %s", strerror(errno));
	path[length] = 0;
	return path;
}

static int attach_kprobe(const struct attachment *attachment, struct bpf_program *program)
{
	return keep_link(attachment, bpf_program__attach_kprobe(program, attachment->number, attachment->name));
}

static int attach_uprobe(const struct attachment *attachment, struct bpf_program *program)
{
	return keep_link(attachment, bpf_program__attach_uprobe(program, attachment->number, -1, self(),
								file_offset(uprobe_target_one)));
}

static int attach_uprobe_multi(const struct attachment *attachment, struct bpf_program *program)
{
	__u64 offsets[] = { file_offset(uprobe_target_one), file_offset(uprobe_target_two) };
	struct wl_link_attr attr = {
		.prog_fd = (__u32)bpf_program__fd(program),
		.attach_type = WL_BPF_TRACE_UPROBE_MULTI,
		.uprobe_multi = { .path = (uintptr_t)self(), .offsets = (uintptr_t)offsets, .cnt = ARRAY_SIZE(offsets) }
	};

	return keep_link_fd(attachment, sys_link_create(&attr));
}

static int attach_kprobe_multi(const struct attachment *attachment, struct bpf_program *program)
{
	static const char *symbols[] = { "bpf_fentry_test3", "bpf_fentry_test4", "bpf_fentry_test5" };
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = symbols, .cnt = ARRAY_SIZE(symbols),
		    .retprobe = attachment->number);

	return keep_link(attachment, bpf_program__attach_kprobe_multi_opts(program, NULL, &options));
}

static int attach_perf_event(const struct attachment *attachment, struct bpf_program *program)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = (__u64)attachment->number,
					.sample_period = 1000 };
	int fd = (int)syscall(__NR_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : keep_link(attachment, bpf_program__attach_perf_event(program, fd));
}

static int attach_iter_map(const struct attachment *attachment, struct bpf_program *program)
{
	union bpf_iter_link_info info = { .map.map_fd = (__u32)bpf_map__fd(
						  object_map(attachment->object, attachment->name)) };
	LIBBPF_OPTS(bpf_iter_attach_opts, options, .link_info = &info, .link_info_len = sizeof(info));

	return keep_link(attachment, bpf_program__attach_iter(program, &options));
}

void trace_attach(void)
{
	static const struct attachment rows[] = {
		{ "raw_tp", "trace", "raw_tp_exec", attach_by_section, NULL, 0 },
		{ "raw_tp", "trace", "raw_tp_hang_with_long_name", attach_by_section, NULL, 0 },
		{ "tp_btf", "trace", "tp_btf_fork", attach_by_section, NULL, 0 },
		{ "tracepoint", "trace", "tracepoint_exec", attach_by_section, NULL, 0 },
		{ "tracepoint", "trace", "tracepoint_swapon", attach_by_section, NULL, 0 },
		{ "kprobe", "trace", "kprobe_symlink", attach_kprobe, "vfs_symlink", false },
		{ "kprobe", "trace", "kprobe_symlink_twice", attach_kprobe, "vfs_symlink", false },
		{ "kretprobe", "trace", "kretprobe_link", attach_kprobe, "vfs_link", true },
		{ "uprobe", "trace", "uprobe_self", attach_uprobe, NULL, false },
		{ "uretprobe", "trace", "uretprobe_self", attach_uprobe, NULL, true },
		{ "perf_event", "trace", "perf_event_faults", attach_perf_event, NULL, PERF_COUNT_SW_ALIGNMENT_FAULTS },
		{ "iter", "trace", "iter_task", attach_by_section, NULL, 0 },
		{ "iter", "trace", "iter_task_file", attach_by_section, NULL, 0 },
		{ "iter", "trace", "iter_map", attach_by_section, NULL, 0 },
		{ "iter", "trace", "iter_map_elem", attach_iter_map, "iterated_map", 0 },
		{ "kprobe_multi_link", "kprobe_multi", "kprobe_multi_entry", attach_kprobe_multi, NULL, false },
		{ "kprobe_multi_link", "kprobe_multi", "kprobe_multi_return", attach_kprobe_multi, NULL, true },
		{ "uprobe_multi_link", "uprobe_multi", "uprobe_multi_entry", attach_uprobe_multi, NULL, 0 },
	};

	attachments_run(rows, ARRAY_SIZE(rows));
}
