/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/escape.h"

#include <stdlib.h>
#include <string.h>

#include <inspect/record.h>

#include "record/writer.h"

size_t utf8_decode(const char *bytes, size_t length, uint32_t *code_ret)
{
	/* The smallest code point that needs as many bytes: what is below is an overlong form. */
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint8_t lead = (uint8_t)bytes[0];
	size_t size;
	uint32_t code;

	if (lead < 0x80) {
		*code_ret = lead;
		return 1;
	}
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (length < size)
		return 0;
	code = lead & (0x7f >> size);
	for (size_t i = 1; i < size; i++) {
		if (((uint8_t)bytes[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | ((uint8_t)bytes[i] & 0x3f);
	}
	if (code < smallest[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*code_ret = code;
	return size;
}

bool code_is_harmful(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x00, 0x1f },       /* C0 */
		{ 0x7f, 0x9f },       /* DEL, C1 */
		{ 0xad, 0xad },       /* soft hyphen */
		{ 0x61c, 0x61c },     /* Arabic letter mark */
		{ 0x180e, 0x180e },   /* Mongolian vowel separator */
		{ 0x200b, 0x200f },   /* zero width, marks of direction */
		{ 0x2028, 0x202e },   /* separators, bidirectional embeddings and overrides */
		{ 0x2060, 0x206f },   /* invisible operators, bidirectional isolates, deprecated formatting */
		{ 0xfeff, 0xfeff },   /* byte order mark */
		{ 0xfff9, 0xfffb },   /* interlinear annotation */
		{ 0xe0000, 0xe0fff }, /* tags, variation selectors */
	};

	if (code >= 0x20 && code < 0x7f)
		return false;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	}
	return false;
}

size_t ascii_span(const char *bytes, size_t length)
{
	size_t i = 0;

	while (i < length && bytes[i] >= 0x20 && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\')
		i++;
	return i;
}

/* The first bytes that go the same way: as \xNN or, *@escape_ret false, as they are: all ASCII, or one code point. */
static size_t escape_span(const char *bytes, size_t length, bool *escape_ret)
{
	size_t size = ascii_span(bytes, length);
	uint32_t code;

	*escape_ret = false;
	if (size)
		return size;
	size = utf8_decode(bytes, length, &code);
	*escape_ret = !size || code == '\\' || code_is_harmful(code);
	return size ? size : 1;
}

static void escape_byte(char text[4], char byte)
{
	static const char digits[] = "0123456789abcdef";

	text[0] = '\\';
	text[1] = 'x';
	text[2] = digits[(uint8_t)byte >> 4];
	text[3] = digits[(uint8_t)byte & 15];
}

size_t escape_text(struct writer *writer, const char *bytes, size_t length)
{
	size_t columns = 0;

	while (length) {
		bool escape;
		size_t size = escape_span(bytes, length, &escape);

		if (escape)
			columns += 4 * size;
		else
			columns += (uint8_t)bytes[0] < 0x80 ? size : 1;
		if (writer && !escape)
			writer_put(writer, bytes, size);
		for (size_t i = 0; writer && escape && i < size; i++) {
			char text[4];

			escape_byte(text, bytes[i]);
			writer_put(writer, text, sizeof(text));
		}
		bytes += size;
		length -= size;
	}
	return columns;
}

size_t escape_lines(struct writer *writer, const char *bytes, size_t length)
{
	size_t columns = 0;

	while (length) {
		size_t size = 0;

		while (size < length && !memchr("\n\t\\", bytes[size], 3))
			size++;
		columns += escape_text(writer, bytes, size);
		if (size < length) {
			if (writer)
				writer_putc(writer, bytes[size]);
			columns++;
			size++;
		}
		bytes += size;
		length -= size;
	}
	return columns;
}

char *inspect_escape(const char *bytes, size_t length)
{
	char *ret, *end;
	size_t size;

	if (__builtin_mul_overflow(length, 4, &size) || size == SIZE_MAX)
		return NULL;
	ret = end = malloc(size + 1);
	if (!ret)
		return NULL;
	while (length) {
		bool escape;

		size = escape_span(bytes, length, &escape);
		for (size_t i = 0; escape && i < size; i++, end += 4)
			escape_byte(end, bytes[i]);
		if (!escape)
			end = mempcpy(end, bytes, size);
		bytes += size;
		length -= size;
	}
	*end = '\0';
	return ret;
}
