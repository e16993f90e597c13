/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/percpu.h"

#include <endian.h>
#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"

static struct inspect_error *read_root(struct kernel *kernel, enum root_id id, void *buf, size_t size)
{
	uint64_t address, stopped;
	struct inspect_error *error = kernel_root(kernel, id, &address, NULL);
	enum inspect_fault fault;

	if (error)
		return error;
	fault = memory_read(&kernel->memory, address, buf, size, &stopped);
	return fault ? error_context(memory_error(fault, stopped), "%s", root_table[id].what) : NULL;
}

struct inspect_error *percpu_init(struct percpu *percpu, struct kernel *kernel, struct arena *arena)
{
	struct inspect_error *error;
	uint32_t cpu_ids = 0;

	memset(percpu, 0, sizeof(*percpu));
	error = read_root(kernel, ROOT_NR_CPU_IDS, &cpu_ids, sizeof(cpu_ids));
	if (error)
		return error;
	cpu_ids = le32toh(cpu_ids);
	if (!cpu_ids || cpu_ids > PERCPU_CPUS_MAX)
		return error_create(INSPECT_ERROR_FORMAT, "nr_cpu_ids is %u", cpu_ids);
	percpu->cpu_ids = cpu_ids;
	percpu->offsets = arena_calloc(arena, cpu_ids, sizeof(*percpu->offsets));
	if (!percpu->offsets)
		return &error_nomem;
	error = read_root(kernel, ROOT_CPU_POSSIBLE_MASK, percpu->possible, (cpu_ids + 63) / 64 * 8);
	if (!error)
		error = read_root(kernel, ROOT_PER_CPU_OFFSET, percpu->offsets, cpu_ids * sizeof(*percpu->offsets));
	if (error)
		return error;
	for (unsigned int cpu = 0; cpu < cpu_ids; cpu++)
		percpu->offsets[cpu] = le64toh(percpu->offsets[cpu]);
	for (unsigned int i = 0; i < (cpu_ids + 63) / 64; i++)
		percpu->possible[i] = le64toh(percpu->possible[i]);
	for (unsigned int cpu = 0; cpu < cpu_ids; cpu++)
		percpu->count += percpu_possible(percpu, cpu);
	return NULL;
}

bool percpu_possible(const struct percpu *percpu, unsigned int cpu)
{
	return cpu < percpu->cpu_ids && (percpu->possible[cpu / 64] >> (cpu % 64) & 1);
}

uint64_t percpu_address(const struct percpu *percpu, uint64_t pointer, unsigned int cpu)
{
	return pointer + percpu->offsets[cpu];
}
