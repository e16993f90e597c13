/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/roots.h"

#include "base/error.h"

const struct root root_table[ROOT_COUNT] = {
	[ROOT_PROG_IDR] = { { "prog_idr" }, "struct idr", "the loaded BPF programs" },
	[ROOT_MAP_IDR] = { { "map_idr" }, "struct idr", "the BPF maps" },
	[ROOT_LINK_IDR] = { { "link_idr" }, "struct idr", "the BPF links" }, /* 5.8, a3b80e107894 */
	[ROOT_BTF_IDR] = { { "btf_idr" }, "struct idr", "the BTF objects" },
	[ROOT_TRAMPOLINES] = { { "trampoline_table", "trampoline_key_table" }, /* renamed in 7.0 */
			       "struct hlist_head[]", "the BPF trampolines" },
	[ROOT_MODULES] = { { "modules" }, "struct list_head", "the modules" },
	[ROOT_MODULE_KSET] = { { "module_kset" }, "struct kset *", "what /sys/module shows" },
	[ROOT_MODULE_TREE] = { { "mod_tree" }, "struct mod_tree_root", "the modules by address", true },
	[ROOT_BPF_KALLSYMS] = { { "bpf_kallsyms" }, "struct list_head", "the symbols of BPF images" },
	[ROOT_FTRACE_TRAMPOLINES] = { { "ftrace_ops_trampoline_list" }, "struct list_head", "ftrace's trampolines" },
	[ROOT_KPROBE_PAGES] = { { "kprobe_insn_slots" }, "struct kprobe_insn_cache", "the pages of kprobes" },
	[ROOT_TIMEKEEPER] = { { "tk_core", "timekeeper_data" }, /* an array of struct tk_data since 6.17 */
			      "struct tk_data", "the clocks" },
	[ROOT_PER_CPU_OFFSET] = { { "__per_cpu_offset" }, "unsigned long[]", "the offsets of the CPUs' areas" },
	[ROOT_CPU_POSSIBLE_MASK] = { { "__cpu_possible_mask" }, "struct cpumask", "the possible CPUs" },
	[ROOT_NR_CPU_IDS] = { { "nr_cpu_ids" }, "unsigned int", "the number of CPU ids" },
	[ROOT_INIT_TASK] = { { "init_task" }, "struct task_struct", "the first task" },
	[ROOT_PID_NAMESPACE] = { { "init_pid_ns" }, "struct pid_namespace", "the table of PIDs" },
	[ROOT_RUNQUEUES] = { { "runqueues" }, "struct rq", "the CPUs' run queues" },
	[ROOT_TASK_STATES] = { { "task_state_array" }, "const char *const[]", "the letters of tasks' states" },
	[ROOT_PANIC_CPU] = { { "panic_cpu" }, "atomic_t", "the CPU that panicked" },
	[ROOT_LOG_BUF] = { { "log_buf" }, "char *", "the kernel log" },
	[ROOT_LOG_BUF_LEN] = { { "log_buf_len" }, "u32", "the size of the kernel log" },
	[ROOT_LOG_RING] = { { "prb" }, "struct printk_ringbuffer *", "the records of the kernel log" }, /* 5.10 */
	[ROOT_LOG_FIRST_INDEX] = { { "log_first_idx" }, "u32", "the first record of the log before 5.10", true },
	[ROOT_LOG_NEXT_INDEX] = { { "log_next_idx" }, "u32", "the end of the log before 5.10", true },
	[ROOT_LOG_FIRST_SEQ] = { { "log_first_seq" }, "u64", "the number of the first record before 5.10", true },
	[ROOT_INIT_STACK] = { { "__start_init_stack", "__start_init_task" }, /* renamed in 6.10, 8f69cba096b5 */
			      "char[]", "the first task's stack" },
	[ROOT_INIT_STACK_END] = { { "__end_init_stack", "__end_init_task" }, "char[]", "the end of the first task's stack" },
	[ROOT_CRASH_NOTES] = { { "crash_notes" }, "note_buf_t *", "the registers saved at a crash", true },
	[ROOT_IRQ_STACK] = { { "hardirq_stack_ptr", "irq_stack_ptr" }, "void *", "the stack of interrupts", true },
	[ROOT_PCPU_HOT] = { { "pcpu_hot" }, "struct pcpu_hot", "what is hot of a CPU", true }, /* 6.2, d7b6d709a76a */
	[ROOT_EXCEPTION_STACKS] = { { "cea_exception_stacks" }, "struct cea_exception_stacks *",
				    "the stacks of exceptions", true },
	[ROOT_OVERFLOW_STACK] = { { "overflow_stack" }, "unsigned long[]", "the stack of stack overflows", true },
	[ROOT_ORC_ADDRESSES] = { { "__start_orc_unwind_ip" }, "int[]", "the addresses of the ORC table", true },
	[ROOT_ORC_ADDRESSES_END] = { { "__stop_orc_unwind_ip" }, "int[]", "the end of the ORC table's addresses", true },
	[ROOT_ORC_ENTRIES] = { { "__start_orc_unwind" }, "struct orc_entry[]", "the ORC table", true },
	[ROOT_ORC_FP_ENTRY] = { { "orc_fp_entry" }, "struct orc_entry", "ORC's entry for frame pointers", true },
	[ROOT_ORC_NULL_ENTRY] = { { "null_orc_entry" }, "struct orc_entry", "ORC's entry for calls of NULL", true },
};

struct inspect_error *kernel_root(struct kernel *kernel, enum root_id id, uint64_t *address_ret,
				  const char **name_ret)
{
	const struct root *root = &root_table[id];

	for (size_t i = 0; i < ROOT_NAMES && root->names[i]; i++) {
		uint64_t address = symbols_address(&kernel->symbols, root->names[i]);

		if (address) {
			*address_ret = address;
			if (name_ret)
				*name_ret = root->names[i];
			return NULL;
		}
	}
	return error_create(INSPECT_ERROR_LOOKUP, "no symbol %s (%s): this kernel is without it, or its symbol table is%s",
			    root->names[0], root->what,
			    kernel->symbols.count ? " built without CONFIG_KALLSYMS_ALL" : " not there; try -s FILE");
}

void kernel_expect_roots(struct kernel *kernel)
{
	const char *names[ROOT_COUNT * ROOT_NAMES + 2] = { KERNEL_START_BTF, KERNEL_STOP_BTF };
	size_t count = 2;

	for (size_t i = 0; i < ROOT_COUNT; i++) {
		for (size_t k = 0; k < ROOT_NAMES && root_table[i].names[k]; k++)
			names[count++] = root_table[i].names[k];
	}
	symbols_expect(&kernel->symbols, names, count);
}
