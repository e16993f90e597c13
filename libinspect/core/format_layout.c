/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/format_layout.h"

#include <string.h>

#include "base/error.h"
#include "core/format_type.h"

#define CACHE_LINE 64
#define TAB_COLUMNS 8
#define COMMENT_COLUMN 64

/* Against hostile types: anonymous members in anonymous members, arrays of arrays of them, and members in all. */
#define NESTING_MAX 32
#define CHAIN_MAX 32
#define MEMBERS_MAX 1000000

struct layout {
	struct strbuf *out;
	uint64_t next_line;  /* address of the next cache line to tell of */
	unsigned int members;
};

/* What adds up over the members of one struct; places and sizes in bits. */
struct sums {
	uint64_t end;       /* of the members so far */
	uint64_t unit_end;  /* of the last one, if it is a bit-field that of the integer it is a part of */
	uint64_t members;   /* without bit-fields */
	uint64_t bit_fields;
	uint64_t holes;     /* whole bytes between members */
	uint64_t bit_holes; /* what is left of an integer behind a bit-field */
	uint32_t hole_count;
	uint32_t bit_hole_count;
};

static unsigned long long bytes_of(uint64_t bits)
{
	return bits / 8;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
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

/* The hole from the end of the members so far up to @start. */
static void put_hole(struct layout *layout, struct sums *sums, uint64_t start, unsigned int indent)
{
	uint64_t unit_end = sums->unit_end < start ? sums->unit_end : start, bits = 0, bytes;
	struct strbuf *out = layout->out;

	if (unit_end > sums->end)
		bits = unit_end - sums->end;
	/* What is left of a byte is no byte. */
	bits += (start - sums->end - bits) % 8;
	bytes = start - sums->end - bits;
	strbuf_putc(out, '\n');
	if (bits) {
		format_tabs(out, indent);
		strbuf_printf(out, "/* XXX %llu bit%s hole, try to pack */\n", (unsigned long long)bits, plural(bits));
		sums->bit_holes += bits;
		sums->bit_hole_count++;
	}
	if (bytes) {
		format_tabs(out, indent);
		strbuf_printf(out, "/* XXX %llu byte%s hole, try to pack */\n", bytes_of(bytes), plural(bytes / 8));
		sums->holes += bytes;
		sums->hole_count++;
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
		strbuf_printf(layout->out, " was %llu byte%s ago", (unsigned long long)(offset - start),
			      plural(offset - start));
	strbuf_puts(layout->out, " --- */\n");
}

static struct inspect_error *put_members(struct layout *layout, const struct type *type, uint64_t bit_offset,
					 unsigned int level, struct sums *sums);

static bool is_qualifier(const struct type *type)
{
	return type->kind == TYPE_CONST || type->kind == TYPE_VOLATILE;
}

/*
 * The struct or union that @member, or each element of it, defines in place, for it has no name to be found by; else
 * NULL. What leads to it is completed.
 */
static struct inspect_error *inline_compound(const struct type_member *member, struct type **compound_ret)
{
	struct type *type = member->type;

	*compound_ret = NULL;
	for (unsigned int steps = 0; type->kind == TYPE_ARRAY || is_qualifier(type); steps++) {
		struct inspect_error *error = type_complete(type);

		if (error || steps == CHAIN_MAX)
			return error;
		type = type->target;
	}
	if (!type->name && !type->is_declaration && TYPE_BIT(type->kind) & TYPE_BITS_COMPOUND)
		*compound_ret = type;
	return NULL;
}

/* "const ", what qualifies the elements of @type. */
static void put_qualifiers(struct strbuf *out, const struct type *type)
{
	for (; type->kind == TYPE_ARRAY || is_qualifier(type); type = type->target) {
		if (is_qualifier(type))
			strbuf_printf(out, "%s ", type_kind_string(type->kind));
	}
}

/* " name[2]": all of @member but the struct or union that it defines. */
static void put_inline_name(struct strbuf *out, const struct type_member *member)
{
	if (member->name) {
		strbuf_putc(out, ' ');
		format_name(out, member->name);
	}
	for (const struct type *type = member->type; type->kind == TYPE_ARRAY || is_qualifier(type); type = type->target) {
		if (type->kind == TYPE_ARRAY && type->is_declaration)
			strbuf_puts(out, "[]");
		else if (type->kind == TYPE_ARRAY)
			strbuf_printf(out, "[%llu]", (unsigned long long)type->length);
	}
}

static struct inspect_error *put_nested(struct layout *layout, const struct type_member *member, struct type *type,
					uint64_t bit_offset, unsigned int level)
{
	struct sums sums = { .end = bit_offset, .unit_end = bit_offset };
	struct inspect_error *error = type_complete(type);

	if (error)
		return error;
	format_tabs(layout->out, level);
	put_qualifiers(layout->out, member->type);
	strbuf_printf(layout->out, "%s {\n", type_kind_string(type->kind));
	error = put_members(layout, type, bit_offset, level + 1, &sums);
	format_tabs(layout->out, level);
	strbuf_putc(layout->out, '}');
	put_inline_name(layout->out, member);
	return error;
}

/* "int flags : 3;          / *    16: 5     4 * /"; adds it to @sums. */
static struct inspect_error *put_member(struct layout *layout, const struct type_member *member, uint64_t start,
					unsigned int level, struct sums *sums)
{
	uint64_t size = 0, bits, unit = start / 8, unit_end;
	struct strbuf *out = layout->out;
	struct inspect_error *error;
	struct type *compound;

	error = inline_compound(member, &compound);
	if (!error)
		error = type_size(member->type, &size);
	if (!error && compound)
		error = put_nested(layout, member, compound, start, level);
	else if (!error)
		error = format_type_declaration(member->type, member->name, level, out);
	if (error)
		return error;
	if (member->bit_size)
		strbuf_printf(out, " : %u", member->bit_size);
	strbuf_putc(out, ';');
	pad(out, last_line(out));
	bits = size <= UINT64_MAX / 8 ? size * 8 : UINT64_MAX;
	if (member->bit_size && size) {
		unit = start / bits * size;
		strbuf_printf(out, "/* %5llu:%2llu %4llu */\n", (unsigned long long)unit,
			      (unsigned long long)(start - unit * 8), (unsigned long long)size);
	} else {
		strbuf_printf(out, "/* %5llu %7llu */\n", (unsigned long long)unit, (unsigned long long)size);
	}
	if (__builtin_add_overflow(member->bit_size ? unit * 8 : start, bits, &unit_end) ||
	    __builtin_add_overflow(start, member->bit_size ? member->bit_size : bits, &bits))
		return error_create(INSPECT_ERROR_FORMAT, "a member lies behind the end of memory");
	if (member->bit_size)
		sums->bit_fields += bits - start;
	else
		sums->members += bits - start;
	if (bits > sums->end)
		sums->end = bits;
	/* Of bit-fields side by side the largest integer counts. */
	if (!member->bit_size || unit_end > sums->unit_end)
		sums->unit_end = unit_end;
	if (sums->unit_end < sums->end)
		sums->unit_end = sums->end;
	return NULL;
}

/* Cache lines are told of by each member of a union, as if it were alone, and again behind the union. */
static struct inspect_error *put_members(struct layout *layout, const struct type *type, uint64_t bit_offset,
					 unsigned int level, struct sums *sums)
{
	uint64_t next_line = layout->next_line;

	if (level > NESTING_MAX || type->count > MEMBERS_MAX - layout->members)
		return error_create(INSPECT_ERROR_LIMIT, "the type has too many members, or nests too deep");
	layout->members += type->count;
	for (uint32_t i = 0; i < type->count; i++) {
		const struct type_member *member = &type->members[i];
		struct inspect_error *error;
		uint64_t start;

		if (__builtin_add_overflow(bit_offset, member->bit_offset, &start))
			return error_create(INSPECT_ERROR_FORMAT, "a member lies behind the end of memory");
		if (type->kind == TYPE_STRUCT && start > sums->end)
			put_hole(layout, sums, start, level);
		if (type->kind == TYPE_UNION)
			layout->next_line = next_line;
		put_cache_line(layout, start / 8, level);
		error = put_member(layout, member, start, level, sums);
		if (error)
			return error;
	}
	if (type->kind == TYPE_UNION)
		layout->next_line = next_line;
	return NULL;
}

/* What the holes add up to, and what is between. */
static void put_holes(struct strbuf *out, const struct sums *sums)
{
	if (sums->members) {
		strbuf_printf(out, "\t/* sum members: %llu", bytes_of(sums->members));
		if (sums->holes)
			strbuf_printf(out, ", holes: %u, sum holes: %llu", sums->hole_count, bytes_of(sums->holes));
		strbuf_puts(out, " */\n");
	}
	if (sums->bit_fields) {
		strbuf_printf(out, "\t/* sum bitfield members: %llu bits", (unsigned long long)sums->bit_fields);
		if (sums->bit_holes)
			strbuf_printf(out, ", bit holes: %u, sum bit holes: %llu bits", sums->bit_hole_count,
				      (unsigned long long)sums->bit_holes);
		else
			strbuf_printf(out, " (%llu bytes)", bytes_of(sums->bit_fields));
		strbuf_puts(out, " */\n");
	}
}

static void put_sums(struct layout *layout, const struct type *type, const struct sums *sums)
{
	uint64_t lines = type->size / CACHE_LINE + (type->size % CACHE_LINE != 0);
	uint64_t bits = type->size <= UINT64_MAX / 8 ? type->size * 8 : UINT64_MAX;
	uint64_t unit_end = sums->unit_end < bits ? sums->unit_end : bits;
	struct strbuf *out = layout->out;

	strbuf_printf(out, "\n\t/* size: %llu, cachelines: %llu, members: %u */\n", (unsigned long long)type->size,
		      (unsigned long long)lines, type->count);
	if (sums->holes || sums->bit_holes)
		put_holes(out, sums);
	if (type->kind == TYPE_STRUCT && bits - unit_end >= 8)
		strbuf_printf(out, "\t/* padding: %llu */\n", bytes_of(bits - unit_end));
	if (type->kind == TYPE_STRUCT && unit_end > sums->end)
		strbuf_printf(out, "\t/* bit_padding: %llu bits */\n", (unsigned long long)(unit_end - sums->end));
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
