/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kallsyms.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "core/memory.h"
#include "core/symbol.h"
#include "core/symbol_index.h"
#include "kernel/vmcoreinfo.h"
#include "table.h"

struct kallsyms {
	struct symbol_table table; /* first: the table is the kallsyms */
	struct kallsyms_names names;
	uint64_t *addresses;
	struct symbol_index index;
	struct kallsyms_expected expected;
	char name[KALLSYMS_NAME_SIZE]; /* of the symbol that was handed out last, letter first */
};

static void kallsyms_get(struct kallsyms *kallsyms, uint32_t i, struct symbol *out)
{
	kallsyms_names_expand(&kallsyms->names, i, kallsyms->name);
	out->letter = kallsyms->name[0];
	out->name = kallsyms->name + (kallsyms->name[0] != '\0');
	out->module = NULL;
	out->address = kallsyms->addresses[i];
	out->size = symbol_index_distance(&kallsyms->index, i);
}

static bool kallsyms_next(struct symbol_table *table, uint64_t *cursor, struct symbol *out)
{
	if (*cursor >= table->count)
		return false;
	kallsyms_get((struct kallsyms *)table, (uint32_t)(*cursor)++, out);
	return true;
}

static bool kallsyms_find(struct symbol_table *table, const char *name, struct symbol *out)
{
	struct kallsyms *kallsyms = (struct kallsyms *)table;
	uint32_t hash = kallsyms_hash(name), expected;
	const uint32_t *bucket;
	size_t count;

	if (kallsyms_expected_find(&kallsyms->expected, name, &expected)) {
		if (expected != KALLSYMS_NONE)
			kallsyms_get(kallsyms, expected, out);
		return expected != KALLSYMS_NONE;
	}
	if (!kallsyms->index.has_names) {
		kallsyms_names_hash(&kallsyms->names, kallsyms->index.hashes);
		symbol_index_build_names(&kallsyms->index);
	}
	bucket = symbol_index_bucket(&kallsyms->index, hash, &count);
	for (size_t i = 0; i < count; i++) {
		char found[KALLSYMS_NAME_SIZE];

		if (kallsyms->index.hashes[bucket[i]] != hash)
			continue;
		kallsyms_names_expand(&kallsyms->names, bucket[i], found);
		if (found[0] && !strcmp(found + 1, name)) {
			kallsyms_get(kallsyms, bucket[i], out);
			return true;
		}
	}
	return false;
}

static void kallsyms_expect(struct symbol_table *table, const char *const *names, size_t count)
{
	struct kallsyms *kallsyms = (struct kallsyms *)table;

	kallsyms_expected_deinit(&kallsyms->expected);
	kallsyms_expected_init(&kallsyms->expected, &kallsyms->names, names, count);
}

static bool kallsyms_lookup(struct symbol_table *table, uint64_t address, struct symbol *out)
{
	struct kallsyms *kallsyms = (struct kallsyms *)table;
	uint64_t start, size;
	size_t i;

	if (!symbol_index_floor(&kallsyms->index, address, &i))
		return false;
	/* The last symbol has no size: it is a label such as _end, and what follows is not the kernel's. */
	start = kallsyms->addresses[i];
	size = symbol_index_distance(&kallsyms->index, i);
	if (address != start && address - start >= size)
		return false;
	kallsyms_get(kallsyms, (uint32_t)i, out);
	return true;
}

static void kallsyms_destroy(struct symbol_table *table)
{
	struct kallsyms *kallsyms = (struct kallsyms *)table;

	symbol_index_deinit(&kallsyms->index);
	kallsyms_expected_deinit(&kallsyms->expected);
	free(kallsyms->addresses);
	kallsyms_names_deinit(&kallsyms->names);
	free(kallsyms);
}

static const struct symbol_table_ops kallsyms_table_ops = {
	.name = "kallsyms",
	.next = kallsyms_next,
	.find = kallsyms_find,
	.expect = kallsyms_expect,
	.lookup = kallsyms_lookup,
	.destroy = kallsyms_destroy,
};

static const char *encoding_string(enum kallsyms_encoding encoding)
{
	switch (encoding) {
	case KALLSYMS_ABSOLUTE:
		return "absolute addresses";
	case KALLSYMS_BASE_RELATIVE:
		return "base-relative addresses";
	case KALLSYMS_ABSOLUTE_PERCPU:
		return "base-relative addresses, per-CPU absolute";
	case KALLSYMS_PLACE_RELATIVE:
		return "place-relative addresses";
	}
	return "unknown addresses";
}

/* The address of symbol @i, from the bytes of the table. */
static uint64_t encoded_address(const struct kallsyms_addresses *from, uint64_t base, const uint8_t *table, uint32_t i)
{
	uint64_t value;
	uint32_t offset;

	if (from->encoding == KALLSYMS_ABSOLUTE) {
		memcpy(&value, table + i * sizeof(value), sizeof(value));
		return le64toh(value);
	}
	offset = kallsyms_u32(table + i * sizeof(offset));
	if (from->encoding == KALLSYMS_PLACE_RELATIVE)
		return from->table + i * sizeof(offset) + (uint64_t)(int64_t)(int32_t)offset;
	if (from->encoding == KALLSYMS_BASE_RELATIVE)
		return base + offset;
	/* Absolute per-CPU: the negative ones count down from the base, the others are the address. */
	return (int32_t)offset < 0 ? base - 1 - (uint64_t)(int64_t)(int32_t)offset : offset;
}

/* The bytes of one table of addresses; most candidates are about the same one. */
struct address_table {
	uint64_t address;
	size_t size; /* 0: nothing is read */
	uint8_t *bytes;
};

static void address_table_deinit(struct address_table *table)
{
	free(table->bytes);
}

/* Reads what a candidate decodes: its table, unless @table is that already, and its base. */
static struct inspect_error *read_addresses(struct memory *memory, const struct kallsyms_addresses *from,
					    uint32_t count, struct address_table *table, uint64_t *base_ret)
{
	size_t size = count * (from->encoding == KALLSYMS_ABSOLUTE ? sizeof(uint64_t) : sizeof(uint32_t));
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	uint64_t base = 0, stopped;

	if (table->address != from->table || table->size != size) {
		table->size = 0;
		fault = memory_read(memory, from->table, table->bytes, size, &stopped);
	}
	if (fault)
		return error_context(memory_error(fault, stopped), "kallsyms, table of addresses");
	table->address = from->table;
	table->size = size;
	if (from->base)
		fault = memory_read_u64(memory, from->base, sizeof(base), &base);
	if (fault)
		return error_context(memory_error(fault, from->base), "kallsyms_relative_base");
	*base_ret = base;
	return NULL;
}

/* Whether the symbol that this way of decoding puts at @stext has the name _stext. */
static bool addresses_fit(const struct kallsyms_names *names, const struct kallsyms_addresses *from, uint64_t base,
			  const uint8_t *table, uint64_t stext)
{
	char name[KALLSYMS_NAME_SIZE];

	for (uint32_t i = 0; i < names->count; i++) {
		if (encoded_address(from, base, table, i) != stext)
			continue;
		kallsyms_names_expand(names, i, name);
		if (name[0] && !strcmp(name + 1, "_stext"))
			return true;
	}
	return false;
}

/* All addresses; NULL: out of memory. */
static uint64_t *decode_addresses(const struct kallsyms_addresses *from, uint64_t base, const uint8_t *table,
				  uint32_t count)
{
	uint64_t *addresses = malloc(count * sizeof(*addresses));

	for (uint32_t i = 0; addresses && i < count; i++)
		addresses[i] = encoded_address(from, base, table, i);
	return addresses;
}

/* Takes *@fault over, the reason why a candidate was not tried, if there is one. */
static struct inspect_error *no_encoding(struct inspect_error **fault, uint64_t stext)
{
	struct inspect_error *cause = *fault;

	*fault = NULL;
	if (!cause)
		cause = error_create(INSPECT_ERROR_FORMAT, "the tables say otherwise");
	return error_context(cause,
			     "undecided how addresses are stored: no known way puts _stext at 0x%llx, where "
			     "VMCOREINFO has it",
			     (unsigned long long)stext);
}

/*
 * The derivation of the encoding: the candidate under which the table's _stext is where VMCOREINFO says it is. Nothing
 * in the tables names the encoding, and it depends on the kernel's configuration as much as on its version.
 */
static struct inspect_error *load_addresses(struct kallsyms *kallsyms, struct memory *memory,
					    const struct kallsyms_location *location, uint64_t stext,
					    enum kallsyms_encoding *encoding_ret)
{
	_cleanup_(address_table_deinit) struct address_table table = { 0 };
	_cleanup_(error_cleanup) struct inspect_error *fault = NULL;
	const struct kallsyms_addresses *chosen = NULL;

	table.bytes = malloc(location->count * sizeof(uint64_t));
	if (!table.bytes)
		return &error_nomem;
	for (size_t i = 0; i < location->candidate_count; i++) {
		const struct kallsyms_addresses *from = &location->candidates[i];
		struct inspect_error *error;
		uint64_t base = 0;

		error = read_addresses(memory, from, location->count, &table, &base);
		if (error) {
			error_cleanup(&fault);
			fault = error;
			continue;
		}
		if (!addresses_fit(&kallsyms->names, from, base, table.bytes, stext))
			continue;
		if (chosen)
			return error_create(INSPECT_ERROR_FORMAT,
					    "undecided how addresses are stored: as %s and as %s, _stext is at 0x%llx",
					    encoding_string(chosen->encoding), encoding_string(from->encoding),
					    (unsigned long long)stext);
		chosen = from;
		kallsyms->addresses = decode_addresses(from, base, table.bytes, location->count);
		if (!kallsyms->addresses)
			return &error_nomem;
	}
	if (chosen) {
		*encoding_ret = chosen->encoding;
		return NULL;
	}
	return no_encoding(&fault, stext);
}

/* Takes the location from VMCOREINFO; *@named_ret is false where it does not name the tables. */
static struct inspect_error *locate_named(const struct source_input *input, struct kallsyms_location *location,
					  bool *named_ret)
{
	const struct vmcoreinfo *info = input->vmcoreinfo;
	uint64_t num_syms, table, base, count;
	enum inspect_fault fault;

	*named_ret = vmcoreinfo_symbol(info, "kallsyms_names", &location->names) &&
		     vmcoreinfo_symbol(info, "kallsyms_num_syms", &num_syms) &&
		     vmcoreinfo_symbol(info, "kallsyms_token_table", &location->token_table) &&
		     vmcoreinfo_symbol(info, "kallsyms_token_index", &location->token_index);
	if (!*named_ret)
		return NULL;
	location->candidate_count = 0;
	if (vmcoreinfo_symbol(info, "kallsyms_addresses", &table))
		location->candidates[location->candidate_count++] =
			(struct kallsyms_addresses){ KALLSYMS_ABSOLUTE, table, 0 };
	if (vmcoreinfo_symbol(info, "kallsyms_offsets", &table)) {
		if (vmcoreinfo_symbol(info, "kallsyms_relative_base", &base)) {
			location->candidates[location->candidate_count++] =
				(struct kallsyms_addresses){ KALLSYMS_BASE_RELATIVE, table, base };
			location->candidates[location->candidate_count++] =
				(struct kallsyms_addresses){ KALLSYMS_ABSOLUTE_PERCPU, table, base };
		} else {
			location->candidates[location->candidate_count++] =
				(struct kallsyms_addresses){ KALLSYMS_PLACE_RELATIVE, table, 0 };
		}
	}
	fault = memory_read_u64(input->memory, num_syms, sizeof(uint32_t), &count);
	if (fault)
		return error_context(memory_error(fault, num_syms), "kallsyms_num_syms");
	location->count = (uint32_t)count;
	return NULL;
}

static struct inspect_error *locate(const struct source_input *input, uint64_t stext,
				    struct kallsyms_location *location, bool *named_ret)
{
	struct inspect_error *error = locate_named(input, location, named_ret);
	uint64_t data = 0;

	if (error || *named_ret)
		return error;
	vmcoreinfo_symbol(input->vmcoreinfo, "init_uts_ns", &data);
	return kallsyms_scan(input->memory, stext, data, location);
}

/* The line for `info`; NULL when out of memory. */
static char *describe(const struct kallsyms_location *location, bool named, enum kallsyms_encoding encoding)
{
	char *how;
	int length;

	if (named)
		length = asprintf(&how, "named by VMCOREINFO, %s", encoding_string(encoding));
	else
		length = asprintf(&how, "found by their shape at 0x%llx, %s", (unsigned long long)location->names,
				  encoding_string(encoding));
	return length < 0 ? NULL : how;
}

static struct inspect_error *kallsyms_load(struct kallsyms *kallsyms, const struct source_input *input, char **how_ret)
{
	enum kallsyms_encoding encoding = KALLSYMS_ABSOLUTE;
	struct kallsyms_location location;
	struct inspect_error *error;
	uint64_t stext;
	bool named;

	if (!input->vmcoreinfo || !vmcoreinfo_symbol(input->vmcoreinfo, "_stext", &stext))
		return error_create(INSPECT_ERROR_LOOKUP,
				    "VMCOREINFO does not say where the kernel is (no SYMBOL(_stext)); give the symbols "
				    "with -s (vmlinux or System.map)");
	error = locate(input, stext, &location, &named);
	if (!error)
		error = kallsyms_names_init(&kallsyms->names, input->memory, &location);
	if (!error)
		error = load_addresses(kallsyms, input->memory, &location, stext, &encoding);
	if (error)
		return error;
	kallsyms->table.count = location.count;
	if (!symbol_index_init(&kallsyms->index, kallsyms->addresses, location.count))
		return &error_nomem;
	*how_ret = describe(&location, named, encoding);
	return *how_ret ? NULL : &error_nomem;
}

static bool kallsyms_probe(const struct source_input *input)
{
	return input->memory && input->fd < 0 && !input->address;
}

static struct inspect_error *kallsyms_open(const struct source_input *input, struct source *source)
{
	struct kallsyms *kallsyms = calloc(1, sizeof(*kallsyms));
	struct inspect_error *error;

	if (!kallsyms)
		return &error_nomem;
	kallsyms->table.ops = &kallsyms_table_ops;
	error = kallsyms_load(kallsyms, input, &source->how);
	if (error) {
		kallsyms_destroy(&kallsyms->table);
		return error_context(error, "kallsyms");
	}
	source->symbols = &kallsyms->table;
	return NULL;
}

const struct source_ops kallsyms_source_ops = {
	.name = "kallsyms",
	.probe = kallsyms_probe,
	.open = kallsyms_open,
};
