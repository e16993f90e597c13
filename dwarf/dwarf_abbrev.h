/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Abbreviations, compiled: what a DIE of each code consists of, as steps for dwarf_unit.c. Private to the two files.
 */
#ifndef DWARF_DWARF_ABBREV_H
#define DWARF_DWARF_ABBREV_H

#include "dwarf_unit.h"

/* The attributes a scan reads. */
enum dwarf_slot {
	DWARF_SLOT_NAME,
	DWARF_SLOT_SIZE,
	DWARF_SLOT_LINE,
	DWARF_SLOT_SIBLING,
	DWARF_SLOT_SPECIFICATION,
	DWARF_SLOT_STRING_BASE, /* DW_AT_str_offsets_base, of a unit's DIE */
	DWARF_SLOT_PRODUCER,    /* of a unit's DIE */
	DWARF_SLOTS
};

#define DWARF_SLOT_NONE DWARF_SLOTS

enum dwarf_how {
	DWARF_SKIP,     /* jump over `length` bytes */
	DWARF_FIXED,    /* a number of `length` bytes */
	DWARF_CONSTANT, /* it is `value`: the abbreviation has it, the DIE nothing */
	DWARF_VARIABLE, /* as the form says */
};

struct dwarf_step {
	uint8_t how;
	uint8_t slot;  /* DWARF_SLOT_NONE: read to get past it */
	uint16_t form;
	uint32_t length;
	uint64_t value;
};

struct dwarf_abbreviation {
	uint32_t first, count; /* of steps */
	uint16_t forms[DWARF_SLOTS + 1]; /* of what is read; 0: DIEs of this code do not have it */
	uint16_t tag;          /* 0: there is no such code */
	bool has_children;
	bool is_wanted;        /* its tag is of interest */
	bool is_declaration;
	bool is_placed;
	bool is_split;         /* a unit's: it names a .dwo file */
};

/* The bytes a form takes, for those where it does not depend on the value; false for the others. */
bool dwarf_form_size(unsigned int form, const struct dwarf_unit *unit, uint32_t *size_ret);

/* Makes sure that the abbreviations of @unit are those that are compiled. */
struct inspect_error *dwarf_abbreviations_load(struct dwarf_scanner *scanner, const struct dwarf_unit *unit);

#endif
