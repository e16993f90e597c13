/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/workers.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>

struct worker {
	pthread_t thread;
	bool is_thread;
	unsigned int number;
	void (*work)(void *arg, unsigned int number);
	void *arg;
};

unsigned int workers_count(size_t pieces)
{
	size_t count = 1;
	cpu_set_t set;

	if (!sched_getaffinity(0, sizeof(set), &set))
		count = (size_t)CPU_COUNT(&set);
	if (count > WORKERS_MAX)
		count = WORKERS_MAX;
	if (count > pieces)
		count = pieces;
	return count ? (unsigned int)count : 1;
}

static void *start(void *data)
{
	struct worker *worker = data;

	worker->work(worker->arg, worker->number);
	return NULL;
}

/*
 * Starts a thread on any CPU but the caller's: put behind its creator on one CPU, as the kernel does now and then even
 * if others idle, it would wait for longer than all the work takes.
 */
static bool start_elsewhere(struct worker *worker)
{
	int here = sched_getcpu();
	pthread_attr_t attributes;
	cpu_set_t set;
	bool started;

	if (pthread_attr_init(&attributes))
		return false;
	if (here >= 0 && here < CPU_SETSIZE && !sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) > 1) {
		CPU_CLR(here, &set);
		pthread_attr_setaffinity_np(&attributes, sizeof(set), &set);
	}
	started = !pthread_create(&worker->thread, &attributes, start, worker);
	pthread_attr_destroy(&attributes);
	return started;
}

void workers_run(unsigned int count, void (*work)(void *arg, unsigned int number), void *arg)
{
	struct worker workers[WORKERS_MAX];
	sigset_t all, before;

	/* The signals of a program are for its own threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned int i = 1; i < count; i++) {
		workers[i] = (struct worker){ .number = i, .work = work, .arg = arg };
		workers[i].is_thread = start_elsewhere(&workers[i]);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	work(arg, 0);
	for (unsigned int i = 1; i < count; i++) {
		if (workers[i].is_thread)
			pthread_join(workers[i].thread, NULL);
	}
}
