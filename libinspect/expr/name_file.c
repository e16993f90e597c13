/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names that several source files have: 'file.c'::name, and what is said of a name that needs it. Files are known to
 * DWARF alone; a symbol table has a name as often as files have it, without saying whose it is.
 */
#include <string.h>

#include "base/error.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "expr/evaluator.h"

/* Files that an error names. */
#define FILES_SHOWN 8

struct definition {
	struct type *entry;
	struct scope_place place;
};

struct definitions {
	struct definition *items;
	size_t count;
	size_t capacity;
	bool known; /* some scope knows of files */
};

/* A definition at an address that we have already is another unit's word for the same. */
static bool add_definition(struct definitions *definitions, struct type *entry, const struct scope_place *place)
{
	for (size_t i = 0; i < definitions->count; i++) {
		if (definitions->items[i].place.address == place->address)
			return true;
	}
	return vec_push(definitions, ((struct definition){ entry, *place }));
}

static struct inspect_error *collect_in_scope(struct scope *scope, const char *name, unsigned int kinds,
					      struct definitions *definitions)
{
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;

	if (!scope->ops->place)
		return NULL;
	definitions->known = true;
	error = scope_find(scope, name, kinds, &types);
	for (size_t i = 0; i < types.count && !error; i++) {
		struct scope_place place;
		bool found;

		error = scope_place(scope, types.items[i], &place, &found);
		if (!error && found && !add_definition(definitions, types.items[i], &place))
			error = &error_nomem;
	}
	vec_deinit(&types);
	return error;
}

/* Of @module; of vmlinux where that is NULL. */
static bool is_of_module(const struct scope *scope, const char *module)
{
	return module && scope->module ? !strcmp(module, scope->module) : module == scope->module;
}

/*
 * All that have the name, each at its own address; in the scopes of *@module, or, where that pointer is NULL, in all.
 */
static struct inspect_error *collect(struct evaluator *evaluator, const char *name, unsigned int kinds,
				     const char *const *module, struct definitions *definitions)
{
	const struct scopes *all[] = { &evaluator->kernel->scopes, &evaluator->kernel->debug_scopes };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (size_t j = 0; j < all[i]->count && !error; j++) {
			if (!module || is_of_module(all[i]->items[j], *module))
				error = collect_in_scope(all[i]->items[j], name, kinds, definitions);
		}
	}
	return error;
}

static bool is_in(const struct scope_place *place, const char *file)
{
	return (place->file && path_ends_with(place->file, file)) ||
	       (place->unit && path_ends_with(place->unit, file));
}

/* "WHAT: FILE, FILE, …" for the definitions in @file (NULL: all). */
static struct inspect_error *list_files(const struct node *node, const struct definitions *definitions,
					const char *file, const char *what)
{
	struct inspect_error *error;
	struct strbuf text;
	size_t count = 0;

	strbuf_init(&text);
	for (size_t i = 0; i < definitions->count; i++) {
		const struct scope_place *place = &definitions->items[i].place;
		const char *name = place->unit ? place->unit : place->file ? place->file : "a file without a name";

		if ((file && !is_in(place, file)) || count++ >= FILES_SHOWN)
			continue;
		strbuf_printf(&text, "%s%s", count > 1 ? ", " : "", name);
	}
	if (count > FILES_SHOWN)
		strbuf_printf(&text, " and %zu more", count - FILES_SHOWN);
	error = text.failed ? &error_nomem : place_error(INSPECT_ERROR_LOOKUP, node->place, "%s: %s", what, text.bytes);
	strbuf_deinit(&text);
	return error;
}

static struct inspect_error *wrong_file(const struct node *node, const struct definitions *definitions)
{
	struct inspect_error *error;
	struct strbuf what;

	if (!definitions->known)
		return place_error(INSPECT_ERROR_LOOKUP, node->place,
				   "the symbol table does not tell which \"%s\" is that of %s: DWARF does (-s), or use its "
				   "address", node->name.string, node->name.file);
	if (!definitions->count)
		return place_error(INSPECT_ERROR_LOOKUP, node->place, "no file defines a variable or function \"%s\"",
				   node->name.string);
	strbuf_init(&what);
	strbuf_printf(&what, "%s does not define \"%s\", but", node->name.file, node->name.string);
	error = what.failed ? &error_nomem : list_files(node, definitions, NULL, what.bytes);
	strbuf_deinit(&what);
	return error;
}

/* The one definition in the file that the user named. */
static struct inspect_error *choose(const struct node *node, const struct definitions *definitions, struct name *out)
{
	const struct definition *chosen = NULL;
	struct inspect_error *error;
	size_t count = 0;

	for (size_t i = 0; i < definitions->count; i++) {
		if (!is_in(&definitions->items[i].place, node->name.file))
			continue;
		chosen = &definitions->items[i];
		count++;
	}
	if (!count)
		return wrong_file(node, definitions);
	if (count > 1)
		return list_files(node, definitions, node->name.file, "several files of that name define it");
	error = type_complete(chosen->entry);
	if (!error)
		*out = (struct name){
			.kind = NAME_OBJECT,
			.object = object_reference(chosen->entry->target, chosen->place.address),
		};
	return error;
}

static bool has_file(const struct definitions *definitions, const char *file)
{
	for (size_t i = 0; i < definitions->count; i++) {
		if (is_in(&definitions->items[i].place, file))
			return true;
	}
	return false;
}

struct inspect_error *name_in_file(struct evaluator *evaluator, const struct node *node, struct name *out)
{
	const unsigned int kinds = TYPE_BIT(TYPE_VARIABLE) | TYPE_BIT(TYPE_FUNC);
	struct kernel *kernel = evaluator->kernel;
	struct definitions definitions = { 0 };
	struct inspect_error *error;

	error = collect(evaluator, node->name.string, kinds, NULL, &definitions);
	/* The file may be a module's, whose DWARF is not read for what others define. */
	if (!error && !has_file(&definitions, node->name.file) && kernel->module_debug) {
		kernel->module_debug(kernel, NULL);
		error = collect(evaluator, node->name.string, kinds, NULL, &definitions);
	}
	if (!error)
		error = choose(node, &definitions, out);
	vec_deinit(&definitions);
	return error;
}

struct inspect_error *name_is_unique(struct evaluator *evaluator, const struct node *node, const char *module)
{
	struct definitions definitions = { 0 };
	struct inspect_error *error;

	error = collect(evaluator, node->name.string, TYPE_BIT(TYPE_VARIABLE), &module, &definitions);
	if (!error && definitions.count > 1)
		error = list_files(node, &definitions, NULL, "several files have a variable of this name, write 'FILE'::NAME");
	vec_deinit(&definitions);
	return error;
}
