/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/vmcoreinfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* The kernel keeps the text in one page (VMCOREINFO_BYTES), and no page is larger than this. */
#define VMCOREINFO_MAX_SIZE (64 * 1024)

/* The longest key looked up: "NUMBER(" or "SYMBOL(", a symbol's name, ")". */
#define VMCOREINFO_MAX_KEY 128

/* The first byte that is no text, or NULL. */
static const char *find_binary(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n' && text[i] != '\t')
			return text + i;
	return NULL;
}

struct inspect_error *vmcoreinfo_init(struct vmcoreinfo *info, const void *bytes, size_t size)
{
	struct vmcoreinfo copy = { .size = strnlen(bytes, size) };
	const char *binary;
	size_t length;

	if (copy.size > VMCOREINFO_MAX_SIZE)
		return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO of %zu bytes: it is never larger than %d",
				    copy.size, VMCOREINFO_MAX_SIZE);
	binary = find_binary(bytes, copy.size);
	if (binary)
		return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO is damaged: byte 0x%02x at offset %td is no text",
				    (unsigned char)*binary, binary - (const char *)bytes);
	copy.text = strndup(bytes, copy.size);
	if (!copy.text)
		return &error_nomem;
	if (!vmcoreinfo_get(&copy, "OSRELEASE", &length)) {
		vmcoreinfo_deinit(&copy);
		return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO is damaged: it has no OSRELEASE");
	}
	*info = copy;
	return NULL;
}

void vmcoreinfo_deinit(struct vmcoreinfo *info)
{
	free(info->text);
	*info = (struct vmcoreinfo){ 0 };
}

const char *vmcoreinfo_get(const struct vmcoreinfo *info, const char *key, size_t *length_ret)
{
	size_t key_length = strlen(key);
	const char *line = info->text;

	while (line && *line) {
		const char *end = strchrnul(line, '\n');

		if ((size_t)(end - line) > key_length && line[key_length] == '=' && !memcmp(line, key, key_length)) {
			*length_ret = (size_t)(end - line) - key_length - 1;
			return line + key_length + 1;
		}
		line = *end ? end + 1 : end;
	}
	return NULL;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* All of @length bytes as one number. strtoull() would go on into the next line, and accept signs. */
static bool parse_digits(const char *text, size_t length, unsigned int base, uint64_t *value_ret)
{
	uint64_t value = 0;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned int digit = (unsigned int)digit_value(text[i]);

		if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*value_ret = value;
	return true;
}

static bool has_hex_prefix(const char *text, size_t length)
{
	return length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

static bool parse_hex(const char *text, size_t length, uint64_t *value_ret)
{
	size_t prefix = has_hex_prefix(text, length) ? 2 : 0;

	return parse_digits(text + prefix, length - prefix, 16, value_ret);
}

static bool parse_signed(const char *text, size_t length, int64_t *value_ret)
{
	bool negative = length && text[0] == '-';
	uint64_t value;

	if (!parse_digits(text + negative, length - negative, 10, &value))
		return false;
	if (value > (uint64_t)INT64_MAX + negative)
		return false;
	*value_ret = (int64_t)(negative ? -value : value);
	return true;
}

/* The value of WORD(NAME). */
static const char *get_wrapped(const struct vmcoreinfo *info, const char *word, const char *name, size_t *length_ret)
{
	char key[VMCOREINFO_MAX_KEY];
	int length = snprintf(key, sizeof(key), "%s(%s)", word, name);

	if (length < 0 || (size_t)length >= sizeof(key))
		return NULL;
	return vmcoreinfo_get(info, key, length_ret);
}

bool vmcoreinfo_symbol(const struct vmcoreinfo *info, const char *name, uint64_t *value_ret)
{
	size_t length;
	const char *text = get_wrapped(info, "SYMBOL", name, &length);

	return text && parse_hex(text, length, value_ret);
}

bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *name, int64_t *value_ret)
{
	size_t length;
	const char *text = get_wrapped(info, "NUMBER", name, &length);
	uint64_t bits;

	if (!text)
		return false;
	if (!has_hex_prefix(text, length))
		return parse_signed(text, length, value_ret);
	/* Addresses are written so: the value is its 64 bits, whatever the sign. */
	if (!parse_hex(text, length, &bits))
		return false;
	*value_ret = (int64_t)bits;
	return true;
}

bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *value_ret)
{
	size_t length;
	const char *text = vmcoreinfo_get(info, key, &length);

	return text && parse_hex(text, length, value_ret);
}

bool vmcoreinfo_decimal(const struct vmcoreinfo *info, const char *key, uint64_t *value_ret)
{
	size_t length;
	const char *text = vmcoreinfo_get(info, key, &length);

	return text && parse_digits(text, length, 10, value_ret);
}
