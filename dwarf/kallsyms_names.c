/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kallsyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "core/memory.h"

/* Any odd number with well-mixed bits will do. */
#define HASH_FACTOR UINT32_C(0x9e3779b1)

/*
 * The hash is the polynomial of the characters at HASH_FACTOR, so that a token's hash, and HASH_FACTOR to the power of
 * its length, are all that is needed to append it. The first token of a name begins with the letter, which is not part
 * of the name.
 */
uint32_t kallsyms_hash(const char *name)
{
	uint32_t hash = 0;

	for (; *name; name++)
		hash = hash * HASH_FACTOR + (unsigned char)*name;
	return hash;
}

static struct kallsyms_token_prefix token_prefix(const char *string)
{
	struct kallsyms_token_prefix prefix = { 0 };

	for (; *string && prefix.length < 4; string++)
		prefix.characters |= (uint32_t)(unsigned char)*string << 8 * prefix.length++;
	return prefix;
}

uint32_t kallsyms_prefix(const char *name)
{
	return token_prefix(name).characters;
}

static void token_init(struct kallsyms_tokens *tokens, unsigned int number, size_t start)
{
	const char *string = tokens->strings + start;
	size_t length = strlen(string);
	uint32_t power = 1;

	for (size_t i = 0; i < length; i++)
		power *= HASH_FACTOR;
	tokens->items[number] = (struct kallsyms_token){ (uint16_t)start, (uint16_t)length };
	tokens->hashes[number] = (struct kallsyms_token_hash){ kallsyms_hash(string), power };
	tokens->prefixes[number] = token_prefix(string);
	tokens->first_hashes[number] = length ? kallsyms_hash(string + 1) : 0;
	tokens->first_prefixes[number] = token_prefix(length ? string + 1 : string);
}

struct inspect_error *kallsyms_tokens_init(struct kallsyms_tokens *tokens, const char *strings, size_t size,
					   const uint8_t *index)
{
	size_t position = 0;

	for (unsigned int i = 0; i < KALLSYMS_TOKENS; i++) {
		const char *end;

		if (position > UINT16_MAX || kallsyms_u16(index + 2 * i) != position)
			return error_create(INSPECT_ERROR_FORMAT,
					    "kallsyms_token_index says %u for token %u, which begins at %zu",
					    kallsyms_u16(index + 2 * i), i, position);
		end = position < size ? memchr(strings + position, '\0', size - position) : NULL;
		if (!end)
			return error_create(INSPECT_ERROR_FORMAT,
					    "kallsyms_token_table ends inside token %u of %u", i, KALLSYMS_TOKENS);
		if (end - (strings + position) >= KALLSYMS_NAME_SIZE)
			return error_create(INSPECT_ERROR_FORMAT, "token %u is longer than any symbol's name", i);
		position = (size_t)(end - strings) + 1;
	}
	tokens->strings = malloc(position);
	if (!tokens->strings)
		return &error_nomem;
	memcpy(tokens->strings, strings, position);
	for (unsigned int i = 0; i < KALLSYMS_TOKENS; i++)
		token_init(tokens, i, kallsyms_u16(index + 2 * i));
	return NULL;
}

void kallsyms_tokens_deinit(struct kallsyms_tokens *tokens)
{
	free(tokens->strings);
	tokens->strings = NULL;
}

/* The length at @position, which is moved behind it. The caller knows that two bytes are there. */
static uint32_t length_at(const uint8_t *bytes, bool long_lengths, uint32_t *position)
{
	uint32_t length = bytes[(*position)++];

	if (long_lengths && (length & 0x80))
		length = (length & 0x7f) | (uint32_t)bytes[(*position)++] << 7;
	return length;
}

/*
 * A length is one byte; since 6.1 (73bbb94466fd3) a set high bit means seven bits here and eight more in the next byte.
 * False where the names do not fit in @size bytes.
 */
static bool names_walk(const uint8_t *bytes, size_t size, uint32_t count, bool long_lengths, uint32_t *positions,
		       uint32_t *end_ret)
{
	uint32_t position = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t length;

		if (size - position < 2)
			return false;
		positions[i] = position;
		length = length_at(bytes, long_lengths, &position);
		if (!length || length > size - position)
			return false;
		position += length;
	}
	*end_ret = position;
	return true;
}

/* Whether the markers lie at @start: u32 since 4.20 (80ffbaa5b1bd). */
static bool markers_agree(const uint8_t *bytes, size_t size, uint64_t start, const uint32_t *positions, uint32_t count)
{
	uint32_t markers = (count + KALLSYMS_MARKER_SPAN - 1) / KALLSYMS_MARKER_SPAN;

	if (start > size || size - start < markers * sizeof(uint32_t))
		return false;
	for (uint32_t i = 0; i < markers; i++) {
		if (kallsyms_u32(bytes + start + i * sizeof(uint32_t)) != positions[i * KALLSYMS_MARKER_SPAN])
			return false;
	}
	return true;
}

bool kallsyms_names_check(const uint8_t *bytes, size_t size, uint64_t address, uint32_t count, uint32_t *positions,
			  bool *long_lengths_ret)
{
	if (size > KALLSYMS_NAMES_MAX)
		return false;
	/* Most kernels have no name that tells the two forms apart; then either is right. */
	for (int long_lengths = 1; long_lengths >= 0; long_lengths--) {
		uint32_t end;

		if (!names_walk(bytes, size, count, long_lengths, positions, &end))
			continue;
		/* Labels are aligned to 4 bytes since 7.0, to 8 before. */
		for (unsigned int alignment = 4; alignment <= 8; alignment += 4) {
			uint64_t start = kallsyms_align(address + end, alignment) - address;

			if (markers_agree(bytes, size, start, positions, count)) {
				*long_lengths_ret = long_lengths;
				return true;
			}
		}
	}
	return false;
}

static struct inspect_error *read_table(struct memory *memory, const char *what, uint64_t address, void *buf,
					size_t size)
{
	uint64_t stopped;
	enum inspect_fault fault = memory_read(memory, address, buf, size, &stopped);

	return fault ? error_context(memory_error(fault, stopped), "%s", what) : NULL;
}

static struct inspect_error *read_tokens(struct kallsyms_tokens *tokens, struct memory *memory,
					 const struct kallsyms_location *location)
{
	uint64_t size = location->token_index - location->token_table;
	_cleanup_free_ uint8_t *bytes = NULL;
	struct inspect_error *error;

	/* In every version the index follows the strings. */
	if (location->token_index <= location->token_table || size > KALLSYMS_STRINGS_MAX)
		return error_create(INSPECT_ERROR_FORMAT,
				    "kallsyms_token_index (0x%llx) does not follow kallsyms_token_table (0x%llx)",
				    (unsigned long long)location->token_index,
				    (unsigned long long)location->token_table);
	bytes = malloc(size + KALLSYMS_INDEX_SIZE);
	if (!bytes)
		return &error_nomem;
	error = read_table(memory, "kallsyms_token_table", location->token_table, bytes, size + KALLSYMS_INDEX_SIZE);
	if (error)
		return error;
	return kallsyms_tokens_init(tokens, (char *)bytes, size, bytes + size);
}

static struct inspect_error *read_names(struct kallsyms_names *names, struct memory *memory,
					const struct kallsyms_location *location)
{
	uint64_t size = location->token_table - location->names;
	struct inspect_error *error;

	/* In every version names, markers and tokens follow each other; a name takes two bytes at least. */
	if (location->token_table <= location->names || size > KALLSYMS_NAMES_MAX)
		return error_create(INSPECT_ERROR_FORMAT,
				    "kallsyms_token_table (0x%llx) does not follow kallsyms_names (0x%llx)",
				    (unsigned long long)location->token_table, (unsigned long long)location->names);
	if (!location->count || location->count > KALLSYMS_COUNT_MAX || location->count > size / 2)
		return error_create(INSPECT_ERROR_FORMAT, "kallsyms_num_syms of %u does not fit %llu bytes of names",
				    location->count, (unsigned long long)size);
	names->bytes = malloc(size);
	names->positions = malloc(location->count * sizeof(*names->positions));
	if (!names->bytes || !names->positions)
		return &error_nomem;
	error = read_table(memory, "kallsyms_names", location->names, names->bytes, size);
	if (error)
		return error;
	if (!kallsyms_names_check(names->bytes, size, location->names, location->count, names->positions,
				  &names->long_lengths))
		return error_create(INSPECT_ERROR_FORMAT,
				    "the %u names at 0x%llx do not end at markers that agree with them",
				    location->count, (unsigned long long)location->names);
	names->count = location->count;
	return NULL;
}

struct inspect_error *kallsyms_names_init(struct kallsyms_names *names, struct memory *memory,
					  const struct kallsyms_location *location)
{
	struct inspect_error *error;

	memset(names, 0, sizeof(*names));
	error = read_tokens(&names->tokens, memory, location);
	if (!error)
		error = read_names(names, memory, location);
	if (error)
		kallsyms_names_deinit(names);
	return error;
}

void kallsyms_names_deinit(struct kallsyms_names *names)
{
	kallsyms_tokens_deinit(&names->tokens);
	free(names->bytes);
	free(names->positions);
	memset(names, 0, sizeof(*names));
}

void kallsyms_names_expand(const struct kallsyms_names *names, uint32_t i, char *buf)
{
	uint32_t position = names->positions[i];
	uint32_t length = length_at(names->bytes, names->long_lengths, &position);
	size_t used = 0;

	for (const uint8_t *token = names->bytes + position, *end = token + length; token < end; token++) {
		const struct kallsyms_token *item = &names->tokens.items[*token];
		size_t wanted = item->length;

		if (wanted > KALLSYMS_NAME_SIZE - 1 - used)
			wanted = KALLSYMS_NAME_SIZE - 1 - used;
		memcpy(buf + used, names->tokens.strings + item->start, wanted);
		used += wanted;
	}
	buf[used] = '\0';
}

uint32_t kallsyms_name_prefix(const struct kallsyms_names *names, uint32_t i)
{
	uint32_t position = names->positions[i];
	uint32_t length = length_at(names->bytes, names->long_lengths, &position);
	const uint8_t *token = names->bytes + position, *end = token + length;
	struct kallsyms_token_prefix prefix = names->tokens.first_prefixes[*token];

	while (prefix.length < 4 && ++token < end) {
		const struct kallsyms_token_prefix *next = &names->tokens.prefixes[*token];

		prefix.characters |= next->characters << 8 * prefix.length;
		prefix.length += next->length;
	}
	return prefix.characters;
}

/* Every byte of the names goes through here when they are indexed. */
uint32_t kallsyms_name_hash(const struct kallsyms_names *names, uint32_t i)
{
	uint32_t position = names->positions[i];
	uint32_t length = length_at(names->bytes, names->long_lengths, &position);
	const uint8_t *token = names->bytes + position, *end = token + length;
	uint32_t hash = names->tokens.first_hashes[*token];

	while (++token < end)
		hash = hash * names->tokens.hashes[*token].power + names->tokens.hashes[*token].hash;
	return hash;
}

void kallsyms_names_hash(const struct kallsyms_names *names, uint32_t *hashes)
{
	for (uint32_t i = 0; i < names->count; i++)
		hashes[i] = kallsyms_name_hash(names, i);
}
