/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/complete.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "expr/expr.h"
#include "expr/functions.h"
#include "expr/lexer.h"
#include "expr/offer.h"

/* Nobody reads more of them; and longer names than the kernel's KSYM_NAME_LEN are damage. */
#define ITEMS_MAX 500
#define NAME_MAX_LENGTH 511

#define TAGGED (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM))
#define WORDS (TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_BOOL) | TYPE_BIT(TYPE_FLOAT))

static const struct {
	const char *word;
	unsigned int kinds; /* of the names that follow it; 0: no type's */
} keywords[] = {
	{ "struct", TYPE_BIT(TYPE_STRUCT) },
	{ "union", TYPE_BIT(TYPE_UNION) },
	{ "enum", TYPE_BIT(TYPE_ENUM) },
	{ "sizeof", 0 },
	{ "typeof", 0 },
};
#define KEYWORD_COUNT (sizeof(keywords) / sizeof(keywords[0]))

struct completion {
	struct inspect_completions result; /* first: it is what the caller has */
	struct arena arena;
	const char *typed;
	size_t typed_length;
	bool any_name;  /* also those that are no identifiers of C */
	bool found;     /* one at least, and what they have in common */
	bool failed;    /* out of memory */
	char common[NAME_MAX_LENGTH + 1];
	struct {
		char **items;
		size_t count;
		size_t capacity;
	} names;
};

/* Candidates. */

/* Whether it can be typed as it is, and shown. */
static bool is_typeable(const struct completion *completion, const char *name, size_t length)
{
	if (!length || length > NAME_MAX_LENGTH || (!completion->any_name && isdigit((unsigned char)*name)))
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c >= 0x80 || !(completion->any_name ? isalnum(c) || strchr("_.$@-:", c) : isalnum(c) || c == '_'))
			return false;
	}
	return true;
}

static void keep_common(struct completion *completion, const char *name, size_t length)
{
	size_t same = 0;

	if (!completion->found) {
		memcpy(completion->common, name, length + 1);
		completion->found = true;
		return;
	}
	while (completion->common[same] && completion->common[same] == name[same])
		same++;
	completion->common[same] = '\0';
}

static void offer(void *arg, const char *name)
{
	struct completion *completion = arg;
	size_t length;
	char *copy;

	if (strncmp(name, completion->typed, completion->typed_length) != 0)
		return;
	length = strnlen(name, NAME_MAX_LENGTH + 1);
	if (!is_typeable(completion, name, length))
		return;
	keep_common(completion, name, length);
	if (completion->names.count == ITEMS_MAX) {
		completion->result.more = true;
		return;
	}
	copy = arena_strndup(&completion->arena, name, length);
	if (!copy || !vec_push(&completion->names, copy))
		completion->failed = true;
}

static void offer_keywords(struct completion *completion)
{
	for (size_t i = 0; i < KEYWORD_COUNT; i++)
		offer(completion, keywords[i].word);
}

static void offer_all_types(struct completion *completion, const struct kernel *kernel, unsigned int kinds)
{
	offer_types(&kernel->scopes, kinds, offer, completion);
	offer_types(&kernel->debug_scopes, kinds, offer, completion);
}

/* What is left of the tokens says where the name stands. */

struct tokens {
	struct token *items;
	size_t count;
	size_t capacity;
};

static bool is_punctuator(const struct token *token, enum punctuator punctuator)
{
	return token->kind == TOKEN_PUNCTUATOR && token->punctuator == punctuator;
}

static bool is_access(const struct token *token)
{
	return is_punctuator(token, P_DOT) || is_punctuator(token, P_ARROW);
}

/* The place of the bracket or parenthesis that the one before @end closes; false where there is none. */
static bool find_opening(const struct tokens *tokens, size_t end, size_t *opening_ret)
{
	size_t depth = 0;

	for (size_t i = end; i-- > 0;) {
		const struct token *token = &tokens->items[i];

		if (is_punctuator(token, P_RIGHT_PARENTHESIS) || is_punctuator(token, P_RIGHT_BRACKET))
			depth++;
		else if (is_punctuator(token, P_LEFT_PARENTHESIS) || is_punctuator(token, P_LEFT_BRACKET))
			depth--;
		if (!depth) {
			*opening_ret = i;
			return true;
		}
	}
	return false;
}

/* Where the operand begins that ends before the token @end: what binds stronger than a . or -> behind it. */
static bool find_operand(const struct tokens *tokens, size_t end, size_t *start_ret)
{
	while (end) {
		const struct token *last = &tokens->items[end - 1];
		size_t start = end - 1;

		if (last->kind == TOKEN_PUNCTUATOR && !find_opening(tokens, end, &start))
			return false;
		if (start == end - 1 && last->kind != TOKEN_NAME)
			return false;
		end = start;
		if (is_punctuator(last, P_RIGHT_BRACKET))
			continue;
		if (last->kind == TOKEN_NAME && start && is_access(&tokens->items[start - 1])) {
			end = start - 1;
			continue;
		}
		/* A function before its parentheses, a file before its name. */
		if (start && (tokens->items[start - 1].kind == TOKEN_FILE ||
			      (last->kind != TOKEN_NAME && tokens->items[start - 1].kind == TOKEN_NAME)))
			start--;
		*start_ret = start;
		return true;
	}
	return false;
}

/* The members of what the expression is or, without a look at the operator, points to. */
static struct inspect_error *offer_members_of_text(struct completion *completion, struct kernel *kernel,
						   const char *text, size_t length)
{
	struct type *type, *underlying;
	struct inspect_error *error = expr_type(kernel, text, length, &type);

	if (!error)
		error = type_underlying(type, &underlying);
	if (!error && underlying->kind == TYPE_POINTER) {
		error = type_complete(underlying);
		if (!error)
			error = type_underlying(underlying->target, &underlying);
	}
	if (!error)
		error = type_complete(underlying);
	if (!error && TYPE_BIT(underlying->kind) & TYPE_BITS_COMPOUND)
		offer_members(underlying, offer, completion);
	return error;
}

/* The kinds of types whose names stand behind the token; 0: it is no keyword of a type. */
static unsigned int kinds_behind(const struct token *token)
{
	for (size_t i = 0; token->kind == TOKEN_NAME && i < KEYWORD_COUNT; i++) {
		if (strlen(keywords[i].word) == token->string.length &&
		    !memcmp(keywords[i].word, token->string.bytes, token->string.length))
			return keywords[i].kinds;
	}
	return 0;
}

/* A name that nothing stands before which tells what it can be. */
static void offer_names(struct completion *completion, struct kernel *kernel, enum inspect_complete what,
			const struct token *before)
{
	if (!completion->typed_length)
		return;
	offer_keywords(completion);
	if (what == INSPECT_COMPLETE_TYPE) {
		offer_all_types(completion, kernel, TAGGED | WORDS);
		if (completion->found)
			return;
	}
	for (size_t i = 0; i < function_count; i++)
		offer(completion, function_table[i].name);
	offer_symbols(&kernel->symbols, offer, completion);
	/* Of a cast, or an argument that is a type. */
	if (before && (is_punctuator(before, P_LEFT_PARENTHESIS) || is_punctuator(before, P_COMMA)))
		offer_all_types(completion, kernel, WORDS);
}

static struct inspect_error *split(struct completion *completion, const char *text, size_t length,
				   struct tokens *tokens)
{
	struct inspect_error *error;
	struct lexer lexer;
	struct token token;

	error = lexer_init(&lexer, text, length, &completion->arena);
	while (!error && !(error = lexer_next(&lexer, &token)) && token.kind != TOKEN_END) {
		if (!vec_push(tokens, token))
			return &error_nomem;
	}
	return error;
}

/* The name that the text ends with is taken off @tokens. */
static void take_typed(struct completion *completion, const char *text, size_t length, struct tokens *tokens)
{
	const struct token *last = tokens->count ? &tokens->items[tokens->count - 1] : NULL;

	completion->typed = text + length;
	completion->result.start = length;
	if (!last || last->kind != TOKEN_NAME || last->place.offset + last->place.length != length)
		return;
	completion->typed = text + last->place.offset;
	completion->typed_length = last->place.length;
	completion->result.start = last->place.offset;
	tokens->count--;
}

static struct inspect_error *offer_for_tokens(struct completion *completion, struct kernel *kernel,
					      enum inspect_complete what, const char *text,
					      const struct tokens *tokens)
{
	const struct token *before = tokens->count ? &tokens->items[tokens->count - 1] : NULL;
	size_t start;

	if (before && is_access(before)) {
		if (!find_operand(tokens, tokens->count - 1, &start))
			return NULL;
		start = tokens->items[start].place.offset;
		return offer_members_of_text(completion, kernel, text + start, before->place.offset - start);
	}
	if (before && kinds_behind(before))
		offer_all_types(completion, kernel, kinds_behind(before));
	else
		offer_names(completion, kernel, what, before);
	return NULL;
}

/* The outcome. */

static int compare(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static struct inspect_error *finish(struct completion *completion)
{
	char **names = completion->names.items;
	size_t count = 0;

	if (completion->failed)
		return &error_nomem;
	if (completion->names.count)
		qsort(names, completion->names.count, sizeof(*names), compare);
	for (size_t i = 0; i < completion->names.count; i++) {
		if (!count || strcmp(names[count - 1], names[i]) != 0)
			names[count++] = names[i];
	}
	completion->result.items = (const char *const *)names;
	completion->result.count = count;
	completion->result.common = completion->common;
	if (!completion->found)
		completion->result.common = arena_strndup(&completion->arena, completion->typed,
							  completion->typed_length);
	return completion->result.common ? NULL : &error_nomem;
}

struct inspect_error *complete(struct kernel *kernel, enum inspect_complete what, const char *text, size_t length,
			       struct inspect_completions **completions_ret)
{
	struct completion *completion = calloc(1, sizeof(*completion));
	struct inspect_error *error = NULL;
	struct tokens tokens = { 0 };

	if (!completion)
		return &error_nomem;
	arena_init(&completion->arena);
	if (what == INSPECT_COMPLETE_SYMBOL) {
		completion->typed = text;
		completion->typed_length = length;
		completion->any_name = true;
		if (length)
			offer_symbols(&kernel->symbols, offer, completion);
	} else {
		error = split(completion, text, length, &tokens);
		if (!error)
			take_typed(completion, text, length, &tokens);
		if (!error)
			error = offer_for_tokens(completion, kernel, what, text, &tokens);
	}
	vec_deinit(&tokens);
	if (!error)
		error = finish(completion);
	if (error)
		complete_destroy(&completion->result);
	else
		*completions_ret = &completion->result;
	return error;
}

void complete_destroy(struct inspect_completions *completions)
{
	struct completion *completion = (struct completion *)completions;

	if (!completion)
		return;
	vec_deinit(&completion->names);
	arena_deinit(&completion->arena);
	free(completion);
}
