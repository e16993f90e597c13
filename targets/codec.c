/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBDEFLATE
#include <libdeflate.h>
#elif defined(HAVE_ZLIB)
#include <zlib.h>
#endif
#ifdef HAVE_LZO
#include <lzo/lzo1x.h>
#endif
#ifdef HAVE_SNAPPY
#include <snappy-c.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "library.h"

/* Decodes @stored bytes into @page; they are good if that makes exactly @size bytes. */
typedef enum inspect_fault codec_decode_fn(struct codec *codec, const void *stored, size_t stored_size, void *page,
					   size_t size);

static enum inspect_fault page_fault(bool good)
{
	return good ? INSPECT_FAULT_NONE : INSPECT_FAULT_CORRUPT;
}

#if defined(HAVE_ZLIB) && defined(HAVE_LIBDEFLATE)
/* The same streams as zlib's, decoded in less than half the time, and that is what opening a dump spends most on. */
static bool zlib_init(struct codec *codec)
{
	codec->zlib = libdeflate_alloc_decompressor();
	return codec->zlib;
}

static void zlib_deinit(struct codec *codec)
{
	if (codec->zlib)
		libdeflate_free_decompressor(codec->zlib);
}

static enum inspect_fault zlib_decode(struct codec *codec, const void *stored, size_t stored_size, void *page,
				      size_t size)
{
	/* Not asked how much it was, it fails if that is not all of the page. */
	return page_fault(libdeflate_zlib_decompress(codec->zlib, stored, stored_size, page, size, NULL) ==
			  LIBDEFLATE_SUCCESS);
}
#elif defined(HAVE_ZLIB)
static bool zlib_init(struct codec *codec)
{
	z_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return false;
	if (inflateInit(stream) != Z_OK) {
		free(stream);
		return false;
	}
	codec->zlib = stream;
	return true;
}

static void zlib_deinit(struct codec *codec)
{
	if (codec->zlib)
		inflateEnd(codec->zlib);
	free(codec->zlib);
}

static enum inspect_fault zlib_decode(struct codec *codec, const void *stored, size_t stored_size, void *page,
				      size_t size)
{
	z_stream *stream = codec->zlib;

	if (inflateReset(stream) != Z_OK)
		return INSPECT_FAULT_CORRUPT;
	stream->next_in = (Bytef *)stored;
	stream->avail_in = (uInt)stored_size;
	stream->next_out = page;
	stream->avail_out = (uInt)size;
	return page_fault(inflate(stream, Z_FINISH) == Z_STREAM_END && !stream->avail_out);
}
#endif

#ifdef HAVE_LZO
static enum inspect_fault lzo_decode(struct codec *codec, const void *stored, size_t stored_size, void *page,
				     size_t size)
{
	lzo_uint length = size;

	(void)codec;
	return page_fault(lzo1x_decompress_safe(stored, stored_size, page, &length, NULL) == LZO_E_OK &&
			  length == size);
}
#endif

#ifdef HAVE_SNAPPY
struct snappy {
	void *library;
	typeof(snappy_uncompressed_length) *uncompressed_length;
	typeof(snappy_uncompress) *uncompress;
};

/* NULL where the library is not installed, or out of memory. */
static struct snappy *snappy_load(void)
{
	static const struct library_function table[] = {
		LIBRARY_FUNCTION(struct snappy, uncompressed_length, snappy_uncompressed_length),
		LIBRARY_FUNCTION(struct snappy, uncompress, snappy_uncompress),
	};
	struct snappy *snappy = calloc(1, sizeof(*snappy));

	if (!snappy)
		return NULL;
	snappy->library = library_load(SNAPPY_SONAME, table, sizeof(table) / sizeof(*table), snappy);
	if (!snappy->library) {
		free(snappy);
		return NULL;
	}
	return snappy;
}

static enum inspect_fault snappy_decode(struct codec *codec, const void *stored, size_t stored_size, void *page,
					size_t size)
{
	size_t length;

	if (!codec->snappy && !codec->snappy_missing)
		codec->snappy = snappy_load();
	codec->snappy_missing = !codec->snappy;
	if (!codec->snappy)
		return INSPECT_FAULT_UNSUPPORTED;
	/* The length that the data claims is checked before anything is written. */
	return page_fault(codec->snappy->uncompressed_length(stored, stored_size, &length) == SNAPPY_OK &&
			  length == size &&
			  codec->snappy->uncompress(stored, stored_size, page, &length) == SNAPPY_OK && length == size);
}
#endif

#ifdef HAVE_ZSTD
static enum inspect_fault zstd_decode(struct codec *codec, const void *stored, size_t stored_size, void *page,
				      size_t size)
{
	return page_fault(ZSTD_decompressDCtx(codec->zstd, page, size, stored, stored_size) == size);
}
#endif

static const struct codec_kind {
	uint32_t flag;
	const char *name;
	codec_decode_fn *decode; /* NULL: this build has it not */
} codec_kinds[] = {
	{
		CODEC_ZLIB,
		"zlib",
#ifdef HAVE_ZLIB
		zlib_decode,
#endif
	},
	{
		CODEC_LZO,
		"lzo",
#ifdef HAVE_LZO
		lzo_decode,
#endif
	},
	{
		CODEC_SNAPPY,
		"snappy",
#ifdef HAVE_SNAPPY
		snappy_decode,
#endif
	},
	{
		CODEC_ZSTD,
		"zstd",
#ifdef HAVE_ZSTD
		zstd_decode,
#endif
	},
};

#define CODEC_KINDS (sizeof(codec_kinds) / sizeof(*codec_kinds))

bool codec_init(struct codec *codec)
{
	memset(codec, 0, sizeof(*codec));
#ifdef HAVE_ZSTD
	codec->zstd = ZSTD_createDCtx();
	if (!codec->zstd)
		return false;
#endif
#ifdef HAVE_ZLIB
	if (!zlib_init(codec)) {
		codec_deinit(codec);
		return false;
	}
#endif
	return true;
}

void codec_deinit(struct codec *codec)
{
#ifdef HAVE_ZSTD
	ZSTD_freeDCtx(codec->zstd);
#endif
#ifdef HAVE_ZLIB
	zlib_deinit(codec);
#endif
#ifdef HAVE_SNAPPY
	if (codec->snappy)
		library_unload(codec->snappy->library);
	free(codec->snappy);
#endif
	memset(codec, 0, sizeof(*codec));
}

enum inspect_fault codec_decode(struct codec *codec, uint32_t flag, const void *stored, size_t stored_size, void *page,
				size_t size)
{
	for (size_t i = 0; i < CODEC_KINDS; i++) {
		if (codec_kinds[i].flag != flag)
			continue;
		if (!codec_kinds[i].decode)
			return INSPECT_FAULT_UNSUPPORTED;
		return codec_kinds[i].decode(codec, stored, stored_size, page, size);
	}
	return INSPECT_FAULT_CORRUPT;
}

const char *codec_name(uint32_t flags)
{
	for (size_t i = 0; i < CODEC_KINDS; i++)
		if (codec_kinds[i].flag & flags)
			return codec_kinds[i].name;
	return NULL;
}

bool codec_supported(uint32_t flags, const char **missing_ret)
{
	for (size_t i = 0; i < CODEC_KINDS; i++) {
		if ((codec_kinds[i].flag & flags) && !codec_kinds[i].decode) {
			*missing_ret = codec_kinds[i].name;
			return false;
		}
	}
	return true;
}
