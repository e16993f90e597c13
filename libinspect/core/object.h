/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Typed objects: a type and where its bytes are, or the value itself. Making one reads nothing; only object_read_*()
 * and value_load() (value.h) read, an aggregate in one read.
 *
 * A reference is an lvalue: memory at an address. A value is what an expression yields: an integer, a floating-point
 * number, a pointer; aggregates stay references, but for constants that only the debug format has. Absent is what the
 * kernel optimised away or does not have; using it is an error, printing it is not.
 */
#ifndef LIBINSPECT_CORE_OBJECT_H
#define LIBINSPECT_CORE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/memory.h"
#include "core/type.h"

enum object_kind {
	OBJECT_ABSENT,
	OBJECT_REFERENCE,
	OBJECT_VALUE,
};

struct object {
	enum object_kind kind;
	struct type *type;
	uint64_t address;    /* reference */
	uint32_t bit_offset; /* reference to a bit-field: its first bit, counted from the lowest bit at the address */
	uint32_t bit_size;   /* 0: no bit-field */
	union {              /* value, by the underlying type: */
		uint64_t u;  /* unsigned integers, bool, pointers; signed ones as their bits, extended to 64 */
		double f;    /* float */
		const uint8_t *bytes; /* array, struct, union: as many as the type has; as long as its scope */
	};
	uint64_t high;       /* value, an integer of 16 bytes: its upper half; u is the lower one */
};

struct object object_absent(struct type *type);
struct object object_reference(struct type *type, uint64_t address);
/* Of at most 8 bytes; truncated to the type's width by the maker. */
struct object object_integer(struct type *type, uint64_t value);
struct object object_constant(struct type *type, const uint8_t *bytes); /* of an array, struct or union */

/* `.name`: demands a struct or union reference. */
struct inspect_error *object_member(const struct object *object, const char *name, size_t length, struct object *out);
/* `*p`, `p->`, `a[i]` as C has them; arrays decay to pointers. A pointer that is a reference is read for it. */
struct inspect_error *object_dereference(struct memory *memory, const struct object *pointer, struct object *out);
struct inspect_error *object_index(struct memory *memory, const struct object *object, int64_t index,
				   struct object *out);

/* The value of a scalar: a reference is read (INSPECT_ERROR_FAULT), a bit-field extracted and extended by its sign. */
struct inspect_error *object_read(struct memory *memory, const struct object *object, struct object *out);
/* The same as a number; INSPECT_ERROR_USAGE for what is no integer, enum, bool or pointer. */
struct inspect_error *object_read_u64(struct memory *memory, const struct object *object, uint64_t *value_ret);

#endif
