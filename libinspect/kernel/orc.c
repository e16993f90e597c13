/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/orc.h"

#include "base/error.h"
#include "kernel/roots.h"
#include "kernel/walk.h"

struct orc_entry_fields {
	struct view_state state;
	int64_t sp_offset, bp_offset;
	uint64_t sp_reg, bp_reg;
	uint64_t type;
	uint64_t end;
	uint64_t signal;
};

static const struct view_variant orc_entry_variants[] = { { "struct orc_entry", NULL } };
static const struct view_field orc_entry_fields[] = {
	VIEW_FIELD_(orc_entry_fields, sp_offset, VIEW_SIGNED, true, "sp_offset"),
	VIEW_FIELD_(orc_entry_fields, bp_offset, VIEW_SIGNED, true, "bp_offset"),
	VIEW_NEED(orc_entry_fields, sp_reg, "sp_reg"),
	VIEW_NEED(orc_entry_fields, bp_reg, "bp_reg"),
	VIEW_NEED(orc_entry_fields, type, "type"),
	VIEW_MAY(orc_entry_fields, end, "end"), /* until 6.4, when it became a type: fb799447ae29 */
	VIEW_MAY(orc_entry_fields, signal, "signal"), /* 6.3, ffb1b4a41016 */
};
VIEW_OF_SOME(orc_entry_view, orc_entry_fields, orc_entry_variants, orc_entry_fields);

struct module_orc_fields {
	struct view_state state;
	uint64_t text;
	uint64_t text_size;
	uint64_t init;
	uint64_t init_size;
	uint64_t count;
	uint64_t addresses;
	uint64_t entries;
};

static const struct view_variant module_orc_variants[] = { { "struct module", "list" } };
static const struct view_field module_orc_fields[] = {
	VIEW_NEED(module_orc_fields, text, "mem[0].base", "core_layout.base"), /* MOD_TEXT; 6.4, ac3b43283923 */
	VIEW_NEED(module_orc_fields, text_size, "mem[0].size", "core_layout.text_size"),
	VIEW_MAY(module_orc_fields, init, "mem[4].base", "init_layout.base"), /* MOD_INIT_TEXT, until it is initialised */
	VIEW_MAY(module_orc_fields, init_size, "mem[4].size", "init_layout.text_size"),
	VIEW_MAY(module_orc_fields, count, "arch.num_orcs"), /* 4.14, ee9f8fce9964 */
	VIEW_MAY(module_orc_fields, addresses, "arch.orc_unwind_ip"),
	VIEW_MAY(module_orc_fields, entries, "arch.orc_unwind"),
};
VIEW_OF_SOME(module_orc_view, module_orc_fields, module_orc_variants, module_orc_fields);

/* More than any kernel has: the largest of Debian's so far have 600,000 entries. */
#define ORC_COUNT_MAX (UINT64_C(1) << 26)
#define MODULES_MAX 65536

struct table_list {
	struct orc_table *items;
	size_t count;
	size_t capacity;
};

/* Address @index of the table: each is stored as the distance from where it is stored (orc_ip()). */
static bool address_at(const struct orc_tables *tables, const struct orc_table *table, uint64_t index,
		       uint64_t *address_ret)
{
	uint64_t place = table->addresses + 4 * index, distance;

	if (memory_read_u64(&tables->kernel->memory, place, 4, &distance))
		return false;
	*address_ret = place + (uint64_t)(int64_t)(int32_t)(uint32_t)distance;
	return true;
}

static struct inspect_error *add_module(struct kernel *kernel, uint64_t node, struct table_list *list)
{
	struct module_orc_fields module;
	struct orc_table table;
	struct inspect_error *error = kernel_read(kernel, &module_orc_view, node, &module);

	if (error)
		return error;
	if (module.state.fault)
		return error_at(INSPECT_ERROR_FAULT, node, "unwind tables of the module at 0x%llx are not readable",
				(unsigned long long)node);
	if (!module.count || module.count > ORC_COUNT_MAX)
		return NULL;
	table = (struct orc_table){ module.text, module.text + module.text_size, module.addresses, module.entries,
				    module.count };
	if (!vec_push(list, table))
		return &error_nomem;
	table.start = module.init;
	table.end = module.init + module.init_size;
	return vec_push(list, table) ? NULL : &error_nomem;
}

static struct inspect_error *add_modules(struct kernel *kernel, struct table_list *list)
{
	struct walk_item item;
	struct walk walk;
	uint64_t head;
	struct inspect_error *error = kernel_root(kernel, ROOT_MODULES, &head, NULL);

	if (error)
		return error;
	walk_list(&walk, kernel, head);
	while (list->count < MODULES_MAX && walk_next(&walk, &item)) {
		error = add_module(kernel, item.address, list);
		if (error == &error_nomem)
			break;
		kernel_problem(kernel, error);
		error = NULL;
	}
	kernel_problem(kernel, error_context(walk_finish(&walk), "unwind tables of modules"));
	return error;
}

/* The kernel's own tables; their code is all that they have addresses of. */
static struct inspect_error *add_kernel(const struct orc_tables *tables, struct table_list *list)
{
	struct orc_table table = { .start = 0 };
	struct inspect_error *error;
	uint64_t end;

	error = kernel_root(tables->kernel, ROOT_ORC_ADDRESSES, &table.addresses, NULL);
	if (!error)
		error = kernel_root(tables->kernel, ROOT_ORC_ADDRESSES_END, &end, NULL);
	if (!error)
		error = kernel_root(tables->kernel, ROOT_ORC_ENTRIES, &table.entries, NULL);
	if (error)
		return error;
	table.count = end > table.addresses ? (end - table.addresses) / 4 : 0;
	if (!table.count || table.count > ORC_COUNT_MAX)
		return error_at(INSPECT_ERROR_FORMAT, table.addresses, "the ORC table has %llu entries",
				(unsigned long long)table.count);
	if (!address_at(tables, &table, 0, &table.start) || !address_at(tables, &table, table.count - 1, &table.end))
		return error_at(INSPECT_ERROR_FAULT, table.addresses, "the ORC table at 0x%llx is not readable",
				(unsigned long long)table.addresses);
	return vec_push(list, table) ? NULL : &error_nomem;
}

/* What @fields mean: 6.4 has numbered the types anew and taken the end among them (fb799447ae29, f902cfdd46ae). */
static bool decode(const struct orc_entry_fields *fields, const struct orc_numbering *numbering, struct orc *orc)
{
	static const enum orc_type until_6_4[] = { ORC_TYPE_CALL, ORC_TYPE_REGS, ORC_TYPE_REGS_PARTIAL };
	static const enum orc_type since_6_4[] = { ORC_TYPE_UNKNOWN, ORC_TYPE_END, ORC_TYPE_CALL, ORC_TYPE_REGS,
						   ORC_TYPE_REGS_PARTIAL };

	if (fields->state.fault || fields->sp_reg >= ORC_REGISTERS_MAX || fields->bp_reg >= ORC_REGISTERS_MAX)
		return false;
	orc->sp_reg = (enum orc_register)numbering->registers[fields->sp_reg];
	orc->bp_reg = (enum orc_register)numbering->registers[fields->bp_reg];
	if (orc->sp_reg == ORC_NONE || orc->bp_reg == ORC_NONE)
		return false;
	if (has(fields, end)) {
		if (fields->type >= sizeof(until_6_4) / sizeof(*until_6_4))
			return false;
		if (orc->sp_reg == ORC_UNDEFINED)
			orc->type = fields->end ? ORC_TYPE_END : ORC_TYPE_UNKNOWN;
		else
			orc->type = until_6_4[fields->type];
	} else {
		if (fields->type >= sizeof(since_6_4) / sizeof(*since_6_4))
			return false;
		orc->type = since_6_4[fields->type];
	}
	orc->sp_offset = fields->sp_offset;
	orc->bp_offset = fields->bp_offset;
	orc->exact = has(fields, signal) ? fields->signal :
					   orc->type == ORC_TYPE_REGS || orc->type == ORC_TYPE_REGS_PARTIAL;
	return true;
}

static const struct orc_numbering numberings[] = {
	{ "by their use",
	  { ORC_UNDEFINED, ORC_PREV_SP, ORC_DX, ORC_DI, ORC_BP, ORC_SP, ORC_R10, ORC_R13, ORC_BP_INDIRECT,
	    ORC_SP_INDIRECT } },
	{ "in the processor's order", /* 7.x */
	  { ORC_UNDEFINED, ORC_NONE, ORC_DX, ORC_SP, ORC_BP, ORC_DI, ORC_R10, ORC_R13, ORC_PREV_SP, ORC_SP_INDIRECT,
	    ORC_BP_INDIRECT } },
};

/* Reads one of the kernel's own entries. */
static struct inspect_error *read_entry(struct kernel *kernel, enum root_id root, struct orc_entry_fields *fields)
{
	uint64_t address;
	struct inspect_error *error = kernel_root(kernel, root, &address, NULL);

	if (!error)
		error = kernel_read(kernel, &orc_entry_view, address, fields);
	if (!error && fields->state.fault)
		error = error_at(INSPECT_ERROR_FAULT, address, "%s is not readable", root_table[root].what);
	return error;
}

struct inspect_error *orc_numbering(struct kernel *kernel, const struct orc_numbering **numbering_ret)
{
	struct orc_entry_fields by_fp, by_null;
	struct inspect_error *error = read_entry(kernel, ROOT_ORC_FP_ENTRY, &by_fp);
	struct orc fp, null;

	if (!error)
		error = read_entry(kernel, ROOT_ORC_NULL_ENTRY, &by_null);
	for (size_t i = 0; i < sizeof(numberings) / sizeof(*numberings) && !error; i++) {
		if (!decode(&by_fp, &numberings[i], &fp) || !decode(&by_null, &numberings[i], &null))
			continue;
		if (fp.type == ORC_TYPE_CALL && fp.sp_reg == ORC_BP && fp.bp_reg == ORC_PREV_SP &&
		    null.type == ORC_TYPE_CALL && null.sp_reg == ORC_SP) {
			*numbering_ret = &numberings[i];
			return NULL;
		}
	}
	return error ? error : error_create(INSPECT_ERROR_UNSUPPORTED, "ORC numbers registers in no way known here");
}

struct inspect_error *orc_tables_init(struct orc_tables *tables, struct kernel *kernel, struct arena *arena)
{
	struct table_list list = { 0 };
	struct inspect_error *error;

	*tables = (struct orc_tables){ .kernel = kernel };
	error = kernel_view(kernel, &orc_entry_view, &tables->entry);
	if (error) { /* built with frame pointers instead: CONFIG_UNWINDER_FRAME_POINTER */
		tables->entry = NULL;
		if (inspect_error_code(error) != INSPECT_ERROR_LOOKUP)
			return error;
		inspect_error_destroy(error);
		return NULL;
	}
	error = orc_numbering(kernel, &tables->numbering);
	if (!error)
		error = add_kernel(tables, &list);
	if (!error)
		error = add_modules(kernel, &list);
	if (!error) {
		tables->items = arena_calloc(arena, list.count, sizeof(*list.items));
		tables->count = tables->items ? list.count : 0;
		for (size_t i = 0; i < tables->count; i++)
			tables->items[i] = list.items[i];
	}
	vec_deinit(&list);
	return error;
}

/* The last entry whose address is not above @address. */
static bool find_in(const struct orc_tables *tables, const struct orc_table *table, uint64_t address, struct orc *orc)
{
	uint64_t low = 0, high = table->count, at;
	struct orc_entry_fields fields;

	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (!address_at(tables, table, middle, &at))
			return false;
		if (at <= address)
			low = middle;
		else
			high = middle;
	}
	if (!address_at(tables, table, low, &at) || at > address)
		return false;
	view_read(tables->entry, &tables->kernel->memory, table->entries + low * tables->entry->type_size, &fields);
	return decode(&fields, tables->numbering, orc);
}

bool orc_find(const struct orc_tables *tables, uint64_t address, struct orc *orc)
{
	for (size_t i = 0; i < tables->count; i++) {
		const struct orc_table *table = &tables->items[i];

		if (address >= table->start && address < table->end)
			return find_in(tables, table, address, orc);
	}
	return false;
}
