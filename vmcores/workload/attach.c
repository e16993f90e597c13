/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workload.h"

#include <errno.h>

void attachments_run(const struct attachment *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bpf_program *program = object_program(rows[i].object, rows[i].program);
		int error = program ? rows[i].run(&rows[i], program) : 0;

		if (error)
			feature_failed(rows[i].feature, -error);
	}
}

int keep_link(const struct attachment *attachment, struct bpf_link *link)
{
	return keep_link_fd(attachment, link ? bpf_link__fd(link) : -errno);
}

int keep_link_fd(const struct attachment *attachment, int fd)
{
	if (fd < 0)
		return fd;
	manifest_link(fd, attachment->feature, attachment->program);
	return 0;
}

int attach_by_section(const struct attachment *attachment, struct bpf_program *program)
{
	return keep_link(attachment, bpf_program__attach(program));
}
