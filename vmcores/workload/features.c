/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a kernel of the matrix does not have. A feature is the name of an object, a map or an attachment. A failure that
 * is not in this table, or has another errno than listed, ends the run.
 */
#include "workload.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define SERIES(major, minor) ((major) << 16 | (minor))
#define ALWAYS SERIES(0, 0)
#define NEWEST SERIES(99, 99)

static const struct {
	const char *feature;
	unsigned from, to; /* inclusive */
	int error;
	const char *machine; /* NULL: any */
} allowed[] = {
	{ "netkit_device", ALWAYS, SERIES(6, 6), EOPNOTSUPP, NULL },
	{ "module", ALWAYS, SERIES(5, 10), ESRCH, NULL }, /* modules have no BTF */
	{ "fsession", ALWAYS, SERIES(6, 19), EINVAL, NULL },
	{ "tracing_multi", ALWAYS, SERIES(7, 1), EINVAL, NULL },
	{ "lsm_cgroup", ALWAYS, SERIES(5, 19), EINVAL, NULL },
	{ "syscall", ALWAYS, SERIES(5, 13), EINVAL, NULL },
	{ "xdp_frags", ALWAYS, SERIES(5, 17), EINVAL, NULL },
	{ "perf_event_link", ALWAYS, SERIES(5, 14), EINVAL, NULL },
	{ "task_storage", ALWAYS, SERIES(5, 10), EINVAL, NULL },
	{ "bloom", ALWAYS, SERIES(5, 15), EINVAL, NULL },
	{ "user_ringbuf", ALWAYS, SERIES(6, 0), EINVAL, NULL },
	{ "cgroup_unix", ALWAYS, SERIES(6, 6), EINVAL, NULL },
	{ "struct_ops_link", ALWAYS, SERIES(6, 3), EINVAL, NULL },
	{ "netfilter", ALWAYS, SERIES(6, 3), EINVAL, NULL },
	{ "tcx_link", ALWAYS, SERIES(6, 5), EINVAL, NULL },
	{ "tcx_attach", ALWAYS, SERIES(6, 5), EINVAL, NULL },
	{ "kprobe_multi_link", ALWAYS, SERIES(5, 17), EINVAL, NULL },
	{ "kprobe_multi_link", SERIES(5, 18), SERIES(6, 1), EOPNOTSUPP, NULL }, /* no CONFIG_FPROBE */
	{ "kprobe_multi_link", SERIES(6, 2), NEWEST, EOPNOTSUPP, "aarch64" },
	{ "uprobe_multi_link", ALWAYS, SERIES(6, 5), EINVAL, NULL },
	{ "sockmap_link_create", ALWAYS, SERIES(6, 9), EINVAL, NULL },
	{ "cgrp_storage", ALWAYS, SERIES(6, 1), EINVAL, NULL },
	{ "arena", ALWAYS, SERIES(6, 8), EINVAL, NULL },
	{ "insn_array", ALWAYS, SERIES(6, 18), EINVAL, NULL },
	{ "rhash", ALWAYS, SERIES(7, 1), EINVAL, NULL },
};

void feature_failed(const char *feature, int error)
{
	unsigned series = kernel_series();
	struct utsname name;

	uname(&name);
	for (size_t i = 0; i < ARRAY_SIZE(allowed); i++) {
		if (strcmp(allowed[i].feature, feature) || allowed[i].error != error || series < allowed[i].from ||
		    series > allowed[i].to)
			continue;
		if (allowed[i].machine && strcmp(allowed[i].machine, name.machine))
			continue;
		if (!feature_skipped(feature))
			manifest_skip(feature, error);
		messages_forget();
		return;
	}
	die("%s: %s (errno %d), not listed for %s %s", feature, strerror(error), error, name.release, name.machine);
}
