/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_unit.h"

#include <dwarf.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/vec.h"
#include "dwarf_abbrev.h"
#include "dwarf_cursor.h"

struct inspect_error *dwarf_unit_read(const struct dwarf_section *section, uint64_t offset, struct dwarf_unit *unit_ret)
{
	struct dwarf_cursor cursor = { section->bytes + offset, section->bytes + section->size };
	struct dwarf_unit unit = { .section = section, .start = offset, .offset_size = 4 };
	uint64_t length = dwarf_number(&cursor, 4);
	uint8_t type = DW_UT_compile;

	if (length == 0xffffffff) {
		unit.offset_size = 8;
		length = dwarf_number(&cursor, 8);
	}
	if (cursor.failed || length > (uint64_t)(cursor.end - cursor.at))
		return error_create(INSPECT_ERROR_FORMAT, "the unit at 0x%llx is cut off", (unsigned long long)offset);
	cursor.end = cursor.at + length;
	unit.end = (uint64_t)(cursor.end - section->bytes);
	unit.version = (uint8_t)dwarf_number(&cursor, 2);
	if (unit.version < 2 || unit.version > 5)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "the unit at 0x%llx is DWARF %u; 2 to 5 are known",
				    (unsigned long long)offset, unit.version);
	if (unit.version == 5) {
		type = (uint8_t)dwarf_number(&cursor, 1);
		unit.address_size = (uint8_t)dwarf_number(&cursor, 1);
		unit.abbreviations = dwarf_number(&cursor, unit.offset_size);
	} else {
		unit.abbreviations = dwarf_number(&cursor, unit.offset_size);
		unit.address_size = (uint8_t)dwarf_number(&cursor, 1);
	}
	if (type == DW_UT_type || type == DW_UT_split_type || section->is_type_units)
		dwarf_skip(&cursor, 8 + unit.offset_size);
	else if (type == DW_UT_skeleton || type == DW_UT_split_compile)
		dwarf_skip(&cursor, 8);
	if (cursor.failed || (unit.address_size != 4 && unit.address_size != 8))
		return error_create(INSPECT_ERROR_FORMAT, "the unit at 0x%llx has a damaged header",
				    (unsigned long long)offset);
	unit.first = (uint64_t)(cursor.at - section->bytes);
	*unit_ret = unit;
	return NULL;
}

void dwarf_scanner_init(struct dwarf_scanner *scanner, enum dwarf_interest interest)
{
	*scanner = (struct dwarf_scanner){ .interest = interest };
}

void dwarf_scanner_deinit(struct dwarf_scanner *scanner)
{
	vec_deinit(&scanner->table);
	vec_deinit(&scanner->steps);
	if (scanner->other)
		dwarf_scanner_deinit(scanner->other);
	free(scanner->other);
	scanner->other = NULL;
}

/* What was read of one DIE. */
struct die {
	const struct dwarf_abbreviation *abbreviation; /* NULL: the end of a list of children */
	uint64_t values[DWARF_SLOTS + 1];              /* of what abbreviation->forms has; the last is not asked for */
};

/* The scan of one unit. */
struct scan {
	struct dwarf_scanner *scanner;
	const struct dwarf_unit *unit;
	struct dwarf_cursor cursor;
	uint64_t string_base;
	bool is_nested;        /* types are below the structs they were written in */
	uint16_t unknown_form; /* why the cursor failed, 0: the unit is too short */
};

static uint64_t read_string_offset(struct scan *scan, struct dwarf_cursor *cursor)
{
	const char *string = (const char *)cursor->at;

	dwarf_skip_string(cursor);
	return (uint64_t)(string - (const char *)scan->unit->section->bytes);
}

/* The value of an attribute whose form does not tell its length: for strings, where they are; for blocks nothing. */
static uint64_t read_variable(struct scan *scan, struct dwarf_cursor *cursor, unsigned int form)
{
	uint32_t size;

	switch (form) {
	case DW_FORM_string:
		return read_string_offset(scan, cursor);
	case DW_FORM_udata:
	case DW_FORM_sdata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		return dwarf_uleb(cursor);
	case DW_FORM_block:
	case DW_FORM_exprloc:
		dwarf_skip(cursor, dwarf_uleb(cursor));
		return 0;
	case DW_FORM_block1:
		dwarf_skip(cursor, dwarf_number(cursor, 1));
		return 0;
	case DW_FORM_block2:
		dwarf_skip(cursor, dwarf_number(cursor, 2));
		return 0;
	case DW_FORM_block4:
		dwarf_skip(cursor, dwarf_number(cursor, 4));
		return 0;
	}
	if (dwarf_form_size(form, scan->unit, &size)) {
		dwarf_skip(cursor, size);
	} else {
		scan->unknown_form = (uint16_t)form;
		dwarf_skip(cursor, UINT64_MAX);
	}
	return 0;
}

/* Reads the DIE at the cursor; false where it is damaged. */
static bool read_die(struct scan *scan, struct dwarf_cursor *cursor, struct die *die)
{
	const struct dwarf_scanner *scanner = scan->scanner;
	const struct dwarf_step *step, *end;
	uint64_t code = dwarf_uleb(cursor);

	die->abbreviation = NULL;
	if (!code)
		return !cursor->failed;
	if (code > scanner->table.count || !scanner->table.items[code - 1].tag) {
		dwarf_skip(cursor, UINT64_MAX);
		return false;
	}
	die->abbreviation = &scanner->table.items[code - 1];
	step = scanner->steps.items + die->abbreviation->first;
	for (end = step + die->abbreviation->count; step < end; step++) {
		switch (step->how) {
		case DWARF_SKIP:
			dwarf_skip(cursor, step->length);
			break;
		case DWARF_FIXED:
			die->values[step->slot] = dwarf_number(cursor, step->length);
			break;
		case DWARF_CONSTANT:
			die->values[step->slot] = step->value;
			break;
		default:
			die->values[step->slot] = read_variable(scan, cursor, step->form);
			break;
		}
	}
	return !cursor->failed;
}

static const char *string_at(const struct dwarf_section *section, uint64_t offset)
{
	return offset < section->size ? (const char *)section->bytes + offset : NULL;
}

static const char *indexed_string(const struct scan *scan, uint64_t index)
{
	const struct dwarf_sections *sections = scan->unit->section->file;
	const struct dwarf_section *offsets = &sections->str_offsets;
	unsigned int size = scan->unit->offset_size;
	struct dwarf_cursor cursor = { offsets->bytes, offsets->bytes + offsets->size };

	if (index > offsets->size)
		return NULL;
	dwarf_skip(&cursor, scan->string_base);
	dwarf_skip(&cursor, index * size);
	index = dwarf_number(&cursor, size);
	return cursor.failed ? NULL : string_at(&sections->str, index);
}

/* NULL where the DIE has no such string. */
static const char *die_string(const struct scan *scan, const struct die *die, enum dwarf_slot slot)
{
	const struct dwarf_sections *sections = scan->unit->section->file;
	uint64_t value = die->values[slot];

	switch (die->abbreviation->forms[slot]) {
	case DW_FORM_string:
		return string_at(scan->unit->section, value);
	case DW_FORM_strp:
		return string_at(&sections->str, value);
	case DW_FORM_line_strp:
		return string_at(&sections->line_str, value);
	case DW_FORM_GNU_strp_alt:
	case DW_FORM_strp_sup:
		return sections->alternate ? string_at(&sections->alternate->str, value) : NULL;
	case DW_FORM_strx:
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4:
	case DW_FORM_GNU_str_index:
		return indexed_string(scan, value);
	}
	return NULL;
}

/* Where a reference leads to that stays in its unit and goes past its header; NULL for all others. */
static const uint8_t *reference(const struct scan *scan, const struct die *die, enum dwarf_slot slot)
{
	const struct dwarf_unit *unit = scan->unit;
	uint64_t value = die->values[slot];

	switch (die->abbreviation->forms[slot]) {
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8:
	case DW_FORM_ref_udata:
		if (value >= unit->first - unit->start && value < unit->end - unit->start)
			return unit->section->bytes + unit->start + value;
	}
	return NULL;
}

/* The number of the DIE that a reference out of its unit leads to; false for all others. */
static bool foreign_id(const struct scan *scan, const struct die *die, enum dwarf_slot slot, uint64_t *id_ret)
{
	const struct dwarf_sections *file = scan->unit->section->file;

	switch (die->abbreviation->forms[slot]) {
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_ref_sup4:
	case DW_FORM_ref_sup8:
		file = file->alternate;
		/* fall through */
	case DW_FORM_ref_addr:
		if (!file || die->values[slot] >= file->info.size)
			return false;
		*id_ret = file->info.first_id + die->values[slot];
		return true;
	}
	return false;
}

/* The unit that has the DIE of number @id, or NULL. */
static const struct dwarf_unit *unit_with(const struct dwarf_scanner *scanner, uint64_t id)
{
	const struct dwarf_unit *unit = NULL;
	size_t low = 0, high = scanner->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		unit = &scanner->units[middle];
		if (id < unit->section->first_id + unit->first)
			high = middle;
		else if (id >= unit->section->first_id + unit->end)
			low = middle + 1;
		else
			return unit;
	}
	return NULL;
}

/* The name of a DIE in another unit. */
static const char *foreign_name(struct scan *scan, uint64_t id)
{
	struct dwarf_scanner *scanner = scan->scanner;
	const struct dwarf_unit *unit = unit_with(scanner, id);
	struct inspect_error *error;
	struct scan foreign = { 0 };
	struct die die;

	if (!unit)
		return NULL;
	if (!scanner->other) {
		scanner->other = malloc(sizeof(*scanner->other));
		if (!scanner->other)
			return NULL;
		dwarf_scanner_init(scanner->other, scanner->interest);
	}
	error = dwarf_abbreviations_load(scanner->other, unit);
	if (error) {
		inspect_error_destroy(error);
		return NULL;
	}
	foreign = (struct scan){ .scanner = scanner->other, .unit = unit };
	foreign.cursor.at = unit->section->bytes + (id - unit->section->first_id);
	foreign.cursor.end = unit->section->bytes + unit->end;
	return read_die(&foreign, &foreign.cursor, &die) && die.abbreviation ?
		       die_string(&foreign, &die, DWARF_SLOT_NAME) : NULL;
}

/* The name of what @die completes: compilers declare a variable with its name, then define it without. */
static const char *specified_name(struct scan *scan, const struct die *die)
{
	struct dwarf_cursor cursor = { reference(scan, die, DWARF_SLOT_SPECIFICATION), scan->cursor.end };
	struct die declaration;
	uint64_t id;

	if (foreign_id(scan, die, DWARF_SLOT_SPECIFICATION, &id))
		return foreign_name(scan, id);
	if (!cursor.at || !read_die(scan, &cursor, &declaration) || !declaration.abbreviation)
		return NULL;
	return die_string(scan, &declaration, DWARF_SLOT_NAME);
}

static bool visit_die(struct scan *scan, const struct die *die, const uint8_t *start, dwarf_visit *visit, void *data)
{
	struct dwarf_entry entry = {
		.offset = (uint64_t)(start - scan->unit->section->bytes),
		.tag = die->abbreviation->tag,
		.is_declaration = die->abbreviation->is_declaration,
		.is_placed = die->abbreviation->is_placed,
		.name = die_string(scan, die, DWARF_SLOT_NAME),
	};

	if (!entry.name && die->abbreviation->forms[DWARF_SLOT_SPECIFICATION])
		entry.name = specified_name(scan, die);
	if (!entry.name)
		return true;
	if (die->abbreviation->forms[DWARF_SLOT_SIZE])
		entry.size = die->values[DWARF_SLOT_SIZE];
	if (die->abbreviation->forms[DWARF_SLOT_LINE])
		entry.line = die->values[DWARF_SLOT_LINE];
	return visit(data, scan->unit, &entry);
}

/* Whether what is looked for may be among the children of @die, itself in the unit's scope. */
static bool is_scope(const struct scan *scan, const struct die *die)
{
	const enum dwarf_interest interest = scan->scanner->interest;

	switch (die->abbreviation->tag) {
	case DW_TAG_enumeration_type:
		return interest == DWARF_ENUMERATORS;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_class_type:
		return interest != DWARF_ENTRIES && scan->is_nested;
	}
	return false;
}

/* How deep the scan is below the unit's DIE. */
struct depth {
	uint64_t at;   /* 1: right below */
	uint64_t open; /* all above this depth is the unit's scope */
};

/* Goes on to the children of @die, or behind them where that can be done in one step. */
static void enter(struct scan *scan, const struct die *die, struct depth *depth)
{
	const uint8_t *sibling = reference(scan, die, DWARF_SLOT_SIBLING);

	if (depth->at == depth->open && is_scope(scan, die)) {
		depth->at++;
		depth->open++;
	} else if (sibling && sibling > scan->cursor.at) {
		scan->cursor.at = sibling;
	} else {
		depth->at++;
	}
}

static bool visit_unit(struct scan *scan, dwarf_visit *visit, void *data)
{
	const bool is_below = scan->scanner->interest == DWARF_ENUMERATORS; /* the entry is that of the enum */
	struct dwarf_cursor *cursor = &scan->cursor;
	const uint8_t *start, *outer = cursor->at;
	struct depth depth = { 1, 1 };
	struct die die;

	while (cursor->at < cursor->end) {
		start = cursor->at;
		if (!read_die(scan, cursor, &die))
			return true;
		if (!die.abbreviation) {
			if (!--depth.at)
				return true;
			if (depth.open > depth.at)
				depth.open = depth.at;
			continue;
		}
		if (depth.at == depth.open && die.abbreviation->is_wanted &&
		    !visit_die(scan, &die, is_below ? outer : start, visit, data))
			return false;
		if (die.abbreviation->tag == DW_TAG_enumeration_type)
			outer = start;
		if (die.abbreviation->has_children)
			enter(scan, &die, &depth);
	}
	return true;
}

/*
 * The unit's own DIE, which tells where the strings are, and whether all this is but the skeleton of a unit. Without
 * the attribute, strings begin behind the header of the only table there is; before DWARF 5 it has no header.
 */
static struct inspect_error *read_unit_die(struct scan *scan, struct die *die)
{
	const char *producer;

	if (!read_die(scan, &scan->cursor, die) || !die->abbreviation)
		return error_create(INSPECT_ERROR_FORMAT, "its first DIE is damaged");
	if (scan->unit->version >= 5)
		scan->string_base = scan->unit->offset_size == 4 ? 8 : 16;
	if (die->abbreviation->forms[DWARF_SLOT_STRING_BASE])
		scan->string_base = die->values[DWARF_SLOT_STRING_BASE];
	producer = die_string(scan, die, DWARF_SLOT_PRODUCER);
	scan->is_nested = producer && strstr(producer, "clang");
	return NULL;
}

static struct inspect_error *scan_unit(struct scan *scan, dwarf_visit *visit, void *data)
{
	struct inspect_error *error = dwarf_abbreviations_load(scan->scanner, scan->unit);
	struct die die;

	if (!error)
		error = read_unit_die(scan, &die);
	if (error)
		return error;
	if (die.abbreviation->is_split && !scan->unit->section->file->is_split)
		scan->scanner->met_skeleton = true;
	else if (die.abbreviation->has_children && !visit_unit(scan, visit, data))
		return NULL;
	if (scan->unknown_form)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "form 0x%x is not known", scan->unknown_form);
	if (scan->cursor.failed)
		return error_create(INSPECT_ERROR_FORMAT, "its DIEs are damaged or cut off");
	return NULL;
}

struct inspect_error *dwarf_scan(struct dwarf_scanner *scanner, const struct dwarf_unit *unit, dwarf_visit *visit,
				 void *data)
{
	const uint8_t *bytes = unit->section->bytes;
	struct scan scan = {
		.scanner = scanner,
		.unit = unit,
		.cursor = { bytes + unit->first, bytes + unit->end },
	};

	return error_context(scan_unit(&scan, visit, data), "DWARF unit at 0x%llx", (unsigned long long)unit->start);
}
