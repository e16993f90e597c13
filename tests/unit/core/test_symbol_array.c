/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/symbol_array.h"

#define KERNEL UINT64_C(0xffffffff81000000)

static void add(struct symbol_array *array, const char *module, const char *name, uint64_t address, uint64_t size)
{
	struct symbol symbol = { .name = name, .module = module, .address = address, .size = size, .letter = 't' };

	ck_assert(symbol_array_add(array, &symbol));
}

static struct symbol_table *finish(struct symbol_array *array)
{
	struct symbol_table *table;

	ck_assert_ptr_null(symbol_array_finish(array, &table));
	return table;
}

static const char *name_at(struct symbol_table *table, uint64_t address)
{
	struct symbol symbol = { .name = "unchanged" };

	if (table->ops->lookup(table, address, &symbol))
		return symbol.name;
	ck_assert_str_eq(symbol.name, "unchanged");
	return NULL;
}

START_TEST(next_keeps_the_order_of_adding)
{
	struct symbol_array *array = symbol_array_create("modules", false);
	char name[] = "second", module[] = "veth";
	struct symbol_table *table;
	struct symbol symbol;
	uint64_t cursor = 0;

	add(array, "veth", "first", KERNEL + 0x100, 8);
	add(array, module, name, KERNEL, 16);
	add(array, NULL, "third", KERNEL + 8, 0);
	memset(name, 'x', sizeof(name) - 1);
	memset(module, 'x', sizeof(module) - 1);
	table = finish(array);
	ck_assert_str_eq(table->ops->name, "modules");
	ck_assert_uint_eq(table->count, 3);
	ck_assert(table->ops->next(table, &cursor, &symbol));
	ck_assert_str_eq(symbol.name, "first");
	ck_assert_str_eq(symbol.module, "veth");
	ck_assert(table->ops->next(table, &cursor, &symbol));
	ck_assert_str_eq(symbol.name, "second");
	ck_assert_str_eq(symbol.module, "veth");
	ck_assert_uint_eq(symbol.size, 16);
	ck_assert_int_eq(symbol.letter, 't');
	ck_assert(table->ops->next(table, &cursor, &symbol));
	ck_assert_ptr_null(symbol.module);
	ck_assert(!table->ops->next(table, &cursor, &symbol));
	ck_assert_str_eq(symbol.name, "third");
	table->ops->destroy(table);
}
END_TEST

START_TEST(find_gives_the_first_of_a_name)
{
	struct symbol_array *array = symbol_array_create("modules", false);
	struct symbol_table *table;
	struct symbol symbol;
	char name[32];

	for (unsigned int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "name_%u", i % 1000);
		add(array, NULL, name, KERNEL + 16 * i, 16);
	}
	table = finish(array);
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name_%u", i);
		ck_assert(table->ops->find(table, name, &symbol));
		ck_assert_str_eq(symbol.name, name);
		ck_assert_uint_eq(symbol.address, KERNEL + 16 * i);
	}
	ck_assert(!table->ops->find(table, "name_1000", &symbol));
	ck_assert(!table->ops->find(table, "", &symbol));
	table->ops->destroy(table);
}
END_TEST

/* The first times another way is taken than later. */
START_TEST(the_first_finds_are_as_all_others)
{
	struct symbol_array *array = symbol_array_create("ELF", false);
	const char *strings = symbol_array_keep(array, "one\0two", 7);
	struct symbol symbol = { .name = strings + 4, .address = KERNEL, .letter = 'T' };
	struct symbol_table *table;

	ck_assert_ptr_nonnull(strings);
	ck_assert(symbol_array_add_kept(array, &symbol));
	symbol.name = strings;
	ck_assert(symbol_array_add_kept(array, &symbol));
	add(array, NULL, "two", KERNEL + 8, 0);
	table = finish(array);
	for (unsigned int i = 0; i < 10; i++) {
		ck_assert(!table->ops->find(table, "thre", &symbol));
		ck_assert(table->ops->find(table, "two", &symbol));
		ck_assert_uint_eq(symbol.address, KERNEL);
		ck_assert_ptr_eq(symbol.name, strings + 4);
		ck_assert(table->ops->find(table, "one", &symbol));
	}
	table->ops->destroy(table);
}
END_TEST

START_TEST(lookup_respects_sizes)
{
	struct symbol_array *array = symbol_array_create("modules", false);
	struct symbol_table *table;

	add(array, NULL, "c", KERNEL + 0x200, 0);
	add(array, NULL, "a", KERNEL, 0x10);
	add(array, NULL, "b", KERNEL + 0x100, 0x20);
	add(array, NULL, "b_alias", KERNEL + 0x100, 0x20);
	table = finish(array);
	ck_assert_ptr_null(name_at(table, KERNEL - 1));
	ck_assert_str_eq(name_at(table, KERNEL), "a");
	ck_assert_str_eq(name_at(table, KERNEL + 0xf), "a");
	ck_assert_ptr_null(name_at(table, KERNEL + 0x10));
	ck_assert_str_eq(name_at(table, KERNEL + 0x11f), "b");
	ck_assert_ptr_null(name_at(table, KERNEL + 0x120));
	ck_assert_str_eq(name_at(table, KERNEL + 0x200), "c");
	ck_assert_ptr_null(name_at(table, KERNEL + 0x201));
	table->ops->destroy(table);
}
END_TEST

START_TEST(contiguous_sizes_are_distances)
{
	struct symbol_array *array = symbol_array_create("System.map", true);
	struct symbol_table *table;
	struct symbol symbol;

	/* Per-CPU offsets are no addresses, and the last of them does not reach to the kernel. */
	add(array, NULL, "per_cpu", 0x1000, 0);
	add(array, NULL, "alias", KERNEL, 0);
	add(array, NULL, "text", KERNEL, 0);
	add(array, NULL, "next", KERNEL + 0x40, 0);
	add(array, NULL, "end", KERNEL + 0x50, 0);
	table = finish(array);
	ck_assert_ptr_null(name_at(table, 0x1000));
	ck_assert_ptr_null(name_at(table, KERNEL - 1));
	ck_assert_str_eq(name_at(table, KERNEL + 0x3f), "alias");
	ck_assert_str_eq(name_at(table, KERNEL + 0x4f), "next");
	ck_assert_str_eq(name_at(table, KERNEL + 0x50), "end");
	ck_assert_ptr_null(name_at(table, KERNEL + 0x51));
	ck_assert(table->ops->find(table, "text", &symbol));
	ck_assert_uint_eq(symbol.size, 0x40);
	ck_assert(table->ops->find(table, "per_cpu", &symbol));
	ck_assert_uint_eq(symbol.size, 0);
	ck_assert(table->ops->find(table, "end", &symbol));
	ck_assert_uint_eq(symbol.size, 0);
	table->ops->destroy(table);
}
END_TEST

START_TEST(an_unsorted_table_is_looked_up)
{
	struct symbol_array *array = symbol_array_create("ELF", true);
	struct symbol_table *table;
	struct symbol symbol;
	char name[32];

	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "s%u", i * 7 % 1000);
		add(array, NULL, name, KERNEL + i * 7 % 1000 * 0x20, 0);
	}
	table = finish(array);
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		ck_assert(table->ops->lookup(table, KERNEL + i * 0x20 + (i == 999 ? 0 : 0x1f), &symbol));
		ck_assert_str_eq(symbol.name, name);
		ck_assert_uint_eq(symbol.size, i == 999 ? 0 : 0x20);
	}
	table->ops->destroy(table);
}
END_TEST

START_TEST(an_empty_table_has_nothing)
{
	struct symbol_table *table = finish(symbol_array_create("bpf", false));
	struct symbol symbol;
	uint64_t cursor = 0;

	ck_assert(!table->ops->next(table, &cursor, &symbol));
	for (unsigned int i = 0; i < 10; i++)
		ck_assert(!table->ops->find(table, "x", &symbol));
	ck_assert_ptr_null(name_at(table, KERNEL));
	table->ops->destroy(table);
	symbol_array_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("symbol array");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, next_keeps_the_order_of_adding);
	tcase_add_test(tcase, find_gives_the_first_of_a_name);
	tcase_add_test(tcase, the_first_finds_are_as_all_others);
	tcase_add_test(tcase, lookup_respects_sizes);
	tcase_add_test(tcase, contiguous_sizes_are_distances);
	tcase_add_test(tcase, an_unsorted_table_is_looked_up);
	tcase_add_test(tcase, an_empty_table_has_nothing);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
