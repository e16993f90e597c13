/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/strings.h"

#include <string.h>

#include "base/error.h"

/* Where the characters lie; *@room_ret is the most there can be, 0: no limit is known. */
static struct inspect_error *locate(struct evaluator *evaluator, const struct object *object, uint64_t *address_ret,
				    uint64_t *room_ret)
{
	struct type *type, *element;
	struct inspect_error *error = type_underlying(object->type, &type);
	struct object pointer = object_integer(object->type, 0);

	if (!error)
		error = type_complete(type);
	if (error)
		return error;
	if (type->kind != TYPE_ARRAY && type->kind != TYPE_POINTER)
		return error_create(INSPECT_ERROR_USAGE, "a string is compared with an array of characters or a pointer");
	error = type_underlying(type->target, &element);
	if (error)
		return error;
	if (element->kind != TYPE_INT || element->size != 1)
		return error_create(INSPECT_ERROR_USAGE, "a string is compared with characters, of one byte");
	if (type->kind == TYPE_POINTER && !evaluator->unevaluated) {
		error = object_read(&evaluator->kernel->memory, object, &pointer);
		if (error)
			return error;
	}
	*address_ret = type->kind == TYPE_ARRAY ? object->address : pointer.u;
	*room_ret = type->kind == TYPE_ARRAY ? type->length : 0;
	return NULL;
}

struct inspect_error *string_equal(struct evaluator *evaluator, const struct object *object,
				   const struct node *literal, bool *equal_ret)
{
	const char *wanted = literal->literal.string.bytes;
	size_t length = literal->literal.string.length, found = 0, size;
	struct inspect_error *error;
	uint64_t address, room;
	enum inspect_fault fault;
	char buf[STRING_MAX + 2];

	error = locate(evaluator, object, &address, &room);
	if (error)
		return error;
	if (length > STRING_MAX)
		return place_error(INSPECT_ERROR_LIMIT, literal->place, "a string of more than %d characters",
				   STRING_MAX);
	*equal_ret = false;
	if (evaluator->unevaluated || (room && length > room) || memchr(wanted, '\0', length))
		return NULL;
	/* One character more than wanted tells whether it ends there, unless the array does. */
	size = room && room == length ? length + 1 : length + 2;
	fault = memory_read_string(&evaluator->kernel->memory, address, buf, size, &found);
	if (fault)
		return memory_error(fault, address + found);
	*equal_ret = found == length && !memcmp(buf, wanted, length);
	return NULL;
}
