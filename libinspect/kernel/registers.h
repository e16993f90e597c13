/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Registers: of a CPU, as NT_PRSTATUS notes have them, or those that an exception left on a stack. Both have the order
 * of the machine's struct pt_regs, which is ABI: arch/x86/include/uapi/asm/ptrace.h,
 * arch/arm64/include/uapi/asm/ptrace.h.
 */
#ifndef LIBINSPECT_KERNEL_REGISTERS_H
#define LIBINSPECT_KERNEL_REGISTERS_H

#include "kernel/kernel.h"
#include "kernel/percpu.h"

enum x86_64_register {
	X86_64_R15, X86_64_R14, X86_64_R13, X86_64_R12, X86_64_BP, X86_64_BX, X86_64_R11, X86_64_R10, X86_64_R9,
	X86_64_R8, X86_64_AX, X86_64_CX, X86_64_DX, X86_64_SI, X86_64_DI, X86_64_ORIG_AX, X86_64_IP, X86_64_CS,
	X86_64_FLAGS, X86_64_SP, X86_64_SS, X86_64_COUNT,
};

enum aarch64_register {
	AARCH64_X0, AARCH64_FP = 29, AARCH64_LR, AARCH64_SP, AARCH64_PC, AARCH64_PSTATE, AARCH64_COUNT,
};

#define REGISTERS_MAX AARCH64_COUNT

struct registers {
	uint64_t values[REGISTERS_MAX];
	uint64_t known; /* a bit a register; the values of the others are 0 */
};

static inline bool registers_know(const struct registers *registers, unsigned int number)
{
	return registers->known >> number & 1;
}

static inline void registers_set(struct registers *registers, unsigned int number, uint64_t value)
{
	registers->values[number] = value;
	registers->known |= UINT64_C(1) << number;
}

/* What all machines have. */
struct register_file {
	unsigned int count, pc, sp, fp;
	/* Whether they are those of a process: by the privilege level in CS or PSTATE. */
	bool (*user)(const struct registers *registers);
};

/* That of the machine; NULL where it is not known here. */
const struct register_file *register_file(enum machine machine);

/* Registers @first to @last from memory, where they lie one behind the other from @address on. */
enum inspect_fault registers_read(struct memory *memory, uint64_t address, unsigned int first, unsigned int last,
				  struct registers *registers, uint64_t *fault_address_ret);

/*
 * What @cpu, a possible one, did when the kernel stopped: from the note that the kernel itself saved when it crashed
 * (crash_notes; kernel/kexec_core.c, crash_save_cpu()), or else from the dump's note of that CPU. *@source_ret is
 * static text. INSPECT_ERROR_LOOKUP where there is neither.
 */
struct inspect_error *registers_of_cpu(struct kernel *kernel, const struct percpu *percpu, unsigned int cpu,
				       struct registers *registers, const char **source_ret);

#endif
