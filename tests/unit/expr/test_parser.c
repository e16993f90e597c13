/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parser refuses, and where it says so; what it accepts is told by what it is evaluated to. */
#include <stdio.h>

#include "base/strbuf.h"
#include "expr/expr.h"

#include "synthetic.h"

/* Whatever @text has; its length because of NULs. */
static struct inspect_error *parse(const char *text, size_t length)
{
	struct inspect_error *error;
	struct kernel kernel;
	struct expr *expr = NULL;
	struct object object;

	kernel_init(&kernel);
	error = expr_create(&kernel, text, length, NULL, &expr);
	if (!error && !expr_next(expr, &object, &error))
		error = NULL;
	expr_destroy(expr);
	kernel_deinit(&kernel);
	return error;
}

static void refuses(const char *text, size_t offset, size_t length, const char *part)
{
	struct inspect_error *error = parse(text, strlen(text));
	size_t at = 0, size = 0;

	ck_assert_msg(error != NULL, "%s is accepted", text);
	ck_assert_msg(inspect_error_place(error, &at, &size), "%s: \"%s\" has no place", text,
		      inspect_error_message(error));
	ck_assert_msg(at == offset && size == length, "%s: \"%s\" at %zu+%zu, not %zu+%zu", text,
		      inspect_error_message(error), at, size, offset, length);
	expect_error(error, INSPECT_ERROR_USAGE, part);
}

START_TEST(nothing_writes)
{
	refuses("1 = 2", 2, 1, "no assignment");
	refuses("1 += 2", 2, 2, "no assignment");
	refuses("1 <<= 2", 2, 3, "no assignment");
	refuses("++1", 0, 2, "there is no ++");
	refuses("1--", 1, 2, "there is no --");
	refuses("(1)(2)", 3, 1, "nothing of the kernel is called");
	refuses("panic(1)", 0, 5, "\"panic\" is no function");
	refuses("containerof(1)", 0, 11, "did you mean \"container_of\"?");
	refuses("({ 1; })", 1, 1, "no statements");
	refuses("(int){ 1 }", 5, 1, "no compound literals");
}
END_TEST

START_TEST(what_is_no_expression)
{
	refuses("", 0, 0, "ends where a value is expected");
	refuses("1 +", 3, 0, "ends where a value is expected");
	refuses("(1", 2, 0, "ends where ) or an operator is expected");
	refuses("1)", 1, 1, "an operator or the end is expected");
	refuses("1 2", 2, 1, "an operator or the end is expected");
	refuses("1 ? 2", 5, 0, "ends where the : of ?: is expected");
	refuses("* ", 2, 0, "ends where a value is expected");
	refuses("1 + int", 4, 3, "a type where a value is expected");
	refuses("1.x", 0, 3, "no floating-point number");
	refuses("1->2", 3, 1, "the name of a member");
	refuses("(int *)1[", 9, 0, "ends where a value is expected");
	refuses("((int *)1)[0:1", 14, 0, "ends where ] is expected");
	refuses("1 @ 2", 2, 1, "a character that C does not have");
	refuses("1 \xc3\xa4", 2, 1, "a character that C does not have");
	refuses("'file.c'::", 10, 0, "a name of that file");
}
END_TEST

START_TEST(literals)
{
	refuses("0x", 0, 2, "a number without digits");
	refuses("08", 0, 2, "the digit 8 in an octal number");
	refuses("0b12", 3, 1, "no suffix");
	refuses("12ulx", 2, 3, "no suffix");
	refuses("1lL", 1, 2, "no suffix");
	refuses("1lul", 1, 3, "no suffix");
	refuses("18446744073709551616", 0, 20, "does not fit in 64 bits");
	refuses("0x1ffffffffffffffff", 0, 19, "does not fit in 64 bits");
	refuses("''", 0, 2, "no character");
	refuses("'abcde'", 0, 7, "more than four characters");
	refuses("'a", 0, 2, "is not closed");
	refuses("\"a", 0, 2, "is not closed");
	refuses("\"\\", 1, 1, "no escape");
	refuses("'\\q'", 1, 2, "no escape");
	refuses("'\\x'", 1, 2, "no escape");
	refuses("'\\x100'", 1, 5, "does not fit in a byte");
	refuses("'\\400'", 1, 4, "does not fit in a byte");
}
END_TEST

START_TEST(types)
{
	refuses("(struct)1", 7, 1, "the name of the type is expected");
	refuses("(long char)1", 1, 9, "no type that this has");
	refuses("(long long long)1", 11, 4, "no type that this has");
	refuses("(unsigned signed)1", 1, 15, "no type that this has");
	refuses("(signed float)1", 1, 12, "no type that this has");
	refuses("(int int)1", 1, 7, "no type that this has");
	refuses("(int char)1", 1, 8, "no type that this has");
	refuses("(long int int)1", 1, 12, "no type that this has");
	refuses("(signed signed)1", 1, 13, "no type that this has");
	refuses("(const)1", 6, 1, "a type is expected");
	refuses("(int[2)1", 6, 1, "] is expected");
	refuses("(int (*)(int)1", 13, 1, ") is expected");
	refuses("sizeof(int (*)(..., int))", 15, 3, "a type is expected");
	refuses("(int[3])1", 1, 3, "casts to numbers and pointers only");
	refuses("(int(void))1", 1, 3, "casts to numbers and pointers only");
	refuses("sizeof(int[-1])", 11, 1, "an array of -1 elements");
	refuses("(void)1", 1, 4, "no value of this type");
}
END_TEST

START_TEST(functions)
{
	refuses("array((int *)16)", 15, 1, "less than array(pointer, count) takes");
	refuses("array((int *)16, 1, 2)", 20, 1, "more than array(pointer, count) takes");
	refuses("offsetof(int, 1)", 14, 1, "the name of a member is expected");
	refuses("offsetof(int, a->b)", 15, 2, "-> leads out of the object");
	refuses("offsetof(1, a)", 9, 1, "a type is expected");
	refuses("array(1, 2)", 6, 1, "a pointer is wanted");
}
END_TEST

START_TEST(what_makes_no_sense)
{
	refuses("1 / 0", 2, 1, "division by zero");
	refuses("1 << 32", 2, 2, "a shift by 32 bits in a type of 32");
	refuses("1 << -1", 2, 2, "-1 bits");
	refuses("1.5 % 2", 4, 1, "% does not take a double");
	refuses("~1.5", 0, 1, "~ wants an integer");
	refuses("-(int *)1", 0, 1, "a sign wants a number");
	refuses("(int *)1 + (int *)2", 9, 1, "+ does not take a int *");
	refuses("(int *)1 - (char *)2", 9, 1, "pointers to 4 and 1 bytes");
	refuses("(int *)1.5", 1, 3, "no conversion between pointers and floating point");
	refuses("*1", 0, 1, "a pointer is wanted: this is a int");
	refuses("*(void *)1", 0, 1, "nothing says what is there");
	refuses("&1", 0, 1, "a value has no address");
	refuses("1 .x", 3, 1, "it has no members: this is a int");
	refuses("1[2]", 1, 1, "a pointer is wanted");
	refuses("\"abc\"", 0, 5, "a string literal has no address");
	refuses("\"abc\" + 1", 0, 5, "a string literal has no address");
	refuses("\"abc\"[4]", 6, 1, "outside of the string");
	refuses("((int *)16)[2:1]", 11, 1, "ends at 1, before it begins at 2");
	refuses("(char)1e30", 1, 4, "does not fit");
}
END_TEST

/* A text of @count times @unit between two others. */
static void expect_repeated(const char *before, const char *unit, size_t count, const char *after,
			    enum inspect_error_code code, const char *part)
{
	struct inspect_error *error;
	struct strbuf text;

	strbuf_init(&text);
	strbuf_puts(&text, before);
	for (size_t i = 0; i < count; i++)
		strbuf_puts(&text, unit);
	strbuf_puts(&text, after);
	error = parse(text.bytes, text.length);
	if (part)
		expect_error(error, code, part);
	else
		expect_success(error);
	strbuf_deinit(&text);
}

START_TEST(depth_and_length_are_bounded)
{
	static const char *const nested[] = { "(", "- ", "(int)", "*", "sizeof ", "1?", "1?1:",
					      "((int *)0)[", "sizeof(int[", "sizeof(typeof(", "1+(" };
	static const char *const declarators[] = { "*", "[1]", "(*", "(int)", "(*)(int", "* const", "()" };

	for (size_t i = 0; i < sizeof(nested) / sizeof(*nested); i++)
		expect_repeated("", nested[i], 60000 / strlen(nested[i]), "1", INSPECT_ERROR_LIMIT, "nested more than");
	for (size_t i = 0; i < sizeof(declarators) / sizeof(*declarators); i++)
		expect_repeated("sizeof(int ", declarators[i], 60000 / strlen(declarators[i]), "1",
				INSPECT_ERROR_LIMIT, "nested more than");
	expect_repeated("1", "+1", 30000, "", INSPECT_ERROR_LIMIT, "operators in a row");
	expect_repeated("1", ",1", 30000, "", INSPECT_ERROR_LIMIT, "operators in a row");
	expect_repeated("(1)", ".a", 30000, "", INSPECT_ERROR_LIMIT, "operators in a row");
	expect_repeated("1", "[1]", 20000, "", INSPECT_ERROR_LIMIT, "operators in a row");
	expect_repeated("sizeof(void (*)(int", ",int", 10000, "))", INSPECT_ERROR_LIMIT, "parameters");
	expect_repeated("1", " ", 65535, "", INSPECT_ERROR_NO_MEMORY, NULL);
	expect_repeated("1", " ", 65536, "", INSPECT_ERROR_LIMIT, "65537 bytes");
	expect_repeated("", "(", 90, "1", INSPECT_ERROR_USAGE, "ends where");
	expect_repeated("1", "+1", 900, "", INSPECT_ERROR_NO_MEMORY, NULL);
}
END_TEST

START_TEST(any_bytes_are_an_error_or_a_value)
{
	/* Every text of two words out of these, and every cut of it. */
	static const char *const words[] = { "1", "(", ")", "[", "]", "*", "&", "int", "struct", "sizeof", "typeof", "a",
					     "'", "\"", "\\", ".", "->", ",", "?", ":", "list(", "offsetof(", "0x", "1e",
					     "'f'::", "const", "...", "\xff", "!", "-" };
	const size_t count = sizeof(words) / sizeof(*words);

	for (size_t i = 0; i < count * count * count; i++) {
		char text[64];
		int length = snprintf(text, sizeof(text), "%s %s%s", words[i % count], words[i / count % count],
				      words[i / count / count]);

		inspect_error_destroy(parse(text, (size_t)length));
		text[length / 2] = '\0';
		inspect_error_destroy(parse(text, (size_t)length));
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		nothing_writes, what_is_no_expression, literals, types, functions, what_makes_no_sense,
		depth_and_length_are_bounded, any_bytes_are_an_error_or_a_value,
	};

	return RUN_SUITE("parser", tests);
}
