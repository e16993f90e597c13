/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * C's own types, on LP64, and those that an expression derives from others (pointers, arrays, qualified ones): types in
 * a scope that is no debug format's. And what C's rules want to know of any type: how it takes part in arithmetic.
 */
#ifndef LIBINSPECT_EXPR_C_TYPES_H
#define LIBINSPECT_EXPR_C_TYPES_H

#include "core/object.h"
#include "core/scope.h"
#include "kernel/kernel.h"

/* In the order of C's conversion rank, the signed one before the unsigned one from INT on. */
enum c_basic {
	C_VOID,
	C_BOOL,
	C_CHAR,
	C_SIGNED_CHAR,
	C_UNSIGNED_CHAR,
	C_SHORT,
	C_UNSIGNED_SHORT,
	C_INT,
	C_UNSIGNED_INT,
	C_LONG,
	C_UNSIGNED_LONG,
	C_LONG_LONG,
	C_UNSIGNED_LONG_LONG,
	C_INT128, /* GNU C's __int128 */
	C_UNSIGNED_INT128,
	C_FLOAT,
	C_DOUBLE,
	C_COUNT
};

struct c_scope;

/*
 * The types are the kernel's: made by the first expression, they live as long as it. Each exists once, so that what is
 * derived again and again takes no more memory.
 */
struct c_types {
	struct c_scope *scope;
	struct type *basic; /* by enum c_basic */
};

struct inspect_error *c_types_init(struct c_types *types, struct kernel *kernel);

/* NULL when out of memory. */
struct type *c_pointer(struct c_types *types, struct type *target);
struct type *c_array(struct c_types *types, struct type *element, uint64_t length);
/* A const, volatile or restrict upon @target for each TYPE_BIT in @qualifiers. */
struct type *c_qualified(struct c_types *types, struct type *target, unsigned int qualifiers);
struct type *c_function(struct c_types *types, struct type *result, const struct type_parameter *parameters,
			uint32_t count, bool is_variadic);

enum scalar_class {
	SCALAR_NONE,    /* an aggregate, void, a function */
	SCALAR_INTEGER, /* enums and bool too */
	SCALAR_FLOAT,
	SCALAR_POINTER,
};

/* What counts of a type in arithmetic. */
struct scalar {
	enum scalar_class class;
	struct type *underlying;
	enum c_basic promoted; /* INTEGER: by the integer promotions; FLOAT: itself */
	unsigned int size;     /* in bytes: at most 8, or 16 of an INTEGER */
	bool is_signed;
	bool is_bool;
};

/* INSPECT_ERROR_UNSUPPORTED for integers of other sizes and floats of more than a double. */
struct inspect_error *scalar_of(struct type *type, struct scalar *out);

/* The common type of two arithmetic operands. */
enum c_basic c_common(enum c_basic a, enum c_basic b);
bool c_basic_is_signed(enum c_basic basic);

/* An integer of any size, extended by its sign. */
typedef unsigned __int128 c_wide;

/* The low @size bytes of @value, extended. */
c_wide c_truncate(c_wide value, unsigned int size, bool is_signed);

/* "struct task_struct *", for messages: what fits into @buf of format_type_name(). */
struct inspect_error *c_describe(struct type *type, char *buf, size_t size);

#endif
