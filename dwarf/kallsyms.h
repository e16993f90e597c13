/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's own symbol tables in its memory (scripts/kallsyms.c writes them, kernel/kallsyms.c reads them), private
 * to the four files of this source:
 *
 *   kallsyms.c        the source: where VMCOREINFO says the tables are, how addresses are encoded, the symbol table
 *   kallsyms_scan.c   finds the tables by their shape where VMCOREINFO does not name them
 *   kallsyms_names.c  the compressed names
 *   kallsyms_expected.c  the few of them that are sure to be asked for
 *
 * A name is a length and that many token numbers; the 256 tokens are strings, and the first character of the joined
 * strings is the symbol's letter. kallsyms_markers, which nothing exports, follows the names: the position of each
 * 256th.
 */
#ifndef DWARF_KALLSYMS_H
#define DWARF_KALLSYMS_H

#include <endian.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <inspect/inspect.h>

struct memory;

#define KALLSYMS_TOKENS 256
#define KALLSYMS_INDEX_SIZE (KALLSYMS_TOKENS * sizeof(uint16_t))
/* Positions in the strings are u16; and a label's alignment. */
#define KALLSYMS_STRINGS_MAX (65536 + 256)
#define KALLSYMS_MARKER_SPAN 256
/* Distribution kernels have 100 to 250 thousand symbols in 1 to 3 MB of names. */
#define KALLSYMS_COUNT_MAX (UINT32_C(4) << 20)
#define KALLSYMS_NAMES_MAX (UINT64_C(64) << 20)
/* KSYM_NAME_LEN is 512 since 6.1 (b8a94bfb3395), 128 before; the letter comes in addition. */
#define KALLSYMS_NAME_SIZE 514

enum kallsyms_encoding {
	KALLSYMS_ABSOLUTE,        /* u64 addresses; gone with 6.11 (64e166099b69b) */
	KALLSYMS_BASE_RELATIVE,   /* u32 offsets from kallsyms_relative_base */
	KALLSYMS_ABSOLUTE_PERCPU, /* the same, but what is not negative is a per-CPU address: x86-64 from 4.6 to 6.14 */
	KALLSYMS_PLACE_RELATIVE,  /* s32, each from its own place in the table: 7.0 (a081b5789255d) */
};

/* One way to decode the addresses; which one is right is decided by _stext, see kallsyms.c. */
struct kallsyms_addresses {
	enum kallsyms_encoding encoding;
	uint64_t table; /* address of kallsyms_addresses or kallsyms_offsets */
	uint64_t base;  /* address of kallsyms_relative_base, where the encoding has one */
};

/* Where the tables lie in the kernel's memory, as claimed by VMCOREINFO or by their shape. */
struct kallsyms_location {
	uint32_t count;
	uint64_t names;
	uint64_t token_table;
	uint64_t token_index;
	struct kallsyms_addresses candidates[8];
	size_t candidate_count;
};

struct kallsyms_token {
	uint16_t start;
	uint16_t length;
};

/* What it takes to hash a name token by token, apart from the rest for the cache's sake: see kallsyms_hash(). */
struct kallsyms_token_hash {
	uint32_t hash;
	uint32_t power;
};

/* The first four characters, the first one lowest: what names can be told apart by without reading them to the end. */
struct kallsyms_token_prefix {
	uint32_t characters;
	uint32_t length; /* 4 at most */
};

struct kallsyms_tokens {
	char *strings;
	struct kallsyms_token items[KALLSYMS_TOKENS];
	struct kallsyms_token_hash hashes[KALLSYMS_TOKENS];
	struct kallsyms_token_prefix prefixes[KALLSYMS_TOKENS];
	/* Of tokens that begin with a name's letter, without it: */
	uint32_t first_hashes[KALLSYMS_TOKENS];
	struct kallsyms_token_prefix first_prefixes[KALLSYMS_TOKENS];
};

struct kallsyms_names {
	struct kallsyms_tokens tokens;
	uint8_t *bytes;      /* the compressed names, checked: every length stays inside */
	uint32_t *positions; /* in bytes, of each name's length */
	uint32_t count;
	bool long_lengths;   /* see kallsyms_names_walk() */
};

/*
 * Takes copies of the 256 strings in the first @size bytes of @strings, which must be where the 256 u16 in @index say.
 */
struct inspect_error *kallsyms_tokens_init(struct kallsyms_tokens *tokens, const char *strings, size_t size,
					   const uint8_t *index);
void kallsyms_tokens_deinit(struct kallsyms_tokens *tokens);

/*
 * Whether the @size bytes from @address on begin with @count names and the markers that belong to them; fills @count
 * @positions. *@long_lengths_ret says which of the two forms of lengths it is.
 */
bool kallsyms_names_check(const uint8_t *bytes, size_t size, uint64_t address, uint32_t count, uint32_t *positions,
			  bool *long_lengths_ret);

/* Reads names and tokens. @names need not be initialised, and holds nothing after a failure. */
struct inspect_error *kallsyms_names_init(struct kallsyms_names *names, struct memory *memory,
					  const struct kallsyms_location *location);
void kallsyms_names_deinit(struct kallsyms_names *names);

/*
 * Expands name @i into @buf, letter first, NUL-terminated and cut to KALLSYMS_NAME_SIZE as the kernel does. An empty
 * name gives an empty string.
 */
void kallsyms_names_expand(const struct kallsyms_names *names, uint32_t i, char *buf);
/* The hashes of all names, without their letters; kallsyms_hash() is the same of one string. */
void kallsyms_names_hash(const struct kallsyms_names *names, uint32_t *hashes);
uint32_t kallsyms_hash(const char *name);
/* The hash of name @i alone. */
uint32_t kallsyms_name_hash(const struct kallsyms_names *names, uint32_t i);
/* The first four characters of name @i without its letter; kallsyms_prefix() is the same of one string. */
uint32_t kallsyms_name_prefix(const struct kallsyms_names *names, uint32_t i);
uint32_t kallsyms_prefix(const char *name);

/* A name that will be asked for. */
struct kallsyms_expected_name {
	const char *name;
	uint32_t hash;
	atomic_uint symbol; /* the first one of this name; KALLSYMS_NONE */
};

#define KALLSYMS_NONE UINT32_MAX

struct kallsyms_expected {
	struct kallsyms_expected_name *items;
	size_t count;
};

/*
 * Looks for all @count strings in one go, without the index of all names that kallsyms_names_hash() serves to make.
 * Without memory for it, nothing is expected.
 */
void kallsyms_expected_init(struct kallsyms_expected *expected, const struct kallsyms_names *names,
			    const char *const *strings, size_t count);
void kallsyms_expected_deinit(struct kallsyms_expected *expected);
/* Whether @name was looked for; then *@symbol_ret is what was found. */
bool kallsyms_expected_find(const struct kallsyms_expected *expected, const char *name, uint32_t *symbol_ret);

/* Looks for the tables in the kernel image, which begins at @start and has its data at @end (0: not known). */
struct inspect_error *kallsyms_scan(struct memory *memory, uint64_t start, uint64_t end,
				    struct kallsyms_location *location);

static inline uint32_t kallsyms_u32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return le32toh(value);
}

static inline uint16_t kallsyms_u16(const uint8_t *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return le16toh(value);
}

static inline uint64_t kallsyms_align(uint64_t address, unsigned int alignment)
{
	return (address + alignment - 1) & -(uint64_t)alignment;
}

#endif
