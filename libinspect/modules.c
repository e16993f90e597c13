/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public view of modules. */
#include <stdlib.h>
#include <string.h>

#include <inspect/kernel.h>

#include "base/error.h"
#include "bpf/fill.h"
#include "handle.h"
#include "kernel/module_list.h"
#include "kernel/walk.h"

/* As /proc/modules has them. */
static const struct inspect_enumerator states[] = {
	{ MODULE_LIVE, "MODULE_STATE_LIVE", "Live" },
	{ MODULE_COMING, "MODULE_STATE_COMING", "Loading" },
	{ MODULE_GOING, "MODULE_STATE_GOING", "Unloading" },
	{ MODULE_UNFORMED, "MODULE_STATE_UNFORMED", "Unformed" },
};
static const struct inspect_enumeration state_enumeration = INSPECT_ENUMERATION(states);

static const struct inspect_column user_columns[] = {
	[INSPECT_MODULE_USER_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_module_user_schema = INSPECT_SCHEMA("user", user_columns);

static const struct inspect_column module_columns[] = {
	[INSPECT_MODULE_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_MODULE_SIZE] = { .key = "size", .kind = INSPECT_CELL_U64 },
	[INSPECT_MODULE_REFERENCES] = { .key = "references", .kind = INSPECT_CELL_S64 },
	[INSPECT_MODULE_USED_BY] = { .key = "used_by", .kind = INSPECT_CELL_RECORDS,
				     .nested = &inspect_module_user_schema },
	[INSPECT_MODULE_PERMANENT] = { .key = "permanent", .kind = INSPECT_CELL_BOOL },
	[INSPECT_MODULE_STATE] = { .key = "state", .kind = INSPECT_CELL_ENUM, .enumeration = &state_enumeration },
	[INSPECT_MODULE_BASE] = { .key = "base", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_MODULE_TAINTS] = { .key = "taints", .kind = INSPECT_CELL_STRING },
	[INSPECT_MODULE_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
};
const struct inspect_schema inspect_module_schema = INSPECT_SCHEMA("module", module_columns);

/* More modules than use one. */
#define USERS_MAX 4096

struct inspect_module_walk {
	struct kernel *kernel;
	struct module_places places;
	size_t next;
	struct inspect_error *error;
};

struct inspect_error *inspect_module_walk_create(struct inspect *inspect, struct inspect_module_walk **walk_ret)
{
	struct inspect_module_walk *walk = calloc(1, sizeof(*walk));
	struct inspect_error *error;

	if (!walk)
		return &error_nomem;
	walk->kernel = &inspect->kernel;
	module_places_init(&walk->places);
	error = module_places_find(&walk->places, walk->kernel);
	if (error) {
		inspect_module_walk_destroy(walk);
		return error;
	}
	*walk_ret = walk;
	return NULL;
}

void inspect_module_walk_destroy(struct inspect_module_walk *walk)
{
	if (!walk)
		return;
	inspect_error_destroy(walk->error);
	module_places_deinit(&walk->places);
	free(walk);
}

/* All regions that this kernel has; one that cannot be read is the cell's fault. */
static void fill_size(const struct loaded *loaded, const struct module_info *module, struct inspect_record *record)
{
	uint64_t size = 0;

	for (size_t i = 0; i < MODULE_REGIONS; i++) {
		size_t offset = offsetof(struct module_info, sizes[0]) + i * sizeof(module->sizes[0]);

		if (loaded->state->absent & VIEW_BIT(offset))
			continue;
		if (!cell_ready(loaded, record, INSPECT_MODULE_SIZE, offset))
			return;
		size += module->sizes[i];
	}
	inspect_cell_u64(record, INSPECT_MODULE_SIZE, size);
}

/* The letters of Documentation/admin-guide/tainted-kernels.rst, a bit each. */
static void fill_taints(uint64_t taints, struct inspect_record *record)
{
	static const char letters[] = "PFSRMBUDAWCIOELKXTNJ";
	char text[65];
	size_t length = 0;

	for (size_t i = 0; i < 64; i++) {
		if (taints >> i & 1)
			text[length++] = i < sizeof(letters) - 1 ? letters[i] : '?';
	}
	if (length)
		inspect_cell_string(record, INSPECT_MODULE_TAINTS, text, length);
}

static struct inspect_error *fill_user(struct kernel *kernel, uint64_t node, struct inspect_record *record)
{
	static const struct fill table[] = {
		{ INSPECT_MODULE_USER_NAME, offsetof(struct module_use, name), FILL_STRING },
	};
	struct module_use use;
	struct loaded loaded;
	struct inspect_error *error = load(kernel, &module_use_view, node, &use, &loaded);

	if (!error)
		fill_cells(&loaded, record, table, INSPECT_COUNT(table));
	return error;
}

/* Newest first, as /proc/modules has them. */
static struct inspect_error *fill_used_by(struct kernel *kernel, uint64_t head, struct inspect_record *record)
{
	struct inspect_error *error = NULL, *end;
	struct walk_item item;
	struct walk walk;
	uint64_t address = head;

	inspect_cell_records(record, INSPECT_MODULE_USED_BY);
	walk_list(&walk, kernel, head);
	for (size_t i = 0; i < USERS_MAX && !error && walk_next(&walk, &item); i++)
		error = fill_user(kernel, item.address, inspect_cell_append(record, INSPECT_MODULE_USED_BY));
	end = walk_finish(&walk);
	if (end) {
		inspect_error_address(end, &address);
		inspect_cell_suspect(record, INSPECT_MODULE_USED_BY, address, inspect_error_message(end));
		inspect_error_destroy(end);
	}
	return error;
}

/* Without a function to end it, a module cannot be unloaded: print_unload_info() in kernel/module/procfs.c. */
static void fill_permanent(const struct module_info *module, struct inspect_record *record)
{
	if (has(module, init) && has(module, exit) && has(module, references))
		inspect_cell_bool(record, INSPECT_MODULE_PERMANENT, module->init && !module->exit);
}

/*
 * A module that is live is found by all ways. One that is being loaded or unloaded may not be in the kset and not be
 * found by its address, and is unformed before it is taken off the list: free_module() in kernel/module/main.c.
 */
static void fill_suspicion(const struct inspect_module_walk *walk, const struct module_place *place,
			   const struct module_info *module, struct inspect_record *record)
{
	unsigned int missing = walk->places.whole & ~place->ways;
	const char *why = NULL;

	if (!has(module, module_state))
		return;
	if (missing & MODULE_BY_LIST && module->module_state != MODULE_UNFORMED)
		why = "not on the list of modules";
	else if (missing & MODULE_BY_KSET && module->module_state == MODULE_LIVE)
		why = "not in /sys/module";
	else if (missing & MODULE_BY_TREE && module->module_state == MODULE_LIVE)
		why = "not found by its address";
	else if (has(module, kobject_module) && place->ways & MODULE_BY_KSET &&
		 module->kobject_module != place->address)
		why = "its kobject is that of another module";
	if (why)
		inspect_cell_suspect(record, INSPECT_MODULE_NAME, place->address, why);
}

static struct inspect_error *fill(const struct inspect_module_walk *walk, const struct module_place *place,
				  struct inspect_record *record)
{
	static const struct fill table[] = {
		{ INSPECT_MODULE_NAME, offsetof(struct module_info, name), FILL_STRING },
		{ INSPECT_MODULE_BASE, offsetof(struct module_info, base), FILL_ADDRESS },
	};
	struct inspect_error *error;
	struct module_info module;
	struct loaded loaded;

	inspect_cell_address(record, INSPECT_MODULE_ADDRESS, place->address);
	error = load(walk->kernel, &module_info_view, place->address, &module, &loaded);
	if (error)
		return error;
	fill_cells(&loaded, record, table, INSPECT_COUNT(table));
	fill_size(&loaded, &module, record);
	if (cell_ready(&loaded, record, INSPECT_MODULE_STATE, offsetof(struct module_info, module_state)))
		inspect_cell_enum(record, INSPECT_MODULE_STATE, (int64_t)module.module_state);
	if (cell_ready(&loaded, record, INSPECT_MODULE_TAINTS, offsetof(struct module_info, taints)))
		fill_taints(module.taints, record);
	if (cell_ready(&loaded, record, INSPECT_MODULE_REFERENCES, offsetof(struct module_info, references)))
		inspect_cell_s64(record, INSPECT_MODULE_REFERENCES, module.references - 1);
	fill_permanent(&module, record);
	fill_suspicion(walk, place, &module, record);
	return has(&module, users) ? fill_used_by(walk->kernel, module.users, record) : NULL;
}

bool inspect_module_walk_next(struct inspect_module_walk *walk, struct inspect_pool *pool,
			      struct inspect_record **record_ret)
{
	struct inspect_record *record;

	if (walk->error || walk->next == walk->places.places.count)
		return false;
	if (kernel_interrupted(walk->kernel)) {
		walk->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
		return false;
	}
	if (walk->kernel->live)
		translate_flush(&walk->kernel->translate);
	record = inspect_record_create(&inspect_module_schema, pool);
	walk->error = fill(walk, &walk->places.places.items[walk->next++], record);
	if (walk->error)
		return false;
	*record_ret = record;
	return true;
}

struct inspect_error *inspect_module_walk_finish(struct inspect_module_walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	return error_context(error, "modules");
}
