/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bounded validation of BTF, before anything else looks into it: the bytes come from a dump, from a program that a user
 * loaded, or from any file that -s names.
 *
 * btf_validate() walks the blob once and allocates four bytes a type. What it has accepted satisfies:
 * - the sections lie inside the blob, the string section ends with NUL;
 * - every record, with all its elements, lies inside the type section.
 *
 * btf_check_type() says the rest of one type, so a kernel's 100,000 need not all be looked at, and a damaged one costs
 * no other:
 * - every name offset in it lies inside a string section, every type id in it exists;
 * - a type that C knows by its name alone (typedef, int, func, ...) has a name that is not empty;
 * - the chain from it over what it points to, is an array of, returns, qualifies or names ends within BTF_CHAIN_MAX
 *   steps, so that who follows it needs no cycle detection. A struct may still (wrongly) contain itself.
 *
 * Two generations of the format are read (kernel 7.1 added the layout section, 7.2 widened kind and vlen into bits
 * that were zero before: "bpf: Extend BTF UAPI vlen, kinds to use unused bits"). Kinds that are newer than this code
 * are stepped over by the size the layout section gives them.
 */
#ifndef DWARF_BTF_VALIDATE_H
#define DWARF_BTF_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>
#include <linux/btf.h>

#define BTF_CHAIN_MAX 64
/* The largest blob we take; the largest known vmlinux BTF has 8 MB. */
#define BTF_SIZE_MAX (256u << 20)
/* The kernel's own limit on ids, BTF_MAX_TYPE, base included. */
#define BTF_ID_MAX 0xfffffu
/* Those we know: up to BTF_KIND_ENUM64, since 6.0. */
#define BTF_KINDS_KNOWN 20
/* Seven bits of kind; 24 of vlen. Old blobs have zeros in the bits that were added. */
#define BTF_KINDS 128

static inline unsigned int btf_info_kind(uint32_t info)
{
	return info >> 24 & (BTF_KINDS - 1);
}

static inline uint32_t btf_info_vlen(uint32_t info)
{
	return info & 0xffffff;
}

static inline bool btf_info_flag(uint32_t info)
{
	return info >> 31;
}

/* How many bytes follow the 12 that every record of a kind begins with. */
struct btf_kind_size {
	bool known;
	uint8_t fixed;
	uint8_t element; /* a vlen of these */
};

/* A validated blob; the pointers borrow the caller's bytes. */
struct btf_blob {
	const struct btf_blob *base; /* borrowed: what split BTF builds upon, or NULL */
	const unsigned char *types;
	uint32_t type_size;
	const char *strings;
	uint32_t string_first; /* offset of its own first string: 0, or behind the base's */
	uint32_t string_end;   /* offsets of names are below this */
	uint32_t first_id;     /* of its own types: 1, or behind the base's */
	uint32_t type_count;   /* with the base's */
	uint32_t *offsets;     /* the caller's to free: of each own record in @types, multiples of 4, by id - first_id */
	bool has_signed_enums; /* an enum has its kind_flag set */
	struct btf_kind_size sizes[BTF_KINDS];
};

/*
 * Fills *@blob_ret. INSPECT_ERROR_FORMAT for damage, INSPECT_ERROR_UNSUPPORTED for big-endian BTF and for what a
 * future format may bring, INSPECT_ERROR_LIMIT over the limits above. @base, or NULL, must live as long as the blob.
 */
struct inspect_error *btf_validate(const void *bytes, size_t size, const struct btf_blob *base,
				   struct btf_blob *blob_ret);

/* Checks the record of type @id < blob->type_count, its own or the base's; void is good. INSPECT_ERROR_FORMAT. */
struct inspect_error *btf_check_type(const struct btf_blob *blob, uint32_t id);

/* The record of a type, @id < blob->type_count; it may be the base's. That of void is not stored anywhere. */
static inline const struct btf_type *btf_record(const struct btf_blob *blob, uint32_t id)
{
	static const struct btf_type void_record = { 0 };

	if (!id)
		return &void_record;
	if (id < blob->first_id)
		blob = blob->base;
	return (const struct btf_type *)(blob->types + blob->offsets[id - blob->first_id]);
}

/* The string at @offset < blob->string_end; it may be the base's. */
static inline const char *btf_string(const struct btf_blob *blob, uint32_t offset)
{
	if (offset < blob->string_first)
		blob = blob->base;
	return blob->strings + (offset - blob->string_first);
}

#endif
