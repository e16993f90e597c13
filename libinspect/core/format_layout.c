/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/format_layout.h"

#include <string.h>

#include "base/error.h"
#include "core/format_type.h"

#define CACHE_LINE 64
#define TAB_COLUMNS 8
#define COMMENT_COLUMN 64

/* Against hostile types: anonymous members in anonymous members, and members in all. */
#define NESTING_MAX 32
#define MEMBERS_MAX 1000000

struct layout {
	struct strbuf *out;
	uint64_t next_line;  /* address of the next cache line to tell of */
	unsigned int members;
};

/* What adds up over the members of the outermost struct, in bits. */
struct sums {
	uint64_t end;    /* of the members so far */
	uint64_t holes;
	uint32_t hole_count;
};

static unsigned long long bytes_of(uint64_t bits)
{
	return bits / 8;
}

/* Blanks from where the line that starts at @line ends to the column of the comments. */
static void pad(struct strbuf *out, size_t line)
{
	size_t column = 0;

	for (size_t i = line; i < out->length; i++)
		column += out->bytes[i] == '\t' ? TAB_COLUMNS : 1;
	do
		strbuf_putc(out, ' ');
	while (++column < COMMENT_COLUMN);
}

/* Where the last line of @out starts. */
static size_t last_line(const struct strbuf *out)
{
	size_t at = out->length;

	while (at && out->bytes[at - 1] != '\n')
		at--;
	return at;
}

static void put_hole(struct layout *layout, uint64_t bits, unsigned int indent)
{
	struct strbuf *out = layout->out;

	strbuf_putc(out, '\n');
	if (bits / 8) {
		format_tabs(out, indent);
		strbuf_printf(out, "/* XXX %llu byte%s hole, try to pack */\n", bytes_of(bits),
			      bits / 8 == 1 ? "" : "s");
	}
	if (bits % 8) {
		format_tabs(out, indent);
		strbuf_printf(out, "/* XXX %llu bit%s hole, try to pack */\n", (unsigned long long)bits % 8,
			      bits % 8 == 1 ? "" : "s");
	}
	strbuf_putc(out, '\n');
}

/* A line about the cache line that begins at or before @offset, in bytes; not twice. */
static void put_cache_line(struct layout *layout, uint64_t offset, unsigned int indent)
{
	uint64_t start = offset / CACHE_LINE * CACHE_LINE;

	if (offset < layout->next_line)
		return;
	layout->next_line = start + CACHE_LINE;
	format_tabs(layout->out, indent);
	strbuf_printf(layout->out, "/* --- cacheline %llu boundary (%llu bytes)",
		      (unsigned long long)start / CACHE_LINE, (unsigned long long)start);
	if (offset > start)
		strbuf_printf(layout->out, " was %llu bytes ago", (unsigned long long)(offset - start));
	strbuf_puts(layout->out, " --- */\n");
}

static struct inspect_error *put_members(struct layout *layout, const struct type *type, uint64_t bit_offset,
					 unsigned int level, struct sums *sums);

/* The struct or union that @member defines in place, for it has no name to be found by; else NULL. */
static struct type *inline_compound(const struct type_member *member)
{
	struct type *type = member->type;

	return !type->name && !type->is_declaration && TYPE_BIT(type->kind) & TYPE_BITS_COMPOUND ? type : NULL;
}

static struct inspect_error *put_nested(struct layout *layout, const struct type_member *member, struct type *type,
					uint64_t bit_offset, unsigned int level)
{
	struct sums sums = { .end = bit_offset };
	struct inspect_error *error = type_complete(type);

	if (error)
		return error;
	format_tabs(layout->out, level);
	strbuf_printf(layout->out, "%s {\n", type_kind_string(type->kind));
	error = put_members(layout, type, bit_offset, level + 1, &sums);
	format_tabs(layout->out, level);
	strbuf_puts(layout->out, member->name ? "} " : "}");
	if (member->name)
		format_name(layout->out, member->name);
	return error;
}

/* "int flags : 3;          / *    16: 5     4 * /" */
static struct inspect_error *put_member(struct layout *layout, const struct type_member *member, uint64_t bit_offset,
					unsigned int level, uint64_t *bits_ret)
{
	struct type *compound = inline_compound(member);
	uint64_t size = 0, unit = bit_offset / 8;
	struct strbuf *out = layout->out;
	struct inspect_error *error;

	error = type_size(member->type, &size);
	if (error)
		return error;
	if (compound)
		error = put_nested(layout, member, compound, bit_offset, level);
	else
		error = format_type_declaration(member->type, member->name, level, out);
	if (error)
		return error;
	if (member->bit_size)
		strbuf_printf(out, " : %u", member->bit_size);
	strbuf_putc(out, ';');
	pad(out, last_line(out));
	if (member->bit_size && size) {
		unit = bit_offset / (size * 8) * size;
		strbuf_printf(out, "/* %5llu:%2llu %4llu */\n", (unsigned long long)unit,
			      (unsigned long long)(bit_offset - unit * 8), (unsigned long long)size);
	} else {
		strbuf_printf(out, "/* %5llu %7llu */\n", (unsigned long long)unit, (unsigned long long)size);
	}
	*bits_ret = member->bit_size ? member->bit_size : size * 8;
	return NULL;
}

static struct inspect_error *put_members(struct layout *layout, const struct type *type, uint64_t bit_offset,
					 unsigned int level, struct sums *sums)
{
	if (level > NESTING_MAX || type->count > MEMBERS_MAX - layout->members)
		return error_create(INSPECT_ERROR_LIMIT, "the type has too many members, or nests too deep");
	layout->members += type->count;
	for (uint32_t i = 0; i < type->count; i++) {
		const struct type_member *member = &type->members[i];
		struct inspect_error *error;
		uint64_t start, bits, end;

		if (__builtin_add_overflow(bit_offset, member->bit_offset, &start))
			return error_create(INSPECT_ERROR_FORMAT, "a member lies behind the end of memory");
		if (type->kind == TYPE_STRUCT && start > sums->end) {
			put_hole(layout, start - sums->end, level);
			sums->holes += start - sums->end;
			sums->hole_count++;
		}
		put_cache_line(layout, start / 8, level);
		error = put_member(layout, member, start, level, &bits);
		if (error)
			return error;
		if (__builtin_add_overflow(start, bits, &end))
			return error_create(INSPECT_ERROR_FORMAT, "a member lies behind the end of memory");
		if (end > sums->end)
			sums->end = end;
	}
	return NULL;
}

static void put_sums(struct layout *layout, const struct type *type, const struct sums *sums)
{
	uint64_t lines = type->size / CACHE_LINE + (type->size % CACHE_LINE != 0);
	uint64_t bits = type->size <= UINT64_MAX / 8 ? type->size * 8 : UINT64_MAX;
	struct strbuf *out = layout->out;

	strbuf_printf(out, "\n\t/* size: %llu, cachelines: %llu, members: %u */\n", (unsigned long long)type->size,
		      (unsigned long long)lines, type->count);
	if (sums->hole_count)
		strbuf_printf(out, "\t/* holes: %u, sum holes: %llu bytes, %llu bits */\n", sums->hole_count,
			      bytes_of(sums->holes), (unsigned long long)sums->holes % 8);
	if (type->kind == TYPE_STRUCT && bits > sums->end && bits - sums->end >= 8)
		strbuf_printf(out, "\t/* padding: %llu */\n", bytes_of(bits - sums->end));
	if (type->size % CACHE_LINE)
		strbuf_printf(out, "\t/* last cacheline: %llu bytes */\n", (unsigned long long)type->size % CACHE_LINE);
}

/* The struct or union that @type defines: itself, or the one without a name behind a typedef; else NULL. */
static struct inspect_error *defined_compound(struct type *type, struct type **compound_ret)
{
	struct inspect_error *error;
	struct type *at = type;

	*compound_ret = NULL;
	if (type->kind == TYPE_TYPEDEF) {
		error = type_complete(type);
		if (error)
			return error;
		at = type->target;
		if (at->name)
			return NULL;
	}
	error = type_complete(at);
	if (!error && TYPE_BIT(at->kind) & TYPE_BITS_COMPOUND && !at->is_declaration)
		*compound_ret = at;
	return error;
}

static struct inspect_error *put_compound(struct layout *layout, const struct type *type, const struct type *compound)
{
	struct strbuf *out = layout->out;
	struct sums sums = { 0 };
	struct inspect_error *error;

	strbuf_printf(out, "%s%s", type != compound ? "typedef " : "", type_kind_string(compound->kind));
	if (compound->name) {
		strbuf_putc(out, ' ');
		format_name(out, compound->name);
	}
	strbuf_puts(out, " {\n");
	layout->next_line = CACHE_LINE;
	error = put_members(layout, compound, 0, 1, &sums);
	if (error)
		return error;
	put_sums(layout, compound, &sums);
	strbuf_putc(out, '}');
	if (type != compound) {
		strbuf_putc(out, ' ');
		format_name(out, type->name);
	}
	return NULL;
}

struct inspect_error *format_layout(struct type *type, struct strbuf *out)
{
	struct layout layout = { .out = out };
	struct inspect_error *error;
	struct type *compound;
	uint64_t size = 0;

	error = defined_compound(type, &compound);
	if (error)
		return error;
	if (compound) {
		error = put_compound(&layout, type, compound);
	} else {
		error = format_type_definition(type, out);
		if (!error) {
			/* What is only declared has no size. */
			struct inspect_error *unknown = type_size(type, &size);

			if (!unknown)
				strbuf_printf(out, " /* size: %llu */", (unsigned long long)size);
			inspect_error_destroy(unknown);
		}
	}
	return error || !out->failed ? error : &error_nomem;
}
