/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/guess.h"

#include <stdio.h>
#include <string.h>

/* A third of the name may be wrong, and no more than this. */
#define EDITS_MAX 3

void guess_init(struct guess *guess, const char *wanted)
{
	size_t length = strlen(wanted), edits = (length + 2) / 3;

	*guess = (struct guess){
		.wanted = wanted,
		.length = length,
		.distance = length > GUESS_LENGTH ? 0 : (edits < EDITS_MAX ? edits : EDITS_MAX) + 1,
	};
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Insertions, deletions, replacements and swaps of neighbours that lead from @a to @b, neither of which is longer than
 * GUESS_LENGTH; @limit or more once it is sure not to be less. Row by row, of which the last three are kept.
 */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t limit)
{
	size_t rows[3][GUESS_LENGTH + 2];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *second = rows[(i + 1) % 3];
		size_t best = row[0] = i;

		for (size_t j = 1; j <= b_length; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
			best = least(best, row[j]);
		}
		if (best >= limit)
			return limit;
	}
	return rows[a_length % 3][b_length];
}

void guess_offer(struct guess *guess, const char *candidate)
{
	size_t length = strnlen(candidate, GUESS_LENGTH + 1), distance;

	if (length > GUESS_LENGTH || length + guess->distance <= guess->length ||
	    guess->length + guess->distance <= length)
		return;
	distance = edit_distance(guess->wanted, guess->length, candidate, length, guess->distance);
	if (distance >= guess->distance)
		return;
	guess->distance = distance;
	memcpy(guess->best, candidate, length + 1);
}

const char *guess_hint(struct guess *guess)
{
	if (guess->best[0])
		snprintf(guess->hint, sizeof(guess->hint), ", did you mean \"%s\"?", guess->best);
	return guess->hint;
}
