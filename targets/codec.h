/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The codecs of kdump pages, one reused context each. Which there are is decided when building; a page in another is
 * INSPECT_FAULT_UNSUPPORTED, and so is one in snappy where that is not installed. To add one: a flag, a decode function
 * and a line in the table of codec.c.
 */
#ifndef TARGETS_CODEC_H
#define TARGETS_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

/* page_desc.flags and disk_dump_header.status (makedumpfile, diskdump_mod.h). */
#define CODEC_ZLIB 0x1u
#define CODEC_LZO 0x2u
#define CODEC_SNAPPY 0x4u
#define CODEC_ZSTD 0x20u
#define CODEC_MASK (CODEC_ZLIB | CODEC_LZO | CODEC_SNAPPY | CODEC_ZSTD)

/* The contexts of one dump. */
struct codec {
	void *zlib;
	void *zstd;
	struct snappy *snappy; /* NULL: not loaded, no page asked for it yet … */
	bool snappy_missing;   /* … or it is not there */
};

/* False when out of memory. */
bool codec_init(struct codec *codec);
void codec_deinit(struct codec *codec);

/* Decodes a page of exactly @size bytes, stored with one of the flags above; damage is INSPECT_FAULT_CORRUPT. */
enum inspect_fault codec_decode(struct codec *codec, uint32_t flag, const void *stored, size_t stored_size, void *page,
				size_t size);

/* "zlib", … for the lowest of the flags in @flags; NULL: none of them. */
const char *codec_name(uint32_t flags);
/* Whether this build can decode all of @flags; if not, *@missing_ret is the name of one that it cannot. */
bool codec_supported(uint32_t flags, const char **missing_ret);

#endif
