/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/expr.h"

#include <stdlib.h>

#include "base/error.h"
#include "core/symbol.h"
#include "expr/arithmetic.h"
#include "expr/evaluator.h"

struct expr {
	struct arena arena;
	struct evaluator evaluator;
	struct node *root;
	bool started;
	bool done;
};

/* One without a tree. */
static struct inspect_error *expr_alloc(struct kernel *kernel, const struct expr_bindings *bindings,
					struct expr **expr_ret)
{
	struct expr *expr = calloc(1, sizeof(*expr));
	struct inspect_error *error;

	if (!expr)
		return &error_nomem;
	arena_init(&expr->arena);
	expr->evaluator.kernel = kernel;
	expr->evaluator.bindings = bindings;
	expr->evaluator.arena = &expr->arena;
	expr->evaluator.names = (struct parser_names){ name_is_type, &expr->evaluator };
	error = c_types_init(&expr->evaluator.types, kernel);
	if (error) {
		expr_destroy(expr);
		return error;
	}
	*expr_ret = expr;
	return NULL;
}

/* The tree of @text. */
static struct inspect_error *expr_parse(struct expr *expr, const char *text, size_t length)
{
	char *copy = arena_strndup(&expr->arena, text, length);

	return copy ? parse_expression(copy, length, &expr->evaluator.names, &expr->arena, &expr->root) : &error_nomem;
}

struct inspect_error *expr_create(struct kernel *kernel, const char *text, size_t length,
				  const struct expr_bindings *bindings, struct expr **expr_ret)
{
	struct expr *expr;
	struct inspect_error *error = expr_alloc(kernel, bindings, &expr);

	if (error)
		return error;
	error = expr_parse(expr, text, length);
	if (error) {
		expr_destroy(expr);
		return error;
	}
	*expr_ret = expr;
	return NULL;
}

#define TYPE_NAMES \
	(TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM) | TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_FLOAT))

/* The type that the text names. */
static struct inspect_error *named_type(struct expr *expr, const char *text, size_t length, struct type **type_ret)
{
	struct evaluator *evaluator = &expr->evaluator;
	struct type_name *name;
	struct inspect_error *error = parse_type(text, length, &evaluator->names, &expr->arena, &name);

	return error ? error : type_name_resolve(evaluator, name, type_ret);
}

struct inspect_error *expr_find_type(struct kernel *kernel, const char *text, size_t length, struct type **type_ret)
{
	struct expr *expr;
	struct inspect_error *error = expr_alloc(kernel, NULL, &expr);

	if (error)
		return error;
	error = named_type(expr, text, length, type_ret);
	expr_destroy(expr);
	return error;
}

/* The type of the value; a word that means nothing was to be the name of a type. */
static struct inspect_error *value_type(struct expr *expr, const char *text, size_t length, struct type **type_ret)
{
	struct evaluator *evaluator = &expr->evaluator;
	struct inspect_error *error = expr_parse(expr, text, length);
	struct symbol symbol;

	if (!error)
		error = evaluate_type(evaluator, expr->root, type_ret);
	if (!error || inspect_error_code(error) != INSPECT_ERROR_LOOKUP || !expr->root || expr->root->kind != NODE_NAME ||
	    expr->root->name.file || symbols_find(&evaluator->kernel->symbols, expr->root->name.string, &symbol))
		return error;
	inspect_error_destroy(error);
	return name_no_type(evaluator, expr->root->place, expr->root->name.string, TYPE_NAMES);
}

/* Of two errors about the same text, the one that is further in it, where more of it made sense. */
static struct inspect_error *further(struct inspect_error *a, struct inspect_error *b)
{
	size_t a_offset = 0, b_offset = 0, length;
	struct inspect_error *kept;

	inspect_error_place(a, &a_offset, &length);
	inspect_error_place(b, &b_offset, &length);
	kept = a_offset > b_offset ? a : b;
	inspect_error_destroy(kept == a ? b : a);
	return kept;
}

struct inspect_error *expr_type(struct kernel *kernel, const char *text, size_t length, struct type **type_ret)
{
	struct expr *expr;
	struct inspect_error *error = expr_alloc(kernel, NULL, &expr);

	if (error)
		return error;
	error = named_type(expr, text, length, type_ret);
	if (error && inspect_error_code(error) == INSPECT_ERROR_USAGE) {
		struct inspect_error *other = value_type(expr, text, length, type_ret);

		if (other) {
			error = further(error, other);
		} else {
			inspect_error_destroy(error);
			error = NULL;
		}
	}
	expr_destroy(expr);
	return error;
}

void expr_destroy(struct expr *expr)
{
	if (!expr)
		return;
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
