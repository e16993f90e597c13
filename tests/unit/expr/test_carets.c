/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the evaluator refuses, where it says so, and what it says: the caret of the command line stands there. What
 * needs memory is in test_expr.c, what is no C in test_parser.c.
 */
#include "expr/expr.h"

#include "synthetic.h"

static const struct {
	const char *text;
	size_t offset, length;
	enum inspect_error_code code;
	const char *message;
} refused[] = {
	{ "-(int *)1", 0, 1, INSPECT_ERROR_USAGE,
	  "a sign wants a number: int *" },
	{ "~1.5", 0, 1, INSPECT_ERROR_USAGE,
	  "~ wants an integer: double" },
	{ "1.5 % 2", 4, 1, INSPECT_ERROR_USAGE,
	  "% does not take a double" },
	{ "(int *)1 * 2", 9, 1, INSPECT_ERROR_USAGE,
	  "* does not take a int *" },
	{ "(int *)1 - (long *)1", 9, 1, INSPECT_ERROR_USAGE,
	  "the difference of pointers to 4 and 8 bytes" },
	{ "1 / 0", 2, 1, INSPECT_ERROR_USAGE,
	  "division by zero" },
	{ "1 << 40", 2, 2, INSPECT_ERROR_USAGE,
	  "a shift by 40 bits in a type of 32" },
	{ "1 << -1", 2, 2, INSPECT_ERROR_USAGE,
	  "-1 bits cannot be shifted by in a type of 32" },
	{ "(int *)1.5", 1, 3, INSPECT_ERROR_USAGE,
	  "there is no conversion between pointers and floating point" },
	{ "(float)(int *)1", 1, 5, INSPECT_ERROR_USAGE,
	  "there is no conversion between pointers and floating point" },
	{ "(int)1e20", 1, 3, INSPECT_ERROR_USAGE,
	  "1e+20 does not fit in an integer of 4 bytes" },
	{ "1.0L", 0, 4, INSPECT_ERROR_UNSUPPORTED,
	  "there is no long double here" },
	{ "(void)1", 1, 4, INSPECT_ERROR_USAGE,
	  "there is no value of this type: this is a void" },
	{ "\"abc\"", 0, 5, INSPECT_ERROR_USAGE,
	  "a string literal has no address in the kernel: it can be compared with == and !=" },
	{ "\"abc\" + 1", 0, 5, INSPECT_ERROR_USAGE,
	  "a string literal has no address in the kernel: it can be compared with == and !=" },
	{ "\"abc\"[5]", 6, 1, INSPECT_ERROR_USAGE,
	  "outside of the string" },
	{ "*1", 0, 1, INSPECT_ERROR_USAGE,
	  "a pointer is wanted: this is a int" },
	{ "&1", 0, 1, INSPECT_ERROR_USAGE,
	  "a value has no address" },
	{ "&(1+2)", 0, 1, INSPECT_ERROR_USAGE,
	  "a value has no address" },
	{ "1.x", 0, 3, INSPECT_ERROR_USAGE,
	  "no floating-point number" },
	{ "(1).x", 4, 1, INSPECT_ERROR_USAGE,
	  "it has no members: this is a int" },
	{ "*(void *)1", 0, 1, INSPECT_ERROR_USAGE,
	  "nothing says what is there: cast the pointer, *(TYPE *)POINTER" },
	{ "((int *)8)[1:0]", 10, 1, INSPECT_ERROR_USAGE,
	  "the slice ends at 0, before it begins at 1" },
	{ "((int *)8)[1.5]", 10, 1, INSPECT_ERROR_USAGE,
	  "+ does not take a double" },
	{ "(int [3])1", 1, 3, INSPECT_ERROR_USAGE,
	  "C casts to numbers and pointers only; *(TYPE *)ADDRESS is an object: this is a int [3]" },
	{ "sizeof", 6, 0, INSPECT_ERROR_USAGE,
	  "the expression ends where a value is expected" },
	{ "per_cpu(1, 0)", 8, 1, INSPECT_ERROR_USAGE,
	  "a variable is wanted, not a value" },
	{ "99999999999999999999", 0, 20, INSPECT_ERROR_USAGE,
	  "the number does not fit in 64 bits" },
	{ "'abcde'", 0, 7, INSPECT_ERROR_USAGE,
	  "more than four characters: a string has double quotes" },
	{ "((int *)8)->x", 12, 1, INSPECT_ERROR_USAGE,
	  "it has no members: this is a int" },
	{ "!(*(void(**)(void))0)", 2, 1, INSPECT_ERROR_FAULT,
	  "read 0x0: NULL pointer" },
	{ "offsetof(int, x)", 14, 1, INSPECT_ERROR_USAGE,
	  "it has no members: this is a int" },
	{ "(int *)8 < 1.5", 9, 1, INSPECT_ERROR_USAGE,
	  "< does not take a double" },
	{ "1.5 && (int[2])1", 8, 3, INSPECT_ERROR_USAGE,
	  "C casts to numbers and pointers only; *(TYPE *)ADDRESS is an object: this is a int [2]" },
	{ "(typeof(1", 9, 0, INSPECT_ERROR_USAGE,
	  "the expression ends where ) is expected" },
	{ "((int (*)[])8) - ((int (*)[])4)", 15, 1, INSPECT_ERROR_USAGE,
	  "the difference of pointers to what has no size" },
	{ "list(1, int, x)", 5, 1, INSPECT_ERROR_USAGE,
	  "a pointer is wanted: this is a int" },
	{ "idr(8)", 4, 1, INSPECT_ERROR_USAGE,
	  "a pointer is wanted: this is a int" },
	{ "array(8, 1)", 6, 1, INSPECT_ERROR_USAGE,
	  "a pointer is wanted: this is a int" },
};

START_TEST(each_error_has_its_place)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const char *text = refused[i].text;
		size_t offset = 0, length = 0;
		struct inspect_error *error;
		struct expr *expr = NULL;
		struct kernel kernel;
		struct object object;

		kernel_init(&kernel);
		error = expr_create(&kernel, text, strlen(text), NULL, &expr);
		if (!error)
			ck_assert(expr_next(expr, &object, &error));
		ck_assert_msg(error != NULL, "%s is accepted", text);
		ck_assert_msg(inspect_error_place(error, &offset, &length), "%s: no place", text);
		ck_assert_msg(offset == refused[i].offset && length == refused[i].length, "%s: at %zu+%zu", text, offset,
			      length);
		ck_assert_str_eq(inspect_error_message(error), refused[i].message);
		ck_assert_int_eq(inspect_error_code(error), refused[i].code);
		inspect_error_destroy(error);
		expr_destroy(expr);
		kernel_deinit(&kernel);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { each_error_has_its_place };

	return RUN_SUITE("carets", tests);
}
