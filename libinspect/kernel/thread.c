/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/thread.h"

#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"

static const struct view_variant thread_variants[] = { { "struct task_struct", NULL } };
static const struct view_field thread_fields[] = {
	VIEW_NEED(thread_fields, pid, "pid"),
	VIEW_MAY_STRING(thread_fields, comm, "comm"),
	VIEW_NEED(thread_fields, stack, "stack"),
	VIEW_MAY(thread_fields, sp, "thread.sp"),
	VIEW_MAY(thread_fields, context_fp, "thread.cpu_context.fp"),
	VIEW_MAY(thread_fields, context_sp, "thread.cpu_context.sp"),
	VIEW_MAY(thread_fields, context_pc, "thread.cpu_context.pc"),
	VIEW_MAY(thread_fields, ret_stack, "ret_stack"), /* CONFIG_FUNCTION_GRAPH_TRACER */
	VIEW_MAY(thread_fields, rethooks, "rethooks.first"), /* 5.18, 54ecbe6f1ed5 */
	VIEW_MAY(thread_fields, kretprobes, "kretprobe_instances.first"), /* 5.11, d741bf41d7c7 */
};
VIEW(thread_view, thread_fields, thread_variants, thread_fields);

struct running_fields {
	struct view_state state;
	uint64_t curr;
};

static const struct view_variant running_variants[] = { { "struct rq", NULL } };
static const struct view_field running_fields[] = {
	VIEW_NEED(running_fields, curr, "curr"),
};
VIEW(running_view, running_fields, running_variants, running_fields);

struct inactive_frame_fields {
	struct view_state state;
	uint64_t registers; /* r15 to r12 */
	uint64_t bx;
	uint64_t bp;
	uint64_t ret_addr;
};

static const struct view_variant inactive_frame_variants[] = { { "struct inactive_task_frame", NULL } };
static const struct view_field inactive_frame_fields[] = {
	VIEW_NEED(inactive_frame_fields, registers, "&r15"),
	VIEW_NEED(inactive_frame_fields, bx, "bx"),
	VIEW_NEED(inactive_frame_fields, bp, "bp"),
	VIEW_NEED(inactive_frame_fields, ret_addr, "ret_addr"),
};
VIEW_OF_SOME(inactive_frame_view, inactive_frame_fields, inactive_frame_variants, inactive_frame_fields);

struct inspect_error *running_init(struct running *running, struct kernel *kernel, struct arena *arena)
{
	uint64_t run_queues;
	struct inspect_error *error = percpu_init(&running->percpu, kernel, arena);

	if (!error)
		error = kernel_root(kernel, ROOT_RUNQUEUES, &run_queues, NULL);
	if (error)
		return error;
	running->tasks = arena_calloc(arena, running->percpu.cpu_ids, sizeof(*running->tasks));
	if (!running->tasks)
		return &error_nomem;
	for (unsigned int cpu = 0; cpu < running->percpu.cpu_ids && !error; cpu++) {
		struct running_fields fields;
		uint64_t address;

		if (!percpu_possible(&running->percpu, cpu))
			continue;
		address = percpu_address(&running->percpu, run_queues, cpu);
		error = kernel_read(kernel, &running_view, address, &fields);
		if (error)
			break;
		if (fields.state.fault)
			kernel_problem(kernel, error_at(INSPECT_ERROR_FAULT, address, "what CPU %u runs is not readable: its "
							"run queue at 0x%llx", cpu, (unsigned long long)address));
		running->tasks[cpu] = fields.curr;
	}
	return error;
}

struct inspect_error *thread_read(struct kernel *kernel, const struct running *running, uint64_t task,
				  struct thread *thread)
{
	struct inspect_error *error;

	*thread = (struct thread){ .task = task };
	error = kernel_read(kernel, &thread_view, task, &thread->fields);
	for (unsigned int cpu = 0; cpu < running->percpu.cpu_ids && !thread->running; cpu++) {
		thread->running = running->tasks[cpu] == task;
		thread->cpu = cpu;
	}
	return error;
}

struct inspect_error *thread_stack_size(struct kernel *kernel, uint64_t *size_ret)
{
	uint64_t start, end;
	struct inspect_error *error = kernel_root(kernel, ROOT_INIT_STACK, &start, NULL);

	if (!error)
		error = kernel_root(kernel, ROOT_INIT_STACK_END, &end, NULL);
	if (error)
		return error;
	if (end <= start || end - start > STACK_SIZE_MAX)
		return error_at(INSPECT_ERROR_FORMAT, start, "the first task's stack is %lld bytes large",
				(long long)(end - start));
	*size_ret = end - start;
	return NULL;
}

static struct inspect_error *saved_x86_64(struct kernel *kernel, const struct thread *thread,
					  struct registers *registers)
{
	const uint64_t frame = thread->fields.sp;
	const struct view_plan *plan;
	struct inactive_frame_fields fields;
	uint64_t fault_address = frame;
	enum inspect_fault fault;
	struct inspect_error *error = kernel_view(kernel, &inactive_frame_view, &plan);

	if (error)
		return error;
	if (!view_read(plan, &kernel->memory, frame, &fields)) {
		fault = view_first_fault(plan, &kernel->memory, frame, &fields, &fault_address);
		return error_context(memory_error(fault, fault_address), "what the task has saved on its stack");
	}
	/* r15 to r12 stand in this order, as in struct pt_regs. */
	registers_read(&kernel->memory, fields.registers, X86_64_R15, X86_64_R12, registers, NULL);
	registers_set(registers, X86_64_BX, fields.bx);
	registers_set(registers, X86_64_BP, fields.bp);
	registers_set(registers, X86_64_IP, fields.ret_addr);
	registers_set(registers, X86_64_SP, frame + plan->type_size);
	return NULL;
}

struct inspect_error *thread_saved(struct kernel *kernel, const struct thread *thread, struct registers *registers)
{
	const struct thread_fields *fields = &thread->fields;

	memset(registers, 0, sizeof(*registers));
	if (kernel->machine == MACHINE_X86_64 && has(fields, sp))
		return saved_x86_64(kernel, thread, registers);
	if (!has(fields, context_fp) || !has(fields, context_sp) || !has(fields, context_pc))
		return error_at(INSPECT_ERROR_FAULT, thread->task, "what the task at 0x%llx has saved is not readable",
				(unsigned long long)thread->task);
	registers_set(registers, AARCH64_FP, fields->context_fp);
	registers_set(registers, AARCH64_SP, fields->context_sp);
	registers_set(registers, AARCH64_PC, fields->context_pc);
	return NULL;
}
