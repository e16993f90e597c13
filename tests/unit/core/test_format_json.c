/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <jansson.h>

#include "core/format_json.h"
#include "typed.h"

#define AT UINT64_C(0x200000)

static struct typed typed;
static struct arena arena;
static struct strbuf text;

static void set_up(void)
{
	typed_init(&typed);
	arena_init(&arena);
	strbuf_init(&text);
}

static void tear_down(void)
{
	strbuf_deinit(&text);
	arena_deinit(&arena);
	typed_deinit(&typed);
}

static void expect_limited(const struct object *object, uint64_t limit, const char *expected)
{
	const struct value_options how = { .dereference = true, .strings = true, .limit = limit };
	struct inspect_error *error;
	struct value value;
	json_t *parsed;

	strbuf_clear(&text);
	error = value_load(&typed.fake.memory, object, &how, &arena, &value);
	if (!error)
		error = format_json(&value, &text);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	ck_assert_str_eq(text.bytes, expected);
	parsed = json_loads(text.bytes, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(parsed);
	json_decref(parsed);
}

static void expect_object(const struct object *object, const char *expected)
{
	expect_limited(object, 0, expected);
}

static void expect(uint32_t id, const char *expected)
{
	struct object object = typed_object(&typed, id, AT);

	expect_object(&object, expected);
}

START_TEST(scalars)
{
	uint32_t colour = builder_type(typed.builder, "colour", INFO(BTF_KIND_ENUM, 1), 4,
				       typed_name(&typed, "RED"), 1);
	struct object object;

	object = object_integer(typed_type(&typed, typed.int_id), (uint64_t)-1);
	expect_object(&object, "{\"type\":\"int\",\"value\":-1}");
	object = object_integer(typed_type(&typed, typed.long_id), INT64_MAX); /* jansson reads no larger ones */
	expect_object(&object, "{\"type\":\"unsigned long\",\"value\":9223372036854775807}");
	object = object_integer(typed_type(&typed, typed.bool_id), 1);
	expect_object(&object, "{\"type\":\"_Bool\",\"value\":true}");
	object = object_integer(typed_type(&typed, colour), 1);
	expect_object(&object, "{\"type\":\"enum colour\",\"value\":\"RED\"}");
	object = object_integer(typed_type(&typed, colour), 2);
	expect_object(&object, "{\"type\":\"enum colour\",\"value\":2}");
	object = (struct object){ .kind = OBJECT_VALUE, .type = typed_type(&typed, typed.double_id), .f = 0.5 };
	expect_object(&object, "{\"type\":\"double\",\"value\":0.5}");
	object.f = -1 / 0.0;
	expect_object(&object, "{\"type\":\"double\",\"value\":\"-inf\"}");
	object = object_absent(typed_type(&typed, typed.int_id));
	expect_object(&object, "{\"type\":\"int\",\"absent\":true}");
	fake_write(&typed.fake, AT, "\1", 1);
	expect(typed.int128_id, "{\"type\":\"__int128\",\"address\":\"0x200000\","
				"\"value\":\"0x00000000000000000000000000000001\"}");
}
END_TEST

START_TEST(aggregates)
{
	uint32_t string = typed_pointer(&typed, typed.char_id);
	uint32_t inner = builder_type(typed.builder, NULL, INFO(BTF_KIND_UNION, 2), 8, typed_name(&typed, "text"),
				      string, 0, typed_name(&typed, "number"), typed.long_id, 0);
	uint32_t outer = builder_type(typed.builder, "outer", INFO(BTF_KIND_STRUCT, 3), 24, 0, inner, 0,
				      typed_name(&typed, "name"), typed_array(&typed, typed.char_id, 8), 64,
				      typed_name(&typed, "row"), typed_array(&typed, typed.int_id, 2), 128);
	uint32_t pointer = typed_pointer(&typed, outer);
	struct object object;

	fake_write64(&typed.fake, AT, AT + 8);
	fake_write(&typed.fake, AT + 8, "a\"\xff\n", 5);
	fake_write64(&typed.fake, AT + 16, UINT64_C(0x200000001));
	expect(outer, "{\"type\":\"struct outer\",\"address\":\"0x200000\",\"value\":{"
		      "\"text\":{\"pointer\":\"0x200008\",\"string\":\"a\\\"\\u00ff\\u000a\"},\"number\":2097160,"
		      "\"name\":\"a\\\"\\u00ff\\u000a\",\"row\":[1,2]}}");
	object = object_integer(typed_type(&typed, pointer), AT + 0x1000 - 20);
	expect_object(&object,
		      "{\"type\":\"struct outer *\",\"value\":\"0x200fec\",\"target\":{"
		      "\"type\":\"struct outer\",\"address\":\"0x200fec\",\"value\":{\"text\":\"0x0\",\"number\":0,"
		      "\"name\":\"\",\"row\":[0,null]},"
		      "\"faults\":[{\"address\":\"0x201000\",\"size\":4,\"cause\":\"page excluded from the dump\"}]}}");
}
END_TEST

START_TEST(large_values_are_cut)
{
	uint32_t huge = typed_array(&typed, typed.int_id, UINT32_MAX);
	struct object object = typed_object(&typed, huge, AT);

	fake_write(&typed.fake, AT, "\1", 1);
	expect_limited(&object, 8,
		       "{\"type\":\"int [4294967295]\",\"address\":\"0x200000\",\"value\":[1,0],\"cut\":true}");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("format_json");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, scalars);
	tcase_add_test(tcase, aggregates);
	tcase_add_test(tcase, large_values_are_cut);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
