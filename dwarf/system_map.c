/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System.map: what nm printed for vmlinux, lines of "address letter name", in the order of addresses. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "core/symbol_array.h"
#include "table.h"

/* A kernel with 250,000 symbols has one of 10 MB. */
#define SYSTEM_MAP_MAX ((off_t)64 << 20)
#define ADDRESS_DIGITS 16

/* Whether @line, of @length bytes, begins as those of System.map do: a 64-bit address, and a letter between spaces. */
static bool begins_as_line(const char *line, size_t length)
{
	if (length < ADDRESS_DIGITS + 3)
		return false;
	for (size_t i = 0; i < ADDRESS_DIGITS; i++) {
		if (!isxdigit((unsigned char)line[i]))
			return false;
	}
	line += ADDRESS_DIGITS;
	return line[0] == ' ' && isalpha((unsigned char)line[1]) && line[2] == ' ';
}

/* Cuts @line into a symbol; its name ends at the NUL behind @length bytes. */
static bool parse_line(const char *line, size_t length, struct symbol *out)
{
	const char *name = line + ADDRESS_DIGITS + 3;

	if (!begins_as_line(line, length) || !*name || strlen(line) != length)
		return false;
	for (const char *c = name; *c; c++) {
		if (!isgraph((unsigned char)*c))
			return false;
	}
	*out = (struct symbol){ .name = name, .address = strtoull(line, NULL, 16), .letter = line[ADDRESS_DIGITS + 1] };
	return true;
}

/* Reads the whole file; *@text_ret is NUL-terminated. */
static struct inspect_error *read_file(const struct source_input *input, char **text_ret, size_t *size_ret)
{
	_cleanup_free_ char *text = NULL;
	struct stat status;
	size_t size = 0;

	if (fstat(input->fd, &status) < 0)
		return error_os(errno, "fstat");
	if (status.st_size > SYSTEM_MAP_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "%lld bytes are more than any System.map has",
				    (long long)status.st_size);
	text = malloc((size_t)status.st_size + 1);
	if (!text)
		return &error_nomem;
	while (size < (size_t)status.st_size) {
		ssize_t got = pread(input->fd, text + size, (size_t)status.st_size - size, (off_t)size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_os(errno, "read");
		if (!got)
			break;
		size += (size_t)got;
	}
	text[size] = '\0';
	*text_ret = text;
	*size_ret = size;
	text = NULL;
	return NULL;
}

/* Adds all lines of @text, which it cuts into strings. */
static struct inspect_error *parse(const struct source_input *input, char *text, size_t size,
				   struct symbol_array *array)
{
	char *end = text + size;

	for (size_t number = 1; text < end; number++) {
		char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((newline ? newline : end) - text);
		struct symbol symbol;

		text[length] = '\0';
		/* Debian's is one line that names the package in which the real one is: show it. */
		if (!parse_line(text, length, &symbol))
			return error_create(INSPECT_ERROR_FORMAT,
					    "line %zu is not \"address letter name\", as in a System.map: %.120s",
					    number, text);
		symbol.address = source_shift(input, symbol.address);
		if (!symbol_array_add(array, &symbol))
			return &error_nomem;
		text += length + 1;
	}
	return NULL;
}

static bool system_map_probe(const struct source_input *input)
{
	char start[ADDRESS_DIGITS + 4];

	return input->fd >= 0 && pread(input->fd, start, sizeof(start), 0) == (ssize_t)sizeof(start) &&
	       begins_as_line(start, sizeof(start));
}

static struct inspect_error *system_map_open(const struct source_input *input, struct source *source)
{
	struct symbol_array *array = symbol_array_create("System.map", true);
	_cleanup_free_ char *text = NULL;
	struct inspect_error *error;
	size_t size;

	if (!array)
		return &error_nomem;
	error = read_file(input, &text, &size);
	if (!error)
		error = parse(input, text, size, array);
	if (error)
		symbol_array_destroy(array);
	else
		error = symbol_array_finish(array, &source->symbols);
	return error_context(error, "%s", input->name);
}

const struct source_ops system_map_source_ops = {
	.name = "System.map",
	.probe = system_map_probe,
	.open = system_map_open,
};
