/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looking through DWARF for names, fast: units, their abbreviations, and the DIEs below a unit's own. libdw reads the
 * few DIEs that are then used (dwarf_types.c); this reads all others, hundreds of megabytes of them.
 *
 * The sections' bytes are immutable and shared; a scanner belongs to one thread. An abbreviation is compiled once
 * into a few steps: attributes nobody asks for become one jump, and DW_AT_sibling jumps over children. Nothing in the
 * bytes is trusted: every step is checked against the end of the unit, and each moves forward.
 *
 * Versions 2 to 5 of the format are read, in 32 and 64 bits, little-endian.
 */
#ifndef DWARF_DWARF_UNIT_H
#define DWARF_DWARF_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct dwarf_section {
	const uint8_t *bytes; /* NULL: the file has none */
	size_t size;
	bool is_type_units;   /* .debug_types */
	uint64_t first_id;    /* of info and types: see dwarf_die_id() */
	const struct dwarf_sections *file; /* which it is one of */
};

struct dwarf_sections {
	struct dwarf_section info;
	struct dwarf_section types; /* of version 4's type units; version 5 has them in .debug_info */
	struct dwarf_section abbrev;
	struct dwarf_section aranges;
	struct dwarf_section str; /* this and line_str end with NUL */
	struct dwarf_section line_str;
	struct dwarf_section str_offsets;
	bool is_split;                       /* a .dwo file: its units are no skeletons, though they name it too */
	const struct dwarf_sections *alternate; /* of the file in which dwz put what several files have in common; NULL: none */
};

struct dwarf_unit {
	const struct dwarf_section *section; /* info or types */
	uint64_t start, end;                 /* in the section; DIE references are counted from the start */
	uint64_t first;                      /* the unit's own DIE */
	uint64_t abbreviations;              /* in .debug_abbrev */
	uint8_t version;
	uint8_t address_size;
	uint8_t offset_size;                 /* 4 or 8 */
};

/* Reads the header of the unit that starts at @offset of @section; the next one starts at its end. */
struct inspect_error *dwarf_unit_read(const struct dwarf_section *section, uint64_t offset,
				      struct dwarf_unit *unit_ret);

/* A named DIE of a unit's scope, or an enumerator of an enum there. */
struct dwarf_entry {
	uint64_t offset;     /* in the unit's section */
	const char *name;    /* in one of the string sections */
	uint64_t size;       /* DW_AT_byte_size, 0: none */
	uint64_t line;       /* DW_AT_decl_line, 0: none */
	uint32_t tag;
	bool is_declaration;
	bool is_placed;      /* a variable with a location, a function with code */
};

/* Is given one entry after the other; false ends the scan. */
typedef bool dwarf_visit(void *data, const struct dwarf_unit *unit, const struct dwarf_entry *entry);

/* What is looked for: kinds of types by name, or what has an address. */
enum dwarf_interest {
	DWARF_TYPES,       /* struct, union, enum, typedef, base type */
	DWARF_ENTRIES,     /* function, variable */
	DWARF_ENUMERATORS, /* what an enum has; the entry's offset is the enum's */
	DWARF_INTERESTS
};

struct dwarf_abbreviation;
struct dwarf_step;

struct dwarf_scanner {
	enum dwarf_interest interest;
	const struct dwarf_unit *units; /* by number, for references to other units, which dwz makes; NULL: not followed */
	size_t unit_count;
	struct dwarf_scanner *other;    /* owned: reads the DIEs that such references lead to */
	bool met_skeleton;      /* a unit was but the skeleton of one in another file: split DWARF, see dwarf_part.c */
	const struct dwarf_sections *file; /* whose abbreviations are compiled, NULL: none are … */
	uint64_t abbreviations; /* … those from here on in .debug_abbrev, for units of this shape: */
	uint8_t version;
	uint8_t address_size;
	uint8_t offset_size;
	struct {
		struct dwarf_abbreviation *items; /* code - 1 is the index */
		size_t count;
		size_t capacity;
	} table;
	struct {
		struct dwarf_step *items;
		size_t count;
		size_t capacity;
	} steps;
};

void dwarf_scanner_init(struct dwarf_scanner *scanner, enum dwarf_interest interest);
void dwarf_scanner_deinit(struct dwarf_scanner *scanner);

/*
 * Calls @visit for each DIE of interest in the unit's scope: what is right below its own DIE and, of clang's, what is
 * below structs there, since clang nests types as the source does though C does not. A skeleton has none of them.
 * INSPECT_ERROR_FORMAT for damage, INSPECT_ERROR_UNSUPPORTED for what is newer than this code.
 */
struct inspect_error *dwarf_scan(struct dwarf_scanner *scanner, const struct dwarf_unit *unit, dwarf_visit *visit,
				 void *data);

#endif
