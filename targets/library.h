/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries that few dumps need (libkdumpfile, and snappy, which brings C++): they are loaded when a dump needs one.
 * Linked, they would cost every start a millisecond, a third of it, and every user their packages.
 */
#ifndef TARGETS_LIBRARY_H
#define TARGETS_LIBRARY_H

#include <stddef.h>

struct library_function {
	const char *name;
	size_t offset; /* of the pointer to it in the caller's struct of functions */
};

/* A line of a table: the member of a struct of functions that is to point to the function of this name. */
#define LIBRARY_FUNCTION(type, member, function) { #function, offsetof(type, member) }

/*
 * Loads the library with this soname and fills @functions, which has a pointer for each row of the table. NULL where
 * the library, or one of the functions, is not there. The handle is for library_unload().
 */
void *library_load(const char *soname, const struct library_function *table, size_t count, void *functions);
void library_unload(void *library);

#endif
