/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How DIEs become types. A node is made from its DIE's own attributes; completing it makes the nodes it refers to. No
 * function here follows a chain of types, but for the few steps from an enum to the integer below it.
 */
#include <dwarf.h>
#include <string.h>
#include <sys/mman.h>

#include "base/error.h"
#include "dwarf_scope.h"

#define POINTER_SIZE 8
/* See walk_units(). */
#define UNITS_MAPPED 64

uint64_t dwarf_unsigned(Dwarf_Die *die, unsigned int name, bool *found_ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	*found_ret = dwarf_attr_integrate(die, name, &attribute) && !dwarf_formudata(&attribute, &value);
	return *found_ret ? value : 0;
}

bool dwarf_flag(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	bool value;

	return dwarf_attr(die, name, &attribute) && !dwarf_formflag(&attribute, &value) && value;
}

static enum type_kind base_kind(uint64_t encoding)
{
	switch (encoding) {
	case DW_ATE_boolean:
		return TYPE_BOOL;
	case DW_ATE_float:
	case DW_ATE_complex_float:
	case DW_ATE_imaginary_float:
	case DW_ATE_decimal_float:
		return TYPE_FLOAT;
	}
	return TYPE_INT;
}

/* Whether @tag becomes a type, and of which kind, as far as the tag tells. */
static bool tag_kind(int tag, enum type_kind *kind_ret)
{
	static const struct {
		int tag;
		enum type_kind kind;
	} kinds[] = {
		{ DW_TAG_base_type, TYPE_INT },
		{ DW_TAG_pointer_type, TYPE_POINTER },
		{ DW_TAG_reference_type, TYPE_POINTER },
		{ DW_TAG_rvalue_reference_type, TYPE_POINTER },
		{ DW_TAG_array_type, TYPE_ARRAY },
		{ DW_TAG_structure_type, TYPE_STRUCT },
		{ DW_TAG_class_type, TYPE_STRUCT },
		{ DW_TAG_union_type, TYPE_UNION },
		{ DW_TAG_enumeration_type, TYPE_ENUM },
		{ DW_TAG_typedef, TYPE_TYPEDEF },
		{ DW_TAG_const_type, TYPE_CONST },
		{ DW_TAG_volatile_type, TYPE_VOLATILE },
		{ DW_TAG_restrict_type, TYPE_RESTRICT },
		{ DW_TAG_atomic_type, TYPE_TAG },
		{ DW_TAG_subroutine_type, TYPE_FUNCTION },
		{ DW_TAG_subprogram, TYPE_FUNC },
		{ DW_TAG_variable, TYPE_VARIABLE },
		{ DW_TAG_unspecified_type, TYPE_VOID },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].tag == tag) {
			*kind_ret = kinds[i].kind;
			return true;
		}
	}
	return false;
}

static void fill_base(struct type *type, Dwarf_Die *die)
{
	bool found;
	uint64_t encoding = dwarf_unsigned(die, DW_AT_encoding, &found);

	type->kind = base_kind(encoding);
	type->is_signed = type->kind == TYPE_INT && (encoding == DW_ATE_signed || encoding == DW_ATE_signed_char);
	type->is_char = type->size == 1 && (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char);
	type->complete = true;
}

/* What the DIE says without those it refers to. */
static void fill_shallow(struct type *type, Dwarf_Die *die)
{
	Dwarf_Attribute name;
	bool found;

	if (dwarf_attr_integrate(die, DW_AT_name, &name))
		type->name = dwarf_formstring(&name);
	type->is_declaration = dwarf_flag(die, DW_AT_declaration);
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		type->size = dwarf_unsigned(die, DW_AT_byte_size, &found);
		fill_base(type, die);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		type->size = dwarf_unsigned(die, DW_AT_byte_size, &found);
		break;
	case DW_TAG_enumeration_type:
		type->size = dwarf_unsigned(die, DW_AT_byte_size, &found);
		type->is_signed = dwarf_enum_is_signed(die);
		break;
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		type->size = dwarf_unsigned(die, DW_AT_byte_size, &found);
		if (!found)
			type->size = POINTER_SIZE;
		break;
	case DW_TAG_atomic_type:
		type->name = "_Atomic";
		break;
	}
	/* A declaration that tells how large it is, as enums do, is not to be taken for what it is not. */
	if (type->is_declaration && type->kind != TYPE_ENUM)
		type->size = 0;
}

/* In which section the DIE is, as the number that its type gets. */
static struct inspect_error *die_id(struct dwarf_scope *scope, Dwarf_Die *die, uint32_t *id_ret)
{
	const struct dwarf_section *section;
	const struct dwarf_part *part;
	Dwarf_Half version;
	uint8_t unit_type;

	if (dwarf_cu_info(die->cu, &version, &unit_type, NULL, NULL, NULL, NULL, NULL))
		return dwarf_libdw_error("unit of a DIE");
	part = dwarf_parts_of(&scope->parts, dwarf_cu_getdwarf(die->cu));
	if (!part)
		return error_create(INSPECT_ERROR_FORMAT, "a type lies in a file that its unit does not name");
	section = unit_type == DW_UT_type && version < 5 ? &part->sections.types : &part->sections.info;
	*id_ret = (uint32_t)dwarf_die_id(section, dwarf_dieoffset(die));
	return NULL;
}

/*
 * libdw reads the headers of all units up to the one it needs, each on its own page, and the kernel maps fifteen
 * more around each: 64 KB a unit. So the walk is done here, and lets go of what it has passed.
 */
static void walk_units(struct dwarf_scope *scope, uint64_t offset)
{
	const struct dwarf_section *info = &dwarf_scope_sections(scope)->info;
	uint64_t passed = scope->walked;

	for (unsigned int count = 1; scope->walked <= offset; count++) {
		Dwarf_CU *next;
		Dwarf_Die die;

		if (dwarf_get_units(scope->dwarf, scope->unit, &next, NULL, NULL, &die, NULL)) {
			scope->walked = UINT64_MAX;
			break;
		}
		scope->unit = next;
		scope->walked = dwarf_dieoffset(&die);
		if (count % UNITS_MAPPED || scope->walked < passed || scope->walked >= info->size)
			continue;
		dwarf_scope_advise(scope, info->bytes + passed, scope->walked - passed, MADV_DONTNEED);
		passed = scope->walked;
	}
}

struct inspect_error *dwarf_scope_die(struct dwarf_scope *scope, uint32_t id, Dwarf_Die *die_ret)
{
	const struct dwarf_part *part = dwarf_parts_with(&scope->parts, id);
	const struct dwarf_sections *sections = part ? &part->sections : NULL;
	Dwarf_Die *die = NULL;

	if (part == scope->parts.items[0] && id < sections->info.size)
		walk_units(scope, id);
	if (part && id < sections->types.first_id)
		die = dwarf_offdie(part->dwarf, id - sections->info.first_id, die_ret);
	else if (part)
		die = dwarf_offdie_types(part->dwarf, id - sections->types.first_id, die_ret);
	if (die)
		return NULL;
	return error_context(dwarf_libdw_error("no such DIE"), "DWARF of %s: 0x%x", scope->scope.name, id);
}

static struct inspect_error *node_create(struct dwarf_scope *scope, uint32_t id, Dwarf_Die *die, struct type **type_ret)
{
	int tag = dwarf_tag(die);
	struct type *type;
	enum type_kind kind;

	if (!tag_kind(tag, &kind))
		return error_create(INSPECT_ERROR_UNSUPPORTED, "DWARF of %s: DIE 0x%x: tag 0x%x is no type of C",
				    scope->scope.name, id, (unsigned int)tag);
	if (kind == TYPE_VOID) {
		*type_ret = &scope->void_type;
		return NULL;
	}
	type = arena_calloc(&scope->scope.arena, 1, sizeof(*type));
	if (!type)
		return &error_nomem;
	type->kind = kind;
	type->id = id;
	type->scope = &scope->scope;
	fill_shallow(type, die);
	if (!hash_set(&scope->nodes, id, (uintptr_t)type))
		return &error_nomem;
	*type_ret = type;
	return NULL;
}

static bool known_node(const struct dwarf_scope *scope, uint32_t id, struct type **type_ret)
{
	uint64_t node;

	if (!hash_get(&scope->nodes, id, &node))
		return false;
	*type_ret = (struct type *)(uintptr_t)node;
	return true;
}

/* Whether @die, which is no type yet, stands for one that a type unit defines: then *@die becomes that. */
static struct inspect_error *follow_signature(Dwarf_Die *die, bool *followed_ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Die definition;

	/* gcc does not say each time that it is a declaration. */
	*followed_ret = dwarf_attr(die, DW_AT_signature, &attribute) != NULL;
	if (!*followed_ret)
		return NULL;
	if (!dwarf_formref_die(&attribute, &definition))
		return dwarf_libdw_error("DW_AT_signature");
	*die = definition;
	return NULL;
}

struct inspect_error *dwarf_type_of_die(struct dwarf_scope *scope, Dwarf_Die *die, struct type **type_ret)
{
	struct inspect_error *error;
	Dwarf_Die defined = *die;
	bool is_signature;
	uint32_t id;

	error = die_id(scope, die, &id);
	if (error || known_node(scope, id, type_ret))
		return error;
	error = follow_signature(&defined, &is_signature);
	if (error || !is_signature)
		return error ? error : node_create(scope, id, die, type_ret);
	error = die_id(scope, &defined, &id);
	if (error || known_node(scope, id, type_ret))
		return error;
	return node_create(scope, id, &defined, type_ret);
}

struct inspect_error *dwarf_target_of_die(struct dwarf_scope *scope, Dwarf_Die *die, struct type **type_ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Die target;

	if (!dwarf_attr_integrate(die, DW_AT_type, &attribute)) {
		*type_ret = &scope->void_type;
		return NULL;
	}
	if (!dwarf_formref_die(&attribute, &target))
		return dwarf_libdw_error("DW_AT_type");
	return dwarf_type_of_die(scope, &target, type_ret);
}

struct inspect_error *dwarf_scope_by_id(struct scope *base, uint32_t id, struct type **type_ret)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	struct inspect_error *error;
	Dwarf_Die die;

	if (!id) {
		*type_ret = &scope->void_type;
		return NULL;
	}
	if (known_node(scope, id, type_ret))
		return NULL;
	error = dwarf_scope_load(scope);
	if (!error)
		error = dwarf_scope_die(scope, id, &die);
	return error ? error : node_create(scope, id, &die, type_ret);
}

/* The only definition of a declared type in all of the file; 0 where there is none or more than one. */
static struct inspect_error *find_definition(struct dwarf_scope *scope, const struct type *type, uint32_t *id_ret)
{
	struct dwarf_matches matches = { 0 };
	const struct dwarf_index *index = NULL;
	struct inspect_error *error;
	uint32_t found = 0;
	size_t count = 0;

	error = dwarf_scope_index(scope, DWARF_TYPES, &index);
	if (!error)
		error = dwarf_index_find(index, type->name, &matches);
	for (size_t i = 0; i < matches.count && !error; i++) {
		const struct dwarf_index_entry *entry = matches.items[i];
		enum type_kind kind;

		if (entry->is_declaration || !tag_kind(entry->tag, &kind) || kind != type->kind)
			continue;
		found = (uint32_t)entry->offset;
		count++;
	}
	vec_deinit(&matches);
	if (!error)
		*id_ret = count == 1 ? found : 0;
	return error;
}

/* The same in the base: what a module only declares, vmlinux mostly has. */
static struct inspect_error *base_definition(struct dwarf_scope *scope, const struct type *type,
					     struct type **definition_ret)
{
	struct type_list found = { 0 };
	struct inspect_error *error = scope_find(scope->scope.base, type->name, TYPE_BIT(type->kind), &found);
	struct type *definition = NULL;
	size_t count = 0;

	for (size_t i = 0; i < found.count && !error; i++) {
		if (found.items[i]->is_declaration)
			continue;
		definition = found.items[i];
		count++;
	}
	vec_deinit(&found);
	if (!error)
		*definition_ret = count == 1 ? definition : NULL;
	return error;
}

static struct inspect_error *complete_declaration(struct dwarf_scope *scope, struct type *type)
{
	struct type *definition = NULL;
	struct inspect_error *error;
	uint32_t id = 0;

	if (!type->name)
		return NULL;
	error = find_definition(scope, type, &id);
	if (!error && id)
		error = dwarf_scope_by_id(&scope->scope, id, &definition);
	else if (!error && scope->scope.base)
		error = base_definition(scope, type, &definition);
	/* The index took it for a definition by its abbreviation. */
	if (error || !definition || definition->is_declaration || definition->kind != type->kind)
		return error;
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

/* A function's entry and its type are one DIE. */
static struct inspect_error *complete_func(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die)
{
	struct type *function = arena_calloc(&scope->scope.arena, 1, sizeof(*function));
	struct inspect_error *error;

	if (!function)
		return &error_nomem;
	function->kind = TYPE_FUNCTION;
	function->id = type->id;
	function->scope = &scope->scope;
	error = dwarf_complete_parameters(scope, function, die);
	if (error)
		return error;
	function->complete = true;
	type->target = function;
	return NULL;
}

static struct inspect_error *complete_parts(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die)
{
	switch (type->kind) {
	case TYPE_STRUCT:
	case TYPE_UNION:
		return type->is_declaration ? complete_declaration(scope, type) :
					      dwarf_complete_members(scope, type, die);
	case TYPE_ENUM:
		return type->is_declaration ? complete_declaration(scope, type) :
					      dwarf_complete_enumerators(scope, type, die);
	case TYPE_FUNCTION:
		return dwarf_complete_parameters(scope, type, die);
	case TYPE_FUNC:
		return complete_func(scope, type, die);
	case TYPE_ARRAY:
		return dwarf_complete_array(scope, type, die);
	default:
		return dwarf_target_of_die(scope, die, &type->target);
	}
}

struct inspect_error *dwarf_scope_complete(struct scope *base, struct type *type)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	struct inspect_error *error;
	Dwarf_Die die;

	error = dwarf_scope_die(scope, type->id, &die);
	if (error)
		return error;
	error = complete_parts(scope, type, &die);
	if (!error)
		type->complete = true;
	return error_context(error, "DWARF of %s: DIE 0x%x", base->name, type->id);
}
