/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/expr.h"

#include <stdlib.h>

#include "base/error.h"
#include "expr/arithmetic.h"
#include "expr/evaluator.h"

struct expr {
	struct arena arena;
	struct evaluator evaluator;
	struct node *root;
	bool started;
	bool done;
};

/* Whether a plain char is signed is the machine's and the compiler's choice; the kernel's types say which. */
static struct inspect_error *char_is_signed(struct kernel *kernel, bool *is_signed_ret)
{
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < kernel->scopes.count && !types.count && !error; i++)
		error = scope_find(kernel->scopes.items[i], "char", TYPE_BIT(TYPE_INT), &types);
	if (!error && types.count)
		error = type_complete(types.items[0]);
	if (!error)
		*is_signed_ret = types.count ? types.items[0]->is_signed : true;
	vec_deinit(&types);
	return error;
}

struct inspect_error *expr_create(struct kernel *kernel, const char *text, size_t length,
				  const struct expr_bindings *bindings, struct expr **expr_ret)
{
	struct expr *expr = calloc(1, sizeof(*expr));
	struct inspect_error *error;
	bool is_signed = true;

	if (!expr)
		return &error_nomem;
	error = char_is_signed(kernel, &is_signed);
	arena_init(&expr->arena);
	c_types_init(&expr->evaluator.types, is_signed);
	expr->evaluator.kernel = kernel;
	expr->evaluator.bindings = bindings;
	expr->evaluator.arena = &expr->arena;
	expr->evaluator.names = (struct parser_names){ name_is_type, &expr->evaluator };
	if (!error) {
		char *copy = arena_strndup(&expr->arena, text, length);

		error = copy ? parse_expression(copy, length, &expr->evaluator.names, &expr->arena, &expr->root) :
			       &error_nomem;
	}
	if (error) {
		expr_destroy(expr);
		return error;
	}
	*expr_ret = expr;
	return NULL;
}

void expr_destroy(struct expr *expr)
{
	if (!expr)
		return;
	c_types_deinit(&expr->evaluator.types);
	arena_deinit(&expr->arena);
	free(expr);
}

void expr_rewind(struct expr *expr)
{
	expr->started = expr->done = false;
	expr->evaluator.running_count = 0;
}

bool expr_is_sequence(const struct expr *expr)
{
	return expr->evaluator.running_count > 0;
}

/* A string literal has no object: what else can be said of it was evaluated before. */
static struct inspect_error *evaluate_root(struct expr *expr, struct object *out)
{
	struct operand operand;
	struct inspect_error *error = evaluate(&expr->evaluator, expr->root, &operand);

	if (error)
		return error;
	if (operand.literal)
		return place_error(INSPECT_ERROR_USAGE, operand.literal->place,
				   "a string literal has no address in the kernel: it can be compared with == and !=");
	*out = operand.object;
	return NULL;
}

bool expr_next(struct expr *expr, struct object *out, struct inspect_error **error_ret)
{
	struct evaluator *evaluator = &expr->evaluator;

	*error_ret = NULL;
	while (!expr->done) {
		struct inspect_error *error;

		if (expr->started && !generators_advance(evaluator)) {
			expr->done = true;
			return false;
		}
		expr->started = true;
		evaluator->exhausted = false;
		evaluator->unevaluated = 0;
		error = evaluate_root(expr, out);
		if (!evaluator->exhausted) {
			*error_ret = error;
			return true;
		}
		inspect_error_destroy(error);
	}
	return false;
}

struct inspect_error *expr_truth(struct expr *expr, bool *truth_ret)
{
	struct evaluator *evaluator = &expr->evaluator;
	struct inspect_error *error;
	struct object value;

	expr_rewind(expr);
	evaluator->exhausted = false;
	evaluator->unevaluated = 0;
	error = evaluate_scalar(evaluator, expr->root, &value);
	if (evaluator->exhausted || evaluator->running_count) {
		inspect_error_destroy(error);
		error = place_error(INSPECT_ERROR_USAGE, expr->root->place,
				    "a condition is one value, and this is a sequence");
	} else if (!error) {
		error = arithmetic_truth(&value, truth_ret);
	}
	return error_place(error, expr->root->place.offset, expr->root->place.length);
}

bool expr_address_of(struct expr *expr, const struct object *object, struct object *out)
{
	struct type *type;

	if (object->kind != OBJECT_REFERENCE || object->bit_size)
		return false;
	type = c_pointer(&expr->evaluator.types, object->type);
	if (type)
		*out = object_integer(type, object->address);
	return type != NULL;
}
