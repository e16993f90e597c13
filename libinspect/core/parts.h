/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members of a struct or union and the elements of an array, in their order, for what shows values. */
#ifndef LIBINSPECT_CORE_PARTS_H
#define LIBINSPECT_CORE_PARTS_H

#include "core/value.h"

#define PARTS_NESTING 32

enum parts_choice {
	PARTS_OF_ANONYMOUS = 1 << 0,        /* the members of anonymous members in place of these */
	PARTS_WITHOUT_ZEROES = 1 << 1,      /* leave out what is zero */
	PARTS_WITHOUT_LAST_ZEROES = 1 << 2, /* leave out zeroes behind the last part that is not */
};

/* One anonymous member that is being walked through. */
struct parts_level {
	const struct type *type;
	uint64_t bit_offset; /* from the start of the whole */
	uint32_t next;
};

struct parts {
	const struct value_part *whole;
	unsigned int choice;
	uint32_t steps;                           /* what looking for zeroes has cost so far */
	struct value_part element;                /* array: the first one */
	uint64_t next, end;                       /* array */
	struct parts_level levels[PARTS_NESTING]; /* struct, union */
	unsigned int level;
	uint32_t member_end;                      /* of the outermost level */
};

struct parts_item {
	struct value_part part;
	const char *name;      /* of a member; may be NULL */
	uint64_t first, last;  /* of an element; they differ for a run of several that all lie in one gap */
};

/* @whole must stay where it is. Errors here and below are those of value_part_of(), and INSPECT_ERROR_LIMIT. */
struct inspect_error *parts_init(struct parts *parts, const struct value_part *whole, unsigned int choice);
/* Back to the first part. */
void parts_restart(struct parts *parts);
/* The next part; *@more_ret is false, and @item untouched, at the end. */
struct inspect_error *parts_next(struct parts *parts, struct parts_item *item, bool *more_ret);

#endif
