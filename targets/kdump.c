/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kdump-compressed dumps: one file, plain or flattened, or the files of a split dump (makedumpfile --split). A page is
 * found by the rank of its bit in the file's second bitmap; see kdump_header.h for the format.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cache.h"
#include "codec.h"
#include "core/memory.h"
#include "decoder.h"
#include "file.h"
#include "kdump_bitmap.h"
#include "kdump_header.h"
#include "providers.h"
#include "table.h"

/* Decoded pages that are kept. The stored ones of a file need little beside: one block serves some ten pages. */
#define KDUMP_CACHE_BYTES (8u << 20)
#define KDUMP_FILE_BLOCKS 64 /* 1 MiB */
/* Reads of so much are not kept in the cache: they are scans, or bytes that the caller keeps. */
#define KDUMP_STREAM 65536
/* So many pages of them are decoded at once. */
#define KDUMP_STREAM_PAGES 1024
/* The kernel's VMCOREINFO is one page. */
#define KDUMP_MAX_VMCOREINFO 65536
/* 1 KiB a CPU. */
#define KDUMP_MAX_NOTES (64u << 20)
/* makedumpfile -d 1 leaves out pages of zeros and nothing else. */
#define KDUMP_LEVEL_ZERO 1
/* Whether the end of a file is there is looked at up to this many pages of memory: 128 GiB of 4 KiB pages. */
#define KDUMP_END_MAX_PAGES (1ull << 25)
/* Descriptors from the end of which one is not of the shared page of zeros, nearly always. */
#define KDUMP_END_DESCRIPTORS 256

struct kdump_part {
	struct file *file;
	struct kdump_header header;
	struct kdump_bitmap memory; /* pages that are memory */
	struct kdump_bitmap dumped; /* pages that are in the dump */
	uint64_t zero_position;     /* of the page of zeros that many descriptors share, 0: not met yet */
};

struct kdump {
	struct kdump_part *parts; /* by first_page */
	size_t count;
	uint32_t block_size;
	unsigned int block_shift;
	struct codec codec;
	struct cache pages; /* by page frame number */
	void *stored;       /* a page as it is in the file */
	void *page;         /* a decoded page that is not kept */
	struct decoder *decoder;
	struct decoder_page *stream; /* KDUMP_STREAM_PAGES, of the read that is being done */
	void *vmcoreinfo;
	size_t vmcoreinfo_size;
	void *notes;
	size_t notes_size;
	struct strbuf note;
};

static bool kdump_probe(const struct target_file *file)
{
	char magic[KDUMP_SIGNATURE_SIZE];

	return file_magic(file, magic, sizeof(magic)) && !memcmp(magic, KDUMP_SIGNATURE, sizeof(magic));
}

static enum inspect_fault read_descriptor(struct kdump_part *part, uint64_t rank, struct page_desc *desc_ret)
{
	struct page_desc desc;
	size_t done;
	enum inspect_fault fault;

	fault = file_read(part->file, part->header.descriptors + rank * sizeof(desc), &desc, sizeof(desc), &done);
	if (!fault)
		*desc_ret = (struct page_desc){
			.position = le64toh(desc.position),
			.size = le32toh(desc.size),
			.flags = le32toh(desc.flags),
		};
	return fault;
}

static enum inspect_fault check_descriptor(const struct kdump_part *part, const struct page_desc *desc)
{
	uint32_t block_size = part->header.block_size;

	/* makedumpfile leaves the descriptor empty where the disk was full. */
	if (!desc->position && (part->header.status & KDUMP_STATUS_INCOMPLETE))
		return INSPECT_FAULT_TRUNCATED;
	if (desc->position < part->header.descriptors || !desc->size || desc->size > block_size)
		return INSPECT_FAULT_CORRUPT;
	if (desc->flags ? desc->flags & ~CODEC_MASK || desc->flags & (desc->flags - 1) : desc->size != block_size)
		return INSPECT_FAULT_CORRUPT;
	return INSPECT_FAULT_NONE;
}

static bool all_zeros(const void *page, size_t size)
{
	return !*(const char *)page && !memcmp(page, (const char *)page + 1, size - 1);
}

static enum inspect_fault decode_page(struct kdump *kdump, struct kdump_part *part, const struct page_desc *desc,
				      void *page)
{
	void *stored = desc->flags ? kdump->stored : page;
	enum inspect_fault fault;
	size_t done;

	if (desc->position == part->zero_position) {
		memset(page, 0, kdump->block_size);
		return INSPECT_FAULT_NONE;
	}
	fault = file_read(part->file, desc->position, stored, desc->size, &done);
	if (!fault && desc->flags)
		fault = codec_decode(&kdump->codec, desc->flags, stored, desc->size, page, kdump->block_size);
	if (!fault && !part->zero_position && all_zeros(page, kdump->block_size))
		part->zero_position = desc->position;
	return fault;
}

/* A page that no descriptor is for. */
static enum inspect_fault missing_page(struct kdump *kdump, struct kdump_part *part, uint64_t pfn, void *page)
{
	enum inspect_fault fault;
	bool memory;

	fault = kdump_bitmap_test(&part->memory, pfn, &memory);
	if (fault)
		return fault;
	if (!memory)
		return INSPECT_FAULT_NOT_IN_DUMP;
	if (part->header.dump_level != KDUMP_LEVEL_ZERO)
		return INSPECT_FAULT_EXCLUDED;
	memset(page, 0, kdump->block_size);
	return INSPECT_FAULT_NONE;
}

static struct kdump_part *find_part(struct kdump *kdump, uint64_t pfn)
{
	for (size_t i = 0; i < kdump->count; i++)
		if (pfn >= kdump->parts[i].header.first_page && pfn < kdump->parts[i].header.end_page)
			return &kdump->parts[i];
	return NULL;
}

/*
 * The descriptor of a page that is in the dump, in *@part_ret; *@part_ret is NULL where none is for it, so @page is
 * made.
 */
static enum inspect_fault find_page(struct kdump *kdump, uint64_t pfn, void *page, struct kdump_part **part_ret,
				    struct page_desc *desc)
{
	struct kdump_part *part = find_part(kdump, pfn);
	enum inspect_fault fault;
	uint64_t rank;
	bool dumped;

	*part_ret = NULL;
	if (!part)
		return INSPECT_FAULT_NOT_IN_DUMP;
	fault = kdump_bitmap_test(&part->dumped, pfn, &dumped);
	if (fault)
		return fault;
	if (!dumped)
		return missing_page(kdump, part, pfn, page);
	fault = kdump_bitmap_rank(&part->dumped, pfn, &rank);
	if (!fault)
		fault = read_descriptor(part, rank, desc);
	if (!fault)
		fault = check_descriptor(part, desc);
	*part_ret = part;
	return fault;
}

static enum inspect_fault load_page(struct kdump *kdump, uint64_t pfn, void *page)
{
	struct kdump_part *part;
	enum inspect_fault fault;
	struct page_desc desc;

	fault = find_page(kdump, pfn, page, &part, &desc);
	return fault || !part ? fault : decode_page(kdump, part, &desc, page);
}

/* Finds the whole pages of a read from @pfn on, up to @count; *@found_ret of them can be decoded or are there. */
static enum inspect_fault find_stream(struct kdump *kdump, uint64_t pfn, size_t count, char *out, size_t *found_ret,
				      size_t *stored_ret)
{
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	size_t found = 0, stored = 0;

	for (; found < count; found++, out += kdump->block_size) {
		struct kdump_part *part;
		struct page_desc desc;

		fault = find_page(kdump, pfn + found, out, &part, &desc);
		if (fault)
			break;
		if (part && desc.position == part->zero_position)
			memset(out, 0, kdump->block_size);
		else if (part)
			kdump->stream[stored++] = (struct decoder_page){
				.file = part->file,
				.position = desc.position,
				.size = desc.size,
				.flag = desc.flags,
				.page = out,
			};
	}
	*found_ret = found;
	*stored_ret = stored;
	return fault;
}

/* Reads @count whole pages from @pfn on past the cache; *@done_ret says how many before a fault. */
static enum inspect_fault stream_pages(struct kdump *kdump, uint64_t pfn, size_t count, char *out, size_t *done_ret)
{
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	size_t done = 0, found, stored;

	while (!fault && done < count) {
		char *start = out + done * kdump->block_size;
		size_t wanted = count - done < KDUMP_STREAM_PAGES ? count - done : KDUMP_STREAM_PAGES;

		fault = find_stream(kdump, pfn + done, wanted, start, &found, &stored);
		decoder_run(kdump->decoder, kdump->stream, stored);
		for (size_t i = 0; i < stored; i++) {
			if (!kdump->stream[i].fault)
				continue;
			fault = kdump->stream[i].fault;
			found = (size_t)((char *)kdump->stream[i].page - start) / kdump->block_size;
			break;
		}
		done += found;
	}
	*done_ret = done;
	return fault;
}

/* The page from the cache, or decoded into it; without memory for it, into kdump->page. */
static enum inspect_fault cached_page(struct kdump *kdump, uint64_t pfn, const void **page_ret)
{
	enum inspect_fault fault;
	size_t filled;
	void *page;

	*page_ret = cache_find(&kdump->pages, pfn, &filled);
	if (*page_ret)
		return INSPECT_FAULT_NONE;
	page = cache_claim(&kdump->pages);
	if (!page)
		page = kdump->page;
	fault = load_page(kdump, pfn, page);
	if (!fault && page != kdump->page)
		cache_commit(&kdump->pages, pfn, kdump->block_size);
	*page_ret = page;
	return fault;
}

static enum inspect_fault kdump_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct kdump *kdump = arg;
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	size_t done = 0;

	while (!fault && done < size) {
		uint64_t pfn = (position + done) >> kdump->block_shift;
		size_t within = (size_t)(position + done) & (kdump->block_size - 1), step = kdump->block_size - within;
		char *out = (char *)buf + done;
		const void *page;

		if (step > size - done)
			step = size - done;
		if (size >= KDUMP_STREAM && step == kdump->block_size) {
			fault = stream_pages(kdump, pfn, (size - done) >> kdump->block_shift, out, &step);
			step <<= kdump->block_shift;
		} else {
			fault = cached_page(kdump, pfn, &page);
			if (!fault)
				memcpy(out, (const char *)page + within, step);
			else
				step = 0;
		}
		done += step;
	}
	*done_ret = done;
	return fault;
}

static void kdump_free(struct kdump *kdump)
{
	for (size_t i = 0; i < kdump->count; i++) {
		kdump_bitmap_deinit(&kdump->parts[i].memory);
		kdump_bitmap_deinit(&kdump->parts[i].dumped);
		file_close(kdump->parts[i].file);
	}
	free(kdump->parts);
	codec_deinit(&kdump->codec);
	cache_deinit(&kdump->pages);
	free(kdump->stored);
	free(kdump->page);
	decoder_destroy(kdump->decoder);
	free(kdump->stream);
	free(kdump->vmcoreinfo);
	free(kdump->notes);
	strbuf_deinit(&kdump->note);
	free(kdump);
}

static struct inspect_error *open_part(struct kdump_part *part, const struct target_file *source)
{
	struct kdump_header *header = &part->header;
	struct inspect_error *error;
	const char *missing;

	error = file_open(source, KDUMP_FILE_BLOCKS, &part->file);
	if (!error)
		error = kdump_header_read(part->file, header);
	if (error)
		return error;
	if (!codec_supported(header->status & CODEC_MASK, &missing))
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "%s: its pages are compressed with %s, which this build cannot read", source->path,
				    missing);
	kdump_bitmap_init(&part->memory, part->file, header->memory_bitmap, header->pages, 0);
	kdump_bitmap_init(&part->dumped, part->file, header->dumped_bitmap, header->pages, header->first_page);
	return NULL;
}

static int compare_parts(const void *left, const void *right)
{
	const struct kdump_part *a = left, *b = right;

	return a->header.first_page < b->header.first_page ? -1 : a->header.first_page > b->header.first_page;
}

/* Whether the files, if there are several, are parts of one dump. */
static struct inspect_error *check_parts(const struct kdump *kdump)
{
	const struct kdump_part *first = &kdump->parts[0];

	for (size_t i = 0; i < kdump->count && kdump->count > 1; i++) {
		const struct kdump_part *part = &kdump->parts[i];

		if (!part->header.split)
			return error_create(INSPECT_ERROR_USAGE, "%s: a whole dump, not a part of one: give it alone",
					    file_path(part->file));
		if (part->header.pages != first->header.pages || part->header.block_size != first->header.block_size ||
		    part->header.timestamp != first->header.timestamp ||
		    strcmp(part->header.release, first->header.release))
			return error_create(INSPECT_ERROR_MISMATCH, "%s and %s: parts of different dumps",
					    file_path(first->file), file_path(part->file));
		if (i && part->header.first_page < part[-1].header.end_page)
			return error_create(INSPECT_ERROR_MISMATCH, "%s and %s: both are the part with page %" PRIu64,
					    file_path(part[-1].file), file_path(part->file), part->header.first_page);
	}
	return NULL;
}

static struct inspect_error *open_parts(struct kdump *kdump, const struct target_file *files, size_t count)
{
	struct inspect_error *error;

	kdump->parts = calloc(count, sizeof(*kdump->parts));
	if (!kdump->parts)
		return &error_nomem;
	while (kdump->count < count) {
		error = open_part(&kdump->parts[kdump->count], &files[kdump->count]);
		kdump->count++;
		if (error)
			return error;
	}
	qsort(kdump->parts, kdump->count, sizeof(*kdump->parts), compare_parts);
	return check_parts(kdump);
}

static struct inspect_error *init_pages(struct kdump *kdump)
{
	kdump->block_size = kdump->parts[0].header.block_size;
	kdump->block_shift = kdump->parts[0].header.block_shift;
	kdump->stored = malloc(kdump->block_size);
	kdump->page = malloc(kdump->block_size);
	kdump->stream = malloc(KDUMP_STREAM_PAGES * sizeof(*kdump->stream));
	if (!kdump->stored || !kdump->page || !kdump->stream || !codec_init(&kdump->codec) ||
	    !cache_init(&kdump->pages, kdump->block_size, KDUMP_CACHE_BYTES / kdump->block_size))
		return &error_nomem;
	return decoder_create(kdump->block_size, &kdump->decoder);
}

static void add_note(struct kdump *kdump, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_note(struct kdump *kdump, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	strbuf_printf(&kdump->note, "%s%s", kdump->note.length ? "; " : "", text);
}

/* The first part whose VMCOREINFO can be read; without one, the core searches memory for it. */
static struct inspect_error *read_vmcoreinfo(struct kdump *kdump)
{
	for (size_t i = 0; i < kdump->count && !kdump->vmcoreinfo; i++) {
		const struct kdump_part *part = &kdump->parts[i];
		size_t size = part->header.vmcoreinfo_size, done;
		void *bytes;

		if (!size || size > KDUMP_MAX_VMCOREINFO)
			continue;
		bytes = malloc(size);
		if (!bytes)
			return &error_nomem;
		if (file_read(part->file, part->header.vmcoreinfo, bytes, size, &done)) {
			free(bytes);
			add_note(kdump, "its VMCOREINFO could not be read");
			continue;
		}
		kdump->vmcoreinfo = bytes;
		kdump->vmcoreinfo_size = size;
	}
	return NULL;
}

/* The ELF notes of the first part that has any. What is missing of them costs the registers of some CPUs, no more. */
static struct inspect_error *read_notes(struct kdump *kdump)
{
	for (size_t i = 0; i < kdump->count && !kdump->notes; i++) {
		const struct kdump_part *part = &kdump->parts[i];
		uint64_t end = file_size(part->file), size = part->header.notes_size;

		if (!size || part->header.notes >= end)
			continue;
		if (size > end - part->header.notes)
			size = end - part->header.notes;
		if (size > KDUMP_MAX_NOTES)
			size = KDUMP_MAX_NOTES;
		kdump->notes = malloc(size);
		if (!kdump->notes)
			return &error_nomem;
		file_read(part->file, part->header.notes, kdump->notes, size, &kdump->notes_size);
	}
	return NULL;
}

/* Whether the bytes of the last pages are behind the end of the file, as far as that is cheap to know. */
static bool part_cut(struct kdump_part *part)
{
	uint64_t rank, end = 0;
	struct page_desc desc;

	if (file_cut(part->file))
		return true;
	if (part->header.end_page - part->header.first_page > KDUMP_END_MAX_PAGES ||
	    kdump_bitmap_rank(&part->dumped, part->header.end_page, &rank))
		return false;
	for (unsigned int i = 0; i < KDUMP_END_DESCRIPTORS && rank; i++) {
		if (read_descriptor(part, --rank, &desc))
			return true;
		if (!check_descriptor(part, &desc) && desc.position <= INT64_MAX && desc.position + desc.size > end)
			end = desc.position + desc.size;
	}
	return end > file_size(part->file);
}

/* Tells what is not in the dump that should be. */
static struct inspect_error *note_missing(struct kdump *kdump)
{
	uint64_t next = 0;

	for (size_t i = 0; i < kdump->count; i++) {
		struct kdump_part *part = &kdump->parts[i];

		if (part->header.first_page > next)
			add_note(kdump, "pages %" PRIu64 " to %" PRIu64 " are in a part of the dump that was not given",
				 next, part->header.first_page - 1);
		next = part->header.end_page;
		if (part->header.status & KDUMP_STATUS_INCOMPLETE)
			add_note(kdump, "the disk was full before the dump was complete");
		else if (part_cut(part))
			add_note(kdump, "the file %s is cut off: pages at its end are lost", file_path(part->file));
	}
	if (next < kdump->parts[0].header.pages)
		add_note(kdump, "pages from %" PRIu64 " on are in a part of the dump that was not given", next);
	return kdump->note.failed ? &error_nomem : NULL;
}

static struct inspect_error *kdump_load(struct kdump *kdump, const struct target_file *files, size_t count,
					struct memory *memory)
{
	struct inspect_error *error = open_parts(kdump, files, count);
	struct memory_segment segment = { .read = kdump_read, .arg = kdump };

	if (!error)
		error = init_pages(kdump);
	if (!error)
		error = read_vmcoreinfo(kdump);
	if (!error)
		error = read_notes(kdump);
	if (!error)
		error = note_missing(kdump);
	if (error)
		return error;
	segment.size = kdump->parts[0].header.pages << kdump->block_shift;
	segment.filled = segment.size;
	return memory_add_physical(memory, &segment);
}

static enum machine machine_of(const char *name)
{
	if (!name[0] || !strcmp(name, "Unknown")) /* what QEMU writes: create_header64() in its dump/dump.c */
		return MACHINE_UNKNOWN;
	if (!strcmp(name, "x86_64"))
		return MACHINE_X86_64;
	return strcmp(name, "aarch64") ? MACHINE_OTHER : MACHINE_AARCH64;
}

static const char *container_of_parts(const struct kdump *kdump)
{
	bool flattened = file_flattened(kdump->parts[0].file);

	if (kdump->parts[0].header.split)
		return flattened ? "split, flattened" : "split";
	return flattened ? "flattened" : NULL;
}

static void set_facts(struct target *target, const struct kdump *kdump)
{
	const struct kdump_header *header = &kdump->parts[0].header;

	target->facts = (struct target_facts){
		.format = "kdump compressed",
		.container = container_of_parts(kdump),
		.compression = codec_name(header->status & CODEC_MASK),
		.note = kdump->note.length ? kdump->note.bytes : NULL,
		.machine = machine_of(header->machine),
		.machine_name = header->machine[0] ? header->machine : NULL,
		.page_size = header->block_size,
		.partial = kdump->note.length || header->dump_level > KDUMP_LEVEL_ZERO,
		.vmcoreinfo = kdump->vmcoreinfo,
		.vmcoreinfo_size = kdump->vmcoreinfo_size,
		.notes = kdump->notes,
		.notes_size = kdump->notes_size,
		.crash_time = header->timestamp,
	};
	memcpy(target->facts.release, header->release, sizeof(target->facts.release));
}

static struct inspect_error *kdump_open(struct target *target, const struct target_file *files, size_t count,
					struct memory *memory)
{
	struct kdump *kdump = calloc(1, sizeof(*kdump));
	struct inspect_error *error;

	if (!kdump)
		return &error_nomem;
	error = kdump_load(kdump, files, count, memory);
	if (error) {
		kdump_free(kdump);
		return error;
	}
	target->data = kdump;
	set_facts(target, kdump);
	return NULL;
}

static void kdump_close(struct target *target)
{
	kdump_free(target->data);
	target->data = NULL;
}

const struct target_ops target_kdump = {
	.name = "kdump",
	.probe = kdump_probe,
	.open = kdump_open,
	.close = kdump_close,
};
