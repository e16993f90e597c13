/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/ksym.h"

#include "world.h"

/* The table of BPF symbols; *@error_ret is what collecting them gave. */
static struct symbol_table *collect(struct world *world, struct inspect_error **error_ret)
{
	struct symbol_array *array = symbol_array_create("bpf", false);
	struct symbol_table *table;

	*error_ret = bpf_symbols(&world->s.kernel, array);
	expect_success(symbol_array_finish(array, &table));
	return table;
}

START_TEST(sizes_and_order)
{
	struct world *world = world_create(601);
	struct inspect_error *error;
	struct symbol_table *table;
	struct symbol symbol;
	uint64_t address = address_of(world->m.images[2]);

	table = collect(world, &error);
	expect_success(error);
	ck_assert_uint_eq(table->count, 3);
	ck_assert(table->ops->lookup(table, address + 101, &symbol));
	ck_assert_str_eq(symbol.name, "bpf_prog_1032547698badc02_on_target");
	ck_assert_uint_eq(symbol.size, 102);
	ck_assert_int_eq(symbol.letter, 't');
	ck_assert_str_eq(symbol.module, "bpf");
	table->ops->destroy(table);
	world_destroy(world);
}
END_TEST

START_TEST(an_end_before_the_start)
{
	struct world *world = world_create(601);
	struct inspect_error *error;
	struct symbol_table *table;
	struct symbol symbol;

	world->m.auxs[2].ksym.end = 1;
	table = collect(world, &error);
	expect_success(error);
	ck_assert(table->ops->find(table, "bpf_prog_1032547698badc02_on_target", &symbol));
	ck_assert_uint_eq(symbol.size, 0);
	table->ops->destroy(table);
	world_destroy(world);
}
END_TEST

/* The names of before 5.7 are made of the program, which may be damaged. */
START_TEST(made_names)
{
	struct world *world = world_create(504);
	struct inspect_error *error;
	struct symbol_table *table;
	struct symbol symbol;

	world->m.auxs[2].name[0] = '\0';
	table = collect(world, &error);
	expect_success(error);
	ck_assert(table->ops->find(table, "bpf_prog_1032547698badc02", &symbol));
	table->ops->destroy(table);
	synthetic_hole(&world->s, world->m.strings, 6);
	table = collect(world, &error);
	expect_error(error, INSPECT_ERROR_FAULT, "not readable");
	ck_assert_uint_eq(table->count, 2);
	table->ops->destroy(table);
	world_destroy(world);
}
END_TEST

START_TEST(damage_leaves_the_others)
{
	struct world *world = world_create(601);
	struct inspect_error *error;
	struct symbol_table *table;
	struct symbol symbol;

	synthetic_hole(&world->s, world->m.auxs[2].ksym.name, 8);
	table = collect(world, &error);
	expect_error(error, INSPECT_ERROR_FAULT, "symbol of a BPF image");
	ck_assert_uint_eq(table->count, 2);
	ck_assert(table->ops->find(table, "bpf_prog_1032547698badc07_helper", &symbol));
	table->ops->destroy(table);
	world->m.auxs[2].ksym.lnode.prev = 0;
	table = collect(world, &error);
	expect_error(error, INSPECT_ERROR_FORMAT, "does not point back");
	ck_assert_uint_eq(table->count, 1);
	table->ops->destroy(table);
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		sizes_and_order,
		an_end_before_the_start,
		made_names,
		damage_leaves_the_others,
	};

	return RUN_SUITE("ksym", tests);
}
