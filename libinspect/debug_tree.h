/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files of modules below a few folders, by the name that the kernel gives a module: NAME.ko and NAME.ko.debug, with
 * "-" and "_" the same. Nothing else tells where in its tree a module's file is. The folders are walked once, without
 * following symbolic links, so far as DEBUG_TREE_ENTRIES_MAX goes.
 */
#ifndef LIBINSPECT_DEBUG_TREE_H
#define LIBINSPECT_DEBUG_TREE_H

#include <stdbool.h>
#include <stddef.h>

/* A kernel's build tree has some 200,000 files. */
#define DEBUG_TREE_ENTRIES_MAX (1u << 20)

struct debug_tree {
	struct {
		char **items; /* paths, in the order of the walk */
		size_t count;
		size_t capacity;
	} files;
	size_t entries; /* seen so far */
};

/* Adds what is below @folder, which need not be there; false when out of memory. */
bool debug_tree_add(struct debug_tree *tree, const char *folder);
void debug_tree_deinit(struct debug_tree *tree);

/* The next file of @module behind number *@cursor, which is 0 at first; NULL: there is none. */
const char *debug_tree_next(const struct debug_tree *tree, const char *module, size_t *cursor);

#endif
