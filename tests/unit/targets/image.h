/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dump files built in memory, for the tests of the targets. Every function ends the test when something fails. */
#ifndef TESTS_TARGETS_IMAGE_H
#define TESTS_TARGETS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "providers.h"
#include "targets/kdump_header.h"

struct image {
	unsigned char *bytes;
	size_t size;
};

void image_deinit(struct image *image);
/* Puts bytes at @offset; what is between there and the former end is zeros. */
void image_put(struct image *image, uint64_t offset, const void *bytes, size_t size);
/* A descriptor of a file with the first @size bytes. */
int image_fd(const struct image *image, size_t size);

/* One record of a flattened file, at its end; image_flat_start() is its header, image_flat_end() its end mark. */
void image_flat_start(struct image *flat);
void image_flat_record(struct image *flat, uint64_t position, const void *bytes, size_t size);
void image_flat_end(struct image *flat);
/* The whole of @image as a flattened file: records of uneven size, the odd ones first, after two wrong ones. */
void image_flatten(const struct image *image, struct image *flat);

enum page_state {
	PAGE_ABSENT,
	PAGE_EXCLUDED,
	PAGE_DUMPED,
};

struct kdump_spec {
	uint32_t version;
	uint32_t block_size;
	uint32_t codec;    /* of every page but the zero ones and the raw ones (each fifth); 0: all raw */
	uint32_t level;
	uint64_t pages;
	bool split;
	uint64_t first, end; /* of a split part */
	enum page_state (*state)(uint64_t pfn);
	const char *vmcoreinfo;
};

/* The content of a page: every seventh is zeros, the others differ from each other and can be compressed. */
void page_fill(uint64_t pfn, void *page, size_t size);
/* Compresses a page; false if that makes it no smaller. */
bool page_compress(uint32_t codec, const void *page, size_t size, void *stored, size_t *stored_size_ret);
void image_kdump(struct image *image, const struct kdump_spec *spec);
/* Where the descriptors begin in an image_kdump(). */
uint64_t image_kdump_descriptors(const struct image *image);

/* A target opened by the first provider of the table that takes the first file. */
struct opened {
	struct target target;
	struct memory memory;
};

struct inspect_error *opened_init(struct opened *opened, const struct target_file *files, size_t count);
void opened_deinit(struct opened *opened);

#endif
