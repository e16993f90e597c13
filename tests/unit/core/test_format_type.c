/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../../../dwarf/btf.h"
#include "../dwarf/btf_builder.h"
#include "base/error.h"
#include "core/format_type.h"

static struct builder *builder;
static struct scope *scope;
static struct strbuf text;
static uint32_t int_id, char_id, long_id;

static void set_up(void)
{
	builder = builder_create(1, 0);
	scope = NULL;
	strbuf_init(&text);
	int_id = builder_type(builder, "int", INFO(BTF_KIND_INT, 0), 4, ENCODED_INT(32, BTF_INT_SIGNED));
	char_id = builder_type(builder, "char", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, BTF_INT_SIGNED));
	long_id = builder_type(builder, "long unsigned int", INFO(BTF_KIND_INT, 0), 8, ENCODED_INT(64, 0));
}

static void tear_down(void)
{
	scope_destroy(scope);
	strbuf_deinit(&text);
	free(builder);
}

static uint32_t pointer_to(uint32_t id)
{
	return builder_type(builder, NULL, INFO(BTF_KIND_PTR, 0), id);
}

static uint32_t array_of(uint32_t id, uint32_t length)
{
	return builder_type(builder, NULL, INFO(BTF_KIND_ARRAY, 0), 0, id, int_id, length);
}

static uint32_t const_of(uint32_t id)
{
	return builder_type(builder, NULL, INFO(BTF_KIND_CONST, 0), id);
}

static struct type *built(uint32_t id)
{
	struct type *type = NULL;

	if (!scope) {
		size_t size;
		void *bytes = builder_finish(builder, &size);
		struct inspect_error *error = btf_scope_create("test", bytes, size, NULL, &scope);

		ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	}
	ck_assert_ptr_null(scope_by_id(scope, id, &type));
	return type;
}

static void expect_name(uint32_t id, const char *name)
{
	strbuf_clear(&text);
	ck_assert_ptr_null(format_type_name(built(id), &text));
	ck_assert_str_eq(text.bytes, name);
}

static void expect_definition(uint32_t id, const char *definition)
{
	strbuf_clear(&text);
	ck_assert_ptr_null(format_type_definition(built(id), &text));
	ck_assert_str_eq(text.bytes, definition);
}

START_TEST(names)
{
	uint32_t point = builder_type(builder, "point", INFO(BTF_KIND_STRUCT, 0), 0);
	uint32_t string = pointer_to(const_of(char_id));
	uint32_t fixed = const_of(string);
	uint32_t table = array_of(pointer_to(point), 4);
	uint32_t row = pointer_to(array_of(int_id, 3));
	uint32_t function = builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 2), int_id, 0, long_id, 0, string);
	uint32_t callback = pointer_to(function);
	uint32_t nothing = builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 0), 0);
	uint32_t variadic = builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 2), 0, 0, string, 0, 0);
	uint32_t maker = builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 1), callback, 0, int_id);
	uint32_t anonymous = builder_type(builder, NULL, INFO(BTF_KIND_UNION, 0), 0);
	uint32_t tagged = pointer_to(builder_type(builder, "user", INFO(BTF_KIND_TYPE_TAG, 0), point));
	uint32_t callbacks = array_of(const_of(callback), 2);
	uint32_t strings = pointer_to(fixed), flexible = array_of(int_id, 0);

	expect_name(0, "void");
	expect_name(long_id, "unsigned long");
	expect_name(string, "const char *");
	expect_name(fixed, "const char * const");
	expect_name(strings, "const char * const *");
	expect_name(table, "struct point *[4]");
	expect_name(flexible, "int []");
	expect_name(row, "int (*)[3]");
	expect_name(function, "int (unsigned long, const char *)");
	expect_name(callback, "int (*)(unsigned long, const char *)");
	expect_name(callbacks, "int (* const [2])(unsigned long, const char *)");
	expect_name(nothing, "void (void)");
	expect_name(variadic, "void (const char *, ...)");
	expect_name(maker, "int (*(int))(unsigned long, const char *)");
	expect_name(anonymous, "union <anonymous>");
	expect_name(tagged, "struct point *");
}
END_TEST

START_TEST(definitions)
{
	uint32_t inner = builder_type(builder, NULL, INFO(BTF_KIND_UNION, 2), 8, builder_name(builder, "a"), int_id, 0,
				      builder_name(builder, "b"), long_id, 0);
	uint32_t colour = builder_type(builder, "colour", INFO(BTF_KIND_ENUM, 2) | FLAG, 4,
				       builder_name(builder, "RED"), (uint32_t)-1, builder_name(builder, "BLUE"), 7);
	uint32_t outer = builder_type(builder, "outer", INFO(BTF_KIND_STRUCT, 4) | FLAG, 16,
				      0, inner, 0,
				      builder_name(builder, "flag"), int_id, 64 | 3 << 24,
				      builder_name(builder, "colour"), colour, 96,
				      builder_name(builder, "rest"), array_of(const_of(char_id), 0), 128);
	uint32_t name = builder_type(builder, "outer_t", INFO(BTF_KIND_TYPEDEF, 0), const_of(outer));
	uint32_t unnamed = builder_type(builder, "union_t", INFO(BTF_KIND_TYPEDEF, 0), inner);
	uint32_t later = builder_type(builder, "later", INFO(BTF_KIND_FWD, 0), 0);
	uint32_t empty = builder_type(builder, "empty", INFO(BTF_KIND_STRUCT, 0), 0);
	uint32_t opaque = builder_type(builder, "opaque_t", INFO(BTF_KIND_TYPEDEF, 0), later);
	uint32_t handle = builder_type(builder, "handle_t", INFO(BTF_KIND_TYPEDEF, 0), pointer_to(later));

	expect_definition(outer, "struct outer {\n\tunion {\n\t\tint a;\n\t\tunsigned long b;\n\t};\n\tint flag : 3;\n"
				 "\tenum colour colour;\n\tconst char rest[];\n}");
	expect_definition(colour, "enum colour {\n\tRED = -1,\n\tBLUE = 7,\n}");
	expect_definition(name, "typedef const struct outer outer_t");
	expect_definition(unnamed, "typedef union {\n\tint a;\n\tunsigned long b;\n} union_t");
	expect_definition(later, "struct later");
	expect_definition(opaque, "opaque_t");
	expect_definition(handle, "typedef struct later *handle_t");
	expect_definition(empty, "struct empty {\n}");
	expect_definition(long_id, "unsigned long");
}
END_TEST

/* A name can hold anything, and is shown on terminals. */
START_TEST(names_are_escaped)
{
	uint32_t id = builder_type(builder, "a\x1b[2Jb\n", INFO(BTF_KIND_STRUCT, 0), 0), endless;
	char name[2001];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	endless = builder_type(builder, name, INFO(BTF_KIND_STRUCT, 0), 0);
	expect_name(id, "struct a\\x1b[2Jb\\x0a");
	strbuf_clear(&text);
	ck_assert_ptr_null(format_type_name(built(endless), &text));
	ck_assert_uint_lt(text.length, 1200);
	ck_assert_str_eq(text.bytes + text.length - 4, "x...");
}
END_TEST

static void expect_limit(struct inspect_error *error)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LIMIT);
	inspect_error_destroy(error);
}

/* A function that is its own parameter, and 20 functions of four functions each. */
START_TEST(types_without_end_are_refused)
{
	uint32_t self = builder->next_id;
	uint32_t wide;

	builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 1), 0, 0, self + 1);
	pointer_to(self);
	wide = builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 0), 0);
	for (int i = 0; i < 20; i++) {
		uint32_t at = pointer_to(wide);

		wide = builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 4), 0, 0, at, 0, at, 0, at, 0, at);
	}
	expect_limit(format_type_name(built(self), &text));
	expect_limit(format_type_name(built(wide), &text));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("format_type");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, definitions);
	tcase_add_test(tcase, names_are_escaped);
	tcase_add_test(tcase, types_without_end_are_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
