/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kdump_header.h"

#include <byteswap.h>
#include <endian.h>
#include <string.h>

#include "base/error.h"
#include "file.h"

#define KDUMP_MAX_VERSION 6
#define KDUMP_MIN_BLOCK 4096u
#define KDUMP_MAX_BLOCK 262144u /* the largest page of any Linux */
/* 256 TiB of 4 KiB pages; a directory of ranks over them takes 16 MiB. */
#define KDUMP_MAX_PAGES (1ull << 36)
/* disk_dump_header.block_size where pointers have four bytes: struct timeval has 8 then and needs less padding. */
#define KDUMP_BLOCK_SIZE_32 416

static bool block_size_valid(uint32_t size)
{
	return size >= KDUMP_MIN_BLOCK && size <= KDUMP_MAX_BLOCK && !(size & (size - 1));
}

/* The reason why block_size makes no sense. */
static struct inspect_error *block_size_error(const char *path, const struct disk_dump_header *header)
{
	uint32_t size_32;

	memcpy(&size_32, (const char *)header + KDUMP_BLOCK_SIZE_32, sizeof(size_32));
	if (block_size_valid(bswap_32(header->block_size)) || block_size_valid(bswap_32(size_32)))
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "%s: big-endian kdump: only dumps of little-endian kernels can be read", path);
	if (block_size_valid(le32toh(size_32)))
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "%s: 32-bit kdump: only dumps of 64-bit kernels can be read", path);
	return error_create(INSPECT_ERROR_FORMAT, "%s: damaged kdump header: block size %u is no page size", path,
			    le32toh(header->block_size));
}

static struct inspect_error *take_main(struct file *file, const struct disk_dump_header *raw,
				       struct kdump_header *header)
{
	uint32_t version = le32toh(raw->header_version);

	if (memcmp(raw->signature, KDUMP_SIGNATURE, KDUMP_SIGNATURE_SIZE))
		return error_create(INSPECT_ERROR_FORMAT, "%s: not a kdump-compressed file", file_path(file));
	if (!block_size_valid(le32toh(raw->block_size)))
		return block_size_error(file_path(file), raw);
	if (version < 1 || version > KDUMP_MAX_VERSION)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s: kdump header version %u: 1 to %u are known",
				    file_path(file), version, KDUMP_MAX_VERSION);
	memcpy(header->release, raw->utsname.release, sizeof(header->release) - 1);
	memcpy(header->machine, raw->utsname.machine, sizeof(header->machine) - 1);
	header->timestamp = le64toh(raw->timestamp_seconds);
	header->status = le32toh(raw->status);
	header->block_size = le32toh(raw->block_size);
	header->block_shift = (unsigned int)__builtin_ctz(header->block_size);
	header->pages = le32toh(raw->max_mapnr);
	return NULL;
}

/* Each version adds fields to the sub header; what an older one has there is not to be looked at. */
static struct inspect_error *take_sub(struct file *file, const struct kdump_sub_header *raw, uint32_t version,
				      struct kdump_header *header)
{
	header->dump_level = le32toh(raw->dump_level);
	if (version >= 6)
		header->pages = le64toh(raw->max_mapnr_64);
	if (version >= 3) {
		header->vmcoreinfo = le64toh(raw->vmcoreinfo);
		header->vmcoreinfo_size = le64toh(raw->vmcoreinfo_size);
	}
	if (version >= 4) {
		header->notes = le64toh(raw->notes);
		header->notes_size = le64toh(raw->notes_size);
	}
	if (!header->pages || header->pages > KDUMP_MAX_PAGES)
		return error_create(INSPECT_ERROR_FORMAT, "%s: damaged kdump header: %llu pages of memory",
				    file_path(file), (unsigned long long)header->pages);
	header->end_page = header->pages;
	header->split = version >= 2 && raw->split;
	if (!header->split)
		return NULL;
	header->first_page = le64toh(version >= 6 ? raw->start_pfn_64 : raw->start_pfn);
	header->end_page = le64toh(version >= 6 ? raw->end_pfn_64 : raw->end_pfn);
	if (header->end_page > header->pages)
		header->end_page = header->pages;
	if (header->first_page >= header->end_page)
		return error_create(INSPECT_ERROR_FORMAT, "%s: damaged kdump header: a part of pages %llu to %llu",
				    file_path(file), (unsigned long long)header->first_page,
				    (unsigned long long)header->end_page);
	return NULL;
}

/* Where the bitmaps and descriptors are; in 64 bits, since each factor has 32 at most. */
static struct inspect_error *take_layout(struct file *file, const struct disk_dump_header *raw,
					 struct kdump_header *header)
{
	uint64_t block = header->block_size, bitmap_blocks = le32toh(raw->bitmap_blocks);
	uint64_t bitmap_bits = bitmap_blocks * block * 8;

	header->memory_bitmap = (1 + (uint64_t)le32toh(raw->sub_header_blocks)) * block;
	header->dumped_bitmap = header->memory_bitmap;
	header->descriptors = header->memory_bitmap + bitmap_blocks * block;
	/* The first makedumpfiles wrote one bitmap. */
	if (bitmap_blocks / 2 * block * 8 >= header->pages)
		header->dumped_bitmap += bitmap_blocks / 2 * block;
	else if (bitmap_bits < header->pages)
		return error_create(INSPECT_ERROR_FORMAT,
				    "%s: damaged kdump header: bitmaps of %llu blocks cannot describe %llu pages",
				    file_path(file), (unsigned long long)bitmap_blocks,
				    (unsigned long long)header->pages);
	if (header->descriptors >= file_size(file))
		return error_create(INSPECT_ERROR_FORMAT,
				    "%s: the file is cut off before the first page: it has %llu bytes of %llu and more",
				    file_path(file), (unsigned long long)file_size(file),
				    (unsigned long long)header->descriptors);
	return NULL;
}

struct inspect_error *kdump_header_read(struct file *file, struct kdump_header *header_ret)
{
	struct kdump_header header = { 0 };
	struct kdump_sub_header sub;
	struct inspect_error *error;
	struct disk_dump_header raw;

	error = file_read_exactly(file, 0, &raw, sizeof(raw), "kdump header");
	if (!error)
		error = take_main(file, &raw, &header);
	if (!error)
		error = file_read_exactly(file, header.block_size, &sub, sizeof(sub), "kdump sub header");
	if (!error)
		error = take_sub(file, &sub, le32toh(raw.header_version), &header);
	if (!error)
		error = take_layout(file, &raw, &header);
	if (!error)
		*header_ret = header;
	return error;
}
