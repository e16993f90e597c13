/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flattened.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/vec.h"

#define FLATTENED_SIGNATURE "makedumpfile\0\0\0\0" /* 16 bytes with the string's own NULs, no terminator */
#define FLATTENED_SIGNATURE_SIZE 16
#define FLATTENED_HEADER_SIZE 4096 /* MAX_SIZE_MDF_HEADER */
#define FLATTENED_TYPE 1
#define FLATTENED_VERSION 1

/* 24 bytes each: writers emit 16 KiB (QEMU) or 64 KiB (makedumpfile) a record, so this is more than 256 GiB of dump. */
#define FLATTENED_MAX_RECORDS (1u << 24)
/* How many records flattened_start() looks at; the header of the dump is among the first. */
#define FLATTENED_START_RECORDS 4096

struct flattened_header {
	char signature[FLATTENED_SIGNATURE_SIZE];
	uint64_t type;    /* big endian, as all that follows */
	uint64_t version;
};

struct flattened_record {
	int64_t offset; /* -1, with the size: the end mark */
	int64_t size;
};

static bool read_exactly(int fd, uint64_t offset, void *buf, size_t size)
{
	ssize_t got;

	do
		got = pread(fd, buf, size, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got >= 0 && (size_t)got == size;
}

bool flattened_probe(int fd)
{
	struct flattened_header header;

	return read_exactly(fd, 0, &header, sizeof(header)) &&
	       !memcmp(header.signature, FLATTENED_SIGNATURE, FLATTENED_SIGNATURE_SIZE);
}

enum record_kind {
	RECORD_DATA,
	RECORD_END,
	RECORD_DAMAGED, /* cut off, or not a record */
};

/* The record whose header is at @offset of the file; *@extent_ret only for RECORD_DATA. */
static enum record_kind record_read(int fd, uint64_t offset, struct extent *extent_ret)
{
	struct flattened_record record;
	int64_t position, size, end;

	if (!read_exactly(fd, offset, &record, sizeof(record)))
		return RECORD_DAMAGED;
	position = (int64_t)be64toh((uint64_t)record.offset);
	size = (int64_t)be64toh((uint64_t)record.size);
	if (position == -1 && size == -1)
		return RECORD_END;
	if (position < 0 || size < 0 || __builtin_add_overflow(position, size, &end) ||
	    __builtin_add_overflow((int64_t)(offset + sizeof(record)), size, &end))
		return RECORD_DAMAGED;
	*extent_ret = (struct extent){
		.position = (uint64_t)position,
		.size = (uint64_t)size,
		.offset = offset + sizeof(record),
	};
	return RECORD_DATA;
}

bool flattened_start(int fd, void *buf, size_t size)
{
	uint64_t offset = FLATTENED_HEADER_SIZE;
	struct extent extent;

	for (unsigned int i = 0; i < FLATTENED_START_RECORDS; i++) {
		if (record_read(fd, offset, &extent) != RECORD_DATA)
			return false;
		if (extent.position == 0 && extent.size >= size)
			return read_exactly(fd, extent.offset, buf, size);
		offset = extent.offset + extent.size;
	}
	return false;
}

/* Reads the record headers in the order they were written. */
static struct inspect_error *records_read(struct flattened *records, int fd, uint64_t file_size)
{
	uint64_t offset = FLATTENED_HEADER_SIZE;
	struct extent extent;
	enum record_kind kind;

	while ((kind = record_read(fd, offset, &extent)) == RECORD_DATA) {
		offset = extent.offset + extent.size;
		if (offset > file_size) {
			extent.size = extent.offset < file_size ? file_size - extent.offset : 0;
			records->cut = true;
		}
		if (records->count == FLATTENED_MAX_RECORDS)
			return error_create(INSPECT_ERROR_LIMIT,
					    "flattened dump of more than %u records: rearrange it with makedumpfile -R",
					    FLATTENED_MAX_RECORDS);
		if (extent.size && !vec_push(records, extent))
			return &error_nomem;
		if (records->cut)
			return NULL;
	}
	records->cut = kind != RECORD_END;
	return NULL;
}

static void extent_cut_front(struct extent *extent, uint64_t bytes)
{
	extent->position += bytes;
	extent->offset += bytes;
	extent->size -= bytes;
}

static uint64_t extent_end(const struct extent *extent)
{
	return extent->position + extent->size;
}

/*
 * Lays the extents @over onto the extents @under, both sorted and without overlaps, and appends the result to @out.
 * Uses @under up.
 */
static bool extents_overlay(struct flattened *out, struct flattened *under, const struct flattened *over)
{
	size_t i = 0, j = 0;

	while (i < under->count || j < over->count) {
		struct extent *low = i < under->count ? &under->items[i] : NULL;
		const struct extent *high = j < over->count ? &over->items[j] : NULL;
		struct extent piece;

		if (low && (!high || low->position < high->position)) {
			piece = *low;
			if (high && extent_end(low) > high->position)
				piece.size = high->position - low->position;
			extent_cut_front(low, piece.size);
			if (!low->size)
				i++;
		} else {
			piece = *high;
			j++;
			while (i < under->count && extent_end(&under->items[i]) <= extent_end(&piece))
				i++;
			if (i < under->count && under->items[i].position < extent_end(&piece))
				extent_cut_front(&under->items[i], extent_end(&piece) - under->items[i].position);
		}
		if (!vec_push(out, piece))
			return false;
	}
	return true;
}

/*
 * Sorts @count records, given in the order they were written, into @out. A merge sort whose merge lets the later half
 * win: n log n whatever the order and the overlaps, which a hostile file may choose.
 */
static bool extents_sort(const struct extent *records, size_t count, struct flattened *out)
{
	struct flattened under = { 0 }, over = { 0 };
	bool ok;

	if (count == 1)
		return vec_push(out, records[0]);
	ok = extents_sort(records, count / 2, &under) && extents_sort(records + count / 2, count - count / 2, &over) &&
	     extents_overlay(out, &under, &over);
	vec_deinit(&under);
	vec_deinit(&over);
	return ok;
}

/* Whether the records are written in ascending order already. */
static bool extents_sorted(const struct flattened *records)
{
	for (size_t i = 1; i < records->count; i++)
		if (records->items[i].position < extent_end(&records->items[i - 1]))
			return false;
	return true;
}

struct inspect_error *flattened_init(struct flattened *flattened, int fd, uint64_t file_size)
{
	struct flattened records = { 0 }, sorted = { 0 };
	struct flattened_header header;
	struct inspect_error *error;

	if (!read_exactly(fd, 0, &header, sizeof(header)))
		return error_create(INSPECT_ERROR_FORMAT, "flattened dump: its header is cut off");
	if (be64toh(header.type) != FLATTENED_TYPE || be64toh(header.version) != FLATTENED_VERSION)
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "flattened dump of type %llu, version %llu: only type 1, version 1 is known",
				    (unsigned long long)be64toh(header.type),
				    (unsigned long long)be64toh(header.version));
	error = records_read(&records, fd, file_size);
	if (!error && !extents_sorted(&records)) {
		if (!extents_sort(records.items, records.count, &sorted))
			error = &error_nomem;
		vec_deinit(&records);
		sorted.cut = records.cut;
		records = sorted;
	}
	if (!error && !records.count)
		error = error_create(INSPECT_ERROR_FORMAT,
				     "flattened dump without a record: it was cut off or never written");
	if (error)
		vec_deinit(&records);
	else
		*flattened = records;
	return error;
}

void flattened_deinit(struct flattened *flattened)
{
	vec_deinit(flattened);
}

size_t flattened_find(const struct flattened *flattened, uint64_t position)
{
	size_t low = 0, high = flattened->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (extent_end(&flattened->items[middle]) <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
