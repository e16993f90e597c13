/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a name means: an object bound to it, a variable or function by its symbol, an enumerator; and types by name. */
#include <string.h>

#include "base/error.h"
#include "core/symbol.h"
#include "expr/evaluator.h"
#include "expr/guess.h"
#include "expr/offer.h"
#include "kernel/roots.h"

#define DESCRIBED 96
/* Kinds that a lone word can name. */
#define WORD_KINDS (TYPE_BIT(TYPE_TYPEDEF) | TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_FLOAT))

/* The types of modules are read once a name is in none of those read before; whether there are more scopes now. */
static bool load_modules(struct kernel *kernel)
{
	void (*load)(struct kernel *kernel) = kernel->load_modules;
	size_t count = kernel->scopes.count;

	kernel->load_modules = NULL;
	if (load)
		load(kernel);
	return kernel->scopes.count > count;
}

/* The best of @types: a definition, else a declaration. */
static struct inspect_error *first_definition(const struct type_list *types, struct type **type_ret)
{
	*type_ret = NULL;
	for (size_t i = 0; i < types->count; i++) {
		struct inspect_error *error = type_complete(types->items[i]);

		if (error)
			return error;
		if (!types->items[i]->is_declaration) {
			*type_ret = types->items[i];
			return NULL;
		}
	}
	if (types->count)
		*type_ret = types->items[0];
	return NULL;
}

static struct inspect_error *find_in_scopes(const struct scopes *scopes, size_t from, const char *name,
					    unsigned int kinds, struct type **type_ret)
{
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;

	for (size_t i = from; i < scopes->count && !error; i++)
		error = scope_find(scopes->items[i], name, kinds, &types);
	if (!error)
		error = first_definition(&types, type_ret);
	vec_deinit(&types);
	return error;
}

struct inspect_error *name_find_type(struct evaluator *evaluator, const char *name, unsigned int kinds,
				     struct type **type_ret)
{
	struct type_list types = { 0 };
	struct inspect_error *error = kernel_find_types(evaluator->kernel, name, kinds, &types);

	if (!error)
		error = first_definition(&types, type_ret);
	vec_deinit(&types);
	return error;
}

static const struct expr_binding *find_binding(const struct evaluator *evaluator, const char *name)
{
	const struct expr_bindings *bindings = evaluator->bindings;

	for (size_t i = 0; bindings && i < bindings->count; i++) {
		if (!strcmp(bindings->items[i].name, name))
			return &bindings->items[i];
	}
	return NULL;
}

struct inspect_error *name_is_type(void *arg, const char *name, bool *is_type_ret)
{
	struct evaluator *evaluator = arg;
	struct inspect_error *error;
	struct symbol symbol;
	struct type *type;

	*is_type_ret = false;
	if (find_binding(evaluator, name))
		return NULL;
	error = find_in_scopes(&evaluator->kernel->scopes, 0, name, WORD_KINDS, &type);
	/* The types of modules are not read for a name that is a symbol. */
	if (!error && !type && !symbols_find(&evaluator->kernel->symbols, name, &symbol))
		error = name_find_type(evaluator, name, WORD_KINDS, &type);
	if (!error)
		*is_type_ret = type != NULL;
	return error;
}

static const struct root *find_root(const char *name)
{
	for (size_t i = 0; i < ROOT_COUNT; i++) {
		for (size_t j = 0; j < ROOT_NAMES && root_table[i].names[j]; j++) {
			if (!strcmp(root_table[i].names[j], name))
				return &root_table[i];
		}
	}
	return NULL;
}

/* The variable of vmlinux at @address by the first of @scopes that has it. */
static struct inspect_error *variable_in_scopes(const struct scopes *scopes, const char *name, uint64_t address,
						struct type **type_ret)
{
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < scopes->count && !*type_ret && !error; i++) {
		if (!scopes->items[i]->module)
			error = scope_variable(scopes->items[i], name, address, type_ret);
	}
	return error;
}

/* The DWARF of the module that @symbol is of; NULL: it is of none, or there is none. */
static struct scope *module_scope(struct kernel *kernel, const struct symbol *symbol)
{
	return kernel->module_debug && symbol->module ? kernel->module_debug(kernel, symbol->module) : NULL;
}

/* The variable that @symbol is, by whatever knows addresses, DWARF; NULL: there is none. */
static struct inspect_error *variable_at(struct kernel *kernel, const struct symbol *symbol, struct type **type_ret)
{
	struct scope *module = module_scope(kernel, symbol);
	struct inspect_error *error;

	*type_ret = NULL;
	if (module || symbol->module)
		return module ? scope_variable(module, symbol->name, symbol->address, type_ret) : NULL;
	error = variable_in_scopes(&kernel->scopes, symbol->name, symbol->address, type_ret);
	if (!error && !*type_ret)
		error = variable_in_scopes(&kernel->debug_scopes, symbol->name, symbol->address, type_ret);
	return error;
}

/* A table's symbol, of which the strings live until the table is asked again, with strings that stay. */
static struct inspect_error *keep_symbol(struct evaluator *evaluator, const struct symbol *found, const char *name,
					 struct symbol *symbol_ret)
{
	*symbol_ret = *found;
	symbol_ret->name = name;
	symbol_ret->module = found->module ? arena_strdup(evaluator->arena, found->module) : NULL;
	return found->module && !symbol_ret->module ? &error_nomem : NULL;
}

/* Sets *@has_ret where one of @scopes that know addresses has a variable @name. */
static struct inspect_error *has_variable(const struct scopes *scopes, const char *name, bool *has_ret)
{
	struct type_list types = { 0 };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < scopes->count && !error; i++) {
		if (scopes->items[i]->ops->variable)
			error = scope_find(scopes->items[i], name, TYPE_BIT(TYPE_VARIABLE), &types);
	}
	if (types.count)
		*has_ret = true;
	vec_deinit(&types);
	return error;
}

/* The first symbol of the name of @symbol_ret that is a variable; nothing is set where none is. */
static struct inspect_error *variable_of_symbols(struct evaluator *evaluator, struct symbol *symbol_ret,
						 struct type **type_ret)
{
	const struct symbols *symbols = &evaluator->kernel->symbols;
	const char *name = symbol_ret->name;
	struct symbol symbol, kept;

	for (size_t i = 0; i < symbols->count; i++) {
		struct symbol_table *table = symbols->items[i];

		for (uint64_t cursor = 0; table->ops->next(table, &cursor, &symbol);) {
			struct inspect_error *error;

			if (strcmp(symbol.name, name) != 0)
				continue;
			error = keep_symbol(evaluator, &symbol, name, &kept);
			if (!error)
				error = variable_at(evaluator->kernel, &kept, type_ret);
			if (!error && *type_ret)
				*symbol_ret = kept;
			if (error || *type_ret)
				return error;
		}
	}
	return NULL;
}

/*
 * The variable that *@symbol is. Where that is a function, or a variable that DWARF does not have, but there is another
 * symbol of that name which is a variable, *@symbol becomes this one.
 */
static struct inspect_error *variable_of_symbol(struct evaluator *evaluator, struct symbol *symbol,
						struct type **type_ret)
{
	struct kernel *kernel = evaluator->kernel;
	struct inspect_error *error = variable_at(kernel, symbol, type_ret);
	bool has = false;

	if (!error && !*type_ret)
		error = has_variable(&kernel->scopes, symbol->name, &has);
	if (!error && !*type_ret)
		error = has_variable(&kernel->debug_scopes, symbol->name, &has);
	return error || !has ? error : variable_of_symbols(evaluator, symbol, type_ret);
}

/* Takes the variables out of @types that a scope which knows addresses has at another one; the declared only stay. */
static void drop_elsewhere(const struct scope *scope, struct type_list *types)
{
	size_t kept = 0;

	for (size_t i = 0; i < types->count; i++) {
		const struct type *type = types->items[i];

		if (type->kind != TYPE_VARIABLE || type->is_declaration || !scope->ops->variable)
			types->items[kept++] = types->items[i];
	}
	types->count = kept;
}

static struct inspect_error *find_entry(struct scope *scope, const struct symbol *symbol, struct type_list *types)
{
	const unsigned int kinds = TYPE_BIT(TYPE_FUNC) | TYPE_BIT(TYPE_VARIABLE);
	struct inspect_error *error = scope_find_at(scope, symbol->address, symbol->name, TYPE_BIT(TYPE_FUNC), types);

	if (!error && !types->count)
		error = scope_find(scope, symbol->name, kinds, types);
	drop_elsewhere(scope, types);
	return error;
}

/* The function that @symbol is, or else one of its name, or a variable of that name that may lie there. */
static struct inspect_error *entry_of_symbol(struct kernel *kernel, const struct symbol *symbol,
					     struct type **type_ret)
{
	struct scope *module = module_scope(kernel, symbol);
	struct inspect_error *error = NULL;
	struct type_list types = { 0 };

	if (module)
		error = find_entry(module, symbol, &types);
	for (size_t i = 0; i < kernel->scopes.count && !types.count && !error; i++)
		error = find_entry(kernel->scopes.items[i], symbol, &types);
	if (!error)
		error = first_definition(&types, type_ret);
	vec_deinit(&types);
	return error;
}

/* The type of the variable or function that *@symbol is, see variable_of_symbol(); NULL: nothing says it. */
static struct inspect_error *type_of_symbol(struct evaluator *evaluator, struct symbol *symbol, struct type **type_ret)
{
	const struct root *root = find_root(symbol->name);
	struct inspect_error *error;
	struct type_name *parsed;
	struct type *type;

	error = variable_of_symbol(evaluator, symbol, &type);
	if (!error && !type)
		error = entry_of_symbol(evaluator->kernel, symbol, &type);
	if (!error && type)
		error = type_complete(type);
	if (error)
		return error;
	*type_ret = type ? type->target : NULL;
	if (type)
		return NULL;
	if (!root)
		return NULL;
	error = parse_type(root->type, strlen(root->type), &evaluator->names, evaluator->arena, &parsed);
	if (!error)
		error = type_name_resolve(evaluator, parsed, type_ret);
	return error ? error_context(error, "%s, %s", symbol->name, root->type) : NULL;
}

static struct inspect_error *enumerator_in_scopes(const struct scopes *scopes, const char *name, struct name *out,
						  bool *found_ret)
{
	for (size_t i = 0; i < scopes->count && !*found_ret; i++) {
		struct inspect_error *error;
		struct type *type;
		uint32_t index;

		error = scope_enumerator(scopes->items[i], name, &type, &index);
		if (error)
			return error;
		if (!type)
			continue;
		*out = (struct name){ .kind = NAME_ENUMERATOR };
		out->object = object_integer(type, (uint64_t)type->enumerators[index].value);
		*found_ret = true;
	}
	return NULL;
}

static struct inspect_error *find_enumerator(struct evaluator *evaluator, const char *name, struct name *out,
					     bool *found_ret)
{
	struct inspect_error *error;

	*found_ret = false;
	error = enumerator_in_scopes(&evaluator->kernel->scopes, name, out, found_ret);
	return error ? error : enumerator_in_scopes(&evaluator->kernel->debug_scopes, name, out, found_ret);
}

/* What the compiler left no memory to, but its value to the debug format. */
static struct inspect_error *find_constant(const struct kernel *kernel, const char *name, struct name *out,
					   bool *found_ret)
{
	const struct scopes *all[] = { &kernel->scopes, &kernel->debug_scopes };
	struct inspect_error *error = NULL;
	struct object object;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (size_t j = 0; j < all[i]->count && !*found_ret && !error; j++)
			error = scope_constant(all[i]->items[j], name, found_ret, &object);
	}
	if (!error && *found_ret)
		*out = (struct name){ .kind = NAME_OBJECT, .object = object };
	return error;
}

static void offer_guess(void *guess, const char *name)
{
	guess_offer(guess, name);
}

static struct inspect_error *no_name(struct evaluator *evaluator, struct place place, const char *name)
{
	const struct expr_bindings *bindings = evaluator->bindings;
	struct guess guess;

	guess_init(&guess, name);
	for (size_t i = 0; bindings && i < bindings->count; i++)
		guess_offer(&guess, bindings->items[i].name);
	offer_symbols(&evaluator->kernel->symbols, offer_guess, &guess);
	return place_error(INSPECT_ERROR_LOOKUP, place, "this kernel has no variable, function or enumerator \"%s\"%s",
			   name, guess_hint(&guess));
}

static struct inspect_error *resolve_symbol(struct evaluator *evaluator, const struct node *node,
					    const struct symbol *found, struct name *out)
{
	struct symbol symbol;
	struct inspect_error *error = keep_symbol(evaluator, found, node->name.string, &symbol);
	struct type *type;

	if (!error)
		error = type_of_symbol(evaluator, &symbol, &type);
	if (!error && type)
		error = name_is_unique(evaluator, node, symbol.module);
	if (error)
		return error;
	*out = (struct name){ .kind = type ? NAME_OBJECT : NAME_UNTYPED };
	out->object = object_reference(type ? type : &evaluator->types.basic[C_VOID], symbol.address);
	return NULL;
}

static struct inspect_error *resolve(struct evaluator *evaluator, const struct node *node, struct name *out)
{
	struct inspect_error *error;
	struct symbol symbol;
	struct type *type;
	bool found;

	if (node->name.file)
		return name_in_file(evaluator, node, out);
	if (symbols_find(&evaluator->kernel->symbols, node->name.string, &symbol))
		return resolve_symbol(evaluator, node, &symbol, out);
	error = find_enumerator(evaluator, node->name.string, out, &found);
	if (!error && !found && load_modules(evaluator->kernel))
		error = find_enumerator(evaluator, node->name.string, out, &found);
	if (!error && !found)
		error = find_constant(evaluator->kernel, node->name.string, out, &found);
	if (error || found)
		return error;
	/* Types know of a variable that the kernel has no memory for. */
	error = find_in_scopes(&evaluator->kernel->scopes, 0, node->name.string, TYPE_BIT(TYPE_VARIABLE), &type);
	if (!error && !type)
		return no_name(evaluator, node->place, node->name.string);
	if (!error)
		error = type_complete(type);
	if (error)
		return error;
	*out = (struct name){ .kind = NAME_OBJECT, .object = object_absent(type->target) };
	return NULL;
}

static struct inspect_error *resolve_binding(const struct evaluator *evaluator, const struct node *node,
					     const struct expr_binding *binding, struct name *out)
{
	struct inspect_error *error;

	*out = (struct name){ .kind = NAME_OBJECT, .object = binding->object };
	if (!binding->problem || evaluator->unevaluated)
		return NULL;
	error = binding->fault ? error_fault_at(binding->fault, binding->address) :
				 error_at(INSPECT_ERROR_FAULT, binding->address, "%s", binding->problem);
	return error_place(error_context(error, "%s", binding->name), node->place.offset, node->place.length);
}

struct inspect_error *name_resolve(struct evaluator *evaluator, struct node *node, struct name *out)
{
	const struct expr_binding *binding = node->name.file ? NULL : find_binding(evaluator, node->name.string);
	struct inspect_error *error;

	if (binding)
		return resolve_binding(evaluator, node, binding, out);
	if (!node->name.found) {
		struct name *found = arena_alloc(evaluator->arena, sizeof(*found));

		if (!found)
			return &error_nomem;
		error = resolve(evaluator, node, found);
		if (error)
			return error_place(error, node->place.offset, node->place.length);
		node->name.found = found;
	}
	*out = *node->name.found;
	return NULL;
}

struct inspect_error *name_no_type(struct evaluator *evaluator, struct place place, const char *name,
				   unsigned int kinds)
{
	enum type_kind kind = (enum type_kind)__builtin_ctz(kinds);
	struct guess guess;

	guess_init(&guess, name);
	offer_types(&evaluator->kernel->scopes, kinds, offer_guess, &guess);
	return place_error(INSPECT_ERROR_LOOKUP, place, "this kernel's types have no %s%s%s%s",
			   kinds & WORD_KINDS ? "type " : type_kind_string(kind), kinds & WORD_KINDS ? "" : " ", name,
			   guess_hint(&guess));
}

struct inspect_error *name_no_member(struct place place, const char *name, struct type *type)
{
	char described[DESCRIBED];
	struct inspect_error *error = c_describe(type, described, sizeof(described));
	struct type *compound;
	struct guess guess;

	if (!error)
		error = type_underlying(type, &compound);
	if (error)
		return error;
	if (compound->is_declaration)
		return place_error(INSPECT_ERROR_LOOKUP, place, "%s is only declared in this kernel's types", described);
	guess_init(&guess, name);
	offer_members(compound, offer_guess, &guess);
	return place_error(INSPECT_ERROR_LOOKUP, place, "%s has no member \"%s\"%s", described, name,
			   guess_hint(&guess));
}
