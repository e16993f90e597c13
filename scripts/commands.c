/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "commands.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TABLE(rows) { (rows), COUNT(rows) }

#define PRINT_ROW(name, member, help) { name, 0, OPTION_FLAG, offsetof(struct options, print.member), NULL, help }

/* How values are printed. */
#define PRINT_ROWS \
	PRINT_ROW("hex", hex, "integers as hexadecimal numbers"), \
	PRINT_ROW("octal", octal, "integers as octal numbers"), \
	{ "depth", 0, OPTION_STRING, offsetof(struct options, print.depth), "N", \
	  "show no more than N levels of structures in each other" }, \
	{ "width", 0, OPTION_STRING, offsetof(struct options, print.width), "N", \
	  "wrap lines at N columns, where that can be" }, \
	PRINT_ROW("chars", chars, "characters as 'A', not as numbers"), \
	PRINT_ROW("indices", indices, "each element of an array with its index"), \
	PRINT_ROW("element-type-names", element_type_names, "each element of an array with its type"), \
	PRINT_ROW("implicit-elements", implicit_elements, "the elements that are zero too"), \
	PRINT_ROW("members-same-line", members_same_line, "the members of a structure on one line"), \
	PRINT_ROW("no-dereference", no_dereference, "a pointer alone, without what it points to"), \
	PRINT_ROW("no-elements-same-line", no_elements_same_line, "each element of an array on a line"), \
	PRINT_ROW("no-implicit-members", no_implicit_members, "no members that are zero"), \
	PRINT_ROW("no-member-names", no_member_names, "members without their names"), \
	PRINT_ROW("no-member-type-names", no_member_type_names, "members without their types"), \
	PRINT_ROW("no-strings", no_strings, "pointers to characters without the string"), \
	PRINT_ROW("no-symbols", no_symbols, "pointers without the symbol they point to"), \
	PRINT_ROW("no-type-names", no_type_names, "the value without its type")

/* Of the listings of BPF objects. */
#define LISTING_ROWS \
	{ "show-details", 0, OPTION_FLAG, offsetof(struct options, show_details), NULL, \
	  "show more about each of them" }, \
	{ "where", 0, OPTION_STRING, offsetof(struct options, where), "EXPR", \
	  "only those for which the expression is not 0" }, \
	{ "print", 0, OPTION_LIST, offsetof(struct options, prints), "EXPR", \
	  "print the value of an expression, below the line of each; alone where one id is given; may be repeated" }, \
	{ "columns", 0, OPTION_STRING, offsetof(struct options, columns), "EXPR,...", \
	  "a table of the values of expressions instead of the lines" }

static const struct option_row listing_rows[] = { LISTING_ROWS, PRINT_ROWS };
static const struct option_row print_rows[] = { PRINT_ROWS };

static const struct option_row type_rows[] = {
	{ "offsets", 0, OPTION_FLAG, offsetof(struct options, offsets), NULL,
	  "tell where each member lies, with holes and cache lines" },
	{ "grep", 0, OPTION_STRING, offsetof(struct options, grep), "REGEX",
	  "list the types whose names match an extended regular expression" },
	{ "member", 0, OPTION_STRING, offsetof(struct options, member), "NAME",
	  "list the structures that have a member of this name" },
};

static const struct option_row ps_rows[] = {
	{ "threads", 'T', OPTION_FLAG, offsetof(struct options, threads), NULL, "show all threads of a process" },
};

#define LOG_OFFSET(member) offsetof(struct options, log.member)

static const struct option_row log_rows[] = {
	{ "level", 'l', OPTION_STRING, LOG_OFFSET(level), "LIST",
	  "only records of these levels: emerg, alert, crit, err, warn, notice, info, debug" },
	{ "facility", 0, OPTION_STRING, LOG_OFFSET(facility), "LIST",
	  "only records of these facilities: kern, user, daemon and the others of syslog" },
	{ "ctime", 'T', OPTION_FLAG, LOG_OFFSET(ctime), NULL, "show the wall clock, in the time zone of this machine" },
	{ "decode", 'x', OPTION_FLAG, LOG_OFFSET(decode), NULL, "show facility and level" },
	{ "caller", 0, OPTION_FLAG, LOG_OFFSET(caller), NULL, "show who called: T and a task's id, or C and a CPU's" },
	{ "force-prefix", 'P', OPTION_FLAG, LOG_OFFSET(force_prefix), NULL,
	  "show all this before each line of a record, not before the first alone" },
};

static const struct option_row bt_rows[] = {
	{ "all-cpus", 'a', OPTION_FLAG, offsetof(struct options, all_cpus), NULL,
	  "what each CPU ran, the one that panicked first" },
	{ "cpu", 0, OPTION_STRING, offsetof(struct options, cpu), "N", "what this CPU ran" },
	{ "all-tasks", 0, OPTION_FLAG, offsetof(struct options, all_tasks), NULL, "every task" },
};

const struct command command_table[] = {
	{
		.names = { "prog", "p" },
		.summary = "list BPF programs",
		.description = "List BPF programs, their full names and what they are attached to. In the expressions of --where, "
			       "--print and --columns (see print -h), prog is the struct bpf_prog *, aux its struct "
			       "bpf_prog_aux *, and id a number.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "id",
		.argument_noun = "program id",
		.argument_help = "only the programs with these ids",
		.options = TABLE(listing_rows),
		.run = cmd_prog,
	},
	{
		.names = { "map", "m" },
		.summary = "list BPF maps",
		.description = "List BPF maps. In the expressions of --where, --print and --columns (see print -h), map is the struct "
			       "bpf_map *, and id a number; container_of(map, struct bpf_htab, map) is what a type of map "
			       "has beyond that.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "id",
		.argument_noun = "map id",
		.argument_help = "only the maps with these ids",
		.options = TABLE(listing_rows),
		.run = cmd_map,
	},
	{
		.names = { "link", "l" },
		.summary = "list BPF links",
		.description = "List BPF links and the programs they hold. In the expressions of --where, --print and --columns (see "
			       "print -h), link is the struct bpf_link *, prog and aux those of its program (0 where it "
			       "has none), id and prog_id are numbers.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "id",
		.argument_noun = "link id",
		.argument_help = "only the links with these ids",
		.options = TABLE(listing_rows),
		.run = cmd_link,
	},
	{
		.names = { "info" },
		.summary = "tell what was opened",
		.description = "Tell what was opened: the dump's format, the kernel, where types and symbols came "
			       "from.",
		.run = cmd_info,
	},
	{
		.names = { "bt" },
		.summary = "show backtraces",
		.description = "Show what a CPU or a task was doing: the functions it was in, with the BPF programs and "
			       "their source lines. Without an argument, what ran where the kernel panicked; on all CPUs "
			       "where it did not. A question mark stands before what is not certain.",
		.arguments = ARGUMENTS_IDS,
		.argument_name = "pid",
		.argument_noun = "pid",
		.argument_help = "the tasks with these pids; 0: the idle tasks",
		.options = TABLE(bt_rows),
		.run = cmd_bt,
	},
	{
		.names = { "check" },
		.summary = "tell what is known of a kernel's layout",
		.description = "Resolve every structure, field and symbol that the commands rely on, and tell how. "
			       "Without FILE, for the opened dump.",
		.arguments = ARGUMENTS_FILE,
		.argument_name = "FILE",
		.argument_noun = "file",
		.argument_help = "a vmlinux or a bare BTF blob to check instead of a dump",
		.core = CORE_WITHOUT_ARGUMENTS,
		.run = cmd_check,
	},
	{
		.names = { "shell" },
		.summary = "type commands, one after the other",
		.description = "Read commands from the terminal and run them: the same as on the command line, with "
			       "history, completion by the Tab key, and Ctrl-C, which ends a command and not the "
			       "shell. help tells more there. What is longer than the screen goes to $PAGER. Where "
			       "stdin is no terminal, its lines are run as a script's.",
		.outermost = true,
		.run = cmd_shell,
	},
	{
		.names = { "help" },
		.summary = "explain commands",
		.description = "Explain commands, or the program; within a shell, list what can be typed there.",
		.arguments = ARGUMENTS_NAMES,
		.argument_name = "COMMAND",
		.argument_noun = "command",
		.argument_help = "what to explain",
		.core = CORE_NEVER,
		.completes = COMPLETES_COMMANDS,
		.run = cmd_help,
	},
	{
		.names = { "sym" },
		.summary = "list or find symbols",
		.description = "List the symbols of the kernel, its modules and its BPF images, as /proc/kallsyms does, or "
			       "those of a name, or the one that holds an address.",
		.arguments = ARGUMENTS_NAMES,
		.argument_name = "NAME|ADDRESS",
		.argument_noun = "symbol",
		.argument_help = "a name, or an address in hexadecimal",
		.completes = COMPLETES_SYMBOLS,
		.run = cmd_sym,
	},
	{
		.names = { "type" },
		.summary = "show definitions of types",
		.description = "Show how the kernel defines its types: struct, union and enum, typedefs. All different "
			       "definitions of a name are shown.",
		.arguments = ARGUMENTS_NAMES,
		.argument_name = "NAME|EXPR",
		.argument_noun = "type",
		.argument_help = "a type, such as 'struct bpf_prog'; without a keyword before it, of any kind; or an "
				 "expression, for the type of its value",
		.options = TABLE(type_rows),
		.text = TEXT_REST,
		.completes = COMPLETES_TYPES,
		.run = cmd_type,
	},
	{
		.names = { "print" },
		.summary = "print the values of C expressions",
		.description = "Print the values of C expressions over the kernel's memory, in drgn's form. There are no "
			       "assignments and no calls, but the functions offsetof, container_of, per_cpu(variable, cpu), "
			       "per_cpu_ptr(pointer, cpu), and those that yield a value for each element: "
			       "list(head, type, member), hlist(head, type, member), "
			       "rbtree(root, type, member), idr(idr, type), xarray(xarray, type), array(pointer, count). "
			       "Behind an argument --, an expression may start with a minus sign.",
		.arguments = ARGUMENTS_TEXTS,
		.argument_name = "EXPR",
		.argument_noun = "expression",
		.argument_help = "an expression, such as '*(struct idr *)&prog_idr'",
		.options = TABLE(print_rows),
		.text = TEXT_REST,
		.completes = COMPLETES_EXPRESSIONS,
		.run = cmd_print,
	},
	{
		.names = { "read" },
		.summary = "show memory as bytes",
		.description = "Show LEN bytes of memory in hexadecimal and ASCII, from an address on: a symbol, or an "
			       "expression that is an address, a pointer or an object.",
		.arguments = ARGUMENTS_TEXTS,
		.argument_name = "ADDRESS LEN",
		.argument_noun = "address",
		.argument_help = "where to begin, and how many bytes to show",
		.text = TEXT_AND_WORD,
		.completes = COMPLETES_EXPRESSIONS,
		.run = cmd_read,
	},
	{
		.names = { "string" },
		.summary = "show strings",
		.description = "Show the string at an address, up to its NUL: a symbol, or an expression that is an "
			       "address, a pointer or an object.",
		.arguments = ARGUMENTS_TEXTS,
		.argument_name = "ADDRESS",
		.argument_noun = "address",
		.argument_help = "where the string is",
		.text = TEXT_REST,
		.completes = COMPLETES_EXPRESSIONS,
		.run = cmd_string,
	},
	{
		.names = { "vtop" },
		.summary = "translate addresses to physical ones",
		.description = "Translate virtual addresses to physical ones, and show the entry of each page table on "
			       "the way.",
		.arguments = ARGUMENTS_TEXTS,
		.argument_name = "ADDRESS",
		.argument_noun = "address",
		.argument_help = "a symbol, or an expression that is an address, a pointer or an object",
		.text = TEXT_REST,
		.completes = COMPLETES_EXPRESSIONS,
		.run = cmd_vtop,
	},
	{
		.names = { "log", "dmesg" },
		.summary = "show the kernel log",
		.description = "Show the kernel log as dmesg does, with what was said last before a crash.",
		.options = TABLE(log_rows),
		.run = cmd_log,
	},
	{
		.names = { "mods", "lsmod" },
		.summary = "list modules",
		.description = "List the modules of the kernel, and those that hide: not on the list of modules, not "
			       "in /sys/module, or not found by their address.",
		.run = cmd_mods,
	},
	{
		.names = { "ps" },
		.summary = "list tasks",
		.description = "List the tasks of the kernel, and those that hide: not in the table of PIDs or not on "
			       "the lists of tasks. A > stands before a task that was running.",
		.arguments = ARGUMENTS_NAMES,
		.argument_name = "PID|NAME",
		.argument_noun = "task",
		.argument_help = "only the tasks with this PID, name, or address with 0x",
		.options = TABLE(ps_rows),
		.run = cmd_ps,
	},
};

const size_t command_count = COUNT(command_table);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		for (size_t j = 0; j < COMMAND_NAMES_MAX && command_table[i].names[j]; j++) {
			if (!strcmp(command_table[i].names[j], name))
				return &command_table[i];
		}
	}
	return NULL;
}

/* How many insertions, deletions and replacements lead from @a to @b; WORD_MAX for words longer than that. */
#define WORD_MAX 16

static size_t edit_distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	size_t distance[WORD_MAX + 1][WORD_MAX + 1];

	if (rows > WORD_MAX || columns > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= rows; i++) {
		for (size_t j = 0; j <= columns; j++) {
			size_t best;

			if (!i || !j) {
				distance[i][j] = i + j;
				continue;
			}
			best = distance[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (distance[i - 1][j] + 1 < best)
				best = distance[i - 1][j] + 1;
			if (distance[i][j - 1] + 1 < best)
				best = distance[i][j - 1] + 1;
			distance[i][j] = best;
		}
	}
	return distance[rows][columns];
}

const char *command_guess(const char *name)
{
	const char *guess = NULL;
	size_t best = 3; /* at most two edits, and at most half of the word */

	for (size_t i = 0; i < command_count; i++) {
		const char *candidate = command_table[i].names[0];
		size_t distance = edit_distance(name, candidate);

		if (distance < best && 2 * distance <= strlen(candidate)) {
			best = distance;
			guess = candidate;
		}
	}
	return guess;
}
