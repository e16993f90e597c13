/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>

#include "core/symbol_choice.h"

struct symbol {
	uint64_t address, size;
	enum symbol_binding binding;
};

static void build(struct symbol_choice *choice, const struct symbol *symbols, size_t count)
{
	ck_assert(symbol_choice_init(choice, count));
	for (size_t i = 0; i < count; i++)
		symbol_choice_add(choice, (uint32_t)i, symbols[i].address, symbols[i].size, symbols[i].binding);
	symbol_choice_build(choice);
}

#define NONE (-1)

static int at(const struct symbol_choice *choice, uint64_t address)
{
	uint32_t symbol;

	return symbol_choice_at(choice, address, &symbol) ? (int)symbol : NONE;
}

START_TEST(closest_start_then_closest_end)
{
	static const struct symbol symbols[] = {
		{ 0x100, 0x100, SYMBOL_GLOBAL },
		{ 0x120, 0x40, SYMBOL_GLOBAL },
		{ 0x120, 0x20, SYMBOL_LOCAL },
		{ 0x130, 0x08, SYMBOL_LOCAL },
		{ 0x300, 0x10, SYMBOL_LOCAL },
	};
	struct symbol_choice choice;

	build(&choice, symbols, 5);
	ck_assert_int_eq(at(&choice, 0xff), NONE);
	ck_assert_int_eq(at(&choice, 0x100), 0);
	ck_assert_int_eq(at(&choice, 0x11f), 0);
	ck_assert_int_eq(at(&choice, 0x120), 2); /* of two that start here, the one that ends first */
	ck_assert_int_eq(at(&choice, 0x130), 3);
	ck_assert_int_eq(at(&choice, 0x137), 3);
	ck_assert_int_eq(at(&choice, 0x138), 2); /* an outer one, once the inner ones have ended */
	ck_assert_int_eq(at(&choice, 0x140), 1);
	ck_assert_int_eq(at(&choice, 0x160), 0);
	ck_assert_int_eq(at(&choice, 0x1ff), 0);
	ck_assert_int_eq(at(&choice, 0x200), NONE);
	ck_assert_int_eq(at(&choice, 0x30f), 4);
	ck_assert_int_eq(at(&choice, 0x310), NONE);
	symbol_choice_deinit(&choice);
}
END_TEST

START_TEST(then_the_binding_then_the_table)
{
	static const struct symbol symbols[] = {
		{ 0x100, 0x10, SYMBOL_LOCAL },  { 0x100, 0x10, SYMBOL_WEAK },
		{ 0x100, 0x10, SYMBOL_GLOBAL }, { 0x100, 0x10, SYMBOL_GLOBAL },
		{ 0x200, 0x10, SYMBOL_LOCAL },  { 0x200, 0x10, SYMBOL_WEAK },
		{ 0x200, 0x10, SYMBOL_WEAK },   { 0x300, 0x10, SYMBOL_LOCAL },
		{ 0x300, 0x10, SYMBOL_LOCAL },
	};
	struct symbol_choice choice;

	build(&choice, symbols, 9);
	ck_assert_int_eq(at(&choice, 0x108), 2);
	ck_assert_int_eq(at(&choice, 0x208), 5);
	ck_assert_int_eq(at(&choice, 0x308), 7);
	symbol_choice_deinit(&choice);
	ck_assert_int_eq(symbol_binding_of('T'), SYMBOL_GLOBAL);
	ck_assert_int_eq(symbol_binding_of('t'), SYMBOL_LOCAL);
	ck_assert_int_eq(symbol_binding_of('W'), SYMBOL_WEAK);
	ck_assert_int_eq(symbol_binding_of('v'), SYMBOL_WEAK);
	ck_assert_int_eq(symbol_binding_of('?'), SYMBOL_LOCAL);
	ck_assert_int_eq(symbol_binding_of('\0'), SYMBOL_LOCAL);
}
END_TEST

START_TEST(labels_have_what_is_left)
{
	static const struct symbol symbols[] = {
		{ 0x100, 0x10, SYMBOL_LOCAL },
		{ 0x108, 0, SYMBOL_GLOBAL }, /* in the one before, which has its size */
		{ 0x110, 0, SYMBOL_LOCAL },
		{ 0x110, 0, SYMBOL_GLOBAL },
		{ 0x200, 0x10, SYMBOL_LOCAL },
	};
	struct symbol_choice choice;

	build(&choice, symbols, 5);
	ck_assert_int_eq(at(&choice, 0xff), NONE);
	ck_assert_int_eq(at(&choice, 0x108), 0);
	ck_assert_int_eq(at(&choice, 0x10f), 0);
	ck_assert_int_eq(at(&choice, 0x110), 3);
	ck_assert_int_eq(at(&choice, 0x1ff), 3);
	ck_assert_int_eq(at(&choice, 0x205), 4);
	ck_assert_int_eq(at(&choice, 0x210), NONE); /* a symbol ended since the label */
	symbol_choice_deinit(&choice);
}
END_TEST

START_TEST(edges)
{
	static const struct symbol last[] = { { UINT64_MAX - 1, 0x100, SYMBOL_LOCAL } };
	struct symbol_choice choice;

	build(&choice, NULL, 0);
	ck_assert_int_eq(at(&choice, 0), NONE);
	ck_assert_int_eq(at(&choice, UINT64_MAX), NONE);
	symbol_choice_deinit(&choice);
	build(&choice, last, 1);
	ck_assert_int_eq(at(&choice, UINT64_MAX), 0);
	ck_assert_int_eq(at(&choice, UINT64_MAX - 2), NONE);
	symbol_choice_deinit(&choice);
}
END_TEST

/* The rule, said once more, slowly. */
static int wanted_at(const struct symbol *symbols, int count, uint64_t address)
{
	int best = NONE, label = NONE;

	for (int i = 0; i < count; i++) {
		const struct symbol *s = &symbols[i], *b = best == NONE ? NULL : &symbols[best];

		if (!s->size || s->address > address || address - s->address >= s->size)
			continue;
		if (!b || s->address > b->address ||
		    (s->address == b->address && (s->size < b->size || (s->size == b->size && s->binding > b->binding))))
			best = i;
	}
	if (best != NONE)
		return best;
	for (int i = 0; i < count; i++) {
		const struct symbol *s = &symbols[i], *l = label == NONE ? NULL : &symbols[label];

		if (s->size || s->address > address)
			continue;
		if (!l || s->address > l->address || (s->address == l->address && s->binding > l->binding))
			label = i;
	}
	for (int i = 0; i < count && label != NONE && symbols[label].address != address; i++) {
		if (symbols[i].size && symbols[i].address <= address &&
		    symbols[i].address + symbols[i].size > symbols[label].address)
			label = NONE;
	}
	return label;
}

START_TEST(random_tables)
{
	srand(1);
	for (int round = 0; round < 2000; round++) {
		int count = rand() % 20;
		struct symbol symbols[20];
		struct symbol_choice choice;

		for (int i = 0; i < count; i++)
			symbols[i] = (struct symbol){ 1 + (uint64_t)(rand() % 40), (uint64_t)(rand() % 4 ? rand() % 15 : 0),
						      (enum symbol_binding)(rand() % 3) };
		build(&choice, symbols, (size_t)count);
		for (uint64_t address = 0; address < 60; address++)
			ck_assert_int_eq(at(&choice, address), wanted_at(symbols, count, address));
		symbol_choice_deinit(&choice);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("symbol choice");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, closest_start_then_closest_end);
	tcase_add_test(tcase, then_the_binding_then_the_table);
	tcase_add_test(tcase, labels_have_what_is_left);
	tcase_add_test(tcase, edges);
	tcase_add_test(tcase, random_tables);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
