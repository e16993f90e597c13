/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/c_types.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "core/format_type.h"

static const struct type basic_types[C_COUNT] = {
	[C_VOID] = { .kind = TYPE_VOID },
	[C_BOOL] = { .kind = TYPE_BOOL, .name = "_Bool", .size = 1 },
	[C_CHAR] = { .kind = TYPE_INT, .name = "char", .size = 1, .is_char = true },
	[C_SIGNED_CHAR] = { .kind = TYPE_INT, .name = "signed char", .size = 1, .is_char = true, .is_signed = true },
	[C_UNSIGNED_CHAR] = { .kind = TYPE_INT, .name = "unsigned char", .size = 1, .is_char = true },
	[C_SHORT] = { .kind = TYPE_INT, .name = "short", .size = 2, .is_signed = true },
	[C_UNSIGNED_SHORT] = { .kind = TYPE_INT, .name = "unsigned short", .size = 2 },
	[C_INT] = { .kind = TYPE_INT, .name = "int", .size = 4, .is_signed = true },
	[C_UNSIGNED_INT] = { .kind = TYPE_INT, .name = "unsigned int", .size = 4 },
	[C_LONG] = { .kind = TYPE_INT, .name = "long", .size = 8, .is_signed = true },
	[C_UNSIGNED_LONG] = { .kind = TYPE_INT, .name = "unsigned long", .size = 8 },
	[C_LONG_LONG] = { .kind = TYPE_INT, .name = "long long", .size = 8, .is_signed = true },
	[C_UNSIGNED_LONG_LONG] = { .kind = TYPE_INT, .name = "unsigned long long", .size = 8 },
	[C_INT128] = { .kind = TYPE_INT, .name = "__int128", .size = 16, .is_signed = true },
	[C_UNSIGNED_INT128] = { .kind = TYPE_INT, .name = "unsigned __int128", .size = 16 },
	[C_FLOAT] = { .kind = TYPE_FLOAT, .name = "float", .size = 4 },
	[C_DOUBLE] = { .kind = TYPE_FLOAT, .name = "double", .size = 8 },
};

/* All types here are made complete, so that this scope is never asked for more. */
static const struct scope_ops c_scope_ops = { .name = "C" };

void c_types_init(struct c_types *types, bool char_is_signed)
{
	memset(types, 0, sizeof(*types));
	types->scope.ops = &c_scope_ops;
	types->scope.name = (char *)"the expression";
	arena_init(&types->scope.arena);
	hash_init(&types->pointers);
	for (size_t i = 0; i < C_COUNT; i++) {
		types->basic[i] = basic_types[i];
		types->basic[i].complete = true;
		types->basic[i].scope = &types->scope;
	}
	types->basic[C_CHAR].is_signed = char_is_signed;
}

void c_types_deinit(struct c_types *types)
{
	hash_deinit(&types->pointers);
	arena_deinit(&types->scope.arena);
}

static struct type *derive(struct c_types *types, enum type_kind kind, struct type *target)
{
	struct type *type = arena_calloc(&types->scope.arena, 1, sizeof(*type));

	if (type)
		*type = (struct type){ .kind = kind, .complete = true, .target = target, .scope = &types->scope };
	return type;
}

struct type *c_pointer(struct c_types *types, struct type *target)
{
	struct type *type;
	uint64_t found;

	if (hash_get(&types->pointers, (uintptr_t)target, &found))
		return (struct type *)(uintptr_t)found;
	type = derive(types, TYPE_POINTER, target);
	if (!type || !hash_set(&types->pointers, (uintptr_t)target, (uintptr_t)type))
		return NULL;
	type->size = 8;
	return type;
}

struct type *c_array(struct c_types *types, struct type *element, uint64_t length)
{
	struct type *type = derive(types, TYPE_ARRAY, element);

	if (type)
		type->length = length;
	return type;
}

struct type *c_qualified(struct c_types *types, struct type *target, unsigned int qualifiers)
{
	static const enum type_kind kinds[] = { TYPE_RESTRICT, TYPE_VOLATILE, TYPE_CONST };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && target; i++) {
		if (qualifiers & TYPE_BIT(kinds[i]))
			target = derive(types, kinds[i], target);
	}
	return target;
}

struct type *c_function(struct c_types *types, struct type *result, const struct type_parameter *parameters,
			uint32_t count, bool is_variadic)
{
	struct type *type = derive(types, TYPE_FUNCTION, result);

	if (!type)
		return NULL;
	type->parameters = arena_calloc(&types->scope.arena, count, sizeof(*parameters));
	if (!type->parameters)
		return NULL;
	if (count)
		memcpy(type->parameters, parameters, count * sizeof(*parameters));
	type->count = count;
	type->is_variadic = is_variadic;
	return type;
}

/* What an integer of this size becomes; two kinds of type have 64 bits on LP64, and only the name tells them apart. */
static enum c_basic promoted_basic(const struct type *type, bool is_signed)
{
	enum c_basic basic = C_INT;

	if (type->size == 8)
		basic = type->kind == TYPE_INT && type->name && strstr(type->name, "long long") ? C_LONG_LONG : C_LONG;
	if (type->size == 16)
		basic = C_INT128;
	if (type->size < 4)
		return C_INT;
	return is_signed ? basic : basic + 1;
}

struct inspect_error *scalar_of(struct type *type, struct scalar *out)
{
	struct scalar scalar = { .class = SCALAR_INTEGER };
	struct inspect_error *error = type_underlying(type, &scalar.underlying);
	const struct type *underlying = scalar.underlying;

	if (error)
		return error;
	scalar.size = (unsigned int)underlying->size;
	switch (underlying->kind) {
	case TYPE_BOOL:
		scalar.is_bool = true;
		break;
	case TYPE_INT:
	case TYPE_ENUM:
		error = type_complete(scalar.underlying);
		scalar.is_signed = underlying->is_signed;
		break;
	case TYPE_FLOAT:
		scalar.class = SCALAR_FLOAT;
		break;
	case TYPE_POINTER:
		scalar.class = SCALAR_POINTER;
		scalar.size = 8;
		break;
	default:
		scalar.class = SCALAR_NONE;
		scalar.size = 0;
		break;
	}
	if (error)
		return error;
	if (scalar.class != SCALAR_NONE && (!scalar.size || underlying->size > 8) &&
	    (underlying->kind != TYPE_INT || underlying->size != 16))
		return error_create(INSPECT_ERROR_UNSUPPORTED, "a %s of %llu bytes takes no part in arithmetic here",
				    underlying->name ? underlying->name : type_kind_string(underlying->kind),
				    (unsigned long long)underlying->size);
	if (scalar.class == SCALAR_FLOAT)
		scalar.promoted = scalar.size == 4 ? C_FLOAT : C_DOUBLE;
	else if (scalar.class == SCALAR_INTEGER)
		scalar.promoted = promoted_basic(underlying, scalar.is_signed);
	*out = scalar;
	return NULL;
}

bool c_basic_is_signed(enum c_basic basic)
{
	return basic == C_INT || basic == C_LONG || basic == C_LONG_LONG || basic == C_INT128;
}

enum c_basic c_common(enum c_basic a, enum c_basic b)
{
	enum c_basic greater = a > b ? a : b, lesser = a > b ? b : a;

	/*
	 * The greater rank, in this order of the enum, wins, but for a signed type that cannot hold what an unsigned one
	 * of lesser rank and equal size can: unsigned long and long long.
	 */
	if (greater == C_LONG_LONG && lesser == C_UNSIGNED_LONG)
		return C_UNSIGNED_LONG_LONG;
	return greater;
}

c_wide c_truncate(c_wide value, unsigned int size, bool is_signed)
{
	unsigned int unused = 128 - size * 8;

	if (!size || size >= 16)
		return value;
	value <<= unused;
	return is_signed ? (c_wide)((__int128)value >> unused) : value >> unused;
}

struct inspect_error *c_describe(struct type *type, char *buf, size_t size)
{
	struct inspect_error *error;
	struct strbuf text;

	strbuf_init(&text);
	error = format_type_name(type, &text);
	if (!error && text.failed)
		error = &error_nomem;
	if (!error)
		snprintf(buf, size, "%s", text.bytes ? text.bytes : "");
	strbuf_deinit(&text);
	return error;
}
