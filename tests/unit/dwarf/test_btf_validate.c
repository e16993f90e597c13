/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "../../../dwarf/btf_validate.h"
#include "base/error.h"
#include "btf_builder.h"

/* int, struct list { struct list *next; int x:3; }, with a name of each. */
static struct builder *small(void)
{
	struct builder *builder = builder_create(1, 0);

	builder_type(builder, "int", INFO(BTF_KIND_INT, 0), 4, ENCODED_INT(32, BTF_INT_SIGNED));
	builder_type(builder, NULL, INFO(BTF_KIND_PTR, 0), 3);
	builder_type(builder, "list", INFO(BTF_KIND_STRUCT, 2) | FLAG, 16, builder_name(builder, "next"), 2, 0,
		     builder_name(builder, "x"), 1, 3 << 24 | 64);
	return builder;
}

/* Validates a blob and all of its types. */
static struct inspect_error *check_all(const void *bytes, size_t size, const struct btf_blob *base, struct btf_blob *blob)
{
	struct inspect_error *error = btf_validate(bytes, size, base, blob);

	if (error)
		return error;
	for (uint32_t id = 0; id < blob->type_count && !error; id++)
		error = btf_check_type(blob, id);
	if (error)
		free(blob->offsets);
	return error;
}

/*
 * Validates what @builder has, frees it, and asserts what comes out: an error of @code that says @text, or NULL for
 * none.
 */
static void expect_on(struct builder *builder, const struct btf_blob *base, enum inspect_error_code code,
		      const char *text)
{
	struct inspect_error *error;
	struct btf_blob blob;
	size_t size;
	void *bytes = builder_finish(builder, &size);

	error = check_all(bytes, size, base, &blob);
	if (!text) {
		ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
		ck_assert_uint_eq(blob.type_count, builder->next_id);
		free(blob.offsets);
	} else {
		ck_assert_msg(error != NULL, "accepted, where it must say: %s", text);
		ck_assert_msg(strstr(inspect_error_message(error), text) != NULL, "%s", inspect_error_message(error));
		ck_assert_int_eq(inspect_error_code(error), code);
	}
	inspect_error_destroy(error);
	free(bytes);
	free(builder);
}

static void expect(struct builder *builder, enum inspect_error_code code, const char *text)
{
	expect_on(builder, NULL, code, text);
}

static void expect_good(struct builder *builder)
{
	expect(builder, INSPECT_ERROR_NO_MEMORY, NULL);
}

START_TEST(good_blobs_are_taken)
{
	struct builder *builder = builder_create(1, 0);

	expect_good(builder);
	expect_good(small());
	builder = small();
	builder_layout(builder);
	expect_good(builder);
}
END_TEST

START_TEST(every_truncation_is_an_error)
{
	struct builder *builder = small();
	size_t size;
	char *bytes = builder_finish(builder, &size);

	for (size_t cut = 0; cut < size; cut++) {
		char *copy = malloc(cut ? cut : 1);
		struct inspect_error *error;
		struct btf_blob blob;

		memcpy(copy, bytes, cut);
		error = btf_validate(copy, cut, NULL, &blob);
		ck_assert_ptr_nonnull(error);
		ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FORMAT);
		inspect_error_destroy(error);
		free(copy);
	}
	free(bytes);
	free(builder);
}
END_TEST

START_TEST(any_alignment_is_read)
{
	struct builder *builder = small();
	struct btf_blob blob;
	size_t size;
	char *bytes = builder_finish(builder, &size), *shifted = malloc(size + 1);

	memcpy(shifted + 1, bytes, size);
	ck_assert_ptr_null(btf_validate(shifted + 1, size, NULL, &blob));
	ck_assert_uint_eq(blob.type_count, 4);
	free(blob.offsets);
	free(shifted);
	free(bytes);
	free(builder);
}
END_TEST

/* One 32-bit word of the header at a time. */
START_TEST(headers_are_checked)
{
	static const struct {
		unsigned int word;
		uint32_t value;
		enum inspect_error_code code;
		const char *text;
	} cases[] = {
		{ 0, 0x00019feb, INSPECT_ERROR_UNSUPPORTED, "big endian" },
		{ 0, 0x00011234, INSPECT_ERROR_FORMAT, "magic is 0x1234" },
		{ 0, 0x0002eb9f, INSPECT_ERROR_UNSUPPORTED, "version 2" },
		{ 0, 0x0101eb9f, INSPECT_ERROR_UNSUPPORTED, "flags 0x1" },
		{ 1, 20, INSPECT_ERROR_FORMAT, "header of 20 bytes" },
		{ 1, 28, INSPECT_ERROR_FORMAT, "header of 28 bytes" },
		{ 1, 25, INSPECT_ERROR_FORMAT, "header of 25 bytes" },
		{ 1, 0xfffffffc, INSPECT_ERROR_FORMAT, "header of 4294967292 bytes" },
		{ 1, 40, INSPECT_ERROR_UNSUPPORTED, "unknown to this version" },
		{ 2, 0xfffffffc, INSPECT_ERROR_FORMAT, "do not fit" },
		{ 2, 2, INSPECT_ERROR_FORMAT, "do not fit" },
		{ 3, 0xffffffff, INSPECT_ERROR_FORMAT, "do not fit" },
		{ 3, 4, INSPECT_ERROR_FORMAT, "type 1 is cut off" },
		{ 4, 0, INSPECT_ERROR_FORMAT, "do not fit" },
		{ 4, 0xffffffff, INSPECT_ERROR_FORMAT, "do not fit" },
		{ 5, 0, INSPECT_ERROR_FORMAT, "does not end with NUL" },
		{ 5, 2, INSPECT_ERROR_FORMAT, "does not end with NUL" },
		{ 5, 1, INSPECT_ERROR_FORMAT, "outside the string section" },
		{ 5, 0xffffffff, INSPECT_ERROR_FORMAT, "do not fit" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct builder *builder = small();
		struct inspect_error *error;
		struct btf_blob blob;
		size_t size;
		uint32_t *bytes = builder_finish(builder, &size);

		bytes[cases[i].word] = cases[i].value;
		error = check_all(bytes, size, NULL, &blob);
		ck_assert_msg(error && strstr(inspect_error_message(error), cases[i].text), "case %zu: %s", i,
			      error ? inspect_error_message(error) : "accepted");
		ck_assert_int_eq(inspect_error_code(error), cases[i].code);
		inspect_error_destroy(error);
		free(bytes);
		free(builder);
	}
}
END_TEST

/* One word of the records of small() at a time: 0 int (4 words), 4 pointer (3), 7 struct (3 + 2 * 3). */
START_TEST(records_are_checked)
{
	static const struct {
		unsigned int word;
		uint32_t value;
		const char *text;
	} cases[] = {
		{ 0, 1000, "type 1 (kind 1, 0 elements): its name lies outside" },
		{ 0, 0, "it has no name" },
		{ 1, 0, "unknown kind 0" },
		{ 2, 0, "its size or its bits" },
		{ 2, 17, "its size or its bits" },
		{ 3, ENCODED_INT(33, 0), "its size or its bits" },
		{ 3, 8 << 16 | 32, "its size or its bits" },
		{ 6, 4, "type 2 refers to type 4, but there are 4" },
		{ 6, 0xffffffff, "type 2 refers to type 4294967295" },
		{ 8, INFO(BTF_KIND_STRUCT, 3), "behind the end" },
		{ 8, INFO(BTF_KIND_STRUCT, 0xffffff), "behind the end" },
		{ 10, 0xffffffff, "an element's name" },
		{ 11, 77, "type 3 refers to type 77" },
		{ 15, 3 << 24 | 129, "a member lies outside" },
		{ 8, INFO(BTF_KIND_ENUM64, 2) | FLAG, "its size makes no sense" },
		{ 5, INFO(BTF_KIND_FLOAT, 0), "it has no name" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct builder *builder = small();

		builder->words[cases[i].word] = cases[i].value;
		expect(builder, INSPECT_ERROR_FORMAT, cases[i].text);
	}
}
END_TEST

START_TEST(both_ids_of_an_array_are_checked)
{
	for (int which = 0; which < 2; which++) {
		struct builder *builder = small();

		builder_type(builder, NULL, INFO(BTF_KIND_ARRAY, 0), 0, which ? 1 : 9, which ? 9 : 1, 2);
		expect(builder, INSPECT_ERROR_FORMAT, "type 4 refers to type 9");
	}
}
END_TEST

/* A const on a const on … an int. */
static struct builder *chain(unsigned int length)
{
	struct builder *builder = builder_create(1, 0);

	for (unsigned int i = 0; i < length; i++)
		builder_type(builder, NULL, INFO(BTF_KIND_CONST, 0), i + 2);
	builder_type(builder, "int", INFO(BTF_KIND_INT, 0), 4, ENCODED_INT(32, BTF_INT_SIGNED));
	return builder;
}

START_TEST(chains_are_bounded)
{
	struct builder *builder;

	expect_good(chain(BTF_CHAIN_MAX));
	expect(chain(BTF_CHAIN_MAX + 1), INSPECT_ERROR_FORMAT, "nested more than 64 deep");
	expect(chain(20000), INSPECT_ERROR_FORMAT, "nested more than 64 deep");

	/* The same, found from its end: what is known to end counts. */
	builder = builder_create(1, 0);
	for (unsigned int i = 0; i < BTF_CHAIN_MAX + 2; i++)
		builder_type(builder, NULL, INFO(BTF_KIND_PTR, 0), i);
	expect(builder, INSPECT_ERROR_FORMAT, "type 66 is nested");
}
END_TEST

START_TEST(cycles_are_refused)
{
	struct builder *builder = builder_create(1, 0);

	builder_type(builder, "a", INFO(BTF_KIND_TYPEDEF, 0), 1);
	expect(builder, INSPECT_ERROR_FORMAT, "type 1 is nested more than 64 deep, or refers to itself");

	builder = builder_create(1, 0);
	builder_type(builder, "a", INFO(BTF_KIND_TYPEDEF, 0), 2);
	builder_type(builder, NULL, INFO(BTF_KIND_ARRAY, 0), 0, 3, 3, 2);
	builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 0), 1);
	expect(builder, INSPECT_ERROR_FORMAT, "refers to itself");
}
END_TEST

START_TEST(too_many_types_are_refused)
{
	size_t size = 24 + (size_t)12 * (BTF_ID_MAX + 1) + 1;
	struct inspect_error *error;
	struct btf_blob blob;
	uint32_t *bytes = calloc(1, size);

	bytes[0] = BTF_MAGIC | BTF_VERSION << 16;
	bytes[1] = 24;
	bytes[3] = bytes[4] = 12 * (BTF_ID_MAX + 1);
	bytes[5] = 1;
	for (uint32_t i = 0; i <= BTF_ID_MAX; i++)
		bytes[6 + i * 3 + 1] = INFO(BTF_KIND_PTR, 0);
	error = btf_validate(bytes, size, NULL, &blob);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LIMIT);
	inspect_error_destroy(error);
	free(bytes);
}
END_TEST

START_TEST(split_blobs_count_on_the_base)
{
	struct builder *builder = small();
	struct btf_blob base;
	size_t size;
	void *bytes = builder_finish(builder, &size);

	ck_assert_ptr_null(btf_validate(bytes, size, NULL, &base));
	free(builder);
	builder = builder_create(4, base.string_end);

	builder_type(builder, "own", INFO(BTF_KIND_TYPEDEF, 0), 3);
	builder_type(builder, NULL, INFO(BTF_KIND_TYPEDEF, 0), 4);
	builder->words[3] = 1; /* its name: "int", from the base */
	expect_on(builder, &base, INSPECT_ERROR_NO_MEMORY, NULL);

	builder = builder_create(4, base.string_end);
	builder_type(builder, "own", INFO(BTF_KIND_TYPEDEF, 0), 5);
	expect_on(builder, &base, INSPECT_ERROR_FORMAT, "type 4 refers to type 5, but there are 5");

	builder = builder_create(4, base.string_end);
	builder_type(builder, NULL, INFO(BTF_KIND_TYPEDEF, 0), 3);
	builder->words[0] = 4; /* the NUL behind "int" */
	expect_on(builder, &base, INSPECT_ERROR_FORMAT, "it has no name");
	free(base.offsets);
	free(bytes);
}
END_TEST

START_TEST(unknown_kinds_need_a_layout)
{
	struct builder *builder = small();

	builder_type(builder, "new", INFO(20, 2), 0, 1, 2, 3, 4, 5);
	expect(builder, INSPECT_ERROR_UNSUPPORTED, "type 4 has the unknown kind 20");

	builder = small();
	builder_layout(builder);
	memcpy(builder->layout[20], (uint8_t[]){ 4, 8, 0, 0 }, 4);
	builder->layout_count = 21;
	builder_type(builder, "new", INFO(20, 2), 0, 1, 2, 3, 4, 5);
	builder_type(builder, "behind", INFO(BTF_KIND_TYPEDEF, 0), 4);
	expect_good(builder);

	builder = small();
	builder_layout(builder);
	builder->layout[BTF_KIND_STRUCT][1] = 16;
	expect(builder, INSPECT_ERROR_UNSUPPORTED, "gives kind 4 0 bytes and 16 an element");
}
END_TEST

/* Behind a record of an odd size, no other would be aligned. */
START_TEST(sizes_that_unalign_are_refused)
{
	struct builder *builder = small();

	builder_layout(builder);
	memcpy(builder->layout[100], (uint8_t[]){ 3, 0, 0, 0 }, 4);
	builder->layout_count = 101;
	expect(builder, INSPECT_ERROR_UNSUPPORTED, "gives kind 100 3 bytes and 0 an element");
}
END_TEST

/* A function's vlen is its linkage, whatever it is; an enum may have more than 65535 values. */
START_TEST(vlens_are_wide)
{
	struct builder *builder = builder_create(1, 0);
	uint32_t *bytes, types = (3 + 2 * 70000 + 3) * 4;
	struct btf_blob blob;
	size_t size = 24 + types + 3;

	bytes = calloc(1, size);
	memcpy(bytes, (uint32_t[]){ BTF_MAGIC | BTF_VERSION << 16, 24, 0, types, types, 3 }, 24);
	memcpy(bytes + 6, (uint32_t[]){ 0, INFO(BTF_KIND_ENUM, 70000), 4 }, 12);
	memcpy(bytes + 6 + 3 + 2 * 70000, (uint32_t[]){ 1, INFO(BTF_KIND_TYPEDEF, 0), 1 }, 12);
	memcpy((char *)bytes + size - 2, "t", 2);
	ck_assert_ptr_null(btf_validate(bytes, size, NULL, &blob));
	ck_assert_uint_eq(blob.type_count, 3);
	ck_assert_uint_eq(blob.offsets[0], 0);
	ck_assert_uint_eq(blob.offsets[1], (3 + 2 * 70000) * 4);
	free(blob.offsets);
	free(bytes);

	builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 0), 0);
	builder_type(builder, "f", INFO(BTF_KIND_FUNC, 0xffffff), 1);
	bytes = builder_finish(builder, &size);
	ck_assert_ptr_null(btf_validate(bytes, size, NULL, &blob));
	ck_assert_uint_eq(blob.offsets[1], 12);
	free(blob.offsets);
	free(bytes);
	free(builder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("btf_validate");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, good_blobs_are_taken);
	tcase_add_test(tcase, every_truncation_is_an_error);
	tcase_add_test(tcase, any_alignment_is_read);
	tcase_add_test(tcase, headers_are_checked);
	tcase_add_test(tcase, records_are_checked);
	tcase_add_test(tcase, both_ids_of_an_array_are_checked);
	tcase_add_test(tcase, chains_are_bounded);
	tcase_add_test(tcase, cycles_are_refused);
	tcase_add_test(tcase, too_many_types_are_refused);
	tcase_add_test(tcase, split_blobs_count_on_the_base);
	tcase_add_test(tcase, unknown_kinds_need_a_layout);
	tcase_add_test(tcase, sizes_that_unalign_are_refused);
	tcase_add_test(tcase, vlens_are_wide);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
