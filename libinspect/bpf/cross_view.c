/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/cross_view.h"

#include "base/error.h"
#include "bpf/bpf.h"
#include "bpf/enums.h"
#include "bpf/prog.h"
#include "kernel/roots.h"
#include "kernel/walk.h"

/*
 * The kernel's own programs that are on trampolines without an id: the shims of cgroup LSM programs, which have no
 * instructions (69fd337a975c, kernel/bpf/trampoline.c, cgroup_shim_alloc()).
 */
static bool is_shim(const struct prog_fields *prog)
{
	return !prog->id && prog->type == PROG_TYPE_LSM && !prog->len;
}

static struct inspect_error *look_up(struct kernel *kernel, uint64_t idr, uint64_t address)
{
	struct prog_fields prog;
	struct walk_item item;
	struct loaded loaded;
	struct inspect_error *error = prog_load(kernel, address, &prog, &loaded);

	/* One that cannot be read is told where it is shown. */
	if (error || !USABLE(&loaded, id) || !USABLE(&loaded, type) || is_shim(&prog))
		return error;
	error = idr_find(kernel, idr, prog.id, &item);
	if (error || item.problem || item.address == address)
		return error;
	return error_at(INSPECT_ERROR_LOOKUP, address,
			"the program at 0x%llx (id %llu) is attached by a trampoline and is not in prog_idr: it is hidden, or was "
			"just being unloaded", (unsigned long long)address, (unsigned long long)prog.id);
}

void cross_view_attachments(struct bpf *bpf)
{
	const struct attachments *attachments = &bpf->attachments;
	struct inspect_error *error;
	uint64_t idr;

	if (!attachments->count)
		return;
	error = kernel_root(bpf->kernel, ROOT_PROG_IDR, &idr, NULL);
	for (size_t i = 0; i < attachments->count && !error; i++) {
		/* They are sorted by program. */
		if (i && attachments->items[i].prog == attachments->items[i - 1].prog)
			continue;
		kernel_problem(bpf->kernel, look_up(bpf->kernel, idr, attachments->items[i].prog));
	}
	kernel_problem(bpf->kernel, error);
}
