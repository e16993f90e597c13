/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbol tables. A table is one source of symbols (kallsyms of the dump, a vmlinux's .symtab, System.map, the modules,
 * the BPF images); struct symbols is the list of them that a handle has, asked in order.
 */
#ifndef LIBINSPECT_CORE_SYMBOL_H
#define LIBINSPECT_CORE_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct symbol {
	const char *name;   /* valid until the next call on the same table */
	const char *module; /* NULL: the kernel itself; "bpf" for BPF images; valid as the name */
	uint64_t address;
	uint64_t size;      /* 0: unknown */
	char letter;        /* nm's letter, as in /proc/kallsyms; it may lie, see the providers */
};

struct symbol_table;

struct symbol_table_ops {
	const char *name; /* "kallsyms", "modules", "bpf", "ELF", "System.map" */
	/* The symbols in the table's own order (/proc/kallsyms order): *@cursor starts at 0; false at the end. */
	bool (*next)(struct symbol_table *table, uint64_t *cursor, struct symbol *out);
	/* The first symbol of that name. */
	bool (*find)(struct symbol_table *table, const char *name, struct symbol *out);
	/*
	 * Tells that these names will be asked for, whether they are there or not; they must live as long as the table.
	 * A table that is slow to index looks for all of them at once then. NULL: it makes no difference.
	 */
	void (*expect)(struct symbol_table *table, const char *const *names, size_t count);
	/* The symbol that holds @address: inside its size, or at its very address where the size is unknown. */
	bool (*lookup)(struct symbol_table *table, uint64_t address, struct symbol *out);
	void (*destroy)(struct symbol_table *table);
};

struct symbol_table {
	const struct symbol_table_ops *ops;
	size_t count;
	bool dynamic; /* symbols of a running kernel beyond its image: modules, BPF; the kernel's variables are not there */
	/* providers embed this struct in their own */
};

struct symbols {
	struct symbol_table **items;
	size_t count;
	size_t capacity;
};

void symbols_init(struct symbols *symbols);
/* Destroys the tables too. */
void symbols_deinit(struct symbols *symbols);
/* Takes @table over, also on failure. */
struct inspect_error *symbols_add(struct symbols *symbols, struct symbol_table *table);

bool symbols_find(struct symbols *symbols, const char *name, struct symbol *out);
/* Tells all tables that these names will be asked for: see symbol_table_ops. */
void symbols_expect(struct symbols *symbols, const char *const *names, size_t count);
bool symbols_lookup(struct symbols *symbols, uint64_t address, struct symbol *out);
/* The address of @name in the kernel image, or 0 where no table has it. */
uint64_t symbols_address(struct symbols *symbols, const char *name);

#endif
