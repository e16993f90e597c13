/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public walk over types. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/type.h>

#include "base/error.h"
#include "base/options.h"
#include "base/strbuf.h"
#include "core/format_layout.h"
#include "core/format_type.h"
#include "core/scope.h"
#include "expr/expr.h"
#include "handle.h"

/* What a hostile dump may make us look at: types of one name, and how long a name a pattern is tried on. */
#define CANDIDATES_MAX 1000
#define PATTERN_NAME_MAX 512

#define TAGGED (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM))
#define NAMED (TAGGED | TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_BOOL) | TYPE_BIT(TYPE_FLOAT))

static const struct inspect_column type_columns[] = {
	[INSPECT_TYPE_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_TYPE_KIND] = { .key = "kind", .kind = INSPECT_CELL_STRING },
	[INSPECT_TYPE_SOURCE] = { .key = "source", .kind = INSPECT_CELL_STRING },
	[INSPECT_TYPE_SIZE] = { .key = "size", .kind = INSPECT_CELL_U64 },
	[INSPECT_TYPE_MEMBER] = { .key = "member", .kind = INSPECT_CELL_STRING },
	[INSPECT_TYPE_OFFSET] = { .key = "offset", .kind = INSPECT_CELL_U64 },
	[INSPECT_TYPE_TEXT] = { .key = "text", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_type_schema = INSPECT_SCHEMA("type", type_columns);

struct inspect_type_walk {
	struct kernel *kernel;
	struct inspect_error *error;
	bool offsets;
	/* Look-up by name: what was found, and its text. */
	struct type_list types;
	struct {
		char **items;
		size_t count;
		size_t capacity;
	} texts;
	size_t next;
	/* Search: where we are. */
	char *member;
	regex_t regex;
	bool has_regex;
	size_t scope;
	uint32_t id;
};

/* Takes the keyword off *@name; the kinds that it leaves. */
static unsigned int kinds_of(const char **name)
{
	static const struct {
		const char *keyword;
		unsigned int kinds;
	} keywords[] = {
		{ "struct ", TYPE_BIT(TYPE_STRUCT) },
		{ "union ", TYPE_BIT(TYPE_UNION) },
		{ "enum ", TYPE_BIT(TYPE_ENUM) },
	};

	*name += strspn(*name, " ");
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		size_t length = strlen(keywords[i].keyword);

		if (strncmp(*name, keywords[i].keyword, length))
			continue;
		*name += length + strspn(*name + length, " ");
		return keywords[i].kinds;
	}
	return NAMED;
}

static struct inspect_error *format_text(struct type *type, bool offsets, char **text_ret)
{
	struct inspect_error *error;
	struct strbuf text;

	strbuf_init(&text);
	error = offsets ? format_layout(type, &text) : format_type_definition(type, &text);
	if (!error) {
		*text_ret = text.bytes; /* now the caller's */
		return NULL;
	}
	strbuf_deinit(&text);
	return error;
}

static bool is_known(const struct inspect_type_walk *walk, const char *text)
{
	for (size_t i = 0; i < walk->texts.count; i++) {
		if (!strcmp(walk->texts.items[i], text))
			return true;
	}
	return false;
}

/* Keeps @type unless one that looks the same was found before it: modules repeat the types of vmlinux. */
static struct inspect_error *add_candidate(struct inspect_type_walk *walk, struct type *type)
{
	struct inspect_error *error;
	char *text = NULL;

	error = format_text(type, walk->offsets, &text);
	if (error)
		return error_context(error, "%s %s of %s", type_kind_string(type->kind), type->name ? type->name : "",
				     type->scope->name);
	if (is_known(walk, text)) {
		free(text);
		return NULL;
	}
	if (!vec_push(&walk->texts, text)) {
		free(text);
		return &error_nomem;
	}
	return vec_push(&walk->types, type) ? NULL : &error_nomem;
}

/* Keeps the definitions among @found, or the first declaration where there are none. */
static struct inspect_error *keep_candidates(struct inspect_type_walk *walk, const struct type_list *found)
{
	struct type *declaration = NULL;

	for (size_t i = 0; i < found->count && walk->types.count < CANDIDATES_MAX; i++) {
		struct type *type = found->items[i];
		struct inspect_error *error;

		if (type->is_declaration) {
			declaration = declaration ? declaration : type;
			continue;
		}
		error = add_candidate(walk, type);
		if (error)
			return error;
	}
	return !walk->types.count && declaration ? add_candidate(walk, declaration) : NULL;
}

/*
 * The type that another text than a name means: a pointer's, an expression's. Of a variable, its definition is meant.
 */
static struct inspect_error *find_expression(struct inspect_type_walk *walk, const char *text)
{
	struct type *type;
	struct inspect_error *error = expr_type(walk->kernel, text, strlen(text), &type);

	return error ? error : add_candidate(walk, type);
}

static struct inspect_error *find_name(struct inspect_type_walk *walk, const char *name)
{
	const char *rest = name;
	unsigned int kinds = kinds_of(&rest);
	struct type_list found = { 0 };
	struct inspect_error *error = kernel_find_types(walk->kernel, format_type_spelled(rest), kinds, &found);

	if (!error)
		error = keep_candidates(walk, &found);
	vec_deinit(&found);
	return error || walk->types.count ? error : find_expression(walk, name);
}

/* Appends what the file whose code or data is at @address calls so. */
static struct inspect_error *find_at(struct kernel *kernel, uint64_t address, const char *name, struct type_list *found)
{
	const struct scopes *all[] = { &kernel->scopes, &kernel->debug_scopes };
	const char *rest = name;
	unsigned int kinds = kinds_of(&rest);
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < INSPECT_COUNT(all) && !found->count && !error; i++) {
		for (size_t j = 0; j < all[i]->count && !found->count && !error; j++)
			error = scope_find_at(all[i]->items[j], address, rest, kinds, found);
	}
	return error;
}

struct inspect_error *inspect_type_find_near(struct inspect *inspect, const char *name, const char *symbol,
					     const struct inspect_type **type_ret)
{
	uint64_t address = symbols_address(&inspect->kernel.symbols, symbol);
	struct type_list found = { 0 };
	struct inspect_error *error;

	if (!address)
		return error_create(INSPECT_ERROR_LOOKUP, "this kernel has no symbol \"%s\"", symbol);
	error = find_at(&inspect->kernel, address, name, &found);
	if (!error && found.count)
		*type_ret = type_handed_out(found.items[0]);
	else if (!error)
		error = inspect_type_find(inspect, name, type_ret);
	vec_deinit(&found);
	return error;
}

static struct inspect_error *compile_pattern(struct inspect_type_walk *walk, const char *pattern)
{
	char message[128];
	int code = regcomp(&walk->regex, pattern, REG_EXTENDED | REG_NOSUB);

	walk->has_regex = !code;
	if (!code)
		return NULL;
	regerror(code, &walk->regex, message, sizeof(message));
	return error_create(INSPECT_ERROR_USAGE, "\"%s\" is no regular expression: %s", pattern, message);
}

/* Modules have types of their own, and other ones of the same names. All their DWARF is not read for that. */
static void load_modules(struct kernel *kernel)
{
	void (*load)(struct kernel *kernel) = kernel->load_modules;

	if (kernel_has_dwarf_only(kernel))
		return;
	kernel->load_modules = NULL;
	if (load)
		load(kernel);
}

static struct inspect_error *walk_init(struct inspect_type_walk *walk, const struct inspect_type_query *query)
{
	struct inspect_error *error = NULL;

	if (!query->name + (!query->pattern && !query->member) != 1)
		return error_create(INSPECT_ERROR_USAGE, "a type is looked up by its name, or searched by a pattern or "
							 "a member");
	load_modules(walk->kernel);
	walk->offsets = query->offsets;
	if (query->name)
		return find_name(walk, query->name);
	if (query->member) {
		walk->member = strdup(query->member);
		if (!walk->member)
			return &error_nomem;
	}
	if (query->pattern)
		error = compile_pattern(walk, query->pattern);
	return error;
}

struct inspect_error *inspect_type_walk_create(struct inspect *inspect, const struct inspect_type_query *query,
					       struct inspect_type_walk **walk_ret)
{
	struct inspect_type_walk *walk = calloc(1, sizeof(*walk));
	struct inspect_type_query known;
	struct inspect_error *error;

	if (!walk)
		return &error_nomem;
	walk->kernel = &inspect->kernel;
	error = options_copy(&known, sizeof(known), query);
	if (!error)
		error = walk_init(walk, &known);
	if (error)
		inspect_type_walk_destroy(walk);
	else
		*walk_ret = walk;
	return error;
}

void inspect_type_walk_destroy(struct inspect_type_walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < walk->texts.count; i++)
		free(walk->texts.items[i]);
	vec_deinit(&walk->texts);
	vec_deinit(&walk->types);
	if (walk->has_regex)
		regfree(&walk->regex);
	free(walk->member);
	inspect_error_destroy(walk->error);
	free(walk);
}

size_t inspect_type_walk_count(const struct inspect_type_walk *walk)
{
	return walk->types.count;
}

struct inspect_error *inspect_type_walk_finish(struct inspect_type_walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	return error;
}

static void put_name(struct inspect_record *record, struct type *type)
{
	struct inspect_error *error = NULL;
	struct strbuf name;

	strbuf_init(&name);
	if (type->name && TYPE_BIT(type->kind) & TAGGED)
		strbuf_printf(&name, "%s ", type_kind_string(type->kind));
	if (type->name)
		strbuf_puts(&name, format_type_spelling(type->name));
	else
		error = format_type_name(type, &name);
	if (!error && !name.failed)
		inspect_cell_string(record, INSPECT_TYPE_NAME, name.bytes, name.length);
	inspect_error_destroy(error);
	strbuf_deinit(&name);
}

/* The record of @type, without what only one kind of query has. */
static struct inspect_record *type_record(struct type *type, struct inspect_pool *pool)
{
	struct inspect_record *record = inspect_record_create(&inspect_type_schema, pool);
	struct inspect_error *error;
	uint64_t size = 0;

	put_name(record, type);
	inspect_cell_cstring(record, INSPECT_TYPE_KIND, type_kind_string(type->kind));
	inspect_cell_cstring(record, INSPECT_TYPE_SOURCE, type->scope->name);
	error = type_size(type, &size);
	if (!error)
		inspect_cell_u64(record, INSPECT_TYPE_SIZE, size);
	inspect_error_destroy(error);
	return record;
}

static struct inspect_error *put_member(struct inspect_record *record, const struct type_member *member)
{
	struct strbuf text;
	struct inspect_error *error;

	strbuf_init(&text);
	error = format_type_declaration(member->type, member->name, 0, &text);
	if (member->bit_size)
		strbuf_printf(&text, " : %u", member->bit_size);
	if (!error) {
		inspect_cell_string(record, INSPECT_TYPE_MEMBER, text.bytes, text.length);
		inspect_cell_u64(record, INSPECT_TYPE_OFFSET, member->bit_offset / 8);
	}
	strbuf_deinit(&text);
	return error;
}

static bool name_matches(const struct inspect_type_walk *walk, const struct type *type)
{
	const unsigned int kinds = walk->member ? TYPE_BITS_COMPOUND : NAMED;

	if (!type->name || type->is_declaration || !(TYPE_BIT(type->kind) & kinds))
		return false;
	return !walk->has_regex || (strnlen(type->name, PATTERN_NAME_MAX) < PATTERN_NAME_MAX &&
				    !regexec(&walk->regex, type->name, 0, NULL, 0));
}

/* The record of @type if it is one of those searched for, else NULL. */
static struct inspect_error *try_type(struct inspect_type_walk *walk, struct type *type, struct inspect_pool *pool,
				      struct inspect_record **record_ret)
{
	struct type_member member = { 0 };
	struct inspect_error *error;
	bool found = true;

	if (!name_matches(walk, type))
		return NULL;
	if (walk->member) {
		error = type_find_member(type, walk->member, strlen(walk->member), &member, &found);
		if (error || !found)
			return error;
	}
	*record_ret = type_record(type, pool);
	return walk->member ? put_member(*record_ret, &member) : NULL;
}

/* The next type of all scopes by its number; a module's begin behind those of vmlinux, its base. */
static struct type *next_type(struct inspect_type_walk *walk)
{
	const struct scopes *scopes = &walk->kernel->scopes;

	for (; walk->scope < scopes->count; walk->scope++, walk->id = 0) {
		struct scope *scope = scopes->items[walk->scope];
		uint32_t first = scope->base ? scope->base->type_count : 1;

		if (walk->id < first)
			walk->id = first;
		while (walk->id < scope->type_count) {
			struct type *type;
			struct inspect_error *error = scope_by_id(scope, walk->id++, &type);

			if (!error)
				return type;
			/* One that is damaged hides no other. */
			if (inspect_error_code(error) == INSPECT_ERROR_FORMAT) {
				kernel_problem(walk->kernel, error);
				continue;
			}
			walk->error = error;
			return NULL;
		}
	}
	return NULL;
}

static bool search_next(struct inspect_type_walk *walk, struct inspect_pool *pool, struct inspect_record **record_ret)
{
	const volatile sig_atomic_t *interrupt = walk->kernel->interrupt;
	struct inspect_record *record = NULL;
	struct type *type;

	while (!walk->error && !record && (type = next_type(walk))) {
		if (interrupt && *interrupt)
			walk->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
		else
			walk->error = try_type(walk, type, pool, &record);
	}
	if (walk->error || !record)
		return false;
	*record_ret = record;
	return true;
}

bool inspect_type_walk_next(struct inspect_type_walk *walk, struct inspect_pool *pool,
			    struct inspect_record **record_ret)
{
	struct inspect_record *record;

	if (walk->member || walk->has_regex)
		return search_next(walk, pool, record_ret);
	if (walk->next == walk->types.count)
		return false;
	record = type_record(walk->types.items[walk->next], pool);
	inspect_cell_cstring(record, INSPECT_TYPE_TEXT, walk->texts.items[walk->next++]);
	*record_ret = record;
	return true;
}
