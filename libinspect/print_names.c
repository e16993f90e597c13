/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "print_names.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "record/cell.h"

#define PATH_MAX_DEPTH 4

/* Where a name's value stands in the record. */
struct print_name {
	const char *name;
	const char *type;
	uint16_t id_column; /* tells why there is nothing at the path */
	uint16_t path[PATH_MAX_DEPTH];
	uint8_t depth;
};

struct print_kind {
	const struct inspect_schema *schema;
	uint16_t type_column; /* tells why the object was not reached at all */
	struct print_name names[PRINT_NAMES_MAX];
};

#define PRINT_NAME(name, type, id, ...) \
	{ (name), (type), (id), { __VA_ARGS__ }, sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t) }

static const struct print_kind print_kinds[] = {
	[INSPECT_BPF_PROG] = { &inspect_prog_schema, INSPECT_PROG_TYPE, {
		PRINT_NAME("prog", "struct bpf_prog *", INSPECT_PROG_ID, INSPECT_PROG_KERNEL, INSPECT_PROG_KERNEL_ADDRESS),
		PRINT_NAME("aux", "struct bpf_prog_aux *", INSPECT_PROG_ID, INSPECT_PROG_KERNEL, INSPECT_PROG_KERNEL_AUX),
		PRINT_NAME("id", "unsigned int", INSPECT_PROG_ID, INSPECT_PROG_ID),
	} },
	[INSPECT_BPF_MAP] = { &inspect_map_schema, INSPECT_MAP_TYPE, {
		PRINT_NAME("map", "struct bpf_map *", INSPECT_MAP_ID, INSPECT_MAP_KERNEL, INSPECT_MAP_KERNEL_ADDRESS),
		PRINT_NAME("id", "unsigned int", INSPECT_MAP_ID, INSPECT_MAP_ID),
	} },
	[INSPECT_BPF_LINK] = { &inspect_link_schema, INSPECT_LINK_TYPE, {
		PRINT_NAME("link", "struct bpf_link *", INSPECT_LINK_ID, INSPECT_LINK_KERNEL, INSPECT_LINK_KERNEL_ADDRESS),
		PRINT_NAME("prog", "struct bpf_prog *", INSPECT_LINK_PROG_ID, INSPECT_LINK_KERNEL,
			   INSPECT_LINK_KERNEL_PROG, INSPECT_PROG_KERNEL, INSPECT_PROG_KERNEL_ADDRESS),
		PRINT_NAME("aux", "struct bpf_prog_aux *", INSPECT_LINK_PROG_ID, INSPECT_LINK_KERNEL,
			   INSPECT_LINK_KERNEL_PROG, INSPECT_PROG_KERNEL, INSPECT_PROG_KERNEL_AUX),
		PRINT_NAME("id", "unsigned int", INSPECT_LINK_ID, INSPECT_LINK_ID),
		PRINT_NAME("prog_id", "unsigned int", INSPECT_LINK_PROG_ID, INSPECT_LINK_PROG_ID),
	} },
};

/* A null of the type: `(struct bpf_prog *)0`; *@expr_ret owns what the type is made of. */
static struct inspect_error *typed_zero(struct kernel *kernel, const char *type, struct expr **expr_ret,
					struct object *out)
{
	struct inspect_error *error;
	struct strbuf text;

	strbuf_init(&text);
	strbuf_printf(&text, "(%s)0", type);
	error = text.failed ? &error_nomem : expr_create(kernel, text.bytes, text.length, NULL, expr_ret);
	strbuf_deinit(&text);
	if (!error)
		expr_next(*expr_ret, out, &error);
	return error;
}

struct inspect_error *print_names_init(struct print_names *names, struct kernel *kernel, enum inspect_bpf_kind kind)
{
	memset(names, 0, sizeof(*names));
	names->kind = &print_kinds[kind];
	names->bindings.items = names->items;
	for (size_t i = 0; i < PRINT_NAMES_MAX && names->kind->names[i].name; i++) {
		const struct print_name *name = &names->kind->names[i];
		struct inspect_error *error;

		error = typed_zero(kernel, name->type, &names->types[i], &names->items[i].object);
		if (error) {
			print_names_deinit(names);
			return error_context(error, "%s, a %s", name->name, name->type);
		}
		names->items[i].name = name->name;
		names->items[i].problem = "it is of no object yet";
		names->bindings.count = i + 1;
	}
	return NULL;
}

void print_names_deinit(struct print_names *names)
{
	for (size_t i = 0; i < PRINT_NAMES_MAX; i++)
		expr_destroy(names->types[i]);
	memset(names, 0, sizeof(*names));
}

/* Why @column has no value, or NULL. */
static const struct cell_trouble *why_missing(const struct inspect_record *record, unsigned int column)
{
	const struct cell *cell = &record->cells[column];

	return cell_has_value(cell) ? NULL : cell->trouble;
}

/* What stands at the name's path; a link without a program has null for it, unless that could not be read. */
static void bind(const struct print_kind *kind, const struct print_name *name, const struct inspect_record *record,
		 struct expr_binding *binding)
{
	const struct inspect_record *inner = record;
	const struct cell_trouble *trouble;
	const struct cell *cell = NULL;

	for (unsigned int i = 0; i < name->depth; i++) {
		cell = &inner->cells[name->path[i]];
		if (!cell_has_value(cell))
			break;
		if (i + 1 < name->depth)
			inner = cell->records.first;
	}
	trouble = cell_has_value(cell) ? NULL : cell->trouble;
	if (!cell_has_value(cell) && !trouble)
		trouble = why_missing(record, kind->type_column);
	if (!cell_has_value(cell) && !trouble)
		trouble = why_missing(record, name->id_column);
	binding->object.u = cell_has_value(cell) ? cell->u64 : 0;
	binding->fault = trouble ? trouble->fault : INSPECT_FAULT_NONE;
	binding->address = trouble ? trouble->address : 0;
	binding->problem = trouble ? cell_trouble_cause(trouble) : NULL;
}

struct inspect_error *print_names_bind(struct print_names *names, const struct inspect_record *record)
{
	if (!record || record->schema != names->kind->schema)
		return error_create(INSPECT_ERROR_USAGE, "an expression about a %s needs the record of one",
				    names->kind->schema->name);
	names->id = record->cells[names->kind->names[0].id_column].u64;
	for (size_t i = 0; i < names->bindings.count; i++)
		bind(names->kind, &names->kind->names[i], record, &names->items[i]);
	return NULL;
}

struct inspect_error *print_names_context(const struct print_names *names, struct inspect_error *error)
{
	if (!names || !error || inspect_error_code(error) != INSPECT_ERROR_FAULT)
		return error;
	return error_context(error, "%s %llu", names->kind->schema->name, (unsigned long long)names->id);
}
