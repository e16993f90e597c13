/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbol tables that are made when the first symbol is asked for: most answers need none of a module. */
#ifndef LIBINSPECT_KERNEL_DYNAMIC_SYMBOLS_H
#define LIBINSPECT_KERNEL_DYNAMIC_SYMBOLS_H

#include "core/symbol_array.h"
#include "kernel/kernel.h"

/* Adds symbols to @array; an error leaves those found before it. */
typedef struct inspect_error *dynamic_symbols_fn(struct kernel *kernel, struct symbol_array *array);

/* Adds a table named @name that @collect fills on first use; what fails then is a kernel_problem(). */
struct inspect_error *dynamic_symbols_add(struct kernel *kernel, const char *name, dynamic_symbols_fn *collect);

/* All such tables of @symbols are filled again when next they are used. */
void dynamic_symbols_forget(struct symbols *symbols);

/* What a list of the kernel is made of: adds the symbols of the object whose list_head is at @node. */
typedef struct inspect_error *dynamic_symbols_node_fn(struct kernel *kernel, uint64_t node, struct symbol_array *array);

/*
 * Calls @add for each node of the list at @head. The first error is returned at the end; those behind it are visited
 * too.
 */
struct inspect_error *dynamic_symbols_list(struct kernel *kernel, uint64_t head, struct symbol_array *array,
					   dynamic_symbols_node_fn *add);

#endif
