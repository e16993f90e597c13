/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/c_types.h"

#include <stdio.h>
#include <stdlib.h>
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

struct c_scope {
	struct scope scope;
	struct type basic[C_COUNT];
	struct hash derived; /* derived_key() -> chain of struct derived */
};

struct derived {
	struct type type;
	struct derived *next; /* another one of the same key */
};

static void c_scope_destroy(struct scope *scope)
{
	struct c_scope *types = (struct c_scope *)scope;

	hash_deinit(&types->derived);
	arena_deinit(&scope->arena);
	free(types);
}

/* All types here are made complete, so that this scope is never asked for more. */
static const struct scope_ops c_scope_ops = { .name = "C", .destroy = c_scope_destroy };

/* Whether a plain char is signed is the machine's and the compiler's choice; the kernel's types say which. */
static struct inspect_error *char_is_signed(const struct kernel *kernel, bool *is_signed_ret)
{
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < kernel->scopes.count && !types.count && !error; i++)
		error = scope_find(kernel->scopes.items[i], "char", TYPE_BIT(TYPE_INT), &types);
	if (!error && types.count)
		error = type_complete(types.items[0]);
	if (!error)
		*is_signed_ret = types.count ? types.items[0]->is_signed : true;
	vec_deinit(&types);
	return error;
}

static struct inspect_error *c_scope_create(const struct kernel *kernel, struct scope **scope_ret)
{
	bool is_signed = true;
	struct inspect_error *error = char_is_signed(kernel, &is_signed);
	struct c_scope *types;

	if (error)
		return error;
	types = calloc(1, sizeof(*types));
	if (!types)
		return &error_nomem;
	types->scope.ops = &c_scope_ops;
	types->scope.name = (char *)"the expression";
	arena_init(&types->scope.arena);
	hash_init(&types->derived);
	for (size_t i = 0; i < C_COUNT; i++) {
		types->basic[i] = basic_types[i];
		types->basic[i].complete = true;
		types->basic[i].scope = &types->scope;
	}
	types->basic[C_CHAR].is_signed = is_signed;
	*scope_ret = &types->scope;
	return NULL;
}

struct inspect_error *c_types_init(struct c_types *types, struct kernel *kernel)
{
	struct inspect_error *error = kernel->derived ? NULL : c_scope_create(kernel, &kernel->derived);

	if (error)
		return error;
	types->scope = (struct c_scope *)kernel->derived;
	types->basic = types->scope->basic;
	return NULL;
}

static uint64_t derived_key(const struct type *type)
{
	uint64_t key = (uintptr_t)type->target + type->length * UINT64_C(0x9e3779b97f4a7c15);

	return key ^ (uint64_t)type->kind << 56 ^ (uint64_t)type->count << 48;
}

static bool is_same(const struct type *a, const struct type *b)
{
	if (a->kind != b->kind || a->target != b->target || a->length != b->length || a->count != b->count ||
	    a->is_variadic != b->is_variadic)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		if (a->parameters[i].type != b->parameters[i].type)
			return false;
	}
	return true;
}

/* A new type as @wanted; its parameters are copied. */
static struct derived *derived_create(struct c_scope *scope, const struct type *wanted)
{
	struct arena *arena = &scope->scope.arena;
	struct derived *derived = arena_calloc(arena, 1, sizeof(*derived));
	struct type_parameter *parameters = arena_calloc(arena, wanted->count, sizeof(*parameters));

	if (!derived || !parameters)
		return NULL;
	if (wanted->count)
		memcpy(parameters, wanted->parameters, wanted->count * sizeof(*parameters));
	derived->type = *wanted;
	derived->type.parameters = parameters;
	derived->type.complete = true;
	derived->type.scope = &scope->scope;
	return derived;
}

/* The one type that is as @wanted. */
static struct type *derive(struct c_types *types, const struct type *wanted)
{
	struct hash *hash = &types->scope->derived;
	uint64_t key = derived_key(wanted), found = 0;
	struct derived *derived;

	hash_get(hash, key, &found);
	for (derived = (struct derived *)(uintptr_t)found; derived; derived = derived->next) {
		if (is_same(&derived->type, wanted))
			return &derived->type;
	}
	derived = derived_create(types->scope, wanted);
	if (!derived || !hash_set(hash, key, (uintptr_t)derived))
		return NULL;
	derived->next = (struct derived *)(uintptr_t)found;
	return &derived->type;
}

struct type *c_pointer(struct c_types *types, struct type *target)
{
	return derive(types, &(struct type){ .kind = TYPE_POINTER, .target = target, .size = 8 });
}

struct type *c_array(struct c_types *types, struct type *element, uint64_t length)
{
	return derive(types, &(struct type){ .kind = TYPE_ARRAY, .target = element, .length = length });
}

struct type *c_qualified(struct c_types *types, struct type *target, unsigned int qualifiers)
{
	static const enum type_kind kinds[] = { TYPE_RESTRICT, TYPE_VOLATILE, TYPE_CONST };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && target; i++) {
		if (qualifiers & TYPE_BIT(kinds[i]))
			target = derive(types, &(struct type){ .kind = kinds[i], .target = target });
	}
	return target;
}

struct type *c_function(struct c_types *types, struct type *result, const struct type_parameter *parameters,
			uint32_t count, bool is_variadic)
{
	return derive(types, &(struct type){ .kind = TYPE_FUNCTION, .target = result, .count = count,
					     .is_variadic = is_variadic,
					     .parameters = (struct type_parameter *)parameters });
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
	 * The greater rank, in this order of the enum, wins, but for a signed type that cannot hold what an unsigned
	 * one of lesser rank and equal size can: unsigned long and long long.
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
