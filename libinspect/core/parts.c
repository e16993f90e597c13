/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/parts.h"

#include "base/error.h"

/* How deep parts nest before their types make no sense, and what looking for zeroes may cost. */
#define NESTING_MAX 100
#define STEPS_MAX (1u << 25)
#define STEP_BYTES 64
/* Elements without a size take no memory: their number is whatever a type says. */
#define EMPTY_ELEMENTS_MAX 65536

static struct inspect_error *limit_error(void)
{
	return error_create(INSPECT_ERROR_LIMIT, "the type has too many parts, or nests too deep");
}

static bool bytes_are_zero(const struct value_part *part)
{
	const uint8_t *bytes = value_part_bytes(part);

	for (uint64_t i = 0; i < part->size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

/* Of one that is no bit-field and not zero as bytes: -0.0 is zero. */
static bool float_is_zero(const struct value_part *part)
{
	return part->size <= 8 && !(value_part_u64(part) << (65 - part->size * 8));
}

/* One search for what is not zero in a part. */
struct search {
	uint32_t steps;
	bool zero; /* nothing found so far */
};

static struct inspect_error *search_part(struct search *search, const struct value_part *part, unsigned int level);

static struct inspect_error *search_members(struct search *search, const struct value_part *part, unsigned int level)
{
	const struct type *type = part->underlying;
	struct inspect_error *error = NULL;
	struct value_part member;

	for (uint32_t i = 0; i < type->count && search->zero && !error; i++) {
		error = value_part_of(part, type->members[i].type, type->members[i].bit_offset,
				      type->members[i].bit_size, &member);
		if (!error)
			error = search_part(search, &member, level + 1);
	}
	return error;
}

static struct inspect_error *search_elements(struct search *search, const struct value_part *part, unsigned int level)
{
	struct value_part element;
	struct inspect_error *error;

	error = value_part_of(part, part->underlying->target, 0, 0, &element);
	for (uint64_t i = 0; i < part->underlying->length && search->zero && !error; i++) {
		error = search_part(search, &element, level + 1);
		element.bit_offset += element.size * 8;
	}
	return error;
}

static struct inspect_error *search_part(struct search *search, const struct value_part *part, unsigned int level)
{
	if (level == NESTING_MAX)
		return limit_error();
	if (search->steps > STEPS_MAX || value_part_state(part, NULL) != VALUE_READ) {
		search->zero = false;
		return NULL;
	}
	search->steps += 1 + (uint32_t)(part->size / STEP_BYTES);
	if (part->bit_size) {
		search->zero = !value_part_u64(part);
		return NULL;
	}
	if (bytes_are_zero(part))
		return NULL;
	/* What is between the members does not count. */
	if (part->underlying->kind == TYPE_STRUCT || part->underlying->kind == TYPE_UNION)
		return search_members(search, part, level);
	if (part->underlying->kind == TYPE_ARRAY)
		return search_elements(search, part, level);
	search->zero = part->underlying->kind == TYPE_FLOAT && float_is_zero(part);
	return NULL;
}

/* Whether all numbers in @part are zero. What was not read is not. */
static struct inspect_error *is_zero(struct parts *parts, const struct value_part *part, bool *zero_ret)
{
	struct search search = { .steps = parts->steps, .zero = true };
	struct inspect_error *error = search_part(&search, part, 0);

	parts->steps = search.steps;
	*zero_ret = search.zero;
	return error;
}

/* The number of the element behind the last byte of the array that is not zero, or was not read. */
static uint64_t elements_in_use(const struct parts *parts)
{
	uint64_t size = parts->element.size, end = parts->end * size;
	const struct value_gap *gap;

	if (value_part_state(parts->whole, &gap) != VALUE_READ)
		return parts->end;
	while (end && !value_part_bytes(parts->whole)[end - 1])
		end--;
	return (end + size - 1) / size;
}

/* Moves the end of an array before its last zeroes. */
static struct inspect_error *trim_elements(struct parts *parts)
{
	struct value_part element = parts->element;
	struct inspect_error *error;
	bool zero;

	for (parts->end = elements_in_use(parts); parts->end; parts->end--) {
		element.bit_offset = parts->element.bit_offset + (parts->end - 1) * element.size * 8;
		error = is_zero(parts, &element, &zero);
		if (error || !zero)
			return error;
	}
	return NULL;
}

static struct inspect_error *init_elements(struct parts *parts)
{
	const unsigned int without = PARTS_WITHOUT_ZEROES | PARTS_WITHOUT_LAST_ZEROES;
	const struct value_part *whole = parts->whole;
	struct inspect_error *error;

	error = value_part_of(whole, whole->underlying->target, 0, 0, &parts->element);
	if (error)
		return error;
	parts->end = whole->underlying->length;
	if (!parts->element.size && parts->choice & without)
		parts->end = 0;
	else if (!parts->element.size && parts->end > EMPTY_ELEMENTS_MAX)
		parts->end = EMPTY_ELEMENTS_MAX;
	return parts->end && parts->choice & PARTS_WITHOUT_LAST_ZEROES ? trim_elements(parts) : NULL;
}

static struct inspect_error *init_members(struct parts *parts)
{
	const struct type *type = parts->whole->underlying;
	struct inspect_error *error;
	struct value_part member;
	bool zero;

	parts->member_end = type->count;
	while (parts->choice & PARTS_WITHOUT_LAST_ZEROES && parts->member_end) {
		const struct type_member *last = &type->members[parts->member_end - 1];

		error = value_part_of(parts->whole, last->type, last->bit_offset, last->bit_size, &member);
		if (!error)
			error = is_zero(parts, &member, &zero);
		if (error)
			return error;
		if (!zero)
			break;
		parts->member_end--;
	}
	return NULL;
}

void parts_restart(struct parts *parts)
{
	parts->next = 0;
	parts->level = 0;
	parts->levels[0] = (struct parts_level){ .type = parts->whole->underlying };
}

struct inspect_error *parts_init(struct parts *parts, const struct value_part *whole, unsigned int choice)
{
	parts->whole = whole;
	parts->choice = choice;
	parts_restart(parts);
	return whole->underlying->kind == TYPE_ARRAY ? init_elements(parts) : init_members(parts);
}

/* How many of the elements from @part on lie whole in the gap that @part begins in; 1 if it does not. */
static uint64_t lost_run(const struct parts *parts, const struct value_part *part, uint64_t index)
{
	const struct value_gap *gap;
	uint64_t run;

	if (!part->size || !value_part_is_lost(part, &gap))
		return 1;
	run = (gap->offset + gap->size - part->bit_offset / 8) / part->size;
	return run < parts->end - index ? run : parts->end - index;
}

static struct inspect_error *next_element(struct parts *parts, struct parts_item *item, bool *more_ret)
{
	struct value_part part = parts->element;

	while (parts->next < parts->end) {
		uint64_t index = parts->next, run;

		part.bit_offset = parts->element.bit_offset + index * part.size * 8;
		run = lost_run(parts, &part, index);
		parts->next += run;
		if (parts->choice & PARTS_WITHOUT_ZEROES) {
			struct inspect_error *error;
			bool zero;

			error = is_zero(parts, &part, &zero);
			if (error)
				return error;
			if (zero)
				continue;
		}
		*item = (struct parts_item){ .part = part, .first = index, .last = index + run - 1 };
		*more_ret = true;
		return NULL;
	}
	*more_ret = false;
	return NULL;
}

/* Whether @member is anonymous and its members are shown in its place. */
static bool is_transparent(const struct parts *parts, const struct type_member *member, const struct type *underlying)
{
	return parts->choice & PARTS_OF_ANONYMOUS && !member->name && !member->bit_size &&
	       (underlying->kind == TYPE_STRUCT || underlying->kind == TYPE_UNION);
}

static struct inspect_error *enter(struct parts *parts, const struct value_part *part)
{
	if (parts->level + 1 == PARTS_NESTING)
		return limit_error();
	parts->levels[++parts->level] = (struct parts_level){
		.type = part->underlying,
		.bit_offset = part->bit_offset - parts->whole->bit_offset,
	};
	return NULL;
}

static struct inspect_error *next_member(struct parts *parts, struct parts_item *item, bool *more_ret)
{
	for (;;) {
		struct parts_level *level = &parts->levels[parts->level];
		uint32_t end = parts->level ? level->type->count : parts->member_end;
		const struct type_member *member;
		struct inspect_error *error;
		struct value_part part;
		bool zero = false;

		if (level->next == end) {
			if (!parts->level) {
				*more_ret = false;
				return NULL;
			}
			parts->level--;
			continue;
		}
		member = &level->type->members[level->next++];
		error = value_part_of(parts->whole, member->type, level->bit_offset + member->bit_offset,
				      member->bit_size, &part);
		if (!error && is_transparent(parts, member, part.underlying)) {
			error = enter(parts, &part);
			if (error)
				return error;
			continue;
		}
		if (!error && parts->choice & PARTS_WITHOUT_ZEROES)
			error = is_zero(parts, &part, &zero);
		if (error)
			return error;
		if (zero)
			continue;
		*item = (struct parts_item){ .part = part, .name = member->name };
		*more_ret = true;
		return NULL;
	}
}

struct inspect_error *parts_next(struct parts *parts, struct parts_item *item, bool *more_ret)
{
	if (parts->whole->underlying->kind == TYPE_ARRAY)
		return next_element(parts, item, more_ret);
	return next_member(parts, item, more_ret);
}
