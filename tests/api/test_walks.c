/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sequences: expressions, walkers, BPF objects; bindings, budgets, the interrupt. */
#include <signal.h>

#include <inspect/bpf.h>
#include <inspect/walk.h>

#include "world.h"

static struct inspect_walk_query tasks_query(void)
{
	return (struct inspect_walk_query){
		.size = sizeof(struct inspect_walk_query),
		.walker = "list",
		.head = member(init_task(), "tasks"),
		.type = "struct task_struct",
		.member = "tasks",
	};
}

static uint64_t count(const struct inspect_walk_query *query)
{
	const struct inspect_object *element;
	struct inspect_walk *walk;
	uint64_t elements = 0;

	ok(inspect_walk_create(inspect, query, &walk));
	while (inspect_walk_next(walk, pool, &element))
		elements++;
	ok(inspect_walk_finish(walk));
	inspect_walk_destroy(walk);
	ok(inspect_next_problem(inspect));
	return elements;
}

START_TEST(lists)
{
	struct inspect_walk_query query = tasks_query();
	struct inspect_pool *line = inspect_pool_create();
	const struct inspect_object *task;
	struct inspect_walk *walk;
	uint64_t last = 0, elements = count(&query);

	ck_assert_uint_gt(elements, 20);
	ok(inspect_walk_create(inspect, &query, &walk));
	while (inspect_walk_next(walk, line, &task)) {
		uint64_t pid = 0;
		const struct inspect_object *object;

		ok(inspect_object_member(task, "pid", line, &object));
		ok(inspect_object_read_u64(object, &pid));
		ck_assert_uint_gt(pid, last); /* in this dump no number was used twice */
		last = pid;
		inspect_pool_rewind(line);
		elements--;
	}
	ck_assert_uint_eq(elements, 0);
	inspect_walk_destroy(walk);
	inspect_pool_destroy(line);
}
END_TEST

START_TEST(heads_by_pointer)
{
	struct inspect_walk_query query = tasks_query();
	uint64_t elements = count(&query);

	query.head = evaluate("&((struct task_struct *)&init_task)->tasks");
	ck_assert_uint_eq(count(&query), elements);
}
END_TEST

/* Each program as bpf.h lists it is an entry of the idr. */
START_TEST(idrs)
{
	const struct inspect_object *head = evaluate("prog_idr"), *program;
	const struct inspect_walk_query query = {
		.size = sizeof(query), .walker = "idr", .head = head, .type = "struct bpf_prog",
	};
	struct inspect_bpf_walk *records;
	struct inspect_record *record;
	struct inspect_walk *walk;
	uint64_t programs = 0, found, id;

	ok(inspect_walk_create(inspect, &query, &walk));
	ok(inspect_bpf_walk_create(inspect, INSPECT_BPF_PROG, 0, &records));
	while (inspect_bpf_walk_next(records, pool, &record)) {
		ck_assert(inspect_walk_next(walk, pool, &program));
		ck_assert(inspect_get_u64(record, INSPECT_PROG_ID, &id));
		ck_assert_uint_eq(number(member(program, "aux->id")), id);
		ck_assert(inspect_get_u64(inspect_get_record(record, INSPECT_PROG_KERNEL),
					  INSPECT_PROG_KERNEL_ADDRESS, &found));
		ck_assert_uint_eq(address(program), found);
		programs++;
	}
	ck_assert(!inspect_walk_next(walk, pool, &program));
	ck_assert_uint_gt(programs, 20);
	ok(inspect_bpf_walk_finish(records));
	inspect_bpf_walk_destroy(records);
	inspect_walk_destroy(walk);
}
END_TEST

START_TEST(budgets)
{
	struct inspect_walk_query query = tasks_query();
	const struct inspect_object *task;
	struct inspect_walk *walk;

	query.budget = count(&query);
	ck_assert_uint_eq(count(&query), query.budget); /* just enough */
	query.budget = 2;
	ok(inspect_walk_create(inspect, &query, &walk));
	ck_assert(inspect_walk_next(walk, pool, &task));
	ck_assert(inspect_walk_next(walk, pool, &task));
	ck_assert(!inspect_walk_next(walk, pool, &task));
	fails(inspect_walk_finish(walk), INSPECT_ERROR_LIMIT, "more than 2");
	ck_assert(!inspect_walk_next(walk, pool, &task));
	inspect_walk_destroy(walk);
}
END_TEST

START_TEST(interrupts)
{
	struct inspect_walk_query query = tasks_query();
	volatile sig_atomic_t flag = 0;
	const struct inspect_object *task;
	struct inspect_walk *walk;

	inspect_set_interrupt(inspect, &flag);
	ok(inspect_walk_create(inspect, &query, &walk));
	ck_assert(inspect_walk_next(walk, pool, &task));
	flag = 1;
	ck_assert(!inspect_walk_next(walk, pool, &task));
	inspect_walk_destroy(walk);
	inspect_set_interrupt(inspect, NULL);
	fails(inspect_next_problem(inspect), INSPECT_ERROR_INTERRUPTED, "interrupted");
	ok(inspect_next_problem(inspect));
}
END_TEST

START_TEST(wrong_walks)
{
	struct inspect_walk_query query = tasks_query();
	const struct inspect_object *task;
	struct inspect_walk *walk;

	query.walker = "container_of";
	fails(inspect_walk_create(inspect, &query, &walk), INSPECT_ERROR_USAGE, "no walker \"container_of\"");
	query.walker = NULL;
	fails(inspect_walk_create(inspect, &query, &walk), INSPECT_ERROR_USAGE, "no walker");
	query = tasks_query();
	query.head = NULL;
	fails(inspect_walk_create(inspect, &query, &walk), INSPECT_ERROR_USAGE, "a head");
	query = tasks_query();
	query.member = "nothing";
	ok(inspect_walk_create(inspect, &query, &walk));
	ck_assert(!inspect_walk_next(walk, pool, &task));
	fails(inspect_walk_finish(walk), INSPECT_ERROR_LOOKUP, "nothing");
	inspect_walk_destroy(walk);
}
END_TEST

START_TEST(bindings)
{
	const struct inspect_binding binding = { "task", init_task() };
	const struct inspect_expr_options options = {
		.size = sizeof(options), .bindings = &binding, .binding_count = 1,
	};
	struct inspect_error *error = NULL;
	const struct inspect_object *object, *first;
	struct inspect_expr *expr;

	ok(inspect_expr_create(inspect, "task.pid + 1000", &options, &expr));
	ck_assert(inspect_expr_next(expr, pool, &object, &error));
	ok(error);
	ck_assert_uint_eq(number(object), 1000);
	ck_assert(!inspect_expr_is_sequence(expr));
	ck_assert(!inspect_expr_next(expr, pool, &object, &error));
	ok(inspect_object_container(member(init_task(), "tasks.next"), type("struct task_struct"), "tasks", pool,
				    &first));
	inspect_expr_bind(expr, 0, first);
	ck_assert(inspect_expr_next(expr, pool, &object, &error));
	ok(error);
	ck_assert_uint_eq(number(object), 1001);
	inspect_expr_destroy(expr);
}
END_TEST

/* Threads of the kernel have no mm: what could not be evaluated is told in its place, and others follow. */
START_TEST(faults_within_a_sequence)
{
	const struct inspect_walk_query query = tasks_query();
	const struct inspect_binding binding = { "init", init_task() };
	const struct inspect_expr_options options = {
		.size = sizeof(options), .bindings = &binding, .binding_count = 1,
	};
	uint64_t values = 0, faults = 0, address;
	const struct inspect_object *object;
	struct inspect_error *error = NULL;
	struct inspect_expr *expr;

	ok(inspect_expr_create(inspect, "list(&init.tasks, struct task_struct, tasks).mm->mmap_base + 0", &options, &expr));
	while (inspect_expr_next(expr, pool, &object, &error)) {
		if (!error) {
			ck_assert(inspect_expr_is_sequence(expr));
			values++;
			continue;
		}
		ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FAULT);
		ck_assert(inspect_error_address(error, &address) && address < 4096);
		inspect_error_destroy(error);
		faults++;
	}
	inspect_expr_destroy(expr);
	ck_assert_uint_gt(values, 0);
	ck_assert_uint_gt(faults, 0);
	ck_assert_uint_eq(values + faults, count(&query));
}
END_TEST

TCase *walks_case(void)
{
	TCase *tcase = tcase_create("walks");

	tcase_add_test(tcase, lists);
	tcase_add_test(tcase, heads_by_pointer);
	tcase_add_test(tcase, idrs);
	tcase_add_test(tcase, budgets);
	tcase_add_test(tcase, interrupts);
	tcase_add_test(tcase, wrong_walks);
	tcase_add_test(tcase, bindings);
	tcase_add_test(tcase, faults_within_a_sequence);
	return tcase;
}
