/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Builds a small kernel image with kallsyms tables in it, in any of the orders and encodings that kernels have had, and
 * the VMCOREINFO that goes with it. It is memory of one virtual segment, so that no page tables are needed.
 */
#ifndef TESTS_UNIT_DWARF_KALLSYMS_BUILDER_H
#define TESTS_UNIT_DWARF_KALLSYMS_BUILDER_H

#include <check.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "../../../dwarf/kallsyms.h"
#include "kernel/vmcoreinfo.h"

#define IMAGE_BASE UINT64_C(0xffffffff81000000)
#define IMAGE_SIZE (1 << 20)
#define IMAGE_TEXT (300 << 10) /* the tables follow after this much */
#define SYMBOLS 3000
#define PERCPU_SYMBOLS 5
#define STEXT 7 /* the number of the symbol _stext */
#define LONG_SYMBOL 1500

struct recipe {
	enum kallsyms_encoding encoding;
	bool behind;      /* the addresses follow token_index (6.4) */
	bool seqs;        /* seqs_of_names before token_table (6.1 to 6.3) */
	unsigned int alignment;
	bool named;       /* VMCOREINFO names the tables */
	size_t long_name; /* tokens in the name of LONG_SYMBOL; 0: an ordinary name */
	bool one_byte;    /* lengths up to 255 in one byte (before 6.1) */
};

struct image {
	uint8_t *bytes;
	size_t used;
	struct memory memory;
	struct vmcoreinfo info;
	char text[2048];
	struct {
		uint64_t offsets, relative_base, num_syms, names, markers, token_table, token_index, end;
	} at;
	size_t hole_start, hole_end; /* bytes that cannot be read */
};

static inline const char *token_string(unsigned int i)
{
	static const char *const joined[] = { "sym_", "bpf_prog", "Tsym", "__", "_i" };
	static char character[2];

	if (i < sizeof(joined) / sizeof(*joined))
		return joined[i];
	character[0] = i > ' ' && i < 0x7f ? (char)i : '\0';
	return character;
}

/* What the table is to say about symbol @i. */
static inline uint64_t expected_address(const struct recipe *recipe, unsigned int i)
{
	if (recipe->encoding == KALLSYMS_ABSOLUTE_PERCPU && i < PERCPU_SYMBOLS)
		return i * UINT64_C(0x1000);
	return IMAGE_BASE + i * UINT64_C(0x30) - STEXT * UINT64_C(0x30);
}

static inline void expected_name(const struct recipe *recipe, unsigned int i, char *name)
{
	if (i == STEXT) {
		strcpy(name, "_stext");
	} else if (i == LONG_SYMBOL && recipe->long_name) {
		memset(name, 'L', recipe->long_name - 1);
		name[recipe->long_name - 1] = '\0';
	} else {
		sprintf(name, "sym_%u_i", i % 2000);
	}
}

static inline void image_put(struct image *image, const void *bytes, size_t size)
{
	ck_assert_uint_le(image->used + size, IMAGE_SIZE);
	memcpy(image->bytes + image->used, bytes, size);
	image->used += size;
}

static inline void image_put_u32(struct image *image, uint64_t value)
{
	uint32_t narrow = (uint32_t)value;

	image_put(image, &narrow, sizeof(narrow));
}

/* A label, as scripts/kallsyms.c puts it. */
static inline uint64_t image_label(struct image *image, unsigned int alignment)
{
	while (image->used % alignment)
		image->bytes[image->used++] = 0;
	return IMAGE_BASE + image->used;
}

static inline void image_put_offset(struct image *image, const struct recipe *recipe, unsigned int i)
{
	uint64_t address = expected_address(recipe, i), place = IMAGE_BASE + image->used;

	switch (recipe->encoding) {
	case KALLSYMS_ABSOLUTE:
		image_put(image, &address, sizeof(address));
		break;
	case KALLSYMS_BASE_RELATIVE:
		image_put_u32(image, address - (IMAGE_BASE - 0x1000));
		break;
	case KALLSYMS_ABSOLUTE_PERCPU:
		image_put_u32(image, i < PERCPU_SYMBOLS ? address : IMAGE_BASE - 0x1000 - 1 - address);
		break;
	case KALLSYMS_PLACE_RELATIVE:
		image_put_u32(image, address - place);
		break;
	}
}

static inline void image_put_addresses(struct image *image, const struct recipe *recipe)
{
	uint64_t base = IMAGE_BASE - 0x1000;

	image->at.offsets = image_label(image, recipe->alignment);
	for (unsigned int i = 0; i < SYMBOLS; i++)
		image_put_offset(image, recipe, i);
	if (recipe->encoding == KALLSYMS_BASE_RELATIVE || recipe->encoding == KALLSYMS_ABSOLUTE_PERCPU) {
		image->at.relative_base = image_label(image, recipe->alignment);
		image_put(image, &base, sizeof(base));
	}
}

static inline void image_put_name(struct image *image, const struct recipe *recipe, unsigned int i)
{
	char name[1024] = "T", *c = name + 1;
	uint8_t tokens[1024];
	size_t count = 0;

	expected_name(recipe, i, name + 1);
	if (!strncmp(name, "Tsym", 4)) {
		tokens[count++] = 2;
		c = name + 4;
	} else {
		tokens[count++] = 'T';
	}
	while (*c) {
		bool joined = !strcmp(c, "_i");

		tokens[count++] = joined ? 4 : (uint8_t)*c;
		c += joined ? 2 : 1;
	}
	if (count < 0x80 || recipe->one_byte) {
		image_put(image, &(uint8_t){ (uint8_t)count }, 1);
	} else {
		image_put(image, &(uint8_t){ (uint8_t)(count | 0x80) }, 1);
		image_put(image, &(uint8_t){ (uint8_t)(count >> 7) }, 1);
	}
	image_put(image, tokens, count);
}

static inline void image_put_names(struct image *image, const struct recipe *recipe)
{
	uint32_t markers[SYMBOLS / KALLSYMS_MARKER_SPAN + 1];
	unsigned int count = 0;

	image->at.num_syms = image_label(image, recipe->alignment);
	image_put_u32(image, SYMBOLS);
	image->at.names = image_label(image, recipe->alignment);
	for (unsigned int i = 0; i < SYMBOLS; i++) {
		if (i % KALLSYMS_MARKER_SPAN == 0)
			markers[count++] = (uint32_t)(IMAGE_BASE + image->used - image->at.names);
		image_put_name(image, recipe, i);
	}
	image->at.markers = image_label(image, recipe->alignment);
	image_put(image, markers, count * sizeof(*markers));
	if (recipe->seqs) {
		image_label(image, recipe->alignment);
		for (unsigned int i = 0; i < SYMBOLS; i++)
			image_put(image, (uint8_t[]){ 0, (uint8_t)(i >> 8), (uint8_t)i }, 3);
	}
}

static inline void image_put_tokens(struct image *image, const struct recipe *recipe)
{
	uint16_t index[KALLSYMS_TOKENS];

	image->at.token_table = image_label(image, recipe->alignment);
	for (unsigned int i = 0; i < KALLSYMS_TOKENS; i++) {
		index[i] = (uint16_t)(IMAGE_BASE + image->used - image->at.token_table);
		image_put(image, token_string(i), strlen(token_string(i)) + 1);
	}
	image->at.token_index = image_label(image, recipe->alignment);
	image_put(image, index, sizeof(index));
}

static inline __attribute__((format(printf, 2, 3))) void image_info(struct image *image, const char *format, ...)
{
	size_t length = strlen(image->text);
	va_list args;

	va_start(args, format);
	vsnprintf(image->text + length, sizeof(image->text) - length, format, args);
	va_end(args);
}

static inline void image_describe(struct image *image, const struct recipe *recipe)
{
	image_info(image, "OSRELEASE=6.1.0-test\nSYMBOL(_stext)=%lx\nSYMBOL(init_uts_ns)=%lx\n", IMAGE_BASE,
		   IMAGE_BASE + IMAGE_SIZE);
	if (!recipe->named)
		return;
	image_info(image, "SYMBOL(kallsyms_names)=%lx\nSYMBOL(kallsyms_num_syms)=%lx\n", image->at.names,
		   image->at.num_syms);
	image_info(image, "SYMBOL(kallsyms_token_table)=%lx\nSYMBOL(kallsyms_token_index)=%lx\n", image->at.token_table,
		   image->at.token_index);
	image_info(image, "SYMBOL(kallsyms_%s)=%lx\n",
		   recipe->encoding == KALLSYMS_ABSOLUTE ? "addresses" : "offsets", image->at.offsets);
	if (image->at.relative_base)
		image_info(image, "SYMBOL(kallsyms_relative_base)=%lx\n", image->at.relative_base);
}

static inline enum inspect_fault image_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct image *image = arg;
	size_t readable = size;

	if (position < image->hole_end && position + size > image->hole_start)
		readable = position < image->hole_start ? image->hole_start - position : 0;
	memcpy(buf, image->bytes + position, readable);
	*done_ret = readable;
	return readable == size ? INSPECT_FAULT_NONE : INSPECT_FAULT_EXCLUDED;
}

/* Makes VMCOREINFO anew from image->text. */
static inline void image_set_info(struct image *image)
{
	vmcoreinfo_deinit(&image->info);
	ck_assert_ptr_null(vmcoreinfo_init(&image->info, image->text, strlen(image->text)));
}

static inline void image_init(struct image *image, const struct recipe *recipe)
{
	struct memory_segment segment = { .start = IMAGE_BASE, .size = IMAGE_SIZE, .filled = IMAGE_SIZE,
					  .read = image_read, .arg = image };
	static const char digits[] = "0\0" "1\0" "2\0" "3\0" "4\0" "5\0" "6\0" "7\0" "8\0" "9";

	memset(image, 0, sizeof(*image));
	image->bytes = malloc(IMAGE_SIZE);
	memset(image->bytes, 0xcc, IMAGE_SIZE);
	/* Text, and a table of digits that is not the one, near the end where it is met first. */
	image->used = IMAGE_TEXT;
	memcpy(image->bytes + IMAGE_SIZE - 0x8000, digits, sizeof(digits));
	if (!recipe->behind)
		image_put_addresses(image, recipe);
	image_put_names(image, recipe);
	image_put_tokens(image, recipe);
	if (recipe->behind)
		image_put_addresses(image, recipe);
	image->at.end = IMAGE_BASE + image->used;
	memory_init(&image->memory);
	ck_assert_ptr_null(memory_add_virtual(&image->memory, &segment));
	ck_assert_ptr_null(memory_ready(&image->memory));
	image_describe(image, recipe);
	image_set_info(image);
}

static inline void image_deinit(struct image *image)
{
	vmcoreinfo_deinit(&image->info);
	memory_deinit(&image->memory);
	free(image->bytes);
}

#endif
