/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cache.h"
#include "flattened.h"

struct file {
	int fd;
	const char *path;
	bool live;
	bool flattened;
	uint64_t disk_size;     /* of the file itself */
	uint64_t size;          /* of the dump in it */
	struct flattened index; /* of a flattened file */
	size_t last_extent;     /* where the last read was */
	struct cache cache;     /* by offset in the file / FILE_BLOCK_SIZE */
};

/* pread(2) until @size bytes or the end; *@done_ret says how many came. */
static enum inspect_fault read_whole(int fd, uint64_t offset, void *buf, size_t size, size_t *done_ret)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)buf + done, size - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			*done_ret = done;
			return got < 0 ? INSPECT_FAULT_IO : INSPECT_FAULT_TRUNCATED;
		}
		done += (size_t)got;
	}
	*done_ret = done;
	return INSPECT_FAULT_NONE;
}

bool file_magic(const struct target_file *source, void *buf, size_t size)
{
	size_t done;

	if (flattened_probe(source->fd))
		return flattened_start(source->fd, buf, size);
	return !read_whole(source->fd, 0, buf, size, &done);
}

/* The size of a regular file or a block device, with clear errors for what is neither. */
static struct inspect_error *disk_size(const struct target_file *source, uint64_t *size_ret)
{
	struct stat stat;
	off_t end;

	if (fstat(source->fd, &stat) < 0)
		return error_os(errno, "%s", source->path);
	if (S_ISDIR(stat.st_mode))
		return error_os(EISDIR, "%s", source->path);
	if (S_ISBLK(stat.st_mode)) {
		end = lseek(source->fd, 0, SEEK_END);
		if (end < 0)
			return error_os(errno, "%s", source->path);
		*size_ret = (uint64_t)end;
		return NULL;
	}
	if (!S_ISREG(stat.st_mode))
		return error_create(INSPECT_ERROR_USAGE, "%s: not a file that can be read at any position",
				    source->path);
	*size_ret = (uint64_t)stat.st_size;
	return NULL;
}

static struct inspect_error *file_init(struct file *file, const struct target_file *source, uint32_t cache_blocks)
{
	bool live = cache_blocks == FILE_LIVE;
	struct inspect_error *error = disk_size(source, &file->disk_size);

	if (error)
		return error;
	file->fd = source->fd;
	file->path = source->path;
	file->live = live;
	file->size = live ? UINT64_MAX : file->disk_size;
	if (!live && !cache_init(&file->cache, FILE_BLOCK_SIZE, cache_blocks))
		return &error_nomem;
	if (live || !flattened_probe(file->fd))
		return NULL;
	error = flattened_init(&file->index, file->fd, file->disk_size);
	if (error)
		return error_context(error, "%s", file->path);
	file->flattened = true;
	file->size = file->index.items[file->index.count - 1].position + file->index.items[file->index.count - 1].size;
	return NULL;
}

struct inspect_error *file_open(const struct target_file *source, uint32_t cache_blocks, struct file **file_ret)
{
	struct file *file = calloc(1, sizeof(*file));
	struct inspect_error *error;

	if (!file)
		return &error_nomem;
	error = file_init(file, source, cache_blocks);
	if (error)
		file_close(file);
	else
		*file_ret = file;
	return error;
}

void file_close(struct file *file)
{
	if (!file)
		return;
	flattened_deinit(&file->index);
	cache_deinit(&file->cache);
	free(file);
}

uint64_t file_size(const struct file *file)
{
	return file->size;
}

const char *file_path(const struct file *file)
{
	return file->path;
}

bool file_flattened(const struct file *file)
{
	return file->flattened;
}

bool file_cut(const struct file *file)
{
	return file->index.cut;
}

/* Reads up to the end of one cached block; *@done_ret says how much came. */
static enum inspect_fault read_block(struct file *file, uint64_t offset, void *buf, size_t size, size_t *done_ret)
{
	uint64_t number = offset / FILE_BLOCK_SIZE;
	size_t within = (size_t)(offset % FILE_BLOCK_SIZE), filled;
	const char *block = cache_find(&file->cache, number, &filled);

	if (size > FILE_BLOCK_SIZE - within)
		size = FILE_BLOCK_SIZE - within;
	if (!block) {
		char *claimed = cache_claim(&file->cache);

		/* One bad sector must not take the whole block with it: then only what was asked for is read. */
		if (!claimed || read_whole(file->fd, number * FILE_BLOCK_SIZE, claimed, FILE_BLOCK_SIZE, &filled) ==
					INSPECT_FAULT_IO)
			return read_whole(file->fd, offset, buf, size, done_ret);
		cache_commit(&file->cache, number, filled);
		block = claimed;
	}
	*done_ret = filled > within ? filled - within : 0;
	if (*done_ret > size)
		*done_ret = size;
	memcpy(buf, block + within, *done_ret);
	return *done_ret == size ? INSPECT_FAULT_NONE : INSPECT_FAULT_TRUNCATED;
}

/* Reads at an offset of the file itself. */
static enum inspect_fault read_disk(struct file *file, uint64_t offset, void *buf, size_t size, size_t *done_ret)
{
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	size_t done = 0, step;

	if (file->live || size >= FILE_BLOCK_SIZE)
		return read_whole(file->fd, offset, buf, size, done_ret);
	while (!fault && done < size) {
		fault = read_block(file, offset + done, (char *)buf + done, size - done, &step);
		done += step;
	}
	*done_ret = done;
	return fault;
}

/* The extent at @position, or the next one: most reads follow the one before, which was in extent *@last. */
static const struct extent *extent_find(const struct file *file, uint64_t position, size_t *last)
{
	const struct extent *extent = &file->index.items[*last];

	if (position < extent->position || position - extent->position >= extent->size) {
		size_t i = flattened_find(&file->index, position);

		if (i == file->index.count)
			return NULL;
		*last = i;
		extent = &file->index.items[i];
	}
	return extent;
}

#define OFFSET_HOLE UINT64_MAX

/*
 * Where in a flattened file the bytes at @position lie; OFFSET_HOLE: nowhere, they are zeros. *@size is cut to what
 * lies there in one piece.
 */
static enum inspect_fault find_offset(const struct file *file, uint64_t position, size_t *last, size_t *size,
				      uint64_t *offset_ret)
{
	const struct extent *extent = extent_find(file, position, last);
	uint64_t left;

	if (!extent || (position < extent->position && file->index.cut))
		return INSPECT_FAULT_TRUNCATED;
	if (position < extent->position) {
		left = extent->position - position;
		*offset_ret = OFFSET_HOLE;
	} else {
		left = extent->size - (position - extent->position);
		*offset_ret = extent->offset + (position - extent->position);
	}
	if (*size > left)
		*size = (size_t)left;
	return INSPECT_FAULT_NONE;
}

/* Reads one piece, through the cache of @cached, or without where that is NULL. */
static enum inspect_fault read_piece(const struct file *file, struct file *cached, uint64_t offset, void *buf,
				     size_t size, size_t *done_ret)
{
	if (offset == OFFSET_HOLE) {
		memset(buf, 0, size);
		*done_ret = size;
		return INSPECT_FAULT_NONE;
	}
	return cached ? read_disk(cached, offset, buf, size, done_ret) :
			read_whole(file->fd, offset, buf, size, done_ret);
}

static enum inspect_fault read_at(const struct file *file, struct file *cached, size_t *last, uint64_t position,
				  void *buf, size_t size, size_t *done_ret)
{
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	size_t done = 0, step;
	uint64_t offset;

	*done_ret = 0;
	if (!file->flattened) {
		if (position > INT64_MAX || size > INT64_MAX - position)
			return INSPECT_FAULT_TRUNCATED;
		return read_piece(file, cached, position, buf, size, done_ret);
	}
	while (!fault && done < size) {
		size_t piece = size - done;

		step = 0;
		fault = find_offset(file, position + done, last, &piece, &offset);
		if (!fault)
			fault = read_piece(file, cached, offset, (char *)buf + done, piece, &step);
		done += step;
	}
	*done_ret = done;
	return fault;
}

enum inspect_fault file_read(struct file *file, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	return read_at(file, file, &file->last_extent, position, buf, size, done_ret);
}

enum inspect_fault file_read_shared(const struct file *file, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	size_t last = 0;

	return read_at(file, NULL, &last, position, buf, size, done_ret);
}

struct inspect_error *file_read_exactly(struct file *file, uint64_t position, void *buf, size_t size, const char *what)
{
	size_t done;
	enum inspect_fault fault = file_read(file, position, buf, size, &done);

	if (!fault)
		return NULL;
	if (fault == INSPECT_FAULT_TRUNCATED)
		return error_create(INSPECT_ERROR_FORMAT, "%s: the file ends within its %s (%zu bytes at %llu)",
				    file->path, what, size, (unsigned long long)position);
	return error_create(INSPECT_ERROR_OS, "%s: %s (%zu bytes at %llu): %s", file->path, what, size,
			    (unsigned long long)position, inspect_fault_string(fault));
}

uint64_t file_next_data(const struct file *file, uint64_t position)
{
	off_t next;

	if (file->flattened) {
		size_t i = flattened_find(&file->index, position);

		if (i == file->index.count || file->index.cut)
			return position;
		return position < file->index.items[i].position ? file->index.items[i].position : position;
	}
	if (position > INT64_MAX)
		return position;
	next = lseek(file->fd, (off_t)position, SEEK_DATA);
	if (next >= 0)
		return (uint64_t)next;
	/* Nothing but a hole up to the end; other errors mean that the file system cannot tell. */
	return errno == ENXIO && position < file->size ? file->size : position;
}
