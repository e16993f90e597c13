/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public walks over BPF objects. */
#include <stdlib.h>

#include "base/error.h"
#include "handle.h"
#include "kernel/roots.h"

struct inspect_bpf_walk {
	struct bpf *bpf;
	const struct bpf_kind *kind;
	unsigned int flags;
	struct inspect_error *error;
	struct walk walk;
};

const struct inspect_schema *inspect_bpf_schema(enum inspect_bpf_kind kind)
{
	return bpf_kinds[kind].schema;
}

struct inspect_error *inspect_bpf_walk_create(struct inspect *inspect, enum inspect_bpf_kind kind, unsigned int flags,
					      struct inspect_bpf_walk **walk_ret)
{
	struct inspect_bpf_walk *walk;
	uint64_t idr;
	struct inspect_error *error = kernel_root(&inspect->kernel, bpf_kinds[kind].root, &idr, NULL);

	if (error)
		return error;
	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return &error_nomem;
	walk->bpf = &inspect->bpf;
	walk->kind = &bpf_kinds[kind];
	walk->flags = flags;
	walk_idr(&walk->walk, &inspect->kernel, idr);
	*walk_ret = walk;
	return NULL;
}

void inspect_bpf_walk_destroy(struct inspect_bpf_walk *walk)
{
	if (!walk)
		return;
	inspect_error_destroy(walk->error);
	inspect_error_destroy(walk_finish(&walk->walk));
	free(walk);
}

bool inspect_bpf_walk_next(struct inspect_bpf_walk *walk, struct inspect_pool *pool, struct inspect_record **record_ret)
{
	struct walk_item item;

	do {
		if (walk->error || !walk_next(&walk->walk, &item))
			return false;
		bpf_item_problem(walk->bpf, walk->kind, &item);
	} while (item.incomplete);
	if (walk->bpf->kernel->live)
		translate_flush(&walk->bpf->kernel->translate);
	walk->error = bpf_fill_item(walk->bpf, walk->kind, &item, walk->flags, pool, record_ret);
	if (!walk->error && kernel_interrupted(walk->bpf->kernel))
		walk->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
	return !walk->error;
}

struct inspect_error *inspect_bpf_walk_finish(struct inspect_bpf_walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	return error ? error : error_context(walk_finish(&walk->walk), "%ss", walk->kind->word);
}

struct inspect_error *inspect_bpf_find(struct inspect *inspect, enum inspect_bpf_kind kind, uint64_t id,
				       unsigned int flags, struct inspect_pool *pool, struct inspect_record **record_ret)
{
	const struct bpf_kind *what = &bpf_kinds[kind];
	struct inspect_error *error;
	struct walk_item item;
	uint64_t idr;

	error = kernel_root(&inspect->kernel, what->root, &idr, NULL);
	if (!error)
		error = idr_find(&inspect->kernel, idr, id, &item);
	if (error)
		return error_context(error, "%s %llu", what->word, (unsigned long long)id);
	if (!item.address && !item.problem) {
		*record_ret = NULL;
		return NULL;
	}
	bpf_item_problem(&inspect->bpf, what, &item);
	if (item.incomplete) {
		*record_ret = NULL;
		return NULL;
	}
	error = bpf_fill_item(&inspect->bpf, what, &item, flags, pool, record_ret);
	if (!error && kernel_interrupted(&inspect->kernel))
		error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
	return error;
}
