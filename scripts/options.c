/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

#define OFFSET(member) offsetof(struct options, member)

static const struct option_row global_rows[] = {
	{ "help", 'h', OPTION_FLAG, OFFSET(help), NULL, "show this help message and exit", .within = true },
	{ "version", 0, OPTION_FLAG, OFFSET(version), NULL, "show the version and exit" },
	{ "core", 'c', OPTION_LIST, OFFSET(cores), "FILE",
	  "the dump to inspect (default: /proc/kcore, the running kernel); once for each file of a split dump" },
	{ "symbols", 's', OPTION_LIST, OFFSET(symbols), "FILE|DIR",
	  "types and symbols besides those in the dump: a vmlinux, a module's file, a bare BTF blob or a System.map, or a "
	  "folder to search for debug files by build-id before /usr/lib/debug, /lib/modules and /boot; may be repeated" },
	{ "debuginfod", 0, OPTION_FLAG, OFFSET(debuginfod), NULL,
	  "download debug files that are not found from the servers of $DEBUGINFOD_URLS" },
	{ "types", 0, OPTION_STRING, OFFSET(types), "SOURCE",
	  "where types come from: btf, dwarf, or auto (default), BTF and DWARF for what BTF lacks" },
	{ "force", 0, OPTION_FLAG, OFFSET(force), NULL, "accept symbol files that belong to another kernel" },
	{ "json", 0, OPTION_FLAG, OFFSET(json), NULL, "print JSON", .within = true },
	{ "output", 'o', OPTION_STRING, OFFSET(output), "FILE", "print to FILE", .within = true },
	{ "quiet", 'q', OPTION_FLAG, OFFSET(quiet), NULL, "print errors only, no notes", .within = true },
	{ "execute", 'e', OPTION_LIST, OFFSET(commands), "COMMANDS",
	  "run these commands, separated by ;, as a shell does; may be repeated" },
	{ "script", 0, OPTION_STRING, OFFSET(script), "FILE", "run the commands in the lines of FILE; -: of stdin" },
	{ "keep-going", 0, OPTION_FLAG, OFFSET(keep_going), NULL,
	  "with -e and --script: run what is behind a command that failed too" },
	{ "verbose", 'v', OPTION_FLAG, OFFSET(verbose), NULL, "tell what was opened and how long that took" },
};

const struct option_table option_global = { global_rows, sizeof(global_rows) / sizeof(global_rows[0]) };

bool options_init(struct options *options, int argc)
{
	size_t count = argc > 0 ? (size_t)argc : 1;

	memset(options, 0, sizeof(*options));
	options->cores.items = calloc(count, sizeof(*options->cores.items));
	options->symbols.items = calloc(count, sizeof(*options->symbols.items));
	options->commands.items = calloc(count, sizeof(*options->commands.items));
	options->prints.items = calloc(count, sizeof(*options->prints.items));
	return options->cores.items && options->symbols.items && options->commands.items && options->prints.items;
}

void options_deinit(struct options *options)
{
	free(options->cores.items);
	free(options->symbols.items);
	free(options->commands.items);
	free(options->prints.items);
	memset(options, 0, sizeof(*options));
}

/* What getopt_long() wants to know, from our tables. It returns LONG_BASE + the row's place for a long option. */
#define LONG_BASE 256

struct getopt_tables {
	const struct option_row *rows[OPTION_ROWS_MAX];
	struct option long_options[OPTION_ROWS_MAX + 1];
	char letters[2 + 2 * OPTION_ROWS_MAX + 1];
	size_t count;
};

static void getopt_tables_add(struct getopt_tables *tables, const struct option_table *table)
{
	char *letters = tables->letters + strlen(tables->letters);

	for (size_t i = 0; i < table->count && tables->count < OPTION_ROWS_MAX; i++) {
		const struct option_row *row = &table->rows[i];

		tables->long_options[tables->count] = (struct option){
			.name = row->name,
			.has_arg = row->argument ? required_argument : no_argument,
			.val = LONG_BASE + (int)tables->count,
		};
		tables->rows[tables->count++] = row;
		if (!row->letter)
			continue;
		*letters++ = row->letter;
		if (row->argument)
			*letters++ = ':';
	}
}

static const struct option_row *getopt_tables_find(const struct getopt_tables *tables, int value)
{
	if (value >= LONG_BASE && (size_t)(value - LONG_BASE) < tables->count)
		return tables->rows[value - LONG_BASE];
	for (size_t i = 0; i < tables->count; i++) {
		if (tables->rows[i]->letter && tables->rows[i]->letter == value)
			return tables->rows[i];
	}
	return NULL;
}

static void option_apply(struct options *options, const struct option_row *row, const char *argument)
{
	void *member = (char *)options + row->offset;
	struct option_list *list;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)member = true;
		break;
	case OPTION_STRING:
		*(const char **)member = argument;
		break;
	case OPTION_LIST:
		list = member;
		list->items[list->count++] = argument;
		break;
	}
}

static bool is_global(const struct option_row *row)
{
	return row >= option_global.rows && row < option_global.rows + option_global.count;
}

/* @got is what getopt_long() returned for an option it did not like, @word the word it stands in. */
static void option_complain(const struct getopt_tables *tables, int got, const char *word,
			    const struct messages *messages)
{
	const struct option_row *row = getopt_tables_find(tables, optopt);

	if (got == ':')
		message_error(messages, "option %s needs a value: %s", word, row ? row->argument : "");
	else if (row && optopt >= LONG_BASE)
		message_error(messages, "option --%s takes no value", row->name);
	else if (optopt)
		message_error(messages, "unknown option -%c (see -h)", optopt);
	else
		message_error(messages, "unknown or ambiguous option %s (see -h)", word);
}

int options_parse(struct options *options, const struct option_table *table, enum options_order order, int argc,
		  char **argv, const struct messages *messages)
{
	/* The first characters: stop or permute, and tell a missing value (':') from an unknown option ('?'). */
	struct getopt_tables tables = { .letters = ":" };
	const struct option_row *row;
	int got;

	if (order == OPTIONS_STOP)
		strcpy(tables.letters, "+:");
	getopt_tables_add(&tables, &option_global);
	if (table)
		getopt_tables_add(&tables, table);
	opterr = 0;
	optind = 0; /* glibc and musl: start afresh */
	while ((got = getopt_long(argc, argv, tables.letters, tables.long_options, NULL)) != -1) {
		row = getopt_tables_find(&tables, got);
		if (!row) {
			option_complain(&tables, got, argv[optind - 1], messages);
			return -1;
		}
		if (order == OPTIONS_WITHIN && is_global(row) && !row->within) {
			message_error(messages, "option --%s is for the command line: all is opened by now", row->name);
			return -1;
		}
		option_apply(options, row, optarg);
	}
	return optind;
}

/* The only option that begins with @name, or has it. */
static const struct option_row *find_name(const struct getopt_tables *tables, const char *name)
{
	const struct option_row *found = NULL;
	size_t length = strlen(name), count = 0;

	for (size_t i = 0; i < tables->count; i++) {
		if (strncmp(tables->rows[i]->name, name, length))
			continue;
		found = tables->rows[i];
		if (!found->name[length])
			return found;
		count++;
	}
	return count == 1 ? found : NULL;
}

bool options_wants_value(const struct option_table *table, const char *word)
{
	struct getopt_tables tables = { .letters = ":" };
	const struct option_row *row = NULL;

	getopt_tables_add(&tables, &option_global);
	getopt_tables_add(&tables, table);
	if (!strncmp(word, "--", 2)) {
		row = find_name(&tables, word + 2);
		return row && row->argument;
	}
	/* The first letter that takes a value takes what is left of the word, if there is something. */
	for (word++; *word; word++) {
		row = getopt_tables_find(&tables, *word);
		if (!row || row->argument)
			break;
	}
	return row && row->argument && !word[1];
}
