/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Roots: the few variables that walks start from. BTF has no types for variables, so the table says what each one is.
 * A root may have had several names; the first that the kernel has is taken.
 */
#ifndef LIBINSPECT_KERNEL_ROOTS_H
#define LIBINSPECT_KERNEL_ROOTS_H

#include "kernel/kernel.h"

enum root_id {
	ROOT_PROG_IDR,
	ROOT_MAP_IDR,
	ROOT_LINK_IDR,
	ROOT_BTF_IDR,
	ROOT_TRAMPOLINES,
	ROOT_MODULES,
	ROOT_MODULE_KSET,
	ROOT_MODULE_TREE,
	ROOT_BPF_KALLSYMS,
	ROOT_FTRACE_TRAMPOLINES,
	ROOT_KPROBE_PAGES,
	ROOT_TIMEKEEPER,
	ROOT_PER_CPU_OFFSET,
	ROOT_CPU_POSSIBLE_MASK,
	ROOT_NR_CPU_IDS,
	ROOT_INIT_TASK,
	ROOT_PID_NAMESPACE,
	ROOT_RUNQUEUES,
	ROOT_TASK_STATES,
	ROOT_PANIC_CPU,
	ROOT_LOG_BUF,
	ROOT_LOG_BUF_LEN,
	ROOT_LOG_RING,
	ROOT_LOG_FIRST_INDEX,
	ROOT_LOG_NEXT_INDEX,
	ROOT_LOG_FIRST_SEQ,
	ROOT_INIT_STACK,
	ROOT_INIT_STACK_END,
	ROOT_CRASH_NOTES,
	ROOT_IRQ_STACK,
	ROOT_PCPU_HOT,
	ROOT_EXCEPTION_STACKS,
	ROOT_OVERFLOW_STACK,
	ROOT_ORC_ADDRESSES,
	ROOT_ORC_ADDRESSES_END,
	ROOT_ORC_ENTRIES,
	ROOT_ORC_FP_ENTRY,
	ROOT_ORC_NULL_ENTRY,
	ROOT_COUNT
};

#define ROOT_NAMES 2

struct root {
	const char *names[ROOT_NAMES]; /* alternatives */
	const char *type;
	const char *what;              /* for messages and `check` */
	bool of_some;                  /* only some kernels have it: one without is no worse known */
};

extern const struct root root_table[ROOT_COUNT];

/*
 * What the linker puts around the kernel's BTF (include/asm-generic/vmlinux.lds.h): no variables, yet as needed as
 * these.
 */
#define KERNEL_START_BTF "__start_BTF"
#define KERNEL_STOP_BTF "__stop_BTF"

/*
 * The address of a root. INSPECT_ERROR_LOOKUP where the kernel has no such symbol (older than the feature, or built
 * without CONFIG_KALLSYMS_ALL). *@name_ret (may be NULL) is the name it has here.
 */
struct inspect_error *kernel_root(struct kernel *kernel, enum root_id id, uint64_t *address_ret,
				  const char **name_ret);

/* Tells the symbol tables that the roots will be asked for, so that they are found in one go. */
void kernel_expect_roots(struct kernel *kernel);

#endif
