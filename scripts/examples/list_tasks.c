/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list_tasks: a walker over one of the kernel's lists with libinspect: the processes, from init_task on.
 *
 *	list_tasks DUMP
 *
 *	cc list_tasks.c -o list_tasks $(pkg-config --cflags --libs libinspect)
 *
 * Ctrl-C ends the walk, and what was found stands. The exit status is kinspect's: 0 whole, 1 something is missing, 2
 * usage, 3 the dump could not be opened or understood.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/object.h>
#include <inspect/record.h>
#include <inspect/walk.h>

enum { WHOLE, PARTIAL, USAGE, FAILED };

/* No kernel has more processes: PID_MAX_LIMIT. */
#define TASKS_MAX (4u << 20)
#define COMM_MAX 64

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	interrupted = number;
}

/* Prints @error, which may be NULL and may quote the dump, and destroys it; whether there was one. */
static int failed(struct inspect_error *error)
{
	const char *message;
	char *escaped;

	if (!error)
		return 0;
	message = inspect_error_message(error);
	escaped = inspect_escape(message, strlen(message));
	fprintf(stderr, "list_tasks: %s\n", escaped ? escaped : "out of memory");
	free(escaped);
	inspect_error_destroy(error);
	return 1;
}

/* A line about @task. What cannot be read is a question mark, with the reason on stderr. */
static int print_task(const struct inspect_object *task, struct inspect_pool *pool)
{
	const struct inspect_object *member;
	const char *comm = NULL;
	char *escaped = NULL;
	size_t length = 0;
	uint64_t address = 0;
	int status = WHOLE;
	int64_t pid;

	if (failed(inspect_object_member(task, "pid", pool, &member)) ||
	    failed(inspect_object_read_s64(member, &pid))) {
		status = PARTIAL;
		printf("%7s", "?");
	} else {
		printf("%7" PRId64, pid);
	}
	if (failed(inspect_object_member(task, "comm", pool, &member)) ||
	    failed(inspect_object_read_string(member, COMM_MAX, pool, &comm, &length)))
		status = PARTIAL;
	else
		escaped = inspect_escape(comm, length); /* a dump may hold what a terminal obeys */
	inspect_object_address(task, &address, NULL);
	printf("  0x%" PRIx64 "  %s\n", address, escaped ? escaped : "?");
	free(escaped);
	return status;
}

/* The head is init_task's own list_head; each element is the task_struct around the next one. */
static int list(struct inspect *inspect, struct inspect_pool *pool)
{
	struct inspect_walk_query query = {
		.size = sizeof(query),
		.walker = "list",
		.type = "struct task_struct",
		.member = "tasks",
		.budget = TASKS_MAX,
	};
	struct inspect_pool *line = inspect_pool_create();
	const struct inspect_object *init, *task;
	struct inspect_walk *walk;
	int status;

	/* BTF has no types of variables, so that of init_task is said. */
	if (!line || failed(inspect_object_variable(inspect, "init_task", "struct task_struct", pool, &init)) ||
	    failed(inspect_object_member(init, "tasks", pool, &query.head)) ||
	    failed(inspect_walk_create(inspect, &query, &walk))) {
		inspect_pool_destroy(line);
		return FAILED;
	}
	printf("%7s  %-18s  %s\n", "PID", "TASK", "COMM");
	status = print_task(init, line);
	while (inspect_walk_next(walk, line, &task)) {
		if (print_task(task, line) != WHOLE)
			status = PARTIAL;
		inspect_pool_rewind(line); /* so that a million tasks need no more memory than one */
	}
	if (failed(inspect_walk_finish(walk)))
		status = PARTIAL;
	inspect_walk_destroy(walk);
	inspect_pool_destroy(line);
	return status;
}

int main(int argc, char **argv)
{
	struct inspect_options options = { .size = sizeof(options), .core_count = 1 };
	struct inspect_pool *pool;
	struct inspect *inspect;
	int status = FAILED;

	if (argc != 2) {
		fprintf(stderr, "usage: list_tasks DUMP\n");
		return USAGE;
	}
	options.core_paths = (const char *const *)&argv[1];
	if (failed(inspect_open(&options, &inspect)))
		return FAILED;
	signal(SIGINT, interrupt);
	inspect_set_interrupt(inspect, &interrupted);
	pool = inspect_pool_create();
	if (pool)
		status = list(inspect, pool);
	/* What the walk could not walk, or that it was interrupted. */
	while (failed(inspect_next_problem(inspect)))
		status = status == WHOLE ? PARTIAL : status;
	inspect_pool_destroy(pool);
	inspect_close(inspect);
	return fflush(stdout) && status == WHOLE ? PARTIAL : status;
}
