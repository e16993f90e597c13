/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables that are made on first use, and again after they were forgotten. */
#include "kernel/dynamic_symbols.h"

#include "synthetic.h"

#define ADDRESS UINT64_C(0xffffffffc0000000)

/* How often it was collected; and whether that fails. */
static unsigned int times;
static bool fails;

static struct inspect_error *collect(struct kernel *kernel, struct symbol_array *array)
{
	const struct symbol symbol = {
		.name = times ? "new" : "old",
		.address = ADDRESS,
		.size = 16,
		.letter = 't',
	};

	(void)kernel;
	times++;
	if (!symbol_array_add(array, &symbol))
		return &error_nomem;
	return fails ? error_create(INSPECT_ERROR_FAULT, "damaged") : NULL;
}

START_TEST(made_once_and_again)
{
	struct symbol symbol;
	struct synthetic s;

	synthetic_init(&s, NULL, 0, 0);
	synthetic_ready(&s);
	expect_success(dynamic_symbols_add(&s.kernel, "modules", collect));
	ck_assert_uint_eq(times, 0);
	ck_assert(symbols_find(&s.kernel.symbols, "old", &symbol));
	ck_assert_uint_eq(symbol.address, ADDRESS);
	ck_assert(symbols_lookup(&s.kernel.symbols, ADDRESS + 8, &symbol));
	ck_assert(!symbols_find(&s.kernel.symbols, "new", &symbol));
	ck_assert_uint_eq(times, 1);

	dynamic_symbols_forget(&s.kernel.symbols);
	ck_assert_uint_eq(times, 1);
	ck_assert(!symbols_find(&s.kernel.symbols, "old", &symbol));
	ck_assert(symbols_find(&s.kernel.symbols, "new", &symbol));
	ck_assert_uint_eq(times, 2);
	synthetic_deinit(&s);
}
END_TEST

START_TEST(what_fails_is_told_and_the_rest_is_there)
{
	struct symbol symbol;
	struct synthetic s;

	synthetic_init(&s, NULL, 0, 0);
	synthetic_ready(&s);
	times = 0;
	fails = true;
	expect_success(dynamic_symbols_add(&s.kernel, "modules", collect));
	ck_assert(symbols_find(&s.kernel.symbols, "old", &symbol));
	ck_assert(symbols_find(&s.kernel.symbols, "old", &symbol));
	ck_assert_uint_eq(times, 1);
	expect_problem(&s.kernel, "modules symbols: damaged");
	expect_problem(&s.kernel, NULL);
	synthetic_deinit(&s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { made_once_and_again, what_fails_is_told_and_the_rest_is_there };

	return RUN_SUITE("dynamic symbols", tests);
}
