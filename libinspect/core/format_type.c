/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/format_type.h"

#include <string.h>

#include "base/error.h"

/*
 * Budgets against hostile types: what derives one from another, definitions in definitions, names in all, and how much
 * of a name is written.
 */
#define CHAIN_MAX 64
#define NESTING_MAX 64
#define NAMES_MAX 100000
#define NAME_LENGTH 1024

enum {
	QUALIFIER_CONST = 1 << 0,
	QUALIFIER_VOLATILE = 1 << 1,
	QUALIFIER_RESTRICT = 1 << 2,
};

struct printer {
	struct strbuf *out;
	unsigned int level;
	unsigned int names;
};

/* A type without the qualifiers around it. */
struct qualified {
	struct type *type;
	unsigned int qualifiers;
};

/* From the name outwards: pointers, arrays and functions, and what they are made of in the end. */
struct chain {
	struct qualified links[CHAIN_MAX];
	unsigned int count;
	struct qualified base;
};

void format_tabs(struct strbuf *out, unsigned int count)
{
	while (count--)
		strbuf_putc(out, '\t');
}

void format_name(struct strbuf *out, const char *name)
{
	const char *end = name + strnlen(name, NAME_LENGTH);

	while (name < end) {
		const char *plain = name;

		while (name < end && *name >= 0x20 && *name < 0x7f)
			name++;
		strbuf_append(out, plain, (size_t)(name - plain));
		if (name < end)
			strbuf_printf(out, "\\x%02x", (unsigned char)*name++);
	}
	if (*end)
		strbuf_puts(out, "...");
}

/* gcc's names of integers, and how C spells them. */
static const struct {
	const char *name, *spelling;
} spellings[] = {
	{ "long unsigned int", "unsigned long" },
	{ "long int", "long" },
	{ "short unsigned int", "unsigned short" },
	{ "short int", "short" },
	{ "long long unsigned int", "unsigned long long" },
	{ "long long int", "long long" },
};

const char *format_type_spelling(const char *name)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		if (!strcmp(name, spellings[i].name))
			return spellings[i].spelling;
	}
	return name;
}

const char *format_type_spelled(const char *spelling)
{
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		if (!strcmp(spelling, spellings[i].spelling))
			return spellings[i].name;
	}
	return spelling;
}

static struct inspect_error *limit_error(void)
{
	return error_create(INSPECT_ERROR_LIMIT, "the type has too many parts, or nests too deep");
}

static struct inspect_error *strip_qualifiers(struct type *type, struct qualified *out)
{
	struct qualified at = { .type = type };

	for (unsigned int steps = 0;; steps++) {
		struct inspect_error *error;

		if (at.type->kind == TYPE_CONST)
			at.qualifiers |= QUALIFIER_CONST;
		else if (at.type->kind == TYPE_VOLATILE)
			at.qualifiers |= QUALIFIER_VOLATILE;
		else if (at.type->kind == TYPE_RESTRICT)
			at.qualifiers |= QUALIFIER_RESTRICT;
		else if (at.type->kind != TYPE_TAG)
			break;
		if (steps == CHAIN_MAX)
			return limit_error();
		error = type_complete(at.type);
		if (error)
			return error;
		at.type = at.type->target;
	}
	*out = at;
	return NULL;
}

static struct inspect_error *chain_collect(struct type *type, struct chain *chain)
{
	const unsigned int derived = TYPE_BIT(TYPE_POINTER) | TYPE_BIT(TYPE_ARRAY) | TYPE_BIT(TYPE_FUNCTION) |
				     TYPE_BIT(TYPE_FUNC) | TYPE_BIT(TYPE_VARIABLE);

	for (chain->count = 0;;) {
		struct inspect_error *error = strip_qualifiers(type, &chain->base);

		if (error || !(TYPE_BIT(chain->base.type->kind) & derived))
			return error;
		if (chain->count == CHAIN_MAX)
			return limit_error();
		error = type_complete(chain->base.type);
		if (error)
			return error;
		type = chain->base.type->target;
		if (chain->base.type->kind != TYPE_FUNC && chain->base.type->kind != TYPE_VARIABLE)
			chain->links[chain->count++] = chain->base;
	}
}

static void put_qualifiers(struct strbuf *out, unsigned int qualifiers)
{
	static const char *const words[] = { "const", "volatile", "restrict" };
	const char *separator = "";

	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(qualifiers & 1u << i))
			continue;
		strbuf_puts(out, separator);
		strbuf_puts(out, words[i]);
		separator = " ";
	}
}

/* "struct foo", "const unsigned long", "enum <anonymous>". */
static void put_base(struct strbuf *out, const struct qualified *base, bool definition)
{
	const unsigned int tagged = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM);
	const struct type *type = base->type;

	if (base->qualifiers) {
		put_qualifiers(out, base->qualifiers);
		strbuf_putc(out, ' ');
	}
	if (TYPE_BIT(type->kind) & tagged) {
		strbuf_puts(out, type_kind_string(type->kind));
		if (type->name || !definition)
			strbuf_putc(out, ' ');
		if (!type->name && !definition)
			strbuf_puts(out, "<anonymous>");
	} else if (!type->name) {
		strbuf_puts(out, type_kind_string(type->kind));
	}
	if (type->name)
		format_name(out, format_type_spelling(type->name));
}

static struct inspect_error *declare(struct printer *printer, struct type *type, const char *name,
				     unsigned int indent, bool define);

static struct inspect_error *put_parameters(struct printer *printer, const struct type *function)
{
	struct inspect_error *error = NULL;

	strbuf_putc(printer->out, '(');
	for (uint32_t i = 0; i < function->count && !error; i++) {
		if (i)
			strbuf_puts(printer->out, ", ");
		error = declare(printer, function->parameters[i].type, function->parameters[i].name, 0, false);
	}
	if (function->is_variadic && function->count)
		strbuf_puts(printer->out, ", ...");
	else if (!function->is_variadic && !function->count)
		strbuf_puts(printer->out, "void");
	strbuf_putc(printer->out, ')');
	return error;
}

/* Whether the pointer at @i of the chain binds less than what it points to, an array or a function. */
static bool needs_parentheses(const struct chain *chain, unsigned int i)
{
	return i + 1 < chain->count && chain->links[i + 1].type->kind != TYPE_POINTER;
}

/* "*(* const name)[3]": the name in the middle, pointers before it, arrays and parameters behind. */
static struct inspect_error *put_declarator(struct printer *printer, const struct chain *chain, const char *name)
{
	struct strbuf *out = printer->out;
	struct inspect_error *error = NULL;

	for (unsigned int i = chain->count; i-- > 0;) {
		const struct qualified *link = &chain->links[i];

		if (link->type->kind != TYPE_POINTER)
			continue;
		strbuf_puts(out, needs_parentheses(chain, i) ? "(*" : "*");
		if (!link->qualifiers)
			continue;
		strbuf_putc(out, ' ');
		put_qualifiers(out, link->qualifiers);
		if (i || name)
			strbuf_putc(out, ' ');
	}
	if (name)
		format_name(out, name);
	for (unsigned int i = 0; i < chain->count && !error; i++) {
		const struct type *type = chain->links[i].type;

		if (type->kind == TYPE_FUNCTION)
			error = put_parameters(printer, type);
		else if (type->kind == TYPE_ARRAY && type->is_declaration)
			strbuf_puts(out, "[]");
		else if (type->kind == TYPE_ARRAY)
			strbuf_printf(out, "[%llu]", (unsigned long long)type->length);
		else if (needs_parentheses(chain, i))
			strbuf_putc(out, ')');
	}
	return error;
}

static struct inspect_error *define(struct printer *printer, const struct qualified *base, unsigned int indent);

/* Whether a declaration writes the members of @type out: it has no name to be found by. */
static bool is_defined_inline(const struct type *type)
{
	return !type->name && !type->is_declaration &&
	       TYPE_BIT(type->kind) & (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM));
}

/* @name may be NULL; @define_anonymous: write out the members of what has no name. */
static struct inspect_error *declare(struct printer *printer, struct type *type, const char *name,
				     unsigned int indent, bool define_anonymous)
{
	struct inspect_error *error;
	struct chain chain;

	if (printer->level == NESTING_MAX || ++printer->names > NAMES_MAX)
		return limit_error();
	printer->level++;
	error = chain_collect(type, &chain);
	if (!error) {
		format_tabs(printer->out, indent);
		if (define_anonymous && !chain.count && is_defined_inline(chain.base.type))
			error = define(printer, &chain.base, indent);
		else
			put_base(printer->out, &chain.base, false);
	}
	if (!error && (chain.count || name))
		strbuf_putc(printer->out, ' ');
	if (!error)
		error = put_declarator(printer, &chain, name);
	printer->level--;
	return error;
}

static struct inspect_error *define_members(struct printer *printer, const struct type *type, unsigned int indent)
{
	struct inspect_error *error = NULL;

	for (uint32_t i = 0; i < type->count && !error; i++) {
		const struct type_member *member = &type->members[i];

		error = declare(printer, member->type, member->name, indent + 1, true);
		if (member->bit_size)
			strbuf_printf(printer->out, " : %u", member->bit_size);
		strbuf_puts(printer->out, ";\n");
	}
	return error;
}

static struct inspect_error *define_enumerators(struct printer *printer, const struct type *type, unsigned int indent)
{
	if (printer->names + type->count > NAMES_MAX)
		return limit_error();
	printer->names += type->count;
	for (uint32_t i = 0; i < type->count; i++) {
		const struct type_enumerator *enumerator = &type->enumerators[i];

		format_tabs(printer->out, indent + 1);
		format_name(printer->out, enumerator->name);
		if (type->is_signed)
			strbuf_printf(printer->out, " = %lld,\n", (long long)enumerator->value);
		else
			strbuf_printf(printer->out, " = %llu,\n", (unsigned long long)enumerator->value);
	}
	return NULL;
}

/* A struct, union or enum with its members; the first line is not indented. */
static struct inspect_error *define(struct printer *printer, const struct qualified *base, unsigned int indent)
{
	struct inspect_error *error = type_complete(base->type);

	if (error)
		return error;
	put_base(printer->out, base, true);
	strbuf_puts(printer->out, " {\n");
	if (base->type->kind == TYPE_ENUM)
		error = define_enumerators(printer, base->type, indent);
	else
		error = define_members(printer, base->type, indent);
	format_tabs(printer->out, indent);
	strbuf_putc(printer->out, '}');
	return error;
}

static struct inspect_error *define_typedef(struct printer *printer, const struct qualified *base)
{
	struct inspect_error *error = type_complete(base->type);

	if (error)
		return error;
	if (base->qualifiers) {
		put_qualifiers(printer->out, base->qualifiers);
		strbuf_putc(printer->out, ' ');
	}
	strbuf_puts(printer->out, "typedef ");
	return declare(printer, base->type->target, base->type->name, 0, true);
}

/* Whether there is something to be defined: a typedef of what is only declared, or of void, has but its name. */
static struct inspect_error *has_definition(struct type *type, bool *has_ret)
{
	const unsigned int declarable = TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM) | TYPE_BIT(TYPE_ARRAY);
	struct inspect_error *error;
	struct type *underlying;

	error = type_underlying(type, &underlying);
	if (!error)
		error = type_complete(underlying);
	if (!error)
		*has_ret = underlying->kind != TYPE_VOID &&
			   !(TYPE_BIT(underlying->kind) & declarable && underlying->is_declaration);
	return error;
}

static struct inspect_error *finish(const struct strbuf *out, struct inspect_error *error)
{
	return error || !out->failed ? error : &error_nomem;
}

struct inspect_error *format_type_name(struct type *type, struct strbuf *out)
{
	struct printer printer = { .out = out };

	return finish(out, declare(&printer, type, NULL, 0, false));
}

struct inspect_error *format_type_declaration(struct type *type, const char *name, unsigned int indent,
					      struct strbuf *out)
{
	struct printer printer = { .out = out };

	return finish(out, declare(&printer, type, name, indent, true));
}

struct inspect_error *format_type_definition(struct type *type, struct strbuf *out)
{
	struct printer printer = { .out = out };
	struct inspect_error *error;
	struct qualified base;
	bool defined = true;

	error = strip_qualifiers(type, &base);
	if (!error)
		error = type_complete(base.type);
	if (!error)
		error = has_definition(base.type, &defined);
	if (error)
		return error;
	switch (defined ? base.type->kind : TYPE_VOID) {
	case TYPE_STRUCT:
	case TYPE_UNION:
	case TYPE_ENUM:
		error = define(&printer, &base, 0);
		break;
	case TYPE_TYPEDEF:
		error = define_typedef(&printer, &base);
		break;
	case TYPE_FUNC:
	case TYPE_VARIABLE:
		error = declare(&printer, base.type->target, base.type->name, 0, true);
		break;
	default:
		error = declare(&printer, type, NULL, 0, false);
		break;
	}
	return finish(out, error);
}
