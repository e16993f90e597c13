/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the object that an operand is to the value that C computes with. */
#include "base/error.h"
#include "expr/evaluator.h"

#define DESCRIBED 96

/* "WHAT: struct foo" at @place. */
struct inspect_error *value_type_error(struct place place, struct type *type, const char *what)
{
	char described[DESCRIBED];
	struct inspect_error *error = c_describe(type, described, sizeof(described));

	return error ? error : place_error(INSPECT_ERROR_USAGE, place, "%s: this is a %s", what, described);
}

struct inspect_error *value_pointer(struct evaluator *evaluator, struct type *target, uint64_t address,
				    struct object *out)
{
	struct type *type = c_pointer(&evaluator->types, target);

	if (!type)
		return &error_nomem;
	*out = object_integer(type, address);
	return NULL;
}

/* What is read of a scalar: in C's arithmetic, a narrow bit-field and an enumerator are ints. */
static struct inspect_error *read_scalar(struct evaluator *evaluator, const struct operand *operand,
					 struct object *out)
{
	const struct object *object = &operand->object;
	struct inspect_error *error;
	struct object value;
	struct scalar scalar;

	if (object->kind == OBJECT_REFERENCE && evaluator->unevaluated) {
		value = object_integer(object->type, 0);
	} else {
		error = object_read(&evaluator->kernel->memory, object, &value);
		if (error)
			return error;
	}
	error = scalar_of(value.type, &scalar);
	if (error)
		return error;
	if (scalar.class == SCALAR_INTEGER &&
	    ((object->bit_size && object->bit_size < 32) ||
	     (operand->is_enumerator && (uint64_t)(int64_t)(int32_t)value.u == value.u)))
		value.type = &evaluator->types.basic[C_INT];
	*out = value;
	return NULL;
}

/* The value of an operand, with C's conversions of arrays and functions to pointers. */
struct inspect_error *operand_value(struct evaluator *evaluator, struct place place, const struct operand *operand,
				    struct object *out)
{
	const struct object *object = &operand->object;
	struct type *underlying;
	struct inspect_error *error = type_underlying(object->type, &underlying);

	if (!error && operand->literal)
		return place_error(INSPECT_ERROR_USAGE, operand->literal->place,
				   "a string literal has no address in the kernel: it can be compared with == and !=");
	if (!error && object->kind == OBJECT_ABSENT)
		error = object_read(&evaluator->kernel->memory, object, out);
	if (!error)
		error = type_complete(underlying);
	if (error)
		return error_place(error, place.offset, place.length);
	switch (underlying->kind) {
	case TYPE_ARRAY:
		if (object->kind == OBJECT_VALUE)
			return place_error(INSPECT_ERROR_USAGE, place,
					   "this constant is in the debug information only: it has no address");
		error = value_pointer(evaluator, underlying->target, object->address, out);
		break;
	case TYPE_FUNCTION:
		error = value_pointer(evaluator, object->type, object->address, out);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
	case TYPE_VOID:
		error = value_type_error(place, object->type, "a number or a pointer is wanted");
		break;
	default:
		error = read_scalar(evaluator, operand, out);
		break;
	}
	return error_place(error, place.offset, place.length);
}

struct inspect_error *evaluate_scalar(struct evaluator *evaluator, const struct node *node, struct object *out)
{
	struct operand operand;
	struct inspect_error *error = evaluate(evaluator, node, &operand);

	return error ? error : operand_value(evaluator, node->place, &operand, out);
}

struct inspect_error *evaluate_integer(struct evaluator *evaluator, const struct node *node, int64_t *value_ret)
{
	struct object value;
	struct scalar scalar;
	struct inspect_error *error = evaluate_scalar(evaluator, node, &value);

	if (!error)
		error = scalar_of(value.type, &scalar);
	if (error)
		return error;
	if (scalar.class != SCALAR_INTEGER)
		return value_type_error(node->place, value.type, "an integer is wanted");
	if ((!scalar.is_signed && value.u > INT64_MAX) ||
	    (scalar.size > 8 && value.high != (scalar.is_signed && value.u >> 63 ? UINT64_MAX : 0)))
		return place_error(INSPECT_ERROR_USAGE, node->place, "the number is too large");
	*value_ret = (int64_t)value.u;
	return NULL;
}

struct inspect_error *value_target(struct place place, struct type *type, struct type **target_ret)
{
	struct type *pointer;
	struct inspect_error *error = type_underlying(type, &pointer);

	if (!error && pointer->kind != TYPE_POINTER)
		error = value_type_error(place, type, "a pointer is wanted");
	if (!error)
		error = type_complete(pointer);
	if (!error)
		*target_ret = pointer->target;
	return error_place(error, place.offset, place.length);
}

struct inspect_error *evaluate_pointer(struct evaluator *evaluator, const struct node *node, uint64_t *address_ret,
				       struct type **target_ret)
{
	struct object value;
	struct inspect_error *error = evaluate_scalar(evaluator, node, &value);

	if (!error)
		error = value_target(node->place, value.type, target_ret);
	if (!error)
		*address_ret = value.u;
	return error;
}

struct inspect_error *evaluate_type(struct evaluator *evaluator, const struct node *node, struct type **type_ret)
{
	struct operand operand;
	struct inspect_error *error;

	evaluator->unevaluated++;
	error = evaluate(evaluator, node, &operand);
	evaluator->unevaluated--;
	if (!error)
		*type_ret = operand.object.type;
	return error;
}
