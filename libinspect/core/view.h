/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Views: say once which fields of a kernel structure are needed, and how they are called in which kernel.
 *
 * A view has variants (a type's name and, where objects are reached through a member, that anchor member) and fields.
 * The first variant fits of which all required fields resolve in a type of that name, in any scope. Two different
 * layouts that both fit are an error, never a choice. A field has alternative paths; the first that resolves is taken,
 * so that no version number is asked anywhere. In a path `.` demands a struct or union and `->` a pointer, hence
 * `owner.type` and `owner->type` are alternatives; `[N]` indexes an array; a leading `&` yields the address instead of
 * the value.
 *
 * Compiling a view yields a plan of hops: one read for each structure on the way, over the span its fields use. A hop
 * that faults is retried field by field, so one excluded page spoils one field.
 *
 * The plain struct that receives the fields begins with a struct view_state; all its members are 8 bytes wide or char
 * arrays of a multiple of 8, and no larger than 64 slots of 8 bytes in total: the bit of a member is its slot.
 */
#ifndef LIBINSPECT_CORE_VIEW_H
#define LIBINSPECT_CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "core/memory.h"
#include "core/scope.h"

#define VIEW_PATHS 8
#define VIEW_SLOTS 64

struct view_state {
	uint64_t absent; /* bit: this kernel has no such field, or a pointer on the way is NULL */
	uint64_t fault;  /* bit: it could not be read; view_fault() says why */
};

enum view_kind {
	VIEW_UNSIGNED, /* into a uint64_t */
	VIEW_SIGNED,   /* into an int64_t */
	VIEW_BYTES,    /* raw, as many as both sides have; the rest is zero */
	VIEW_STRING,   /* a char array, always NUL-terminated */
};

struct view_field {
	const char *name;
	uint16_t offset; /* in the plain struct */
	uint16_t size;
	enum view_kind kind;
	bool required;
	const char *paths[VIEW_PATHS];
};

#define VIEW_FIELD_(plain, member, kind, required, ...)                                                              \
	{ #member, offsetof(struct plain, member), sizeof(((struct plain *)0)->member), kind, required, { __VA_ARGS__ } }
#define VIEW_NEED(plain, member, ...) VIEW_FIELD_(plain, member, VIEW_UNSIGNED, true, __VA_ARGS__)
#define VIEW_MAY(plain, member, ...) VIEW_FIELD_(plain, member, VIEW_UNSIGNED, false, __VA_ARGS__)
#define VIEW_MAY_SIGNED(plain, member, ...) VIEW_FIELD_(plain, member, VIEW_SIGNED, false, __VA_ARGS__)
#define VIEW_MAY_BYTES(plain, member, ...) VIEW_FIELD_(plain, member, VIEW_BYTES, false, __VA_ARGS__)
#define VIEW_MAY_STRING(plain, member, ...) VIEW_FIELD_(plain, member, VIEW_STRING, false, __VA_ARGS__)

struct view_variant {
	const char *type;   /* "struct bpf_prog" */
	const char *anchor; /* path of the member that objects are reached through; NULL: the object's start */
};

struct view {
	const char *name;
	const struct view_variant *variants;
	size_t variant_count;
	const struct view_field *fields;
	size_t field_count;
	size_t size;    /* of the plain struct */
	bool of_some;   /* only some kernels have it: one without is no worse known */
};

#define VIEW(symbol, plain, variants_, fields_) VIEW_(symbol, plain, variants_, fields_, false)
#define VIEW_OF_SOME(symbol, plain, variants_, fields_) VIEW_(symbol, plain, variants_, fields_, true)
#define VIEW_(symbol, plain, variants_, fields_, of_some_)                                                           \
	const struct view symbol = {                                                                                 \
		#symbol, variants_, sizeof(variants_) / sizeof(*(variants_)),                                        \
		fields_, sizeof(fields_) / sizeof(*(fields_)), sizeof(struct plain), of_some_,                       \
	};                                                                                                           \
	_Static_assert(sizeof(struct plain) <= sizeof(struct view_state) + 8 * VIEW_SLOTS, "plain struct too large")

/* Where one field lies: hop, offset in it, width. */
struct view_slot {
	const char *path;    /* the alternative taken; NULL: absent in this kernel */
	uint16_t hop;
	bool is_address;
	bool is_scalar;
	uint8_t bit_offset;  /* within the bytes read */
	uint8_t bit_size;    /* 0: not a bit-field */
	uint64_t offset;     /* from the hop's base */
	uint64_t size;       /* bytes to read */
	uint64_t elements;   /* of an array, else 0 */
};

/* One structure on the way. The first hop is the object itself. */
struct view_hop {
	uint16_t parent;     /* the hop that holds the pointer to this one */
	uint64_t pointer;    /* offset of that pointer in the parent */
	uint64_t start, end; /* span of the bytes that fields and further hops use */
};

struct view_plan {
	const struct view *view; /* NULL: not compiled yet */
	const char *type;        /* of the variant that fits */
	uint64_t anchor;         /* offset of the anchor in it */
	uint64_t type_size;
	struct view_hop *hops;
	size_t hop_count;
	struct view_slot *slots; /* one a field */
	uint8_t *scratch;        /* the bytes of the hop being read */
};

/* The scopes that views are resolved in: the kernel's and its modules'. */
struct scopes {
	struct scope **items;
	size_t count;
	size_t capacity;
};

/*
 * Resolves @view; what the plan points to lives in @arena. INSPECT_ERROR_LOOKUP where no variant fits: the message
 * names what each one lacks.
 */
struct inspect_error *view_compile(const struct view *view, const struct scopes *scopes, struct arena *arena,
				   struct view_plan *plan);

/*
 * Reads all fields of the object whose anchor is at @address into the plain struct @out. Returns whether nothing
 * faulted; what did is told by the bits of its view_state and is zero.
 */
bool view_read(const struct view_plan *plan, struct memory *memory, uint64_t address, void *out);

/* Why the member at @offset of the plain struct could not be read: tries again. INSPECT_FAULT_NONE: it can be now. */
enum inspect_fault view_fault(const struct view_plan *plan, struct memory *memory, uint64_t address, size_t offset,
			      uint64_t *fault_address_ret);

/* The same for the first member that the state in @out says could not be read. */
enum inspect_fault view_first_fault(const struct view_plan *plan, struct memory *memory, uint64_t address,
				    const void *out, uint64_t *fault_address_ret);

/* The slot of the member at @offset of the plain struct, or NULL. */
const struct view_slot *view_slot_at(const struct view_plan *plan, size_t offset);

#define VIEW_BIT(offset) (UINT64_C(1) << (((offset) - sizeof(struct view_state)) / 8))
/* Whether @member of the plain struct at @plain was there and could be read. */
#define has(plain, member)                                                                                           \
	(!(((plain)->state.absent | (plain)->state.fault) & VIEW_BIT(offsetof(__typeof__(*(plain)), member))))
#define faulted(plain, member) (!!((plain)->state.fault & VIEW_BIT(offsetof(__typeof__(*(plain)), member))))

#endif
