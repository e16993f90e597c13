/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frame records: x29 points to the caller's x29 and the return address (AAPCS64; the kernel's own unwinder is
 * arch/arm64/kernel/stacktrace.c). Exceptions put a record into the struct pt_regs that they push, so that it is part
 * of the chain: it has the address that was interrupted, or since 6.13 (c2c6b27b5aa1) zeros and, behind them, its kind.
 */
#include "base/error.h"
#include "kernel/unwind.h"

struct frame_record_fields {
	struct view_state state;
	uint64_t record; /* its offset from the registers, as an address */
	uint64_t kind;
};

static const struct view_variant frame_record_variants[] = { { "struct pt_regs", "stackframe" } };
static const struct view_field frame_record_fields[] = {
	VIEW_NEED(frame_record_fields, record, "&stackframe"),
	VIEW_MAY(frame_record_fields, kind, "stackframe.type"), /* 6.13, c2c6b27b5aa1 */
};
VIEW_OF_SOME(frame_record_view, frame_record_fields, frame_record_variants, frame_record_fields);

/* FRAME_META_TYPE_PT_REGS in arch/arm64/include/asm/stacktrace/frame.h; the other, _FINAL, is the end. */
#define FRAME_KIND_REGISTERS 2

/* An exception: the registers whose frame record is at @record. False where they contradict it. */
static bool step_registers(struct unwind *unwind, uint64_t record, uint64_t pc, struct unwind_frame *caller)
{
	struct kernel *kernel = unwind->unwinder->kernel;
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, &frame_record_view, &plan);
	uint64_t address;

	if (error) {
		inspect_error_destroy(error);
		return false;
	}
	address = record - plan->anchor;
	if (!stacks_find(&unwind->stacks, address, AARCH64_COUNT * 8) ||
	    registers_read(&kernel->memory, address, AARCH64_X0, AARCH64_PSTATE, &caller->registers, NULL) ||
	    (pc && caller->registers.values[AARCH64_PC] != pc)) {
		caller->registers.known = 0;
		return false;
	}
	caller->pc = caller->registers.values[AARCH64_PC];
	caller->sp = caller->registers.values[AARCH64_SP];
	caller->exact = true;
	return true;
}

/* The user's registers, where the chain ends in those of a process; a kernel's thread has zeros there. */
static bool done(struct unwind *unwind, uint64_t record)
{
	struct unwind_frame caller = { .pc = 0 };

	unwind->user = step_registers(unwind, record, 0, &caller) && caller.pc &&
		       register_file(MACHINE_AARCH64)->user(&caller.registers);
	if (unwind->user)
		unwind->user_registers = caller.registers;
	unwind->end = UNWIND_DONE;
	return false;
}

/* A record of zeros: the end of the stack, or since 6.13 an exception in the kernel. */
static bool step_marked(struct unwind *unwind, uint64_t record, struct unwind_frame *caller)
{
	struct frame_record_fields fields;
	struct inspect_error *error = kernel_read(unwind->unwinder->kernel, &frame_record_view, record, &fields);

	if (error) {
		inspect_error_destroy(error);
		return done(unwind, record);
	}
	if (!has(&fields, kind) || fields.kind != FRAME_KIND_REGISTERS)
		return done(unwind, record);
	if (!step_registers(unwind, record, 0, caller))
		return unwind_lost(unwind, record);
	unwind->fp = caller->registers.values[AARCH64_FP];
	return true;
}

bool unwind_step_aarch64(struct unwind *unwind)
{
	const struct unwinder *unwinder = unwind->unwinder;
	const uint64_t record = unwind->fp;
	struct unwind_frame caller = { .pc = 0 };
	bool entry = unwind->frame.pc >= unwinder->entry_start && unwind->frame.pc < unwinder->entry_end;
	uint64_t fp, pc;

	if (record % 8)
		return unwind_lost(unwind, record);
	if (!unwind_word(unwind, record, &fp) || !unwind_word(unwind, record + 8, &pc))
		return false;
	if (!stacks_move(&unwind->stacks, unwind->record, record, false))
		return unwind_lost(unwind, record);
	unwind->record = record;
	if (!fp && !pc) {
		if (!step_marked(unwind, record, &caller))
			return false;
	} else if (!entry || !step_registers(unwind, record, pc, &caller)) {
		pc |= pc >> 55 & 1 ? unwinder->pointer_mask : 0;
		caller.pc = unwind_original(unwind, pc, fp, &caller.hook);
		caller.sp = record + 16;
		unwind->fp = fp;
	} else {
		unwind->fp = fp;
	}
	if (!unwind_code(unwind, caller.pc - !caller.exact, NULL))
		return unwind_lost(unwind, caller.pc);
	unwind->frame = caller;
	return true;
}
