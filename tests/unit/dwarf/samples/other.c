/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other source of the sample: another type and another variable under names that sample.c has too. */
#include "sample.h"

struct hidden {
	long value;
	struct all *all;
};

struct twice {
	char text[24];
};

static struct twice local[2] __attribute__((used));
struct all *other_pointer;

int use_hidden(struct hidden *hidden)
{
	return (int)hidden->value + local[0].text[0] + shared;
}
