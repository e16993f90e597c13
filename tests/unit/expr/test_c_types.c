/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C's own types and those derived from them: each exists once, as long as the kernel does. */
#include "expr/c_types.h"

#include "synthetic.h"

#include "expr/expr.h"

START_TEST(derived_types_exist_once)
{
	struct type_parameter one, other;
	struct c_types types, again;
	struct synthetic s;
	struct type *basic;

	synthetic_init(&s, NULL, 0, 0);
	synthetic_ready(&s);
	ck_assert_ptr_null(c_types_init(&types, &s.kernel));
	ck_assert_ptr_null(c_types_init(&again, &s.kernel));
	basic = types.basic;
	one.type = &basic[C_INT];
	other.type = &basic[C_LONG];
	ck_assert_ptr_eq(basic, again.basic);
	ck_assert_ptr_eq(c_pointer(&types, &basic[C_INT]), c_pointer(&again, &basic[C_INT]));
	ck_assert_ptr_ne(c_pointer(&types, &basic[C_INT]), c_pointer(&types, &basic[C_LONG]));
	ck_assert_ptr_eq(c_array(&types, &basic[C_INT], 3), c_array(&types, &basic[C_INT], 3));
	ck_assert_ptr_ne(c_array(&types, &basic[C_INT], 3), c_array(&types, &basic[C_INT], 4));
	ck_assert_ptr_ne(c_array(&types, &basic[C_INT], 0), c_pointer(&types, &basic[C_INT]));
	ck_assert_ptr_eq(c_qualified(&types, &basic[C_INT], TYPE_BIT(TYPE_CONST) | TYPE_BIT(TYPE_VOLATILE)),
			 c_qualified(&types, &basic[C_INT], TYPE_BIT(TYPE_VOLATILE) | TYPE_BIT(TYPE_CONST)));
	ck_assert_ptr_eq(c_function(&types, &basic[C_VOID], &one, 1, false),
			 c_function(&types, &basic[C_VOID], &one, 1, false));
	ck_assert_ptr_ne(c_function(&types, &basic[C_VOID], &one, 1, false),
			 c_function(&types, &basic[C_VOID], &other, 1, false));
	ck_assert_ptr_ne(c_function(&types, &basic[C_VOID], &one, 1, false),
			 c_function(&types, &basic[C_VOID], &one, 1, true));
	synthetic_deinit(&s);
}
END_TEST

/* The type of the first value of @text, whose expression is gone. */
static struct type *type_of(struct synthetic *s, const char *text)
{
	struct inspect_error *error;
	struct object object;
	struct expr *expr;

	error = expr_create(&s->kernel, text, strlen(text), NULL, &expr);
	ck_assert_ptr_null(error);
	ck_assert(expr_next(expr, &object, &error));
	ck_assert_ptr_null(error);
	expr_destroy(expr);
	return object.type;
}

START_TEST(derived_types_outlive_their_expression)
{
	struct synthetic s;
	struct type *type;

	synthetic_init(&s, NULL, 0, 0);
	synthetic_ready(&s);
	type = type_of(&s, "(unsigned short *const *)0");
	ck_assert_ptr_eq(type_of(&s, "(unsigned short *const *)1"), type);
	ck_assert_int_eq(type->kind, TYPE_POINTER);
	ck_assert_int_eq(type->target->kind, TYPE_CONST);
	ck_assert_int_eq(type->target->target->kind, TYPE_POINTER);
	ck_assert_str_eq(type->target->target->target->name, "unsigned short");
	synthetic_deinit(&s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { derived_types_exist_once, derived_types_outlive_their_expression };

	return RUN_SUITE("c_types", tests);
}
