/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image.h"

#include <endian.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <check.h>

#include "base/error.h"
#include "targets/codec.h"

void image_deinit(struct image *image)
{
	free(image->bytes);
	*image = (struct image){ 0 };
}

void image_put(struct image *image, uint64_t offset, const void *bytes, size_t size)
{
	if (offset + size > image->size) {
		image->bytes = realloc(image->bytes, offset + size);
		ck_assert_ptr_nonnull(image->bytes);
		memset(image->bytes + image->size, 0, offset + size - image->size);
		image->size = offset + size;
	}
	if (size)
		memcpy(image->bytes + offset, bytes, size);
}

int image_fd(const struct image *image, size_t size)
{
	int fd = memfd_create("image", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, image->bytes, size), (ssize_t)size);
	return fd;
}

void image_flat_start(struct image *flat)
{
	char header[4096] = "makedumpfile";
	uint64_t one = htobe64(1);

	memcpy(header + 16, &one, 8);
	memcpy(header + 24, &one, 8);
	image_put(flat, 0, header, sizeof(header));
}

void image_flat_record(struct image *flat, uint64_t position, const void *bytes, size_t size)
{
	uint64_t record[2] = { htobe64(position), htobe64(size) };

	image_put(flat, flat->size, record, sizeof(record));
	image_put(flat, flat->size, bytes, size);
}

void image_flat_end(struct image *flat)
{
	image_flat_record(flat, UINT64_MAX, NULL, 0);
	memset(flat->bytes + flat->size - 8, 0xff, 8);
}

void image_flatten(const struct image *image, struct image *flat)
{
	static const char wrong[5000] = "bytes that a later record replaces";
	const size_t step = 1777;

	image_flat_start(flat);
	image_flat_record(flat, 0, image->bytes, 64);
	image_flat_record(flat, 100, wrong, sizeof(wrong));
	image_flat_record(flat, 4000, wrong, 300);
	for (size_t odd = 1; odd != (size_t)-1; odd--)
		for (size_t i = odd * step; i < image->size; i += 2 * step)
			image_flat_record(flat, i, image->bytes + i, image->size - i < step ? image->size - i : step);
	image_flat_end(flat);
}

void page_fill(uint64_t pfn, void *page, size_t size)
{
	uint32_t seed = (uint32_t)pfn * 2654435761u + 1;
	unsigned char *bytes = page;

	memset(page, 0, size);
	if (pfn % 7 == 0)
		return;
	for (size_t i = 0; i < size / 2; i++) {
		seed = seed * 1103515245u + 12345;
		bytes[i] = pfn % 5 ? (unsigned char)(seed >> 28) : (unsigned char)(seed >> 16);
	}
	memcpy(bytes, &pfn, sizeof(pfn));
}

bool page_compress(uint32_t codec, const void *page, size_t size, void *stored, size_t *stored_size_ret)
{
	size_t room = *stored_size_ret;
	_Alignas(16) static char work[LZO1X_1_MEM_COMPRESS];
	lzo_uint lzo_size = room;
	uLongf zlib_size = room;

	switch (codec) {
	case CODEC_ZLIB:
		ck_assert_int_eq(compress2(stored, &zlib_size, page, size, Z_BEST_SPEED), Z_OK);
		room = zlib_size;
		break;
	case CODEC_LZO:
		ck_assert_int_eq(lzo1x_1_compress(page, size, stored, &lzo_size, work), LZO_E_OK);
		room = lzo_size;
		break;
	case CODEC_SNAPPY:
		ck_assert_int_eq(snappy_compress(page, size, stored, &room), SNAPPY_OK);
		break;
	case CODEC_ZSTD:
		room = ZSTD_compress(stored, room, page, size, 1);
		ck_assert(!ZSTD_isError(room));
		break;
	default:
		return false;
	}
	*stored_size_ret = room;
	return room < size;
}

static void set_bit(struct image *image, uint64_t bitmap, uint64_t bit)
{
	unsigned char byte = 0;

	if (bitmap + bit / 8 < image->size)
		byte = image->bytes[bitmap + bit / 8];
	byte |= 1u << (bit % 8);
	image_put(image, bitmap + bit / 8, &byte, 1);
}

/* Headers and VMCOREINFO; gives where the bitmaps begin and the blocks of each. */
static uint64_t put_headers(struct image *image, const struct kdump_spec *spec, uint64_t *bitmap_blocks_ret)
{
	uint64_t block = spec->block_size, bitmap_blocks = (spec->pages + block * 8 - 1) / (block * 8);
	struct disk_dump_header header = {
		.signature = "KDUMP   ",
		.header_version = spec->version,
		.utsname = { "Linux", "guest", "6.1.0-test", "#1", "x86_64", "(none)" },
		.timestamp_seconds = 1700000000,
		.status = spec->codec,
		.block_size = spec->block_size,
		.sub_header_blocks = 2,
		.bitmap_blocks = (uint32_t)bitmap_blocks * 2,
		.max_mapnr = (uint32_t)spec->pages,
	};
	struct kdump_sub_header sub = {
		.dump_level = spec->level,
		.split = spec->split,
		.start_pfn = spec->first,
		.end_pfn = spec->end,
		.vmcoreinfo = block + 512,
		.vmcoreinfo_size = strlen(spec->vmcoreinfo),
		.start_pfn_64 = spec->first,
		.end_pfn_64 = spec->end,
		.max_mapnr_64 = spec->pages,
	};

	image_put(image, 0, &header, sizeof(header));
	image_put(image, block, &sub, sizeof(sub));
	image_put(image, block + 512, spec->vmcoreinfo, strlen(spec->vmcoreinfo));
	*bitmap_blocks_ret = bitmap_blocks;
	return block * 3;
}

static struct page_desc put_page(struct image *image, const struct kdump_spec *spec, uint64_t pfn, uint64_t position)
{
	static unsigned char page[65536], stored[131072];
	struct page_desc desc = { .position = position, .size = spec->block_size };
	size_t size = sizeof(stored);

	page_fill(pfn, page, spec->block_size);
	if (pfn % 5 && page_compress(spec->codec, page, spec->block_size, stored, &size)) {
		desc.size = (uint32_t)size;
		desc.flags = spec->codec;
		image_put(image, position, stored, size);
	} else {
		image_put(image, position, page, spec->block_size);
	}
	return desc;
}

void image_kdump(struct image *image, const struct kdump_spec *spec)
{
	uint64_t bitmap_blocks, bitmap = put_headers(image, spec, &bitmap_blocks);
	uint64_t dumped = bitmap + bitmap_blocks * spec->block_size;
	uint64_t descriptors = dumped + bitmap_blocks * spec->block_size;
	uint64_t first = spec->split ? spec->first : 0, end = spec->split ? spec->end : spec->pages;
	uint64_t position, count = 0;
	struct page_desc zero = { 0 };

	for (uint64_t pfn = 0; pfn < spec->pages; pfn++) {
		if (spec->state(pfn) != PAGE_ABSENT)
			set_bit(image, bitmap, pfn);
		if (spec->state(pfn) == PAGE_DUMPED) {
			set_bit(image, dumped, pfn);
			count += pfn >= first && pfn < end;
		}
	}
	position = descriptors + count * sizeof(struct page_desc);
	for (uint64_t pfn = first; pfn < end; pfn++) {
		struct page_desc desc = zero;

		if (spec->state(pfn) != PAGE_DUMPED)
			continue;
		if (pfn % 7 || !zero.size) {
			desc = put_page(image, spec, pfn, position);
			position += desc.size;
		}
		if (pfn % 7 == 0)
			zero = desc;
		image_put(image, descriptors, &desc, sizeof(desc));
		descriptors += sizeof(desc);
	}
}

uint64_t image_kdump_descriptors(const struct image *image)
{
	const struct disk_dump_header *header = (const struct disk_dump_header *)image->bytes;

	return (1 + (uint64_t)header->sub_header_blocks + header->bitmap_blocks) * header->block_size;
}

struct inspect_error *opened_init(struct opened *opened, const struct target_file *files, size_t count)
{
	struct inspect_error *error;

	memset(opened, 0, sizeof(*opened));
	memory_init(&opened->memory);
	for (const struct target_ops *const *ops = target_table; *ops; ops++) {
		if (!(*ops)->probe(&files[0]))
			continue;
		error = (*ops)->open(&opened->target, files, count, &opened->memory);
		if (!error) {
			opened->target.ops = *ops;
			error = memory_ready(&opened->memory);
		}
		if (error)
			opened_deinit(opened);
		return error;
	}
	memory_deinit(&opened->memory);
	return target_unrecognised(&files[0]);
}

void opened_deinit(struct opened *opened)
{
	if (opened->target.ops)
		opened->target.ops->close(&opened->target);
	memory_deinit(&opened->memory);
}
