/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Types written down as BTF and memory of a few pages, for tests of what reads and shows objects: typed_init(), types
 * by the functions below, bytes by fake_write(), then typed_type(), with which no more types can be added.
 */
#ifndef TESTS_UNIT_CORE_TYPED_H
#define TESTS_UNIT_CORE_TYPED_H

#include "../../../dwarf/btf.h"
#include "../dwarf/btf_builder.h"
#include "../kernel/fake.h"
#include "base/error.h"
#include "core/object.h"

#define TYPED_START UINT64_C(0x100000)
#define TYPED_SIZE UINT64_C(0x10000000)

struct typed {
	struct fake fake;
	struct builder *builder;
	struct scope *scope;
	uint32_t int_id, char_id, long_id, u8_id, bool_id, double_id, int128_id;
};

/* Virtual addresses are those of the fake's pages; what was not written is excluded. */
static inline void typed_init(struct typed *typed)
{
	const struct memory_segment segment = {
		.start = TYPED_START, .size = TYPED_SIZE, .filled = TYPED_SIZE, .position = TYPED_START,
		.read = fake_read, .arg = &typed->fake,
	};
	struct builder *builder = builder_create(1, 0);

	fake_init(&typed->fake);
	ck_assert_ptr_null(memory_add_virtual(&typed->fake.memory, &segment));
	ck_assert_ptr_null(memory_ready(&typed->fake.memory));
	typed->builder = builder;
	typed->scope = NULL;
	typed->int_id = builder_type(builder, "int", INFO(BTF_KIND_INT, 0), 4, ENCODED_INT(32, BTF_INT_SIGNED));
	typed->char_id = builder_type(builder, "char", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, BTF_INT_SIGNED));
	typed->long_id = builder_type(builder, "long unsigned int", INFO(BTF_KIND_INT, 0), 8, ENCODED_INT(64, 0));
	typed->bool_id = builder_type(builder, "_Bool", INFO(BTF_KIND_INT, 0), 1, ENCODED_INT(8, BTF_INT_BOOL));
	typed->double_id = builder_type(builder, "double", INFO(BTF_KIND_FLOAT, 0), 8);
	typed->int128_id = builder_type(builder, "__int128", INFO(BTF_KIND_INT, 0), 16,
					ENCODED_INT(128, BTF_INT_SIGNED));
	typed->u8_id = builder_type(builder, "u8", INFO(BTF_KIND_TYPEDEF, 0),
				    builder_type(builder, "unsigned char", INFO(BTF_KIND_INT, 0), 1,
						 ENCODED_INT(8, 0)));
}

static inline void typed_deinit(struct typed *typed)
{
	scope_destroy(typed->scope);
	fake_deinit(&typed->fake);
	free(typed->builder);
}

static inline uint32_t typed_pointer(struct typed *typed, uint32_t id)
{
	return builder_type(typed->builder, NULL, INFO(BTF_KIND_PTR, 0), id);
}

static inline uint32_t typed_array(struct typed *typed, uint32_t id, uint32_t length)
{
	return builder_type(typed->builder, NULL, INFO(BTF_KIND_ARRAY, 0), 0, id, typed->int_id, length);
}

static inline uint32_t typed_name(struct typed *typed, const char *name)
{
	return builder_name(typed->builder, name);
}

static inline struct type *typed_type(struct typed *typed, uint32_t id)
{
	struct type *type = NULL;

	if (!typed->scope) {
		size_t size;
		void *bytes = builder_finish(typed->builder, &size);
		struct inspect_error *error = btf_scope_create("test", bytes, size, NULL, &typed->scope);

		ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	}
	ck_assert_ptr_null(scope_by_id(typed->scope, id, &type));
	return type;
}

static inline struct object typed_object(struct typed *typed, uint32_t id, uint64_t address)
{
	return object_reference(typed_type(typed, id), address);
}

#endif
