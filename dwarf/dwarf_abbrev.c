/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_abbrev.h"

#include <dwarf.h>

#include "base/error.h"
#include "base/vec.h"
#include "dwarf_cursor.h"

/* Compilers number abbreviations from 1 on; a kernel's largest unit has a few hundred. */
#define CODE_MAX 65535
#define ATTRIBUTES_MAX 1024

#ifndef DW_AT_GNU_dwo_name
#define DW_AT_GNU_dwo_name 0x2130
#endif

bool dwarf_form_size(unsigned int form, const struct dwarf_unit *unit, uint32_t *size_ret)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		*size_ret = 0;
		return true;
	case DW_FORM_data1:
	case DW_FORM_ref1:
	case DW_FORM_flag:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		*size_ret = 1;
		return true;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		*size_ret = 2;
		return true;
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		*size_ret = 3;
		return true;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_ref_sup4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
		*size_ret = 4;
		return true;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sup8:
	case DW_FORM_ref_sig8:
		*size_ret = 8;
		return true;
	case DW_FORM_data16:
		*size_ret = 16;
		return true;
	case DW_FORM_addr:
		*size_ret = unit->address_size;
		return true;
	case DW_FORM_ref_addr:
		*size_ret = unit->version == 2 ? unit->address_size : unit->offset_size;
		return true;
	case DW_FORM_strp:
	case DW_FORM_line_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		*size_ret = unit->offset_size;
		return true;
	}
	return false;
}

static bool tag_is_wanted(enum dwarf_interest interest, uint64_t tag)
{
	switch (tag) {
	case DW_TAG_base_type:
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_typedef:
		return interest == DWARF_TYPES;
	case DW_TAG_subprogram:
	case DW_TAG_variable:
		return interest == DWARF_ENTRIES;
	case DW_TAG_enumerator:
		return interest == DWARF_ENUMERATORS;
	}
	return false;
}

/* Where the value of an attribute goes; @wanted: it is one of a DIE that is looked for. */
static enum dwarf_slot attribute_slot(uint64_t attribute, bool wanted)
{
	switch (attribute) {
	case DW_AT_sibling:
		return DWARF_SLOT_SIBLING;
	case DW_AT_str_offsets_base:
		return DWARF_SLOT_STRING_BASE;
	case DW_AT_producer:
		return DWARF_SLOT_PRODUCER;
	case DW_AT_name:
		return wanted ? DWARF_SLOT_NAME : DWARF_SLOT_NONE;
	case DW_AT_byte_size:
		return wanted ? DWARF_SLOT_SIZE : DWARF_SLOT_NONE;
	case DW_AT_decl_line:
		return wanted ? DWARF_SLOT_LINE : DWARF_SLOT_NONE;
	case DW_AT_specification:
		return wanted ? DWARF_SLOT_SPECIFICATION : DWARF_SLOT_NONE;
	}
	return DWARF_SLOT_NONE;
}

/* What the mere presence of an attribute says. */
static void note_attribute(struct dwarf_abbreviation *abbreviation, uint64_t attribute)
{
	switch (attribute) {
	case DW_AT_declaration:
		abbreviation->is_declaration = true;
		break;
	case DW_AT_location:
		abbreviation->is_placed |= abbreviation->tag == DW_TAG_variable;
		break;
	case DW_AT_low_pc:
	case DW_AT_ranges:
		abbreviation->is_placed |= abbreviation->tag == DW_TAG_subprogram;
		break;
	case DW_AT_dwo_name:
	case DW_AT_GNU_dwo_name:
		abbreviation->is_split = true;
		break;
	}
}

static bool add_step(struct dwarf_scanner *scanner, struct dwarf_abbreviation *abbreviation, struct dwarf_step step)
{
	struct dwarf_step *end = scanner->steps.items + scanner->steps.count;

	if (step.how == DWARF_SKIP && abbreviation->count && end[-1].how == DWARF_SKIP) {
		end[-1].length += step.length;
		return true;
	}
	if (!vec_push(&scanner->steps, step))
		return false;
	abbreviation->forms[step.slot] = step.form;
	abbreviation->count++;
	return true;
}

/* How an attribute's value is read, or got past. */
static struct dwarf_step make_step(const struct dwarf_unit *unit, enum dwarf_slot slot, unsigned int form,
				    uint64_t value)
{
	struct dwarf_step step = { .how = DWARF_VARIABLE, .slot = (uint8_t)slot, .form = (uint16_t)form, .value = value };

	if (!dwarf_form_size(form, unit, &step.length))
		return step;
	if (step.slot == DWARF_SLOT_NONE)
		step.how = DWARF_SKIP;
	else if (form == DW_FORM_implicit_const)
		step.how = DWARF_CONSTANT;
	else if (step.length <= 8)
		step.how = DWARF_FIXED;
	return step;
}

static struct inspect_error *read_attributes(struct dwarf_scanner *scanner, const struct dwarf_unit *unit,
					     struct dwarf_cursor *cursor, struct dwarf_abbreviation *abbreviation)
{
	for (unsigned int i = 0; i < ATTRIBUTES_MAX; i++) {
		uint64_t attribute = dwarf_uleb(cursor), form = dwarf_uleb(cursor), value = 0;
		enum dwarf_slot slot = attribute_slot(attribute, abbreviation->is_wanted);

		if (cursor->failed)
			return error_create(INSPECT_ERROR_FORMAT, ".debug_abbrev: the abbreviations do not end");
		if (!attribute && !form)
			return NULL;
		if (!form || form > UINT16_MAX)
			return error_create(INSPECT_ERROR_FORMAT, ".debug_abbrev: 0x%llx is no form",
					    (unsigned long long)form);
		if (form == DW_FORM_implicit_const)
			value = dwarf_uleb(cursor); /* lines and sizes are not negative */
		note_attribute(abbreviation, attribute);
		if (!add_step(scanner, abbreviation, make_step(unit, slot, (unsigned int)form, value)))
			return &error_nomem;
	}
	return error_create(INSPECT_ERROR_LIMIT, ".debug_abbrev: an abbreviation has more than %d attributes",
			    ATTRIBUTES_MAX);
}

/* Makes room in the table up to @code. */
static bool reserve_code(struct dwarf_scanner *scanner, uint64_t code)
{
	static const struct dwarf_abbreviation none;

	while (scanner->table.count < code) {
		if (!vec_push(&scanner->table, none))
			return false;
	}
	return true;
}

static struct inspect_error *compile(struct dwarf_scanner *scanner, const struct dwarf_unit *unit)
{
	const struct dwarf_section *section = &unit->section->file->abbrev;
	struct dwarf_cursor cursor = { section->bytes, section->bytes + section->size };

	dwarf_skip(&cursor, unit->abbreviations);
	for (;;) {
		struct dwarf_abbreviation abbreviation = { .first = (uint32_t)scanner->steps.count };
		uint64_t code = dwarf_uleb(&cursor), tag;
		struct inspect_error *error;

		if (!code && !cursor.failed)
			return NULL;
		if (code > CODE_MAX)
			return error_create(INSPECT_ERROR_UNSUPPORTED, ".debug_abbrev: code %llu is over %d",
					    (unsigned long long)code, CODE_MAX);
		tag = dwarf_uleb(&cursor);
		abbreviation.tag = (uint16_t)tag;
		abbreviation.has_children = dwarf_number(&cursor, 1);
		abbreviation.is_wanted = tag_is_wanted(scanner->interest, tag);
		if (!tag || tag > UINT16_MAX || cursor.failed)
			return error_create(INSPECT_ERROR_FORMAT, ".debug_abbrev: abbreviation %llu is damaged or cut off",
					    (unsigned long long)code);
		error = read_attributes(scanner, unit, &cursor, &abbreviation);
		if (error)
			return error;
		if (!reserve_code(scanner, code))
			return &error_nomem;
		scanner->table.items[code - 1] = abbreviation;
	}
}

struct inspect_error *dwarf_abbreviations_load(struct dwarf_scanner *scanner, const struct dwarf_unit *unit)
{
	struct inspect_error *error;

	/* Type units and dwz's partial ones share a table. The sizes of forms are the unit's. */
	if (scanner->file == unit->section->file && scanner->abbreviations == unit->abbreviations &&
	    scanner->offset_size == unit->offset_size && scanner->address_size == unit->address_size &&
	    scanner->version == unit->version)
		return NULL;
	scanner->table.count = 0;
	scanner->steps.count = 0;
	scanner->file = NULL;
	error = compile(scanner, unit);
	if (error)
		return error;
	scanner->file = unit->section->file;
	scanner->abbreviations = unit->abbreviations;
	scanner->offset_size = unit->offset_size;
	scanner->address_size = unit->address_size;
	scanner->version = unit->version;
	return NULL;
}
