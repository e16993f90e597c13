/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of expressions that yield objects, and of walkers, which are expressions underneath. */
#include <stdlib.h>
#include <string.h>

#include <inspect/expr.h>
#include <inspect/walk.h>

#include "base/error.h"
#include "base/options.h"
#include "base/strbuf.h"
#include "expr/expr.h"
#include "expr/functions.h"
#include "handle.h"

struct inspect_expr {
	struct inspect *inspect;
	struct expr *expr;
	struct arena arena; /* of the bindings */
	struct expr_binding *items;
	struct expr_bindings bindings;
	uint64_t budget;    /* 0: none */
	uint64_t yielded;
	bool spent;         /* and that was told */
};

static struct inspect_error *copy_bindings(struct inspect_expr *expr, const struct inspect_expr_options *options)
{
	struct expr_binding *items = arena_calloc(&expr->arena, options->binding_count, sizeof(*items));

	if (!items)
		return &error_nomem;
	for (size_t i = 0; i < options->binding_count; i++) {
		items[i].name = arena_strdup(&expr->arena, options->bindings[i].name);
		items[i].object = options->bindings[i].object->object;
		if (!items[i].name)
			return &error_nomem;
	}
	expr->items = items;
	expr->bindings = (struct expr_bindings){ items, options->binding_count };
	return NULL;
}

struct inspect_error *inspect_expr_create(struct inspect *inspect, const char *expression,
					  const struct inspect_expr_options *options, struct inspect_expr **expr_ret)
{
	struct inspect_expr_options known;
	struct inspect_error *error = options_copy(&known, sizeof(known), options);
	struct inspect_expr *expr;

	if (error)
		return error;
	expr = calloc(1, sizeof(*expr));
	if (!expr)
		return &error_nomem;
	expr->inspect = inspect;
	expr->budget = known.budget;
	arena_init(&expr->arena);
	error = copy_bindings(expr, &known);
	if (!error)
		error = expr_create(&inspect->kernel, expression, strlen(expression), &expr->bindings, &expr->expr);
	if (error)
		inspect_expr_destroy(expr);
	else
		*expr_ret = expr;
	return error;
}

void inspect_expr_destroy(struct inspect_expr *expr)
{
	if (!expr)
		return;
	expr_destroy(expr->expr);
	arena_deinit(&expr->arena);
	free(expr);
}

bool inspect_expr_next(struct inspect_expr *expr, struct inspect_pool *pool, const struct inspect_object **object_ret,
		       struct inspect_error **error_ret)
{
	struct object object;

	*error_ret = NULL;
	if (expr->spent || !expr_next(expr->expr, &object, error_ret))
		return false;
	if (expr->budget && expr->yielded++ == expr->budget) {
		inspect_error_destroy(*error_ret);
		*error_ret = error_create(INSPECT_ERROR_LIMIT, "more than %llu values",
					  (unsigned long long)expr->budget);
		expr->spent = true;
		return true;
	}
	if (!*error_ret)
		*error_ret = object_hand_out(expr->inspect, &object, pool, object_ret);
	return true;
}

bool inspect_expr_is_sequence(const struct inspect_expr *expr)
{
	return expr_is_sequence(expr->expr);
}

void inspect_expr_bind(struct inspect_expr *expr, size_t index, const struct inspect_object *object)
{
	if (index < expr->bindings.count)
		expr->items[index].object = object->object;
	expr->yielded = 0;
	expr->spent = false;
	expr_rewind(expr->expr);
}

/* Walkers. */

/* What the head is called in the expression; no kernel has such a name. */
#define HEAD "$head"

struct inspect_walk {
	struct inspect_expr *expr;
	struct inspect_error *error;
};

/* "list(&HEAD, TYPE, MEMBER)". */
static struct inspect_error *walk_expression(const struct inspect_walk_query *query, struct strbuf *out)
{
	const struct function *function = query->walker ? function_find(query->walker) : NULL;
	struct inspect_error *error;
	struct type *underlying;

	if (!function || !function->generator || function->arguments[1] != ARGUMENT_TYPE)
		return error_create(INSPECT_ERROR_USAGE, "there is no walker \"%s\" of containers",
				    query->walker ? query->walker : "");
	if (!query->head)
		return error_create(INSPECT_ERROR_USAGE, "%s: a head is needed", query->walker);
	error = type_underlying(query->head->object.type, &underlying);
	if (error)
		return error;
	strbuf_printf(out, "%s(%s" HEAD, query->walker, underlying->kind == TYPE_POINTER ? "" : "&");
	if (query->type)
		strbuf_printf(out, ", %s", query->type);
	if (query->member)
		strbuf_printf(out, ", %s", query->member);
	strbuf_puts(out, ")");
	return out->failed ? &error_nomem : NULL;
}

struct inspect_error *inspect_walk_create(struct inspect *inspect, const struct inspect_walk_query *query,
					  struct inspect_walk **walk_ret)
{
	struct inspect_walk *walk = calloc(1, sizeof(*walk));
	struct inspect_walk_query known;
	struct inspect_expr_options options = { .binding_count = 1 };
	struct inspect_binding head = { .name = HEAD };
	struct inspect_error *error;
	struct strbuf text;

	if (!walk)
		return &error_nomem;
	strbuf_init(&text);
	error = options_copy(&known, sizeof(known), query);
	if (!error)
		error = walk_expression(&known, &text);
	head.object = known.head;
	options.bindings = &head;
	options.budget = known.budget;
	if (!error)
		error = inspect_expr_create(inspect, text.bytes, &options, &walk->expr);
	strbuf_deinit(&text);
	if (error)
		inspect_walk_destroy(walk);
	else
		*walk_ret = walk;
	return error;
}

void inspect_walk_destroy(struct inspect_walk *walk)
{
	if (!walk)
		return;
	inspect_expr_destroy(walk->expr);
	inspect_error_destroy(walk->error);
	free(walk);
}

bool inspect_walk_next(struct inspect_walk *walk, struct inspect_pool *pool, const struct inspect_object **element_ret)
{
	if (walk->error || !inspect_expr_next(walk->expr, pool, element_ret, &walk->error))
		return false;
	return !walk->error;
}

struct inspect_error *inspect_walk_finish(struct inspect_walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	return error;
}
