/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/format_layout.h"
#include "typed.h"

static struct typed typed;
static struct strbuf text;

static void set_up(void)
{
	typed_init(&typed);
	strbuf_init(&text);
}

static void tear_down(void)
{
	strbuf_deinit(&text);
	typed_deinit(&typed);
}

/* @expected is without runs of blanks. */
static void expect(uint32_t id, const char *expected)
{
	struct inspect_error *error;
	char *to;

	strbuf_clear(&text);
	error = format_layout(typed_type(&typed, id), &text);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	to = text.bytes;
	for (const char *from = text.bytes; *from; from++) {
		if (from[0] != ' ' || from[1] != ' ')
			*to++ = *from;
	}
	*to = '\0';
	ck_assert_str_eq(text.bytes, expected);
}

START_TEST(holes_and_bit_fields)
{
	uint32_t id = builder_type(typed.builder, "gappy", INFO(BTF_KIND_STRUCT, 5) | FLAG, 32,
				   typed_name(&typed, "c"), typed.char_id, 0,
				   typed_name(&typed, "l"), typed.long_id, 64,
				   typed_name(&typed, "a"), typed.int_id, 128 | 3 << 24,
				   typed_name(&typed, "b"), typed.int_id, 133 | 4 << 24,
				   typed_name(&typed, "d"), typed.char_id, 160);

	expect(id, "struct gappy {\n\tchar c; /* 0 1 */\n\n\t/* XXX 7 bytes hole, try to pack */\n\n"
		   "\tunsigned long l; /* 8 8 */\n\tint a : 3; /* 16: 0 4 */\n\n\t/* XXX 2 bits hole, try to pack */\n\n"
		   "\tint b : 4; /* 16: 5 4 */\n\n\t/* XXX 23 bits hole, try to pack */\n\n\tchar d; /* 20 1 */\n\n"
		   "\t/* size: 32, cachelines: 1, members: 5 */\n\t/* sum members: 10, holes: 1, sum holes: 7 */\n"
		   "\t/* sum bitfield members: 7 bits, bit holes: 2, sum bit holes: 25 bits */\n"
		   "\t/* padding: 11 */\n\t/* last cacheline: 32 bytes */\n}");
}
END_TEST

/* What is left of the largest integer of bit-fields side by side is counted in bits, what is behind it in bytes. */
START_TEST(bit_fields_of_several_sizes)
{
	uint32_t id = builder_type(typed.builder, "mixed", INFO(BTF_KIND_STRUCT, 5) | FLAG, 24,
				   typed_name(&typed, "a"), typed.int_id, 0 | 5 << 24,
				   typed_name(&typed, "b"), typed.u8_id, 8 | 1 << 24,
				   typed_name(&typed, "l"), typed.long_id, 64,
				   typed_name(&typed, "c"), typed.char_id, 128,
				   typed_name(&typed, "d"), typed.u8_id, 136 | 2 << 24);

	expect(id, "struct mixed {\n\tint a : 5; /* 0: 0 4 */\n\n\t/* XXX 3 bits hole, try to pack */\n\n"
		   "\tu8 b : 1; /* 1: 0 1 */\n\n\t/* XXX 23 bits hole, try to pack */\n"
		   "\t/* XXX 4 bytes hole, try to pack */\n\n\tunsigned long l; /* 8 8 */\n\tchar c; /* 16 1 */\n"
		   "\tu8 d : 2; /* 17: 0 1 */\n\n\t/* size: 24, cachelines: 1, members: 5 */\n"
		   "\t/* sum members: 9, holes: 1, sum holes: 4 */\n"
		   "\t/* sum bitfield members: 8 bits, bit holes: 2, sum bit holes: 26 bits */\n\t/* padding: 6 */\n"
		   "\t/* bit_padding: 6 bits */\n\t/* last cacheline: 24 bytes */\n}");
}
END_TEST

START_TEST(cache_lines_and_nesting)
{
	uint32_t inner = builder_type(typed.builder, NULL, INFO(BTF_KIND_UNION, 2), 8, typed_name(&typed, "x"),
				      typed.int_id, 0, typed_name(&typed, "y"), typed.long_id, 0);
	uint32_t outer = builder_type(typed.builder, NULL, INFO(BTF_KIND_STRUCT, 3), 136,
				      typed_name(&typed, "row"), typed_array(&typed, typed.long_id, 9), 0,
				      0, inner, 72 * 8, typed_name(&typed, "rest"),
				      typed_array(&typed, typed.long_id, 7), 80 * 8);
	uint32_t name = builder_type(typed.builder, "outer_t", INFO(BTF_KIND_TYPEDEF, 0), outer);

	expect(name, "typedef struct {\n\tunsigned long row[9]; /* 0 72 */\n"
		     "\t/* --- cacheline 1 boundary (64 bytes) was 8 bytes ago --- */\n\tunion {\n"
		     "\t\tint x; /* 72 4 */\n\t\tunsigned long y; /* 72 8 */\n\t}; /* 72 8 */\n"
		     "\tunsigned long rest[7]; /* 80 56 */\n\n\t/* size: 136, cachelines: 3, members: 3 */\n"
		     "\t/* last cacheline: 8 bytes */\n} outer_t");
}
END_TEST

/* Each member of a union tells of the cache lines that it crosses, and so does what follows. */
START_TEST(cache_lines_of_unions)
{
	uint32_t rows = typed_array(&typed, typed.long_id, 8);
	uint32_t one = builder_type(typed.builder, NULL, INFO(BTF_KIND_STRUCT, 2), 72, typed_name(&typed, "x"), rows, 0,
				    typed_name(&typed, "y"), typed.long_id, 64 * 8);
	uint32_t both = builder_type(typed.builder, NULL, INFO(BTF_KIND_UNION, 2), 72, typed_name(&typed, "a"), one, 0,
				     typed_name(&typed, "b"), one, 0);
	uint32_t outer = builder_type(typed.builder, "outer", INFO(BTF_KIND_STRUCT, 2), 80, 0, both, 0,
				      typed_name(&typed, "z"), typed.long_id, 72 * 8);

	expect(outer, "struct outer {\n\tunion {\n\t\tstruct {\n\t\t\tunsigned long x[8]; /* 0 64 */\n"
		      "\t\t\t/* --- cacheline 1 boundary (64 bytes) --- */\n\t\t\tunsigned long y; /* 64 8 */\n"
		      "\t\t} a; /* 0 72 */\n\t\tstruct {\n\t\t\tunsigned long x[8]; /* 0 64 */\n"
		      "\t\t\t/* --- cacheline 1 boundary (64 bytes) --- */\n\t\t\tunsigned long y; /* 64 8 */\n"
		      "\t\t} b; /* 0 72 */\n\t}; /* 0 72 */\n"
		      "\t/* --- cacheline 1 boundary (64 bytes) was 8 bytes ago --- */\n\tunsigned long z; /* 72 8 */\n\n"
		      "\t/* size: 80, cachelines: 2, members: 2 */\n\t/* last cacheline: 16 bytes */\n}");
}
END_TEST

/* What has no name is shown where it is used, also as the elements of an array and qualified. */
START_TEST(inline_elements)
{
	uint32_t element = builder_type(typed.builder, NULL, INFO(BTF_KIND_STRUCT, 1), 4, typed_name(&typed, "x"),
					typed.int_id, 0);
	uint32_t constant = builder_type(typed.builder, NULL, INFO(BTF_KIND_CONST, 0), element);
	uint32_t outer = builder_type(typed.builder, "outer", INFO(BTF_KIND_STRUCT, 1), 24, typed_name(&typed, "pairs"),
				      typed_array(&typed, typed_array(&typed, constant, 2), 3), 0);

	expect(outer, "struct outer {\n\tconst struct {\n\t\tint x; /* 0 4 */\n\t} pairs[3][2]; /* 0 24 */\n\n"
		      "\t/* size: 24, cachelines: 1, members: 1 */\n\t/* last cacheline: 24 bytes */\n}");
}
END_TEST

START_TEST(other_types_have_their_size)
{
	uint32_t later = builder_type(typed.builder, "later", INFO(BTF_KIND_FWD, 0), 0);

	expect(typed.u8_id, "typedef unsigned char u8 /* size: 1 */");
	expect(typed.long_id, "unsigned long /* size: 8 */");
	expect(later, "struct later");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("format_layout");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, holes_and_bit_fields);
	tcase_add_test(tcase, cache_lines_and_nesting);
	tcase_add_test(tcase, bit_fields_of_several_sizes);
	tcase_add_test(tcase, cache_lines_of_unions);
	tcase_add_test(tcase, inline_elements);
	tcase_add_test(tcase, other_types_have_their_size);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
