/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/object.h"

#include <string.h>

#include "base/error.h"
#include "core/bits.h"

/* A bit-field of 64 bits that starts within a byte touches nine. */
#define SCALAR_BYTES_MAX 16

#define SCALARS                                                                                                     \
	(TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_BOOL) | TYPE_BIT(TYPE_ENUM) | TYPE_BIT(TYPE_POINTER) | TYPE_BIT(TYPE_FLOAT))

static const char *name_of(const struct type *type)
{
	return type->name ? type->name : "<anonymous>";
}

struct object object_absent(struct type *type)
{
	return (struct object){ .kind = OBJECT_ABSENT, .type = type };
}

struct object object_reference(struct type *type, uint64_t address)
{
	return (struct object){ .kind = OBJECT_REFERENCE, .type = type, .address = address };
}

struct object object_integer(struct type *type, uint64_t value)
{
	return (struct object){ .kind = OBJECT_VALUE, .type = type, .u = value };
}

struct object object_constant(struct type *type, const uint8_t *bytes)
{
	return (struct object){ .kind = OBJECT_VALUE, .type = type, .bytes = bytes };
}

static struct inspect_error *absent_error(const struct object *object)
{
	return error_create(INSPECT_ERROR_LOOKUP, "the %s %s is absent: the kernel has no memory for it",
			    type_kind_string(object->type->kind), name_of(object->type));
}

/* Where @object lies; an error where it is no reference. */
static struct inspect_error *check_reference(const struct object *object, const char *wanted)
{
	if (object->kind == OBJECT_ABSENT)
		return absent_error(object);
	if (object->kind == OBJECT_VALUE || object->bit_size)
		return error_create(INSPECT_ERROR_USAGE, "%s is needed, not a value of type %s", wanted,
				    name_of(object->type));
	return NULL;
}

struct inspect_error *object_member(const struct object *object, const char *name, size_t length, struct object *out)
{
	struct type_member member;
	struct type *underlying;
	struct inspect_error *error;
	bool found;

	error = type_underlying(object->type, &underlying);
	if (error)
		return error;
	if (!(TYPE_BIT(underlying->kind) & TYPE_BITS_COMPOUND))
		return error_create(INSPECT_ERROR_USAGE,
				    "only a struct or union has members, such as %.*s: this is of kind %s", (int)length,
				    name, type_kind_string(underlying->kind));
	error = check_reference(object, "a struct or union in memory");
	if (!error)
		error = type_find_member(underlying, name, length, &member, &found);
	if (error)
		return error;
	if (!found)
		return error_create(INSPECT_ERROR_LOOKUP, "%s %s has no member %.*s",
				    type_kind_string(underlying->kind), name_of(underlying), (int)length, name);
	*out = (struct object){
		.kind = OBJECT_REFERENCE,
		.type = member.type,
		.address = object->address + member.bit_offset / 8,
		.bit_offset = member.bit_size ? member.bit_offset % 8 : 0,
		.bit_size = member.bit_size,
	};
	return NULL;
}

/* What @object points to: the address in a pointer, an array's own. */
static struct inspect_error *pointee(struct memory *memory, const struct object *object, struct type **type_ret,
				     uint64_t *address_ret)
{
	struct inspect_error *error;
	struct type *underlying;
	struct object pointer;

	error = type_underlying(object->type, &underlying);
	if (!error)
		error = type_complete(underlying);
	if (error)
		return error;
	if (underlying->kind == TYPE_ARRAY) {
		error = check_reference(object, "an array in memory");
		if (error)
			return error;
		*address_ret = object->address;
	} else if (underlying->kind == TYPE_POINTER) {
		error = object_read(memory, object, &pointer);
		if (error)
			return error;
		*address_ret = pointer.u;
	} else {
		return error_create(INSPECT_ERROR_USAGE, "what is of kind %s is no pointer",
				    type_kind_string(underlying->kind));
	}
	*type_ret = underlying->target;
	return NULL;
}

/* An error where there is nothing of @type in memory. */
static struct inspect_error *check_target(struct type *type)
{
	struct inspect_error *error;
	struct type *underlying;

	error = type_underlying(type, &underlying);
	if (error)
		return error;
	if (underlying->kind == TYPE_VOID)
		return error_create(INSPECT_ERROR_USAGE, "a pointer to void cannot be followed: cast it to a type");
	return NULL;
}

struct inspect_error *object_dereference(struct memory *memory, const struct object *pointer, struct object *out)
{
	struct inspect_error *error;
	struct type *type = NULL;
	uint64_t address = 0;

	error = pointee(memory, pointer, &type, &address);
	if (!error)
		error = check_target(type);
	if (error)
		return error;
	*out = object_reference(type, address);
	return NULL;
}

struct inspect_error *object_index(struct memory *memory, const struct object *object, int64_t index,
				   struct object *out)
{
	struct inspect_error *error;
	struct type *type = NULL;
	uint64_t address = 0, size = 0;

	error = pointee(memory, object, &type, &address);
	if (!error)
		error = check_target(type);
	if (!error)
		error = type_size(type, &size);
	if (error)
		return error;
	*out = object_reference(type, address + (uint64_t)index * size);
	return NULL;
}

/* The value that @bytes are, of @bit_size bits from @object's first on. */
static void scalar_value(const struct type *underlying, const uint8_t *bytes, const struct object *object,
			 unsigned int bit_size, struct object *out)
{
	*out = object_integer(object->type, 0);
	if (bit_size == 128) {
		out->u = bits_extract(bytes, 0, 64, false);
		out->high = bits_extract(bytes, 64, 64, false);
	} else if (underlying->kind != TYPE_FLOAT) {
		out->u = bits_extract(bytes, object->bit_offset, bit_size, underlying->is_signed);
	} else if (underlying->size == sizeof(float)) {
		float number;

		memcpy(&number, bytes, sizeof(number));
		out->f = number;
	} else {
		memcpy(&out->f, bytes, sizeof(out->f));
	}
}

static struct inspect_error *check_scalar(const struct type *underlying, const struct object *object)
{
	if (!(TYPE_BIT(underlying->kind) & SCALARS))
		return error_create(INSPECT_ERROR_USAGE, "what is of kind %s is no number",
				    type_kind_string(underlying->kind));
	if (underlying->kind == TYPE_INT && underlying->size == 16 && !object->bit_size && !object->bit_offset)
		return NULL;
	if (underlying->size < 1 || underlying->size > 8 ||
	    (underlying->kind == TYPE_FLOAT && underlying->size != sizeof(float) && underlying->size != sizeof(double)))
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "%s %s has %llu bytes: only 1 to 8, and 16 of an integer, can be computed with",
				    type_kind_string(underlying->kind), name_of(underlying),
				    (unsigned long long)underlying->size);
	if (object->bit_size > 64 || object->bit_offset > 7)
		return error_create(INSPECT_ERROR_FORMAT, "a bit-field of %u bits makes no sense", object->bit_size);
	return NULL;
}

struct inspect_error *object_read(struct memory *memory, const struct object *object, struct object *out)
{
	uint8_t bytes[SCALAR_BYTES_MAX];
	struct inspect_error *error;
	enum inspect_fault fault;
	unsigned int bit_size;
	struct type *underlying;
	uint64_t stopped;

	if (object->kind == OBJECT_ABSENT)
		return absent_error(object);
	error = type_underlying(object->type, &underlying);
	if (!error)
		error = check_scalar(underlying, object);
	if (error)
		return error;
	if (object->kind == OBJECT_VALUE) {
		*out = *object;
		return NULL;
	}
	bit_size = object->bit_size ? object->bit_size : (unsigned int)underlying->size * 8;
	fault = memory_read(memory, object->address, bytes, bits_span(object->bit_offset, bit_size), &stopped);
	if (fault)
		return memory_error(fault, stopped);
	scalar_value(underlying, bytes, object, bit_size, out);
	return NULL;
}

struct inspect_error *object_read_u64(struct memory *memory, const struct object *object, uint64_t *value_ret)
{
	struct inspect_error *error;
	struct type *underlying;
	struct object value;

	error = type_underlying(object->type, &underlying);
	if (error)
		return error;
	if (underlying->kind == TYPE_FLOAT)
		return error_create(INSPECT_ERROR_USAGE, "an integer is needed, not a %s", name_of(underlying));
	error = object_read(memory, object, &value);
	if (!error && underlying->size > 8)
		error = error_create(INSPECT_ERROR_UNSUPPORTED, "an integer of up to 8 bytes is needed, not a %s",
				     name_of(underlying));
	if (!error)
		*value_ret = value.u;
	return error;
}
