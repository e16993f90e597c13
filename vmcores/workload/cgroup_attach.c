/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs of cgroups, by links and without, in a cgroup and in its child. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

int cgroup_fd(const char *path)
{
	int fd;

	if (mkdir(path, 0755) && errno != EEXIST)
		die("mkdir %s: %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static int attach_link(const struct attachment *attachment, struct bpf_program *program)
{
	return keep_link(attachment, bpf_program__attach_cgroup(program, cgroup_fd(attachment->name)));
}

/* Without a link; `number` are the flags. */
static int attach_plain(const struct attachment *attachment, struct bpf_program *program)
{
	enum bpf_attach_type type = bpf_program__expected_attach_type(program);
	int error = bpf_prog_attach(bpf_program__fd(program), cgroup_fd(attachment->name), type,
				    (unsigned)attachment->number);

	if (!error)
		manifest_attachment(attachment->feature, attachment->program, attachment->name);
	return error;
}

void cgroup_attach(void)
{
	static const struct attachment rows[] = {
		{ "cgroup_link", "cgroup", "cgroup_ingress", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_link", "cgroup", "cgroup_egress", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_link", "cgroup", "cgroup_sock_create", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_link", "cgroup", "cgroup_post_bind4", attach_link, CGROUP_CHILD, 0 },
		{ "cgroup_link", "cgroup", "cgroup_bind4", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_link", "cgroup", "cgroup_connect6", attach_link, CGROUP_CHILD, 0 },
		{ "cgroup_link", "cgroup", "cgroup_getpeername4", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_link", "cgroup", "cgroup_sysctl", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_link", "cgroup", "cgroup_setsockopt", attach_link, CGROUP_PATH, 0 },
		{ "cgroup_attach", "cgroup", "cgroup_egress_multi", attach_plain, CGROUP_PATH, BPF_F_ALLOW_MULTI },
		{ "cgroup_attach", "cgroup", "cgroup_sendmsg4", attach_plain, CGROUP_PATH, BPF_F_ALLOW_OVERRIDE },
		{ "cgroup_attach", "cgroup", "cgroup_device", attach_plain, CGROUP_PATH, BPF_F_ALLOW_MULTI },
		{ "cgroup_attach", "cgroup", "cgroup_getsockopt", attach_plain, CGROUP_PATH, 0 },
		{ "cgroup_attach", "cgroup", "cgroup_sock_ops", attach_plain, CGROUP_CHILD, 0 },
		{ "lsm_cgroup_link", "lsm_cgroup", "lsm_cgroup_bind", attach_link, CGROUP_PATH, 0 },
		{ "lsm_cgroup_link", "lsm_cgroup", "lsm_cgroup_clone", attach_link, CGROUP_CHILD, 0 },
		{ "cgroup_unix_link", "cgroup_unix", "cgroup_unix_connect", attach_link, CGROUP_PATH, 0 },
	};

	attachments_run(rows, ARRAY_SIZE(rows));
}
