/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * query CORE…: answers questions about a dump, for tests that damage it or compare it byte by byte. One request a line
 * on stdin, one line of answer each on stdout: what was asked for, or "-" where the dump does not tell it.
 *
 *     symbol NAME          its address
 *     offset TYPE PATH     where the member PATH ("a" or "a.b") lies in the struct or union TYPE
 *     read ADDRESS SIZE    memory, in hex
 *     physical ADDRESS     the physical address
 *     btf DIRECTORY        writes the BTF of the kernel and of each module to DIRECTORY/NAME; their number
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bpf/btf_object.h"
#include "handle.h"

#define READ_MAX (1u << 20)
#define BTF_MAX (64u << 20)

/* The answer to one request, of which @first and @second are the words behind its name; false: there is none. */
typedef bool query_fn(struct inspect *inspect, const char *first, const char *second);

static bool swallow(struct inspect_error *error)
{
	inspect_error_destroy(error);
	return !error;
}

static bool print_number(uint64_t number)
{
	printf("0x%" PRIx64 "\n", number);
	return true;
}

static bool query_symbol(struct inspect *inspect, const char *name, const char *unused)
{
	struct symbol symbol;

	(void)unused;
	return symbols_find(&inspect->kernel.symbols, name, &symbol) && print_number(symbol.address);
}

/* The definition of struct or union @name in vmlinux, which the views of the modules' types are not asked for. */
static struct type *find_compound(struct inspect *inspect, const char *name)
{
	struct type_list list = { 0 };
	struct type *type = NULL;

	if (inspect->kernel.scopes.count &&
	    swallow(scope_find(inspect->kernel.scopes.items[0], name, TYPE_BITS_COMPOUND, &list)) && list.count)
		type = list.items[0];
	vec_deinit(&list);
	return type && swallow(type_complete(type)) ? type : NULL;
}

static bool query_offset(struct inspect *inspect, const char *name, const char *path)
{
	struct type *type = find_compound(inspect, name);
	uint64_t bits = 0;
	bool found = true;

	while (type && found && *path) {
		size_t length = strcspn(path, ".");
		struct type_member member;

		if (!swallow(type_complete(type)) ||
		    !swallow(type_find_member(type, path, length, &member, &found)) || !found)
			return false;
		bits += member.bit_offset;
		path += length + (path[length] == '.');
		if (*path && !swallow(type_underlying(member.type, &type)))
			return false;
	}
	return type && found && print_number(bits / 8);
}

static bool query_read(struct inspect *inspect, const char *address, const char *size_text)
{
	size_t size = strtoul(size_text, NULL, 0);
	_cleanup_free_ unsigned char *bytes = size && size <= READ_MAX ? malloc(size) : NULL;

	if (!bytes || memory_read(&inspect->kernel.memory, strtoull(address, NULL, 0), bytes, size, NULL))
		return false;
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
	return true;
}

static bool query_physical(struct inspect *inspect, const char *address, const char *unused)
{
	struct memory_translation translation;

	(void)unused;
	return !memory_translate(&inspect->kernel.memory, strtoull(address, NULL, 0), &translation, NULL) &&
	       print_number(translation.physical);
}

static bool write_btf(struct inspect *inspect, const struct btf_object *object, const char *directory)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_free_ void *bytes = object->data_size <= BTF_MAX ? malloc(object->data_size) : NULL;
	bool written;
	FILE *file;

	if (!bytes || memory_read(&inspect->kernel.memory, object->data, bytes, object->data_size, NULL) ||
	    asprintf(&path, "%s/%s", directory, object->name) < 0)
		return false;
	file = fopen(path, "w");
	if (!file)
		return false;
	written = fwrite(bytes, object->data_size, 1, file) == 1;
	return !fclose(file) && written;
}

static bool query_btf(struct inspect *inspect, const char *directory, const char *unused)
{
	struct btf_object object = { .name = "vmlinux" };
	struct btf_objects objects;
	struct symbols *symbols = &inspect->kernel.symbols;
	bool whole;
	uint64_t count = 1;

	(void)unused;
	object.data = symbols_address(symbols, "__start_BTF");
	object.data_size = symbols_address(symbols, "__stop_BTF") - object.data;
	whole = write_btf(inspect, &object, directory);
	btf_objects_init(&objects, &inspect->kernel);
	while (btf_objects_next(&objects, &object)) {
		if (!object.is_kernel || !object.is_split)
			continue;
		count++;
		whole = write_btf(inspect, &object, directory) && whole;
	}
	return swallow(btf_objects_finish(&objects)) && whole && print_number(count);
}

static const struct {
	const char *name;
	unsigned int words;
	query_fn *run;
} queries[] = {
	{ "symbol", 1, query_symbol },
	{ "offset", 2, query_offset },
	{ "read", 2, query_read },
	{ "physical", 1, query_physical },
	{ "btf", 1, query_btf },
};

static bool answer(struct inspect *inspect, char *line)
{
	char *save, *words[3] = { strtok_r(line, " \n", &save) };

	words[1] = strtok_r(NULL, " \n", &save);
	words[2] = words[1] ? strtok_r(NULL, " \n", &save) : NULL;
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		if (words[0] && !strcmp(words[0], queries[i].name) && words[queries[i].words])
			return queries[i].run(inspect, words[1], words[2]);
	}
	return false;
}

int main(int argc, char **argv)
{
	struct inspect_options options = {
		.core_paths = (const char *const *)argv + 1,
		.core_count = (size_t)argc - 1,
	};
	_cleanup_free_ char *line = NULL;
	size_t capacity = 0;
	struct inspect *inspect;
	struct inspect_error *error = inspect_open(&options, &inspect);

	if (error) {
		fprintf(stderr, "query: %s\n", inspect_error_message(error));
		inspect_error_destroy(error);
		return 1;
	}
	while (getline(&line, &capacity, stdin) > 0) {
		if (!answer(inspect, line))
			puts("-");
		fflush(stdout);
	}
	inspect_close(inspect);
	return 0;
}
