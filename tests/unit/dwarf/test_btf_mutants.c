/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Damaged BTF: mutants of a small blob with every kind, and of a split one on top of it. Each is refused with an
 * error, or everything in it can be read: under ASan and UBSan no byte outside of it is touched, and nothing loops.
 * BTF_MUTANTS in the environment says how many, for long runs.
 */
#include <stdio.h>

#include "../../../dwarf/btf.h"
#include "base/error.h"
#include "btf_builder.h"

static uint32_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 16);
}

/* An id of a type with each kind. */
static void add_all_kinds(struct builder *builder)
{
	uint32_t first = builder->next_id;

	builder_type(builder, "int", INFO(BTF_KIND_INT, 0), 4, ENCODED_INT(32, BTF_INT_SIGNED));
	builder_type(builder, NULL, INFO(BTF_KIND_PTR, 0), first + 3);
	builder_type(builder, NULL, INFO(BTF_KIND_ARRAY, 0), 0, first, first, 3);
	builder_type(builder, "node", INFO(BTF_KIND_STRUCT, 3) | FLAG, 32, builder_name(builder, "next"), first + 1, 0,
		     builder_name(builder, "bits"), first, 4 << 24 | 64, 0, first + 4, 96);
	builder_type(builder, NULL, INFO(BTF_KIND_UNION, 2), 12, builder_name(builder, "list"), first + 2, 0,
		     builder_name(builder, "one"), first, 0);
	builder_type(builder, "color", INFO(BTF_KIND_ENUM, 2) | FLAG, 4, builder_name(builder, "RED"), 0,
		     builder_name(builder, "BLUE"), (uint32_t)-1);
	builder_type(builder, "opaque", INFO(BTF_KIND_FWD, 0), 0);
	builder_type(builder, "node_t", INFO(BTF_KIND_TYPEDEF, 0), first + 8);
	builder_type(builder, NULL, INFO(BTF_KIND_CONST, 0), first + 9);
	builder_type(builder, NULL, INFO(BTF_KIND_VOLATILE, 0), first + 10);
	builder_type(builder, NULL, INFO(BTF_KIND_RESTRICT, 0), first + 1);
	builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 2), first, builder_name(builder, "argument"), first + 1,
		     0, 0);
	builder_type(builder, "function", INFO(BTF_KIND_FUNC, 1), first + 11);
	builder_type(builder, "variable", INFO(BTF_KIND_VAR, 0), first, 1);
	builder_type(builder, ".data", INFO(BTF_KIND_DATASEC, 1), 8, first + 13, 0, 4);
	builder_type(builder, "double", INFO(BTF_KIND_FLOAT, 0), 8);
	builder_type(builder, "tag", INFO(BTF_KIND_DECL_TAG, 0), first + 3, 1);
	builder_type(builder, "user", INFO(BTF_KIND_TYPE_TAG, 0), first + 1);
	builder_type(builder, "huge", INFO(BTF_KIND_ENUM64, 1), 8, builder_name(builder, "HUGE"), 1, 2);
	builder_type(builder, "opaque", INFO(BTF_KIND_STRUCT, 1), 4, builder_name(builder, "hidden"), first, 0);
}

static size_t length_of(const char *name)
{
	return name ? strlen(name) : 0;
}

/* Reads all parts of @type; the sum keeps the compiler from leaving that out. */
static size_t read_type(struct type *type)
{
	size_t sum = length_of(type->name) + type->size + type->length + (type->target ? type->target->id : 0);

	for (uint32_t i = 0; i < type->count; i++) {
		switch (type->kind) {
		case TYPE_ENUM:
			sum += length_of(type->enumerators[i].name) + type->enumerators[i].value;
			break;
		case TYPE_FUNCTION:
			sum += length_of(type->parameters[i].name) + type->parameters[i].type->id;
			break;
		default:
			sum += length_of(type->members[i].name) + type->members[i].type->id +
			       type->members[i].bit_offset;
		}
	}
	return sum;
}

static void accept_error(struct inspect_error *error)
{
	if (error)
		ck_assert_uint_gt(strlen(inspect_error_message(error)), 0);
	inspect_error_destroy(error);
}

/* All that the contract offers, on every type; errors are fine. */
static size_t read_scope(struct scope *scope)
{
	static const char *const names[] = { "node", "function", "int", "", "opaque" };
	size_t sum = 0;

	for (uint32_t id = 0; id < scope->type_count; id++) {
		struct inspect_error *error;
		struct type_member member;
		struct type *type;
		uint64_t size;
		bool found;

		error = scope_by_id(scope, id, &type);
		accept_error(error);
		if (error)
			continue;
		error = type_complete(type);
		if (!error)
			sum += read_type(type);
		accept_error(error);
		accept_error(type_size(type, &size));
		accept_error(type_find_member(type, "hidden", 6, &member, &found));
		accept_error(type_underlying(type, &type));
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct type_list list = { 0 };

		accept_error(scope_find(scope, names[i], ~0u, &list));
		sum += list.count;
		vec_deinit(&list);
	}
	return sum;
}

/* Changes one to three places: a bit, a byte, a word; to anything, to something of the blob, to a limit. */
static void mutate(unsigned char *bytes, size_t size, uint64_t *state)
{
	static const uint32_t limits[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xffffff, 0x04ffffff, 65536 };

	for (uint32_t left = 1 + next_random(state) % 3; left; left--) {
		size_t at = next_random(state) % size, word = at & ~(size_t)3;
		uint32_t value = next_random(state);

		if (word + 4 > size)
			continue;
		switch (next_random(state) % 6) {
		case 0:
			bytes[at] ^= 1 << value % 8;
			break;
		case 1:
			bytes[at] = value;
			break;
		case 2:
			value = limits[value % (sizeof(limits) / sizeof(limits[0]))];
			memcpy(bytes + word, &value, 4);
			break;
		case 3:
			memcpy(bytes + word, bytes + (value % (size - 3) & ~(size_t)3), 4);
			break;
		case 4:
			value %= 32;
			memcpy(bytes + word, &value, 4);
			break;
		default:
			bytes[at & ~(size_t)3] += value % 3 - 1;
		}
	}
}

static unsigned int wanted(void)
{
	const char *count = getenv("BTF_MUTANTS");

	return count ? strtoul(count, NULL, 10) : 10000;
}

/* Tries mutants of what @builder has, which is freed; asserts that some were taken and some were refused. */
static void try_mutants(struct builder *builder, struct scope *base, uint64_t seed)
{
	unsigned int taken = 0, total = wanted();
	size_t size, sum = 0;
	void *bytes = builder_finish(builder, &size);

	for (unsigned int i = 0; i < total; i++) {
		unsigned char *mutant = malloc(size);
		struct inspect_error *error;
		struct scope *scope;

		memcpy(mutant, bytes, size);
		mutate(mutant, size, &seed);
		error = btf_scope_create("mutant", mutant, size, base, &scope);
		accept_error(error);
		if (error)
			continue;
		taken++;
		sum += read_scope(scope);
		scope_destroy(scope);
	}
	ck_assert_uint_gt(sum, 0);
	ck_assert_uint_gt(taken, total / 100);
	ck_assert_uint_lt(taken, total - total / 100);
	free(bytes);
	free(builder);
}

START_TEST(mutants_of_a_blob)
{
	struct builder *builder = builder_create(1, 0);

	add_all_kinds(builder);
	try_mutants(builder, NULL, 0x9e3779b97f4a7c15);
}
END_TEST

START_TEST(mutants_with_a_layout)
{
	struct builder *builder = builder_create(1, 0);

	builder_layout(builder);
	memcpy(builder->layout[21], (uint8_t[]){ 4, 8, 0, 0 }, 4);
	builder->layout_count = 22;
	builder_type(builder, "new", INFO(21, 1), 0, 1, 2, 3);
	add_all_kinds(builder);
	try_mutants(builder, NULL, 0xd1b54a32d192ed03);
}
END_TEST

START_TEST(mutants_of_a_split_blob)
{
	struct builder *builder = builder_create(1, 0);
	struct scope *base;
	uint32_t strings;
	void *bytes;
	size_t size;

	add_all_kinds(builder);
	strings = builder->string_size;
	bytes = builder_finish(builder, &size);
	free(builder);
	ck_assert_ptr_null(btf_scope_create("base", bytes, size, NULL, &base));
	builder = builder_create(base->type_count, strings);
	add_all_kinds(builder);
	try_mutants(builder, base, 0x2545f4914f6cdd1d);
	scope_destroy(base);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("btf mutants");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 0);
	tcase_add_test(tcase, mutants_of_a_blob);
	tcase_add_test(tcase, mutants_with_a_layout);
	tcase_add_test(tcase, mutants_of_a_split_blob);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
