/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Return addresses that tracers have replaced by their own, and where they keep the real ones. */
#include <endian.h>

#include "base/error.h"
#include "kernel/unwind.h"

struct ret_stack_fields {
	struct view_state state;
	uint64_t ret;
	uint64_t retp;
};

static const struct view_variant ret_stack_variants[] = { { "struct ftrace_ret_stack", "retp" } };
static const struct view_field ret_stack_fields[] = {
	VIEW_NEED(ret_stack_fields, ret, "ret"),
	VIEW_NEED(ret_stack_fields, retp, "retp"),
};
VIEW_OF_SOME(ret_stack_view, ret_stack_fields, ret_stack_variants, ret_stack_fields);

/* A rethook_node, or before 5.18 (54ecbe6f1ed5) and on some machines the kretprobe_instance itself. */
struct return_hook_fields {
	struct view_state state;
	uint64_t next;
	uint64_t ret_addr;
	uint64_t frame;
};

static const struct view_variant return_hook_variants[] = {
	{ "struct rethook_node", "llist" },
	{ "struct kretprobe_instance", "llist" },
};
static const struct view_field return_hook_fields[] = {
	VIEW_NEED(return_hook_fields, next, "llist.next"),
	VIEW_NEED(return_hook_fields, ret_addr, "ret_addr"),
	VIEW_NEED(return_hook_fields, frame, "frame", "fp"),
};
VIEW_OF_SOME(return_hook_view, return_hook_fields, return_hook_variants, return_hook_fields);

/* FTRACE_RETFUNC_DEPTH frames, and since 6.11 (42675b723b48) a page of words: the larger of both. */
#define RET_STACK_SIZE 4096
/* More probes than fit onto one stack. */
#define HOOKS_MAX 1024

/*
 * The tracer's own stack has an entry whose retp is the key. Until 6.11 it is an array of struct ftrace_ret_stack,
 * since then these lie among other words: looking for the key finds them in either.
 */
static uint64_t graph_original(struct unwind *unwind, uint64_t key)
{
	const struct thread_fields *thread = &unwind->thread->fields;
	struct kernel *kernel = unwind->unwinder->kernel;
	struct ret_stack_fields entry;

	for (uint64_t i = 0; i < RET_STACK_SIZE && has(thread, ret_stack) && thread->ret_stack; i += 8) {
		struct inspect_error *error;
		uint64_t word;

		if (memory_read_u64(&kernel->memory, thread->ret_stack + i, 8, &word))
			break;
		if (word != key)
			continue;
		error = kernel_read(kernel, &ret_stack_view, thread->ret_stack + i, &entry);
		if (error) {
			inspect_error_destroy(error);
			break;
		}
		if (!entry.state.fault && unwind_code(unwind, entry.ret - 1, NULL))
			return entry.ret;
	}
	return 0;
}

static uint64_t probe_original(struct unwind *unwind, uint64_t key)
{
	const struct thread_fields *thread = &unwind->thread->fields;
	struct kernel *kernel = unwind->unwinder->kernel;
	uint64_t node = has(thread, rethooks) ? thread->rethooks : has(thread, kretprobes) ? thread->kretprobes : 0;
	struct return_hook_fields hook;

	for (unsigned int i = 0; i < HOOKS_MAX && node; i++, node = hook.next) {
		struct inspect_error *error = kernel_read(kernel, &return_hook_view, node, &hook);

		if (error) {
			inspect_error_destroy(error);
			return 0;
		}
		if (hook.state.fault)
			return 0;
		/* Several probes of one function: all but the last have the trampoline itself. */
		if (hook.frame == key && hook.ret_addr != unwind->unwinder->probe_return)
			return hook.ret_addr;
	}
	return 0;
}

uint64_t unwind_original(struct unwind *unwind, uint64_t pc, uint64_t key, const char **hook_ret)
{
	const struct unwinder *unwinder = unwind->unwinder;
	uint64_t original = 0;

	*hook_ret = NULL;
	if (unwinder->graph_return && pc == unwinder->graph_return) {
		*hook_ret = "function graph tracer";
		original = graph_original(unwind, key);
	} else if (unwinder->probe_return && pc == unwinder->probe_return) {
		*hook_ret = "kretprobe";
		original = probe_original(unwind, key);
	}
	return original ? original : pc;
}
