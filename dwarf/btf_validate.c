/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "btf_validate.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

#define BTF_MAGIC_SWAPPED 0x9feb
#define RECORD_SIZE 12 /* name, info, size or type: sizeof(struct btf_type) */

/* Our own struct for the header: that of <linux/btf.h> differs in size between its versions. */
struct header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t type_off; /* all offsets count from the end of the header */
	uint32_t type_len;
	uint32_t str_off;
	uint32_t str_len;
	uint32_t layout_off; /* the last two since 7.1 */
	uint32_t layout_len;
};

#define HEADER_SIZE_OLD offsetof(struct header, layout_off)

/* What to check in a record of a kind. */
enum {
	NAMED = 1,         /* it must have a name */
	TARGET = 2,        /* its last word is a type id, not a size */
	ELEMENT_NAMES = 4, /* each element begins with a name … */
	ELEMENT_TYPES = 8, /* … and goes on, or begins, with a type id */
};

struct rule {
	struct btf_kind_size size;
	unsigned int checks;
};

static const struct rule rules[BTF_KINDS_KNOWN] = {
	[BTF_KIND_INT] = { { true, 4, 0 }, NAMED },
	[BTF_KIND_PTR] = { { true, 0, 0 }, TARGET },
	[BTF_KIND_ARRAY] = { { true, 12, 0 }, 0 },
	[BTF_KIND_STRUCT] = { { true, 0, 12 }, ELEMENT_NAMES | ELEMENT_TYPES },
	[BTF_KIND_UNION] = { { true, 0, 12 }, ELEMENT_NAMES | ELEMENT_TYPES },
	[BTF_KIND_ENUM] = { { true, 0, 8 }, ELEMENT_NAMES },
	[BTF_KIND_FWD] = { { true, 0, 0 }, NAMED },
	[BTF_KIND_TYPEDEF] = { { true, 0, 0 }, NAMED | TARGET },
	[BTF_KIND_VOLATILE] = { { true, 0, 0 }, TARGET },
	[BTF_KIND_CONST] = { { true, 0, 0 }, TARGET },
	[BTF_KIND_RESTRICT] = { { true, 0, 0 }, TARGET },
	[BTF_KIND_FUNC] = { { true, 0, 0 }, NAMED | TARGET }, /* its vlen is the linkage */
	[BTF_KIND_FUNC_PROTO] = { { true, 0, 8 }, TARGET | ELEMENT_NAMES | ELEMENT_TYPES },
	[BTF_KIND_VAR] = { { true, 4, 0 }, NAMED | TARGET },
	[BTF_KIND_DATASEC] = { { true, 0, 12 }, NAMED | ELEMENT_TYPES },
	[BTF_KIND_FLOAT] = { { true, 0, 0 }, NAMED },
	[BTF_KIND_DECL_TAG] = { { true, 4, 0 }, NAMED | TARGET },
	[BTF_KIND_TYPE_TAG] = { { true, 0, 0 }, TARGET },
	[BTF_KIND_ENUM64] = { { true, 0, 12 }, ELEMENT_NAMES },
};

struct record {
	const unsigned char *bytes;
	uint32_t id;
	uint32_t name;
	unsigned int kind;
	uint32_t vlen;
	bool flag;
	uint32_t size_or_type;
	uint64_t size; /* with all that follows; 36 bits at most */
};

/* The bytes are aligned as the caller pleased. All hosts and targets we know are little endian. */
static uint32_t load32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static struct inspect_error *damaged(const struct record *record, const char *what)
{
	return error_create(INSPECT_ERROR_FORMAT, "type %u (kind %u, %u elements): %s", record->id, record->kind,
			    record->vlen, what);
}

static bool inside(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

/* Magic, version, lengths of the header itself. */
static struct inspect_error *read_header(const unsigned char *bytes, size_t size, struct header *header)
{
	size_t known;

	memset(header, 0, sizeof(*header));
	if (size < HEADER_SIZE_OLD)
		return error_create(INSPECT_ERROR_FORMAT, "%zu bytes are too few for its header", size);
	memcpy(header, bytes, HEADER_SIZE_OLD);
	if (header->magic == BTF_MAGIC_SWAPPED)
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "it is big endian; only little-endian kernels (x86-64, arm64) can be read");
	if (header->magic != BTF_MAGIC)
		return error_create(INSPECT_ERROR_FORMAT, "its magic is 0x%04x, not 0x%04x", header->magic, BTF_MAGIC);
	if (header->version != BTF_VERSION || header->flags)
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "version %u with flags 0x%x; known is version %u without", header->version,
				    header->flags, BTF_VERSION);
	if (header->hdr_len < HEADER_SIZE_OLD || header->hdr_len > size || header->hdr_len % 4 ||
	    (header->hdr_len > HEADER_SIZE_OLD && header->hdr_len < sizeof(*header)))
		return error_create(INSPECT_ERROR_FORMAT, "a header of %u bytes, in a blob of %zu", header->hdr_len,
				    size);
	known = header->hdr_len < sizeof(*header) ? HEADER_SIZE_OLD : sizeof(*header);
	memcpy(header, bytes, known);
	for (size_t i = known; i < header->hdr_len; i++) {
		if (bytes[i])
			return error_create(INSPECT_ERROR_UNSUPPORTED,
					    "a header of %u bytes with fields unknown to this version",
					    header->hdr_len);
	}
	return NULL;
}

/*
 * The sizes of all kinds: ours, and for newer ones those of the layout section, which has a { u8 fixed, u8 element,
 * u16 flags } a kind (struct btf_layout of <linux/btf.h>, since 7.1).
 */
static struct inspect_error *read_sizes(struct btf_blob *blob, const unsigned char *layout, uint32_t layout_len)
{
	for (unsigned int kind = 0; kind < BTF_KINDS_KNOWN; kind++)
		blob->sizes[kind] = rules[kind].size;
	for (uint32_t kind = 1; kind < BTF_KINDS && kind < layout_len / 4; kind++) {
		const unsigned char *entry = layout + kind * 4;
		struct btf_kind_size *size = &blob->sizes[kind];

		if (size->known && (size->fixed != entry[0] || size->element != entry[1]))
			return error_create(
				INSPECT_ERROR_UNSUPPORTED,
				"its layout section gives kind %u %u bytes and %u an element, not %u and %u", kind,
				entry[0], entry[1], size->fixed, size->element);
		if (entry[0] % 4 || entry[1] % 4)
			return error_create(INSPECT_ERROR_UNSUPPORTED,
					    "its layout section gives kind %u %u bytes and %u an element, which leaves the "
					    "types behind unaligned", kind, entry[0], entry[1]);
		*size = (struct btf_kind_size){ true, entry[0], entry[1] };
	}
	return NULL;
}

/* Finds the sections. libbpf takes none but with types in front of strings, aligned; no known writer does otherwise. */
static struct inspect_error *read_sections(const unsigned char *bytes, size_t size, struct btf_blob *blob)
{
	struct inspect_error *error;
	const unsigned char *data;
	struct header header;
	size_t room;

	error = read_header(bytes, size, &header);
	if (error)
		return error;
	data = bytes + header.hdr_len;
	room = size - header.hdr_len;
	if (!inside(header.type_off, header.type_len, room) || !inside(header.str_off, header.str_len, room) ||
	    !inside(header.layout_off, header.layout_len, room) || header.type_off % 4 ||
	    (uint64_t)header.type_off + header.type_len > header.str_off)
		return error_create(INSPECT_ERROR_FORMAT,
				    "types at %u+%u, strings at %u+%u, layout at %u+%u do not fit into %zu bytes",
				    header.type_off, header.type_len, header.str_off, header.str_len, header.layout_off,
				    header.layout_len, room);
	blob->types = data + header.type_off;
	blob->type_size = header.type_len;
	blob->strings = (const char *)data + header.str_off;
	blob->string_end = blob->string_first + header.str_len;
	if (blob->string_end < blob->string_first)
		return error_create(INSPECT_ERROR_LIMIT, "more strings than offsets can tell");
	if (header.str_len ? blob->strings[header.str_len - 1] != '\0' : !blob->base)
		return error_create(INSPECT_ERROR_FORMAT, "its string section of %u bytes does not end with NUL",
				    header.str_len);
	if (!blob->base && blob->strings[0])
		return error_create(INSPECT_ERROR_FORMAT, "its string section does not begin with the empty string");
	return read_sizes(blob, data + header.layout_off, header.layout_len);
}

/* The record at @offset of the type section, which is below its end. */
static struct inspect_error *read_record(const struct btf_blob *blob, uint32_t offset, uint32_t id,
					 struct record *record)
{
	const unsigned char *bytes = blob->types + offset;
	const struct btf_kind_size *size;
	uint32_t info;

	if (blob->type_size - offset < RECORD_SIZE)
		return error_create(INSPECT_ERROR_FORMAT, "type %u is cut off by the end of the type section", id);
	info = load32(bytes + 4);
	*record = (struct record){
		.bytes = bytes,
		.id = id,
		.name = load32(bytes),
		.kind = btf_info_kind(info),
		.vlen = btf_info_vlen(info),
		.flag = btf_info_flag(info),
		.size_or_type = load32(bytes + 8),
	};
	size = &blob->sizes[record->kind];
	if (!size->known)
		return error_create(record->kind ? INSPECT_ERROR_UNSUPPORTED : INSPECT_ERROR_FORMAT,
				    "type %u has the unknown kind %u, which no layout section describes", id,
				    record->kind);
	record->size = RECORD_SIZE + size->fixed + (uint64_t)record->vlen * size->element;
	if (record->size > blob->type_size - offset)
		return damaged(record, "it reaches behind the end of the type section");
	return NULL;
}

/* Whether @id, in the record of a type, is one that exists. */
static struct inspect_error *check_id(const struct btf_blob *blob, uint32_t owner, uint32_t id)
{
	if (id < blob->type_count)
		return NULL;
	return error_create(INSPECT_ERROR_FORMAT, "type %u refers to type %u, but there are %u types", owner, id,
			    blob->type_count);
}

static struct inspect_error *check_name(const struct btf_blob *blob, const struct record *record)
{
	if (record->name >= blob->string_end)
		return damaged(record, "its name lies outside the string section");
	if (record->kind < BTF_KINDS_KNOWN && rules[record->kind].checks & NAMED && !*btf_string(blob, record->name))
		return damaged(record, "it has no name");
	return NULL;
}

/* What a variable number of follows the record: members, enumerators, parameters, variables. */
static struct inspect_error *check_elements(const struct btf_blob *blob, const struct record *record)
{
	const struct rule *rule = &rules[record->kind];
	const unsigned char *element = record->bytes + RECORD_SIZE + rule->size.fixed;
	const unsigned char *end = element + (size_t)record->vlen * rule->size.element;
	bool names = rule->checks & ELEMENT_NAMES, types = rule->checks & ELEMENT_TYPES;

	for (; element < end; element += rule->size.element) {
		struct inspect_error *error = NULL;

		if (names && load32(element) >= blob->string_end)
			return damaged(record, "an element's name lies outside the string section");
		if (types)
			error = check_id(blob, record->id, load32(element + (names ? 4 : 0)));
		if (error)
			return error;
	}
	return NULL;
}

/* Kernel: btf_int_check_meta(). */
static struct inspect_error *check_int(const struct record *record)
{
	uint32_t data = load32(record->bytes + RECORD_SIZE);

	if (!record->size_or_type || record->size_or_type > 16 ||
	    BTF_INT_OFFSET(data) + BTF_INT_BITS(data) > record->size_or_type * 8)
		return damaged(record, "its size or its bits make no sense");
	return NULL;
}

/* A member begins inside its struct. Its end is the business of who reads a value: that takes sizes of other types. */
static struct inspect_error *check_members(const struct record *record)
{
	const unsigned char *member = record->bytes + RECORD_SIZE;
	uint64_t bits = (uint64_t)record->size_or_type * 8;

	for (uint32_t i = 0; i < record->vlen; i++, member += 12) {
		uint32_t offset = load32(member + 8);

		if ((record->flag ? BTF_MEMBER_BIT_OFFSET(offset) : offset) > bits)
			return damaged(record, "a member lies outside of it");
	}
	return NULL;
}

static struct inspect_error *check_scalar_size(const struct record *record, bool zero_ok, uint32_t largest)
{
	uint32_t size = record->size_or_type;

	/* 12: x87's long double of 32-bit code, which the kernel's btf_float_check_meta() allows too */
	if (size > largest || (size & (size - 1) && size != 12) || (!size && !zero_ok))
		return damaged(record, "its size makes no sense");
	return NULL;
}

/* What only one kind has. */
static struct inspect_error *check_kind(const struct btf_blob *blob, const struct record *record)
{
	switch (record->kind) {
	case BTF_KIND_INT:
		return check_int(record);
	case BTF_KIND_ARRAY:
		return check_id(blob, record->id, load32(record->bytes + RECORD_SIZE + 4)); /* of the index */
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return check_members(record);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return check_scalar_size(record, !record->vlen, 8);
	case BTF_KIND_FLOAT:
		return check_scalar_size(record, false, 16);
	}
	return NULL;
}

static struct inspect_error *check_record(const struct btf_blob *blob, const struct record *record)
{
	struct inspect_error *error = check_name(blob, record);

	if (error || record->kind >= BTF_KINDS_KNOWN)
		return error;
	error = check_elements(blob, record);
	return error ? error : check_kind(blob, record);
}

/* Where the chain of a type goes on; 0: nowhere. */
static uint32_t next_of_chain(const struct btf_type *record)
{
	unsigned int kind = btf_info_kind(record->info);

	if (kind == BTF_KIND_ARRAY)
		return ((const struct btf_array *)(record + 1))->type;
	return kind < BTF_KINDS_KNOWN && rules[kind].checks & TARGET ? record->type : 0;
}

/* No chain may be longer than BTF_CHAIN_MAX, let alone endless. */
static struct inspect_error *check_chain(const struct btf_blob *blob, uint32_t id)
{
	uint32_t at = id, next;

	for (unsigned int steps = 0; (next = next_of_chain(btf_record(blob, at))); steps++, at = next) {
		struct inspect_error *error = check_id(blob, at, next);

		if (!error && steps == BTF_CHAIN_MAX)
			error = error_create(INSPECT_ERROR_FORMAT,
					     "type %u is nested more than %u deep, or refers to itself", id,
					     BTF_CHAIN_MAX);
		if (error)
			return error;
	}
	return NULL;
}

struct inspect_error *btf_check_type(const struct btf_blob *blob, uint32_t id)
{
	struct inspect_error *error;
	struct record record;

	if (!id)
		return NULL;
	if (id < blob->first_id)
		blob = blob->base;
	error = read_record(blob, blob->offsets[id - blob->first_id], id, &record);
	if (!error)
		error = check_record(blob, &record);
	return error ? error : check_chain(blob, id);
}

/* Finds where each record begins. */
static struct inspect_error *find_records(struct btf_blob *blob)
{
	uint32_t id = blob->first_id;

	for (uint32_t offset = 0; offset < blob->type_size; id++) {
		struct inspect_error *error;
		struct record record;

		if (id > BTF_ID_MAX)
			return error_create(INSPECT_ERROR_LIMIT, "it has more than %u types", BTF_ID_MAX);
		error = read_record(blob, offset, id, &record);
		if (error)
			return error;
		blob->has_signed_enums |= record.flag & (record.kind == BTF_KIND_ENUM || record.kind == BTF_KIND_ENUM64);
		blob->offsets[id - blob->first_id] = offset;
		offset += record.size;
	}
	blob->type_count = id;
	return NULL;
}

struct inspect_error *btf_validate(const void *bytes, size_t size, const struct btf_blob *base,
				   struct btf_blob *blob_ret)
{
	struct btf_blob blob = { .base = base, .first_id = 1 };
	_cleanup_free_ uint32_t *offsets = NULL;
	struct inspect_error *error;

	if (size > BTF_SIZE_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "%zu bytes are more than the %u that are allowed", size,
				    BTF_SIZE_MAX);
	if (base) {
		blob.first_id = base->type_count;
		blob.string_first = base->string_end;
	}
	error = read_sections(bytes, size, &blob);
	if (error)
		return error;
	/* An upper bound, of which only the part that is used gets touched. */
	offsets = malloc((blob.type_size / RECORD_SIZE + 1) * sizeof(*offsets));
	if (!offsets)
		return &error_nomem;
	blob.offsets = offsets;
	error = find_records(&blob);
	if (error)
		return error;
	*blob_ret = blob;
	offsets = NULL;
	return NULL;
}
