/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the type names of the parser to types. */
#include "base/error.h"
#include "expr/evaluator.h"

#define WORD_KINDS (TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_FLOAT))
#define PARAMETERS_MAX 64

static struct inspect_error *find(struct evaluator *evaluator, const struct type_name *name, struct type **type_ret)
{
	unsigned int kinds = name->specifier == SPECIFIER_TAG ? TYPE_BIT(name->tag) : WORD_KINDS;
	struct inspect_error *error = name_find_type(evaluator, name->name, kinds, type_ret);

	if (error || *type_ret)
		return error;
	return name_no_type(evaluator, name->place, name->name, kinds);
}

static struct inspect_error *resolve_specifiers(struct evaluator *evaluator, const struct type_name *name,
						struct type **type_ret)
{
	switch (name->specifier) {
	case SPECIFIER_BASIC:
		*type_ret = &evaluator->types.basic[name->basic];
		return NULL;
	case SPECIFIER_TYPEOF:
		return evaluate_type(evaluator, name->expression, type_ret);
	case SPECIFIER_TYPEOF_TYPE:
		return type_name_resolve(evaluator, name->of, type_ret);
	default:
		return find(evaluator, name, type_ret);
	}
}

static struct inspect_error *resolve_array(struct evaluator *evaluator, const struct declarator *declarator,
					   struct type **type)
{
	struct inspect_error *error = NULL;
	int64_t length = 0;

	if (declarator->length)
		error = evaluate_integer(evaluator, declarator->length, &length);
	if (error)
		return error;
	if (length < 0)
		return place_error(INSPECT_ERROR_USAGE, declarator->length->place, "an array of %lld elements",
				   (long long)length);
	*type = c_array(&evaluator->types, *type, (uint64_t)length);
	return NULL;
}

static struct inspect_error *resolve_function(struct evaluator *evaluator, const struct declarator *declarator,
					      struct type **type)
{
	struct type_parameter parameters[PARAMETERS_MAX] = { 0 };
	uint32_t count = 0;

	for (struct type_name *name = declarator->parameters; name && count < PARAMETERS_MAX; name = name->next) {
		struct inspect_error *error = type_name_resolve(evaluator, name, &parameters[count++].type);

		if (error)
			return error;
	}
	*type = c_function(&evaluator->types, *type, parameters, count, declarator->is_variadic);
	return NULL;
}

static struct inspect_error *resolve_declarator(struct evaluator *evaluator, const struct declarator *declarator,
						struct type **type)
{
	switch (declarator->kind) {
	case DECLARATOR_POINTER:
		*type = c_pointer(&evaluator->types, *type);
		if (*type)
			*type = c_qualified(&evaluator->types, *type, declarator->qualifiers);
		return NULL;
	case DECLARATOR_ARRAY:
		return resolve_array(evaluator, declarator, type);
	default:
		return resolve_function(evaluator, declarator, type);
	}
}

struct inspect_error *type_name_resolve(struct evaluator *evaluator, struct type_name *name, struct type **type_ret)
{
	struct inspect_error *error = NULL;
	struct type *type = NULL;

	if (name->resolved) {
		*type_ret = name->resolved;
		return NULL;
	}
	error = resolve_specifiers(evaluator, name, &type);
	if (!error)
		type = c_qualified(&evaluator->types, type, name->qualifiers);
	for (const struct declarator *declarator = name->declarators; declarator && type && !error;
	     declarator = declarator->next)
		error = resolve_declarator(evaluator, declarator, &type);
	if (error)
		return error_place(error, name->place.offset, name->place.length);
	if (!type)
		return &error_nomem;
	name->resolved = type;
	*type_ret = type;
	return NULL;
}
