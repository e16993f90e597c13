/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Builds BTF word by word, right or wrong, for tests: builder_type() appends a record and says its id,
 * builder_finish() gives a buffer of exactly the blob's size, so that ASan sees the first byte read behind it.
 */
#ifndef TESTS_UNIT_DWARF_BTF_BUILDER_H
#define TESTS_UNIT_DWARF_BTF_BUILDER_H

#include <check.h>
#include <linux/btf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct builder {
	uint32_t words[65536];
	size_t count;
	char strings[4096];
	uint32_t string_size;
	uint32_t string_base; /* size of the base's strings */
	uint32_t next_id;
	uint8_t layout[128][4];
	uint32_t layout_count; /* 0: header of 24 bytes */
};

#define INFO(kind, vlen) ((uint32_t)(kind) << 24 | (vlen))
#define FLAG (UINT32_C(1) << 31)
#define ENCODED_INT(bits, encoding) ((uint32_t)(encoding) << 24 | (bits))

/*
 * A new builder, on a base with @first_id types and @string_base bytes of strings (1 and 0 without). The caller frees
 * it.
 */
static inline struct builder *builder_create(uint32_t first_id, uint32_t string_base)
{
	struct builder *builder = calloc(1, sizeof(*builder));

	ck_assert_ptr_nonnull(builder);
	builder->next_id = first_id;
	builder->string_base = string_base;
	builder->string_size = 1;
	return builder;
}

/* The offset of @name, which is appended; 0 for NULL. */
static inline uint32_t builder_name(struct builder *builder, const char *name)
{
	uint32_t offset = builder->string_size;

	if (!name)
		return 0;
	ck_assert_uint_lt(offset + strlen(name) + 1, sizeof(builder->strings));
	strcpy(builder->strings + offset, name);
	builder->string_size += strlen(name) + 1;
	return builder->string_base + offset;
}

static inline uint32_t builder_words(struct builder *builder, const char *name, uint32_t info, uint32_t size_or_type,
				     const uint32_t *words, size_t count)
{
	const uint32_t record[] = { builder_name(builder, name), info, size_or_type };

	ck_assert_uint_lt(builder->count + 3 + count, sizeof(builder->words) / sizeof(builder->words[0]));
	memcpy(builder->words + builder->count, record, sizeof(record));
	if (count)
		memcpy(builder->words + builder->count + 3, words, count * sizeof(*words));
	builder->count += 3 + count;
	return builder->next_id++;
}

/* Appends a record and whatever words follow it. */
#define builder_type(builder, name, info, size_or_type, ...)                                         \
	builder_words(builder, name, info, size_or_type, (const uint32_t[]){ 0, ##__VA_ARGS__ } + 1, \
		      sizeof((const uint32_t[]){ 0, ##__VA_ARGS__ }) / sizeof(uint32_t) - 1)

/* The finished blob, which the caller frees: header, types, strings, layout. */
static inline void *builder_finish(const struct builder *builder, size_t *size_ret)
{
	uint32_t types = (uint32_t)builder->count * 4, layout = builder->layout_count * 4;
	const uint32_t header[] = {
		BTF_MAGIC | BTF_VERSION << 16, builder->layout_count ? 32 : 24, 0,      types, types,
		builder->string_size,          types + builder->string_size,    layout,
	};
	size_t size = header[1] + types + builder->string_size + layout;
	char *blob = malloc(size);

	ck_assert_ptr_nonnull(blob);
	memcpy(blob, header, header[1]);
	memcpy(blob + header[1], builder->words, types);
	memcpy(blob + header[1] + types, builder->strings, builder->string_size);
	memcpy(blob + header[1] + types + builder->string_size, builder->layout, layout);
	*size_ret = size;
	return blob;
}

/* Fills the layout section as kernels since 7.1 do, up to ENUM64. */
static inline void builder_layout(struct builder *builder)
{
	static const uint8_t layout[][4] = {
		[BTF_KIND_INT] = { 4, 0 },     [BTF_KIND_ARRAY] = { 12, 0 },   [BTF_KIND_STRUCT] = { 0, 12 },
		[BTF_KIND_UNION] = { 0, 12 },  [BTF_KIND_ENUM] = { 0, 8 },     [BTF_KIND_FUNC_PROTO] = { 0, 8 },
		[BTF_KIND_VAR] = { 4, 0 },     [BTF_KIND_DATASEC] = { 0, 12 }, [BTF_KIND_DECL_TAG] = { 4, 0 },
		[BTF_KIND_ENUM64] = { 0, 12 },
	};

	memcpy(builder->layout, layout, sizeof(layout));
	builder->layout_count = sizeof(layout) / sizeof(layout[0]);
}

#endif
