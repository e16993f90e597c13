/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdint.h>

#include "base/vec.h"

START_TEST(grows_and_keeps_its_elements)
{
	VEC(uint32_t) vec = { 0 };

	for (uint32_t i = 0; i < 1000; i++)
		ck_assert(vec_push(&vec, i * 3));
	ck_assert_uint_eq(vec.count, 1000);
	ck_assert_uint_ge(vec.capacity, 1000);
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(vec.items[i], i * 3);
	vec_deinit(&vec);
	ck_assert_ptr_null(vec.items);
	ck_assert_uint_eq(vec.count, 0);
	ck_assert(vec_push(&vec, 1));
	ck_assert_uint_eq(vec.count, 1);
	vec_deinit(&vec);
}
END_TEST

START_TEST(holds_structs)
{
	struct pair {
		char letter;
		uint64_t number;
	};
	VEC(struct pair) vec = { 0 };

	for (int i = 0; i < 20; i++)
		ck_assert(vec_push(&vec, ((struct pair){ .letter = (char)('a' + i), .number = (uint64_t)i << 40 })));
	ck_assert_int_eq(vec.items[19].letter, 't');
	ck_assert_uint_eq(vec.items[19].number, UINT64_C(19) << 40);
	vec_deinit(&vec);
}
END_TEST

/* Room for more than memory can hold is refused, and what is there stays. */
START_TEST(overflow_is_refused)
{
	void *items = NULL;
	size_t capacity = SIZE_MAX / 4;

	ck_assert(!vec_grow(&items, capacity, &capacity, 16));
	ck_assert_ptr_null(items);
	ck_assert_uint_eq(capacity, SIZE_MAX / 4);
}
END_TEST

START_TEST(room_is_not_grown)
{
	int element = 0;
	void *items = &element;
	size_t capacity = 2;

	ck_assert(vec_grow(&items, 1, &capacity, sizeof(element)));
	ck_assert_ptr_eq(items, &element);
	ck_assert_uint_eq(capacity, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("vec");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, grows_and_keeps_its_elements);
	tcase_add_test(tcase, holds_structs);
	tcase_add_test(tcase, overflow_is_refused);
	tcase_add_test(tcase, room_is_not_grown);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
