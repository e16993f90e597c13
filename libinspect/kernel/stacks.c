/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/stacks.h"

#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"

/* x86-64's struct irq_stack, whose size is IRQ_STACK_SIZE. */
struct irq_stack_fields {
	struct view_state state;
	uint64_t stack;
};

static const struct view_variant irq_stack_variants[] = { { "struct irq_stack", NULL } };
static const struct view_field irq_stack_fields[] = {
	VIEW_NEED(irq_stack_fields, stack, "&stack"),
};
VIEW_OF_SOME(irq_stack_view, irq_stack_fields, irq_stack_variants, irq_stack_fields);

/* Where the stacks of exceptions begin and end in the CPU's entry area: each has a page without memory before it. */
struct exception_stacks_fields {
	struct view_state state;
	uint64_t df, df_end;
	uint64_t nmi, nmi_end;
	uint64_t db, db_end;
	uint64_t mce, mce_end;
	uint64_t vc, vc_end;
	uint64_t vc2, vc2_end;
};

static const struct view_variant exception_stacks_variants[] = { { "struct cea_exception_stacks", NULL } };
static const struct view_field exception_stacks_fields[] = { /* 5.2, 019b17b3ffe4 */
	VIEW_NEED(exception_stacks_fields, df, "&DF_stack"),
	VIEW_NEED(exception_stacks_fields, df_end, "&NMI_stack_guard"),
	VIEW_NEED(exception_stacks_fields, nmi, "&NMI_stack"),
	VIEW_NEED(exception_stacks_fields, nmi_end, "&DB2_stack_guard", "&DB_stack_guard"),
	VIEW_NEED(exception_stacks_fields, db, "&DB_stack"),
	VIEW_NEED(exception_stacks_fields, db_end, "&MCE_stack_guard"),
	VIEW_NEED(exception_stacks_fields, mce, "&MCE_stack"),
	VIEW_NEED(exception_stacks_fields, mce_end, "&VC_stack_guard", "&IST_top_guard"),
	VIEW_MAY(exception_stacks_fields, vc, "&VC_stack"), /* 5.10, 02772fb9b68e */
	VIEW_MAY(exception_stacks_fields, vc_end, "&VC2_stack_guard"),
	VIEW_MAY(exception_stacks_fields, vc2, "&VC2_stack"),
	VIEW_MAY(exception_stacks_fields, vc2_end, "&IST_top_guard"),
};
VIEW_OF_SOME(exception_stacks_view, exception_stacks_fields, exception_stacks_variants, exception_stacks_fields);

/* struct pcpu_hot, which had some variables of their own from 6.2 (d7b6d709a76a) to 6.14. */
struct pcpu_hot_fields {
	struct view_state state;
	uint64_t hardirq_stack_ptr;
};

static const struct view_variant pcpu_hot_variants[] = { { "struct pcpu_hot", NULL } };
static const struct view_field pcpu_hot_fields[] = {
	VIEW_NEED(pcpu_hot_fields, hardirq_stack_ptr, "hardirq_stack_ptr"),
};
VIEW_OF_SOME(pcpu_hot_view, pcpu_hot_fields, pcpu_hot_variants, pcpu_hot_fields);

/* arm64: OVERFLOW_STACK_SIZE. */
#define OVERFLOW_STACK_SIZE 4096

/* Overlaps and empty ones are of no use: what cannot be a stack is left out. */
static void stacks_add(struct stacks *stacks, const char *name, uint64_t start, uint64_t end)
{
	if (start && end > start && end - start <= STACK_SIZE_MAX && stacks->count < STACKS_MAX)
		stacks->items[stacks->count++] = (struct stack){ .name = name, .start = start, .end = end };
}

static struct inspect_error *percpu_root(struct kernel *kernel, const struct percpu *percpu, enum root_id root,
					 unsigned int cpu, uint64_t *address_ret)
{
	uint64_t address;
	struct inspect_error *error = kernel_root(kernel, root, &address, NULL);

	if (!error)
		*address_ret = percpu_address(percpu, address, cpu);
	return error;
}

static struct inspect_error *read_pointer(struct kernel *kernel, uint64_t address, uint64_t *value_ret)
{
	enum inspect_fault fault = memory_read_u64(&kernel->memory, address, 8, value_ret);

	return fault ? memory_error(fault, address) : NULL;
}

/* Where the interrupts' stack of @cpu ends, or, since 5.12 (951c2a51ae75), the last word of it. */
static struct inspect_error *irq_stack_pointer(struct kernel *kernel, const struct percpu *percpu, unsigned int cpu,
					       uint64_t *pointer_ret)
{
	struct pcpu_hot_fields hot;
	uint64_t address;
	struct inspect_error *error = percpu_root(kernel, percpu, ROOT_PCPU_HOT, cpu, &address);

	if (!error) {
		error = kernel_read(kernel, &pcpu_hot_view, address, &hot);
		*pointer_ret = hot.hardirq_stack_ptr;
		return error;
	}
	inspect_error_destroy(error);
	error = percpu_root(kernel, percpu, ROOT_IRQ_STACK, cpu, &address);
	return error ? error : read_pointer(kernel, address, pointer_ret);
}

static struct inspect_error *add_irq_x86_64(struct stacks *stacks, struct kernel *kernel, const struct percpu *percpu,
					    unsigned int cpu)
{
	const struct view_plan *plan;
	uint64_t pointer;
	struct inspect_error *error = kernel_view(kernel, &irq_stack_view, &plan);

	if (!error)
		error = irq_stack_pointer(kernel, percpu, cpu, &pointer);
	if (error)
		return error;
	pointer = (pointer + kernel->page_size - 1) & ~(uint64_t)(kernel->page_size - 1);
	if (pointer > plan->type_size)
		stacks_add(stacks, "IRQ", pointer - plan->type_size, pointer);
	return NULL;
}

static struct inspect_error *add_exceptions(struct stacks *stacks, struct kernel *kernel, const struct percpu *percpu,
					    unsigned int cpu)
{
	struct exception_stacks_fields fields;
	uint64_t address, base;
	struct inspect_error *error = percpu_root(kernel, percpu, ROOT_EXCEPTION_STACKS, cpu, &address);

	if (!error)
		error = read_pointer(kernel, address, &base);
	if (!error)
		error = kernel_read(kernel, &exception_stacks_view, base, &fields);
	if (error)
		return error;
	stacks_add(stacks, "#DF", fields.df, fields.df_end);
	stacks_add(stacks, "NMI", fields.nmi, fields.nmi_end);
	stacks_add(stacks, "#DB", fields.db, fields.db_end);
	stacks_add(stacks, "#MC", fields.mce, fields.mce_end);
	stacks_add(stacks, "#VC", fields.vc, fields.vc_end);
	stacks_add(stacks, "#VC2", fields.vc2, fields.vc2_end);
	return NULL;
}

/* irq_stack_ptr points to the start, overflow_stack is the memory itself (arch/arm64/kernel/{irq,traps}.c). */
static struct inspect_error *add_aarch64(struct stacks *stacks, struct kernel *kernel, const struct percpu *percpu,
					 unsigned int cpu, uint64_t stack_size)
{
	uint64_t address, irq, overflow = 0;
	struct inspect_error *error = percpu_root(kernel, percpu, ROOT_IRQ_STACK, cpu, &address);

	if (!error)
		error = read_pointer(kernel, address, &irq);
	if (error)
		return error;
	stacks_add(stacks, "IRQ", irq, irq + stack_size);
	/* CONFIG_VMAP_STACK */
	inspect_error_destroy(percpu_root(kernel, percpu, ROOT_OVERFLOW_STACK, cpu, &overflow));
	stacks_add(stacks, "overflow", overflow, overflow + OVERFLOW_STACK_SIZE);
	return NULL;
}

struct inspect_error *stacks_init(struct stacks *stacks, struct kernel *kernel, const struct percpu *percpu,
				  const struct thread *thread)
{
	uint64_t size;
	struct inspect_error *error = thread_stack_size(kernel, &size);

	memset(stacks, 0, sizeof(*stacks));
	if (error)
		return error;
	if (has(&thread->fields, stack))
		stacks_add(stacks, "task", thread->fields.stack, thread->fields.stack + size);
	if (thread->running && kernel->machine == MACHINE_X86_64) {
		kernel_problem(kernel, error_context(add_irq_x86_64(stacks, kernel, percpu, thread->cpu),
						     "IRQ stack of CPU %u", thread->cpu));
		kernel_problem(kernel, error_context(add_exceptions(stacks, kernel, percpu, thread->cpu),
						     "exception stacks of CPU %u", thread->cpu));
	} else if (thread->running) {
		kernel_problem(kernel, error_context(add_aarch64(stacks, kernel, percpu, thread->cpu, size),
						     "IRQ stack of CPU %u", thread->cpu));
	}
	stacks->current = stacks->count;
	return NULL;
}

const struct stack *stacks_find(const struct stacks *stacks, uint64_t address, uint64_t size)
{
	for (size_t i = 0; i < stacks->count; i++) {
		const struct stack *stack = &stacks->items[i];

		if (address >= stack->start && address <= stack->end && size <= stack->end - address)
			return stack;
	}
	return NULL;
}

bool stacks_move(struct stacks *stacks, uint64_t from, uint64_t to, bool same)
{
	const struct stack *stack = stacks_find(stacks, to, 0);
	size_t index;

	if (!stack || stack->left)
		return false;
	index = (size_t)(stack - stacks->items);
	if (index == stacks->current)
		return to > from || (same && to == from);
	if (stacks->current < stacks->count)
		stacks->items[stacks->current].left = true;
	stacks->current = index;
	return true;
}
