/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of objects; print.c writes them. */
#include <string.h>

#include <inspect/memory.h>
#include <inspect/object.h>

#include "base/error.h"
#include "core/value.h"
#include "expr/arithmetic.h"
#include "expr/expr.h"
#include "handle.h"
#include "record/cell.h"

struct inspect_error *object_hand_out(struct inspect *inspect, const struct object *object, struct inspect_pool *pool,
				      const struct inspect_object **object_ret)
{
	struct inspect_object *out = arena_alloc(&pool->arena, sizeof(*out));

	if (!out)
		return &error_nomem;
	*out = (struct inspect_object){ inspect, *object };
	*object_ret = out;
	return NULL;
}

struct inspect_error *text_hand_out(const struct strbuf *text, struct inspect_pool *pool, const char **text_ret,
				    size_t *length_ret)
{
	char *copy = text->failed ? NULL : arena_strndup(&pool->arena, text->length ? text->bytes : "", text->length);

	if (!copy)
		return &error_nomem;
	*text_ret = copy;
	if (length_ret)
		*length_ret = text->length;
	return NULL;
}

static struct memory *memory_of(const struct inspect_object *object)
{
	return &object->inspect->kernel.memory;
}

/* Making them. */

struct inspect_error *inspect_object_evaluate(struct inspect *inspect, const char *expression,
					      struct inspect_pool *pool, const struct inspect_object **object_ret)
{
	struct inspect_error *error;
	struct object object;
	struct expr *expr;

	error = expr_create(&inspect->kernel, expression, strlen(expression), NULL, &expr);
	if (error)
		return error;
	if (!expr_next(expr, &object, &error))
		error = error_create(INSPECT_ERROR_LOOKUP, "the sequence is empty");
	if (!error)
		error = object_hand_out(inspect, &object, pool, object_ret);
	expr_destroy(expr);
	return error;
}

struct inspect_error *inspect_object_variable(struct inspect *inspect, const char *name, const char *type,
					      struct inspect_pool *pool, const struct inspect_object **object_ret)
{
	struct inspect_error *error;
	struct object object;
	struct symbol symbol;
	struct type *found;

	if (!type)
		return inspect_object_evaluate(inspect, name, pool, object_ret);
	if (!symbols_find(&inspect->kernel.symbols, name, &symbol))
		return error_create(INSPECT_ERROR_LOOKUP, "this kernel has no variable or function \"%s\"", name);
	error = expr_find_type(&inspect->kernel, type, strlen(type), &found);
	if (error)
		return error_context(error, "%s", name);
	object = object_reference(found, symbol.address);
	return object_hand_out(inspect, &object, pool, object_ret);
}

struct inspect_error *inspect_object_at(struct inspect *inspect, const struct inspect_type *type, uint64_t address,
					struct inspect_pool *pool, const struct inspect_object **object_ret)
{
	struct object object = object_reference(type_taken(type), address);

	return object_hand_out(inspect, &object, pool, object_ret);
}

/* One step of a path; a pointer is followed first. */
static struct inspect_error *step(struct memory *memory, const struct object *from, const char *name, size_t length,
				  struct object *out)
{
	struct inspect_error *error;
	struct object target = *from;
	struct type *underlying;

	error = type_underlying(from->type, &underlying);
	if (!error && underlying->kind == TYPE_POINTER)
		error = object_dereference(memory, from, &target);
	return error ? error : object_member(&target, name, length, out);
}

struct inspect_error *inspect_object_member(const struct inspect_object *object, const char *path,
					    struct inspect_pool *pool, const struct inspect_object **member_ret)
{
	struct object at = object->object;
	const char *rest = path;

	for (;;) {
		size_t length = strcspn(rest, ".-");
		struct inspect_error *error;

		if (!length)
			return error_create(INSPECT_ERROR_USAGE, "\"%s\" is no path of members", path);
		error = step(memory_of(object), &at, rest, length, &at);
		if (error)
			return error;
		rest += length;
		if (!*rest)
			return object_hand_out(object->inspect, &at, pool, member_ret);
		rest += *rest == '.' ? 1 : rest[1] == '>' ? 2 : 0;
	}
}

struct inspect_error *inspect_object_dereference(const struct inspect_object *pointer, struct inspect_pool *pool,
						 const struct inspect_object **object_ret)
{
	struct object object;
	struct inspect_error *error = object_dereference(memory_of(pointer), &pointer->object, &object);

	return error ? error : object_hand_out(pointer->inspect, &object, pool, object_ret);
}

struct inspect_error *inspect_object_index(const struct inspect_object *object, int64_t index,
					   struct inspect_pool *pool, const struct inspect_object **element_ret)
{
	struct object element;
	struct inspect_error *error = object_index(memory_of(object), &object->object, index, &element);

	return error ? error : object_hand_out(object->inspect, &element, pool, element_ret);
}

/* The address in a pointer, or of anything else that has one. */
static struct inspect_error *address_meant(const struct inspect_object *object, const struct type *underlying,
					   uint64_t *address_ret)
{
	if (underlying->kind == TYPE_POINTER)
		return object_read_u64(memory_of(object), &object->object, address_ret);
	if (!inspect_object_address(object, address_ret, NULL))
		return error_create(INSPECT_ERROR_USAGE, "an object in memory, or a pointer to one, is needed");
	return NULL;
}

struct inspect_error *inspect_object_container(const struct inspect_object *object, const struct inspect_type *type,
					       const char *path, struct inspect_pool *pool,
					       const struct inspect_object **container_ret)
{
	const struct inspect_member *member;
	struct inspect_error *error;
	struct type *underlying;
	uint64_t address = 0;

	error = type_underlying(object->object.type, &underlying);
	if (!error)
		error = address_meant(object, underlying, &address);
	if (!error)
		error = inspect_type_find_member(type, path, pool, &member);
	if (error)
		return error;
	if (member->bit_size)
		return error_create(INSPECT_ERROR_USAGE, "%s is a bit-field, which has no address", path);
	return inspect_object_at(object->inspect, type, address - member->bit_offset / 8, pool, container_ret);
}

struct inspect_error *inspect_object_cast(const struct inspect_object *object, const struct inspect_type *type,
					  struct inspect_pool *pool, const struct inspect_object **object_ret)
{
	struct object value, converted;
	struct inspect_error *error = object_read(memory_of(object), &object->object, &value);

	if (!error)
		error = arithmetic_convert(&value, type_taken(type), &converted);
	return error ? error : object_hand_out(object->inspect, &converted, pool, object_ret);
}

/* Asking them. */

enum inspect_object_kind inspect_object_kind(const struct inspect_object *object)
{
	static const enum inspect_object_kind kinds[] = {
		[OBJECT_ABSENT] = INSPECT_OBJECT_ABSENT,
		[OBJECT_REFERENCE] = INSPECT_OBJECT_REFERENCE,
		[OBJECT_VALUE] = INSPECT_OBJECT_VALUE,
	};

	return kinds[object->object.kind];
}

const struct inspect_type *inspect_object_type(const struct inspect_object *object)
{
	return type_handed_out(object->object.type);
}

bool inspect_object_address(const struct inspect_object *object, uint64_t *address_ret, unsigned int *bit_ret)
{
	if (object->object.kind != OBJECT_REFERENCE)
		return false;
	*address_ret = object->object.address;
	if (bit_ret)
		*bit_ret = object->object.bit_offset;
	return true;
}

struct inspect_error *inspect_object_read_u64(const struct inspect_object *object, uint64_t *value_ret)
{
	return object_read_u64(memory_of(object), &object->object, value_ret);
}

struct inspect_error *inspect_object_read_s64(const struct inspect_object *object, int64_t *value_ret)
{
	uint64_t value;
	struct inspect_error *error = object_read_u64(memory_of(object), &object->object, &value);

	if (!error)
		*value_ret = (int64_t)value;
	return error;
}

struct inspect_error *inspect_object_read_double(const struct inspect_object *object, double *value_ret)
{
	struct inspect_error *error;
	struct type *underlying;
	struct object real;
	uint64_t value;

	error = type_underlying(object->object.type, &underlying);
	if (error)
		return error;
	if (underlying->kind == TYPE_FLOAT) {
		error = object_read(memory_of(object), &object->object, &real);
		if (!error)
			*value_ret = real.f;
		return error;
	}
	error = object_read_u64(memory_of(object), &object->object, &value);
	if (!error)
		*value_ret = underlying->is_signed ? (double)(int64_t)value : (double)value;
	return error;
}

struct inspect_error *inspect_object_read_bytes(const struct inspect_object *object, struct inspect_pool *pool,
						const void **bytes_ret, size_t *size_ret)
{
	const struct value_options options = { 0 };
	struct inspect_error *error;
	struct value value;

	error = value_load(memory_of(object), &object->object, &options, &pool->arena, &value);
	if (error)
		return error;
	if (value.kind == OBJECT_ABSENT)
		return error_create(INSPECT_ERROR_LOOKUP, "the object is absent: the kernel has no memory for it");
	if (value.cut)
		return error_create(INSPECT_ERROR_LIMIT, "an object of %llu bytes: at most %llu are read at once",
				    (unsigned long long)value.size, (unsigned long long)VALUE_SIZE_MAX);
	if (value.gap_count)
		return memory_error(value.gaps[0].fault, value.address + value.gaps[0].offset);
	*bytes_ret = value.bytes;
	*size_ret = (size_t)value.size;
	return NULL;
}

struct inspect_error *inspect_object_read_string(const struct inspect_object *object, size_t max,
						 struct inspect_pool *pool, const char **string_ret,
						 size_t *length_ret)
{
	struct inspect_error *error;
	uint64_t address = 0, size;
	struct type *underlying;

	error = type_underlying(object->object.type, &underlying);
	if (!error)
		error = type_complete(underlying);
	if (error)
		return error;
	if (underlying->kind != TYPE_ARRAY && underlying->kind != TYPE_POINTER)
		return error_create(INSPECT_ERROR_USAGE, "a %s is no string: an array or a pointer is needed",
				    type_kind_string(underlying->kind));
	error = address_meant(object, underlying, &address);
	if (!error)
		error = type_size(underlying->target, &size);
	if (error)
		return error;
	if (size > 1)
		return error_create(INSPECT_ERROR_USAGE, "elements of %llu bytes are no characters",
				    (unsigned long long)size);
	if (underlying->kind == TYPE_ARRAY && underlying->length && underlying->length < max)
		max = (size_t)underlying->length;
	return inspect_read_string(object->inspect, address, max, pool, string_ret, length_ret);
}
