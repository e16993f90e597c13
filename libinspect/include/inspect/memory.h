/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory as it is: bytes, strings, and how an address is translated; as values, and as records. */
#ifndef INSPECT_MEMORY_H
#define INSPECT_MEMORY_H

#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The address that @expression (expr.h) means: the value of a pointer or of a number that was computed, of any other
 * object where it is; the name of a symbol means where that is. Only the first of a sequence.
 */
INSPECT_PUBLIC struct inspect_error *inspect_address(struct inspect *inspect, const char *expression,
						     uint64_t *address_ret);

/*
 * Reads @size bytes of virtual (physical) memory. INSPECT_ERROR_FAULT tells the first address that could not be read;
 * what @buf has then is not said.
 */
INSPECT_PUBLIC struct inspect_error *inspect_read(struct inspect *inspect, uint64_t address, void *buf, size_t size);
INSPECT_PUBLIC struct inspect_error *inspect_read_physical(struct inspect *inspect, uint64_t address, void *buf,
							   size_t size);
/* An unsigned integer of 1, 2, 4 or 8 bytes, in the byte order of the kernel. */
INSPECT_PUBLIC struct inspect_error *inspect_read_u64(struct inspect *inspect, uint64_t address, size_t size,
						      uint64_t *value_ret);
/* The string at @address, up to a NUL or @max bytes, in @pool; NUL-terminated, any bytes. @length_ret may be NULL. */
INSPECT_PUBLIC struct inspect_error *inspect_read_string(struct inspect *inspect, uint64_t address, size_t max,
							 struct inspect_pool *pool, const char **string_ret,
							 size_t *length_ret);
/* The physical address behind a virtual one. */
INSPECT_PUBLIC struct inspect_error *inspect_physical_address(struct inspect *inspect, uint64_t address,
							      uint64_t *physical_ret);

/* A line of bytes. */
enum inspect_bytes_column {
	INSPECT_BYTES_ADDRESS,
	INSPECT_BYTES_HEX,  /* "00 01 …", a second blank in the middle of sixteen */
	INSPECT_BYTES_TEXT, /* the same as ASCII, with dots for what is none */
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_bytes_schema;

/*
 * Fills a record with @size bytes from @address on, sixteen at most. *@covered_ret is how many it is about: all up to
 * the end of the page where the first could not be read.
 */
INSPECT_PUBLIC void inspect_bytes(struct inspect *inspect, uint64_t address, uint64_t size,
				  struct inspect_record *record, uint64_t *covered_ret);

enum inspect_string_column {
	INSPECT_STRING_ADDRESS,
	INSPECT_STRING_STRING,
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_string_schema;

/* Fills a record with the string at @address, up to a NUL, what cannot be read, or 64 KiB. */
INSPECT_PUBLIC void inspect_string(struct inspect *inspect, uint64_t address, struct inspect_record *record);

enum inspect_translation_column {
	INSPECT_TRANSLATION_VIRTUAL,
	INSPECT_TRANSLATION_PHYSICAL,
	INSPECT_TRANSLATION_LEVELS,
};

/* One table of the walk. */
enum inspect_level_column {
	INSPECT_LEVEL_NAME,    /* "PGD" */
	INSPECT_LEVEL_ADDRESS, /* of the entry, physical */
	INSPECT_LEVEL_ENTRY,
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_translation_schema, inspect_level_schema;

/* Fills a record with the way from a virtual address to a physical one. */
INSPECT_PUBLIC void inspect_translate(struct inspect *inspect, uint64_t address, struct inspect_record *record);

#ifdef __cplusplus
}
#endif

#endif
