/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "Did you mean …?": the name most like one that is not there, by the least number of edits. */
#ifndef LIBINSPECT_EXPR_GUESS_H
#define LIBINSPECT_EXPR_GUESS_H

#include <stddef.h>

#define GUESS_LENGTH 63

struct guess {
	const char *wanted;
	size_t length;
	size_t distance; /* of the best one; what is worse is not like it */
	char best[GUESS_LENGTH + 1]; /* empty: none yet */
	char hint[GUESS_LENGTH + 32];
};

/* @wanted is borrowed. */
void guess_init(struct guess *guess, const char *wanted);
void guess_offer(struct guess *guess, const char *candidate);
/* ", did you mean \"pid\"", or the empty string. */
const char *guess_hint(struct guess *guess);

#endif
