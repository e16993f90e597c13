/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which of many symbols an address belongs to, where they overlap and have the same addresses: drgn's rule, which is
 * libdwfl's. Of those that hold the address, the one that starts closest before it; of these, the one that ends closest
 * behind it; then a global one rather than a weak one, and that rather than a local one; then the first of the table.
 *
 * A symbol without a size is a label. It has what follows it, up to whatever comes next, where no symbol with a size
 * holds the address or ends between the label and it.
 *
 * Kallsyms does not come here: it has no sizes, and the kernel has put the one it prefers first.
 */
#ifndef LIBINSPECT_CORE_SYMBOL_CHOICE_H
#define LIBINSPECT_CORE_SYMBOL_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum symbol_binding {
	SYMBOL_LOCAL,
	SYMBOL_WEAK,
	SYMBOL_GLOBAL,
};

struct symbol_span;

/* A look-up takes logarithmic time, whatever the table holds. */
struct symbol_choice {
	struct symbol_span *spans;  /* those with a size: the better one of two comes later */
	struct symbol_span *labels; /* those without, in the same order; both in one allocation */
	uint64_t *reach;            /* a tree over the spans: the last end in each part of them */
	size_t room;                /* symbols that there is memory for */
	size_t leaves;              /* a power of 2, more than there are spans */
	size_t span_count, label_count;
};

/* Memory for @count symbols, untouched until it is used; false when there is none. */
bool symbol_choice_init(struct symbol_choice *choice, size_t count);
void symbol_choice_deinit(struct symbol_choice *choice);

/* Symbol number @symbol of the table; at most as many as there is memory for, in the table's order. */
void symbol_choice_add(struct symbol_choice *choice, uint32_t symbol, uint64_t address, uint64_t size,
		       enum symbol_binding binding);
/* After the last one was added. */
void symbol_choice_build(struct symbol_choice *choice);
/* The symbol that has @address; false where none does. */
bool symbol_choice_at(const struct symbol_choice *choice, uint64_t address, uint32_t *symbol_ret);

/* The binding that a letter of nm tells. */
enum symbol_binding symbol_binding_of(char letter);

#endif
