/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What value_load() finds, and how format_c() writes it. What drgn writes is compared on real dumps. */
#include "core/format_c.h"
#include "typed.h"

#define AT UINT64_C(0x200000)

static struct typed typed;
static struct arena arena;
static struct strbuf text;
static struct format_c_options options;

static void set_up(void)
{
	typed_init(&typed);
	arena_init(&arena);
	strbuf_init(&text);
	options = (struct format_c_options){ .flags = FORMAT_C_DEFAULT };
}

static void tear_down(void)
{
	strbuf_deinit(&text);
	arena_deinit(&arena);
	typed_deinit(&typed);
}

static struct value load(const struct object *object)
{
	struct value_options how = format_c_loads(&options, NULL);
	struct value value;
	struct inspect_error *error;

	error = value_load(&typed.fake.memory, object, &how, &arena, &value);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	return value;
}

static void expect_object(const struct object *object, const char *expected)
{
	struct value value = load(object);
	struct inspect_error *error;

	strbuf_clear(&text);
	error = format_c(&value, &options, &text);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	ck_assert_str_eq(text.bytes, expected);
}

static void expect(uint32_t id, const char *expected)
{
	struct object object = typed_object(&typed, id, AT);

	expect_object(&object, expected);
}

static void expect_value(uint32_t id, uint64_t number, const char *expected)
{
	struct object object = object_integer(typed_type(&typed, id), number);

	expect_object(&object, expected);
}

START_TEST(scalars)
{
	uint32_t colour = builder_type(typed.builder, "colour", INFO(BTF_KIND_ENUM, 2), 4,
				       typed_name(&typed, "RED"), 1, typed_name(&typed, "ALSO_RED"), 1);
	uint32_t callback = builder_type(typed.builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 0), 0);
	const uint8_t big[16] = { 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct object object;

	expect_value(typed.int_id, (uint64_t)-1, "(int)-1");
	expect_value(typed.long_id, (uint64_t)-1, "(unsigned long)18446744073709551615");
	expect_value(typed.bool_id, 1, "(_Bool)1");
	expect_value(typed.char_id, 'A', "(char)65");
	expect_value(colour, 1, "(enum colour)RED");
	expect_value(colour, 2, "(enum colour)2");
	object = object_absent(typed_type(&typed, typed.int_id));
	expect_object(&object, "(int)<absent>");
	object = (struct object){ .kind = OBJECT_VALUE, .type = typed_type(&typed, typed.double_id), .f = 0.1 };
	expect_object(&object, "(double)0.10000000000000001");
	object.f = -2;
	expect_object(&object, "(double)-2.0");
	fake_write(&typed.fake, AT, big, sizeof(big));
	expect(typed.int128_id, "(__int128)0x10000000000000000ff");
	expect(callback, "(void (void))0x200000");
	options.integer_base = 16;
	expect_value(typed.int_id, (uint64_t)-13, "(int)-0xd");
	options.integer_base = 8;
	expect_value(typed.int_id, 13, "(int)015");
	options.flags |= FORMAT_C_CHAR;
	expect_value(typed.char_id, '\'', "(char)'\\''");
	expect_value(typed.char_id, (uint64_t)-1, "(char)'\\xff'");
	expect_value(typed.u8_id, 'A', "(u8)0101");
	options.flags = 0;
	expect_value(typed.int_id, 0, "0");
}
END_TEST

START_TEST(strings)
{
	uint32_t five = typed_array(&typed, typed.char_id, 5), two = typed_array(&typed, typed.char_id, 2);
	uint32_t rows = typed_array(&typed, two, 3), bytes = typed_array(&typed, typed.u8_id, 3);

	fake_write(&typed.fake, AT, "h\"\n\x80", 5);
	expect(five, "(char [5])\"h\\\"\\n\\x80\"");
	expect(two, "(char [2])\"h\\\"\"");
	expect(rows, "(char [3][2]){ \"h\\\"\", \"\\n\\x80\" }");
	expect(bytes, "(u8 [3]){ 104, 34, 10 }");
	options.flags &= ~FORMAT_C_STRING;
	expect(two, "(char [2]){ 104, 34 }");
}
END_TEST

START_TEST(pointers)
{
	uint32_t string = typed_pointer(&typed, typed.char_id), number = typed_pointer(&typed, typed.int_id);
	uint32_t nothing = typed_pointer(&typed, 0), twice = typed_pointer(&typed, number);
	uint32_t later = typed_pointer(&typed, builder_type(typed.builder, "later", INFO(BTF_KIND_FWD, 0), 0));
	uint32_t pages = typed_pointer(&typed, typed_array(&typed, typed.int_id, 2048));

	fake_write64(&typed.fake, AT, AT + 8);
	fake_write(&typed.fake, AT + 8, "hi", 3);
	expect_value(string, AT + 8, "(char *)0x200008 = \"hi\"");
	expect_value(string, AT + 0x1000, "(char *)0x201000");
	expect_value(string, 0, "(char *)0x0");
	expect_value(number, AT + 8, "*(int *)0x200008 = 26984");
	expect_value(number, AT + 0x1000, "(int *)0x201000");
	/* Nothing can be read, here for two reasons: the NULL page, and what is not mapped behind it. */
	expect_value(pages, 0, "(int (*)[2048])0x0");
	expect_value(nothing, AT, "(void *)0x200000");
	expect_value(later, AT, "(struct later *)0x200000");
	expect_value(twice, AT, "*(int **)0x200000 = 0x200008");
	options.flags &= ~FORMAT_C_DEREFERENCE;
	expect_value(number, AT + 8, "(int *)0x200008");
}
END_TEST

/* A string is read up to a limit, and before an excluded page. */
START_TEST(long_strings_are_cut)
{
	uint32_t string = typed_pointer(&typed, typed.char_id);
	static char page[4096];
	const char *end = "aa\"...";

	memset(page, 'a', sizeof(page));
	for (int i = 0; i < 17; i++)
		fake_write(&typed.fake, AT + i * sizeof(page), page, sizeof(page));
	struct object object = object_integer(typed_type(&typed, string), AT);
	struct value value = load(&object);

	ck_assert_ptr_null(format_c(&value, &options, &text));
	ck_assert_uint_eq(text.length, strlen("(char *)0x200000 = \"") + 65536 + strlen("\"..."));
	ck_assert_str_eq(text.bytes + text.length - strlen(end), end);
}
END_TEST

static uint32_t add_point(void)
{
	return builder_type(typed.builder, "point", INFO(BTF_KIND_STRUCT, 2), 8, typed_name(&typed, "x"), typed.int_id,
			    0, typed_name(&typed, "y"), typed.int_id, 32);
}

START_TEST(structs)
{
	uint32_t point = add_point(), points = typed_array(&typed, point, 3);
	uint32_t anonymous = builder_type(typed.builder, NULL, INFO(BTF_KIND_UNION, 2), 8, typed_name(&typed, "low"),
					  typed.int_id, 0, typed_name(&typed, "all"), typed.long_id, 0);
	uint32_t outer = builder_type(typed.builder, "outer", INFO(BTF_KIND_STRUCT, 3) | FLAG, 24, 0, anonymous, 0,
				      typed_name(&typed, "bits"), typed.int_id, 67 | 4 << 24,
				      typed_name(&typed, "point"), point, 128);
	uint32_t empty = builder_type(typed.builder, "empty", INFO(BTF_KIND_STRUCT, 0), 0);

	fake_write64(&typed.fake, AT, UINT64_C(0x200000001));
	fake_write64(&typed.fake, AT + 8, 0xffff0048);
	fake_write64(&typed.fake, AT + 16, 0);
	expect(point, "(struct point){\n\t.x = (int)1,\n\t.y = (int)2,\n}");
	expect(points, "(struct point [3]){\n\t{\n\t\t.x = (int)1,\n\t\t.y = (int)2,\n\t},\n"
		       "\t{\n\t\t.x = (int)-65464,\n\t\t.y = (int)0,\n\t},\n}");
	expect(outer, "(struct outer){\n\t.low = (int)1,\n\t.all = (unsigned long)8589934593,\n\t.bits = (int)-7,\n"
		      "\t.point = (struct point){\n\t\t.x = (int)0,\n\t\t.y = (int)0,\n\t},\n}");
	expect(empty, "(struct empty){}");
	options.depth = 1;
	expect(outer, "(struct outer){\n\t.low = (int)1,\n\t.all = (unsigned long)8589934593,\n\t.bits = (int)-7,\n"
		      "\t.point = (struct point){...},\n}");
	options.depth = 0;
	options.flags = FORMAT_C_MEMBER_NAMES | FORMAT_C_MEMBERS_SAME_LINE;
	expect(outer, "{ .low = 1, .all = 8589934593, .bits = -7 }");
	options.flags = FORMAT_C_MEMBERS_SAME_LINE;
	expect(outer, "{ { 1, 8589934593 }, -7 }");
	options.flags = FORMAT_C_MEMBERS_SAME_LINE | FORMAT_C_IMPLICIT_MEMBERS | FORMAT_C_TYPE_NAME;
	expect(outer, "(struct outer){ { 1, 8589934593 }, -7, { 0, 0 } }");
}
END_TEST

/* What is nowhere in memory, but in the debug information. */
START_TEST(constants)
{
	static const uint8_t bytes[12] = { 7, 0, 0, 0, 0xff, 0xff, 0xff, 0xff };
	uint32_t row = typed_array(&typed, typed.int_id, 3);
	struct object object = object_constant(typed_type(&typed, row), bytes);

	expect_object(&object, "(int [3]){ 7, -1 }");
}
END_TEST

START_TEST(arrays)
{
	uint32_t row = typed_array(&typed, typed.int_id, 4), flexible = typed_array(&typed, typed.int_id, 0);
	uint32_t pairs = typed_array(&typed, typed_array(&typed, typed.int_id, 2), 2);

	fake_write64(&typed.fake, AT, 7);
	fake_write64(&typed.fake, AT + 8, 9);
	expect(row, "(int [4]){ 7, 0, 9 }");
	expect(flexible, "(int []){}");
	expect(pairs, "(int [2][2]){ { 7 }, { 9 } }");
	options.flags |= FORMAT_C_ELEMENT_INDICES;
	expect(row, "(int [4]){ [0] = 7, [2] = 9 }");
	options.flags |= FORMAT_C_IMPLICIT_ELEMENTS | FORMAT_C_ELEMENT_TYPE_NAMES;
	expect(row, "(int [4]){ [0] = (int)7, [1] = (int)0, [2] = (int)9, [3] = (int)0 }");
	options.columns = 20;
	expect(row, "(int [4]){\n\t[0] = (int)7,\n\t[1] = (int)0,\n\t[2] = (int)9,\n\t[3] = (int)0,\n}");
	options.flags = FORMAT_C_DEFAULT;
	expect(row, "(int [4]){ 7, 0, 9 }");
	options.columns = 17;
	expect(row, "(int [4]){\n\t7, 0, 9,\n}");
	options.columns = 15;
	expect(row, "(int [4]){\n\t7, 0,\n\t9,\n}");
}
END_TEST

/* One excluded page spoils what is on it, and nothing else. */
START_TEST(gaps_are_marked)
{
	uint32_t point = add_point(), row = typed_array(&typed, typed.int_id, 2048);
	uint32_t name = typed_array(&typed, typed.char_id, 8), points = typed_array(&typed, point, 2);
	struct object object = typed_object(&typed, point, AT + 0xffc);
	struct value value;

	fake_write(&typed.fake, AT + 0xff8, "abcd\5\0\0", 8);
	expect_object(&object, "(struct point){\n\t.x = (int)5,\n\t.y = (int)<page excluded>,\n}");
	value = load(&object);
	ck_assert_uint_eq(value_faults(&value), 1);
	object = typed_object(&typed, points, AT + 0xffc);
	expect_object(&object, "(struct point [2]){\n\t{\n\t\t.x = (int)5,\n\t\t.y = (int)<page excluded>,\n\t},\n"
			       "\t<page excluded>,\n}");
	object = typed_object(&typed, name, AT + 0xffb);
	expect_object(&object, "(char [8])\"d\\x05\"");
	fake_write(&typed.fake, AT + 0xffd, "efg", 3);
	expect_object(&object, "(char [8])\"d\\x05efg\"<page excluded>");
	object = typed_object(&typed, row, AT + 0xffc);
	expect_object(&object, "(int [2048]){ 1734763781, [1 ... 2047] = <page excluded> }");
	object = typed_object(&typed, row, 0);
	expect_object(&object, "(int [2048]){ [0 ... 1023] = <fault 0x0>, [1024 ... 2047] = <fault 0x1000> }");
	object = object_integer(typed_type(&typed, typed.int_id), 0);
	value = load(&object);
	ck_assert_uint_eq(value_faults(&value), 0);
}
END_TEST

/* A pointer to what is partly there is followed; one to what is not there at all is not. */
START_TEST(partly_there_is_shown)
{
	uint32_t pointer = typed_pointer(&typed, add_point());

	fake_write(&typed.fake, AT + 0xffc, "\5\0\0", 4);
	expect_value(pointer, AT + 0xffc,
		     "*(struct point *)0x200ffc = {\n\t.x = (int)5,\n\t.y = (int)<page excluded>,\n}");
	expect_value(pointer, AT + 0x1000, "(struct point *)0x201000");
}
END_TEST

START_TEST(large_values_are_cut)
{
	uint32_t huge = typed_array(&typed, typed.int_id, UINT32_MAX), row = typed_array(&typed, typed.int_id, 4);
	struct object object = typed_object(&typed, huge, AT);
	struct value_options how = { .limit = 4096 };
	struct value value;

	fake_write(&typed.fake, AT, "\1", 1);
	ck_assert_ptr_null(value_load(&typed.fake.memory, &object, &how, &arena, &value));
	ck_assert(value.cut);
	ck_assert_uint_eq(value.size, UINT32_MAX * UINT64_C(4));
	ck_assert_uint_eq(value_faults(&value), 0);
	options.flags |= FORMAT_C_ELEMENT_INDICES;
	ck_assert_ptr_null(format_c(&value, &options, &text));
	ck_assert_str_eq(text.bytes, "(int [4294967295]){ [0] = 1, [1024 ... 4294967294] = <cut> }");
	object.type = typed_type(&typed, row);
	ck_assert_ptr_null(value_load(&typed.fake.memory, &object, &how, &arena, &value));
	ck_assert(!value.cut);
}
END_TEST

static void expect_code(struct inspect_error *error, enum inspect_error_code code)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), code);
	inspect_error_destroy(error);
}

/* Members behind the end of their struct, and a struct that is its own member. */
START_TEST(types_that_lie)
{
	uint32_t wide = builder_type(typed.builder, "wide", INFO(BTF_KIND_STRUCT, 2) | FLAG, 4,
				     typed_name(&typed, "far"), typed.long_id, 0,
				     typed_name(&typed, "bits"), typed.int_id, (31 | 4 << 24));
	uint32_t string = typed_pointer(&typed, typed.char_id), self = string + 1;
	struct value_options how = format_c_loads(&options, NULL);
	struct object object;
	struct value value;

	builder_type(typed.builder, "self", INFO(BTF_KIND_STRUCT, 2), 8, typed_name(&typed, "a"), self, 0,
		     typed_name(&typed, "p"), string, 0);
	fake_write(&typed.fake, AT, "\1", 1);
	expect(wide, "(struct wide){\n\t.far = (unsigned long)<outside>,\n\t.bits = (int)<outside>,\n}");
	object = typed_object(&typed, self, AT);
	expect_code(value_load(&typed.fake.memory, &object, &how, &arena, &value), INSPECT_ERROR_LIMIT);
	how = (struct value_options){ 0 };
	ck_assert_ptr_null(value_load(&typed.fake.memory, &object, &how, &arena, &value));
	expect_code(format_c(&value, &options, &text), INSPECT_ERROR_LIMIT);
}
END_TEST

START_TEST(what_has_no_value_is_refused)
{
	uint32_t later = builder_type(typed.builder, "later", INFO(BTF_KIND_FWD, 0), 0), point = add_point();
	struct value_options how = { 0 };
	struct object object;
	struct value value;

	object = typed_object(&typed, later, AT);
	expect_code(value_load(&typed.fake.memory, &object, &how, &arena, &value), INSPECT_ERROR_LOOKUP);
	object = typed_object(&typed, 0, AT);
	expect_code(value_load(&typed.fake.memory, &object, &how, &arena, &value), INSPECT_ERROR_USAGE);
	object = object_integer(typed_type(&typed, point), 0);
	expect_code(value_load(&typed.fake.memory, &object, &how, &arena, &value), INSPECT_ERROR_USAGE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("format_c");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, scalars);
	tcase_add_test(tcase, strings);
	tcase_add_test(tcase, pointers);
	tcase_add_test(tcase, long_strings_are_cut);
	tcase_add_test(tcase, structs);
	tcase_add_test(tcase, constants);
	tcase_add_test(tcase, arrays);
	tcase_add_test(tcase, gaps_are_marked);
	tcase_add_test(tcase, partly_there_is_shown);
	tcase_add_test(tcase, large_values_are_cut);
	tcase_add_test(tcase, types_that_lie);
	tcase_add_test(tcase, what_has_no_value_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
