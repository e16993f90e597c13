/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/unwind.h"

#include <string.h>

#include "base/error.h"

/* The end of code: a return address may be that of the byte behind a last call. */
bool unwind_code(struct unwind *unwind, uint64_t address, struct symbol *symbol_ret)
{
	struct symbol symbol;

	if (!(address >> 63) || !symbols_lookup(&unwind->unwinder->kernel->symbols, address, &symbol))
		return false;
	if (symbol.letter != 't' && symbol.letter != 'T' && symbol.letter != 'w' && symbol.letter != 'W')
		return false;
	if (symbol_ret)
		*symbol_ret = symbol;
	return true;
}

bool unwind_lost(struct unwind *unwind, uint64_t address)
{
	unwind->end = UNWIND_LOST;
	unwind->stopped = address;
	return false;
}

bool unwind_word(struct unwind *unwind, uint64_t address, uint64_t *value_ret)
{
	if (!stacks_find(&unwind->stacks, address, 8))
		return unwind_lost(unwind, address);
	unwind->fault = memory_read_u64(&unwind->unwinder->kernel->memory, address, 8, value_ret);
	if (!unwind->fault)
		return true;
	unwind->end = UNWIND_FAULT;
	unwind->stopped = address;
	return false;
}

/* The address of a symbol; 0: there is none. */
static uint64_t first_address(struct kernel *kernel, const char *const *names, size_t count)
{
	uint64_t address = 0;

	for (size_t i = 0; i < count && !address; i++)
		address = symbols_address(&kernel->symbols, names[i]);
	return address;
}

struct inspect_error *unwinder_init(struct unwinder *unwinder, struct kernel *kernel, struct arena *arena)
{
	/* rethook, 5.18 (54ecbe6f1ed5); kretprobe_trampoline had no underscores before 5.16 (adf8a61a940c). */
	static const char *const probe_returns[] = { "arch_rethook_trampoline", "__kretprobe_trampoline",
						     "kretprobe_trampoline" };
	int64_t mask;

	*unwinder = (struct unwinder){ .kernel = kernel };
	if (!register_file(kernel->machine))
		return error_create(INSPECT_ERROR_UNSUPPORTED, "stacks of this machine cannot be unwound");
	unwinder->entry_start = symbols_address(&kernel->symbols, "__entry_text_start");
	unwinder->entry_end = symbols_address(&kernel->symbols, "__entry_text_end");
	unwinder->graph_return = symbols_address(&kernel->symbols, "return_to_handler");
	unwinder->probe_return = first_address(kernel, probe_returns, sizeof(probe_returns) / sizeof(*probe_returns));
	if (vmcoreinfo_number(&kernel->vmcoreinfo, "KERNELPACMASK", &mask))
		unwinder->pointer_mask = (uint64_t)mask;
	return kernel->machine == MACHINE_X86_64 ? orc_tables_init(&unwinder->orc, kernel, arena) : NULL;
}

/* A task that has not run yet goes on at the start of a function, not behind a call: ret_from_fork. */
static bool begins_function(struct unwinder *unwinder, uint64_t pc)
{
	struct symbol symbol;

	return symbols_lookup(&unwinder->kernel->symbols, pc, &symbol) && symbol.address == pc;
}

struct inspect_error *unwind_init(struct unwind *unwind, struct unwinder *unwinder, const struct percpu *percpu,
				  const struct thread *thread, const struct registers *registers, bool interrupted)
{
	const struct register_file *file = register_file(unwinder->kernel->machine);

	*unwind = (struct unwind){ .unwinder = unwinder, .thread = thread, .registers = *registers };
	unwind->frame.pc = registers->values[file->pc];
	unwind->frame.sp = registers->values[file->sp];
	unwind->frame.exact = interrupted || begins_function(unwinder, unwind->frame.pc);
	unwind->fp = registers->values[file->fp];
	if (interrupted)
		unwind->frame.registers = *registers;
	if (interrupted && file->user(registers)) {
		unwind->user = true;
		unwind->user_registers = *registers;
		unwind->end = UNWIND_DONE;
		return NULL;
	}
	return stacks_init(&unwind->stacks, unwinder->kernel, percpu, thread);
}

/* Whether @value can be a return address: is in code, and not where a function begins, as pointers to functions are. */
static bool can_return_to(struct unwind *unwind, uint64_t value)
{
	struct symbol symbol;

	return unwind_code(unwind, value - 1, NULL) && !(unwind_code(unwind, value, &symbol) && symbol.address == value);
}

/* The next word of the stack that can be a return address. */
static bool scan(struct unwind *unwind)
{
	const size_t current = unwind->stacks.current;
	uint64_t end, value;

	if (current >= unwind->stacks.count)
		return false;
	end = unwind->stacks.items[current].end;
	for (uint64_t address = (unwind->frame.sp + 7) & ~UINT64_C(7); address + 8 <= end; address += 8) {
		if (memory_read_u64(&unwind->unwinder->kernel->memory, address, 8, &value))
			return false;
		if (unwind->unwinder->kernel->machine == MACHINE_AARCH64)
			value |= unwind->unwinder->pointer_mask;
		if (!can_return_to(unwind, value))
			continue;
		unwind->frame = (struct unwind_frame){ .pc = value, .sp = address + 8, .scanned = true };
		return true;
	}
	return false;
}

/* Whether the CPU has only just come from a process and has put nothing on the stack yet. */
static bool stack_empty(const struct unwind *unwind)
{
	const struct stacks *stacks = &unwind->stacks;

	return unwind->count == 1 && unwind->frame.exact && stacks->current < stacks->count &&
	       unwind->frame.sp == stacks->items[stacks->current].end;
}

/* unwind->frame becomes the next one, or the unwinding ends. */
static void advance(struct unwind *unwind)
{
	bool found;

	if (unwind->count >= UNWIND_FRAMES_MAX || kernel_interrupted(unwind->unwinder->kernel)) {
		unwind->end = unwind->count >= UNWIND_FRAMES_MAX ? UNWIND_LIMIT : UNWIND_INTERRUPTED;
		unwind->failed = true;
		unwind->stacks.current = unwind->stacks.count;
		return;
	}
	if (unwind->failed) {
		if (!scan(unwind))
			unwind->stacks.current = unwind->stacks.count;
		return;
	}
	found = unwind->unwinder->kernel->machine == MACHINE_X86_64 ? unwind_step_x86_64(unwind) :
								      unwind_step_aarch64(unwind);
	if (!found && unwind->end == UNWIND_LOST && stack_empty(unwind))
		unwind->end = UNWIND_DONE;
	if (found || unwind->end == UNWIND_DONE)
		return;
	unwind->failed = true;
	if (!scan(unwind))
		unwind->stacks.current = unwind->stacks.count;
}

bool unwind_next(struct unwind *unwind, struct unwind_frame *frame)
{
	if (unwind->count)
		advance(unwind);
	else if (unwind->end == UNWIND_GOES_ON)
		stacks_move(&unwind->stacks, 0, unwind->frame.sp, false);
	if (unwind->end == UNWIND_DONE || (unwind->failed && unwind->stacks.current == unwind->stacks.count))
		return false;
	unwind->count++;
	unwind->frame.stack = unwind->stacks.current < unwind->stacks.count ?
				      unwind->stacks.items[unwind->stacks.current].name : NULL;
	*frame = unwind->frame;
	return true;
}
