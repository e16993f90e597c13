/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* As the kernel's own: arch/x86/kernel/unwind_orc.c, unwind_next_frame(). */
#include <string.h>

#include "kernel/unwind.h"

/* A direct call: its opcode, and a distance from behind it. */
#define CALL_OPCODE 0xe8
#define CALL_SIZE 5

/* With rbp pushed first: push %rbp; mov %rsp, %rbp. */
static const struct orc by_frame_pointer = {
	.type = ORC_TYPE_CALL, .sp_reg = ORC_BP, .sp_offset = 16, .bp_reg = ORC_PREV_SP, .bp_offset = -16,
};
/* A call to where no code is: nothing was pushed but the return address. */
static const struct orc by_bad_call = { .type = ORC_TYPE_CALL, .sp_reg = ORC_SP, .sp_offset = 8 };

/*
 * ftrace's trampolines are copies of ftrace_caller or ftrace_regs_caller, with the call of the tracer at the same place
 * (create_trampoline() in arch/x86/kernel/ftrace.c): ORC knows the originals.
 */
static bool find_ftrace(struct unwind *unwind, uint64_t address, const struct symbol *symbol, struct orc *orc)
{
	static const char *const originals[][2] = { { "ftrace_caller", "ftrace_call" },
						    { "ftrace_regs_caller", "ftrace_regs_call" } };
	struct symbols *symbols = &unwind->unwinder->kernel->symbols;

	for (size_t i = 0; i < sizeof(originals) / sizeof(*originals); i++) {
		uint64_t start = symbols_address(symbols, originals[i][0]);
		uint64_t call = symbols_address(symbols, originals[i][1]);

		if (start && call && address - symbol->address == call - start + CALL_SIZE - 1)
			return orc_find(&unwind->unwinder->orc, call, orc);
	}
	return false;
}

/* How to go up from the frame; whether that is the kernel's own word and no guess. */
static bool find_way(struct unwind *unwind, struct orc *orc)
{
	const bool exact = unwind->frame.exact;
	uint64_t address = unwind->frame.pc - !exact;
	struct symbol symbol;

	if (orc_find(&unwind->unwinder->orc, address, orc))
		return true;
	*orc = by_frame_pointer;
	if (!unwind_code(unwind, address, &symbol)) {
		if (exact)
			*orc = by_bad_call;
		return false;
	}
	if (symbol.module && !strcmp(symbol.module, "__builtin__ftrace"))
		return find_ftrace(unwind, address, &symbol, orc);
	/* A kernel without ORC is built with frame pointers, as are all BPF images. */
	return !unwind->unwinder->orc.count || (symbol.module && !strcmp(symbol.module, "bpf"));
}

static bool known(struct unwind *unwind, unsigned int number, uint64_t *value_ret)
{
	if (!registers_know(&unwind->registers, number))
		return unwind_lost(unwind, unwind->frame.pc);
	*value_ret = unwind->registers.values[number];
	return true;
}

/*
 * The stack pointer of the caller before its call, which is @orc's base of all else. With SP_INDIRECT the offset has
 * been added to what the stack holds since 5.12 (87ccc826bf1c), before that to where it holds it: only one of them is a
 * stack.
 */
static bool caller_sp(struct unwind *unwind, const struct orc *orc, uint64_t *sp_ret)
{
	static const uint8_t numbers[] = { [ORC_DX] = X86_64_DX, [ORC_DI] = X86_64_DI, [ORC_R10] = X86_64_R10,
					   [ORC_R13] = X86_64_R13 };
	uint64_t offset = (uint64_t)orc->sp_offset, value;

	switch (orc->sp_reg) {
	case ORC_SP:
		*sp_ret = unwind->frame.sp + offset;
		return true;
	case ORC_BP:
		*sp_ret = unwind->fp + offset;
		return true;
	case ORC_BP_INDIRECT:
		return unwind_word(unwind, unwind->fp + offset, sp_ret);
	case ORC_SP_INDIRECT:
		if (!unwind_word(unwind, unwind->frame.sp, &value))
			return false;
		if (stacks_find(&unwind->stacks, value + offset, 0)) {
			*sp_ret = value + offset;
			return true;
		}
		return unwind_word(unwind, unwind->frame.sp + offset, sp_ret);
	case ORC_DX:
	case ORC_DI:
	case ORC_R10:
	case ORC_R13:
		if (!known(unwind, numbers[orc->sp_reg], &value))
			return false;
		*sp_ret = value + offset;
		return true;
	default:
		return unwind_lost(unwind, unwind->frame.pc);
	}
}

/* The caller's rbp, once the registers are the caller's. */
static bool caller_fp(struct unwind *unwind, const struct orc *orc, uint64_t sp)
{
	if (orc->bp_reg == ORC_PREV_SP)
		return unwind_word(unwind, sp + (uint64_t)orc->bp_offset, &unwind->fp);
	if (orc->bp_reg == ORC_BP)
		return unwind_word(unwind, unwind->fp + (uint64_t)orc->bp_offset, &unwind->fp);
	if (orc->bp_reg != ORC_UNDEFINED)
		return unwind_lost(unwind, unwind->frame.pc);
	if (registers_know(&unwind->registers, X86_64_BP))
		unwind->fp = unwind->registers.values[X86_64_BP];
	return true;
}

/* The caller behind a return address below @sp. */
static bool step_call(struct unwind *unwind, uint64_t sp, struct unwind_frame *caller)
{
	uint64_t pc;

	if (!unwind_word(unwind, sp - 8, &pc))
		return false;
	caller->pc = unwind_original(unwind, pc, sp - 8, &caller->hook);
	caller->sp = sp;
	memset(&unwind->registers, 0, sizeof(unwind->registers));
	return true;
}

/* An exception has pushed registers to @address: all of them, or from rip on. The others are as they were. */
static bool step_registers(struct unwind *unwind, uint64_t address, unsigned int first, struct unwind_frame *caller)
{
	const uint64_t size = (X86_64_COUNT - first) * 8;

	if (!stacks_find(&unwind->stacks, address, size))
		return unwind_lost(unwind, address);
	unwind->fault = registers_read(&unwind->unwinder->kernel->memory, address, first, X86_64_COUNT - 1,
				       &caller->registers, &unwind->stopped);
	if (unwind->fault) {
		unwind->end = UNWIND_FAULT;
		return false;
	}
	if (register_file(MACHINE_X86_64)->user(&caller->registers)) {
		unwind->user = true;
		unwind->user_registers = caller->registers;
		unwind->end = UNWIND_DONE;
		return false;
	}
	for (unsigned int i = first; i < X86_64_COUNT; i++)
		registers_set(&unwind->registers, i, caller->registers.values[i]);
	caller->pc = caller->registers.values[X86_64_IP];
	caller->sp = caller->registers.values[X86_64_SP];
	return true;
}

/* Whether the instruction before @pc is a direct call of the function @called. */
static bool is_call_of(struct unwind *unwind, uint64_t pc, const struct symbol *called)
{
	struct memory *memory = &unwind->unwinder->kernel->memory;
	uint64_t opcode, distance;

	return !memory_read_u64(memory, pc - CALL_SIZE, 1, &opcode) && opcode == CALL_OPCODE &&
	       !memory_read_u64(memory, pc - CALL_SIZE + 1, 4, &distance) &&
	       pc + (uint64_t)(int64_t)(int32_t)(uint32_t)distance == called->address;
}

/*
 * Out of a function of which ORC knows nothing, as __crash_kexec() is, in which every crash ends
 * (STACK_FRAME_NON_STANDARD in kernel/kexec_core.c): up the stack to the next return address behind a call of it. The
 * frame pointer is taken to be the caller's.
 */
static bool step_by_call(struct unwind *unwind)
{
	uint64_t end, pc, at = (unwind->frame.sp + 7) & ~UINT64_C(7);
	struct symbol symbol, own;

	if (unwind->stacks.current >= unwind->stacks.count || !unwind_code(unwind, unwind->frame.pc, &own))
		return false;
	own.name = NULL; /* is not valid any more once others are looked up */
	end = unwind->stacks.items[unwind->stacks.current].end;
	for (; at + 8 <= end; at += 8) {
		if (memory_read_u64(&unwind->unwinder->kernel->memory, at, 8, &pc))
			return false;
		if (!unwind_code(unwind, pc - 1, &symbol) || !is_call_of(unwind, pc, &own))
			continue;
		unwind->frame = (struct unwind_frame){ .pc = pc, .sp = at + 8, .doubtful = true };
		memset(&unwind->registers, 0, sizeof(unwind->registers));
		return true;
	}
	return false;
}

bool unwind_step_x86_64(struct unwind *unwind)
{
	struct unwind_frame caller = { .pc = 0 };
	bool is_call;
	struct orc orc;
	uint64_t sp;

	caller.doubtful = !find_way(unwind, &orc);
	if ((caller.doubtful || orc.type == ORC_TYPE_UNKNOWN) && step_by_call(unwind))
		return true;
	is_call = orc.type == ORC_TYPE_CALL;
	caller.exact = orc.exact;
	if (orc.type == ORC_TYPE_END) {
		unwind->end = UNWIND_DONE;
		return false;
	}
	if (orc.type == ORC_TYPE_UNKNOWN)
		return unwind_lost(unwind, unwind->frame.pc);
	if (!caller_sp(unwind, &orc, &sp))
		return false;
	if (is_call ? !step_call(unwind, sp, &caller) :
	    !step_registers(unwind, sp, orc.type == ORC_TYPE_REGS ? X86_64_R15 : X86_64_IP, &caller))
		return false;
	if (!caller_fp(unwind, &orc, sp))
		return false;
	/* Registers pushed in the middle of an entry leave the stack pointer where it was. */
	if (!stacks_move(&unwind->stacks, unwind->frame.sp, caller.sp, !is_call))
		return unwind_lost(unwind, caller.sp);
	unwind->frame = caller;
	return true;
}
