/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/guess.h"

#include "synthetic.h"

static void expect_guess(const char *wanted, const char *hint, const char *const *candidates)
{
	struct guess guess;

	guess_init(&guess, wanted);
	for (; *candidates; candidates++)
		guess_offer(&guess, *candidates);
	ck_assert_str_eq(guess_hint(&guess), hint);
}

#define OFFER(...) ((const char *const[]){ __VA_ARGS__, NULL })

START_TEST(the_nearest_is_meant)
{
	expect_guess("pidd", ", did you mean \"pid\"?", OFFER("tgid", "pid", "ppid_nr"));
	expect_guess("inti_task", ", did you mean \"init_task\"?", OFFER("init_tasks_x", "init_task", "init_tusk"));
	expect_guess("prog_ird", ", did you mean \"prog_idr\"?", OFFER("map_idr", "prog_idr"));
	/* The first of equals. */
	expect_guess("aux", ", did you mean \"aux1\"?", OFFER("aux1", "aux2"));
}
END_TEST

START_TEST(what_is_not_alike_is_not_meant)
{
	expect_guess("x", "", OFFER("yy", "task", ""));
	expect_guess("pid", "", OFFER("comm", "flags", "p"));
	expect_guess("", "", OFFER("a", ""));
	expect_guess("a_long_name_of_a_variable", "", OFFER("a_long_name_of_a_xyzwable"));
}
END_TEST

START_TEST(names_too_long_to_compare)
{
	char name[200];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	expect_guess(name, "", OFFER(name, "aaaa"));
	expect_guess("aaaa", ", did you mean \"aaab\"?", OFFER(name, "aaab"));
	name[63] = '\0';
	expect_guess(name, "", OFFER("aaaa"));
	name[62] = '\0';
	expect_guess("a", "", OFFER(name));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { the_nearest_is_meant, what_is_not_alike_is_not_meant, names_too_long_to_compare };

	return RUN_SUITE("guess", tests);
}
