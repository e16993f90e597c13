/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of single types; types.c finds them for the records. */
#include <string.h>

#include <inspect/type.h>

#include "base/error.h"
#include "core/format_layout.h"
#include "core/format_type.h"
#include "expr/expr.h"
#include "handle.h"
#include "record/cell.h"

struct inspect_error *inspect_type_find(struct inspect *inspect, const char *name,
					const struct inspect_type **type_ret)
{
	struct type *type;
	struct inspect_error *error = expr_find_type(&inspect->kernel, name, strlen(name), &type);

	if (!error)
		*type_ret = type_handed_out(type);
	return error;
}

enum inspect_type_kind inspect_type_kind(const struct inspect_type *type)
{
	static const enum inspect_type_kind kinds[] = {
		[TYPE_VOID] = INSPECT_KIND_VOID,
		[TYPE_INT] = INSPECT_KIND_INT,
		[TYPE_BOOL] = INSPECT_KIND_BOOL,
		[TYPE_FLOAT] = INSPECT_KIND_FLOAT,
		[TYPE_POINTER] = INSPECT_KIND_POINTER,
		[TYPE_ARRAY] = INSPECT_KIND_ARRAY,
		[TYPE_STRUCT] = INSPECT_KIND_STRUCT,
		[TYPE_UNION] = INSPECT_KIND_UNION,
		[TYPE_ENUM] = INSPECT_KIND_ENUM,
		[TYPE_TYPEDEF] = INSPECT_KIND_TYPEDEF,
		[TYPE_CONST] = INSPECT_KIND_CONST,
		[TYPE_VOLATILE] = INSPECT_KIND_VOLATILE,
		[TYPE_RESTRICT] = INSPECT_KIND_RESTRICT,
		[TYPE_FUNCTION] = INSPECT_KIND_FUNCTION,
		[TYPE_FUNC] = INSPECT_KIND_TAG, /* these entries of tables lead to their types as tags do */
		[TYPE_VARIABLE] = INSPECT_KIND_TAG,
		[TYPE_SECTION] = INSPECT_KIND_TAG,
		[TYPE_TAG] = INSPECT_KIND_TAG,
	};

	return kinds[type_taken(type)->kind];
}

const char *inspect_type_name(const struct inspect_type *type)
{
	const char *name = type_taken(type)->name;

	return name ? format_type_spelling(name) : NULL;
}

const char *inspect_type_source(const struct inspect_type *type)
{
	return type_taken(type)->scope->name;
}

struct inspect_error *inspect_type_size(const struct inspect_type *type, uint64_t *size_ret)
{
	return type_size(type_taken(type), size_ret);
}

struct inspect_error *inspect_type_underlying(const struct inspect_type *type, const struct inspect_type **type_ret)
{
	struct type *underlying;
	struct inspect_error *error = type_underlying(type_taken(type), &underlying);

	if (!error)
		*type_ret = type_handed_out(underlying);
	return error;
}

/* The type behind typedefs and qualifiers, completed, if it is of one of @kinds; @what is what is asked of it. */
static struct inspect_error *take(const struct inspect_type *type, unsigned int kinds, const char *what,
				  struct type **type_ret)
{
	struct type *underlying;
	struct inspect_error *error = type_underlying(type_taken(type), &underlying);

	if (!error)
		error = type_complete(underlying);
	if (error)
		return error;
	if (!(TYPE_BIT(underlying->kind) & kinds))
		return error_create(INSPECT_ERROR_USAGE, "a type of kind %s has no %s",
				    type_kind_string(underlying->kind), what);
	if (underlying->is_declaration && underlying->kind != TYPE_ARRAY && !underlying->count)
		return error_create(INSPECT_ERROR_LOOKUP, "%s %s is only declared in this kernel's types",
				    type_kind_string(underlying->kind), underlying->name ? underlying->name : "");
	*type_ret = underlying;
	return NULL;
}

struct inspect_error *inspect_type_is_signed(const struct inspect_type *type, bool *is_signed_ret)
{
	struct type *taken;
	struct inspect_error *error = take(type, TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_ENUM), "sign", &taken);

	if (!error)
		*is_signed_ret = taken->is_signed;
	return error;
}

struct inspect_error *inspect_type_target(const struct inspect_type *type, const struct inspect_type **type_ret)
{
	struct type *taken = type_taken(type);
	struct inspect_error *error = type_complete(taken);

	if (error)
		return error;
	if (!taken->target)
		return error_create(INSPECT_ERROR_USAGE, "a type of kind %s has no target",
				    type_kind_string(taken->kind));
	*type_ret = type_handed_out(taken->target);
	return NULL;
}

struct inspect_error *inspect_type_count(const struct inspect_type *type, uint64_t *count_ret)
{
	const unsigned int kinds = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM) | TYPE_BIT(TYPE_FUNCTION) |
				   TYPE_BIT(TYPE_ARRAY);
	struct type *taken;
	struct inspect_error *error = take(type, kinds, "parts", &taken);

	if (!error)
		*count_ret = taken->kind == TYPE_ARRAY ? taken->length : taken->count;
	return error;
}

static struct inspect_error *hand_out_member(const struct type_member *member, struct inspect_pool *pool,
					     const struct inspect_member **member_ret)
{
	struct inspect_member *out = arena_alloc(&pool->arena, sizeof(*out));

	if (!out)
		return &error_nomem;
	*out = (struct inspect_member){
		.name = member->name,
		.type = type_handed_out(member->type),
		.bit_offset = member->bit_offset,
		.bit_size = member->bit_size,
	};
	*member_ret = out;
	return NULL;
}

static struct inspect_error *check_index(const struct type *type, uint64_t index)
{
	if (index < type->count)
		return NULL;
	return error_create(INSPECT_ERROR_USAGE, "%s %s has %u parts: there is none with index %llu",
			    type_kind_string(type->kind), type->name ? type->name : "", type->count,
			    (unsigned long long)index);
}

struct inspect_error *inspect_type_member(const struct inspect_type *type, uint64_t index, struct inspect_pool *pool,
					  const struct inspect_member **member_ret)
{
	struct type_member parameter = { 0 };
	struct inspect_error *error;
	struct type *taken;

	error = take(type, TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_FUNCTION), "members", &taken);
	if (!error)
		error = check_index(taken, index);
	if (error)
		return error;
	if (taken->kind != TYPE_FUNCTION)
		return hand_out_member(&taken->members[index], pool, member_ret);
	parameter.name = taken->parameters[index].name;
	parameter.type = taken->parameters[index].type;
	return hand_out_member(&parameter, pool, member_ret);
}

/* The member @name of @at, whose place in the outermost type is then @at's. */
static struct inspect_error *descend(struct type_member *at, const char *name, size_t length)
{
	struct type_member member;
	struct inspect_error *error;
	bool found;

	error = type_find_member(at->type, name, length, &member, &found);
	if (error)
		return error;
	if (!found)
		return error_create(INSPECT_ERROR_LOOKUP, "%s %s has no member %.*s", type_kind_string(at->type->kind),
				    at->type->name ? at->type->name : "", (int)length, name);
	if (__builtin_add_overflow(member.bit_offset, at->bit_offset, &member.bit_offset))
		return error_create(INSPECT_ERROR_FORMAT, "%.*s lies behind the end of memory", (int)length, name);
	*at = member;
	return NULL;
}

struct inspect_error *inspect_type_find_member(const struct inspect_type *type, const char *path,
					       struct inspect_pool *pool, const struct inspect_member **member_ret)
{
	struct type_member at = { .type = type_taken(type) };
	const char *rest = path;

	for (;;) {
		size_t length = strcspn(rest, ".");
		struct inspect_error *error;

		if (!length)
			return error_create(INSPECT_ERROR_USAGE, "\"%s\" is no path of members", path);
		error = descend(&at, rest, length);
		if (error)
			return error;
		if (!rest[length])
			return hand_out_member(&at, pool, member_ret);
		rest += length + 1;
	}
}

struct inspect_error *inspect_type_enumerator(const struct inspect_type *type, uint64_t index, const char **name_ret,
					      int64_t *value_ret)
{
	struct type *taken;
	struct inspect_error *error = take(type, TYPE_BIT(TYPE_ENUM), "enumerators", &taken);

	if (!error)
		error = check_index(taken, index);
	if (error)
		return error;
	*name_ret = taken->enumerators[index].name;
	*value_ret = taken->enumerators[index].value;
	return NULL;
}

static struct inspect_error *format(struct type *type, enum inspect_type_text what, struct strbuf *out)
{
	switch (what) {
	case INSPECT_TEXT_NAME:
		return format_type_name(type, out);
	case INSPECT_TEXT_DEFINITION:
		return format_type_definition(type, out);
	case INSPECT_TEXT_LAYOUT:
		return format_layout(type, out);
	}
	return error_create(INSPECT_ERROR_USAGE, "there is no such text of a type");
}

struct inspect_error *inspect_type_format(const struct inspect_type *type, enum inspect_type_text what,
					  struct inspect_pool *pool, const char **text_ret)
{
	struct inspect_error *error;
	struct strbuf out;

	strbuf_init(&out);
	error = format(type_taken(type), what, &out);
	if (!error)
		error = text_hand_out(&out, pool, text_ret, NULL);
	strbuf_deinit(&out);
	return error;
}
