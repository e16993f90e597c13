/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of the parser share: parser.c has expressions, parse_call.c functions, parse_type.c type names. */
#ifndef LIBINSPECT_EXPR_PARSE_H
#define LIBINSPECT_EXPR_PARSE_H

#include "expr/parser.h"

struct parser {
	struct lexer lexer;
	struct arena *arena;
	const struct parser_names *names;
	struct token token; /* the one to be looked at */
	struct token ahead; /* the next one */
	unsigned int nesting;
	struct token suspect; /* a name behind a `(` that may be meant as a type */
};

/* Goes on to the next token. */
struct inspect_error *parser_advance(struct parser *parser);
bool parser_at(const struct parser *parser, enum punctuator punctuator);
/* Goes on if @punctuator is there; *@found_ret tells. */
struct inspect_error *parser_accept(struct parser *parser, enum punctuator punctuator, bool *found_ret);
/* The same, but it must be there: "expected ) …". */
struct inspect_error *parser_expect(struct parser *parser, enum punctuator punctuator, const char *where);
/* Whether the token is @keyword. */
bool parser_at_name(const struct parser *parser, const char *keyword);
/* An error about the token. */
struct inspect_error *parser_unexpected(const struct parser *parser, const char *expected);
/* One level deeper; the caller takes it back by nesting--. */
struct inspect_error *parser_nest(struct parser *parser);

/* A node at @token, whose operator it is if it is one. */
struct inspect_error *parser_node(struct parser *parser, enum node_kind kind, const struct token *token,
				  struct node **node_ret);
/* Hangs @child below @node. */
struct inspect_error *parser_adopt(struct node *node, struct node **slot, struct node *child);
/* Gives @node the name that @token is. */
struct inspect_error *parser_name(struct parser *parser, struct node *node, const struct token *token);
/* `.name` or `->name` behind @object. */
struct inspect_error *parser_member(struct parser *parser, struct node *object, struct node **node_ret);
/* `[index]` or `[from:to]` behind @object. */
struct inspect_error *parser_index(struct parser *parser, struct node *object, struct node **node_ret);
/* `function(` stands here. */
struct inspect_error *parser_call(struct parser *parser, struct node **node_ret);

/* Whether @token begins a type name. */
struct inspect_error *parser_is_type(struct parser *parser, const struct token *token, bool *is_type_ret);
struct inspect_error *parser_type_name(struct parser *parser, struct type_name **type_ret);
/* With commas, and without. */
struct inspect_error *parser_comma(struct parser *parser, struct node **node_ret);
struct inspect_error *parser_conditional(struct parser *parser, struct node **node_ret);

#endif
