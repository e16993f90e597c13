/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/type.h"

#include <string.h>

#include "base/error.h"
#include "core/scope.h"

/*
 * Budgets against hostile types: steps along one chain (BTF was validated to less, DWARF was not), levels of anonymous
 * members, and members looked at for one name, since a few levels can hold exponentially many.
 */
#define CHAIN_MAX 256
#define NESTING_MAX 32
#define MEMBERS_MAX 100000

/* "struct foo", "const", … for messages. */
static struct inspect_error *type_error(enum inspect_error_code code, const struct type *type, const char *what)
{
	return error_create(code, "%s%s%s (type %u of %s): %s", type_kind_string(type->kind), type->name ? " " : "",
			    type->name ? type->name : "", type->id, type->scope->name, what);
}

const char *type_kind_string(enum type_kind kind)
{
	static const char *const strings[] = {
		[TYPE_VOID] = "void",         [TYPE_INT] = "int",
		[TYPE_BOOL] = "bool",         [TYPE_FLOAT] = "float",
		[TYPE_POINTER] = "pointer",   [TYPE_ARRAY] = "array",
		[TYPE_STRUCT] = "struct",     [TYPE_UNION] = "union",
		[TYPE_ENUM] = "enum",         [TYPE_TYPEDEF] = "typedef",
		[TYPE_CONST] = "const",       [TYPE_VOLATILE] = "volatile",
		[TYPE_RESTRICT] = "restrict", [TYPE_FUNCTION] = "function type",
		[TYPE_FUNC] = "function",     [TYPE_VARIABLE] = "variable",
		[TYPE_SECTION] = "section",   [TYPE_TAG] = "tag",
	};

	return strings[kind];
}

struct inspect_error *type_complete(struct type *type)
{
	if (type->complete)
		return NULL;
	return type->scope->ops->complete(type->scope, type);
}

static bool is_modifier(enum type_kind kind)
{
	const unsigned int modifiers = TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_CONST) | TYPE_BIT(TYPE_VOLATILE) |
				       TYPE_BIT(TYPE_RESTRICT) | TYPE_BIT(TYPE_TAG);

	return TYPE_BIT(kind) & modifiers;
}

struct inspect_error *type_underlying(struct type *type, struct type **type_ret)
{
	struct type *at = type;

	for (unsigned int steps = 0; is_modifier(at->kind); steps++) {
		struct inspect_error *error;

		if (steps == CHAIN_MAX)
			return type_error(INSPECT_ERROR_LIMIT, type, "its typedefs and qualifiers do not end");
		error = type_complete(at);
		if (error)
			return error;
		at = at->target;
	}
	*type_ret = at;
	return NULL;
}

bool type_is_character(struct type *type)
{
	static const char *const names[] = { "char", "signed char", "unsigned char" };
	const unsigned int skipped = TYPE_BIT(TYPE_CONST) | TYPE_BIT(TYPE_VOLATILE) | TYPE_BIT(TYPE_RESTRICT) |
				     TYPE_BIT(TYPE_TAG);

	for (unsigned int steps = 0; TYPE_BIT(type->kind) & skipped; steps++) {
		struct inspect_error *error = type_complete(type);

		inspect_error_destroy(error);
		if (error || steps == CHAIN_MAX)
			return false;
		type = type->target;
	}
	if (type->kind != TYPE_INT || type->size != 1 || !type->name)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(type->name, names[i]))
			return true;
	}
	return false;
}

/* The size of what is neither an array nor a name for something else. */
static struct inspect_error *plain_size(struct type *type, uint64_t *size_ret)
{
	struct inspect_error *error;

	/* An empty enum of BTF declares it, and has a size nevertheless. */
	if (type->is_declaration && !type->size) {
		error = type_complete(type);
		if (error)
			return error;
		if (type->is_declaration)
			return type_error(INSPECT_ERROR_LOOKUP, type, "it is declared only, its size is not known");
	}
	*size_ret = type->kind == TYPE_FUNCTION || type->kind == TYPE_FUNC ? 0 : type->size;
	return NULL;
}

struct inspect_error *type_size(struct type *type, uint64_t *size_ret)
{
	struct inspect_error *error;
	uint64_t count = 1, size;
	struct type *at = type;

	for (unsigned int steps = 0; is_modifier(at->kind) || at->kind == TYPE_ARRAY || at->kind == TYPE_VARIABLE;
	     steps++) {
		if (steps == CHAIN_MAX)
			return type_error(INSPECT_ERROR_LIMIT, type, "its typedefs, qualifiers and arrays do not end");
		error = type_complete(at);
		if (error)
			return error;
		if (at->kind == TYPE_ARRAY && __builtin_mul_overflow(count, at->length, &count))
			return type_error(INSPECT_ERROR_FORMAT, type, "the array is larger than any memory");
		at = at->target;
	}
	error = plain_size(at, &size);
	if (error)
		return error;
	if (__builtin_mul_overflow(size, count, &size))
		return type_error(INSPECT_ERROR_FORMAT, type, "the array is larger than any memory");
	*size_ret = size;
	return NULL;
}

/* One search for a member. */
struct search {
	const char *name;
	size_t length;
	unsigned int looked_at;
	struct type_member found; /* type NULL: not yet */
};

/* The struct or union behind an anonymous member's type, or NULL where it is something else. */
static struct inspect_error *compound_of(struct type *type, struct type **compound_ret)
{
	struct type *underlying;
	struct inspect_error *error = type_underlying(type, &underlying);

	if (error)
		return error;
	*compound_ret = NULL;
	if (!(TYPE_BIT(underlying->kind) & TYPE_BITS_COMPOUND))
		return NULL;
	error = type_complete(underlying);
	if (!error)
		*compound_ret = underlying;
	return error;
}

/* Looks through @type, which is complete and starts at @bit_offset. */
static struct inspect_error *search_members(struct search *search, const struct type *type, uint64_t bit_offset,
					    unsigned int level)
{
	if (level == NESTING_MAX)
		return type_error(INSPECT_ERROR_LIMIT, type, "its anonymous members are nested too deep");
	for (uint32_t i = 0; i < type->count && !search->found.type; i++) {
		const struct type_member *member = &type->members[i];
		struct inspect_error *error;
		struct type *inner;
		uint64_t offset;

		if (++search->looked_at > MEMBERS_MAX)
			return type_error(INSPECT_ERROR_LIMIT, type, "it has too many anonymous members");
		if (__builtin_add_overflow(bit_offset, member->bit_offset, &offset))
			return type_error(INSPECT_ERROR_FORMAT, type, "a member lies behind the end of memory");
		if (member->name) {
			if (strnlen(member->name, search->length + 1) == search->length &&
			    !memcmp(member->name, search->name, search->length)) {
				search->found = *member;
				search->found.bit_offset = offset;
			}
			continue;
		}
		error = compound_of(member->type, &inner);
		if (!error && inner)
			error = search_members(search, inner, offset, level + 1);
		if (error)
			return error;
	}
	return NULL;
}

struct inspect_error *type_find_member(struct type *type, const char *name, size_t length,
				       struct type_member *member_ret, bool *found_ret)
{
	struct search search = { .name = name, .length = length };
	struct inspect_error *error;
	struct type *compound;

	error = compound_of(type, &compound);
	if (error)
		return error;
	if (!compound)
		return type_error(INSPECT_ERROR_USAGE, type, "it is no struct or union and has no members");
	error = search_members(&search, compound, 0, 0);
	if (error)
		return error;
	*found_ret = search.found.type != NULL;
	if (search.found.type)
		*member_ret = search.found;
	return NULL;
}
