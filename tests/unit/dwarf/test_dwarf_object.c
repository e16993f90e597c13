/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DWARF of files that are not linked: it is read by what is told of their sections, and of no others. */
#include "dwarf_sample.h"

#define TEXT UINT64_C(0xffffffffc0001000)
#define DATA UINT64_C(0xffffffffc0002000)

static const struct source_section sections[] = { { ".text", TEXT }, { ".data", DATA } };

static struct inspect_error *open_object(const char *path, size_t section_count, struct source *source)
{
	int fd = open(path, O_RDONLY);
	struct source_input input = {
		.fd = fd, .name = path, .machine = MACHINE_OTHER, .sections = sections, .section_count = section_count,
		.only_debug = true,
	};
	struct inspect_error *error;

	ck_assert_int_ge(fd, 0);
	memset(source, 0, sizeof(*source));
	error = elf_source_ops.open(&input, source);
	close(fd);
	return error;
}

static void expect_ok(struct inspect_error *error)
{
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
}

static struct type *variable(struct source *source, const char *name, uint64_t address)
{
	struct type *type;

	expect_ok(scope_variable(source->debug_scope, name, address, &type));
	return type;
}

static void check_object(struct source *source)
{
	struct type_list list = { 0 };
	struct type *type;

	type = variable(source, "shared", DATA);
	ck_assert_ptr_nonnull(type);
	expect_ok(type_complete(type));
	ck_assert_str_eq(type->target->name, "int");
	ck_assert_ptr_null(variable(source, "shared", DATA + 4));
	/* Nothing tells where .bss is. */
	ck_assert_ptr_null(variable(source, "everything", DATA));
	expect_ok(scope_find(source->debug_scope, "all", TYPE_BIT(TYPE_STRUCT), &list));
	ck_assert_uint_eq(list.count, 1);
	ck_assert_uint_eq(list.items[0]->size, 224);
	expect_ok(type_complete(list.items[0]));
	list.count = 0;
	expect_ok(scope_find_at(source->debug_scope, TEXT + 1, "twice", TYPE_BIT(TYPE_STRUCT), &list));
	ck_assert_uint_eq(list.count, 1);
	vec_deinit(&list);
}

START_TEST(relocated)
{
	const char *list = NULL;
	unsigned int seen = 0;
	struct source source;
	char path[1024];

	for (; sample_next(&list, path); seen++) {
		expect_ok(open_object(path, 2, &source));
		ck_assert_ptr_nonnull(source.debug_scope);
		check_object(&source);
		sample_close(&source);
	}
	ck_assert_uint_gt(seen, 0);
}
END_TEST

START_TEST(without_data)
{
	const char *list = NULL;
	struct source source;
	char path[1024];

	ck_assert(sample_next(&list, path));
	expect_ok(open_object(path, 1, &source));
	ck_assert_ptr_null(variable(&source, "shared", DATA));
	sample_close(&source);
}
END_TEST

START_TEST(without_sections)
{
	const char *list = NULL;
	struct inspect_error *error;
	struct source source;
	char path[1024];

	ck_assert(sample_next(&list, path));
	error = open_object(path, 0, &source);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LOOKUP);
	inspect_error_destroy(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf object");
	TCase *tcase = tcase_create("dwarf object");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, relocated);
	tcase_add_test(tcase, without_data);
	tcase_add_test(tcase, without_sections);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
