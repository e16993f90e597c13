/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* prog, map, link: listings of BPF objects, all of them or those with the ids given; see values.h for what is shown. */
#include <inspect/bpf.h>

#include "commands.h"
#include "layout_bpf_inspect.h"
#include "values.h"

static const char *const nouns[] = {
	[INSPECT_BPF_PROG] = "program",
	[INSPECT_BPF_MAP] = "map",
	[INSPECT_BPF_LINK] = "link",
};

/* An error of the whole listing: it ends here. @begun: some of it was shown. */
static enum status failed(struct command_context *context, struct inspect_error *error, bool begun)
{
	enum inspect_error_code code = inspect_error_code(error);

	message_take(&context->messages, error);
	return !begun && (code == INSPECT_ERROR_LOOKUP || code == INSPECT_ERROR_FORMAT) ? STATUS_FAILED :
											  STATUS_PARTIAL;
}

static enum status list_all(struct command_context *context, enum inspect_bpf_kind kind, unsigned int flags,
			    struct values *values, struct inspect_pool *pool)
{
	struct inspect_bpf_walk *walk;
	struct inspect_record *record;
	struct inspect_error *error = inspect_bpf_walk_create(context->inspect, kind, flags, &walk);
	bool written = true, begun = false;

	if (error)
		return failed(context, error, false);
	while (written && inspect_bpf_walk_next(walk, pool, &record)) {
		begun = true;
		written = values_record(values, record, pool);
		inspect_pool_rewind(pool);
	}
	error = inspect_bpf_walk_finish(walk);
	inspect_bpf_walk_destroy(walk);
	if (error)
		return failed(context, error, begun);
	return values_status(values);
}

static enum status list_ids(struct command_context *context, enum inspect_bpf_kind kind, unsigned int flags,
			    struct values *values, struct inspect_pool *pool)
{
	enum status status = STATUS_WHOLE;

	for (size_t i = 0; i < context->argument_count; i++) {
		struct inspect_record *record;
		struct inspect_error *error = inspect_bpf_find(context->inspect, kind, context->ids[i], flags, pool,
							       &record);

		if (error)
			return failed(context, error, i);
		if (!record) {
			message_error(&context->messages, "no %s has the id %llu", nouns[kind],
				      (unsigned long long)context->ids[i]);
			status = STATUS_PARTIAL;
			continue;
		}
		if (!values_record(values, record, pool))
			break;
		inspect_pool_rewind(pool);
	}
	return status_worse(status, values_status(values));
}

static enum status list(struct command_context *context, enum inspect_bpf_kind kind,
			const struct inspect_layout *layout)
{
	unsigned int flags = context->options->show_details ? INSPECT_BPF_DETAILS : 0;
	struct inspect_pool *pool = inspect_pool_create();
	struct values *values = NULL;
	enum status status;

	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	status = values_create(context, kind, layout, &values);
	if (status == STATUS_WHOLE && context->argument_count)
		status = list_ids(context, kind, flags, values, pool);
	else if (status == STATUS_WHOLE)
		status = list_all(context, kind, flags, values, pool);
	/* The records' schema may be one of the values'. */
	status = command_end(context, status);
	values_destroy(values);
	inspect_pool_destroy(pool);
	return status;
}

enum status cmd_prog(struct command_context *context)
{
	return list(context, INSPECT_BPF_PROG, &prog_layout);
}

enum status cmd_map(struct command_context *context)
{
	return list(context, INSPECT_BPF_MAP, &map_layout);
}

enum status cmd_link(struct command_context *context)
{
	return list(context, INSPECT_BPF_LINK, &link_layout);
}
