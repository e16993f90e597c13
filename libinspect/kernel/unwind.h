/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unwinding: from the registers of a thread of execution to the frames of its stack, innermost first.
 *
 *	unwind_init(&unwind, &unwinder, &thread, &registers, interrupted);
 *	while (unwind_next(&unwind, &frame))
 *		…;
 *	unwind.end says how it ended.
 *
 * A frame's address is a return address, or (`exact`) where an instruction was interrupted. x86-64 is unwound by ORC,
 * and by frame pointers where that knows nothing: in BPF images, which all have them. arm64 has a chain of frame
 * records. Where that ends before its time, what is left of the stack is scanned for return addresses: those frames are
 * `scanned`, and any of them may be a leftover.
 *
 * Each step goes up on the stack it is on, or onto another that it was not on before, and there are at most
 * UNWIND_FRAMES_MAX of them: so it ends, whatever the stacks hold.
 */
#ifndef LIBINSPECT_KERNEL_UNWIND_H
#define LIBINSPECT_KERNEL_UNWIND_H

#include "kernel/orc.h"
#include "kernel/stacks.h"

#define UNWIND_FRAMES_MAX 1024

struct unwind_frame {
	uint64_t pc;
	uint64_t sp;      /* the stack pointer there; on arm64, where it is not exact, the end of the record that led there */
	bool exact;
	bool doubtful;    /* reached by a guess, not by what the kernel says of its own code */
	bool scanned;
	const char *hook; /* the caller was to be returned to by way of this: "kretprobe"; NULL: by none */
	const char *stack; /* its name */
	struct registers registers; /* of an exact frame: all that are known */
};

enum unwind_end {
	UNWIND_GOES_ON,
	UNWIND_DONE,    /* the first frame of the stack, or a process's code */
	UNWIND_FAULT,   /* a stack could not be read */
	UNWIND_LOST,    /* there is no way up that makes sense */
	UNWIND_LIMIT,
	UNWIND_INTERRUPTED,
};

/* What all unwinding of one kernel needs. */
struct unwinder {
	struct kernel *kernel;
	struct orc_tables orc;
	uint64_t entry_start, entry_end; /* code that is entered by exceptions and system calls */
	uint64_t graph_return;           /* stands for a return address that the function graph tracer took; 0: none */
	uint64_t probe_return;           /* … that a kretprobe took */
	uint64_t pointer_mask;           /* arm64: bits of pointers that hold a signature */
};

struct unwind {
	struct unwinder *unwinder;
	const struct thread *thread;
	struct stacks stacks;
	struct unwind_frame frame; /* to be handed out next */
	uint64_t fp;
	uint64_t record;            /* arm64: the last frame record */
	struct registers registers; /* x86-64: what is known at the frame */
	unsigned int count;
	bool failed;    /* only scanning is left */
	bool user;      /* ended in a process's code: its registers are user_registers */
	struct registers user_registers;
	enum unwind_end end;
	enum inspect_fault fault; /* UNWIND_FAULT */
	uint64_t stopped;         /* where it was lost, or what could not be read */
};

struct inspect_error *unwinder_init(struct unwinder *unwinder, struct kernel *kernel, struct arena *arena);

/*
 * Starts at @registers, which say where @thread is: of an interrupted CPU (@interrupted), or those that the task goes
 * on with. @thread must outlive the unwinding.
 */
struct inspect_error *unwind_init(struct unwind *unwind, struct unwinder *unwinder, const struct percpu *percpu,
				  const struct thread *thread, const struct registers *registers, bool interrupted);
bool unwind_next(struct unwind *unwind, struct unwind_frame *frame);

/*
 * For unwind_<machine>.c: unwind->frame becomes the caller's. False where there is none: unwind->end says why,
 * UNWIND_DONE if it was the last.
 */
bool unwind_step_x86_64(struct unwind *unwind);
bool unwind_step_aarch64(struct unwind *unwind);

/* For these: reads a word of a stack; false, and the unwinding has ended, where that does not lie on one. */
bool unwind_word(struct unwind *unwind, uint64_t address, uint64_t *value_ret);
/* Ends the unwinding without a caller. Returns false. */
bool unwind_lost(struct unwind *unwind, uint64_t address);
/* Whether @address is of code; *@symbol_ret (may be NULL) is what has it. */
bool unwind_code(struct unwind *unwind, uint64_t address, struct symbol *symbol_ret);
/*
 * The caller where a tracer has put itself in place of the return address @pc: the tracers keep it under @key, on
 * x86-64 where on the stack it stood, on arm64 the frame pointer. *@hook_ret says which.
 */
uint64_t unwind_original(struct unwind *unwind, uint64_t pc, uint64_t key, const char **hook_ret);

extern const struct view ret_stack_view, return_hook_view, frame_record_view;

#endif
