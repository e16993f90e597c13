/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * show CORE…: objects and types of a dump as text, for tests that compare them with drgn's. One request a line on
 * stdin; the answer on stdout ends with a NUL byte; empty where the dump has no such type or more than one.
 *
 *     object FLAGS COLUMNS ADDRESS TYPE    the object at ADDRESS; FLAGS are drgn's as a number
 *     type TYPE                            its definition
 *     names                                all names of structs, unions, enums and typedefs, a line each
 *
 * TYPE is a name behind "struct ", "union ", "enum ", or a typedef's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "core/format_c.h"
#include "core/format_type.h"
#include "handle.h"

#define TYPES (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM) | TYPE_BIT(TYPE_TYPEDEF))

static bool swallow(struct inspect_error *error)
{
	if (error)
		fprintf(stderr, "show: %s\n", inspect_error_message(error));
	inspect_error_destroy(error);
	return !error;
}

/* The only definition of @name in vmlinux, or NULL. */
static struct type *find_type(struct inspect *inspect, const char *name)
{
	static const struct {
		const char *prefix;
		unsigned int kinds;
	} prefixes[] = {
		{ "struct ", TYPE_BIT(TYPE_STRUCT) },
		{ "union ", TYPE_BIT(TYPE_UNION) },
		{ "enum ", TYPE_BIT(TYPE_ENUM) },
		{ "", TYPE_BIT(TYPE_TYPEDEF) },
	};
	struct type_list list = { 0 };
	struct type *type = NULL;
	size_t i = 0;

	while (strncmp(name, prefixes[i].prefix, strlen(prefixes[i].prefix)))
		i++;
	if (inspect->kernel.scopes.count &&
	    swallow(scope_find(inspect->kernel.scopes.items[0], name + strlen(prefixes[i].prefix), prefixes[i].kinds,
			       &list)) && list.count && (list.count == 1 || list.items[1]->is_declaration))
		type = list.items[0];
	vec_deinit(&list);
	return type && swallow(type_complete(type)) ? type : NULL;
}

static void show_object(struct inspect *inspect, char *words, struct arena *arena, struct strbuf *out)
{
	struct format_c_options options = { 0 };
	struct value_options load;
	struct object object;
	struct value value;
	struct type *type;
	uint64_t address;

	options.flags = (unsigned int)strtoul(words, &words, 0);
	options.columns = strtoul(words, &words, 0);
	address = strtoull(words, &words, 0);
	type = find_type(inspect, words + strspn(words, " "));
	if (!type)
		return;
	load = format_c_loads(&options, &inspect->kernel.symbols);
	object = object_reference(type, address);
	if (!swallow(value_load(&inspect->kernel.memory, &object, &load, arena, &value)) ||
	    !swallow(format_c(&value, &options, out)))
		strbuf_clear(out);
}

static void show_type(struct inspect *inspect, const char *name, struct strbuf *out)
{
	struct type *type = find_type(inspect, name);

	if (type && !swallow(format_type_definition(type, out)))
		strbuf_clear(out);
}

static void show_names(struct inspect *inspect, struct strbuf *out)
{
	struct scope *scope = inspect->kernel.scopes.count ? inspect->kernel.scopes.items[0] : NULL;
	struct type *type;

	for (uint32_t id = 1; scope && id < scope->type_count; id++) {
		if (!swallow(scope_by_id(scope, id, &type)) || !type->name || !(TYPE_BIT(type->kind) & TYPES))
			continue;
		if (type->kind != TYPE_TYPEDEF)
			strbuf_printf(out, "%s ", type_kind_string(type->kind));
		strbuf_printf(out, "%s\n", type->name);
	}
}

static void answer(struct inspect *inspect, char *line, struct arena *arena, struct strbuf *out)
{
	struct arena_mark mark = arena_mark(arena);

	strbuf_clear(out);
	if (!strncmp(line, "object ", 7))
		show_object(inspect, line + 7, arena, out);
	else if (!strncmp(line, "type ", 5))
		show_type(inspect, line + 5, out);
	else if (!strcmp(line, "names"))
		show_names(inspect, out);
	arena_rewind(arena, mark);
	fwrite(out->length ? out->bytes : "", out->length, 1, stdout);
	putchar('\0');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct inspect_options options = {
		.core_paths = (const char *const *)argv + 1,
		.core_count = (size_t)argc - 1,
	};
	_cleanup_free_ char *line = NULL;
	struct inspect *inspect;
	struct arena arena;
	struct strbuf out;
	size_t capacity = 0;
	ssize_t length;

	if (!swallow(inspect_open(&options, &inspect)))
		return 1;
	arena_init(&arena);
	strbuf_init(&out);
	while ((length = getline(&line, &capacity, stdin)) > 0) {
		line[length - (line[length - 1] == '\n')] = '\0';
		answer(inspect, line, &arena, &out);
	}
	strbuf_deinit(&out);
	arena_deinit(&arena);
	inspect_close(inspect);
	return 0;
}
