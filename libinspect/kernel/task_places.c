/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "kernel/roots.h"
#include "kernel/tasks.h"
#include "kernel/walk.h"

/* What leads from a task to the next, and the members by which others lead to it. */
struct links_fields {
	struct view_state state;
	uint64_t tasks;       /* list_head of all processes */
	uint64_t threads;     /* head of the list of the process's threads */
	uint64_t thread_node; /* in it */
	uint64_t pid_link;    /* hlist_node in a struct pid's list of PIDTYPE_PID */
	uint64_t children;    /* head of the list of the processes that it has started */
	uint64_t sibling;     /* in its parent's */
};

static const struct view_variant links_variants[] = { { "struct task_struct", NULL } };
static const struct view_field links_fields[] = {
	VIEW_NEED(links_fields, tasks, "&tasks"),
	VIEW_NEED(links_fields, threads, "&signal->thread_head"), /* 3.14, 0c740d0afc3b */
	VIEW_NEED(links_fields, thread_node, "&thread_node"),
	VIEW_NEED(links_fields, pid_link, "&pid_links[0]", "&pids[0].node"), /* 4.19, 2c4704756cab */
	VIEW_NEED(links_fields, children, "&children"),
	VIEW_NEED(links_fields, sibling, "&sibling"),
};
VIEW(task_links_view, links_fields, links_variants, links_fields);

struct namespace_fields {
	struct view_state state;
	uint64_t idr;
};

static const struct view_variant namespace_variants[] = { { "struct pid_namespace", NULL } };
static const struct view_field namespace_fields[] = {
	VIEW_NEED(namespace_fields, idr, "&idr"), /* 4.15, 95846ecf9dac */
};
VIEW(pid_namespace_view, namespace_fields, namespace_variants, namespace_fields);

struct pid_fields {
	struct view_state state;
	uint64_t task;
};

static const struct view_variant pid_variants[] = { { "struct pid", NULL } };
static const struct view_field pid_fields[] = {
	VIEW_NEED(pid_fields, task, "tasks[0].first"),
};
VIEW(pid_view, pid_fields, pid_variants, pid_fields);

struct rq_fields {
	struct view_state state;
	uint64_t idle;
};

static const struct view_variant rq_variants[] = { { "struct rq", NULL } };
static const struct view_field rq_fields[] = {
	VIEW_NEED(rq_fields, idle, "idle"),
};
VIEW(rq_view, rq_fields, rq_variants, rq_fields);

/* Live memory moves under us: how often both ways are gone until they agree. */
#define FIND_TRIES 3

/* One search. */
struct search {
	struct kernel *kernel;
	struct task_places *places;
	const struct view_plan *links;
	struct hash seen; /* address -> place; of the table first, then of the lists */
	bool table_damaged, lists_damaged;
	struct inspect_error *problem; /* the first that hides tasks */
};

void task_places_init(struct task_places *places)
{
	memset(places, 0, sizeof(*places));
}

void task_places_deinit(struct task_places *places)
{
	vec_deinit(&places->places);
}

static void note_problem(struct search *search, struct inspect_error *error)
{
	if (search->problem)
		inspect_error_destroy(error);
	else
		search->problem = error;
}

static uint64_t link_offset(const struct search *search, size_t field)
{
	return view_slot_at(search->links, field)->offset;
}

static struct inspect_error *add_place(struct search *search, struct task_place place)
{
	if (!hash_set(&search->seen, place.address, search->places->places.count) ||
	    !vec_push(&search->places->places, place))
		return &error_nomem;
	return NULL;
}

/* The idle tasks. A run queue that cannot be read hides only its own. */
static struct inspect_error *find_idle(struct search *search, const struct percpu *percpu)
{
	uint64_t runqueues;
	struct inspect_error *error = kernel_root(search->kernel, ROOT_RUNQUEUES, &runqueues, NULL);

	for (unsigned int cpu = 0; cpu < percpu->cpu_ids && !error; cpu++) {
		uint64_t address;
		struct rq_fields rq;

		if (!percpu_possible(percpu, cpu))
			continue;
		address = percpu_address(percpu, runqueues, cpu);
		error = kernel_read(search->kernel, &rq_view, address, &rq);
		if (!error && faulted(&rq, idle))
			note_problem(search, error_at(INSPECT_ERROR_FAULT, address,
						      "the run queue of CPU %u is not readable", cpu));
		if (!error && rq.idle)
			error = add_place(search, (struct task_place){ .address = rq.idle, .idle = true });
	}
	if (!error || error == &error_nomem)
		return error;
	note_problem(search, error_context(error, "idle tasks"));
	return NULL;
}

static void damaged_table(struct search *search, const struct walk_item *item)
{
	search->table_damaged = true;
	note_problem(search, error_at(INSPECT_ERROR_FAULT, item->fault_address, "PIDs %llu to %llu: %s at 0x%llx",
				      (unsigned long long)item->index, (unsigned long long)item->last, item->problem,
				      (unsigned long long)item->fault_address));
}

/* One entry of the table: a struct pid, which may be in use as a group's or a session's number alone. */
static struct inspect_error *add_pid(struct search *search, struct walk_item *item)
{
	struct task_place place = { .pid = item->index, .in_table = true };
	struct pid_fields pid;
	struct inspect_error *error;

	if (item->problem) {
		damaged_table(search, item);
		return NULL;
	}
	error = kernel_read(search->kernel, &pid_view, item->address, &pid);
	if (error)
		return error;
	if (faulted(&pid, task)) {
		item->problem = "struct pid not readable";
		item->fault_address = item->address;
		damaged_table(search, item);
	}
	if (!pid.task)
		return NULL;
	place.address = pid.task - link_offset(search, offsetof(struct links_fields, pid_link));
	return add_place(search, place);
}

static struct inspect_error *find_in_table(struct search *search)
{
	struct namespace_fields namespace;
	struct inspect_error *error, *end;
	struct walk_item item;
	uint64_t address;
	struct walk walk;

	error = kernel_root(search->kernel, ROOT_PID_NAMESPACE, &address, NULL);
	if (!error)
		error = kernel_read(search->kernel, &pid_namespace_view, address, &namespace);
	if (error)
		return error;
	walk_idr(&walk, search->kernel, namespace.idr);
	while (!error && walk_next(&walk, &item))
		error = add_pid(search, &item);
	end = walk_finish(&walk);
	if (error)
		inspect_error_destroy(end);
	return error ? error : end;
}

/* A task of the lists. */
static struct inspect_error *add_listed(struct search *search, uint64_t address)
{
	uint64_t index;

	if (!hash_get(&search->seen, address, &index))
		return add_place(search, (struct task_place){ .address = address, .listed = true });
	search->places->places.items[index].listed = true;
	return NULL;
}

/* The process whose first thread is at @leader, and its threads. */
static struct inspect_error *add_process(struct search *search, uint64_t leader)
{
	struct inspect_error *error = add_listed(search, leader), *end;
	struct links_fields links;
	struct walk_item item;
	struct walk walk;

	if (error)
		return error;
	view_read(search->links, &search->kernel->memory, leader, &links);
	if (!has(&links, threads)) {
		search->lists_damaged = true;
		note_problem(search, error_at(INSPECT_ERROR_FAULT, leader,
					      "the threads of the task at 0x%llx are not there",
					      (unsigned long long)leader));
		return NULL;
	}
	walk_list(&walk, search->kernel, links.threads);
	while (!error && walk_next(&walk, &item))
		error = add_listed(search,
				   item.address - link_offset(search, offsetof(struct links_fields, thread_node)));
	end = walk_finish(&walk);
	if (error || !end || inspect_error_code(end) == INSPECT_ERROR_INTERRUPTED) {
		inspect_error_destroy(error ? end : NULL);
		return error ? error : end;
	}
	search->lists_damaged = true;
	note_problem(search, error_context(end, "threads of the task at 0x%llx", (unsigned long long)leader));
	return NULL;
}

static struct inspect_error *find_listed(struct search *search)
{
	struct inspect_error *error, *end;
	uint64_t init_task, offset = link_offset(search, offsetof(struct links_fields, tasks));
	struct walk_item item;
	struct walk walk;

	error = kernel_root(search->kernel, ROOT_INIT_TASK, &init_task, NULL);
	if (error)
		return error;
	walk_list(&walk, search->kernel, init_task + offset);
	while (!error && walk_next(&walk, &item))
		error = add_process(search, item.address - offset);
	end = walk_finish(&walk);
	if (error)
		inspect_error_destroy(end);
	return error ? error : end;
}

/* The children of the task at @parent that were found in no other way. */
static struct inspect_error *find_children(struct search *search, uint64_t parent)
{
	struct inspect_error *error = NULL, *end;
	struct walk_item item;
	struct walk walk;

	walk_list(&walk, search->kernel, parent + link_offset(search, offsetof(struct links_fields, children)));
	while (!error && walk_next(&walk, &item)) {
		struct task_place place = {
			.address = item.address - link_offset(search, offsetof(struct links_fields, sibling)),
		};

		if (!hash_get(&search->seen, place.address, NULL))
			error = add_place(search, place);
	}
	end = walk_finish(&walk);
	if (error) {
		inspect_error_destroy(end);
		return error;
	}
	if (end && inspect_error_code(end) == INSPECT_ERROR_INTERRUPTED)
		return end;
	if (end)
		note_problem(search, error_context(end, "children of the task at 0x%llx", (unsigned long long)parent));
	return NULL;
}

/* Of all tasks, those found by this too. */
static struct inspect_error *find_all_children(struct search *search)
{
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < search->places->places.count && !error; i++)
		error = find_children(search, search->places->places.items[i].address);
	return error;
}

/* Whether nothing can go on after @error. */
static bool is_final(const struct inspect_error *error)
{
	return error && (error == &error_nomem || inspect_error_code(error) == INSPECT_ERROR_INTERRUPTED);
}

/* Both ways. Where one is gone to its end or only breaks off, the other's error is a problem, else it is returned. */
static struct inspect_error *search_both(struct search *search)
{
	struct inspect_error *table = find_in_table(search), *lists;

	if (is_final(table))
		return table;
	lists = find_listed(search);
	search->places->table_whole = !table && !search->table_damaged;
	search->places->lists_whole = !lists && !search->lists_damaged;
	if (is_final(lists) || (table && lists && !search->places->places.count)) {
		inspect_error_destroy(table);
		return lists;
	}
	if (table)
		note_problem(search, error_context(table, "table of PIDs"));
	if (lists)
		note_problem(search, error_context(lists, "lists of tasks"));
	return NULL;
}

static struct inspect_error *search_once(struct search *search, const struct percpu *percpu)
{
	struct inspect_error *error;

	search->places->places.count = 0;
	search->places->lists_whole = search->places->table_whole = false;
	search->lists_damaged = search->table_damaged = false;
	hash_init(&search->seen);
	error = kernel_view(search->kernel, &task_links_view, &search->links);
	if (!error)
		error = find_idle(search, percpu);
	if (!error)
		error = search_both(search);
	if (!error)
		error = find_all_children(search);
	hash_deinit(&search->seen);
	return error;
}

static bool agree(const struct task_places *places)
{
	for (size_t i = 0; i < places->places.count; i++) {
		const struct task_place *place = &places->places.items[i];

		if (!place->idle && (!place->listed || !place->in_table))
			return false;
	}
	return places->lists_whole && places->table_whole;
}

struct inspect_error *task_places_find(struct task_places *places, struct kernel *kernel, const struct percpu *percpu)
{
	struct search search = { .kernel = kernel, .places = places };
	struct inspect_error *error = NULL;

	for (int tries = 0; tries < (kernel->live ? FIND_TRIES : 1); tries++) {
		inspect_error_destroy(search.problem);
		search.problem = NULL;
		error = search_once(&search, percpu);
		if (error || (!search.problem && agree(places)))
			break;
	}
	kernel_problem(kernel, error_context(search.problem, "tasks"));
	return error_context(error, "tasks");
}
