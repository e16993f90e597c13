/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../dwarf/btf.h"
#include "base/error.h"
#include "../kernel/fake.h"
#include "btf_builder.h"

/* A scope of what @builder has, which is freed. */
static struct scope *scope_on(struct builder *builder, struct scope *base)
{
	struct inspect_error *error;
	struct scope *scope = NULL;
	size_t size;
	void *bytes = builder_finish(builder, &size);

	error = btf_scope_create("test", bytes, size, base, &scope);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	free(builder);
	return scope;
}

static struct type *by_id(struct scope *scope, uint32_t id)
{
	struct type *type = NULL;

	ck_assert_ptr_null(scope_by_id(scope, id, &type));
	ck_assert_ptr_null(type_complete(type));
	ck_assert(type->complete);
	return type;
}

/* Asserts how many types of @kinds are called @name, and gives the first. */
static struct type *find(struct scope *scope, const char *name, unsigned int kinds, size_t count)
{
	struct type_list list = { 0 };
	struct type *first;

	ck_assert_ptr_null(scope_find(scope, name, kinds, &list));
	ck_assert_uint_eq(list.count, count);
	first = count ? list.items[0] : NULL;
	vec_deinit(&list);
	return first;
}

static uint32_t add_int(struct builder *builder)
{
	return builder_type(builder, "int", INFO(BTF_KIND_INT, 0), 4, ENCODED_INT(32, BTF_INT_SIGNED));
}

START_TEST(scalars)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;

	add_int(builder);
	builder_type(builder, "char", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, 0));
	builder_type(builder, "u8", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, BTF_INT_CHAR));
	builder_type(builder, "_Bool", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, BTF_INT_BOOL));
	builder_type(builder, "double", INFO(BTF_KIND_FLOAT, 0), 8);
	builder_type(builder, NULL, INFO(BTF_KIND_PTR, 0), 0);
	builder_type(builder, "signed char", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, 0));
	scope = scope_on(builder, NULL);

	ck_assert(by_id(scope, 7)->is_signed);
	ck_assert_int_eq(by_id(scope, 0)->kind, TYPE_VOID);
	ck_assert_int_eq(by_id(scope, 1)->kind, TYPE_INT);
	ck_assert_str_eq(by_id(scope, 1)->name, "int");
	ck_assert_uint_eq(by_id(scope, 1)->size, 4);
	ck_assert(by_id(scope, 1)->is_signed && !by_id(scope, 1)->is_char);
	ck_assert(by_id(scope, 2)->is_char && !by_id(scope, 2)->is_signed);
	ck_assert(by_id(scope, 3)->is_char);
	ck_assert_int_eq(by_id(scope, 4)->kind, TYPE_BOOL);
	ck_assert_int_eq(by_id(scope, 5)->kind, TYPE_FLOAT);
	ck_assert_uint_eq(by_id(scope, 5)->size, 8);
	ck_assert_int_eq(by_id(scope, 6)->kind, TYPE_POINTER);
	ck_assert_uint_eq(by_id(scope, 6)->size, 8);
	ck_assert_ptr_eq(by_id(scope, 6)->target, by_id(scope, 0));
	ck_assert_ptr_null(by_id(scope, 6)->name);
	scope_destroy(scope);
}
END_TEST

START_TEST(unknown_ids_are_an_error)
{
	struct builder *builder = builder_create(1, 0);
	struct inspect_error *error;
	struct scope *scope;
	struct type *type = NULL;

	add_int(builder);
	scope = scope_on(builder, NULL);
	error = scope_by_id(scope, 2, &type);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LOOKUP);
	ck_assert_str_eq(inspect_error_message(error), "BTF of test: there is no type 2, the highest is 1");
	ck_assert_ptr_null(type);
	inspect_error_destroy(error);
	scope_destroy(scope);
}
END_TEST

START_TEST(names_find_all_types_definitions_first)
{
	const unsigned int all = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_FUNC);
	struct builder *builder = builder_create(1, 0);
	struct type_list list = { 0 };
	struct scope *scope;

	builder_type(builder, "x", INFO(BTF_KIND_FWD, 0), 0);
	builder_type(builder, "x", INFO(BTF_KIND_STRUCT, 0), 4);
	builder_type(builder, "x", INFO(BTF_KIND_TYPEDEF, 0), 2);
	builder_type(builder, "x", INFO(BTF_KIND_STRUCT, 0), 8);
	builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 0), 0);
	builder_type(builder, "x", INFO(BTF_KIND_FUNC, 1), 5);
	builder_type(builder, "y", INFO(BTF_KIND_FWD, 0) | FLAG, 0);
	scope = scope_on(builder, NULL);

	ck_assert_ptr_null(scope_find(scope, "x", all, &list));
	ck_assert_uint_eq(list.count, 5);
	ck_assert_uint_eq(list.items[0]->id, 2);
	ck_assert_uint_eq(list.items[1]->id, 3);
	ck_assert_uint_eq(list.items[2]->id, 4);
	ck_assert_uint_eq(list.items[3]->id, 1);
	ck_assert_uint_eq(list.items[4]->id, 6);
	vec_deinit(&list);
	ck_assert_uint_eq(find(scope, "x", TYPE_BIT(TYPE_TYPEDEF), 1)->id, 3);
	ck_assert_uint_eq(find(scope, "x", TYPE_BIT(TYPE_FUNC), 1)->id, 6);
	ck_assert_uint_eq(find(scope, "y", TYPE_BIT(TYPE_UNION), 1)->id, 7);
	find(scope, "y", TYPE_BIT(TYPE_STRUCT), 0);
	find(scope, "z", all, 0);
	find(scope, "", all, 0);
	scope_destroy(scope);
}
END_TEST

/* kind_flag: the offset's upper byte is the size. */
START_TEST(members_with_bit_fields)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;
	struct type *type;

	add_int(builder);
	builder_type(builder, "s", INFO(BTF_KIND_STRUCT, 3) | FLAG, 8, builder_name(builder, "a"), 1, 0,
		     builder_name(builder, "b"), 1, 5 << 24 | 35, 0, 1, 32);
	scope = scope_on(builder, NULL);
	type = by_id(scope, 2);
	ck_assert_uint_eq(type->size, 8);
	ck_assert_uint_eq(type->count, 3);
	ck_assert_str_eq(type->members[0].name, "a");
	ck_assert_ptr_eq(type->members[0].type, by_id(scope, 1));
	ck_assert_uint_eq(type->members[0].bit_size, 0);
	ck_assert_str_eq(type->members[1].name, "b");
	ck_assert_uint_eq(type->members[1].bit_offset, 35);
	ck_assert_uint_eq(type->members[1].bit_size, 5);
	ck_assert_ptr_null(type->members[2].name);
	ck_assert_uint_eq(type->members[2].bit_offset, 32);
	scope_destroy(scope);
}
END_TEST

/* No kind_flag: the int of the member, behind typedefs and qualifiers, says which of its bits count. */
START_TEST(members_with_legacy_bit_fields)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;
	struct type *type;

	builder_type(builder, "unsigned int", INFO(BTF_KIND_INT, 0), 4, 2 << 16 | 7);
	builder_type(builder, "t", INFO(BTF_KIND_TYPEDEF, 0), 1);
	builder_type(builder, NULL, INFO(BTF_KIND_CONST, 0), 2);
	add_int(builder);
	builder_type(builder, NULL, INFO(BTF_KIND_PTR, 0), 4);
	builder_type(builder, "s", INFO(BTF_KIND_STRUCT, 3), 0x8000000, builder_name(builder, "bits"), 3, 32,
		     builder_name(builder, "far"), 4, 0x3fffffe0, builder_name(builder, "pointer"), 5, 64);
	scope = scope_on(builder, NULL);
	type = by_id(scope, 6);
	ck_assert_uint_eq(type->members[0].bit_offset, 34);
	ck_assert_uint_eq(type->members[0].bit_size, 7);
	ck_assert_uint_eq(type->members[1].bit_offset, 0x3fffffe0);
	ck_assert_uint_eq(type->members[1].bit_size, 0);
	ck_assert_uint_eq(type->members[2].bit_offset, 64);
	ck_assert_uint_eq(type->members[2].bit_size, 0);
	scope_destroy(scope);
}
END_TEST

START_TEST(enums)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;
	struct type *type;

	builder_type(builder, "neg", INFO(BTF_KIND_ENUM, 1) | FLAG, 4, builder_name(builder, "M"), (uint32_t)-5);
	builder_type(builder, "big", INFO(BTF_KIND_ENUM, 1), 4, builder_name(builder, "B"), 0xfffffffe);
	builder_type(builder, "wide", INFO(BTF_KIND_ENUM64, 1), 8, builder_name(builder, "W"), 1, 0x80000000);
	builder_type(builder, "only_declared", INFO(BTF_KIND_ENUM, 0), 4);
	scope = scope_on(builder, NULL);
	type = by_id(scope, 1);
	ck_assert(type->is_signed);
	ck_assert_int_eq(type->enumerators[0].value, -5);
	type = by_id(scope, 2);
	ck_assert(!type->is_signed);
	ck_assert_str_eq(type->enumerators[0].name, "B");
	ck_assert_int_eq(type->enumerators[0].value, 0xfffffffe);
	type = by_id(scope, 3);
	ck_assert_int_eq(type->kind, TYPE_ENUM);
	ck_assert_uint_eq(type->size, 8);
	ck_assert_uint_eq((uint64_t)type->enumerators[0].value, UINT64_C(0x8000000000000001));
	ck_assert(by_id(scope, 4)->is_declaration);
	scope_destroy(scope);
}
END_TEST

START_TEST(enumerators_are_found_by_name)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;
	struct type *type;
	uint32_t index = 9;

	builder_type(builder, "two", INFO(BTF_KIND_ENUM, 2), 4, builder_name(builder, "A"), 1, builder_name(builder, "B"),
		     2);
	builder_type(builder, "wide", INFO(BTF_KIND_ENUM64, 2), 8, builder_name(builder, "B"), 3, 0,
		     builder_name(builder, "W"), 1, 0x80000000);
	scope = scope_on(builder, NULL);
	ck_assert_ptr_null(scope_enumerator(scope, "B", &type, &index));
	ck_assert_ptr_eq(type, by_id(scope, 1));
	ck_assert_uint_eq(index, 1);
	ck_assert_ptr_null(scope_enumerator(scope, "W", &type, &index));
	ck_assert_uint_eq((uint64_t)type->enumerators[index].value, UINT64_C(0x8000000000000001));
	ck_assert_ptr_null(scope_enumerator(scope, "two", &type, &index));
	ck_assert_ptr_null(type);
	scope_destroy(scope);
}
END_TEST

/* Before 6.0 no enum said that it was signed. */
START_TEST(enums_of_old_blobs_are_signed_by_value)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;

	builder_type(builder, "neg", INFO(BTF_KIND_ENUM, 2), 4, builder_name(builder, "Z"), 0,
		     builder_name(builder, "M"), (uint32_t)-5);
	builder_type(builder, "pos", INFO(BTF_KIND_ENUM, 1), 4, builder_name(builder, "P"), 5);
	scope = scope_on(builder, NULL);
	ck_assert(by_id(scope, 1)->is_signed);
	ck_assert_int_eq(by_id(scope, 1)->enumerators[1].value, -5);
	ck_assert(!by_id(scope, 2)->is_signed);
	scope_destroy(scope);
}
END_TEST

START_TEST(functions_and_sections)
{
	struct builder *builder = builder_create(1, 0);
	struct inspect_error *error;
	struct scope *scope;
	struct type *type;

	add_int(builder);
	builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 3), 1, builder_name(builder, "a"), 1, 0, 1, 0, 0);
	builder_type(builder, "printk", INFO(BTF_KIND_FUNC, BTF_FUNC_GLOBAL), 2);
	builder_type(builder, "jiffies", INFO(BTF_KIND_VAR, 0), 1, 1);
	builder_type(builder, ".data", INFO(BTF_KIND_DATASEC, 1), 64, 4, 16, 4);
	builder_type(builder, "odd", INFO(BTF_KIND_FUNC, 0), 1);
	scope = scope_on(builder, NULL);

	type = find(scope, "printk", TYPE_BIT(TYPE_FUNC), 1);
	ck_assert_ptr_null(type_complete(type));
	ck_assert_ptr_eq(type->target, by_id(scope, 2));
	type = type->target;
	ck_assert_int_eq(type->kind, TYPE_FUNCTION);
	ck_assert_ptr_eq(type->target, by_id(scope, 1));
	ck_assert(type->is_variadic);
	ck_assert_uint_eq(type->count, 2);
	ck_assert_str_eq(type->parameters[0].name, "a");
	ck_assert_ptr_null(type->parameters[1].name);

	type = find(scope, "jiffies", TYPE_BIT(TYPE_VARIABLE), 1);
	ck_assert_ptr_eq(by_id(scope, type->id)->target, by_id(scope, 1));
	type = by_id(scope, find(scope, ".data", TYPE_BIT(TYPE_SECTION), 1)->id);
	ck_assert_uint_eq(type->size, 64);
	ck_assert_uint_eq(type->count, 1);
	ck_assert_str_eq(type->members[0].name, "jiffies");
	ck_assert_uint_eq(type->members[0].bit_offset, 128);
	ck_assert_uint_eq(type->members[0].bit_size, 0);

	ck_assert_ptr_null(scope_by_id(scope, 6, &type));
	error = type_complete(type);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FORMAT);
	ck_assert(!type->complete);
	inspect_error_destroy(error);
	scope_destroy(scope);
}
END_TEST

START_TEST(arrays_and_names_of_other_types)
{
	static const struct {
		unsigned int btf;
		enum type_kind kind;
	} kinds[] = {
		{ BTF_KIND_TYPEDEF, TYPE_TYPEDEF },   { BTF_KIND_CONST, TYPE_CONST },
		{ BTF_KIND_VOLATILE, TYPE_VOLATILE }, { BTF_KIND_RESTRICT, TYPE_RESTRICT },
		{ BTF_KIND_TYPE_TAG, TYPE_TAG },
	};
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;
	struct type *type;
	uint64_t size;

	add_int(builder);
	builder_type(builder, NULL, INFO(BTF_KIND_ARRAY, 0), 0, 1, 1, 12);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		builder_type(builder, "n", INFO(kinds[i].btf, 0), 2);
	builder_type(builder, "tag", INFO(BTF_KIND_DECL_TAG, 0), 1, (uint32_t)-1);
	scope = scope_on(builder, NULL);
	type = by_id(scope, 2);
	ck_assert_uint_eq(type->length, 12);
	ck_assert_ptr_eq(type->target, by_id(scope, 1));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		type = by_id(scope, 3 + i);
		ck_assert_int_eq(type->kind, kinds[i].kind);
		ck_assert_ptr_eq(type->target, by_id(scope, 2));
		ck_assert_ptr_null(type_size(type, &size));
		ck_assert_uint_eq(size, 48);
	}
	ck_assert_int_eq(by_id(scope, 8)->kind, TYPE_TAG);
	ck_assert_str_eq(by_id(scope, 8)->name, "tag");
	scope_destroy(scope);
}
END_TEST

START_TEST(declarations_become_their_definition)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;

	add_int(builder);
	builder_type(builder, "one", INFO(BTF_KIND_FWD, 0), 0);
	builder_type(builder, "one", INFO(BTF_KIND_UNION, 0), 4);
	builder_type(builder, "one", INFO(BTF_KIND_STRUCT, 1), 4, builder_name(builder, "m"), 1, 0);
	builder_type(builder, "two", INFO(BTF_KIND_FWD, 0), 0);
	builder_type(builder, "two", INFO(BTF_KIND_STRUCT, 0), 4);
	builder_type(builder, "two", INFO(BTF_KIND_STRUCT, 0), 8);
	builder_type(builder, "none", INFO(BTF_KIND_FWD, 0) | FLAG, 0);
	scope = scope_on(builder, NULL);
	ck_assert(!by_id(scope, 2)->is_declaration);
	ck_assert_uint_eq(by_id(scope, 2)->size, 4);
	ck_assert_str_eq(by_id(scope, 2)->members[0].name, "m");
	ck_assert(by_id(scope, 5)->is_declaration);
	ck_assert_uint_eq(by_id(scope, 5)->count, 0);
	ck_assert(by_id(scope, 8)->is_declaration);
	ck_assert_int_eq(by_id(scope, 8)->kind, TYPE_UNION);
	scope_destroy(scope);
}
END_TEST

/* A module's blob: ids and name offsets below its own are the base's; names are looked for in its own types only. */
START_TEST(split_scopes)
{
	struct builder *builder = builder_create(1, 0);
	struct inspect_error *error;
	struct scope *base, *split, *third = NULL;
	uint32_t name, strings;
	struct type *type;

	add_int(builder);
	name = builder_name(builder, "shared_name");
	builder_type(builder, "defined", INFO(BTF_KIND_STRUCT, 0), 24);
	strings = builder->string_size;
	base = scope_on(builder, NULL);

	builder = builder_create(3, strings);
	builder_type(builder, "mod", INFO(BTF_KIND_STRUCT, 2), 8, name, 1, 0, builder_name(builder, "own"), 4, 32);
	builder_type(builder, "mod_t", INFO(BTF_KIND_TYPEDEF, 0), 1);
	builder_type(builder, "defined", INFO(BTF_KIND_FWD, 0), 0);
	split = scope_on(builder, base);

	ck_assert_uint_eq(split->type_count, 6);
	type = by_id(split, find(split, "mod", TYPE_BITS_COMPOUND, 1)->id);
	ck_assert_uint_eq(type->id, 3);
	ck_assert_str_eq(type->members[0].name, "shared_name");
	ck_assert_ptr_eq(type->members[0].type, by_id(base, 1));
	ck_assert_ptr_eq(by_id(split, 1), by_id(base, 1));
	ck_assert_ptr_eq(by_id(split, 0), by_id(base, 0));
	ck_assert_str_eq(type->members[1].name, "own");
	ck_assert_ptr_eq(type->members[1].type->scope, split);
	ck_assert_ptr_eq(type->members[0].type->scope, base);
	find(split, "int", TYPE_BIT(TYPE_INT), 0);
	find(base, "mod", TYPE_BITS_COMPOUND, 0);
	ck_assert_uint_eq(by_id(split, 5)->size, 24);
	ck_assert(!by_id(split, 5)->is_declaration);

	error = btf_scope_create("third", malloc(1), 0, split, &third);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_USAGE);
	inspect_error_destroy(error);
	scope_destroy(split);
	scope_destroy(base);
}
END_TEST

/* A split blob of a module that brings no strings of its own. */
START_TEST(split_scope_without_strings)
{
	struct builder *builder = builder_create(1, 0);
	uint32_t name = builder_name(builder, "lent"), strings;
	struct scope *base, *split;

	add_int(builder);
	strings = builder->string_size;
	base = scope_on(builder, NULL);
	builder = builder_create(2, strings);
	builder_type(builder, NULL, INFO(BTF_KIND_TYPEDEF, 0), 1);
	builder->words[0] = name;
	builder->string_size = 0;
	split = scope_on(builder, base);
	ck_assert_uint_eq(find(split, "lent", TYPE_BIT(TYPE_TYPEDEF), 1)->id, 2);
	scope_destroy(split);
	scope_destroy(base);
}
END_TEST

START_TEST(newer_kinds_are_placeholders)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *scope;
	struct type *type;

	add_int(builder);
	builder_layout(builder);
	memcpy(builder->layout[33], (uint8_t[]){ 4, 0, 0, 0 }, 4); /* with 5 bits of kind, an int */
	builder->layout_count = 34;
	builder_type(builder, "new", INFO(33, 0), 0, 99);
	builder_type(builder, "behind", INFO(BTF_KIND_TYPEDEF, 0), 2);
	scope = scope_on(builder, NULL);
	type = by_id(scope, find(scope, "behind", TYPE_BIT(TYPE_TYPEDEF), 1)->id);
	ck_assert_uint_eq(type->id, 3);
	ck_assert_int_eq(type->target->kind, TYPE_TAG);
	ck_assert_str_eq(type->target->name, "new");
	ck_assert_int_eq(by_id(scope, 2)->target->kind, TYPE_VOID);
	scope_destroy(scope);
}
END_TEST

/* Nor does it cost memory each time it is asked for. */
START_TEST(a_damaged_type_costs_no_other)
{
	struct builder *builder = builder_create(1, 0);
	struct type_list list = { 0 };
	struct scope *scope;
	struct type *type;

	add_int(builder);
	builder_type(builder, "bad", INFO(BTF_KIND_INT, 0), 99, ENCODED_INT(32, 0));
	builder_type(builder, "bad", INFO(BTF_KIND_TYPEDEF, 0), 1);
	builder_type(builder, "alone", INFO(BTF_KIND_FLOAT, 0), 99);
	builder_type(builder, "holder", INFO(BTF_KIND_STRUCT, 1), 4, builder_name(builder, "member"), 2, 0);
	scope = scope_on(builder, NULL);

	ck_assert_uint_eq(find(scope, "bad", ~0u, 1)->id, 3);
	ck_assert_int_eq(by_id(scope, 3)->target->kind, TYPE_INT);
	fake_expect_error(scope_by_id(scope, 2, &type), INSPECT_ERROR_FORMAT, "type 2 (kind 1, 0 elements): its size");
	fake_expect_error(scope_find(scope, "alone", ~0u, &list), INSPECT_ERROR_FORMAT, "type 4 (kind 16");
	ck_assert_uint_eq(list.count, 0);
	type = find(scope, "holder", TYPE_BITS_COMPOUND, 1);
	for (int i = 0; i < 3; i++)
		fake_expect_error(type_complete(type), INSPECT_ERROR_FORMAT, "type 2 (kind 1");
	ck_assert_ptr_null(type->members);
	scope_destroy(scope);
}
END_TEST

START_TEST(source_opens_files_and_memory)
{
	struct builder *builder = builder_create(1, 0);
	struct source_input input = { .fd = -1, .name = "x.btf" };
	static struct fake fake;
	struct source source = { 0 };
	struct inspect_error *error;
	size_t size;
	char *bytes;

	add_int(builder);
	bytes = builder_finish(builder, &size);
	free(builder);
	fake_init(&fake);
	fake_virtual(&fake, 0x10000, 0x10000);
	fake_write(&fake, 0x10100, bytes, size);
	input.memory = &fake.memory;
	ck_assert(!btf_source_ops.probe(&input));
	input.address = 0x10100;
	input.size = size;
	ck_assert(btf_source_ops.probe(&input));
	ck_assert_ptr_null(btf_source_ops.open(&input, &source));
	ck_assert_str_eq(source.scope->name, "x.btf");
	scope_destroy(source.scope);
	source.scope = NULL;
	input.size = FAKE_PAGE;
	fake_expect_error(btf_source_ops.open(&input, &source), INSPECT_ERROR_FAULT, "BTF of x.btf: read 0x11000: ");
	input.size = 0;
	fake_expect_error(btf_source_ops.open(&input, &source), INSPECT_ERROR_FORMAT,
			  "BTF of x.btf: at 0x10100, it is 0 bytes long");
	ck_assert_ptr_null(source.scope);
	fake_deinit(&fake);

	input = (struct source_input){ .name = "x.btf" };
	input.fd = memfd_create("test", MFD_CLOEXEC);
	ck_assert_int_ge(input.fd, 0);
	ck_assert(!btf_source_ops.probe(&input));
	ck_assert_int_eq(pwrite(input.fd, bytes, size, 0), size);
	ck_assert(btf_source_ops.probe(&input));
	ck_assert_ptr_null(btf_source_ops.open(&input, &source));
	ck_assert_uint_eq(source.scope->type_count, 2);
	scope_destroy(source.scope);

	/* A file that was cut, and one of the other byte order. */
	source.scope = NULL;
	ck_assert_int_eq(ftruncate(input.fd, size - 1), 0);
	error = btf_source_ops.open(&input, &source);
	ck_assert_ptr_nonnull(error);
	ck_assert_ptr_eq(strstr(inspect_error_message(error), "BTF of x.btf: "), inspect_error_message(error));
	inspect_error_destroy(error);
	ck_assert_int_eq(pwrite(input.fd, "\xeb\x9f", 2, 0), 2);
	ck_assert(btf_source_ops.probe(&input));
	error = btf_source_ops.open(&input, &source);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_UNSUPPORTED);
	inspect_error_destroy(error);
	ck_assert_ptr_null(source.scope);
	ck_assert_int_eq(pwrite(input.fd, "\177ELF", 4, 0), 4);
	ck_assert(!btf_source_ops.probe(&input));
	close(input.fd);
	free(bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("btf");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, scalars);
	tcase_add_test(tcase, unknown_ids_are_an_error);
	tcase_add_test(tcase, names_find_all_types_definitions_first);
	tcase_add_test(tcase, members_with_bit_fields);
	tcase_add_test(tcase, members_with_legacy_bit_fields);
	tcase_add_test(tcase, enums);
	tcase_add_test(tcase, enumerators_are_found_by_name);
	tcase_add_test(tcase, enums_of_old_blobs_are_signed_by_value);
	tcase_add_test(tcase, functions_and_sections);
	tcase_add_test(tcase, arrays_and_names_of_other_types);
	tcase_add_test(tcase, declarations_become_their_definition);
	tcase_add_test(tcase, split_scopes);
	tcase_add_test(tcase, split_scope_without_strings);
	tcase_add_test(tcase, newer_kinds_are_placeholders);
	tcase_add_test(tcase, a_damaged_type_costs_no_other);
	tcase_add_test(tcase, source_opens_files_and_memory);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
