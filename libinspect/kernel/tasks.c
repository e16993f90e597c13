/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/tasks.h"

#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"

/* The index of struct task's counters in the kernel's, and how they lie: percpu_counter since 6.2 (f1a7941243c1). */
#define COUNTER(index, number)                                                                                       \
	{ "resident " #index, offsetof(struct task, counters[index]), 8, VIEW_SIGNED, false,                         \
	  { "mm->rss_stat[" #number "].count", "mm->rss_stat.count[" #number "].counter" } },                        \
	{ "resident " #index " of CPUs", offsetof(struct task, counters_cpus[index]), 8, VIEW_UNSIGNED, false,       \
	  { "mm->rss_stat[" #number "].counters" } }

static const struct view_variant task_variants[] = { { "struct task_struct", NULL } };
static const struct view_field task_fields[] = {
	VIEW_NEED(task, pid, "pid"),
	VIEW_NEED(task, tgid, "tgid"),
	VIEW_MAY_STRING(task, comm, "comm"),
	VIEW_MAY(task, run_state, "__state", "state"), /* 5.14, 2f064a59a11f */
	VIEW_MAY(task, exit_state, "exit_state"),
	VIEW_MAY(task, flags, "flags"),
	VIEW_MAY(task, cpu, "thread_info.cpu", "cpu"), /* 5.16, bcf9033e5449 */
	VIEW_MAY(task, on_cpu, "on_cpu"),              /* CONFIG_SMP */
	VIEW_MAY(task, group_leader, "group_leader"),
	VIEW_MAY(task, parent_tgid, "real_parent->tgid"),
	VIEW_MAY(task, uid, "real_cred->euid.val"),
	VIEW_MAY(task, start, "start_boottime", "real_start_time"), /* 5.5, cf25e24db61c */
	VIEW_MAY(task, mm, "mm"),
	VIEW_MAY(task, pages, "mm->total_vm"),
	COUNTER(0, 0),
	COUNTER(1, 1),
	COUNTER(2, 3),
};
VIEW(task_view, task, task_variants, task_fields);

/* __TASK_… and EXIT_… of include/linux/sched.h that have a letter each: TASK_REPORT. */
#define STATE_UNINTERRUPTIBLE 0x2
#define STATE_REPORT 0x7f
#define STATE_REPORT_IDLE 0x80
/* TASK_UNINTERRUPTIBLE | TASK_NOLOAD */
#define STATE_IDLE 0x402
/* TASK_RTLOCK_WAIT since 5.15 (5f220be21418), TASK_FROZEN since 6.1 (f5d39b020809): the kernel tells both as D. */
#define STATE_WAITS 0x9000

static const char letters[TASK_STATES + 1] = "RSDTtXZPI";

char task_state_letter(uint64_t run_state, uint64_t exit_state)
{
	uint64_t state = (run_state | exit_state) & STATE_REPORT;

	if ((run_state & STATE_IDLE) == STATE_IDLE)
		state = STATE_REPORT_IDLE;
	if (run_state & STATE_WAITS)
		state = STATE_UNINTERRUPTIBLE;
	return letters[state ? 64 - __builtin_clzll(state) : 0];
}

struct inspect_error *task_states_known(struct kernel *kernel)
{
	char found[TASK_STATES + 1] = "";
	uint64_t array;
	struct inspect_error *error = kernel_root(kernel, ROOT_TASK_STATES, &array, NULL);

	for (size_t i = 0; i < TASK_STATES && !error; i++) {
		uint64_t text;
		char name[4]; /* "S (sleeping)" */
		enum inspect_fault fault = memory_read_u64(&kernel->memory, array + 8 * i, 8, &text);

		if (!fault)
			fault = memory_read_string(&kernel->memory, text, name, sizeof(name), NULL);
		if (fault)
			error = memory_error(fault, array + 8 * i);
		else
			found[i] = !strncmp(name + 1, " (", 2) ? name[0] : '?';
	}
	if (!error && strcmp(found, letters))
		error = error_at(INSPECT_ERROR_FORMAT, array, "its letters are %s, not %s", found, letters);
	return error_context(error, "states of tasks");
}

enum inspect_fault task_resident(struct kernel *kernel, const struct percpu *percpu, const struct task *task,
				 uint64_t *pages_ret, uint64_t *fault_address_ret)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < TASK_COUNTERS; i++) {
		int64_t sum = task->counters[i];

		for (unsigned int cpu = 0; task->counters_cpus[i] && cpu < percpu->cpu_ids; cpu++) {
			uint64_t address = percpu_address(percpu, task->counters_cpus[i], cpu), part;
			enum inspect_fault fault;

			if (!percpu_possible(percpu, cpu))
				continue;
			fault = memory_read_u64(&kernel->memory, address, 4, &part);
			if (fault) {
				*fault_address_ret = address;
				return fault;
			}
			if (__builtin_add_overflow(sum, (int32_t)part, &sum))
				sum = 0;
		}
		/* What CPUs count is not in step: get_mm_counter() takes nothing below 0 either. */
		if (sum > 0)
			pages += (uint64_t)sum;
	}
	*pages_ret = pages;
	return INSPECT_FAULT_NONE;
}
