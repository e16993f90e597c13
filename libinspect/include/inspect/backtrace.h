/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the CPUs and the tasks were doing, as records: a backtrace of each. */
#ifndef INSPECT_BACKTRACE_H
#define INSPECT_BACKTRACE_H

#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

enum inspect_backtrace_column {
	INSPECT_BACKTRACE_PID,
	INSPECT_BACKTRACE_TASK,      /* address of its struct task_struct */
	INSPECT_BACKTRACE_CPU,       /* that runs it; left out: it does not run */
	INSPECT_BACKTRACE_COMMAND,
	INSPECT_BACKTRACE_PANIC,     /* it is what ran where the kernel panicked */
	INSPECT_BACKTRACE_SOURCE,    /* where the registers are from that the backtrace starts with */
	INSPECT_BACKTRACE_FRAMES,    /* innermost first */
	INSPECT_BACKTRACE_REGISTERS, /* of the process that entered the kernel below the last frame */
	INSPECT_BACKTRACE_NOTE,      /* why it is not whole; left out: it is */
};

enum inspect_frame_column {
	INSPECT_FRAME_SP,         /* the stack pointer there, or for arm64's callers where the frame's record ends */
	INSPECT_FRAME_PC,         /* a return address, or of the instruction that was interrupted; left out: inlined */
	INSPECT_FRAME_SYMBOL,     /* the address itself where there is none */
	INSPECT_FRAME_OFFSET,     /* of the address from the symbol's */
	INSPECT_FRAME_MODULE,     /* "bpf" for BPF images */
	INSPECT_FRAME_INLINED,    /* into the frame behind it: it has a name and a line alone; where there is DWARF */
	INSPECT_FRAME_STACK,      /* "IRQ", "NMI", …: left out for the task's own */
	INSPECT_FRAME_EXCEPTION,  /* it was interrupted here: REGISTERS are those at that moment */
	INSPECT_FRAME_DOUBTFUL,   /* found by a guess, not by what the kernel says of its own code */
	INSPECT_FRAME_SCANNED,    /* found by looking for return addresses on the stack: may be a leftover */
	INSPECT_FRAME_HOOK,       /* it was to be returned to by way of this: "kretprobe" */
	INSPECT_FRAME_PROG_ID,    /* of the BPF program */
	INSPECT_FRAME_PROG_NAME,
	INSPECT_FRAME_SUBPROGRAM, /* left out for its main function */
	INSPECT_FRAME_FILE,       /* by DWARF; of BPF programs by what they were loaded with */
	INSPECT_FRAME_LINE,
	INSPECT_FRAME_TEXT,       /* the line itself: BPF programs are loaded with their source */
	INSPECT_FRAME_REGISTERS,
};

/*
 * Addresses by name, first those of x86-64, then those of arm64: left out are what the machine has not, or is not
 * known.
 */
enum inspect_register_column {
	INSPECT_REGISTER_RIP, INSPECT_REGISTER_RSP, INSPECT_REGISTER_RFLAGS, INSPECT_REGISTER_CS, INSPECT_REGISTER_SS,
	INSPECT_REGISTER_ORIG_RAX, INSPECT_REGISTER_RAX, INSPECT_REGISTER_RBX, INSPECT_REGISTER_RCX,
	INSPECT_REGISTER_RDX, INSPECT_REGISTER_RSI, INSPECT_REGISTER_RDI, INSPECT_REGISTER_RBP, INSPECT_REGISTER_R8,
	INSPECT_REGISTER_R9, INSPECT_REGISTER_R10, INSPECT_REGISTER_R11, INSPECT_REGISTER_R12, INSPECT_REGISTER_R13,
	INSPECT_REGISTER_R14, INSPECT_REGISTER_R15,
	INSPECT_REGISTER_PC, INSPECT_REGISTER_SP, INSPECT_REGISTER_PSTATE, INSPECT_REGISTER_X0,
	INSPECT_REGISTER_X30 = INSPECT_REGISTER_X0 + 30,
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_backtrace_schema, inspect_frame_schema,
	inspect_register_schema;

enum inspect_backtrace_of {
	INSPECT_BACKTRACE_OF_PANIC, /* the CPU that panicked; all where none did */
	INSPECT_BACKTRACE_OF_CPUS,  /* all, the one that panicked first */
	INSPECT_BACKTRACE_OF_CPU,   /* the one with this number */
	INSPECT_BACKTRACE_OF_TASK,  /* the task with this pid; 0: the idle tasks of all CPUs */
	INSPECT_BACKTRACE_OF_TASKS, /* all, in the order of their pids */
};

struct inspect_backtrace_walk;

/*
 * Finds out whose backtraces are wanted; @number is a CPU or a pid. INSPECT_ERROR_LOOKUP where there is no such CPU or
 * task.
 */
INSPECT_PUBLIC struct inspect_error *inspect_backtrace_walk_create(struct inspect *inspect, enum inspect_backtrace_of of,
								   uint64_t number,
								   struct inspect_backtrace_walk **walk_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_backtrace_walk_destroy(struct inspect_backtrace_walk *walk);
/*
 * The next backtrace as a record in @pool; false at the end, or after an error, which inspect_backtrace_walk_finish()
 * tells.
 */
INSPECT_PUBLIC bool inspect_backtrace_walk_next(struct inspect_backtrace_walk *walk, struct inspect_pool *pool,
						struct inspect_record **record_ret);
/* Why the walk ended before its end, or NULL. The caller owns it. */
INSPECT_PUBLIC struct inspect_error *inspect_backtrace_walk_finish(struct inspect_backtrace_walk *walk);

#ifdef __cplusplus
}
#endif

#endif
