/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions over memory: members, pointers, names, what is read and what is not. */
#include "base/error.h"
#include "expr/expr.h"

#include "synthetic.h"

struct inner {
	uint32_t x;
	int16_t numbers[4];
};

struct task {
	struct inner inner;
	struct task *parent;
	char comm[8];
	uint32_t bits;
	int32_t state;
	char *name;
	uint64_t flags;
};

static const struct row rows[] = {
	ROW(inner, x, NULL),
	ROW(inner, numbers, "[4]"),
	ROW(task, inner, "inner"),
	ROW(task, parent, "*task"),
	ROW(task, comm, "[8]"),
	{ .type = "task", .member = "low", .offset = offsetof(struct task, bits), .size = 4, .bit_size = 3 },
	{ .type = "task", .member = "high", .offset = offsetof(struct task, bits), .size = 4, .what = "-",
	  .bit_offset = 28, .bit_size = 4 },
	ROW(task, state, "-"),
	ROW(task, name, "*letters"),
	ROW(task, flags, NULL),
	{ .type = "idr", .member = "idr_next", .offset = 0, .size = 4 },
};

static struct task parent = { .inner = { 7, { 1, 2, 3, 4 } }, .comm = "init", .flags = 3 };
static struct task child = { .inner = { 9, { 5, 6, 7, 8 } }, .parent = NULL, .comm = "fullname", .bits = 0xf0000005,
			     .state = -2, .flags = UINT64_C(1) << 63 };
static uint32_t some_idr = 77;

static void setup(struct synthetic *s)
{
	synthetic_init(s, rows, sizeof(rows) / sizeof(*rows), 0);
	synthetic_map(s, &parent, sizeof(parent));
	synthetic_map(s, &child, sizeof(child));
	synthetic_map(s, &some_idr, sizeof(some_idr));
	child.parent = (struct task *)(uintptr_t)address_of(&parent);
	synthetic_symbol(s, "child", &child);
	synthetic_symbol(s, "prog_idr", &some_idr); /* a root: its type is known */
	synthetic_ready(s);
}

/* The first value, with `task` bound to the child. */
static struct inspect_error *evaluate_text(struct synthetic *s, const char *text, struct object *out,
					   struct expr **expr_ret)
{
	struct type_list types = { 0 };
	static struct expr_binding binding = { .name = "task" };
	static const struct expr_bindings bindings = { &binding, 1 }; /* borrowed as long as the expression lives */
	struct inspect_error *error;

	expect_success(scope_find(&s->scope, "task", TYPE_BIT(TYPE_STRUCT), &types));
	binding.object = object_reference(types.items[0], address_of(&child));
	vec_deinit(&types);
	*expr_ret = NULL;
	error = expr_create(&s->kernel, text, strlen(text), &bindings, expr_ret);
	if (!error)
		ck_assert(expr_next(*expr_ret, out, &error));
	return error;
}

static uint64_t value_of(struct synthetic *s, const char *text)
{
	struct object object = { 0 }, value = { 0 };
	struct expr *expr;

	expect_success(evaluate_text(s, text, &object, &expr));
	expect_success(object_read(&s->kernel.memory, &object, &value));
	expr_destroy(expr);
	return value.u;
}

static void expect_failure(struct synthetic *s, const char *text, enum inspect_error_code code, size_t offset,
			   const char *part)
{
	struct inspect_error *error;
	struct object object;
	struct expr *expr;
	size_t at = 0, length;

	error = evaluate_text(s, text, &object, &expr);
	expr_destroy(expr);
	ck_assert_msg(error != NULL, "%s has a value", text);
	ck_assert_msg(inspect_error_place(error, &at, &length) && at == offset, "%s: \"%s\" at %zu", text,
		      inspect_error_message(error), at);
	expect_error(error, code, part);
}

START_TEST(members_and_pointers)
{
	struct synthetic s;

	setup(&s);
	ck_assert_uint_eq(value_of(&s, "task.inner.x"), 9);
	ck_assert_uint_eq(value_of(&s, "task.parent->inner.x"), 7);
	ck_assert_uint_eq(value_of(&s, "(*task.parent).inner.numbers[2]"), 3);
	ck_assert_uint_eq(value_of(&s, "(&task)->inner.numbers[1 + 1]"), 7);
	ck_assert_uint_eq(value_of(&s, "2[task.inner.numbers]"), 7);
	ck_assert_uint_eq(value_of(&s, "*(task.inner.numbers + 3)"), 8);
	ck_assert_uint_eq(value_of(&s, "((struct task *)&child)->state"), (uint64_t)-2);
	ck_assert_uint_eq(value_of(&s, "&task.inner.numbers[3] - &task.inner.numbers[1]"), 2);
	ck_assert_uint_eq(value_of(&s, "(unsigned long)&task.inner.numbers"),
			  address_of(&child.inner.numbers));
	ck_assert_uint_eq(value_of(&s, "&*task.parent"), address_of(&parent));
	ck_assert_uint_eq(value_of(&s, "task.parent == &*task.parent && task.parent != &task"), 1);
	ck_assert_uint_eq(value_of(&s, "container_of(&task.inner.numbers, struct task, inner.numbers) == &task"), 1);
	ck_assert_uint_eq(value_of(&s, "offsetof(struct task, inner.numbers[2])"),
			  offsetof(struct task, inner.numbers[2]));
	synthetic_deinit(&s);
}
END_TEST

START_TEST(bit_fields_and_signs)
{
	struct synthetic s;

	setup(&s);
	ck_assert_uint_eq(value_of(&s, "task.low"), 5);
	ck_assert_uint_eq(value_of(&s, "task.high"), (uint64_t)-1);
	/* A narrow bit-field is an int, also where it is of an unsigned type. */
	ck_assert_uint_eq(value_of(&s, "task.low - 6 < 0"), 1);
	ck_assert_uint_eq(value_of(&s, "task.inner.x - 10 < 0"), 0);
	ck_assert_uint_eq(value_of(&s, "task.flags >> 63"), 1);
	ck_assert_uint_eq(value_of(&s, "task.state >> 1"), (uint64_t)-1);
	expect_failure(&s, "&task.low", INSPECT_ERROR_USAGE, 0, "a bit-field has no address");
	expect_failure(&s, "sizeof task.low", INSPECT_ERROR_USAGE, 0, "a bit-field has no size");
	expect_failure(&s, "offsetof(struct task, low)", INSPECT_ERROR_USAGE, 22, "a bit-field has no offset");
	synthetic_deinit(&s);
}
END_TEST

START_TEST(strings_compare)
{
	struct synthetic s;

	setup(&s);
	ck_assert_uint_eq(value_of(&s, "task.parent->comm == \"init\""), 1);
	ck_assert_uint_eq(value_of(&s, "\"init\" != task.parent->comm"), 0);
	ck_assert_uint_eq(value_of(&s, "task.parent->comm == \"ini\""), 0);
	ck_assert_uint_eq(value_of(&s, "task.parent->comm == \"init1\""), 0);
	/* An array without a NUL ends where it ends. */
	ck_assert_uint_eq(value_of(&s, "task.comm == \"fullname\""), 1);
	ck_assert_uint_eq(value_of(&s, "task.comm == \"fullname1\""), 0);
	ck_assert_uint_eq(value_of(&s, "(char *)task.parent->comm == \"init\""), 1);
	ck_assert_uint_eq(value_of(&s, "\"a\" == \"a\" && \"a\" != \"b\" && \"a\" != \"a\\0\""), 1);
	ck_assert_uint_eq(value_of(&s, "task.comm[4:8] == \"name\""), 1);
	expect_failure(&s, "task.inner == \"a\"", INSPECT_ERROR_USAGE, 11, "an array of characters or a pointer");
	expect_failure(&s, "task.inner.numbers == \"a\"", INSPECT_ERROR_USAGE, 19, "characters, of one byte");
	expect_failure(&s, "task.comm < \"a\"", INSPECT_ERROR_USAGE, 12, "compared with == and !=");
	synthetic_deinit(&s);
}
END_TEST

START_TEST(slices)
{
	struct object object;
	struct synthetic s;
	struct expr *expr;

	setup(&s);
	expect_success(evaluate_text(&s, "task.inner.numbers[1:3]", &object, &expr));
	ck_assert_int_eq(object.kind, OBJECT_REFERENCE);
	ck_assert_uint_eq(object.address, address_of(&child.inner.numbers[1]));
	ck_assert_int_eq(object.type->kind, TYPE_ARRAY);
	ck_assert_uint_eq(object.type->length, 2);
	expr_destroy(expr);
	ck_assert_uint_eq(value_of(&s, "sizeof(task.inner.numbers[1:3])"), 4);
	ck_assert_uint_eq(value_of(&s, "(&task.inner.numbers[0])[1:3][1]"), 7);
	synthetic_deinit(&s);
}
END_TEST

START_TEST(names)
{
	struct synthetic s;

	setup(&s);
	ck_assert_uint_eq(value_of(&s, "&child"), address_of(&child));
	ck_assert_uint_eq(value_of(&s, "prog_idr.idr_next"), 77);
	ck_assert_uint_eq(value_of(&s, "sizeof(typeof(prog_idr))"), 4);
	expect_failure(&s, "1 + child", INSPECT_ERROR_LOOKUP, 4, "child has no type in this kernel's types: write *(TYPE *)&child");
	expect_failure(&s, "1 + chold", INSPECT_ERROR_LOOKUP, 4, "no variable, function or enumerator \"chold\", did you mean \"child\"?");
	expect_failure(&s, "tusk", INSPECT_ERROR_LOOKUP, 0, "did you mean \"task\"?");
	expect_failure(&s, "task.inner.y", INSPECT_ERROR_LOOKUP, 11, "struct inner has no member \"y\"");
	expect_failure(&s, "task.statee", INSPECT_ERROR_LOOKUP, 5, "did you mean \"state\"?");
	expect_failure(&s, "(struct nothing *)1", INSPECT_ERROR_LOOKUP, 1, "no struct nothing");
	expect_failure(&s, "(nothing)1", INSPECT_ERROR_LOOKUP, 1, "no type \"nothing\" for a cast");
	expect_failure(&s, "1 + (nothing *)1", INSPECT_ERROR_LOOKUP, 5, "no type \"nothing\" for a cast");
	expect_failure(&s, "'a.c'::child", INSPECT_ERROR_LOOKUP, 7, "does not tell which \"child\" is that of a.c: DWARF does");
	expect_failure(&s, "task->inner", INSPECT_ERROR_USAGE, 6, "its members are behind a .");
	expect_failure(&s, "task.parent.inner", INSPECT_ERROR_USAGE, 12, "behind a ->: this is a struct task *");
	synthetic_deinit(&s);
}
END_TEST

/* A scope that knows where variables lie, as DWARF does: "state" is the child's, and declared somewhere is "name". */
static struct type state_type = { .kind = TYPE_INT, .size = 4, .is_signed = true, .complete = true };
static struct type state_variable = { .kind = TYPE_VARIABLE, .name = "state", .target = &state_type, .complete = true };
static struct type name_variable = { .kind = TYPE_VARIABLE, .name = "name", .target = &state_type, .complete = true,
				     .is_declaration = true };

static struct inspect_error *debug_find(struct scope *scope, const char *name, unsigned int kinds, struct type_list *list)
{
	(void)scope;
	if (kinds & TYPE_BIT(TYPE_VARIABLE) && !strcmp(name, "state"))
		ck_assert(vec_push(list, &state_variable));
	if (kinds & TYPE_BIT(TYPE_VARIABLE) && !strcmp(name, "name"))
		ck_assert(vec_push(list, &name_variable));
	return NULL;
}

static struct inspect_error *debug_variable(struct scope *scope, const char *name, uint64_t address,
					    struct type **type_ret)
{
	(void)scope;
	*type_ret = !strcmp(name, "state") && address == address_of(&child.state) ? &state_variable : NULL;
	return NULL;
}

static void debug_destroy(struct scope *scope)
{
	(void)scope;
}

START_TEST(a_name_is_the_symbol_that_is_a_variable)
{
	static const struct scope_ops ops = { .find = debug_find, .variable = debug_variable, .destroy = debug_destroy };
	struct scope debug = { .ops = &ops, .name = "debug" };
	struct object object;
	struct synthetic s;
	struct expr *expr;

	state_type.scope = state_variable.scope = name_variable.scope = &debug;
	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 0);
	ck_assert(vec_push(&s.kernel.scopes, &debug));
	synthetic_map(&s, &child, sizeof(child));
	synthetic_symbol(&s, "state", &child.bits); /* a function of that name, say */
	synthetic_symbol(&s, "state", &child.state);
	synthetic_symbol(&s, "name", &child.bits); /* an alias that is nowhere defined */
	synthetic_ready(&s);
	expect_success(evaluate_text(&s, "state", &object, &expr));
	ck_assert_uint_eq(object.address, address_of(&child.state));
	expr_destroy(expr);
	ck_assert_uint_eq(value_of(&s, "state"), (uint64_t)-2);
	ck_assert_uint_eq(value_of(&s, "name"), (uint64_t)(int32_t)child.bits);
	synthetic_deinit(&s);
}
END_TEST

START_TEST(only_what_is_needed_is_read)
{
	struct synthetic s;

	setup(&s);
	synthetic_hole(&s, &parent, sizeof(parent));
	ck_assert_uint_eq(value_of(&s, "sizeof(task.parent->parent->parent->inner)"), sizeof(struct inner));
	ck_assert_uint_eq(value_of(&s, "sizeof(*(struct task *)0)"), sizeof(struct task));
	ck_assert_uint_eq(value_of(&s, "sizeof(task.parent->inner.x / task.parent->state)"), 4);
	ck_assert_uint_eq(value_of(&s, "sizeof(1 << task.parent->flags)"), 4);
	ck_assert_uint_eq(value_of(&s, "&task.parent->inner.numbers[2]"), address_of(&parent.inner.numbers[2]));
	ck_assert_uint_eq(value_of(&s, "0 && task.parent->state"), 0);
	ck_assert_uint_eq(value_of(&s, "1 || task.parent->state"), 1);
	ck_assert_uint_eq(value_of(&s, "1 ? task.inner.x : task.parent->inner.x"), 9);
	ck_assert_uint_eq(value_of(&s, "sizeof(1 ? task.state : task.parent->flags)"), 8);
	expect_failure(&s, "task.parent->state + 1", INSPECT_ERROR_FAULT, 13, "excluded");
	expect_failure(&s, "0 && task.parent->nothing", INSPECT_ERROR_LOOKUP, 18, "no member");
	synthetic_deinit(&s);
}
END_TEST

/* The truth of @text, with the task bound; its error in *@error_ret. */
static bool truth_of(struct synthetic *s, const char *text, struct inspect_error **error_ret)
{
	struct object object;
	struct expr *expr;
	bool truth = false;

	expect_success(evaluate_text(s, text, &object, &expr));
	*error_ret = expr_truth(expr, &truth);
	expr_destroy(expr);
	return truth;
}

START_TEST(conditions)
{
	static const struct {
		const char *text;
		bool truth;
	} asked[] = {
		{ "task.inner.x", true },
		{ "task.inner.x - 9", false },
		{ "task.parent", true },
		{ "task.parent->parent", false },
		{ "task.comm", true }, /* an array is a pointer to its first element */
		{ "0.0", false },
		{ "0.5", true },
		{ "task.comm == \"fullname\"", true },
	};
	struct inspect_error *error;
	struct synthetic s;

	setup(&s);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		bool truth = truth_of(&s, asked[i].text, &error);

		expect_success(error);
		ck_assert_msg(truth == asked[i].truth, "%s", asked[i].text);
	}
	truth_of(&s, "task.inner", &error);
	expect_error(error, INSPECT_ERROR_USAGE, "a number or a pointer is wanted");
	truth_of(&s, "array(&task, 1).inner.x", &error);
	expect_error(error, INSPECT_ERROR_USAGE, "this is a sequence");
	synthetic_hole(&s, &parent, sizeof(parent));
	truth_of(&s, "task.parent->flags", &error);
	expect_error(error, INSPECT_ERROR_FAULT, "excluded");
	synthetic_deinit(&s);
}
END_TEST

/* A name whose object is not known this time is an error where it is used, and only there. */
START_TEST(bindings_with_a_problem)
{
	struct type_list types = { 0 };
	struct expr_binding binding = { .name = "task", .problem = "the slot is damaged", .address = 0x1234 };
	struct expr_bindings bindings = { &binding, 1 };
	struct inspect_error *error;
	struct object object;
	struct synthetic s;
	struct expr *expr;
	uint64_t address;

	setup(&s);
	expect_success(scope_find(&s.scope, "task", TYPE_BIT(TYPE_STRUCT), &types));
	binding.object = object_reference(types.items[0], address_of(&child));
	vec_deinit(&types);
	expect_success(expr_create(&s.kernel, "sizeof(task) ? task.inner.x : 0", 31, &bindings, &expr));
	ck_assert(expr_next(expr, &object, &error));
	ck_assert(inspect_error_address(error, &address));
	ck_assert_uint_eq(address, 0x1234);
	expect_error(error, INSPECT_ERROR_FAULT, "task: the slot is damaged");
	binding.fault = INSPECT_FAULT_EXCLUDED;
	expr_rewind(expr);
	ck_assert(expr_next(expr, &object, &error));
	ck_assert_int_eq(error_fault(error), INSPECT_FAULT_EXCLUDED);
	expect_error(error, INSPECT_ERROR_FAULT, "task: read 0x1234: page excluded");
	binding.problem = NULL;
	expr_rewind(expr);
	ck_assert(expr_next(expr, &object, &error));
	expect_success(error);
	expr_destroy(expr);
	binding.problem = "the slot is damaged";
	expect_success(expr_create(&s.kernel, "1 ? 2 : task.inner.x", 20, &bindings, &expr));
	ck_assert(expr_next(expr, &object, &error));
	expect_success(error);
	expr_destroy(expr);
	synthetic_deinit(&s);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		members_and_pointers, bit_fields_and_signs, strings_compare, slices, names,
		a_name_is_the_symbol_that_is_a_variable, only_what_is_needed_is_read, conditions,
		bindings_with_a_problem,
	};

	return RUN_SUITE("expr", tests);
}
