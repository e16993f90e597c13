/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A symbol table made of symbols that someone lists one by one: an ELF file's, System.map's, the modules', the BPF
 * images'. Names are copied. Create it, add in the order that next() is to have, finish; then it is a struct
 * symbol_table whose destroy() frees all.
 *
 * lookup() chooses by the rule of symbol_choice.h. It wants the symbol's size: one of unknown size holds its first byte
 * alone, so that the last symbol of one module does not claim what lies behind it.
 */
#ifndef LIBINSPECT_CORE_SYMBOL_ARRAY_H
#define LIBINSPECT_CORE_SYMBOL_ARRAY_H

#include "core/symbol.h"

struct symbol_array;

/*
 * @name is the table's ops->name, a string constant. With @contiguous the symbols cover one image, and a size given
 * as 0 is the distance to the next greater address (symbol_index_distance()). NULL when out of memory.
 */
struct symbol_array *symbol_array_create(const char *name, bool contiguous);
/* Accepts NULL. Only for an array that was not finished. */
void symbol_array_destroy(struct symbol_array *array);

/* @symbol->module may be NULL. False when out of memory; the array is still to be destroyed then. */
bool symbol_array_add(struct symbol_array *array, const struct symbol *symbol);
/*
 * A copy of the strings of a whole table, with a NUL behind them, in the array; NULL when out of memory. Names in it
 * are taken as they are by symbol_array_add_kept(), which spares a copy for each of a hundred thousand.
 */
const char *symbol_array_keep(struct symbol_array *array, const char *strings, size_t size);
bool symbol_array_add_kept(struct symbol_array *array, const struct symbol *symbol);
/* Takes @array over, also on failure. */
struct inspect_error *symbol_array_finish(struct symbol_array *array, struct symbol_table **table_ret);

#endif
