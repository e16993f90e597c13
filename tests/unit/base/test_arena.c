/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"

START_TEST(rewind_reuses_memory)
{
	struct arena arena;
	struct arena_mark mark;
	char *first;

	arena_init(&arena);
	ck_assert_ptr_nonnull(arena_alloc(&arena, 10));
	mark = arena_mark(&arena);
	first = arena_alloc(&arena, 100000);
	memset(first, 1, 100000);
	arena_rewind(&arena, mark);
	ck_assert_ptr_eq(arena_alloc(&arena, 100000), first);
	arena_deinit(&arena);
}
END_TEST

START_TEST(overflowing_calloc_fails)
{
	struct arena arena;

	arena_init(&arena);
	ck_assert_ptr_null(arena_calloc(&arena, SIZE_MAX / 2, 3));
	arena_deinit(&arena);
}
END_TEST

START_TEST(strings_are_copied)
{
	struct arena arena;

	arena_init(&arena);
	ck_assert_str_eq(arena_strndup(&arena, "prog_idr+0", 8), "prog_idr");
	ck_assert_str_eq(arena_printf(&arena, "%d:%s", 7, "x"), "7:x");
	arena_deinit(&arena);
}
END_TEST

START_TEST(hash_keeps_all_keys)
{
	struct hash hash;
	uint64_t value;

	hash_init(&hash);
	for (uint64_t i = 0; i < 10000; i++)
		ck_assert(hash_set(&hash, i << 12, i));
	ck_assert(hash_set(&hash, 0, 42));
	for (uint64_t i = 1; i < 10000; i++) {
		ck_assert(hash_get(&hash, i << 12, &value));
		ck_assert_uint_eq(value, i);
	}
	ck_assert(hash_get(&hash, 0, &value));
	ck_assert_uint_eq(value, 42);
	ck_assert(!hash_get(&hash, 1, NULL));
	ck_assert_uint_eq(hash.count, 10000);
	hash_deinit(&hash);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("arena, hash");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, rewind_reuses_memory);
	tcase_add_test(tcase, overflowing_calloc_fails);
	tcase_add_test(tcase, strings_are_copied);
	tcase_add_test(tcase, hash_keeps_all_keys);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
