/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/parser.h"

#include <string.h>

#include "base/error.h"
#include "expr/parse.h"

struct inspect_error *parser_advance(struct parser *parser)
{
	struct token next;
	struct inspect_error *error = lexer_next(&parser->lexer, &next);

	if (error)
		return error;
	parser->token = parser->ahead;
	parser->ahead = next;
	return NULL;
}

static bool is_punctuator(const struct token *token, enum punctuator punctuator)
{
	return token->kind == TOKEN_PUNCTUATOR && token->punctuator == punctuator;
}

bool parser_at(const struct parser *parser, enum punctuator punctuator)
{
	return is_punctuator(&parser->token, punctuator);
}

struct inspect_error *parser_accept(struct parser *parser, enum punctuator punctuator, bool *found_ret)
{
	*found_ret = parser_at(parser, punctuator);
	return *found_ret ? parser_advance(parser) : NULL;
}

bool parser_at_name(const struct parser *parser, const char *keyword)
{
	const struct token *token = &parser->token;

	return token->kind == TOKEN_NAME && token->string.length == strlen(keyword) &&
	       !memcmp(token->string.bytes, keyword, token->string.length);
}

/* What writes, and what could be meant by it. */
static struct inspect_error *writes(const struct token *token)
{
	if (token->kind != TOKEN_PUNCTUATOR)
		return NULL;
	if (token->punctuator == P_ASSIGN)
		return place_error(INSPECT_ERROR_USAGE, token->place,
				   "an expression only reads: there is no assignment (== compares)");
	if (token->punctuator == P_INCREMENT || token->punctuator == P_DECREMENT)
		return place_error(INSPECT_ERROR_USAGE, token->place, "an expression only reads: there is no %s",
				   punctuator_string(token->punctuator));
	if (token->punctuator == P_LEFT_BRACE)
		return place_error(INSPECT_ERROR_USAGE, token->place,
				   "there are no statements and no compound literals here");
	return NULL;
}

struct inspect_error *parser_unexpected(const struct parser *parser, const char *expected)
{
	const struct token *token = &parser->token;
	struct inspect_error *error = writes(token);

	if (error)
		return error;
	if (token->kind == TOKEN_END)
		return place_error(INSPECT_ERROR_USAGE, token->place, "the expression ends where %s is expected", expected);
	return place_error(INSPECT_ERROR_USAGE, token->place, "%s is expected here", expected);
}

struct inspect_error *parser_expect(struct parser *parser, enum punctuator punctuator, const char *where)
{
	if (!parser_at(parser, punctuator))
		return parser_unexpected(parser, where);
	return parser_advance(parser);
}

struct inspect_error *parser_nest(struct parser *parser)
{
	if (parser->nesting == PARSER_NESTING_MAX)
		return place_error(INSPECT_ERROR_LIMIT, parser->token.place,
				   "the expression is nested more than %d levels deep", PARSER_NESTING_MAX);
	parser->nesting++;
	return NULL;
}

struct inspect_error *parser_node(struct parser *parser, enum node_kind kind, const struct token *token,
				  struct node **node_ret)
{
	struct node *node = arena_calloc(parser->arena, 1, sizeof(*node));

	if (!node)
		return &error_nomem;
	node->kind = kind;
	node->place = token->place;
	node->operator = token->kind == TOKEN_PUNCTUATOR ? token->punctuator : P_NONE;
	node->depth = 1;
	*node_ret = node;
	return NULL;
}

struct inspect_error *parser_adopt(struct node *node, struct node **slot, struct node *child)
{
	*slot = child;
	if (child->depth >= node->depth)
		node->depth = child->depth + 1;
	if (node->depth > TREE_DEPTH_MAX)
		return place_error(INSPECT_ERROR_LIMIT, node->place, "the expression has more than %d operators in a row",
				   TREE_DEPTH_MAX);
	return NULL;
}

struct inspect_error *parser_name(struct parser *parser, struct node *node, const struct token *token)
{
	node->place = token->place;
	node->name.string = arena_strndup(parser->arena, token->string.bytes, token->string.length);
	node->name.length = token->string.length;
	return node->name.string ? NULL : &error_nomem;
}

struct inspect_error *parser_member(struct parser *parser, struct node *object, struct node **node_ret)
{
	struct inspect_error *error = parser_node(parser, NODE_MEMBER, &parser->token, node_ret);

	if (!error)
		error = parser_advance(parser);
	if (error)
		return error;
	if (parser->token.kind != TOKEN_NAME)
		return parser_unexpected(parser, "the name of a member");
	error = parser_name(parser, *node_ret, &parser->token);
	if (!error)
		error = parser_advance(parser);
	return error ? error : parser_adopt(*node_ret, &(*node_ret)->a, object);
}

struct inspect_error *parser_index(struct parser *parser, struct node *object, struct node **node_ret)
{
	struct node *node = NULL, *from, *to = NULL;
	struct inspect_error *error = parser_node(parser, NODE_INDEX, &parser->token, &node);
	bool is_slice = false;

	if (!error)
		error = parser_advance(parser);
	if (!error)
		error = parser_comma(parser, &from);
	if (!error)
		error = parser_accept(parser, P_COLON, &is_slice);
	if (!error && is_slice)
		error = parser_comma(parser, &to);
	if (!error)
		error = parser_expect(parser, P_RIGHT_BRACKET, "]");
	if (!error)
		error = parser_adopt(node, &node->a, object);
	if (!error)
		error = parser_adopt(node, &node->b, from);
	if (!error && is_slice) {
		node->kind = NODE_SLICE;
		error = parser_adopt(node, &node->c, to);
	}
	*node_ret = node;
	return error;
}

/* What stands behind an operand. Those that call or write are refused with the reason. */
static struct inspect_error *parse_postfix(struct parser *parser, struct node **node_ret)
{
	struct inspect_error *error = NULL;

	while (!error) {
		if (parser_at(parser, P_DOT) || parser_at(parser, P_ARROW))
			error = parser_member(parser, *node_ret, node_ret);
		else if (parser_at(parser, P_LEFT_BRACKET))
			error = parser_index(parser, *node_ret, node_ret);
		else if (parser_at(parser, P_LEFT_PARENTHESIS))
			return place_error(INSPECT_ERROR_USAGE, parser->token.place,
					   "an expression only reads: nothing of the kernel is called");
		else if (parser_at(parser, P_INCREMENT) || parser_at(parser, P_DECREMENT))
			return writes(&parser->token);
		else
			break;
	}
	return error;
}

static struct inspect_error *parse_name(struct parser *parser, const struct token *file, struct node **node_ret)
{
	struct inspect_error *error = parser_node(parser, NODE_NAME, &parser->token, node_ret);

	if (!error)
		error = parser_name(parser, *node_ret, &parser->token);
	if (!error && file) {
		(*node_ret)->name.file = arena_strndup(parser->arena, file->string.bytes, file->string.length);
		if (!(*node_ret)->name.file)
			error = &error_nomem;
	}
	return error ? error : parser_advance(parser);
}

/* 'file.c'::name */
static struct inspect_error *parse_file_name(struct parser *parser, struct node **node_ret)
{
	const struct token file = parser->token;
	struct inspect_error *error = parser_advance(parser);

	if (error)
		return error;
	if (parser->token.kind != TOKEN_NAME)
		return parser_unexpected(parser, "a name of that file");
	return parse_name(parser, &file, node_ret);
}

static struct inspect_error *parse_literal(struct parser *parser, enum node_kind kind, struct node **node_ret)
{
	struct inspect_error *error = parser_node(parser, kind, &parser->token, node_ret);

	if (error)
		return error;
	(*node_ret)->literal = parser->token;
	return parser_advance(parser);
}

/* `(name *)1` and `(name)1`, where name is no type. */
static struct inspect_error *not_a_type(const struct parser *parser)
{
	const struct token *name = &parser->suspect;

	return place_error(INSPECT_ERROR_LOOKUP, name->place,
			   "this kernel's types have no type \"%.*s\" for a cast (struct, union and enum are words of the name)",
			   (int)name->string.length, name->string.bytes);
}

static struct inspect_error *parse_parenthesised(struct parser *parser, struct node **node_ret)
{
	struct inspect_error *error = parser_advance(parser);

	if (error)
		return error;
	parser->suspect = parser->token;
	error = parser_comma(parser, node_ret);
	if (!error)
		error = parser_expect(parser, P_RIGHT_PARENTHESIS, ") or an operator");
	if (error)
		return error;
	if ((*node_ret)->kind == NODE_NAME && !(*node_ret)->name.file && parser->token.kind != TOKEN_END &&
	    parser->token.kind != TOKEN_PUNCTUATOR) {
		parser->suspect.place = (*node_ret)->place;
		parser->suspect.string.bytes = (*node_ret)->name.string;
		parser->suspect.string.length = (*node_ret)->name.length;
		return not_a_type(parser);
	}
	return NULL;
}

static struct inspect_error *parse_primary(struct parser *parser, struct node **node_ret)
{
	struct inspect_error *error;
	bool is_type;

	switch (parser->token.kind) {
	case TOKEN_INTEGER:
		return parse_literal(parser, NODE_INTEGER, node_ret);
	case TOKEN_FLOAT:
		return parse_literal(parser, NODE_FLOAT, node_ret);
	case TOKEN_STRING:
		return parse_literal(parser, NODE_STRING, node_ret);
	case TOKEN_FILE:
		return parse_file_name(parser, node_ret);
	case TOKEN_NAME:
		error = parser_is_type(parser, &parser->token, &is_type);
		if (error)
			return error;
		if (is_type)
			return place_error(INSPECT_ERROR_USAGE, parser->token.place,
					   "a type where a value is expected: a cast has parentheses, (TYPE)VALUE");
		if (is_punctuator(&parser->ahead, P_LEFT_PARENTHESIS))
			return parser_call(parser, node_ret);
		return parse_name(parser, NULL, node_ret);
	default:
		if (parser_at(parser, P_LEFT_PARENTHESIS))
			return parse_parenthesised(parser, node_ret);
		if (parser_at(parser, P_RIGHT_PARENTHESIS) && parser->suspect.kind == TOKEN_NAME)
			return not_a_type(parser);
		return parser_unexpected(parser, "a value");
	}
}

static struct inspect_error *parse_unary(struct parser *parser, struct node **node_ret);

/* `(type)` was seen to come: a cast. */
static struct inspect_error *parse_cast(struct parser *parser, struct node **node_ret)
{
	struct node *node = NULL, *operand;
	struct inspect_error *error = parser_node(parser, NODE_CAST, &parser->token, &node);

	if (!error)
		error = parser_advance(parser);
	if (!error)
		error = parser_type_name(parser, &node->type);
	if (!error)
		error = parser_expect(parser, P_RIGHT_PARENTHESIS, ")");
	if (!error)
		error = parse_unary(parser, &operand);
	if (error)
		return error;
	node->place = node->type->place;
	*node_ret = node;
	return parser_adopt(node, &node->a, operand);
}

/* Whether `(type` stands here. */
static struct inspect_error *at_type_in_parentheses(struct parser *parser, bool *is_type_ret)
{
	*is_type_ret = false;
	return parser_at(parser, P_LEFT_PARENTHESIS) ? parser_is_type(parser, &parser->ahead, is_type_ret) : NULL;
}

static struct inspect_error *parse_sizeof(struct parser *parser, struct node **node_ret)
{
	struct node *node = NULL, *operand;
	struct inspect_error *error = parser_node(parser, NODE_SIZEOF, &parser->token, &node);
	bool is_type = false;

	if (!error)
		error = parser_advance(parser);
	if (!error)
		error = at_type_in_parentheses(parser, &is_type);
	if (error)
		return error;
	*node_ret = node;
	if (!is_type) {
		error = parse_unary(parser, &operand);
		return error ? error : parser_adopt(node, &node->a, operand);
	}
	error = parser_advance(parser);
	if (!error)
		error = parser_type_name(parser, &node->type);
	return error ? error : parser_expect(parser, P_RIGHT_PARENTHESIS, ")");
}

static bool at_unary_operator(const struct parser *parser)
{
	return parser_at(parser, P_PLUS) || parser_at(parser, P_MINUS) || parser_at(parser, P_TILDE) ||
	       parser_at(parser, P_EXCLAMATION) || parser_at(parser, P_STAR) || parser_at(parser, P_AMPERSAND);
}

static struct inspect_error *parse_prefixed(struct parser *parser, struct node **node_ret)
{
	struct node *node = NULL, *operand;
	struct inspect_error *error = parser_node(parser, NODE_UNARY, &parser->token, &node);

	if (!error)
		error = parser_advance(parser);
	if (!error)
		error = parse_unary(parser, &operand);
	*node_ret = node;
	return error ? error : parser_adopt(node, &node->a, operand);
}

/* The whole of C's unary-expression and cast-expression. */
static struct inspect_error *parse_unary(struct parser *parser, struct node **node_ret)
{
	struct inspect_error *error = parser_nest(parser);
	bool is_cast = false;

	if (!error)
		error = at_type_in_parentheses(parser, &is_cast);
	if (error)
		return error;
	if (is_cast)
		error = parse_cast(parser, node_ret);
	else if (parser_at_name(parser, "sizeof"))
		error = parse_sizeof(parser, node_ret);
	else if (at_unary_operator(parser))
		error = parse_prefixed(parser, node_ret);
	else {
		error = parse_primary(parser, node_ret);
		if (!error)
			error = parse_postfix(parser, node_ret);
	}
	parser->nesting--;
	return error;
}

/* How tightly a binary operator binds; 0: it is none. */
static unsigned int precedence(const struct token *token)
{
	static const unsigned char table[] = {
		[P_OR] = 1,
		[P_AND] = 2,
		[P_PIPE] = 3,
		[P_CARET] = 4,
		[P_AMPERSAND] = 5,
		[P_EQUAL] = 6,
		[P_NOT_EQUAL] = 6,
		[P_LESS] = 7,
		[P_GREATER] = 7,
		[P_LESS_EQUAL] = 7,
		[P_GREATER_EQUAL] = 7,
		[P_LEFT_SHIFT] = 8,
		[P_RIGHT_SHIFT] = 8,
		[P_PLUS] = 9,
		[P_MINUS] = 9,
		[P_STAR] = 10,
		[P_SLASH] = 10,
		[P_PERCENT] = 10,
	};

	if (token->kind != TOKEN_PUNCTUATOR || token->punctuator >= sizeof(table))
		return 0;
	return table[token->punctuator];
}

/* Operators that bind at least as tightly as @least. */
static struct inspect_error *parse_binary(struct parser *parser, unsigned int least, struct node **node_ret)
{
	struct inspect_error *error = parse_unary(parser, node_ret);
	unsigned int binds;

	while (!error && (binds = precedence(&parser->token)) >= least) {
		struct node *node = NULL, *right;

		error = parser_node(parser, NODE_BINARY, &parser->token, &node);
		if (!error)
			error = parser_advance(parser);
		if (!error)
			error = parse_binary(parser, binds + 1, &right);
		if (!error)
			error = parser_adopt(node, &node->a, *node_ret);
		if (!error)
			error = parser_adopt(node, &node->b, right);
		*node_ret = node;
	}
	return error;
}

/* What stands behind the `?`. */
static struct inspect_error *parse_branches(struct parser *parser, struct node **node_ret)
{
	struct node *node = NULL, *yes, *no;
	struct inspect_error *error = parser_node(parser, NODE_CONDITIONAL, &parser->token, &node);

	if (!error)
		error = parser_advance(parser);
	if (!error)
		error = parser_comma(parser, &yes);
	if (!error)
		error = parser_expect(parser, P_COLON, "the : of ?:");
	if (!error)
		error = parser_conditional(parser, &no);
	if (!error)
		error = parser_adopt(node, &node->a, *node_ret);
	if (!error)
		error = parser_adopt(node, &node->b, yes);
	if (!error)
		error = parser_adopt(node, &node->c, no);
	*node_ret = node;
	return error;
}

struct inspect_error *parser_conditional(struct parser *parser, struct node **node_ret)
{
	struct inspect_error *error = parser_nest(parser);

	if (error)
		return error;
	error = parse_binary(parser, 1, node_ret);
	if (!error && parser_at(parser, P_QUESTION))
		error = parse_branches(parser, node_ret);
	parser->nesting--;
	return error;
}

struct inspect_error *parser_comma(struct parser *parser, struct node **node_ret)
{
	struct inspect_error *error = parser_conditional(parser, node_ret);

	while (!error && parser_at(parser, P_COMMA)) {
		struct node *node = NULL, *right;

		error = parser_node(parser, NODE_BINARY, &parser->token, &node);
		if (!error)
			error = parser_advance(parser);
		if (!error)
			error = parser_conditional(parser, &right);
		if (!error)
			error = parser_adopt(node, &node->a, *node_ret);
		if (!error)
			error = parser_adopt(node, &node->b, right);
		*node_ret = node;
	}
	return error;
}

static struct inspect_error *parser_start(struct parser *parser, const char *text, size_t length,
					  const struct parser_names *names, struct arena *arena)
{
	struct inspect_error *error;

	*parser = (struct parser){ .arena = arena, .names = names };
	error = lexer_init(&parser->lexer, text, length, arena);
	if (!error)
		error = parser_advance(parser);
	return error ? error : parser_advance(parser);
}

struct inspect_error *parse_expression(const char *text, size_t length, const struct parser_names *names,
				       struct arena *arena, struct node **node_ret)
{
	struct node *node = NULL;
	struct parser parser;
	struct inspect_error *error = parser_start(&parser, text, length, names, arena);

	if (!error)
		error = parser_comma(&parser, &node);
	if (!error && parser.token.kind != TOKEN_END)
		error = parser_unexpected(&parser, "an operator or the end");
	if (!error)
		*node_ret = node;
	return error;
}

struct inspect_error *parse_type(const char *text, size_t length, const struct parser_names *names,
				 struct arena *arena, struct type_name **type_ret)
{
	struct type_name *type = NULL;
	struct parser parser;
	struct inspect_error *error = parser_start(&parser, text, length, names, arena);

	if (!error)
		error = parser_type_name(&parser, &type);
	if (!error && parser.token.kind != TOKEN_END)
		error = parser_unexpected(&parser, "the end of the type");
	if (!error)
		*type_ret = type;
	return error;
}
