/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How records of BTF become types. A record is checked before it becomes one: sizes, offsets of names and ids of types
 * are good, and chains end; what is allocated here is at most a few times the size of the record.
 */
#include <string.h>

#include "base/error.h"
#include "btf_scope.h"

/* BTF does not say. 64-bit kernels are all we read, and BPF itself has 64 bits. */
#define POINTER_SIZE 8

/* What follows the record of an int: its encoding, offset and bits. */
static uint32_t int_data(const struct btf_type *record)
{
	return *(const uint32_t *)(record + 1);
}

enum type_kind btf_record_kind(const struct btf_type *record)
{
	static const enum type_kind kinds[] = {
		[BTF_KIND_UNKN] = TYPE_VOID,       [BTF_KIND_INT] = TYPE_INT,
		[BTF_KIND_PTR] = TYPE_POINTER,     [BTF_KIND_ARRAY] = TYPE_ARRAY,
		[BTF_KIND_STRUCT] = TYPE_STRUCT,   [BTF_KIND_UNION] = TYPE_UNION,
		[BTF_KIND_ENUM] = TYPE_ENUM,       [BTF_KIND_FWD] = TYPE_STRUCT,
		[BTF_KIND_TYPEDEF] = TYPE_TYPEDEF, [BTF_KIND_VOLATILE] = TYPE_VOLATILE,
		[BTF_KIND_CONST] = TYPE_CONST,     [BTF_KIND_RESTRICT] = TYPE_RESTRICT,
		[BTF_KIND_FUNC] = TYPE_FUNC,       [BTF_KIND_FUNC_PROTO] = TYPE_FUNCTION,
		[BTF_KIND_VAR] = TYPE_VARIABLE,    [BTF_KIND_DATASEC] = TYPE_SECTION,
		[BTF_KIND_FLOAT] = TYPE_FLOAT,     [BTF_KIND_DECL_TAG] = TYPE_TAG,
		[BTF_KIND_TYPE_TAG] = TYPE_TAG,    [BTF_KIND_ENUM64] = TYPE_ENUM,
	};
	unsigned int kind = btf_info_kind(record->info);

	if (kind == BTF_KIND_FWD && btf_info_flag(record->info))
		return TYPE_UNION;
	if (kind == BTF_KIND_INT && BTF_INT_ENCODING(int_data(record)) & BTF_INT_BOOL)
		return TYPE_BOOL;
	return kind < sizeof(kinds) / sizeof(*kinds) ? kinds[kind] : TYPE_TAG;
}

bool btf_record_is_declaration(const struct btf_type *record)
{
	switch (btf_info_kind(record->info)) {
	case BTF_KIND_FWD:
		return true;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		/* BTF has no forward enum; pahole and clang write an empty one. */
		return !btf_info_vlen(record->info);
	}
	return false;
}

/* NULL for the empty name. */
static const char *name_at(const struct btf_scope *scope, uint32_t offset)
{
	const char *name = btf_string(&scope->blob, offset);

	return *name ? name : NULL;
}

/*
 * Whether an enum is signed. Its kind_flag says so since 6.0 (commit 6089fb325cf7 "bpf: Add btf enum64 support");
 * where no enum of a blob has it, an older tool wrote it, and a negative 32-bit value is the only hint there is.
 */
static bool enum_is_signed(const struct btf_scope *scope, const struct btf_type *record)
{
	const struct btf_enum *values = (const struct btf_enum *)(record + 1);

	if (btf_info_flag(record->info))
		return true;
	if (scope->blob.has_signed_enums || btf_info_kind(record->info) == BTF_KIND_ENUM64)
		return false;
	for (uint32_t i = 0; i < btf_info_vlen(record->info); i++) {
		if (values[i].val < 0)
			return true;
	}
	return false;
}

/* pahole leaves the CHAR bit of the encoding unset. */
static bool int_is_char(const struct btf_type *record, const char *name)
{
	return BTF_INT_ENCODING(int_data(record)) & BTF_INT_CHAR || (record->size == 1 && !strcmp(name, "char"));
}

/* pahole 1.20, which 5.10 of Debian 11 was built with, writes no encoding at all for characters. */
static bool int_is_signed(const struct btf_type *record, const char *name)
{
	return BTF_INT_ENCODING(int_data(record)) & BTF_INT_SIGNED || (record->size == 1 && !strcmp(name, "signed char"));
}

/* A shallow type: what the 12 bytes of the record say, plus the encoding of an int. */
static struct type *type_create(struct btf_scope *scope, uint32_t id)
{
	const struct btf_type *record = btf_record(&scope->blob, id);
	struct type *type = arena_calloc(&scope->scope.arena, 1, sizeof(*type));

	if (!type)
		return NULL;
	type->kind = btf_record_kind(record);
	type->id = id;
	type->name = name_at(scope, record->name_off);
	type->scope = &scope->scope;
	type->is_declaration = btf_record_is_declaration(record);
	switch (type->kind) {
	case TYPE_INT:
	case TYPE_BOOL:
		type->is_signed = type->kind == TYPE_INT && int_is_signed(record, type->name);
		type->is_char = type->kind == TYPE_INT && int_is_char(record, type->name);
		type->size = record->size;
		type->complete = true;
		break;
	case TYPE_FLOAT:
		type->size = record->size;
		type->complete = true;
		break;
	case TYPE_ENUM:
		type->is_signed = enum_is_signed(scope, record);
		type->size = record->size;
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		/* the word is not used in a FWD */
		type->size = type->is_declaration ? 0 : record->size;
		break;
	case TYPE_SECTION:
		type->size = record->size;
		break;
	case TYPE_POINTER:
		type->size = POINTER_SIZE;
		break;
	default:
		break;
	}
	return type;
}

struct inspect_error *btf_scope_by_id(struct scope *base, uint32_t id, struct type **type_ret)
{
	struct btf_scope *scope = btf_scope_of(base);
	struct type **node;

	if (id >= base->type_count)
		return error_create(INSPECT_ERROR_LOOKUP, "BTF of %s: there is no type %u, the highest is %u",
				    base->name, id, base->type_count - 1);
	if (id < scope->blob.first_id && base->base)
		return btf_scope_by_id(base->base, id, type_ret);
	if (!id) {
		*type_ret = &scope->void_type;
		return NULL;
	}
	node = &scope->nodes[id - scope->blob.first_id];
	if (!*node) {
		struct inspect_error *error = btf_check_type(&scope->blob, id);

		if (error)
			return error_context(error, "BTF of %s", base->name);
		*node = type_create(scope, id);
		if (!*node)
			return &error_nomem;
	}
	*type_ret = *node;
	return NULL;
}

/* Whether it only qualifies, tags or names another type. */
static bool is_transparent(const struct btf_type *record)
{
	switch (btf_info_kind(record->info)) {
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_TYPEDEF:
		return true;
	}
	return false;
}

/*
 * A bit-field of a struct without kind_flag (before 5.0, commit 9d5f9f701b18, all; later those without bit-fields)
 * is a member of a special int: how many of its bits count, and from which on.
 */
static void legacy_bit_field(const struct btf_scope *scope, uint32_t id, struct type_member *member)
{
	const struct btf_type *record = btf_record(&scope->blob, id);
	uint32_t bits, offset;

	while (is_transparent(record))
		record = btf_record(&scope->blob, record->type);
	if (btf_info_kind(record->info) != BTF_KIND_INT)
		return;
	bits = BTF_INT_BITS(int_data(record));
	offset = BTF_INT_OFFSET(int_data(record));
	if (!offset && bits == record->size * 8)
		return;
	member->bit_offset += offset;
	member->bit_size = bits;
}

/*
 * The types of @count elements of @words words each, which begin at @types, all checked: before memory is taken for what is
 * made of them, since a type that cannot be completed may be asked for again and again.
 */
static struct inspect_error *need_types(struct btf_scope *scope, const uint32_t *types, uint32_t count, size_t words)
{
	struct inspect_error *error = NULL;
	struct type *type;

	for (uint32_t i = 0; i < count && !error; i++)
		error = scope_by_id(&scope->scope, types[i * words], &type);
	return error;
}

static struct inspect_error *complete_members(struct btf_scope *scope, struct type *type, const struct btf_type *record)
{
	const struct btf_member *from = (const struct btf_member *)(record + 1);
	uint32_t count = btf_info_vlen(record->info);
	bool flag = btf_info_flag(record->info);
	struct type_member *members;
	struct inspect_error *error;

	error = need_types(scope, count ? &from->type : NULL, count, sizeof(*from) / sizeof(uint32_t));
	if (error)
		return error;
	members = arena_calloc(&scope->scope.arena, count, sizeof(*members));
	if (!members)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		error = scope_by_id(&scope->scope, from[i].type, &members[i].type);
		if (error)
			return error;
		members[i].name = name_at(scope, from[i].name_off);
		members[i].bit_offset = flag ? BTF_MEMBER_BIT_OFFSET(from[i].offset) : from[i].offset;
		if (flag)
			members[i].bit_size = BTF_MEMBER_BITFIELD_SIZE(from[i].offset);
		else
			legacy_bit_field(scope, from[i].type, &members[i]);
	}
	type->members = members;
	type->count = count;
	return NULL;
}

static struct inspect_error *complete_enumerators(struct btf_scope *scope, struct type *type,
						  const struct btf_type *record)
{
	const struct btf_enum *narrow = (const struct btf_enum *)(record + 1);
	const struct btf_enum64 *wide = (const struct btf_enum64 *)(record + 1);
	bool is_wide = btf_info_kind(record->info) == BTF_KIND_ENUM64;
	uint32_t count = btf_info_vlen(record->info);
	struct type_enumerator *enumerators;

	enumerators = arena_calloc(&scope->scope.arena, count, sizeof(*enumerators));
	if (!enumerators)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		struct type_enumerator *enumerator = &enumerators[i];

		enumerator->name = btf_string(&scope->blob, is_wide ? wide[i].name_off : narrow[i].name_off);
		if (is_wide)
			enumerator->value = (int64_t)((uint64_t)wide[i].val_hi32 << 32 | wide[i].val_lo32);
		else
			enumerator->value = type->is_signed ? narrow[i].val : (int64_t)(uint32_t)narrow[i].val;
	}
	type->enumerators = enumerators;
	type->count = count;
	return NULL;
}

static struct inspect_error *complete_function(struct btf_scope *scope, struct type *type,
					       const struct btf_type *record)
{
	const struct btf_param *from = (const struct btf_param *)(record + 1);
	uint32_t count = btf_info_vlen(record->info);
	struct type_parameter *parameters;
	struct inspect_error *error;

	/* "..." is a last parameter without type and name. */
	type->is_variadic = count && !from[count - 1].type && !from[count - 1].name_off;
	count -= type->is_variadic;
	error = need_types(scope, count ? &from->type : NULL, count, sizeof(*from) / sizeof(uint32_t));
	if (!error)
		error = scope_by_id(&scope->scope, record->type, &type->target);
	if (error)
		return error;
	parameters = arena_calloc(&scope->scope.arena, count, sizeof(*parameters));
	if (!parameters)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		error = scope_by_id(&scope->scope, from[i].type, &parameters[i].type);
		if (error)
			return error;
		parameters[i].name = name_at(scope, from[i].name_off);
	}
	type->parameters = parameters;
	type->count = count;
	return NULL;
}

/* The variables of a DATASEC; their sizes are those of their types. */
static struct inspect_error *complete_section(struct btf_scope *scope, struct type *type, const struct btf_type *record)
{
	const struct btf_var_secinfo *from = (const struct btf_var_secinfo *)(record + 1);
	uint32_t count = btf_info_vlen(record->info);
	struct type_member *members;
	struct inspect_error *error;

	error = need_types(scope, count ? &from->type : NULL, count, sizeof(*from) / sizeof(uint32_t));
	if (error)
		return error;
	members = arena_calloc(&scope->scope.arena, count, sizeof(*members));
	if (!members)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		error = scope_by_id(&scope->scope, from[i].type, &members[i].type);
		if (error)
			return error;
		members[i].name = members[i].type->name;
		members[i].bit_offset = (uint64_t)from[i].offset * 8;
	}
	type->members = members;
	type->count = count;
	return NULL;
}

/* Looks for the one definition in this scope, then in its base, and shares its parts. */
static struct inspect_error *complete_declaration(struct btf_scope *scope, struct type *type)
{
	struct type *definition;
	struct inspect_error *error;
	bool ambiguous = false;
	uint32_t id = 0;

	if (!type->name)
		return NULL;
	for (struct scope *in = &scope->scope; in && !id && !ambiguous; in = in->base) {
		error = btf_find_definition(btf_scope_of(in), type->name, type->kind, &id, &ambiguous);
		if (error)
			return error;
	}
	if (!id)
		return NULL;
	error = scope_by_id(&scope->scope, id, &definition);
	if (!error)
		error = type_complete(definition);
	if (error)
		return error;
	type->size = definition->size;
	type->is_signed = definition->is_signed;
	type->count = definition->count;
	type->members = definition->members;
	type->is_declaration = false;
	return NULL;
}

static struct inspect_error *complete_func(struct btf_scope *scope, struct type *type, const struct btf_type *record)
{
	struct type *target;
	struct inspect_error *error = scope_by_id(&scope->scope, record->type, &target);

	if (error)
		return error;
	if (target->kind != TYPE_FUNCTION)
		return error_create(INSPECT_ERROR_FORMAT, "type %u, which is no function's, is given as the type of %s",
				    record->type, type->name);
	type->target = target;
	return NULL;
}

static struct inspect_error *complete_parts(struct btf_scope *scope, struct type *type)
{
	const struct btf_type *record = btf_record(&scope->blob, type->id);
	const struct btf_array *array;
	uint32_t target;

	switch (type->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		return type->is_declaration ? complete_declaration(scope, type) : complete_members(scope, type, record);
	case TYPE_ENUM:
		return type->is_declaration ? complete_declaration(scope, type) :
					      complete_enumerators(scope, type, record);
	case TYPE_SECTION:
		return complete_section(scope, type, record);
	case TYPE_FUNCTION:
		return complete_function(scope, type, record);
	case TYPE_FUNC:
		return complete_func(scope, type, record);
	case TYPE_ARRAY:
		array = (const struct btf_array *)(record + 1);
		type->length = array->nelems;
		type->is_declaration = !type->length; /* BTF tells no [0] from [] */
		return scope_by_id(&scope->scope, array->type, &type->target);
	case TYPE_TAG:
		/* What the word of a kind that we do not know means is not known either. */
		target = btf_info_kind(record->info) < BTF_KINDS_KNOWN ? record->type : 0;
		return scope_by_id(&scope->scope, target, &type->target);
	default:
		return scope_by_id(&scope->scope, record->type, &type->target);
	}
}

struct inspect_error *btf_scope_complete(struct scope *scope, struct type *type)
{
	struct inspect_error *error = complete_parts(btf_scope_of(scope), type);

	if (!error)
		type->complete = true;
	return error_context(error, "BTF of %s: type %u", scope->name, type->id);
}
