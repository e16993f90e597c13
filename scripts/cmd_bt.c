/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bt: what the CPUs and the tasks were doing. */
#include <stdlib.h>

#include <inspect/backtrace.h>

#include "commands.h"
#include "layout_backtrace.h"

/* The backtraces of one argument. */
static enum status backtraces(struct command_context *context, enum inspect_backtrace_of of, uint64_t number,
			      struct inspect_pool *pool)
{
	struct inspect_backtrace_walk *walk;
	struct inspect_record *record;
	enum status status = STATUS_WHOLE;
	struct inspect_error *error = inspect_backtrace_walk_create(context->inspect, of, number, &walk);

	if (error) {
		message_take(&context->messages, error);
		return STATUS_PARTIAL;
	}
	while (status == STATUS_WHOLE && inspect_backtrace_walk_next(walk, pool, &record)) {
		if (!command_record(context, record))
			status = STATUS_PARTIAL;
		inspect_pool_rewind(pool);
	}
	error = inspect_backtrace_walk_finish(walk);
	if (error) {
		message_take(&context->messages, error);
		status = STATUS_PARTIAL;
	}
	inspect_backtrace_walk_destroy(walk);
	return status;
}

static bool parse_cpu(const char *text, uint64_t *cpu_ret)
{
	char *end;

	*cpu_ret = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end;
}

enum status cmd_bt(struct command_context *context)
{
	const struct options *options = context->options;
	struct inspect_pool *pool;
	enum status status = STATUS_WHOLE, one;
	uint64_t cpu = 0;

	if (options->cpu && !parse_cpu(options->cpu, &cpu)) {
		message_error(&context->messages, "--cpu: \"%s\" is no CPU: a decimal number is expected", options->cpu);
		return STATUS_USAGE;
	}
	if (!!options->cpu + options->all_cpus + options->all_tasks + !!context->argument_count > 1) {
		message_error(&context->messages, "bt: only one of pids, --cpu, --all-cpus and --all-tasks may be given");
		return STATUS_USAGE;
	}
	pool = inspect_pool_create();
	if (!pool) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	if (!command_begin(context, &inspect_backtrace_schema, &backtrace_layout, INSPECT_STREAM_MANY))
		status = STATUS_PARTIAL;
	else if (!context->argument_count)
		status = backtraces(context, options->cpu ? INSPECT_BACKTRACE_OF_CPU :
				    options->all_tasks ? INSPECT_BACKTRACE_OF_TASKS :
				    options->all_cpus ? INSPECT_BACKTRACE_OF_CPUS : INSPECT_BACKTRACE_OF_PANIC, cpu, pool);
	for (size_t i = 0; context->sink && i < context->argument_count; i++) {
		one = backtraces(context, INSPECT_BACKTRACE_OF_TASK, context->ids[i], pool);
		status = one > status ? one : status;
	}
	inspect_pool_destroy(pool);
	return status;
}
