/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory of the target: segments that a target adds, and one translation from virtual to physical addresses that
 * kernel/translate installs.
 *
 * A virtual read looks into the virtual segments first (a target adds those only where it can trust them: /proc/kcore
 * and kexec's p_vaddr), then translates. The first page faults before either. Nothing here allocates on a read, and a
 * read that faults is no error: probing faults by design. memory_error() makes an error of a fault where one is wanted.
 */
#ifndef LIBINSPECT_CORE_MEMORY_H
#define LIBINSPECT_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

/*
 * Reads @size bytes at @position of a provider's own space. Either fills @buf whole and returns INSPECT_FAULT_NONE, or
 * returns the fault of the first byte it could not read and, in *@done_ret, how many bytes before it are in @buf.
 */
typedef enum inspect_fault memory_segment_read_fn(void *arg, uint64_t position, void *buf, size_t size,
						  size_t *done_ret);

struct memory_segment {
	uint64_t start;    /* address of its first byte */
	uint64_t size;     /* bytes it covers */
	uint64_t filled;   /* bytes of them that are in the dump; the rest is INSPECT_FAULT_NOT_IN_DUMP */
	uint64_t position; /* what read() is given for the first byte */
	memory_segment_read_fn *read;
	void *arg;         /* borrowed from the target */
};

/* One level of a page walk, for `vtop`. */
struct memory_trace_level {
	const char *name;        /* "PGD", "P4D", "PUD", "PMD", "PTE" */
	uint64_t entry_address;  /* physical */
	uint64_t entry;          /* as read */
};

struct memory_trace {
	struct memory_trace_level levels[5];
	unsigned int count;
};

struct memory_translation {
	uint64_t physical;
	uint64_t extent; /* bytes from this address on that are physically contiguous, at least 1 */
};

struct memory_translate_ops {
	/* @trace may be NULL. */
	enum inspect_fault (*translate)(void *arg, uint64_t address, struct memory_translation *out,
					struct memory_trace *trace);
};

struct memory_segments {
	struct memory_segment *items;
	size_t count;
	size_t capacity;
};

struct memory {
	struct memory_segments physical; /* sorted, without overlaps, once memory_ready() was called */
	struct memory_segments virtual;
	const struct memory_translate_ops *translate_ops; /* NULL until kernel/translate installed it */
	void *translate_arg;
	uint64_t reads; /* segment reads, for tests of caches */
};

void memory_init(struct memory *memory);
void memory_deinit(struct memory *memory);

/* Adds a segment; a size of 0 is ignored. Where two overlap, the one that starts first wins: dumps hold the
 * same bytes in both. */
struct inspect_error *memory_add_physical(struct memory *memory, const struct memory_segment *segment);
struct inspect_error *memory_add_virtual(struct memory *memory, const struct memory_segment *segment);
/* Sorts the segments; called once, by open, when the target has added all. */
struct inspect_error *memory_ready(struct memory *memory);

/* The first range of physical memory at or behind @start that a segment holds bytes of, for scans; false at the end. */
bool memory_next_physical(const struct memory *memory, uint64_t start, uint64_t *start_ret, uint64_t *size_ret);

/*
 * Reads @size bytes of virtual (physical) memory. On a fault, *@fault_address_ret (may be NULL) is the first address
 * that could not be read; all bytes before it are in @buf.
 */
enum inspect_fault memory_read(struct memory *memory, uint64_t address, void *buf, size_t size,
			       uint64_t *fault_address_ret);
enum inspect_fault memory_read_physical(struct memory *memory, uint64_t address, void *buf, size_t size,
					uint64_t *fault_address_ret);

/* An unsigned integer of 1, 2, 4 or 8 bytes in the target's byte order (little endian). */
enum inspect_fault memory_read_u64(struct memory *memory, uint64_t address, size_t size, uint64_t *value_ret);
/* The string at @address, at most @size - 1 bytes of it (@size >= 1), NUL-terminated; *@length_ret may be NULL. */
enum inspect_fault memory_read_string(struct memory *memory, uint64_t address, char *buf, size_t size,
				      size_t *length_ret);

/* Virtual to physical; @trace may be NULL. */
enum inspect_fault memory_translate(struct memory *memory, uint64_t address, struct memory_translation *out,
				    struct memory_trace *trace);

/* INSPECT_ERROR_FAULT: "read 0xADDRESS: CAUSE". */
struct inspect_error *memory_error(enum inspect_fault fault, uint64_t address);

#endif
