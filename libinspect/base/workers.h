/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads for one call: they work on what does not change meanwhile, each with memory of its own, and are gone when the
 * call returns. A library has no others: what uses it may fork, and need not know of them.
 */
#ifndef LIBINSPECT_BASE_WORKERS_H
#define LIBINSPECT_BASE_WORKERS_H

#include <stddef.h>

#define WORKERS_MAX 8

/*
 * How many workers to have for @pieces of work that are worth a thread each: no more than there are CPUs, at least 1.
 */
unsigned int workers_count(size_t pieces);

/*
 * Calls @work with @arg and 0, 1, … @count - 1 (at most WORKERS_MAX), each in a thread of its own, 0 in the caller's.
 * Where a thread cannot be had its call is left out, so a call takes work until there is none left: 0 may have to do
 * all.
 */
void workers_run(unsigned int count, void (*work)(void *arg, unsigned int number), void *arg);

#endif
