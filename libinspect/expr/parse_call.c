/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of expressions and their arguments. */
#include "base/error.h"
#include "expr/functions.h"
#include "expr/guess.h"
#include "expr/parse.h"

/* A member as offsetof() takes it: a name, then `.name`s and `[index]`es, upon an object at 0. */
static struct inspect_error *parse_designator(struct parser *parser, struct node **node_ret)
{
	struct node *origin;
	struct inspect_error *error = parser_node(parser, NODE_ORIGIN, &parser->token, &origin);

	if (!error)
		error = parser_node(parser, NODE_MEMBER, &parser->token, node_ret);
	if (error)
		return error;
	if (parser->token.kind != TOKEN_NAME)
		return parser_unexpected(parser, "the name of a member");
	(*node_ret)->operator = P_DOT;
	error = parser_name(parser, *node_ret, &parser->token);
	if (!error)
		error = parser_adopt(*node_ret, &(*node_ret)->a, origin);
	if (!error)
		error = parser_advance(parser);
	while (!error) {
		if (parser_at(parser, P_ARROW))
			return place_error(INSPECT_ERROR_USAGE, parser->token.place,
					   "a member at a fixed offset is wanted: -> leads out of the object");
		if (parser_at(parser, P_DOT))
			error = parser_member(parser, *node_ret, node_ret);
		else if (parser_at(parser, P_LEFT_BRACKET))
			error = parser_index(parser, *node_ret, node_ret);
		else
			break;
	}
	return error;
}

static struct inspect_error *parse_argument(struct parser *parser, struct node *call, enum argument_kind kind)
{
	struct argument *argument = &call->call.arguments[call->call.count++];
	struct inspect_error *error;
	struct node *node = NULL;

	if (kind == ARGUMENT_TYPE)
		return parser_type_name(parser, &argument->type);
	error = kind == ARGUMENT_MEMBER ? parse_designator(parser, &node) : parser_conditional(parser, &node);
	return error ? error : parser_adopt(call, &argument->node, node);
}

static struct inspect_error *parse_arguments(struct parser *parser, struct node *call)
{
	const struct function *function = call->call.function;
	struct inspect_error *error = NULL;
	bool comma = true;

	while (!error && comma) {
		size_t count = call->call.count;

		if (count == FUNCTION_ARGUMENTS || function->arguments[count] == ARGUMENT_NONE)
			return place_error(INSPECT_ERROR_USAGE, parser->token.place, "more than %s takes",
					   function->usage);
		error = parse_argument(parser, call, function->arguments[count]);
		if (!error)
			error = parser_accept(parser, P_COMMA, &comma);
	}
	if (error)
		return error;
	if (parser_at(parser, P_RIGHT_PARENTHESIS) && call->call.count < function->required)
		return place_error(INSPECT_ERROR_USAGE, parser->token.place, "less than %s takes", function->usage);
	return parser_expect(parser, P_RIGHT_PARENTHESIS, ") or a comma");
}

static struct inspect_error *unknown_function(const struct token *token, const char *name)
{
	struct guess guess;

	guess_init(&guess, name);
	for (size_t i = 0; i < function_count; i++)
		guess_offer(&guess, function_table[i].name);
	return place_error(INSPECT_ERROR_USAGE, token->place,
			   "\"%s\" is no function of expressions%s: nothing of the kernel is called", name,
			   guess_hint(&guess));
}

struct inspect_error *parser_call(struct parser *parser, struct node **node_ret)
{
	const struct token token = parser->token;
	char *name = arena_strndup(parser->arena, token.string.bytes, token.string.length);
	struct inspect_error *error;
	struct node *node = NULL;

	if (!name)
		return &error_nomem;
	error = parser_node(parser, NODE_CALL, &token, &node);
	if (error)
		return error;
	node->call.function = function_find(name);
	if (!node->call.function)
		return unknown_function(&token, name);
	error = parser_advance(parser);
	if (!error)
		error = parser_advance(parser);
	if (!error)
		error = parse_arguments(parser, node);
	*node_ret = node;
	return error;
}
