/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdatomic.h>

#include "base/workers.h"

struct job {
	atomic_uint next;
	atomic_uint done[1000];
};

static void work(void *arg, unsigned int number)
{
	struct job *job = arg;
	unsigned int i;

	ck_assert_uint_lt(number, WORKERS_MAX);
	while ((i = atomic_fetch_add(&job->next, 1)) < 1000)
		atomic_fetch_add(&job->done[i], 1);
}

START_TEST(all_is_done_once_when_it_returns)
{
	for (unsigned int count = 1; count <= WORKERS_MAX; count++) {
		static struct job job;

		atomic_store(&job.next, 0);
		for (unsigned int i = 0; i < 1000; i++)
			atomic_store(&job.done[i], 0);
		workers_run(count, work, &job);
		for (unsigned int i = 0; i < 1000; i++)
			ck_assert_uint_eq(atomic_load(&job.done[i]), 1);
	}
}
END_TEST

START_TEST(no_more_workers_than_work)
{
	ck_assert_uint_eq(workers_count(0), 1);
	ck_assert_uint_eq(workers_count(1), 1);
	ck_assert_uint_le(workers_count(2), 2);
	ck_assert_uint_ge(workers_count(1000), 1);
	ck_assert_uint_le(workers_count(1000), WORKERS_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("workers");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, all_is_done_once_when_it_returns);
	tcase_add_test(tcase, no_more_workers_than_work);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
