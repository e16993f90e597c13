/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From an address to the unit that has it. .debug_aranges lists the code of each unit (and its data, where clang wrote
 * it); without that section the units' own DIEs are asked.
 */
#include <dwarf.h>
#include <string.h>

#include "base/error.h"
#include "dwarf_cursor.h"
#include "dwarf_scope.h"
#include "table.h"

/* The address that the kernel's @address has in the file. */
static uint64_t file_address(const struct dwarf_scope *scope, uint64_t address)
{
	return address >> 63 ? address - scope->offset : address;
}

/* Looks through one set of .debug_aranges, which @cursor is at, up to its terminator. */
static bool set_has_address(struct dwarf_cursor *cursor, const uint8_t *start, uint64_t address, unsigned int size)
{
	size_t header = (size_t)(cursor->at - start), tuple = 2 * size;

	dwarf_skip(cursor, (tuple - header % tuple) % tuple);
	while (!cursor->failed && cursor->at < cursor->end) {
		uint64_t begin = dwarf_number(cursor, size), length = dwarf_number(cursor, size);

		if (!begin && !length)
			return false;
		if (address >= begin && address - begin < length)
			return true;
	}
	return false;
}

/* The offset of the unit at @address by .debug_aranges; UINT64_MAX: it has none. */
static uint64_t unit_by_aranges(const struct dwarf_section *aranges, uint64_t address)
{
	struct dwarf_cursor all = { aranges->bytes, aranges->bytes + aranges->size };

	while (all.at < all.end) {
		const uint8_t *start = all.at;
		unsigned int offset_size = 4;
		uint64_t length = dwarf_number(&all, 4), unit;
		struct dwarf_cursor set;
		unsigned int size;

		if (length == 0xffffffff) {
			offset_size = 8;
			length = dwarf_number(&all, 8);
		}
		set = all;
		dwarf_skip(&all, length);
		if (all.failed)
			break;
		set.end = all.at;
		dwarf_skip(&set, 2); /* the version */
		unit = dwarf_number(&set, offset_size);
		size = (unsigned int)dwarf_number(&set, 1);
		dwarf_skip(&set, 1); /* segments, which no kernel has */
		if ((size == 4 || size == 8) && set_has_address(&set, start, address, size))
			return unit;
	}
	return UINT64_MAX;
}

/* The same by asking each unit's DIE. */
static uint64_t unit_by_ranges(Dwarf *dwarf, uint64_t address)
{
	Dwarf_CU *at = NULL;
	Dwarf_Die die;

	while (!dwarf_get_units(dwarf, at, &at, NULL, NULL, &die, NULL)) {
		int tag = dwarf_tag(&die);

		if ((tag == DW_TAG_compile_unit || tag == DW_TAG_skeleton_unit) && dwarf_haspc(&die, address) == 1)
			return dwarf_dieoffset(&die) - dwarf_cuoffset(&die);
	}
	return UINT64_MAX;
}

/* What is looked for in one unit. */
struct search {
	const char *name;
	VEC(uint32_t) ids;
	bool failed;
};

static bool keep_named(void *data, const struct dwarf_unit *unit, const struct dwarf_entry *entry)
{
	struct search *search = data;

	if (!strcmp(entry->name, search->name))
		search->failed = !vec_push(&search->ids, (uint32_t)dwarf_die_id(unit->section, entry->offset));
	return !search->failed;
}

/* Looks through the units of @section from @offset on: one, or, of a .dwo file, all. */
static struct inspect_error *search_units(struct dwarf_scanner *scanner, const struct dwarf_section *section,
					  uint64_t offset, struct search *search)
{
	struct inspect_error *error = NULL;
	struct dwarf_unit unit = { 0 };

	do {
		error = dwarf_unit_read(section, offset, &unit);
		if (!error)
			error = dwarf_scan(scanner, &unit, keep_named, search);
		offset = unit.end;
	} while (!error && !search->failed && section->file->is_split && offset < section->size);
	return !error && search->failed ? &error_nomem : error;
}

/* Looks through the .dwo file of the unit at @offset. */
static struct inspect_error *search_split(struct dwarf_scope *scope, uint64_t offset, struct dwarf_scanner *scanner,
					  struct search *search)
{
	struct dwarf_part *part;
	struct dwarf_unit unit;
	struct inspect_error *error = dwarf_unit_read(&dwarf_scope_sections(scope)->info, offset, &unit);

	if (!error)
		error = dwarf_parts_add_unit(&scope->parts, unit.first, &part);
	if (!error)
		error = search_units(scanner, &part->sections.info, 0, search);
	return error || !part->sections.types.size ? error : search_units(scanner, &part->sections.types, 0, search);
}

static struct inspect_error *search_unit(struct dwarf_scope *scope, uint64_t offset, enum dwarf_interest interest,
					 struct search *search)
{
	const struct dwarf_section *info = &dwarf_scope_sections(scope)->info;
	struct dwarf_scanner scanner;
	struct inspect_error *error;

	if (offset >= info->size)
		return error_create(INSPECT_ERROR_FORMAT, ".debug_aranges names no unit");
	dwarf_scanner_init(&scanner, interest);
	error = search_units(&scanner, info, offset, search);
	if (!error && scanner.met_skeleton)
		error = search_split(scope, offset, &scanner, search);
	dwarf_scanner_deinit(&scanner);
	return error;
}

/* Appends what the unit at @offset has under @name, of @kinds. */
static struct inspect_error *find_in_unit(struct dwarf_scope *scope, uint64_t offset, enum dwarf_interest interest,
					  const char *name, unsigned int kinds, struct type_list *list)
{
	struct search search = { .name = name };
	struct inspect_error *error = search_unit(scope, offset, interest, &search);

	for (size_t i = 0; i < search.ids.count && !error; i++) {
		struct type *type;

		error = dwarf_scope_by_id(&scope->scope, search.ids.items[i], &type);
		if (!error && TYPE_BIT(type->kind) & kinds && !vec_push(list, type))
			error = &error_nomem;
	}
	vec_deinit(&search.ids);
	return error;
}

static uint64_t unit_at(const struct dwarf_scope *scope, uint64_t address)
{
	const struct dwarf_section *aranges = &dwarf_scope_sections(scope)->aranges;

	if (aranges->size)
		return unit_by_aranges(aranges, address);
	return unit_by_ranges(scope->dwarf, address);
}

struct inspect_error *dwarf_scope_unit_at(struct dwarf_scope *scope, uint64_t address, uint64_t *place_ret,
					  Dwarf_Die *unit_ret, bool *found_ret)
{
	struct inspect_error *error = dwarf_scope_load(scope);
	const struct dwarf_section *info;
	struct dwarf_unit unit;
	uint64_t offset;

	*found_ret = false;
	if (error)
		return error;
	*place_ret = file_address(scope, address);
	offset = unit_at(scope, *place_ret);
	if (offset == UINT64_MAX)
		return NULL;
	info = &dwarf_scope_sections(scope)->info;
	if (offset >= info->size)
		return error_create(INSPECT_ERROR_FORMAT, ".debug_aranges names no unit");
	error = dwarf_unit_read(info, offset, &unit);
	if (!error)
		error = dwarf_scope_die(scope, (uint32_t)dwarf_die_id(info, unit.first), unit_ret);
	*found_ret = !error;
	return error;
}

struct inspect_error *dwarf_scope_find_at(struct scope *base, uint64_t address, const char *name, unsigned int kinds,
					  struct type_list *list)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	struct inspect_error *error = dwarf_scope_load(scope);
	uint64_t offset;

	if (error)
		return error;
	offset = unit_at(scope, file_address(scope, address));
	if (offset == UINT64_MAX)
		return NULL;
	if (kinds & DWARF_TYPE_NAMES)
		error = find_in_unit(scope, offset, DWARF_TYPES, name, kinds, list);
	if (!error && kinds & DWARF_ENTRY_NAMES)
		error = find_in_unit(scope, offset, DWARF_ENTRIES, name, kinds, list);
	return error_context(error, "%s", base->name);
}

/* Whether DW_AT_location of a variable's DIE is one address, and which. */
static bool variable_address(Dwarf_Die *die, uint64_t *address_ret)
{
	Dwarf_Attribute attribute, operand;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_attr(die, DW_AT_location, &attribute) || dwarf_getlocation(&attribute, &ops, &count) || count != 1)
		return false;
	if (ops->atom == DW_OP_addr) {
		*address_ret = ops->number;
		return true;
	}
	if (ops->atom != DW_OP_addrx && ops->atom != DW_OP_GNU_addr_index)
		return false;
	return !dwarf_getlocation_attr(&attribute, ops, &operand) && !dwarf_formaddr(&operand, address_ret);
}

/* Of the variables in @list, the one at @address, or the only definition where @address is 0. */
static struct inspect_error *choose_variable(struct dwarf_scope *scope, const struct type_list *list, uint64_t address,
					     struct type **type_ret)
{
	struct type *chosen = NULL;
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct inspect_error *error;
		uint64_t place;
		Dwarf_Die die;

		if (list->items[i]->is_declaration)
			continue;
		error = dwarf_scope_die(scope, list->items[i]->id, &die);
		if (error)
			return error;
		if (!variable_address(&die, &place) || (address && place != address))
			continue;
		chosen = list->items[i];
		count++;
	}
	if (count > 1 && !address)
		return error_create(INSPECT_ERROR_LOOKUP, "%zu variables have the name %s; their addresses tell them apart",
				    count, chosen->name);
	*type_ret = chosen;
	return NULL;
}

struct inspect_error *dwarf_scope_variable(struct scope *base, const char *name, uint64_t address,
					   struct type **type_ret)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	uint64_t place = file_address(scope, address);
	struct type_list list = { 0 };
	struct inspect_error *error;
	struct type *found = NULL;

	/* gcc's .debug_aranges has no data, so that mostly the index has to be asked. */
	error = address ? scope_find_at(base, address, name, TYPE_BIT(TYPE_VARIABLE), &list) : NULL;
	if (!error)
		error = choose_variable(scope, &list, place, &found);
	if (!error && !found) {
		list.count = 0;
		error = scope_find(base, name, TYPE_BIT(TYPE_VARIABLE), &list);
		if (!error)
			error = choose_variable(scope, &list, place, &found);
	}
	vec_deinit(&list);
	if (!error)
		*type_ret = found;
	return error_context(error, "%s", base->name);
}

/* The kernel's address of what has @address in the file. */
static uint64_t kernel_address(const struct dwarf_scope *scope, uint64_t address)
{
	return address >> 63 ? address + scope->offset : address;
}

/*
 * The source file that @die was declared in; NULL: it does not say, or the unit's line table cannot be read.
 * dwarf_decl_file() asserts that it can.
 */
static const char *declaring_file(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die unit;
	Dwarf_Files *files;
	Dwarf_Word number;
	size_t count;

	/*
	 * The attribute may be a declaration's in another unit, where dwz put it, and the number is of that unit's
	 * table.
	 */
	if (dwarf_formudata(dwarf_attr_integrate(die, DW_AT_decl_file, &attribute), &number) ||
	    !dwarf_cu_die(attribute.cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL) ||
	    dwarf_getsrcfiles(&unit, &files, &count) || number >= count)
		return NULL;
	return dwarf_filesrc(files, number, NULL, NULL);
}

struct inspect_error *dwarf_scope_place(struct scope *base, struct type *entry, struct scope_place *place_ret,
					bool *found_ret)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	Dwarf_Die die, unit;
	uint64_t address;
	struct inspect_error *error = dwarf_scope_die(scope, entry->id, &die);

	if (error)
		return error;
	if (entry->is_declaration ||
	    (entry->kind == TYPE_VARIABLE ? !variable_address(&die, &address) : dwarf_lowpc(&die, &address) != 0))
		return NULL;
	*place_ret = (struct scope_place){
		.file = declaring_file(&die),
		.unit = dwarf_diecu(&die, &unit, NULL, NULL) ? dwarf_diename(&unit) : NULL,
		.address = kernel_address(scope, address),
	};
	*found_ret = true;
	return NULL;
}
