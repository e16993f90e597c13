/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file of a dump, read at positions of the dump. A plain file has each byte at its own position; a flattened one is
 * indexed when it is opened and read in place, so the providers see no difference.
 *
 * All reads are pread(2), never mmap(2): a file may shrink while it is open. They go through a bounded cache of 16 KiB
 * blocks, except in a live file, and except for reads of a block or more, which go straight to the caller's memory.
 * Behind the end of the file is INSPECT_FAULT_TRUNCATED.
 */
#ifndef TARGETS_FILE_H
#define TARGETS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "providers.h"

/* Kernel objects lie all over memory: copying 64 KiB for each took three times as long (12 us a read, 4 with this). */
#define FILE_BLOCK_SIZE 16384

struct file;

/* Copies the first @size bytes of the dump in @source, for probing; false if there are not so many. */
bool file_magic(const struct target_file *source, void *buf, size_t size);

/* For @cache_blocks of file_open(): a live file changes while it is read, and has no end. */
#define FILE_LIVE 0u

/* @source's descriptor must stay open as long as the file. @cache_blocks is a power of two, or FILE_LIVE. */
struct inspect_error *file_open(const struct target_file *source, uint32_t cache_blocks, struct file **file_ret);
void file_close(struct file *file);

/* Bytes of the dump: for a flattened file, of what it unfolds to. */
uint64_t file_size(const struct file *file);
const char *file_path(const struct file *file);
bool file_flattened(const struct file *file);
/* A flattened file that lacks its end mark. A plain file does not know its own length: its headers do. */
bool file_cut(const struct file *file);

/* As memory_segment_read_fn, but for the argument's type. */
enum inspect_fault file_read(struct file *file, uint64_t position, void *buf, size_t size, size_t *done_ret);
/* The same, without the cache: several threads may call it at once, as long as none calls anything else. */
enum inspect_fault file_read_shared(const struct file *file, uint64_t position, void *buf, size_t size,
				    size_t *done_ret);
/* Whether all of @size bytes could be read, else an error about @what, at @position. */
struct inspect_error *file_read_exactly(struct file *file, uint64_t position, void *buf, size_t size, const char *what);

/* The first position at or behind @position that is not in a hole of the file, which reads as zeros. */
uint64_t file_next_data(const struct file *file, uint64_t position);

#endif
