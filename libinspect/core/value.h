/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values: the bytes of an object, loaded once, and what is needed to show them. Only value_load() reads memory; what
 * shows values (format_c.h, format_json.h) works on what it found.
 *
 * A value lives in the arena it was loaded into. What could not be read is a gap with its cause; the bytes of a gap are
 * zero. A value is cut at a limit, and what is behind that is a gap too. Pointers to characters and to symbols have
 * notes: the string, the symbol.
 *
 * Types may come from a dump: a part never lies outside of the bytes of its value, whatever its type says.
 */
#ifndef LIBINSPECT_CORE_VALUE_H
#define LIBINSPECT_CORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/object.h"

struct symbols;

#define VALUE_SIZE_MAX (UINT64_C(16) << 20)

struct value_gap {
	uint64_t offset, size;    /* of the value's bytes */
	enum inspect_fault fault; /* INSPECT_FAULT_NONE: not loaded, the value is cut here */
};

enum value_note_kind {
	VALUE_NOTE_STRING,
	VALUE_NOTE_SYMBOL,
};

struct value_note {
	uint64_t offset;   /* of the pointer in the value's bytes */
	enum value_note_kind kind;
	bool cut;          /* the string goes on */
	const char *text;  /* the string, or the symbol's name; NUL-terminated as well */
	size_t length;
	uint64_t distance; /* of the pointer from the start of the symbol */
};

struct value {
	enum object_kind kind;      /* of the object; OBJECT_ABSENT has a type alone */
	struct type *type;
	uint64_t address;           /* OBJECT_REFERENCE */
	uint32_t bit_offset;        /* of a bit-field in the bytes */
	uint32_t bit_size;          /* 0: no bit-field */
	const uint8_t *bytes;
	uint64_t size;              /* of the type; of the bytes up to a gap that cuts */
	const struct value_gap *gaps; /* sorted, without overlaps */
	size_t gap_count;
	const struct value_note *notes; /* sorted by offset and kind, each pair once */
	size_t note_count;
	bool cut;                   /* the value is larger than the limit */
	const struct value *target; /* what a pointer points to, if asked for and it is an object; else NULL */
};

struct value_options {
	uint64_t limit;          /* bytes to load at most; 0: VALUE_SIZE_MAX */
	bool dereference;        /* load what a pointer points to as well */
	bool strings;            /* read the strings that pointers to char point to */
	struct symbols *symbols; /* look up what pointers point to; NULL: do not */
};

/*
 * Loads @object. An address that cannot be read makes a gap, no error. INSPECT_ERROR_LOOKUP or _USAGE for a reference
 * to what has no size (void, what is only declared), INSPECT_ERROR_FORMAT or _LIMIT for types that make no sense.
 */
struct inspect_error *value_load(struct memory *memory, const struct object *object,
				 const struct value_options *options, struct arena *arena, struct value *value_ret);

/* How many gaps are there for other reasons than the limit, in what the pointer points to as well. */
size_t value_faults(const struct value *value);

/*
 * A part of a value: the whole, a member, an element. @type is as it was declared, @underlying what it is without
 * typedefs and qualifiers, completed.
 */
struct value_part {
	const struct value *value;
	struct type *type;
	struct type *underlying;
	uint64_t bit_offset; /* from the start of the value's bytes */
	uint64_t size;       /* in bytes; of a bit-field, of its type */
	uint32_t bit_size;   /* 0: no bit-field */
};

/* Both fail with the errors of value_load() about types. */
struct inspect_error *value_part_whole(const struct value *value, struct value_part *part_ret);
/* @type at @bit_offset behind the start of @parent. */
struct inspect_error *value_part_of(const struct value_part *parent, struct type *type, uint64_t bit_offset,
				    uint32_t bit_size, struct value_part *part_ret);

enum value_state {
	VALUE_READ,
	VALUE_GAP,     /* at least partly in a gap */
	VALUE_OUTSIDE, /* its type says it is not in the object that it is a part of */
};

/* Whether the bytes of @part were read; *@gap_ret (may be NULL) is the first gap they touch, where they do. */
enum value_state value_part_state(const struct value_part *part, const struct value_gap **gap_ret);
/* Whether all bytes of @part lie in one gap, *@gap_ret. */
bool value_part_is_lost(const struct value_part *part, const struct value_gap **gap_ret);
/* The first byte of @part; only for one that was read. */
const uint8_t *value_part_bytes(const struct value_part *part);
/* The number in a scalar of at most 8 bytes that was read, extended by its sign where the type is signed. */
uint64_t value_part_u64(const struct value_part *part);
/* The note on the pointer @part, or NULL. */
const struct value_note *value_part_note(const struct value_part *part, enum value_note_kind kind);

#endif
