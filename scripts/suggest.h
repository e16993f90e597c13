/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be typed next in a shell: a command, an option of it, or what its arguments are made of. */
#ifndef SCRIPTS_SUGGEST_H
#define SCRIPTS_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

struct inspect;
struct inspect_completions;

#define SUGGESTIONS_MAX 512

struct suggestions {
	const char *items[SUGGESTIONS_MAX]; /* whole words */
	size_t count;
	bool more;           /* there are others */
	size_t typed;        /* bytes of the word that are there already */
	char *common;        /* what all items begin with: that and what can be added */
	const char *closing; /* what stands behind a word that is complete: "" or " " */
	struct inspect_completions *completions; /* that the items belong to; NULL: tables' */
};

/* What the word at the end of the @length bytes of @line can become. */
void suggest(struct inspect *inspect, const char *line, size_t length, struct suggestions *out);
void suggestions_deinit(struct suggestions *suggestions);

#endif
