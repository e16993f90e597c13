/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables that the compiler left no memory to, since their values never change: DW_AT_const_value. */
#include <dwarf.h>
#include <string.h>

#include "base/error.h"
#include "core/object.h"
#include "dwarf_scope.h"

#define SCALARS (TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_BOOL) | TYPE_BIT(TYPE_ENUM) | TYPE_BIT(TYPE_POINTER))
#define AGGREGATES (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY))

/*
 * The bytes of a value as they would be in memory: a block, a string with its NUL, or a number of fixed size, which is
 * stored in the file in the target's byte order. False for other forms.
 */
static bool constant_bytes(Dwarf_Attribute *attribute, const uint8_t **bytes_ret, uint64_t *size_ret)
{
	static const struct {
		unsigned int form, size;
	} fixed[] = {
		{ DW_FORM_data1, 1 }, { DW_FORM_data2, 2 }, { DW_FORM_data4, 4 }, { DW_FORM_data8, 8 }, { DW_FORM_data16, 16 },
	};
	const char *string;
	Dwarf_Block block;

	if (!dwarf_formblock(attribute, &block)) {
		*bytes_ret = block.data;
		*size_ret = block.length;
		return true;
	}
	string = dwarf_formstring(attribute);
	if (string) {
		*bytes_ret = (const uint8_t *)string;
		*size_ret = strlen(string) + 1;
		return true;
	}
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (dwarf_whatform(attribute) == fixed[i].form) {
			*bytes_ret = attribute->valp;
			*size_ret = fixed[i].size;
			return true;
		}
	}
	return false;
}

/*
 * A number of at most 8 bytes. Of the forms only DW_FORM_sdata has a sign: gcc writes 128 as DW_FORM_data1, also where
 * the type is a signed int.
 */
static bool constant_number(Dwarf_Attribute *attribute, const struct type *type, uint64_t *number_ret)
{
	unsigned int unused = type->size >= 1 && type->size <= 8 ? 64 - 8 * (unsigned int)type->size : 0;
	Dwarf_Sword number;
	Dwarf_Word word;

	if (dwarf_whatform(attribute) == DW_FORM_sdata) {
		if (dwarf_formsdata(attribute, &number))
			return false;
		word = (Dwarf_Word)number;
	} else if (dwarf_formudata(attribute, &word)) {
		return false;
	}
	*number_ret = type->is_signed ? (uint64_t)((int64_t)(word << unused) >> unused) : word << unused >> unused;
	return true;
}

static struct inspect_error *constant_value(struct type *variable, Dwarf_Attribute *attribute,
					    struct object *object_ret)
{
	struct inspect_error *error = type_complete(variable);
	uint64_t size = 0, length, number;
	const uint8_t *bytes;
	struct type *type;

	if (!error)
		error = type_underlying(variable->target, &type);
	if (!error)
		error = type_complete(type);
	if (!error)
		error = type_size(variable->target, &size);
	if (error)
		return error;
	if (TYPE_BIT(type->kind) & AGGREGATES && constant_bytes(attribute, &bytes, &length) && length == size)
		*object_ret = object_constant(variable->target, bytes);
	else if (TYPE_BIT(type->kind) & SCALARS && constant_number(attribute, type, &number))
		*object_ret = object_integer(variable->target, number);
	else
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s is a constant of a form that is not known: 0x%x",
				    variable->name, dwarf_whatform(attribute));
	return NULL;
}

struct inspect_error *dwarf_scope_constant(struct scope *base, const char *name, bool *found_ret,
					   struct object *object_ret)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);
	struct type_list list = { 0 };
	struct object object;
	struct inspect_error *error = scope_find(base, name, TYPE_BIT(TYPE_VARIABLE), &list);
	size_t count = 0;

	for (size_t i = 0; i < list.count && !error; i++) {
		Dwarf_Attribute attribute;
		Dwarf_Die die;

		error = dwarf_scope_die(scope, list.items[i]->id, &die);
		if (error || list.items[i]->is_declaration || !dwarf_attr(&die, DW_AT_const_value, &attribute))
			continue;
		if (count++)
			error = error_create(INSPECT_ERROR_LOOKUP, "several constants have the name %s", name);
		else
			error = constant_value(list.items[i], &attribute, &object);
	}
	vec_deinit(&list);
	if (error)
		return error_context(error, "%s", base->name);
	*found_ret = count;
	if (count)
		*object_ret = object;
	return NULL;
}
