/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a type's DIE has below it: members, enumerators, parameters, the dimensions of an array. */
#include <dwarf.h>

#include "base/error.h"
#include "dwarf_scope.h"

/* Dimensions of one array; from an enum to the integer below it, over typedefs. */
#define DIMENSIONS_MAX 32
#define PEEL_MAX 16

/* A walk over the children of a DIE. It moves forward only: siblings that lead back end it with an error. */
struct children {
	Dwarf_Die die;
	Dwarf_Off last; /* offset of the child that die is, 0: not begun */
};

/* *@more_ret tells whether there was one more child, which is then in ->die. */
static struct inspect_error *next_child(struct children *children, Dwarf_Die *parent, bool *more_ret)
{
	Dwarf_Die next;
	int status = children->last ? dwarf_siblingof(&children->die, &next) : dwarf_child(parent, &next);

	if (status < 0)
		return dwarf_libdw_error("children");
	*more_ret = !status;
	if (status)
		return NULL;
	if (dwarf_dieoffset(&next) <= children->last)
		return error_create(INSPECT_ERROR_FORMAT, "its children lead back to themselves");
	children->die = next;
	children->last = dwarf_dieoffset(&next);
	return NULL;
}

static struct inspect_error *count_children(Dwarf_Die *parent, int tag, uint32_t *count_ret)
{
	struct children at = { 0 };
	uint32_t count = 0;
	bool more;

	for (;;) {
		struct inspect_error *error = next_child(&at, parent, &more);

		if (error)
			return error;
		if (!more)
			break;
		count += dwarf_tag(&at.die) == tag;
	}
	*count_ret = count;
	return NULL;
}

/* The next child with @tag, or *@more_ret false. */
static struct inspect_error *next_tagged(struct children *at, Dwarf_Die *parent, int tag, bool *more_ret)
{
	struct inspect_error *error;

	do
		error = next_child(at, parent, more_ret);
	while (!error && *more_ret && dwarf_tag(&at->die) != tag);
	return error;
}

/* DW_AT_data_member_location in bytes: a number, or (DWARF 2, 3) an expression that adds one. */
static struct inspect_error *member_location(Dwarf_Die *die, uint64_t *offset_ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word offset;
	Dwarf_Op *op;
	size_t count;

	*offset_ret = 0;
	if (!dwarf_attr(die, DW_AT_data_member_location, &attribute))
		return NULL;
	if (!dwarf_formudata(&attribute, &offset)) {
		*offset_ret = offset;
		return NULL;
	}
	if (dwarf_getlocation(&attribute, &op, &count) || count != 1 || op->atom != DW_OP_plus_uconst)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "a member's place is to be computed");
	*offset_ret = op->number;
	return NULL;
}

/*
 * DW_AT_bit_offset, as DWARF 2 and 3 have it: counted from the highest bit of a unit of storage of the member's type,
 * or of DW_AT_byte_size.
 */
static struct inspect_error *legacy_bit_offset(Dwarf_Die *die, struct type_member *member, uint64_t bit_offset)
{
	struct inspect_error *error = NULL;
	bool found;
	uint64_t storage = dwarf_unsigned(die, DW_AT_byte_size, &found);

	if (!found)
		error = type_size(member->type, &storage);
	if (error)
		return error;
	if (storage > 16 || bit_offset > storage * 8 || member->bit_size > storage * 8 - bit_offset)
		return error_create(INSPECT_ERROR_FORMAT, "a bit-field lies outside of its storage");
	if (__builtin_add_overflow(member->bit_offset, storage * 8 - bit_offset - member->bit_size, &member->bit_offset))
		return error_create(INSPECT_ERROR_FORMAT, "a bit-field lies behind the end of memory");
	return NULL;
}

static struct inspect_error *fill_place(Dwarf_Die *die, struct type_member *member)
{
	bool has_size, has_offset;
	uint64_t bit_size = dwarf_unsigned(die, DW_AT_bit_size, &has_size), bit_offset, offset;
	struct inspect_error *error;

	if (bit_size > 128)
		return error_create(INSPECT_ERROR_FORMAT, "a bit-field has %llu bits", (unsigned long long)bit_size);
	member->bit_size = (uint32_t)bit_size;
	bit_offset = dwarf_unsigned(die, DW_AT_data_bit_offset, &has_offset);
	if (has_offset) {
		member->bit_offset = bit_offset;
		return NULL;
	}
	error = member_location(die, &offset);
	if (error)
		return error;
	if (__builtin_mul_overflow(offset, 8, &member->bit_offset))
		return error_create(INSPECT_ERROR_FORMAT, "a member lies behind the end of memory");
	bit_offset = dwarf_unsigned(die, DW_AT_bit_offset, &has_offset);
	return has_size && has_offset ? legacy_bit_offset(die, member, bit_offset) : NULL;
}

struct inspect_error *dwarf_complete_members(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die)
{
	struct type_member *members;
	struct inspect_error *error;
	struct children at = { 0 };
	uint32_t count;
	bool more;

	error = count_children(die, DW_TAG_member, &count);
	if (error)
		return error;
	members = arena_calloc(&scope->scope.arena, count, sizeof(*members));
	if (!members)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		error = next_tagged(&at, die, DW_TAG_member, &more);
		if (error)
			return error;
		members[i].name = dwarf_diename(&at.die);
		error = dwarf_target_of_die(scope, &at.die, &members[i].type);
		if (!error)
			error = fill_place(&at.die, &members[i]);
		if (error)
			return error_context(error, "member %s", members[i].name ? members[i].name : "without a name");
	}
	type->members = members;
	type->count = count;
	return NULL;
}

/* gcc writes what is not negative with one of the sizes, to be extended by zeros; what may be, as signed LEB128. */
static bool enumerator_value(Dwarf_Die *die, int64_t *value_ret, bool *is_negative_ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;
	Dwarf_Sword number;
	unsigned int form;

	if (!dwarf_attr(die, DW_AT_const_value, &attribute))
		return false;
	form = dwarf_whatform(&attribute);
	if (form == DW_FORM_sdata || form == DW_FORM_implicit_const) {
		if (dwarf_formsdata(&attribute, &number))
			return false;
		*value_ret = number;
		*is_negative_ret = number < 0;
		return true;
	}
	if (dwarf_formudata(&attribute, &value))
		return false;
	*value_ret = (int64_t)value;
	*is_negative_ret = false;
	return true;
}

/* Whether the underlying type of an enum says that its values are signed; false where it has none. */
static bool underlying_is_signed(Dwarf_Die *die, bool *is_signed_ret)
{
	Dwarf_Die at = *die, next;

	for (unsigned int i = 0; i < PEEL_MAX; i++) {
		Dwarf_Attribute attribute;

		if (dwarf_tag(&at) == DW_TAG_base_type) {
			bool found;
			uint64_t encoding = dwarf_unsigned(&at, DW_AT_encoding, &found);

			*is_signed_ret = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
			return found;
		}
		if (!dwarf_attr_integrate(&at, DW_AT_type, &attribute) || !dwarf_formref_die(&attribute, &next))
			return false;
		at = next;
	}
	return false;
}

bool dwarf_enum_is_signed(Dwarf_Die *die)
{
	struct children at = { 0 };
	struct inspect_error *error;
	bool is_signed, more;
	int64_t value;

	if (underlying_is_signed(die, &is_signed))
		return is_signed;
	for (is_signed = false; !is_signed;) {
		error = next_tagged(&at, die, DW_TAG_enumerator, &more);
		if (error || !more) {
			/* Completing the enum will meet the damage again. */
			inspect_error_destroy(error);
			return false;
		}
		if (!enumerator_value(&at.die, &value, &is_signed))
			is_signed = false;
	}
	return true;
}

struct inspect_error *dwarf_complete_enumerators(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die)
{
	struct type_enumerator *enumerators;
	struct inspect_error *error;
	struct children at = { 0 };
	bool more, negative;
	uint32_t count;

	error = count_children(die, DW_TAG_enumerator, &count);
	if (error)
		return error;
	enumerators = arena_calloc(&scope->scope.arena, count, sizeof(*enumerators));
	if (!enumerators)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		error = next_tagged(&at, die, DW_TAG_enumerator, &more);
		if (error)
			return error;
		enumerators[i].name = dwarf_diename(&at.die);
		if (!enumerators[i].name || !enumerator_value(&at.die, &enumerators[i].value, &negative))
			return error_create(INSPECT_ERROR_FORMAT, "an enumerator has no name or no value");
	}
	type->enumerators = enumerators;
	type->count = count;
	return NULL;
}

struct inspect_error *dwarf_complete_parameters(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die)
{
	struct type_parameter *parameters;
	struct inspect_error *error;
	struct children at = { 0 };
	uint32_t count, variadic;
	bool more;

	error = count_children(die, DW_TAG_unspecified_parameters, &variadic);
	if (!error)
		error = count_children(die, DW_TAG_formal_parameter, &count);
	if (error)
		return error;
	parameters = arena_calloc(&scope->scope.arena, count, sizeof(*parameters));
	if (!parameters)
		return &error_nomem;
	for (uint32_t i = 0; i < count; i++) {
		error = next_tagged(&at, die, DW_TAG_formal_parameter, &more);
		if (!error)
			error = dwarf_target_of_die(scope, &at.die, &parameters[i].type);
		if (error)
			return error;
		parameters[i].name = dwarf_diename(&at.die);
	}
	type->parameters = parameters;
	type->count = count;
	type->is_variadic = variadic != 0;
	return dwarf_target_of_die(scope, die, &type->target);
}

/* The elements of one dimension; false: it says none, as []. */
static bool dimension_length(Dwarf_Die *die, uint64_t *length_ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Sword bound;
	bool found;

	*length_ret = dwarf_unsigned(die, DW_AT_count, &found);
	if (found)
		return true;
	if (!dwarf_attr(die, DW_AT_upper_bound, &attribute) || dwarf_whatform(&attribute) == DW_FORM_exprloc)
		return false;
	/*
	 * clang and old gcc give [0] the bound -1; a bound with the highest bit of its form set is large, not negative.
	 */
	if (dwarf_whatform(&attribute) == DW_FORM_sdata) {
		if (dwarf_formsdata(&attribute, &bound) || bound < -1)
			return false;
		*length_ret = (uint64_t)bound + 1;
		return true;
	}
	*length_ret = dwarf_unsigned(die, DW_AT_upper_bound, &found);
	if (!found)
		return false;
	*length_ret += 1;
	return true;
}

/* C has one type a dimension, DWARF one for all of them: the inner ones are made here, with the ids of their DIEs. */
struct inspect_error *dwarf_complete_array(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die)
{
	struct inspect_error *error;
	struct children at = { 0 };
	struct type *inner = type;
	bool more = false;

	/* Without any dimension it is []. */
	type->is_declaration = true;
	for (unsigned int i = 0;; i++) {
		error = next_tagged(&at, die, DW_TAG_subrange_type, &more);
		if (error || !more)
			break;
		if (i == DIMENSIONS_MAX)
			return error_create(INSPECT_ERROR_LIMIT, "an array has more than %d dimensions", DIMENSIONS_MAX);
		if (i) {
			struct type *next = arena_calloc(&scope->scope.arena, 1, sizeof(*next));

			if (!next)
				return &error_nomem;
			*next = (struct type){ .kind = TYPE_ARRAY, .complete = true, .scope = &scope->scope };
			next->id = (uint32_t)dwarf_dieoffset(&at.die);
			inner->target = next;
			inner = next;
		}
		inner->is_declaration = !dimension_length(&at.die, &inner->length);
	}
	return error ? error : dwarf_target_of_die(scope, die, &inner->target);
}
