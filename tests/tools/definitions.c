/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * definitions VMLINUX: what a file's DWARF defines at the top level of its units, by a plain walk with libdw, for tests
 * that compare ours with it. A line each, fields separated by tabs:
 *
 *     struct|union|enum|typedef NAME FILE LINE    once for each place where one is defined
 *     variable NAME FILE LINE                     once for each definition that has an address or a value
 *     function NAME FILE LINE                     once for each definition
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <search.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static const char *keyword(int tag)
{
	switch (tag) {
	case DW_TAG_structure_type:
		return "struct";
	case DW_TAG_union_type:
		return "union";
	case DW_TAG_enumeration_type:
		return "enum";
	case DW_TAG_typedef:
		return "typedef";
	case DW_TAG_variable:
		return "variable";
	case DW_TAG_subprogram:
		return "function";
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Whether @line was not seen before; it is remembered. */
static bool is_new(void **seen, const char *line)
{
	char *copy = strdup(line);
	char **found = copy ? tsearch(copy, seen, compare) : NULL;

	if (!found)
		exit(1);
	if (*found == copy)
		return true;
	free(copy);
	return false;
}

static void show(Dwarf_Die *die, void **seen)
{
	const char *word = keyword(dwarf_tag(die)), *name, *file;
	bool is_variable = dwarf_tag(die) == DW_TAG_variable;
	Dwarf_Attribute attribute;
	_cleanup_free_ char *text = NULL;
	int line = 0;

	if (!word || dwarf_hasattr(die, DW_AT_declaration) ||
	    (is_variable && !dwarf_hasattr(die, DW_AT_location) && !dwarf_hasattr(die, DW_AT_const_value)))
		return;
	name = dwarf_attr_integrate(die, DW_AT_name, &attribute) ? dwarf_formstring(&attribute) : NULL;
	if (!name)
		return;
	file = dwarf_decl_file(die);
	dwarf_decl_line(die, &line);
	if (asprintf(&text, "%s\t%s\t%s\t%d", word, name, file ? file : "", line) < 0)
		exit(1);
	if (is_variable || is_new(seen, text))
		puts(text);
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	Dwarf *dwarf = fd < 0 ? NULL : dwarf_begin(fd, DWARF_C_READ);
	Dwarf_CU *unit = NULL;
	void *seen = NULL;
	Dwarf_Die die;

	if (!dwarf) {
		fprintf(stderr, "definitions: no DWARF to read\n");
		return 1;
	}
	while (!dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL)) {
		Dwarf_Die child;

		if (dwarf_child(&die, &child))
			continue;
		do
			show(&child, &seen);
		while (!dwarf_siblingof(&child, &child));
	}
	return 0;
}
