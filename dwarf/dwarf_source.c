/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which source line an address is in, and of which inlined functions. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "dwarf_scope.h"

/* Of DW_AT_call_file's numbers. */
static const char *call_file(Dwarf_Die *unit, Dwarf_Die *die)
{
	Dwarf_Files *files;
	size_t count;
	bool found;
	uint64_t number = dwarf_unsigned(die, DW_AT_call_file, &found);

	if (!found || dwarf_getsrcfiles(unit, &files, &count) || number >= count)
		return NULL;
	return dwarf_filesrc(files, (size_t)number, NULL, NULL);
}

/* The DIEs around @address, from the innermost out, as they are nested in the code. Returns how many; free() them. */
static int nested_scopes(Dwarf_Die *unit, uint64_t address, Dwarf_Die **scopes_ret)
{
	/* These go on, behind an inlined function, with what is around its definition. */
	_cleanup_free_ Dwarf_Die *scopes = NULL;

	if (dwarf_getscopes(unit, address, &scopes) <= 0)
		return 0;
	return dwarf_getscopes_die(&scopes[0], scopes_ret);
}

/* Takes the functions among @scopes. Each has its line from what is in it: the address, or a call that was inlined. */
static size_t take_functions(Dwarf_Die *unit, Dwarf_Die *scopes, int scope_count, uint64_t address,
			     struct scope_function *functions, size_t max)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	struct scope_function next = { .file = line ? dwarf_linesrc(line, NULL, NULL) : NULL };
	size_t count = 0;
	int number;

	if (line && !dwarf_lineno(line, &number) && number > 0)
		next.line = (uint32_t)number;
	for (int i = 0; i < scope_count && count < max; i++) {
		int tag = dwarf_tag(&scopes[i]);
		Dwarf_Attribute name;
		bool found;

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		next.name = dwarf_attr_integrate(&scopes[i], DW_AT_name, &name) ? dwarf_formstring(&name) : NULL;
		next.is_inlined = tag == DW_TAG_inlined_subroutine;
		functions[count++] = next;
		if (!next.is_inlined)
			break;
		next.file = call_file(unit, &scopes[i]);
		next.line = (uint32_t)dwarf_unsigned(&scopes[i], DW_AT_call_line, &found);
	}
	/* An assembler's units have lines without functions. */
	if (!count && next.file && max)
		functions[count++] = next;
	return count;
}

struct inspect_error *dwarf_scope_functions(struct scope *base, uint64_t address, struct scope_function *functions,
					    size_t max, size_t *count_ret)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	_cleanup_free_ Dwarf_Die *scopes = NULL;
	struct inspect_error *error;
	uint64_t place;
	bool found;
	Dwarf_Die unit;
	int count;

	*count_ret = 0;
	error = dwarf_scope_unit_at(scope, address, &place, &unit, &found);
	if (error || !found)
		return error_context(error, "%s", base->name);
	count = nested_scopes(&unit, place, &scopes);
	*count_ret = take_functions(&unit, scopes, count, place, functions, max);
	return NULL;
}
