/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that the tests of DWARF open; it is never run. */
#include "sample.h"

struct twice {
	int first;
};

struct all everything;
int shared = 1;
static struct twice local __attribute__((used));
enum small small_variable;
/* These have a value, but no place. */
static const int negative_constant = -5, large_constant = 200;
static const short table_constant[3] = { 7, 8, 9 };

int sample_function(const struct all *all, struct twice *twice)
{
	return negative_constant * large_constant + table_constant[1] + all->both.number + twice->first + local.first + use_hidden(all->hidden);
}

static inline __attribute__((always_inline)) int inlined_function(const struct all *all)
{
	__asm__ volatile("" : : "r"(all) : "memory");
	return all->both.number * 3;
}

int inlining_function(const struct all *all)
{
	return inlined_function(all) + 1;
}
