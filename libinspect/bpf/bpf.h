/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is known of a kernel's BPF objects beyond one object: caches built on first use, and what went wrong while they
 * were built. One file a kind of object fills its records.
 */
#ifndef LIBINSPECT_BPF_BPF_H
#define LIBINSPECT_BPF_BPF_H

#include <inspect/bpf.h>

#include "bpf/attachments.h"
#include "kernel/kernel.h"
#include "kernel/walk.h"

struct bpf {
	struct kernel *kernel;
	bool clock_tried;
	bool clock_known;
	int64_t wall_offset; /* nanoseconds: wall clock minus boot-time clock */
	struct attachments attachments;
};

void bpf_init(struct bpf *bpf, struct kernel *kernel);
void bpf_deinit(struct bpf *bpf);

/*
 * What one type of object has beyond the others has a layout of its own. Where @error says that this kernel's is not
 * known, that is a kernel_problem() and a mark in @column, and NULL is returned; other errors are returned as they are.
 */
struct inspect_error *without_layout(struct bpf *bpf, struct inspect_record *record, unsigned int column,
				     struct inspect_error *error);

/* Nanoseconds of the boot-time clock as seconds since the epoch; false where the kernel's clocks were not found. */
bool bpf_wall_time(struct bpf *bpf, uint64_t boot_time, int64_t *seconds_ret);

/*
 * Fill @record with the object at @address, which the idr has under @id (0: not from the idr). Errors are of the whole
 * kind of object (this kernel's layout is not known); what is wrong with this one stands in the cells.
 */
struct inspect_error *bpf_prog_fill(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				    struct inspect_record *record);
struct inspect_error *bpf_map_fill(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				   struct inspect_record *record);
struct inspect_error *bpf_link_fill(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				    struct inspect_record *record);

/* One kind of object in an idr. */
struct bpf_kind {
	const char *word; /* "program" */
	unsigned int root; /* enum root_id of its idr */
	const struct inspect_schema *schema;
	unsigned int id_column, type_column;
	struct inspect_error *(*fill)(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				      struct inspect_record *record);
};

extern const struct bpf_kind bpf_kinds[];

/* Tells the user of a problem that hides more than one id; where only some are missing there is no record to fill. */
void bpf_item_problem(struct bpf *bpf, const struct bpf_kind *kind, const struct walk_item *item);

/* A record for what a walk over the idr of @kind found: the object, or the reason why it cannot be reached. */
struct inspect_error *bpf_fill_item(struct bpf *bpf, const struct bpf_kind *kind, const struct walk_item *item,
				    unsigned int flags, struct inspect_pool *pool, struct inspect_record **record_ret);

#endif
