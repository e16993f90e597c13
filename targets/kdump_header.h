/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The headers of a kdump-compressed file (makedumpfile; QEMU's kdump-zlib, -lzo, -snappy), versions 1 to 6, written by
 * 64-bit little-endian kernels' tools:
 *
 *   block 0        struct disk_dump_header
 *   block 1…       struct kdump_sub_header, then the notes, VMCOREINFO and erase information that it points to
 *   then           bitmap 1: pages that are memory; bitmap 2: pages that are in the dump
 *   then           struct page_desc for every bit set in bitmap 2, then the pages
 *
 * Layouts: makedumpfile, diskdump_mod.h and IMPLEMENTATION; QEMU, include/sysemu/dump.h.
 */
#ifndef TARGETS_KDUMP_HEADER_H
#define TARGETS_KDUMP_HEADER_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct file;

#define KDUMP_SIGNATURE "KDUMP   "
#define KDUMP_SIGNATURE_SIZE 8

/* disk_dump_header.status, beside the codecs of codec.h: the disk was full before the dump was done. */
#define KDUMP_STATUS_INCOMPLETE 0x8u

struct disk_dump_header {
	char signature[KDUMP_SIGNATURE_SIZE];
	uint32_t header_version;
	struct {
		char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
	} utsname;
	char pad[6];
	uint64_t timestamp_seconds;
	uint64_t timestamp_microseconds;
	uint32_t status;
	uint32_t block_size;
	uint32_t sub_header_blocks;
	uint32_t bitmap_blocks; /* of both together */
	uint32_t max_mapnr;     /* before version 6 */
	uint32_t total_ram_blocks;
	uint32_t device_blocks;
	uint32_t written_blocks;
	uint32_t current_cpu;
	uint32_t cpus;
};

static_assert(offsetof(struct disk_dump_header, timestamp_seconds) == 408, "layout of disk_dump_header");
static_assert(offsetof(struct disk_dump_header, block_size) == 428, "layout of disk_dump_header");
static_assert(sizeof(struct disk_dump_header) == 464, "layout of disk_dump_header");

struct kdump_sub_header {
	uint64_t phys_base;
	uint32_t dump_level;
	uint32_t split;           /* version 2, as the next two */
	uint64_t start_pfn;
	uint64_t end_pfn;
	uint64_t vmcoreinfo;      /* position; version 3 */
	uint64_t vmcoreinfo_size;
	uint64_t notes;           /* version 4 */
	uint64_t notes_size;
	uint64_t erase_info;      /* version 5 */
	uint64_t erase_info_size;
	uint64_t start_pfn_64;    /* version 6 */
	uint64_t end_pfn_64;
	uint64_t max_mapnr_64;
};

static_assert(sizeof(struct kdump_sub_header) == 104, "layout of kdump_sub_header");

struct page_desc {
	uint64_t position;
	uint32_t size;
	uint32_t flags;      /* 0: raw, else one codec */
	uint64_t page_flags; /* always 0 */
};

static_assert(sizeof(struct page_desc) == 24, "layout of page_desc");

/* What the headers say, checked. */
struct kdump_header {
	char release[65];
	char machine[65];
	uint64_t timestamp;   /* seconds, 0: not set */
	uint32_t status;
	uint32_t block_size;  /* a power of two: the page size */
	unsigned int block_shift;
	uint32_t dump_level;  /* makedumpfile -d */
	uint64_t pages;       /* page frame numbers are below this */
	bool split;
	uint64_t first_page;  /* of this file; the whole dump's unless split */
	uint64_t end_page;
	uint64_t memory_bitmap; /* positions */
	uint64_t dumped_bitmap; /* the same as memory_bitmap if the file has one only */
	uint64_t descriptors;
	uint64_t vmcoreinfo;    /* size 0: none */
	uint64_t vmcoreinfo_size;
	uint64_t notes;         /* size 0: none */
	uint64_t notes_size;
};

struct inspect_error *kdump_header_read(struct file *file, struct kdump_header *header_ret);

#endif
