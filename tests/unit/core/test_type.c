/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/scope.h"
#include "core/type.h"

/* A scope whose types are written down in the tests; it completes them by counting, and fails where it is told to. */
struct fake {
	struct scope scope;
	unsigned int completed;
	const struct type *broken;
};

static struct inspect_error *fake_complete(struct scope *scope, struct type *type)
{
	struct fake *fake = (struct fake *)scope;

	if (type == fake->broken)
		return error_create(INSPECT_ERROR_FORMAT, "broken");
	fake->completed++;
	type->complete = true;
	return NULL;
}

static const struct scope_ops fake_ops = { .name = "fake", .complete = fake_complete };

#define FAKE(name_) struct fake name_ = { .scope = { .ops = &fake_ops, .name = (char *)"fake" } }
#define IN(fake) .scope = &(fake).scope

static void expect_error(struct inspect_error *error, enum inspect_error_code code, const char *message)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_str_eq(inspect_error_message(error), message);
	ck_assert_int_eq(inspect_error_code(error), code);
	inspect_error_destroy(error);
}

static uint64_t size_of(struct type *type)
{
	uint64_t size = 12345;

	ck_assert_ptr_null(type_size(type, &size));
	return size;
}

START_TEST(completing_is_done_once)
{
	FAKE(fake);
	struct type type = { .kind = TYPE_STRUCT, IN(fake) };

	ck_assert_ptr_null(type_complete(&type));
	ck_assert_ptr_null(type_complete(&type));
	ck_assert_uint_eq(fake.completed, 1);
}
END_TEST

START_TEST(sizes)
{
	FAKE(fake);
	struct type number = { .kind = TYPE_INT, .size = 4, IN(fake) };
	struct type name = { .kind = TYPE_TYPEDEF, .target = &number, IN(fake) };
	struct type constant = { .kind = TYPE_CONST, .target = &name, IN(fake) };
	struct type row = { .kind = TYPE_ARRAY, .length = 3, .target = &constant, IN(fake) };
	struct type table = { .kind = TYPE_ARRAY, .length = 5, .target = &row, IN(fake) };
	struct type flexible = { .kind = TYPE_ARRAY, .length = 0, .target = &row, IN(fake) };
	struct type variable = { .kind = TYPE_VARIABLE, .target = &table, IN(fake) };
	struct type pointer = { .kind = TYPE_POINTER, .size = 8, .target = &table, IN(fake) };
	struct type function = { .kind = TYPE_FUNCTION, .target = &number, IN(fake) };
	struct type nothing = { .kind = TYPE_VOID, IN(fake) };

	ck_assert_uint_eq(size_of(&number), 4);
	ck_assert_uint_eq(size_of(&constant), 4);
	ck_assert_uint_eq(size_of(&table), 60);
	ck_assert_uint_eq(size_of(&flexible), 0);
	ck_assert_uint_eq(size_of(&variable), 60);
	ck_assert_uint_eq(size_of(&pointer), 8);
	ck_assert_uint_eq(size_of(&function), 0);
	ck_assert_uint_eq(size_of(&nothing), 0);
}
END_TEST

START_TEST(sizes_of_declarations_are_unknown)
{
	FAKE(fake);
	struct type declared = { .kind = TYPE_STRUCT, .name = "later", .id = 7, .is_declaration = true, IN(fake) };
	struct type empty_enum = { .kind = TYPE_ENUM, .size = 4, .is_declaration = true, IN(fake) };
	uint64_t size = 1;

	expect_error(type_size(&declared, &size), INSPECT_ERROR_LOOKUP,
		     "struct later (type 7 of fake): it is declared only, its size is not known");
	ck_assert_uint_eq(size, 1);
	ck_assert_uint_eq(size_of(&empty_enum), 4);
}
END_TEST

START_TEST(huge_arrays_are_an_error)
{
	FAKE(fake);
	struct type number = { .kind = TYPE_INT, .size = 4, IN(fake) };
	struct type row = { .kind = TYPE_ARRAY, .length = UINT64_C(1) << 62, .target = &number, IN(fake) };
	struct type table = { .kind = TYPE_ARRAY, .length = 4, .target = &row, IN(fake) };
	uint64_t size = 1;

	expect_error(type_size(&row, &size), INSPECT_ERROR_FORMAT,
		     "array (type 0 of fake): the array is larger than any memory");
	expect_error(type_size(&table, &size), INSPECT_ERROR_FORMAT,
		     "array (type 0 of fake): the array is larger than any memory");
	ck_assert_uint_eq(size, 1);
}
END_TEST

START_TEST(underlying_strips_names_only)
{
	FAKE(fake);
	struct type inner = { .kind = TYPE_STRUCT, IN(fake) };
	struct type chain[] = {
		{ .kind = TYPE_TYPEDEF, .target = &chain[1], IN(fake) },
		{ .kind = TYPE_CONST, .target = &chain[2], IN(fake) },
		{ .kind = TYPE_VOLATILE, .target = &chain[3], IN(fake) },
		{ .kind = TYPE_RESTRICT, .target = &chain[4], IN(fake) },
		{ .kind = TYPE_TAG, .target = &inner, IN(fake) },
	};
	struct type pointer = { .kind = TYPE_POINTER, .target = &chain[0], IN(fake) };
	struct type *type = NULL;

	ck_assert_ptr_null(type_underlying(&chain[0], &type));
	ck_assert_ptr_eq(type, &inner);
	ck_assert_ptr_null(type_underlying(&pointer, &type));
	ck_assert_ptr_eq(type, &pointer);
	ck_assert(!inner.complete);
}
END_TEST

START_TEST(cycles_end_with_an_error)
{
	FAKE(fake);
	struct type one, two = { .kind = TYPE_CONST, .target = &one, IN(fake) };
	struct type *type = NULL;
	uint64_t size = 1;

	one = (struct type){ .kind = TYPE_TYPEDEF, .name = "loop", .id = 1, .target = &two, IN(fake) };
	expect_error(type_underlying(&one, &type), INSPECT_ERROR_LIMIT,
		     "typedef loop (type 1 of fake): its typedefs and qualifiers do not end");
	ck_assert_ptr_null(type);
	expect_error(type_size(&one, &size), INSPECT_ERROR_LIMIT,
		     "typedef loop (type 1 of fake): its typedefs, qualifiers and arrays do not end");
	two = (struct type){ .kind = TYPE_ARRAY, .length = 1, .target = &two, IN(fake) };
	expect_error(type_size(&two, &size), INSPECT_ERROR_LIMIT,
		     "array (type 0 of fake): its typedefs, qualifiers and arrays do not end");
	ck_assert_uint_eq(size, 1);
}
END_TEST

/* struct outer { int a; const struct { int pad; union { int b; int c:5; }; }; int ab; } */
START_TEST(members_are_found_in_anonymous_members)
{
	FAKE(fake);
	struct type number = { .kind = TYPE_INT, .size = 4, IN(fake) };
	struct type_member choices[] = { { "b", &number, 0, 0 }, { "c", &number, 3, 5 } };
	struct type choice = { .kind = TYPE_UNION, .size = 4, .count = 2, .members = choices, IN(fake) };
	struct type_member inners[] = { { "pad", &number, 0, 0 }, { NULL, &choice, 32, 0 } };
	struct type inner = { .kind = TYPE_STRUCT, .size = 8, .count = 2, .members = inners, IN(fake) };
	struct type constant = { .kind = TYPE_CONST, .target = &inner, IN(fake) };
	struct type_member outers[] = {
		{ "a", &number, 0, 0 },
		{ NULL, &number, 32, 0 },
		{ NULL, &constant, 64, 0 },
		{ "ab", &number, 128, 0 },
	};
	struct type outer = { .kind = TYPE_STRUCT, .size = 20, .count = 4, .members = outers, IN(fake) };
	struct type name = { .kind = TYPE_TYPEDEF, .target = &outer, IN(fake) };
	struct type_member member = { 0 };
	bool found = false;

	ck_assert_ptr_null(type_find_member(&name, "c", 1, &member, &found));
	ck_assert(found);
	ck_assert_str_eq(member.name, "c");
	ck_assert_uint_eq(member.bit_offset, 99);
	ck_assert_uint_eq(member.bit_size, 5);
	ck_assert_ptr_eq(member.type, &number);

	ck_assert_ptr_null(type_find_member(&outer, "ab.x", 2, &member, &found));
	ck_assert(found);
	ck_assert_uint_eq(member.bit_offset, 128);
	ck_assert_ptr_null(type_find_member(&outer, "ab", 1, &member, &found));
	ck_assert(found);
	ck_assert_str_eq(member.name, "a");

	ck_assert_ptr_null(type_find_member(&outer, "abc", 3, &member, &found));
	ck_assert(!found);
	ck_assert_str_eq(member.name, "a");
}
END_TEST

START_TEST(members_of_other_kinds_are_an_error)
{
	FAKE(fake);
	struct type inner = { .kind = TYPE_STRUCT, IN(fake) };
	struct type pointer = { .kind = TYPE_POINTER, .id = 3, .target = &inner, IN(fake) };
	struct type_member member;
	bool found;

	expect_error(type_find_member(&pointer, "a", 1, &member, &found), INSPECT_ERROR_USAGE,
		     "pointer (type 3 of fake): it is no struct or union and has no members");
}
END_TEST

START_TEST(errors_of_the_scope_are_passed_on)
{
	FAKE(fake);
	struct type inner = { .kind = TYPE_UNION, IN(fake) };
	struct type_member members[] = { { NULL, &inner, 0, 0 } };
	struct type outer = { .kind = TYPE_STRUCT, .count = 1, .members = members, IN(fake) };
	struct type_member member;
	bool found;

	fake.broken = &inner;
	expect_error(type_find_member(&outer, "a", 1, &member, &found), INSPECT_ERROR_FORMAT, "broken");
}
END_TEST

/* Types that no compiler makes: a struct inside itself, levels that double, offsets that overflow. */
START_TEST(hostile_members_end_with_an_error)
{
	FAKE(fake);
	struct type self, levels[30];
	struct type_member self_members[] = { { NULL, &self, 0, 0 } }, pairs[30][2];
	struct type_member far_members[] = { { NULL, &levels[29], UINT64_MAX, 0 } };
	struct type far = { .kind = TYPE_STRUCT, .count = 1, .members = far_members, IN(fake) };
	struct type_member member;
	bool found;

	self = (struct type){ .kind = TYPE_STRUCT, .name = "self", .count = 1, .members = self_members, IN(fake) };
	expect_error(type_find_member(&self, "a", 1, &member, &found), INSPECT_ERROR_LIMIT,
		     "struct self (type 0 of fake): its anonymous members are nested too deep");

	for (int i = 0; i < 30; i++) {
		struct type *next = i < 29 ? &levels[i + 1] : &levels[29];

		pairs[i][0] = pairs[i][1] = (struct type_member){ i < 29 ? NULL : "end", next, 1, 0 };
		levels[i] =
			(struct type){ .kind = TYPE_UNION, .name = "many", .count = 2, .members = pairs[i], IN(fake) };
	}
	expect_error(type_find_member(&levels[0], "a", 1, &member, &found), INSPECT_ERROR_LIMIT,
		     "union many (type 0 of fake): it has too many anonymous members");
	expect_error(type_find_member(&far, "end", 3, &member, &found), INSPECT_ERROR_FORMAT,
		     "union many (type 0 of fake): a member lies behind the end of memory");
}
END_TEST

START_TEST(every_kind_has_a_word)
{
	for (unsigned int kind = TYPE_VOID; kind <= TYPE_TAG; kind++)
		ck_assert_ptr_nonnull(type_kind_string(kind));
	ck_assert_str_eq(type_kind_string(TYPE_UNION), "union");
	ck_assert_str_eq(type_kind_string(TYPE_ENUM), "enum");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("type");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, completing_is_done_once);
	tcase_add_test(tcase, sizes);
	tcase_add_test(tcase, sizes_of_declarations_are_unknown);
	tcase_add_test(tcase, huge_arrays_are_an_error);
	tcase_add_test(tcase, underlying_strips_names_only);
	tcase_add_test(tcase, cycles_end_with_an_error);
	tcase_add_test(tcase, members_are_found_in_anonymous_members);
	tcase_add_test(tcase, members_of_other_kinds_are_an_error);
	tcase_add_test(tcase, errors_of_the_scope_are_passed_on);
	tcase_add_test(tcase, hostile_members_end_with_an_error);
	tcase_add_test(tcase, every_kind_has_a_word);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
