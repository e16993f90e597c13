/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words of an expression: C's, with the kernel's GNU ones, and 'file.c':: for a name of one file.
 *
 * The text is borrowed and need not be ASCII; a token remembers its place in it, for the caret under an error. Errors
 * are INSPECT_ERROR_USAGE with that place.
 */
#ifndef LIBINSPECT_EXPR_LEXER_H
#define LIBINSPECT_EXPR_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

#include "base/arena.h"

/* A stretch of the text. */
struct place {
	uint32_t offset;
	uint32_t length;
};

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_INTEGER, /* and character constants, which are ints */
	TOKEN_FLOAT,
	TOKEN_STRING,
	TOKEN_FILE,    /* 'file.c':: */
	TOKEN_PUNCTUATOR,
};

enum punctuator {
	P_NONE,
	P_LEFT_PARENTHESIS,
	P_RIGHT_PARENTHESIS,
	P_LEFT_BRACKET,
	P_RIGHT_BRACKET,
	P_LEFT_BRACE,
	P_RIGHT_BRACE,
	P_DOT,
	P_ARROW,
	P_ELLIPSIS,
	P_COMMA,
	P_SEMICOLON,
	P_QUESTION,
	P_COLON,
	P_PLUS,
	P_MINUS,
	P_STAR,
	P_SLASH,
	P_PERCENT,
	P_AMPERSAND,
	P_PIPE,
	P_CARET,
	P_TILDE,
	P_EXCLAMATION,
	P_LEFT_SHIFT,
	P_RIGHT_SHIFT,
	P_LESS,
	P_GREATER,
	P_LESS_EQUAL,
	P_GREATER_EQUAL,
	P_EQUAL,
	P_NOT_EQUAL,
	P_AND,
	P_OR,
	P_INCREMENT,
	P_DECREMENT,
	P_ASSIGN,       /* and all the others that assign */
};

enum literal_form {
	LITERAL_DECIMAL,
	LITERAL_OTHER_BASE, /* hexadecimal, octal, binary: may be unsigned without saying so */
	LITERAL_CHARACTER,
};

struct token {
	enum token_kind kind;
	enum punctuator punctuator;
	struct place place;
	union {
		struct {
			uint64_t value;
			enum literal_form form;
			unsigned int longs; /* l's in the suffix; of a CHARACTER, how many characters */
			bool is_unsigned;   /* a u in it */
		} integer;
		struct {
			double value;
			char suffix;        /* f, l or 0 */
		} real;
		struct {
			const char *bytes;  /* NAME, FILE: in the text; STRING: in the arena, escapes done */
			size_t length;
		} string;
	};
};

struct lexer {
	struct arena *arena; /* of the strings */
	const char *text;
	size_t length;
	size_t at;
};

/* Longer ones are not typed by anyone. */
#define EXPR_TEXT_MAX (64u << 10)

/* INSPECT_ERROR_LIMIT for a text that is too long. */
struct inspect_error *lexer_init(struct lexer *lexer, const char *text, size_t length, struct arena *arena);
struct inspect_error *lexer_next(struct lexer *lexer, struct token *out);

/* "->", for messages. */
const char *punctuator_string(enum punctuator punctuator);

/* An error that is about @place. */
struct inspect_error *place_error(enum inspect_error_code code, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

#endif
