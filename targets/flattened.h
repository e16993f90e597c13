/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The flattened form of a dump (makedumpfile -F, QEMU's kdump-*): a dump written to a pipe as a header and records
 * {offset, size, bytes} that say where the bytes belong; `makedumpfile -R` puts them there. Here the records are
 * indexed once, into sorted extents without overlaps (a later record wins), and read in place.
 *
 * Format: makedumpfile, IMPLEMENTATION, "The flattened format"; QEMU, dump/dump.c, write_start_flat_header().
 */
#ifndef TARGETS_FLATTENED_H
#define TARGETS_FLATTENED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct extent {
	uint64_t position; /* in the dump */
	uint64_t size;
	uint64_t offset;   /* in the file */
};

struct flattened {
	struct extent *items;
	size_t count;
	size_t capacity;
	bool cut; /* it ends without its end mark: what is not there was lost */
};

/* Whether the file begins as a flattened one. */
bool flattened_probe(int fd);
/* The first @size bytes of the dump inside, as the first record that has them says. */
bool flattened_start(int fd, void *buf, size_t size);

/* Reads all record headers of a file of @file_size bytes. */
struct inspect_error *flattened_init(struct flattened *flattened, int fd, uint64_t file_size);
void flattened_deinit(struct flattened *flattened);

/* The index of the first extent that ends behind @position; count: none. */
size_t flattened_find(const struct flattened *flattened, uint64_t position);

#endif
