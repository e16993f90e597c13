/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "typed.h"

static struct typed typed;
static uint32_t record, pointer;

/* struct record { int a; int low : 3; int high : 5; struct { long deep; }; int row[4]; struct record *next; } */
static void set_up(void)
{
	uint32_t inner;

	typed_init(&typed);
	inner = builder_type(typed.builder, NULL, INFO(BTF_KIND_STRUCT, 1), 8, typed_name(&typed, "deep"),
			     typed.long_id, 0);
	pointer = typed_pointer(&typed, typed.builder->next_id + 2);
	record = builder_type(typed.builder, "record", INFO(BTF_KIND_STRUCT, 6) | FLAG, 40,
			      typed_name(&typed, "a"), typed.int_id, 0,
			      typed_name(&typed, "low"), typed.int_id, 32 | 3 << 24,
			      typed_name(&typed, "high"), typed.int_id, 35 | 5 << 24,
			      0, inner, 64,
			      typed_name(&typed, "row"), typed_array(&typed, typed.int_id, 4), 128,
			      typed_name(&typed, "next"), pointer, 256);
	ck_assert_uint_eq(record, pointer + 2);
}

static void tear_down(void)
{
	typed_deinit(&typed);
}

static struct object member(const struct object *object, const char *name)
{
	struct object out = object_absent(NULL);

	ck_assert_ptr_null(object_member(object, name, strlen(name), &out));
	return out;
}

static uint64_t number(const struct object *object)
{
	uint64_t value = 0;

	ck_assert_ptr_null(object_read_u64(&typed.fake.memory, object, &value));
	return value;
}

START_TEST(members_are_found_without_reading)
{
	struct object object = typed_object(&typed, record, 0x200000), part;
	uint64_t reads = typed.fake.memory.reads;

	part = member(&object, "deep");
	ck_assert_uint_eq(part.address, 0x200008);
	ck_assert_str_eq(part.type->name, "long unsigned int");
	part = member(&object, "high");
	ck_assert_uint_eq(part.address, 0x200004);
	ck_assert_uint_eq(part.bit_offset, 3);
	ck_assert_uint_eq(part.bit_size, 5);
	ck_assert_uint_eq(typed.fake.memory.reads, reads);
	fake_expect_error(object_member(&object, "deeper", 6, &part), INSPECT_ERROR_LOOKUP,
			  "struct record has no member deeper");
	object = typed_object(&typed, typed.int_id, 0x200000);
	fake_expect_error(object_member(&object, "a", 1, &part), INSPECT_ERROR_USAGE,
			  "only a struct or union has members, such as a: this is of kind int");
}
END_TEST

START_TEST(scalars_are_extended_by_their_sign)
{
	struct object object = typed_object(&typed, record, 0x200000), part;

	fake_write(&typed.fake, 0x200000, "\xfe\xff\xff\xff\xed", 5);
	part = member(&object, "a");
	ck_assert_uint_eq(number(&part), (uint64_t)-2);
	part = member(&object, "low"); /* 0b101 */
	ck_assert_uint_eq(number(&part), (uint64_t)-3);
	part = member(&object, "high"); /* 0b11101 */
	ck_assert_uint_eq(number(&part), (uint64_t)-3);
	part = member(&object, "deep");
	ck_assert_uint_eq(number(&part), 0);
}
END_TEST

START_TEST(floats_are_values_and_no_integers)
{
	const double half = 0.5;
	struct object object = typed_object(&typed, typed.double_id, 0x200000), value;
	uint64_t integer;

	fake_write(&typed.fake, 0x200000, &half, sizeof(half));
	ck_assert_ptr_null(object_read(&typed.fake.memory, &object, &value));
	ck_assert_double_eq(value.f, 0.5);
	fake_expect_error(object_read_u64(&typed.fake.memory, &object, &integer), INSPECT_ERROR_USAGE, "double");
}
END_TEST

START_TEST(pointers_and_arrays_lead_on)
{
	struct object object = typed_object(&typed, record, 0x200000), part, out;

	fake_write64(&typed.fake, 0x200020, 0x300000);
	part = member(&object, "next");
	ck_assert_ptr_null(object_dereference(&typed.fake.memory, &part, &out));
	ck_assert_uint_eq(out.address, 0x300000);
	ck_assert_ptr_eq(out.type, object.type);
	ck_assert_ptr_null(object_index(&typed.fake.memory, &part, -2, &out));
	ck_assert_uint_eq(out.address, 0x300000 - 80);
	part = member(&object, "row");
	ck_assert_ptr_null(object_index(&typed.fake.memory, &part, 3, &out));
	ck_assert_uint_eq(out.address, 0x20001c);
	ck_assert_ptr_null(object_dereference(&typed.fake.memory, &part, &out));
	ck_assert_uint_eq(out.address, 0x200010);
	fake_expect_error(object_dereference(&typed.fake.memory, &object, &out), INSPECT_ERROR_USAGE,
			  "what is of kind struct is no pointer");
}
END_TEST

START_TEST(wide_integers)
{
	static const uint64_t halves[2] = { 0x0123456789abcdef, 0xfedcba9876543210 };
	struct object object = typed_object(&typed, typed.int128_id, 0x200000), out;
	uint64_t number_read;

	fake_write(&typed.fake, 0x200000, halves, sizeof(halves));
	ck_assert_ptr_null(object_read(&typed.fake.memory, &object, &out));
	ck_assert_uint_eq(out.u, halves[0]);
	ck_assert_uint_eq(out.high, halves[1]);
	fake_expect_error(object_read_u64(&typed.fake.memory, &object, &number_read), INSPECT_ERROR_UNSUPPORTED,
			  "of up to 8 bytes is needed, not a __int128");
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
	struct object object = typed_object(&typed, pointer, 0x201000), out = object_absent(NULL);

	fake_expect_error(object_read(&typed.fake.memory, &object, &out), INSPECT_ERROR_FAULT,
			  "read 0x201000: page excluded");
	fake_expect_error(object_dereference(&typed.fake.memory, &object, &out), INSPECT_ERROR_FAULT, "0x201000");
	object = object_absent(typed_type(&typed, typed.int_id));
	fake_expect_error(object_read(&typed.fake.memory, &object, &out), INSPECT_ERROR_LOOKUP, "int is absent");
	object = typed_object(&typed, record, 0x200000);
	fake_expect_error(object_read(&typed.fake.memory, &object, &out), INSPECT_ERROR_USAGE, "no number");
	ck_assert_ptr_null(out.type);
}
END_TEST

START_TEST(void_leads_nowhere)
{
	uint32_t id = typed_pointer(&typed, 0);
	struct object object = object_integer(typed_type(&typed, id), 0x200000), out;

	fake_expect_error(object_dereference(&typed.fake.memory, &object, &out), INSPECT_ERROR_USAGE, "void");
	fake_expect_error(object_index(&typed.fake.memory, &object, 1, &out), INSPECT_ERROR_USAGE, "void");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("object");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, members_are_found_without_reading);
	tcase_add_test(tcase, scalars_are_extended_by_their_sign);
	tcase_add_test(tcase, floats_are_values_and_no_integers);
	tcase_add_test(tcase, pointers_and_arrays_lead_on);
	tcase_add_test(tcase, wide_integers);
	tcase_add_test(tcase, what_cannot_be_read_is_an_error);
	tcase_add_test(tcase, void_leads_nowhere);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
