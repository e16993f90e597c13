/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The language of shells and scripts: how lines become words. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "line.h"

/* All commands of @text: a line each, [word][word], | or > or >> and the target in braces; ! and the problem. */
static const char *taken(const char *text)
{
	static const char *const marks[] = { "", "|", ">", ">>" };
	static char buf[4096];
	struct line_command line;
	const char *problem;
	enum line_result result;
	size_t used = 0;

	buf[0] = '\0';
	while ((result = line_next(&text, &line, &problem)) == LINE_COMMAND) {
		for (int i = 0; i < line.count; i++)
			used += snprintf(buf + used, sizeof(buf) - used, "[%s]", line.words[i]);
		ck_assert_ptr_null(line.words[line.count]);
		if (line.target)
			used += snprintf(buf + used, sizeof(buf) - used, "%s{%s}", marks[line.output], line.target);
		used += snprintf(buf + used, sizeof(buf) - used, "\n");
		line_command_deinit(&line);
	}
	if (result == LINE_MISTAKE)
		snprintf(buf + used, sizeof(buf) - used, "!%s", problem);
	return buf;
}

START_TEST(words)
{
	ck_assert_str_eq(taken(""), "");
	ck_assert_str_eq(taken(" \t; ;\n#prog\n # prog;map"), "");
	ck_assert_str_eq(taken("prog"), "[prog]\n");
	ck_assert_str_eq(taken("  prog  4\t--json  "), "[prog][4][--json]\n");
	ck_assert_str_eq(taken("prog 4;map 3 ; link\ninfo # all;of it\nsym"),
			 "[prog][4]\n[map][3]\n[link]\n[info]\n[sym]\n");
	ck_assert_str_eq(taken("sym a#b"), "[sym][a#b]\n");
	ck_assert_str_eq(taken("nonsense (a; b)"), "[nonsense][(a;][b)]\n");
}
END_TEST

START_TEST(quotes)
{
	ck_assert_str_eq(taken("sym 'a b' \"c;d\" e\\ f '' '#'"), "[sym][a b][c;d][e f][][#]\n");
	ck_assert_str_eq(taken("sym a'b'\"c\""), "[sym][abc]\n");
	ck_assert_str_eq(taken("sym '\\w+\\.' 'it\\'s' \"a\\\"b\\\\c\\d\" '\\\\'"),
			 "[sym][\\w+\\.][it's][a\"b\\c\\d][\\\\]\n");
	ck_assert_str_eq(taken("sym \\' \\\""), "[sym]['][\"]\n");
	ck_assert_str_eq(taken("prog 4; sym 'a; b"), "[prog][4]\n!a quote is not closed");
	ck_assert_str_eq(taken("sym 'a\\'"), "!a quote is not closed");
	ck_assert_str_eq(taken("sym a\\"), "[sym][a\\]\n");
}
END_TEST

START_TEST(texts)
{
	ck_assert_str_eq(taken("print"), "[print]\n");
	ck_assert_str_eq(taken("print ((struct bpf_prog *)0x10)->aux->name "),
			 "[print][--][((struct bpf_prog *)0x10)->aux->name]\n");
	ck_assert_str_eq(taken("print a >= b"), "[print][--][a >= b]\n");
	ck_assert_str_eq(taken("print a || b; type struct idr"), "[print][--][a || b]\n[type][--][struct idr]\n");
	ck_assert_str_eq(taken("print x == \"a;b\" # c"), "[print][--][x == \"a;b\"]\n");
	ck_assert_str_eq(taken("print 'f.c'::x"), "[print][--]['f.c'::x]\n");
	ck_assert_str_eq(taken("print c == '\\''"), "[print][--][c == '\\'']\n");
	ck_assert_str_eq(taken("print 'a b' \"c d\""), "[print][--][a b][c d]\n");
	ck_assert_str_eq(taken("print 'a' + 1"), "[print][--]['a' + 1]\n");
	ck_assert_str_eq(taken("print (a; b)"), "[print][--][(a; b)]\n");
	ck_assert_str_eq(taken("print -1"), "[print][--][-1]\n");
	ck_assert_str_eq(taken("print -- -x"), "[print][--][-x]\n");
	ck_assert_str_eq(taken("print a - -b"), "[print][--][a - -b]\n");
	ck_assert_str_eq(taken("read &init_task + 8 64"), "[read][--][&init_task + 8][64]\n");
	ck_assert_str_eq(taken("read f(a b) 64"), "[read][--][f(a b)][64]\n");
	ck_assert_str_eq(taken("read 'a b' 64"), "[read][--][a b][64]\n");
	ck_assert_str_eq(taken("read 'a b' '64'"), "[read][--][a b][64]\n");
	ck_assert_str_eq(taken("read a"), "[read][--][a]\n");
}
END_TEST

START_TEST(options_of_texts)
{
	ck_assert_str_eq(taken("print --hex --depth 2 a b"), "[print][--hex][--depth][2][--][a b]\n");
	ck_assert_str_eq(taken("print --depth=2 a"), "[print][--depth=2][--][a]\n");
	ck_assert_str_eq(taken("print --dep 2 a"), "[print][--dep][2][--][a]\n");
	ck_assert_str_eq(taken("print -qo file a"), "[print][-qo][file][--][a]\n");
	ck_assert_str_eq(taken("print -ofile a"), "[print][-ofile][--][a]\n");
	ck_assert_str_eq(taken("print a b --hex --depth 2"), "[print][--hex][--depth][2][--][a b]\n");
	ck_assert_str_eq(taken("print a == \" --hex\""), "[print][--][a == \" --hex\"]\n");
	ck_assert_str_eq(taken("type --grep '^a b$'"), "[type][--grep][^a b$]\n");
	ck_assert_str_eq(taken("print --depth"), "[print][--depth]\n");
	ck_assert_str_eq(taken("print --no-such a"), "[print][--no-such][--][a]\n");
}
END_TEST

START_TEST(outputs)
{
	ck_assert_str_eq(taken("prog|grep 'a;b' | wc -l; map"), "[prog]|{grep 'a;b' | wc -l}\n[map]\n");
	ck_assert_str_eq(taken("prog > 'a b' # c\nmap >>d;link>e"), "[prog]>{a b}\n[map]>>{d}\n[link]>{e}\n");
	ck_assert_str_eq(taken("print (a | b) > c"), "[print][--][(a | b)]>{c}\n");
	ck_assert_str_eq(taken("print a | b"), "[print][--][a]|{b}\n");
	ck_assert_str_eq(taken("prog | sed '# no' # sh's own"), "!a quote is not closed");
	ck_assert_str_eq(taken("prog | sed '#' # for sh"), "[prog]|{sed '#' # for sh}\n");
	ck_assert_str_eq(taken("prog |"), "!a command is expected behind |");
	ck_assert_str_eq(taken("prog | ;map"), "!a command is expected behind |");
	ck_assert_str_eq(taken("prog >"), "!a file is expected behind >");
	ck_assert_str_eq(taken("prog >> # a"), "!a file is expected behind >");
	ck_assert_str_eq(taken("prog > a b"), "!only one file is expected behind >, at the end of the command");
	ck_assert_str_eq(taken("| a"), "!a command is expected before | and >");
}
END_TEST

static void expect_typed(const char *text, const char *expected)
{
	const char *typed = line_typed(text, strlen(text));

	if (!expected)
		ck_assert_msg(!typed, "%s: %s", text, typed);
	else
		ck_assert_msg(typed && !strcmp(typed, expected), "%s: %s", text, typed ? typed : "none");
}

START_TEST(typed)
{
	expect_typed("", "");
	expect_typed("pr", "pr");
	expect_typed("  print init_task.", "print init_task.");
	expect_typed("prog 4; print a->", "print a->");
	expect_typed("print (a; b", "print (a; b");
	expect_typed("print 'a", NULL);
	expect_typed("prog # pr", NULL);
	expect_typed("prog | gr", NULL);
	expect_typed("prog > fi", NULL);
	expect_typed("prog;", "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("line");
	TCase *tcase = tcase_create("language");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, words);
	tcase_add_test(tcase, quotes);
	tcase_add_test(tcase, texts);
	tcase_add_test(tcase, options_of_texts);
	tcase_add_test(tcase, outputs);
	tcase_add_test(tcase, typed);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
