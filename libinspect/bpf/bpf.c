/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/bpf.h"

#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"
#include "kernel/timekeeper.h"

const struct bpf_kind bpf_kinds[] = {
	[INSPECT_BPF_PROG] = { "program", ROOT_PROG_IDR, &inspect_prog_schema, INSPECT_PROG_ID, INSPECT_PROG_TYPE,
			       bpf_prog_fill },
	[INSPECT_BPF_MAP] = { "map", ROOT_MAP_IDR, &inspect_map_schema, INSPECT_MAP_ID, INSPECT_MAP_TYPE,
			      bpf_map_fill },
	[INSPECT_BPF_LINK] = { "link", ROOT_LINK_IDR, &inspect_link_schema, INSPECT_LINK_ID, INSPECT_LINK_TYPE,
			       bpf_link_fill },
};

void bpf_init(struct bpf *bpf, struct kernel *kernel)
{
	memset(bpf, 0, sizeof(*bpf));
	bpf->kernel = kernel;
}

void bpf_deinit(struct bpf *bpf)
{
	attachments_deinit(&bpf->attachments);
}

struct inspect_error *without_layout(struct bpf *bpf, struct inspect_record *record, unsigned int column,
				     struct inspect_error *error)
{
	if (!error || inspect_error_code(error) != INSPECT_ERROR_LOOKUP)
		return error;
	inspect_cell_damaged(record, column, 0, "this kernel's layout is not known");
	kernel_problem(bpf->kernel, error);
	return NULL;
}

bool bpf_wall_time(struct bpf *bpf, uint64_t boot_time, int64_t *seconds_ret)
{
	if (!bpf->clock_tried) {
		struct timekeeper timekeeper;
		struct inspect_error *error = timekeeper_read(bpf->kernel, &timekeeper);

		bpf->clock_tried = true;
		bpf->clock_known = !error;
		if (error)
			kernel_problem(bpf->kernel, error_context(error, "load times"));
		else
			bpf->wall_offset = timekeeper.wall_offset;
	}
	if (bpf->clock_known)
		*seconds_ret = (int64_t)(boot_time + (uint64_t)bpf->wall_offset) / 1000000000;
	return bpf->clock_known;
}

/* Ids are positive ints: a root covers more. */
#define ID_MAX INT32_MAX

void bpf_item_problem(struct bpf *bpf, const struct bpf_kind *kind, const struct walk_item *item)
{
	unsigned long long first = item->index, last = item->last, address = item->fault_address;
	const char *lost = item->incomplete ? "what is missing is not shown" : "what it holds is not shown";

	if (!item->problem || (last == first && !item->incomplete))
		return;
	if (last >= ID_MAX)
		kernel_problem(bpf->kernel, error_at(INSPECT_ERROR_FAULT, address, "%s ids %llu and up: %s at 0x%llx, %s",
						     kind->word, first, item->problem, address, lost));
	else
		kernel_problem(bpf->kernel, error_at(INSPECT_ERROR_FAULT, address,
						     "%s ids %llu to %llu: %s at 0x%llx, %s", kind->word, first, last,
						     item->problem, address, lost));
}

struct inspect_error *bpf_fill_item(struct bpf *bpf, const struct bpf_kind *kind, const struct walk_item *item,
				    unsigned int flags, struct inspect_pool *pool, struct inspect_record **record_ret)
{
	struct inspect_record *record = inspect_record_create(kind->schema, pool);
	struct inspect_error *error = NULL;

	if (!record)
		return &error_nomem;
	inspect_cell_u64(record, kind->id_column, item->index);
	if (item->fault)
		inspect_cell_fault(record, kind->type_column, item->fault, item->fault_address);
	else if (item->problem)
		inspect_cell_damaged(record, kind->type_column, item->fault_address, item->problem);
	else
		error = kind->fill(bpf, item->address, item->index, flags, record);
	if (error)
		return error_context(error, "%s %llu", kind->word, (unsigned long long)item->index);
	*record_ret = record;
	return NULL;
}
