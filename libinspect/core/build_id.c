/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/build_id.h"

#include <elf.h>
#include <endian.h>
#include <string.h>

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

bool build_id_of_notes(const void *notes, size_t size, struct build_id *build_id_ret)
{
	const uint8_t *at = notes;
	Elf64_Nhdr header;

	while (size >= sizeof(header)) {
		size_t name, bytes;

		memcpy(&header, at, sizeof(header));
		at += sizeof(header);
		size -= sizeof(header);
		name = padded(le32toh(header.n_namesz));
		bytes = le32toh(header.n_descsz);
		if (name > size || bytes > size - name)
			return false;
		if (le32toh(header.n_type) == NT_GNU_BUILD_ID && le32toh(header.n_namesz) == sizeof("GNU") &&
		    !memcmp(at, "GNU", sizeof("GNU")) && bytes && bytes <= BUILD_ID_MAX) {
			*build_id_ret = (struct build_id){ .size = bytes };
			memcpy(build_id_ret->bytes, at + name, bytes);
			return true;
		}
		if (padded(bytes) > size - name)
			return false;
		at += name + padded(bytes);
		size -= name + padded(bytes);
	}
	return false;
}

bool build_id_equal(const struct build_id *a, const struct build_id *b)
{
	return a->size && a->size == b->size && !memcmp(a->bytes, b->bytes, a->size);
}

void build_id_format(const struct build_id *build_id, char text[static 2 * BUILD_ID_MAX + 1])
{
	for (size_t i = 0; i < build_id->size; i++) {
		text[2 * i] = "0123456789abcdef"[build_id->bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[build_id->bytes[i] & 15];
	}
	text[2 * build_id->size] = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool build_id_parse(const char *text, size_t length, struct build_id *build_id_ret)
{
	struct build_id build_id = { .size = length / 2 };

	if (!length || length % 2 || build_id.size > BUILD_ID_MAX)
		return false;
	for (size_t i = 0; i < length; i++) {
		int value = digit(text[i]);

		if (value < 0)
			return false;
		build_id.bytes[i / 2] = (uint8_t)(build_id.bytes[i / 2] << 4 | value);
	}
	*build_id_ret = build_id;
	return true;
}
