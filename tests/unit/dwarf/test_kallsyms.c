/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "../../../dwarf/table.h"
#include "base/error.h"
#include "core/symbol.h"
#include "kallsyms_builder.h"

/* Every encoding, in every order that had it. */
static const struct recipe recipes[] = {
	{ .encoding = KALLSYMS_ABSOLUTE, .alignment = 8 },
	{ .encoding = KALLSYMS_BASE_RELATIVE, .alignment = 8 },
	{ .encoding = KALLSYMS_ABSOLUTE_PERCPU, .alignment = 8 },
	{ .encoding = KALLSYMS_ABSOLUTE_PERCPU, .alignment = 8, .long_name = 0x91, .one_byte = true },
	{ .encoding = KALLSYMS_ABSOLUTE_PERCPU, .alignment = 8, .seqs = true, .long_name = 200 },
	{ .encoding = KALLSYMS_ABSOLUTE, .alignment = 8, .behind = true, .long_name = 511 },
	{ .encoding = KALLSYMS_BASE_RELATIVE, .alignment = 8, .behind = true, .long_name = 512 },
	{ .encoding = KALLSYMS_ABSOLUTE_PERCPU, .alignment = 8, .behind = true },
	{ .encoding = KALLSYMS_PLACE_RELATIVE, .alignment = 4, .behind = true, .long_name = 128 },
};

#define RECIPES ((int)(sizeof(recipes) / sizeof(*recipes)))

static struct inspect_error *open_image(struct image *image, struct source *source)
{
	struct source_input input = { .fd = -1, .name = "vmlinux", .memory = &image->memory,
				      .vmcoreinfo = &image->info, .machine = MACHINE_X86_64 };

	memset(source, 0, sizeof(*source));
	ck_assert(kallsyms_source_ops.probe(&input));
	return kallsyms_source_ops.open(&input, source);
}

static void close_source(struct source *source)
{
	source->symbols->ops->destroy(source->symbols);
	free(source->how);
}

/* Opening fails with @code, and a message that has @part in it. */
static void expect_error(struct image *image, enum inspect_error_code code, const char *part)
{
	struct source source;
	struct inspect_error *error = open_image(image, &source);

	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(inspect_error_message(error), part), "%s", inspect_error_message(error));
	ck_assert_int_eq(inspect_error_code(error), code);
	ck_assert_ptr_null(source.symbols);
	ck_assert_ptr_null(source.how);
	inspect_error_destroy(error);
}

static void check_symbols(const struct recipe *recipe, struct symbol_table *table)
{
	struct symbol symbol;
	uint64_t cursor = 0;
	char name[1024];

	ck_assert_uint_eq(table->count, SYMBOLS);
	for (unsigned int i = 0; i < SYMBOLS; i++) {
		expected_name(recipe, i, name);
		if (!table->ops->next(table, &cursor, &symbol) || strcmp(symbol.name, name) != 0 ||
		    symbol.letter != 'T' || symbol.address != expected_address(recipe, i) || symbol.module)
			ck_abort_msg("symbol %u: %lx %c %s, not %lx T %s", i, symbol.address, symbol.letter,
				     symbol.name, expected_address(recipe, i), name);
	}
	ck_assert_uint_eq(symbol.size, 0);
	ck_assert(!table->ops->next(table, &cursor, &symbol));
}

static void check_lookups(const struct recipe *recipe, struct symbol_table *table)
{
	uint64_t address, size;
	struct symbol symbol;
	char name[1024];

	for (unsigned int i = 0; i < SYMBOLS; i++) {
		/* Names repeat after 2000, and the first one counts. */
		unsigned int first = i >= 2000 && i % 2000 != STEXT ? i % 2000 : i;

		expected_name(recipe, i, name);
		if (!table->ops->find(table, name, &symbol) || strcmp(symbol.name, name) != 0 ||
		    symbol.address != expected_address(recipe, first))
			ck_abort_msg("find %s: %lx %s", name, symbol.address, symbol.name);
		address = expected_address(recipe, i);
		size = i == SYMBOLS - 1 ? 0 : 0x30;
		if (i >= STEXT && (!table->ops->lookup(table, address + (size ? size - 1 : 0), &symbol) ||
				   symbol.address != address || symbol.size != size))
			ck_abort_msg("lookup %lx: %lx, size %lx", address, symbol.address, symbol.size);
	}
	ck_assert(!table->ops->find(table, "sym_2000_i", &symbol));
	ck_assert(!table->ops->find(table, "", &symbol));
	ck_assert(!table->ops->lookup(table, expected_address(recipe, SYMBOLS - 1) + 1, &symbol));
	ck_assert(!table->ops->lookup(table, 0x1000, &symbol));
}

/* What is expected is found as it is without, and so is all else. */
START_TEST(expected_names_are_found)
{
	const struct recipe *recipe = &recipes[_i];
	char strings[4][1024];
	const char *names[] = { strings[0], "sym_none", strings[1], strings[2], strings[3], "sym_" };
	const unsigned int numbers[] = { 0, 17, STEXT, SYMBOLS - 1 };
	struct symbol symbol;
	struct source source;
	struct image image;

	image_init(&image, recipe);
	ck_assert_ptr_null(open_image(&image, &source));
	for (unsigned int i = 0; i < 4; i++)
		expected_name(recipe, numbers[i], strings[i]);
	for (unsigned int count = 0; count <= 6; count += 3) {
		source.symbols->ops->expect(source.symbols, names, count);
		for (unsigned int i = 0; i < 6; i++) {
			bool found = source.symbols->ops->find(source.symbols, names[i], &symbol);

			ck_assert_msg(found == (i != 1 && i != 5), "%s: %d", names[i], found);
			if (found)
				ck_assert_str_eq(symbol.name, names[i]);
		}
	}
	check_lookups(recipe, source.symbols);
	close_source(&source);
	image_deinit(&image);
}
END_TEST

START_TEST(every_form_is_decoded)
{
	for (int named = 0; named < 2; named++) {
		struct recipe recipe = recipes[_i];
		struct source source;
		struct image image;
		struct inspect_error *error;

		recipe.named = named;
		image_init(&image, &recipe);
		error = open_image(&image, &source);
		ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
		ck_assert_ptr_nonnull(strstr(source.how, named ? "named by VMCOREINFO" : "found by their shape at 0x"));
		ck_assert_str_eq(source.symbols->ops->name, "kallsyms");
		check_symbols(&recipe, source.symbols);
		check_lookups(&recipe, source.symbols);
		close_source(&source);
		image_deinit(&image);
	}
}
END_TEST

START_TEST(a_gap_before_the_tables_is_passed_over)
{
	struct source source;
	struct image image;

	image_init(&image, &recipes[2]);
	image.hole_start = 0x2000;
	image.hole_end = IMAGE_TEXT & ~0xfff;
	ck_assert_ptr_null(open_image(&image, &source));
	check_symbols(&recipes[2], source.symbols);
	close_source(&source);
	image_deinit(&image);
}
END_TEST

START_TEST(a_page_that_is_missing_is_an_error)
{
	struct recipe recipe = { .encoding = KALLSYMS_BASE_RELATIVE, .alignment = 8, .named = true };
	struct inspect_error *error;
	struct source source;
	struct image image;
	uint64_t address;

	image_init(&image, &recipe);
	image.hole_start = image.at.names + 5000 - IMAGE_BASE;
	image.hole_end = image.hole_start + 1;
	error = open_image(&image, &source);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FAULT);
	ck_assert(inspect_error_address(error, &address));
	ck_assert_uint_eq(address, image.at.names + 5000);
	inspect_error_destroy(error);
	image.hole_start = image.at.offsets - IMAGE_BASE;
	image.hole_end = image.hole_start + 1;
	expect_error(&image, INSPECT_ERROR_FAULT, "undecided");
	image.hole_start = 0;
	image.hole_end = IMAGE_SIZE;
	expect_error(&image, INSPECT_ERROR_FAULT, "kallsyms_num_syms");
	image_deinit(&image);
}
END_TEST

START_TEST(an_encoding_that_misses_stext_is_undecided)
{
	struct recipe recipe = { .encoding = KALLSYMS_BASE_RELATIVE, .alignment = 8, .named = true };
	struct image image;

	image_init(&image, &recipe);
	/* The address of another symbol. */
	*strstr(image.text, "SYMBOL(_stext)") = 'x';
	image_info(&image, "SYMBOL(_stext)=%lx\n", IMAGE_BASE + 0x30);
	image_set_info(&image);
	expect_error(&image, INSPECT_ERROR_FORMAT, "undecided");
	image_deinit(&image);
}
END_TEST

START_TEST(without_stext_there_is_no_kernel)
{
	struct recipe recipe = { .encoding = KALLSYMS_BASE_RELATIVE, .alignment = 8, .named = true };
	struct image image;

	image_init(&image, &recipe);
	*strstr(image.text, "SYMBOL(_stext)") = 'x';
	image_set_info(&image);
	expect_error(&image, INSPECT_ERROR_LOOKUP, "_stext");
	image_deinit(&image);
}
END_TEST

START_TEST(damaged_tables_are_refused)
{
	struct recipe recipe = { .encoding = KALLSYMS_BASE_RELATIVE, .alignment = 8, .named = true };
	struct image image;
	uint8_t *count, saved;

	image_init(&image, &recipe);
	count = image.bytes + (image.at.num_syms - IMAGE_BASE);
	count[0] ^= 1;
	expect_error(&image, INSPECT_ERROR_FORMAT, "markers");
	count[0] ^= 1;
	count[3] = 0xff;
	expect_error(&image, INSPECT_ERROR_FORMAT, "kallsyms_num_syms");
	memset(count, 0, 4);
	expect_error(&image, INSPECT_ERROR_FORMAT, "kallsyms_num_syms");
	*(uint32_t *)count = SYMBOLS;
	saved = image.bytes[image.at.token_index - IMAGE_BASE + 20];
	image.bytes[image.at.token_index - IMAGE_BASE + 20]++;
	expect_error(&image, INSPECT_ERROR_FORMAT, "token");
	image.bytes[image.at.token_index - IMAGE_BASE + 20] = saved;
	/* Names that lie in unusual places of the address space. */
	*strstr(image.text, "SYMBOL(kallsyms_names)") = 'x';
	image_info(&image, "SYMBOL(kallsyms_names)=%lx\n", image.at.token_table + 8);
	image_set_info(&image);
	expect_error(&image, INSPECT_ERROR_FORMAT, "does not follow");
	image_deinit(&image);
}
END_TEST

START_TEST(an_image_without_tables_says_what_to_do)
{
	struct image image;

	image_init(&image, &recipes[1]);
	memset(image.bytes + IMAGE_TEXT, 0, IMAGE_SIZE - IMAGE_TEXT);
	expect_error(&image, INSPECT_ERROR_LOOKUP, "give the symbols with -s");
	/* False hits everywhere. */
	for (size_t i = 0; i + 20 <= IMAGE_SIZE; i += 20)
		memcpy(image.bytes + i, "0\0" "1\0" "2\0" "3\0" "4\0" "5\0" "6\0" "7\0" "8\0" "9", 20);
	expect_error(&image, INSPECT_ERROR_LOOKUP, "give the symbols with -s");
	image_deinit(&image);
}
END_TEST

/* Reads everything from a table that may hold anything. */
static void exercise(struct symbol_table *table)
{
	size_t longest = 0, length;
	struct symbol symbol;
	uint64_t cursor = 0;

	while (table->ops->next(table, &cursor, &symbol)) {
		length = strlen(symbol.name);
		longest = length > longest ? length : longest;
	}
	ck_assert_uint_lt(longest, KALLSYMS_NAME_SIZE);
	table->ops->find(table, "sym_17_i", &symbol);
	table->ops->find(table, "absent", &symbol);
	table->ops->lookup(table, IMAGE_BASE + 0x1234, &symbol);
	table->ops->lookup(table, UINT64_MAX, &symbol);
}

START_TEST(mutations_are_survived)
{
	struct recipe recipe = recipes[_i / 2];
	uint32_t random = 12345 + (uint32_t)_i;
	uint8_t *pristine = malloc(IMAGE_SIZE);
	unsigned int opened = 0;
	struct image image;

	recipe.named = _i % 2;
	image_init(&image, &recipe);
	memcpy(pristine, image.bytes, IMAGE_SIZE);
	for (unsigned int round = 0; round < 150; round++) {
		struct inspect_error *error;
		struct source source;

		for (unsigned int i = 0; i <= round % 4; i++) {
			uint64_t start = round % 3 ? image.at.offsets : image.at.token_table, position;

			random = random * 1664525 + 1013904223;
			if (start > image.at.names)
				start = round % 3 ? image.at.num_syms : image.at.token_table;
			position = start - IMAGE_BASE + (random >> 8) % (image.at.end - start);
			image.bytes[position] = (uint8_t)(random >> 3);
		}
		error = open_image(&image, &source);
		if (!error) {
			opened++;
			exercise(source.symbols);
			close_source(&source);
		}
		inspect_error_destroy(error);
		memcpy(image.bytes, pristine, IMAGE_SIZE);
	}
	/* A changed address or letter is no reason to refuse; a changed length or index is. */
	ck_assert_uint_gt(opened, 0);
	ck_assert_uint_lt(opened, 150);
	image_deinit(&image);
	free(pristine);
}
END_TEST

START_TEST(only_the_dump_has_them)
{
	struct memory memory;
	struct source_input input = { .fd = -1, .memory = &memory };

	ck_assert(kallsyms_source_ops.probe(&input));
	input.address = 0x1000;
	ck_assert(!kallsyms_source_ops.probe(&input));
	input.address = 0;
	input.fd = 0;
	ck_assert(!kallsyms_source_ops.probe(&input));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("kallsyms");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, every_form_is_decoded, 0, RECIPES);
	tcase_add_loop_test(tcase, expected_names_are_found, 0, RECIPES);
	tcase_add_test(tcase, a_gap_before_the_tables_is_passed_over);
	tcase_add_test(tcase, a_page_that_is_missing_is_an_error);
	tcase_add_test(tcase, an_encoding_that_misses_stext_is_undecided);
	tcase_add_test(tcase, without_stext_there_is_no_kernel);
	tcase_add_test(tcase, damaged_tables_are_refused);
	tcase_add_test(tcase, an_image_without_tables_says_what_to_do);
	tcase_add_loop_test(tcase, mutations_are_survived, 0, 2 * RECIPES);
	tcase_add_test(tcase, only_the_dump_has_them);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
