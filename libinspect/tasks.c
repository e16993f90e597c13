/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public view of tasks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/kernel.h>

#include "base/error.h"
#include "bpf/fill.h"
#include "handle.h"
#include "kernel/tasks.h"
#include "kernel/timekeeper.h"

#define NSEC_PER_SEC INT64_C(1000000000)

static const struct inspect_column task_columns[] = {
	[INSPECT_TASK_PID] = { .key = "pid", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_TGID] = { .key = "tgid", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_PPID] = { .key = "ppid", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_UID] = { .key = "uid", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_COMM] = { .key = "comm", .kind = INSPECT_CELL_STRING },
	[INSPECT_TASK_KERNEL_THREAD] = { .key = "kernel_thread", .kind = INSPECT_CELL_BOOL },
	[INSPECT_TASK_STATE] = { .key = "state", .kind = INSPECT_CELL_STRING },
	[INSPECT_TASK_CPU] = { .key = "cpu", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_RUNNING] = { .key = "running", .kind = INSPECT_CELL_BOOL },
	[INSPECT_TASK_VIRTUAL] = { .key = "virtual_kib", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_RESIDENT] = { .key = "resident_kib", .kind = INSPECT_CELL_U64 },
	[INSPECT_TASK_STARTED] = { .key = "started", .kind = INSPECT_CELL_TIME },
	[INSPECT_TASK_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
};
const struct inspect_schema inspect_task_schema = INSPECT_SCHEMA("task", task_columns);

struct inspect_task_walk {
	struct kernel *kernel;
	unsigned int flags;
	const char *selected;    /* NULL: all */
	struct arena arena;      /* what percpu has */
	struct percpu percpu;
	struct task_places places;
	bool states_known;
	bool has_clock;          /* timekeeper is known */
	struct timekeeper timekeeper;
	size_t next;
	struct inspect_error *error;
};

static struct inspect_error *prepare(struct inspect_task_walk *walk)
{
	struct inspect_error *error = percpu_init(&walk->percpu, walk->kernel, &walk->arena);

	if (!error)
		error = task_places_find(&walk->places, walk->kernel, &walk->percpu);
	if (error)
		return error;
	error = task_states_known(walk->kernel);
	walk->states_known = !error;
	kernel_problem(walk->kernel, error);
	error = timekeeper_read(walk->kernel, &walk->timekeeper);
	walk->has_clock = !error;
	kernel_problem(walk->kernel, error_context(error, "start of tasks"));
	return NULL;
}

struct inspect_error *inspect_task_walk_create(struct inspect *inspect, unsigned int flags,
					       struct inspect_task_walk **walk_ret)
{
	struct inspect_task_walk *walk = calloc(1, sizeof(*walk));
	struct inspect_error *error;

	if (!walk)
		return &error_nomem;
	walk->kernel = &inspect->kernel;
	walk->flags = flags;
	arena_init(&walk->arena);
	task_places_init(&walk->places);
	error = prepare(walk);
	if (error) {
		inspect_task_walk_destroy(walk);
		return error;
	}
	*walk_ret = walk;
	return NULL;
}

void inspect_task_walk_destroy(struct inspect_task_walk *walk)
{
	if (!walk)
		return;
	inspect_error_destroy(walk->error);
	task_places_deinit(&walk->places);
	arena_deinit(&walk->arena);
	free(walk);
}

void inspect_task_walk_select(struct inspect_task_walk *walk, const char *selected)
{
	walk->selected = selected;
	walk->next = 0;
}

/* Whether @selected is @number, in decimal or, as addresses are, in hexadecimal with 0x. */
static bool is_number(const char *selected, uint64_t number)
{
	char *end;

	return *selected >= '0' && *selected <= '9' &&
	       strtoull(selected, &end, strncmp(selected, "0x", 2) ? 10 : 16) == number && !*end;
}

/*
 * Whether the task is to be shown. Threads are where threads are wanted, or where one is asked for by its own number; a
 * task of which it cannot be told is no thread.
 */
static bool is_wanted(const struct inspect_task_walk *walk, const struct task_place *place, const struct task *task)
{
	const char *selected = walk->selected;
	bool is_thread = has(task, pid) && has(task, tgid) && task->pid != task->tgid;

	if (selected && ((has(task, pid) && is_number(selected, task->pid)) || is_number(selected, place->address)))
		return true;
	if (is_thread && !(walk->flags & INSPECT_TASK_THREADS))
		return false;
	return !selected || (has(task, comm) && !strcmp(task->comm, selected));
}

static void fill_state(const struct inspect_task_walk *walk, const struct loaded *loaded, const struct task *task,
		       struct inspect_record *record)
{
	char text[48];

	if (!cell_ready(loaded, record, INSPECT_TASK_STATE, offsetof(struct task, run_state)) ||
	    !cell_ready(loaded, record, INSPECT_TASK_STATE, offsetof(struct task, exit_state)))
		return;
	if (walk->states_known) {
		text[0] = task_state_letter(task->run_state, task->exit_state);
		inspect_cell_string(record, INSPECT_TASK_STATE, text, 1);
		return;
	}
	snprintf(text, sizeof(text), "0x%llx/0x%llx", (unsigned long long)task->run_state,
		 (unsigned long long)task->exit_state);
	inspect_cell_cstring(record, INSPECT_TASK_STATE, text);
	inspect_cell_suspect(record, INSPECT_TASK_STATE, loaded->address,
			     "the letters of this kernel's states are not known");
}

static void fill_memory(const struct inspect_task_walk *walk, const struct loaded *loaded, const struct task *task,
			struct inspect_record *record)
{
	uint64_t kib = walk->kernel->page_size / 1024, pages, address;
	enum inspect_fault fault;

	if (has(task, mm) && !task->mm)
		return;
	if (cell_ready(loaded, record, INSPECT_TASK_VIRTUAL, offsetof(struct task, pages)))
		inspect_cell_u64(record, INSPECT_TASK_VIRTUAL, task->pages * kib);
	for (size_t i = 0; i < TASK_COUNTERS; i++) {
		size_t skip = i * sizeof(uint64_t);

		if (!cell_ready(loaded, record, INSPECT_TASK_RESIDENT, offsetof(struct task, counters) + skip))
			return;
		if (loaded->state->fault & VIEW_BIT(offsetof(struct task, counters_cpus) + skip)) {
			cell_ready(loaded, record, INSPECT_TASK_RESIDENT, offsetof(struct task, counters_cpus) + skip);
			return;
		}
	}
	fault = task_resident(walk->kernel, &walk->percpu, task, &pages, &address);
	if (fault)
		inspect_cell_fault(record, INSPECT_TASK_RESIDENT, fault, address);
	else
		inspect_cell_u64(record, INSPECT_TASK_RESIDENT, pages * kib);
}

static void fill_start(const struct inspect_task_walk *walk, const struct loaded *loaded, const struct task *task,
		       struct inspect_record *record)
{
	int64_t wall;

	if (!cell_ready(loaded, record, INSPECT_TASK_STARTED, offsetof(struct task, start)) || !walk->has_clock)
		return;
	if (task->start > INT64_MAX ||
	    __builtin_add_overflow(walk->timekeeper.wall_offset, (int64_t)task->start, &wall))
		return;
	inspect_cell_time(record, INSPECT_TASK_STARTED, wall / NSEC_PER_SEC - (wall % NSEC_PER_SEC < 0));
}

static void fill_suspicion(const struct inspect_task_walk *walk, const struct task_place *place,
			   const struct task *task, struct inspect_record *record)
{
	const char *why = NULL;

	if (place->idle)
		return;
	if (!place->listed && !place->in_table && (walk->places.lists_whole || walk->places.table_whole))
		why = "a child of its parent, but on no list of tasks and not in the table of PIDs";
	else if (!place->listed && walk->places.lists_whole)
		why = "in the table of PIDs, but on no list of tasks";
	else if (!place->in_table && walk->places.table_whole)
		why = "on a list of tasks, but not in the table of PIDs";
	else if (place->in_table && has(task, pid) && task->pid != place->pid)
		why = "another number than in the table of PIDs";
	if (why)
		inspect_cell_suspect(record, INSPECT_TASK_PID, place->address, why);
}

static void fill(const struct inspect_task_walk *walk, const struct task_place *place, const struct loaded *loaded,
		 const struct task *task, struct inspect_record *record)
{
	static const struct fill table[] = {
		{ INSPECT_TASK_PID, offsetof(struct task, pid), FILL_U64 },
		{ INSPECT_TASK_TGID, offsetof(struct task, tgid), FILL_U64 },
		{ INSPECT_TASK_PPID, offsetof(struct task, parent_tgid), FILL_U64 },
		{ INSPECT_TASK_UID, offsetof(struct task, uid), FILL_U64 },
		{ INSPECT_TASK_COMM, offsetof(struct task, comm), FILL_STRING },
		{ INSPECT_TASK_CPU, offsetof(struct task, cpu), FILL_U64 },
		{ INSPECT_TASK_RUNNING, offsetof(struct task, on_cpu), FILL_BOOL },
	};

	inspect_cell_address(record, INSPECT_TASK_ADDRESS, place->address);
	fill_cells(loaded, record, table, INSPECT_COUNT(table));
	if (cell_ready(loaded, record, INSPECT_TASK_KERNEL_THREAD, offsetof(struct task, flags)))
		inspect_cell_bool(record, INSPECT_TASK_KERNEL_THREAD, task->flags & TASK_KTHREAD);
	fill_state(walk, loaded, task, record);
	fill_memory(walk, loaded, task, record);
	fill_start(walk, loaded, task, record);
	fill_suspicion(walk, place, task, record);
}

bool inspect_task_walk_next(struct inspect_task_walk *walk, struct inspect_pool *pool,
			    struct inspect_record **record_ret)
{
	while (!walk->error && walk->next < walk->places.places.count) {
		const struct task_place *place = &walk->places.places.items[walk->next++];
		struct loaded loaded;
		struct task task;

		if (walk->kernel->live)
			translate_flush(&walk->kernel->translate);
		walk->error = load(walk->kernel, &task_view, place->address, &task, &loaded);
		if (!walk->error && kernel_interrupted(walk->kernel))
			walk->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
		if (walk->error || !is_wanted(walk, place, &task))
			continue;
		*record_ret = inspect_record_create(&inspect_task_schema, pool);
		fill(walk, place, &loaded, &task, *record_ret);
		return true;
	}
	return false;
}

struct inspect_error *inspect_task_walk_finish(struct inspect_task_walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	return error_context(error, "tasks");
}
