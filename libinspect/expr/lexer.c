/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/lexer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct spelling {
	const char *text;
	enum punctuator punctuator;
};

/* Longer ones before those they begin with. */
static const struct spelling spellings[] = {
	{ "...", P_ELLIPSIS },
	{ "<<=", P_ASSIGN },
	{ ">>=", P_ASSIGN },
	{ "->", P_ARROW },
	{ "++", P_INCREMENT },
	{ "--", P_DECREMENT },
	{ "<<", P_LEFT_SHIFT },
	{ ">>", P_RIGHT_SHIFT },
	{ "<=", P_LESS_EQUAL },
	{ ">=", P_GREATER_EQUAL },
	{ "==", P_EQUAL },
	{ "!=", P_NOT_EQUAL },
	{ "&&", P_AND },
	{ "||", P_OR },
	{ "+=", P_ASSIGN },
	{ "-=", P_ASSIGN },
	{ "*=", P_ASSIGN },
	{ "/=", P_ASSIGN },
	{ "%=", P_ASSIGN },
	{ "&=", P_ASSIGN },
	{ "|=", P_ASSIGN },
	{ "^=", P_ASSIGN },
	{ "(", P_LEFT_PARENTHESIS },
	{ ")", P_RIGHT_PARENTHESIS },
	{ "[", P_LEFT_BRACKET },
	{ "]", P_RIGHT_BRACKET },
	{ "{", P_LEFT_BRACE },
	{ "}", P_RIGHT_BRACE },
	{ ".", P_DOT },
	{ ",", P_COMMA },
	{ ";", P_SEMICOLON },
	{ "?", P_QUESTION },
	{ ":", P_COLON },
	{ "+", P_PLUS },
	{ "-", P_MINUS },
	{ "*", P_STAR },
	{ "/", P_SLASH },
	{ "%", P_PERCENT },
	{ "&", P_AMPERSAND },
	{ "|", P_PIPE },
	{ "^", P_CARET },
	{ "~", P_TILDE },
	{ "!", P_EXCLAMATION },
	{ "<", P_LESS },
	{ ">", P_GREATER },
	{ "=", P_ASSIGN },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *punctuator_string(enum punctuator punctuator)
{
	for (size_t i = 0; i < COUNT(spellings); i++) {
		/* "=" comes last of those that assign. */
		if (spellings[i].punctuator == punctuator && (punctuator != P_ASSIGN || !spellings[i].text[1]))
			return spellings[i].text;
	}
	return "";
}

struct inspect_error *place_error(enum inspect_error_code code, struct place place, const char *format, ...)
{
	char *message = NULL;
	struct inspect_error *error;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&message, format, args);
	va_end(args);
	if (length < 0)
		return &error_nomem;
	error = error_place(error_create(code, "%s", message), place.offset, place.length);
	free(message);
	return error ? error : &error_nomem;
}

struct inspect_error *lexer_init(struct lexer *lexer, const char *text, size_t length, struct arena *arena)
{
	if (length > EXPR_TEXT_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "the expression has %zu bytes, more than %u", length,
				    EXPR_TEXT_MAX);
	*lexer = (struct lexer){ .arena = arena, .text = text, .length = length };
	return NULL;
}

/* The byte @ahead of where we are, or 0 behind the end. */
static unsigned char peek(const struct lexer *lexer, size_t ahead)
{
	size_t at = lexer->at + ahead;

	return at < lexer->length ? (unsigned char)lexer->text[at] : 0;
}

static bool is_name_start(unsigned char c)
{
	return isalpha(c) || c == '_' || c == '$';
}

static bool is_name(unsigned char c)
{
	return is_name_start(c) || isdigit(c);
}

/* From @start to where the lexer has got to. */
static struct place place_since(const struct lexer *lexer, size_t start)
{
	return (struct place){ (uint32_t)start, (uint32_t)(lexer->at - start) };
}

/* -1 for what is no digit of any base that we have. */
static int digit_value(unsigned char c)
{
	if (isdigit(c))
		return c - '0';
	return isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

/* u, l, ul, lu, ll, ull, llu in either case; both l's in the same. */
static bool integer_suffix(const char *text, size_t length, struct token *out)
{
	size_t i = 0;

	for (int part = 0; part < 2 && i < length; part++) {
		if (!out->integer.is_unsigned && tolower((unsigned char)text[i]) == 'u') {
			out->integer.is_unsigned = true;
			i++;
		} else if (!out->integer.longs && tolower((unsigned char)text[i]) == 'l') {
			out->integer.longs = i + 1 < length && text[i + 1] == text[i] ? 2 : 1;
			i += out->integer.longs;
		}
	}
	return i == length;
}

/* The digits and letters of a number were passed, from @start on. */
static struct inspect_error *lex_integer(struct lexer *lexer, size_t start, struct token *out)
{
	const char *text = lexer->text + start, *digits = text;
	size_t length = lexer->at - start, i = 0;
	unsigned int base = 10;

	out->kind = TOKEN_INTEGER;
	if (length >= 2 && text[0] == '0' && strchr("xXbB", text[1])) {
		base = tolower((unsigned char)text[1]) == 'x' ? 16 : 2;
		digits += 2;
	} else if (text[0] == '0') {
		base = 8;
	}
	out->integer.form = base == 10 ? LITERAL_DECIMAL : LITERAL_OTHER_BASE;
	length -= (size_t)(digits - text);
	for (; i < length; i++) {
		int digit = digit_value((unsigned char)digits[i]);

		if (digit < 0 || (unsigned int)digit >= base)
			break;
		if (__builtin_mul_overflow(out->integer.value, base, &out->integer.value) ||
		    __builtin_add_overflow(out->integer.value, (unsigned int)digit, &out->integer.value))
			return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start),
					   "the number does not fit in 64 bits");
	}
	if (!i)
		return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start), "a number without digits");
	if (i < length && base == 8 && isdigit((unsigned char)digits[i]))
		return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start),
				   "the digit %c in an octal number", digits[i]);
	if (!integer_suffix(digits + i, length - i, out))
		return place_error(INSPECT_ERROR_USAGE,
				   (struct place){ (uint32_t)(digits + i - lexer->text), (uint32_t)(length - i) },
				   "no suffix of a number: u, l, ll and combinations are");
	return NULL;
}

static struct inspect_error *lex_float(struct lexer *lexer, size_t start, struct token *out)
{
	char copy[128], *end;
	size_t length = lexer->at - start;
	char suffix;

	out->kind = TOKEN_FLOAT;
	if (length >= sizeof(copy))
		return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start), "the number is too long");
	memcpy(copy, lexer->text + start, length);
	copy[length] = '\0';
	out->real.value = strtod(copy, &end);
	suffix = (char)tolower((unsigned char)*end);
	out->real.suffix = suffix;
	if (end == copy || (*end && (!strchr("fl", suffix) || end[1])))
		return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start), "no floating-point number");
	return NULL;
}

/* A preprocessing number, as C has it: digits, letters, dots and the signs behind an exponent. */
static struct inspect_error *lex_number(struct lexer *lexer, struct token *out)
{
	size_t start = lexer->at;
	bool is_hexadecimal = peek(lexer, 0) == '0' && tolower(peek(lexer, 1)) == 'x';
	char exponent = is_hexadecimal ? 'p' : 'e';
	bool is_float = false;

	for (unsigned char c = peek(lexer, 0); is_name(c) || c == '.'; c = peek(lexer, 0)) {
		bool has_exponent = tolower(c) == exponent;

		is_float |= c == '.' || has_exponent;
		lexer->at++;
		if (has_exponent && (peek(lexer, 0) == '+' || peek(lexer, 0) == '-'))
			lexer->at++;
	}
	return is_float ? lex_float(lexer, start, out) : lex_integer(lexer, start, out);
}

/* What follows a backslash; the lexer stands on it. */
static struct inspect_error *lex_escape(struct lexer *lexer, unsigned char *byte_ret)
{
	static const char names[] = "abefnrtv\\'\"?", values[] = "\a\b\033\f\n\r\t\v\\'\"?";
	size_t start = lexer->at - 1;
	unsigned char c = peek(lexer, 0);
	const char *simple = c ? strchr(names, c) : NULL;
	unsigned int value = 0, digits = 0, base = c == 'x' ? 16 : 8, most = c == 'x' ? 64 : 3;

	if (simple) {
		lexer->at++;
		*byte_ret = (unsigned char)values[simple - names];
		return NULL;
	}
	lexer->at += c == 'x';
	for (; digits < most; digits++) {
		int digit = digit_value(peek(lexer, 0));

		if (digit < 0 || (unsigned int)digit >= base || value > UINT8_MAX)
			break;
		value = value * base + (unsigned int)digit;
		lexer->at++;
	}
	if (!digits || value > UINT8_MAX) {
		lexer->at += !digits && c != 'x' && lexer->at < lexer->length;
		return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start),
				   digits ? "the escape does not fit in a byte" : "no escape that C has");
	}
	*byte_ret = (unsigned char)value;
	return NULL;
}

/* The bytes up to the closing @quote into @buf, which is large enough for the rest of the text. */
static struct inspect_error *lex_quoted(struct lexer *lexer, unsigned char quote, char *buf, size_t *length_ret)
{
	size_t start = lexer->at++, length = 0;
	struct inspect_error *error;

	for (;;) {
		unsigned char c = peek(lexer, 0);

		if (lexer->at == lexer->length || c == '\n')
			return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start), "the %s is not closed",
					   quote == '"' ? "string" : "character");
		lexer->at++;
		if (c == quote)
			break;
		if (c == '\\') {
			error = lex_escape(lexer, &c);
			if (error)
				return error;
		}
		buf[length++] = (char)c;
	}
	*length_ret = length;
	return NULL;
}

static struct inspect_error *lex_string(struct lexer *lexer, struct token *out)
{
	char *bytes = arena_alloc(lexer->arena, lexer->length - lexer->at);

	if (!bytes)
		return &error_nomem;
	out->kind = TOKEN_STRING;
	out->string.bytes = bytes;
	return lex_quoted(lexer, '"', bytes, &out->string.length);
}

/* The place of the closing ' if what stands here is 'file.c'::, else 0. */
static size_t file_end(const struct lexer *lexer)
{
	const char *start = lexer->text + lexer->at + 1;
	const char *end = memchr(start, '\'', lexer->length - lexer->at - 1);
	size_t at;

	if (!end || end == start)
		return 0;
	at = (size_t)(end - lexer->text);
	return at + 2 < lexer->length && end[1] == ':' && end[2] == ':' ? at : 0;
}

/*
 * One character has the value of a char; more of them, GNU C's, are the bytes of an int. A char is signed here where
 * the token's maker, who knows the machine, makes it so.
 */
static struct inspect_error *lex_character(struct lexer *lexer, struct token *out)
{
	size_t start = lexer->at, end = file_end(lexer), length;
	struct inspect_error *error;
	char *bytes;

	if (end) {
		out->kind = TOKEN_FILE;
		out->string.bytes = lexer->text + start + 1;
		out->string.length = end - start - 1;
		lexer->at = end + 3;
		return NULL;
	}
	bytes = arena_alloc(lexer->arena, lexer->length - lexer->at);
	if (!bytes)
		return &error_nomem;
	error = lex_quoted(lexer, '\'', bytes, &length);
	if (error)
		return error;
	if (!length || length > sizeof(int))
		return place_error(INSPECT_ERROR_USAGE, place_since(lexer, start),
				   length ? "more than four characters: a string has double quotes" : "no character");
	out->kind = TOKEN_INTEGER;
	out->integer.form = LITERAL_CHARACTER;
	out->integer.longs = (unsigned int)length;
	for (size_t i = 0; i < length; i++)
		out->integer.value = out->integer.value << 8 | (unsigned char)bytes[i];
	return NULL;
}

static void lex_name(struct lexer *lexer, struct token *out)
{
	size_t start = lexer->at;

	while (is_name(peek(lexer, 0)))
		lexer->at++;
	out->kind = TOKEN_NAME;
	out->string.bytes = lexer->text + start;
	out->string.length = lexer->at - start;
}

static struct inspect_error *lex_punctuator(struct lexer *lexer, struct token *out)
{
	for (size_t i = 0; i < COUNT(spellings); i++) {
		size_t length = strlen(spellings[i].text);

		if (length <= lexer->length - lexer->at &&
		    !memcmp(lexer->text + lexer->at, spellings[i].text, length)) {
			lexer->at += length;
			out->kind = TOKEN_PUNCTUATOR;
			out->punctuator = spellings[i].punctuator;
			return NULL;
		}
	}
	return place_error(INSPECT_ERROR_USAGE, (struct place){ (uint32_t)lexer->at, 1 },
			   "a character that C does not have");
}

struct inspect_error *lexer_next(struct lexer *lexer, struct token *out)
{
	struct inspect_error *error = NULL;
	struct token token = { .kind = TOKEN_END };
	unsigned char c;
	size_t start;

	while (lexer->at < lexer->length && isspace(peek(lexer, 0)))
		lexer->at++;
	start = lexer->at;
	c = peek(lexer, 0);
	if (start == lexer->length)
		token.kind = TOKEN_END;
	else if (is_name_start(c))
		lex_name(lexer, &token);
	else if (isdigit(c) || (c == '.' && isdigit(peek(lexer, 1))))
		error = lex_number(lexer, &token);
	else if (c == '"')
		error = lex_string(lexer, &token);
	else if (c == '\'')
		error = lex_character(lexer, &token);
	else
		error = lex_punctuator(lexer, &token);
	if (error)
		return error;
	token.place = place_since(lexer, start);
	*out = token;
	return NULL;
}
