/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command line's options. One table of rows is the global options, one more is a command's own; the parser and the
 * help both read them. A row names the member of struct options that it sets.
 *
 * The short letters -j, -p, -f and -n mean what they mean to bpftool, so our own options are long ones; a command that
 * does what a known tool does (dmesg, ps) may have the letters of that tool.
 */
#ifndef SCRIPTS_OPTIONS_H
#define SCRIPTS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct messages;

struct option_list {
	const char **items; /* borrowed strings of argv; the array is owned */
	size_t count;
};

/* How `print` prints; each is one of drgn's flags, turned from its default. */
struct print_choices {
	bool hex, octal;
	bool no_dereference, no_symbols, no_strings, chars;
	bool no_type_names, no_member_type_names, element_type_names;
	bool members_same_line, no_elements_same_line;
	bool no_member_names, indices;
	bool no_implicit_members, implicit_elements;
	const char *depth, *width; /* numbers; NULL: no limit */
};

/* How `log` shows the kernel log: dmesg's flags. */
struct log_choices {
	const char *level, *facility; /* lists of names; NULL: all */
	bool ctime, decode, caller, force_prefix;
};

struct options {
	struct option_list cores;
	struct option_list symbols;
	const char *output; /* NULL: stdout */
	bool append;        /* to the output file; no option, but a >> behind the command */
	const char *types;  /* NULL: auto */
	struct option_list commands; /* of -e */
	const char *script; /* NULL: none */
	bool keep_going;
	bool force;
	bool debuginfod;
	bool json;
	bool quiet;
	bool verbose;
	bool help;
	bool version;
	bool show_details;
	const char *where;  /* NULL: all of them */
	struct option_list prints;
	const char *columns; /* NULL: the usual line */
	bool offsets;
	bool threads;
	const char *grep;   /* NULL: no search */
	const char *member;
	const char *cpu;    /* NULL: none */
	bool all_cpus;
	bool all_tasks;
	struct print_choices print;
	struct log_choices log;
};

enum option_kind {
	OPTION_FLAG,   /* sets a bool */
	OPTION_STRING, /* sets a const char *, the last one wins */
	OPTION_LIST,   /* appends to a struct option_list */
};

struct option_row {
	const char *name; /* the long one */
	char letter;      /* 0: none */
	enum option_kind kind;
	size_t offset;    /* in struct options */
	const char *argument; /* what the help calls it; NULL: takes none */
	const char *help;
	bool within; /* of a global one: it can stand within a shell or a script, where all is opened by now */
};

struct option_table {
	const struct option_row *rows;
	size_t count;
};

#define OPTION_ROWS_MAX 64 /* of the global and a command's table together */

extern const struct option_table option_global;

/* Room for whatever @argc arguments can say; false when out of memory. */
bool options_init(struct options *options, int argc);
void options_deinit(struct options *options);

enum options_order {
	OPTIONS_STOP,    /* at the first argument that is no option: the command word */
	OPTIONS_PERMUTE, /* options and arguments mixed; arguments are moved behind the options */
	OPTIONS_WITHIN,  /* the same within a shell or a script */
};

/*
 * Parses the options in @argv (argv[0] is skipped) by the global table and @table, which may be NULL. Returns where the
 * arguments start, or -1 after having said what is wrong.
 */
int options_parse(struct options *options, const struct option_table *table, enum options_order order, int argc,
		  char **argv, const struct messages *messages);

/* Whether @word is an option of these tables whose value is the word behind it. */
bool options_wants_value(const struct option_table *table, const char *word);

#endif
