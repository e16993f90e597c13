/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/tasks.h"

#include <stdio.h>

#include "synthetic.h"

struct list_head {
	uint64_t next, prev;
};

struct hlist_node {
	uint64_t next, pprev;
};

struct xarray {
	uint64_t xa_head;
};

struct idr {
	struct xarray idr_rt;
};

struct xa_node {
	uint8_t shift, offset, count;
	uint64_t parent;
	uint64_t slots[64];
};

struct pid_namespace {
	struct idr idr;
};

struct hlist_head {
	uint64_t first;
};

struct pid_object {
	struct hlist_head tasks[4];
};

struct signal_struct {
	struct list_head thread_head;
};

struct atomic {
	uint64_t counter;
};

struct mm_rss_stat {
	struct atomic count[4];
};

struct percpu_counter {
	int64_t count;
	uint64_t counters;
};

struct mm_struct {
	uint64_t total_vm;
	struct mm_rss_stat rss_before;
	struct percpu_counter rss_stat[4];
};

struct task_struct {
	uint64_t __state;
	uint32_t exit_state, pid, tgid, pad;
	struct list_head tasks, thread_node, children, sibling;
	struct hlist_node pid_links[4];
	uint64_t signal, mm;
};

struct rq {
	uint64_t idle;
};

static const struct row rows[] = {
	ROW(list_head, next, NULL),
	ROW(list_head, prev, NULL),
	ROW(hlist_node, next, NULL),
	ROW(hlist_node, pprev, NULL),
	ROW(xarray, xa_head, NULL),
	ROW(idr, idr_rt, "xarray"),
	ROW(xa_node, shift, NULL),
	ROW(xa_node, offset, NULL),
	ROW(xa_node, count, NULL),
	ROW(xa_node, parent, NULL),
	ROW(xa_node, slots, "[64]"),
	ROW(pid_namespace, idr, "idr"),
	ROW(hlist_head, first, NULL),
	ROW_AS("pid", pid_object, tasks, "tasks", "hlist_head[4]"),
	ROW(signal_struct, thread_head, "list_head"),
	ROW(atomic, counter, "-"),
	ROW(mm_rss_stat, count, "atomic[4]"),
	ROW(percpu_counter, count, "-"),
	ROW(percpu_counter, counters, NULL),
	ROW(mm_struct, total_vm, NULL),
	ROW_AS("mm_struct", mm_struct, rss_before, "rss_stat", "mm_rss_stat", 0, 601),
	ROW(mm_struct, rss_stat, "percpu_counter[4]", 602),
	ROW_AS("task_struct", task_struct, __state, "state", "-", 0, 513),
	ROW(task_struct, __state, NULL, 514),
	ROW(task_struct, exit_state, NULL),
	ROW(task_struct, pid, NULL),
	ROW(task_struct, tgid, NULL),
	ROW(task_struct, tasks, "list_head"),
	ROW(task_struct, thread_node, "list_head"),
	ROW(task_struct, children, "list_head"),
	ROW(task_struct, sibling, "list_head"),
	ROW(task_struct, pid_links, "hlist_node[4]"),
	ROW(task_struct, signal, "*signal_struct"),
	ROW(task_struct, mm, "*mm_struct"),
	ROW(rq, idle, "*task_struct"),
};

#define CPUS 2
/* By place: 0 and 1 are idle tasks, 2 is init, 3 a process with the thread 4. */
#define TASKS 5

struct setup {
	struct synthetic s;
	struct arena arena;
	struct percpu percpu;
	struct task_places found;
	uint64_t offsets[CPUS];
	struct rq rqs[CPUS];
	struct pid_namespace init_pid_ns;
	struct xa_node node;
	struct pid_object pids[TASKS];
	struct task_struct tasks[TASKS];
	struct signal_struct signals[TASKS];
	struct mm_struct mm;
	int32_t counters[CPUS][4];
	uint64_t states[TASK_STATES];
	char names[TASK_STATES][16];
};

static void empty(struct list_head *head)
{
	head->next = head->prev = address_of(head);
}

static void append(struct list_head *head, struct list_head *node)
{
	struct list_head *last = (struct list_head *)(uintptr_t)(head->prev - KERNEL_HALF);

	*node = (struct list_head){ address_of(head), head->prev };
	last->next = head->prev = address_of(node);
}

static void unlink_node(struct list_head *node)
{
	((struct list_head *)(uintptr_t)(node->prev - KERNEL_HALF))->next = node->next;
	((struct list_head *)(uintptr_t)(node->next - KERNEL_HALF))->prev = node->prev;
}

static void set_slot(struct setup *setup, uint32_t pid, uint64_t entry)
{
	setup->node.count = (uint8_t)(setup->node.count + (entry != 0) - (setup->node.slots[pid] != 0));
	setup->node.slots[pid] = entry;
}

/* Task @i with the PID 10 * @i, in the process of @leader. */
static void put(struct setup *setup, int i, int leader)
{
	struct task_struct *task = &setup->tasks[i];

	task->pid = (uint32_t)(10 * i);
	task->tgid = (uint32_t)(10 * leader);
	task->signal = address_of(&setup->signals[leader]);
	append(&setup->signals[leader].thread_head, &task->thread_node);
	if (i == leader) {
		append(&setup->tasks[0].tasks, &task->tasks);
		append(&setup->tasks[i == 2 ? 0 : 2].children, &task->sibling);
	}
	setup->pids[i].tasks[0].first = address_of(&task->pid_links[0]);
	set_slot(setup, task->pid, address_of(&setup->pids[i]));
}

static void put_states(struct setup *setup)
{
	static const char *const names[] = {
		"R (running)", "S (sleeping)", "D (disk sleep)", "T (stopped)", "t (tracing stop)", "X (dead)",
		"Z (zombie)", "P (parked)", "I (idle)",
	};

	for (int i = 0; i < TASK_STATES; i++) {
		snprintf(setup->names[i], sizeof(setup->names[i]), "%.15s", names[i]);
		setup->states[i] = address_of(setup->names[i]);
	}
}

static struct setup *setup_create(unsigned int series)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), series);
	synthetic_map(&setup->s, setup->offsets, sizeof(*setup) - offsetof(struct setup, offsets));
	synthetic_symbol(&setup->s, "init_task", &setup->tasks[0]);
	synthetic_symbol(&setup->s, "init_pid_ns", &setup->init_pid_ns);
	synthetic_symbol(&setup->s, "runqueues", setup->rqs);
	synthetic_symbol(&setup->s, "task_state_array", setup->states);
	synthetic_ready(&setup->s);
	arena_init(&setup->arena);
	task_places_init(&setup->found);
	setup->percpu = (struct percpu){ .offsets = setup->offsets, .possible = { 3 }, .cpu_ids = CPUS, .count = CPUS };
	setup->offsets[1] = sizeof(struct rq);
	for (int i = 0; i < TASKS; i++) {
		empty(&setup->signals[i].thread_head);
		empty(&setup->tasks[i].children);
	}
	empty(&setup->tasks[0].tasks);
	setup->init_pid_ns.idr.idr_rt.xa_head = address_of(&setup->node) + 2;
	for (int i = 0; i < CPUS; i++)
		setup->rqs[i].idle = address_of(&setup->tasks[i]);
	put(setup, 2, 2);
	put(setup, 3, 3);
	put(setup, 4, 3);
	set_slot(setup, 50, address_of(&setup->pids[1])); /* the number of a session whose leader is gone */
	put_states(setup);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	task_places_deinit(&setup->found);
	arena_deinit(&setup->arena);
	synthetic_deinit(&setup->s);
	free(setup);
}

/* A task each: "0i" idle, "2" by both ways, "2l" by the lists, "2t" by the table, "2c" by its parent alone. */
static const char *found(struct setup *setup)
{
	static char text[64];
	size_t length = 0;

	expect_success(task_places_find(&setup->found, &setup->s.kernel, &setup->percpu));
	for (size_t i = 0; i < setup->found.places.count; i++) {
		const struct task_place *place = &setup->found.places.items[i];

		text[length++] = '0' + (char)((place->address - address_of(setup->tasks)) / sizeof(*setup->tasks));
		if (place->idle)
			text[length++] = 'i';
		else if (!place->listed || !place->in_table)
			text[length++] = place->listed ? 'l' : place->in_table ? 't' : 'c';
	}
	text[length] = '\0';
	return text;
}

START_TEST(all_by_both_ways)
{
	struct setup *setup = setup_create(610);

	ck_assert_str_eq(found(setup), "0i1i234");
	ck_assert(setup->found.lists_whole && setup->found.table_whole);
	ck_assert_uint_eq(setup->found.places.items[3].pid, 30);
	ck_assert_str_eq(found(setup), "0i1i234"); /* nothing is left of the time before */
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

START_TEST(hidden_from_one)
{
	struct setup *setup = setup_create(610);

	unlink_node(&setup->tasks[3].tasks); /* the process: its thread goes with it */
	set_slot(setup, 20, 0);
	ck_assert_str_eq(found(setup), "0i1i3t4t2l");
	ck_assert(setup->found.lists_whole && setup->found.table_whole);
	setup->s.kernel.live = true; /* tried again, and still so */
	ck_assert_str_eq(found(setup), "0i1i3t4t2l");
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);

	setup = setup_create(610);
	unlink_node(&setup->tasks[4].thread_node);
	setup->pids[3].tasks[0].first = 0;
	ck_assert_str_eq(found(setup), "0i1i24t3l");
	setup_destroy(setup);
}
END_TEST

/* Memory in which a process ends between a look at the table of PIDs and one at the lists. */
static enum inspect_fault changing_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct setup *setup = arg;

	if (position == address_of(&setup->tasks[0].tasks) && setup->node.slots[20]) {
		unlink_node(&setup->tasks[2].tasks);
		unlink_node(&setup->tasks[2].sibling);
		set_slot(setup, 20, 0);
	}
	return synthetic_read(&setup->s, position, buf, size, done_ret);
}

START_TEST(live_tasks_are_found_again)
{
	struct setup *setup = setup_create(610);
	struct memory_segment *segment = &setup->s.kernel.memory.virtual.items[0];

	segment->read = changing_read;
	segment->arg = setup;
	setup->s.kernel.live = true;
	ck_assert_str_eq(found(setup), "0i1i34");
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

START_TEST(hidden_from_both)
{
	struct setup *setup = setup_create(610);

	unlink_node(&setup->tasks[2].tasks);
	unlink_node(&setup->tasks[3].tasks);
	set_slot(setup, 20, 0);
	set_slot(setup, 30, 0);
	ck_assert_str_eq(found(setup), "0i1i4t2c3c"); /* the second is a child of the first */
	expect_problem(&setup->s.kernel, NULL);
	setup->tasks[3].sibling.next = address_of(&setup->tasks[3].sibling);
	ck_assert_str_eq(found(setup), "0i1i4t2c3c");
	expect_problem(&setup->s.kernel, "tasks: children of the task at 0x");
	setup_destroy(setup);
}
END_TEST

START_TEST(lists_that_break_off)
{
	struct setup *setup = setup_create(610);

	setup->tasks[3].tasks.prev = 0;
	ck_assert_str_eq(found(setup), "0i1i23t4t");
	ck_assert(!setup->found.lists_whole && setup->found.table_whole);
	expect_problem(&setup->s.kernel, "tasks: lists of tasks: list at 0x");
	setup->tasks[3].tasks.prev = address_of(&setup->tasks[2].tasks);

	/* A cycle that misses the head. */
	setup->tasks[3].tasks.next = address_of(&setup->tasks[2].tasks);
	ck_assert_str_eq(found(setup), "0i1i234");
	ck_assert(!setup->found.lists_whole);
	expect_problem(&setup->s.kernel, "does not point back");
	setup->tasks[3].tasks.next = address_of(&setup->tasks[0].tasks);

	setup->tasks[4].thread_node.prev = 8;
	ck_assert_str_eq(found(setup), "0i1i234t");
	ck_assert(!setup->found.lists_whole);
	expect_problem(&setup->s.kernel, "tasks: threads of the task at 0x");
	setup->tasks[3].signal = 0;
	ck_assert_str_eq(found(setup), "0i1i234t");
	expect_problem(&setup->s.kernel, "the threads of the task at 0x");
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

START_TEST(tables_that_are_damaged)
{
	struct setup *setup = setup_create(610);

	synthetic_hole(&setup->s, &setup->pids[2], sizeof(setup->pids[2]));
	ck_assert_str_eq(found(setup), "0i1i342l");
	ck_assert(setup->found.lists_whole && !setup->found.table_whole);
	expect_problem(&setup->s.kernel, "tasks: PIDs 20 to 20: struct pid not readable at 0x");
	synthetic_hole(&setup->s, &setup->node, sizeof(setup->node));
	ck_assert_str_eq(found(setup), "0i1i2l3l4l");
	expect_problem(&setup->s.kernel, "xarray node not readable");
	synthetic_hole(&setup->s, &setup->init_pid_ns, sizeof(setup->init_pid_ns));
	ck_assert_str_eq(found(setup), "0i1i2l3l4l");
	expect_problem(&setup->s.kernel, "tasks: table of PIDs: idr at 0x");
	synthetic_hole(&setup->s, &setup->rqs[1], sizeof(setup->rqs[1]));
	synthetic_map(&setup->s, &setup->init_pid_ns, sizeof(setup->init_pid_ns));
	synthetic_map(&setup->s, &setup->node, sizeof(setup->node));
	synthetic_map(&setup->s, &setup->pids[2], sizeof(setup->pids[2]));
	ck_assert_str_eq(found(setup), "0i234");
	expect_problem(&setup->s.kernel, "tasks: the run queue of CPU 1 is not readable");
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}
END_TEST

/* Two PIDs of one task: one of them is not its own. */
START_TEST(pid_of_another)
{
	struct setup *setup = setup_create(610);

	setup->pids[3].tasks[0].first = address_of(&setup->tasks[2].pid_links[0]);
	ck_assert_str_eq(found(setup), "0i1i2t243l");
	ck_assert_uint_eq(setup->found.places.items[3].pid, 30);
	setup_destroy(setup);
}
END_TEST

START_TEST(kernel_without_symbols)
{
	struct synthetic s;
	struct percpu percpu = { .cpu_ids = 0 };
	struct task_places places;

	task_places_init(&places);
	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 610);
	synthetic_ready(&s);
	expect_error(task_places_find(&places, &s.kernel, &percpu), INSPECT_ERROR_LOOKUP, "tasks: no symbol init_task");
	expect_error(task_states_known(&s.kernel), INSPECT_ERROR_LOOKUP, "states of tasks: no symbol task_state_array");
	expect_problem(&s.kernel, "tasks: idle tasks: no symbol");
	synthetic_deinit(&s);
	task_places_deinit(&places);
}
END_TEST

START_TEST(state_letters)
{
	static const struct {
		uint64_t run_state, exit_state;
		char letter;
	} samples[] = {
		{ 0, 0, 'R' }, { 1, 0, 'S' }, { 2, 0, 'D' }, { 4, 0, 'T' }, { 8, 0, 't' }, { 0, 0x10, 'X' },
		{ 0, 0x20, 'Z' }, { 0x40, 0, 'P' }, { 0x402, 0, 'I' }, { 0x2402, 0, 'I' }, { 0x101, 0, 'S' },
		{ 0x102, 0, 'D' }, { 0x104, 0, 'T' }, { 0x1000, 0, 'D' }, { 0x8000, 0, 'D' }, { 0x80, 0x20, 'Z' },
		{ 0x800, 0, 'R' }, { UINT64_MAX, UINT64_MAX, 'D' },
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		ck_assert_int_eq(task_state_letter(samples[i].run_state, samples[i].exit_state), samples[i].letter);
}
END_TEST

START_TEST(states_by_their_array)
{
	struct setup *setup = setup_create(610);

	expect_success(task_states_known(&setup->s.kernel));
	setup->names[7][0] = 'W';
	expect_error(task_states_known(&setup->s.kernel), INSPECT_ERROR_FORMAT,
		     "states of tasks: its letters are RSDTtXZWI, not RSDTtXZPI");
	setup->names[7][1] = 'x';
	expect_error(task_states_known(&setup->s.kernel), INSPECT_ERROR_FORMAT, "RSDTtXZ?I");
	setup->states[3] = 0;
	expect_error(task_states_known(&setup->s.kernel), INSPECT_ERROR_FAULT, "states of tasks: read 0x");
	setup_destroy(setup);
}
END_TEST

/* Reads task 2, whose mm is set. */
static struct task read_task(struct setup *setup)
{
	struct task task;

	setup->tasks[2].mm = address_of(&setup->mm);
	expect_success(kernel_read(&setup->s.kernel, &task_view, address_of(&setup->tasks[2]), &task));
	return task;
}

START_TEST(resident_pages)
{
	struct setup *setup = setup_create(601);
	uint64_t pages, address;
	struct task task;

	setup->mm.rss_before = (struct mm_rss_stat){ { { 5 }, { 70 }, { 1000 }, { (uint64_t)-3 } } };
	setup->mm.total_vm = 99;
	task = read_task(setup);
	ck_assert_uint_eq(task.pages, 99);
	ck_assert(!task_resident(&setup->s.kernel, NULL, &task, &pages, &address));
	ck_assert_uint_eq(pages, 75); /* neither what is swapped out nor what is below 0 */
	setup_destroy(setup);

	setup = setup_create(602);
	for (int i = 0; i < 4; i++) {
		setup->mm.rss_stat[i].count = 100 << i;
		setup->mm.rss_stat[i].counters = address_of(&setup->counters[0][i]);
	}
	setup->offsets[1] = sizeof(setup->counters[0]);
	setup->counters[0][0] = -1;
	setup->counters[1][0] = -2;
	setup->counters[1][1] = 50;
	setup->counters[1][3] = -1000;
	task = read_task(setup);
	ck_assert(!task_resident(&setup->s.kernel, &setup->percpu, &task, &pages, &address));
	ck_assert_uint_eq(pages, 97 + 250);
	synthetic_hole(&setup->s, &setup->counters[1][1], 4);
	ck_assert_int_eq(task_resident(&setup->s.kernel, &setup->percpu, &task, &pages, &address),
			 INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(address, address_of(&setup->counters[1][1]));
	setup_destroy(setup);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		all_by_both_ways, hidden_from_one, live_tasks_are_found_again, hidden_from_both, lists_that_break_off,
		tables_that_are_damaged, pid_of_another, kernel_without_symbols, state_letters, states_by_their_array, resident_pages,
	};

	return RUN_SUITE("tasks", tests);
}
