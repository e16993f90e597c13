/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Type names: specifiers and qualifiers in any order, then an abstract declarator. */
#include <string.h>

#include "base/error.h"
#include "expr/parse.h"

/* Parameters of a function type, and steps of a declarator; the kernel has a few. */
#define PARAMETERS_MAX 64

/* Each basic specifier counts in two bits of its own, so that a sum says which were there and how often. */
enum {
	SAW_VOID = 1 << 0,
	SAW_BOOL = 1 << 2,
	SAW_CHAR = 1 << 4,
	SAW_SHORT = 1 << 6,
	SAW_INT = 1 << 8,
	SAW_LONG = 1 << 10,
	SAW_SIGNED = 1 << 12,
	SAW_UNSIGNED = 1 << 14,
	SAW_FLOAT = 1 << 16,
	SAW_DOUBLE = 1 << 18,
	SAW_INT128 = 1 << 20,
};

#define SAW_MASK(word) ((word) * 3u)

static const struct {
	const char *word;
	unsigned int count;
} basic_words[] = {
	{ "void", SAW_VOID },           { "_Bool", SAW_BOOL },        { "char", SAW_CHAR },
	{ "short", SAW_SHORT },         { "int", SAW_INT },           { "long", SAW_LONG },
	{ "signed", SAW_SIGNED },       { "__signed__", SAW_SIGNED }, { "__signed", SAW_SIGNED },
	{ "unsigned", SAW_UNSIGNED },   { "float", SAW_FLOAT },       { "double", SAW_DOUBLE },
	{ "__int128", SAW_INT128 },
};

/* What they may add up to; a signed or an int that changes nothing is taken out before. */
static const struct {
	unsigned int counts;
	enum c_basic basic;
} basic_sums[] = {
	{ SAW_VOID, C_VOID },
	{ SAW_BOOL, C_BOOL },
	{ SAW_CHAR, C_CHAR },
	{ SAW_CHAR + SAW_SIGNED, C_SIGNED_CHAR },
	{ SAW_CHAR + SAW_UNSIGNED, C_UNSIGNED_CHAR },
	{ SAW_SHORT, C_SHORT },
	{ SAW_SHORT + SAW_UNSIGNED, C_UNSIGNED_SHORT },
	{ SAW_INT, C_INT },
	{ SAW_UNSIGNED, C_UNSIGNED_INT },
	{ SAW_LONG, C_LONG },
	{ SAW_LONG + SAW_UNSIGNED, C_UNSIGNED_LONG },
	{ 2 * SAW_LONG, C_LONG_LONG },
	{ 2 * SAW_LONG + SAW_UNSIGNED, C_UNSIGNED_LONG_LONG },
	{ SAW_INT128, C_INT128 },
	{ SAW_INT128 + SAW_UNSIGNED, C_UNSIGNED_INT128 },
	{ SAW_FLOAT, C_FLOAT },
	{ SAW_DOUBLE, C_DOUBLE },
};

static const struct {
	const char *word;
	enum type_kind kind;
} tag_words[] = {
	{ "struct", TYPE_STRUCT },
	{ "union", TYPE_UNION },
	{ "enum", TYPE_ENUM },
}, qualifier_words[] = {
	{ "const", TYPE_CONST },         { "__const", TYPE_CONST },       { "volatile", TYPE_VOLATILE },
	{ "__volatile__", TYPE_VOLATILE }, { "restrict", TYPE_RESTRICT }, { "__restrict", TYPE_RESTRICT },
	{ "__restrict__", TYPE_RESTRICT },
};

static const char *const typeof_words[] = { "typeof", "__typeof__", "__typeof" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool token_is(const struct token *token, const char *word)
{
	return token->kind == TOKEN_NAME && token->string.length == strlen(word) &&
	       !memcmp(token->string.bytes, word, token->string.length);
}

/* 0: no basic specifier. */
static unsigned int basic_count(const struct token *token)
{
	for (size_t i = 0; i < COUNT(basic_words); i++) {
		if (token_is(token, basic_words[i].word))
			return basic_words[i].count;
	}
	return 0;
}

static bool tag_kind(const struct token *token, enum type_kind *kind_ret)
{
	for (size_t i = 0; i < COUNT(tag_words); i++) {
		if (token_is(token, tag_words[i].word)) {
			*kind_ret = tag_words[i].kind;
			return true;
		}
	}
	return false;
}

/* 0: no qualifier. */
static unsigned int qualifier_bit(const struct token *token)
{
	for (size_t i = 0; i < COUNT(qualifier_words); i++) {
		if (token_is(token, qualifier_words[i].word))
			return TYPE_BIT(qualifier_words[i].kind);
	}
	return 0;
}

static bool is_typeof(const struct token *token)
{
	for (size_t i = 0; i < COUNT(typeof_words); i++) {
		if (token_is(token, typeof_words[i]))
			return true;
	}
	return false;
}

static struct inspect_error *is_typedef(struct parser *parser, const struct token *token, bool *is_type_ret)
{
	char *name = arena_strndup(parser->arena, token->string.bytes, token->string.length);

	if (!name)
		return &error_nomem;
	return error_place(parser->names->is_type(parser->names->arg, name, is_type_ret), token->place.offset,
			   token->place.length);
}

struct inspect_error *parser_is_type(struct parser *parser, const struct token *token, bool *is_type_ret)
{
	enum type_kind tag;

	*is_type_ret = false;
	if (token->kind != TOKEN_NAME)
		return NULL;
	*is_type_ret = basic_count(token) || tag_kind(token, &tag) || qualifier_bit(token) || is_typeof(token);
	return *is_type_ret ? NULL : is_typedef(parser, token, is_type_ret);
}

/* The qualifiers that stand here. */
static struct inspect_error *parse_qualifiers(struct parser *parser, unsigned int *qualifiers)
{
	struct inspect_error *error = NULL;
	unsigned int bit;

	while (!error && (bit = qualifier_bit(&parser->token))) {
		*qualifiers |= bit;
		error = parser_advance(parser);
	}
	return error;
}

static struct inspect_error *copy_name(struct parser *parser, struct type_name *type)
{
	const struct token *token = &parser->token;

	type->name = arena_strndup(parser->arena, token->string.bytes, token->string.length);
	type->length = token->string.length;
	return type->name ? parser_advance(parser) : &error_nomem;
}

static struct inspect_error *parse_tag(struct parser *parser, struct type_name *type)
{
	struct inspect_error *error = parser_advance(parser);

	type->specifier = SPECIFIER_TAG;
	if (error)
		return error;
	if (parser->token.kind != TOKEN_NAME)
		return parser_unexpected(parser, "the name of the type");
	type->place.length = parser->token.place.offset + parser->token.place.length - type->place.offset;
	return copy_name(parser, type);
}

static struct inspect_error *parse_typeof(struct parser *parser, struct type_name *type)
{
	struct inspect_error *error = parser_advance(parser);
	bool is_type;

	if (!error)
		error = parser_expect(parser, P_LEFT_PARENTHESIS, "(");
	if (!error)
		error = parser_is_type(parser, &parser->token, &is_type);
	if (error)
		return error;
	type->specifier = is_type ? SPECIFIER_TYPEOF_TYPE : SPECIFIER_TYPEOF;
	error = is_type ? parser_type_name(parser, &type->of) : parser_comma(parser, &type->expression);
	return error ? error : parser_expect(parser, P_RIGHT_PARENTHESIS, ")");
}

/* What the basic specifiers come to. */
static struct inspect_error *add_up(unsigned int counts, struct type_name *type)
{
	const unsigned int modifiers = SAW_MASK(SAW_SHORT | SAW_LONG | SAW_SIGNED | SAW_UNSIGNED);
	const bool is_int = !(counts & ~(modifiers | SAW_INT));

	/* One int, where a modifier says it all, and one signed, where it changes nothing. */
	if (is_int && counts & modifiers && (counts & SAW_MASK(SAW_INT)) == SAW_INT)
		counts -= SAW_INT;
	if (is_int && (counts & SAW_MASK(SAW_SIGNED | SAW_UNSIGNED)) == SAW_SIGNED) {
		counts -= SAW_SIGNED;
		counts += counts ? 0 : SAW_INT;
	}
	type->specifier = SPECIFIER_BASIC;
	for (size_t i = 0; i < COUNT(basic_sums); i++) {
		if (basic_sums[i].counts == counts) {
			type->basic = basic_sums[i].basic;
			return NULL;
		}
	}
	return place_error(INSPECT_ERROR_USAGE, type->place, "no type that this has");
}

/* One specifier or qualifier; *@more_ret is false where there is none. */
static struct inspect_error *parse_specifier(struct parser *parser, struct type_name *type, unsigned int *counts,
					     bool *has_name, bool *more_ret)
{
	const struct token *token = &parser->token;
	unsigned int basic = basic_count(token), qualifier = qualifier_bit(token);
	struct inspect_error *error;
	bool is_type = false;

	*more_ret = true;
	if (qualifier) {
		type->qualifiers |= qualifier;
		return parser_advance(parser);
	}
	if (basic && !*has_name) {
		/* Two bits hold three of a word, and there is no type with three. */
		if ((*counts & SAW_MASK(basic)) == 2 * basic)
			return place_error(INSPECT_ERROR_USAGE, token->place, "no type that this has");
		*counts += basic;
		type->place.length = token->place.offset + token->place.length - type->place.offset;
		return parser_advance(parser);
	}
	*more_ret = false;
	if (*has_name || *counts || token->kind != TOKEN_NAME)
		return NULL;
	*has_name = *more_ret = true;
	if (tag_kind(token, &type->tag))
		return parse_tag(parser, type);
	if (is_typeof(token))
		return parse_typeof(parser, type);
	error = is_typedef(parser, token, &is_type);
	if (error)
		return error;
	if (!is_type)
		return parser_unexpected(parser, "a type");
	type->specifier = SPECIFIER_TYPEDEF;
	type->place = token->place;
	return copy_name(parser, type);
}

static struct inspect_error *parse_specifiers(struct parser *parser, struct type_name *type)
{
	struct inspect_error *error = NULL;
	bool has_name = false, more = true;
	unsigned int counts = 0;

	while (!error && more)
		error = parse_specifier(parser, type, &counts, &has_name, &more);
	if (error || has_name)
		return error;
	return counts ? add_up(counts, type) : parser_unexpected(parser, "a type");
}

static struct inspect_error *declarator_create(struct parser *parser, enum declarator_kind kind,
					       struct declarator **declarator_ret)
{
	*declarator_ret = arena_calloc(parser->arena, 1, sizeof(**declarator_ret));
	if (!*declarator_ret)
		return &error_nomem;
	(*declarator_ret)->kind = kind;
	return NULL;
}

/* The parameters of a function type up to the `)`. A lone void means none. */
static struct inspect_error *parse_parameters(struct parser *parser, struct declarator *function)
{
	struct type_name **end = &function->parameters;
	struct inspect_error *error = NULL;
	bool comma = !parser_at(parser, P_RIGHT_PARENTHESIS);

	for (unsigned int count = 0; !error && comma; count++) {
		if (count == PARAMETERS_MAX)
			return place_error(INSPECT_ERROR_LIMIT, parser->token.place, "more than %d parameters",
					   PARAMETERS_MAX);
		if (parser_at(parser, P_ELLIPSIS) && count) {
			function->is_variadic = true;
			error = parser_advance(parser);
			break;
		}
		error = parser_type_name(parser, end);
		if (!error && parser->token.kind == TOKEN_NAME) /* a parameter may have a name */
			error = parser_advance(parser);
		if (!error)
			error = parser_accept(parser, P_COMMA, &comma);
		end = error ? end : &(*end)->next;
	}
	if (error)
		return error;
	if (function->parameters && !function->parameters->next && !function->parameters->declarators &&
	    function->parameters->specifier == SPECIFIER_BASIC && function->parameters->basic == C_VOID)
		function->parameters = NULL;
	return parser_expect(parser, P_RIGHT_PARENTHESIS, ") or a comma");
}

/* `[n]`s and `(parameters)`: the last one is nearest to the type, so each is put in front. */
static struct inspect_error *parse_suffixes(struct parser *parser, struct declarator **list)
{
	struct inspect_error *error = NULL;

	while (!error) {
		struct declarator *declarator;
		bool is_array = parser_at(parser, P_LEFT_BRACKET);

		if (!is_array && !parser_at(parser, P_LEFT_PARENTHESIS))
			break;
		error = declarator_create(parser, is_array ? DECLARATOR_ARRAY : DECLARATOR_FUNCTION, &declarator);
		if (!error)
			error = parser_nest(parser); /* the type gets as deep as there are suffixes */
		if (!error)
			error = parser_advance(parser);
		if (!error && !is_array) {
			error = parse_parameters(parser, declarator);
		} else if (!error) {
			if (!parser_at(parser, P_RIGHT_BRACKET))
				error = parser_conditional(parser, &declarator->length);
			if (!error)
				error = parser_expect(parser, P_RIGHT_BRACKET, "]");
		}
		if (error)
			return error;
		declarator->next = *list;
		*list = declarator;
	}
	for (const struct declarator *declarator = *list; declarator; declarator = declarator->next)
		parser->nesting--;
	return error;
}

static void append(struct declarator **list, struct declarator *more)
{
	while (*list)
		list = &(*list)->next;
	*list = more;
}

static struct inspect_error *parse_pointers(struct parser *parser, struct declarator **list, unsigned int *count)
{
	struct inspect_error *error = NULL;

	for (; !error && parser_at(parser, P_STAR); (*count)++) {
		struct declarator *pointer;

		error = parser_nest(parser);
		if (!error)
			error = declarator_create(parser, DECLARATOR_POINTER, &pointer);
		if (error)
			return error;
		*list = pointer;
		list = &pointer->next;
		error = parser_advance(parser);
		if (!error)
			error = parse_qualifiers(parser, &pointer->qualifiers);
	}
	return error;
}

/*
 * The list of steps, in the order in which they are made from the specifiers' type: pointers, then suffixes, then what
 * stands in parentheses. A parenthesis is that, and not a function's, if an inner declarator begins in it.
 */
static struct inspect_error *parse_declarator(struct parser *parser, struct declarator **list_ret)
{
	struct declarator *list = NULL, *inner = NULL, *suffixes = NULL;
	unsigned int pointers = 0;
	struct inspect_error *error = parse_pointers(parser, &list, &pointers);
	const struct token *ahead = &parser->ahead;

	if (!error && parser_at(parser, P_LEFT_PARENTHESIS) && ahead->kind == TOKEN_PUNCTUATOR &&
	    (ahead->punctuator == P_STAR || ahead->punctuator == P_LEFT_BRACKET ||
	     ahead->punctuator == P_LEFT_PARENTHESIS)) {
		error = parser_nest(parser);
		if (!error)
			error = parser_advance(parser);
		if (!error)
			error = parse_declarator(parser, &inner);
		if (!error && parser->token.kind == TOKEN_NAME) /* (*name), of a parameter */
			error = parser_advance(parser);
		if (!error)
			error = parser_expect(parser, P_RIGHT_PARENTHESIS, ") or *");
		if (!error)
			parser->nesting--;
	}
	if (!error)
		error = parse_suffixes(parser, &suffixes);
	if (error)
		return error;
	append(&list, suffixes);
	append(&list, inner);
	parser->nesting -= pointers;
	*list_ret = list;
	return NULL;
}

struct inspect_error *parser_type_name(struct parser *parser, struct type_name **type_ret)
{
	struct type_name *type = arena_calloc(parser->arena, 1, sizeof(*type));
	struct inspect_error *error;

	if (!type)
		return &error_nomem;
	error = parser_nest(parser);
	if (error)
		return error;
	type->place = parser->token.place;
	error = parse_specifiers(parser, type);
	if (!error)
		error = parse_declarator(parser, &type->declarators);
	parser->nesting--;
	*type_ret = type;
	return error;
}
