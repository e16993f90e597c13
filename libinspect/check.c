/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every view, root and derivation, resolved against one kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/report.h>

#include "base/error.h"
#include "bpf/btf_name.h"
#include "bpf/btf_object.h"
#include "bpf/image.h"
#include "bpf/ksym.h"
#include "bpf/link.h"
#include "bpf/map.h"
#include "bpf/prog.h"
#include "handle.h"
#include "kernel/module_image.h"
#include "kernel/module_list.h"
#include "kernel/modules.h"
#include "kernel/printk.h"
#include "kernel/roots.h"
#include "kernel/tasks.h"
#include "kernel/timekeeper.h"
#include "kernel/unwind.h"
#include "kernel/walk.h"

static const struct view *const view_table[] = {
	&prog_view, &func_info_view, &map_view, &map_id_view, &prog_array_view, &poke_view,
	&link_view, &xdp_link_view, &tracing_link_view, &trampoline_view, &trampoline_member_view,
	&btf_view, &btf_object_view, &ksym_view,
	&idr_view, &xarray_view, &xa_node_view, &rb_root_view, &rb_node_view,
	&module_view, &kernel_symbol_view, &ftrace_ops_view, &kprobe_cache_view,
	&kprobe_page_view, &timekeeper_view,
	&module_info_view, &module_use_view, &kset_view, &module_kobject_view,
	&module_tree_view, &module_tree_node_view,
	&task_view, &task_links_view, &pid_view, &pid_namespace_view, &rq_view,
	&printk_ring_view, &printk_desc_view, &printk_info_view, &printk_header_view,
	&module_image_view, &module_sections_view, &module_section_view, &module_notes_view, &module_note_view,
	&thread_view, &running_view, &inactive_frame_view, &irq_stack_view, &exception_stacks_view, &pcpu_hot_view,
	&orc_entry_view, &module_orc_view, &frame_record_view, &ret_stack_view, &return_hook_view,
	&bpf_image_view, &line_info_view,
};

static const struct inspect_column field_columns[] = {
	[INSPECT_CHECK_FIELD_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_FIELD_PATH] = { .key = "path", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_FIELD_OFFSET] = { .key = "offset", .kind = INSPECT_CELL_U64 },
	[INSPECT_CHECK_FIELD_SIZE] = { .key = "size", .kind = INSPECT_CELL_U64 },
	[INSPECT_CHECK_FIELD_BITS] = { .key = "bits", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_FIELD_REQUIRED] = { .key = "required", .kind = INSPECT_CELL_BOOL },
};
const struct inspect_schema inspect_check_field_schema = INSPECT_SCHEMA("field", field_columns);

static const struct inspect_column check_columns[] = {
	[INSPECT_CHECK_KIND] = { .key = "kind", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_TYPE] = { .key = "type", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_SIZE] = { .key = "size", .kind = INSPECT_CELL_U64 },
	[INSPECT_CHECK_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_CHECK_ANSWER] = { .key = "answer", .kind = INSPECT_CELL_STRING },
	[INSPECT_CHECK_FIELDS] = { .key = "fields", .kind = INSPECT_CELL_RECORDS,
				   .nested = &inspect_check_field_schema },
	[INSPECT_CHECK_MISSING] = { .key = "missing", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_check_schema = INSPECT_SCHEMA("check", check_columns);

struct inspect_check {
	struct inspect *inspect;
	size_t next; /* views, then roots, then derivations */
};

/* Fills MISSING from @error, which is destroyed; whether there was one. */
static bool cell_missing(struct inspect_record *record, struct inspect_error *error)
{
	if (!error)
		return false;
	inspect_cell_cstring(record, INSPECT_CHECK_MISSING, inspect_error_message(error));
	inspect_error_destroy(error);
	return true;
}

static void check_field(const struct view_field *field, const struct view_slot *slot, struct inspect_record *record)
{
	char bits[16];

	inspect_cell_cstring(record, INSPECT_CHECK_FIELD_NAME, field->name);
	inspect_cell_bool(record, INSPECT_CHECK_FIELD_REQUIRED, field->required);
	if (!slot->path)
		return;
	inspect_cell_cstring(record, INSPECT_CHECK_FIELD_PATH, slot->path);
	inspect_cell_u64(record, INSPECT_CHECK_FIELD_OFFSET, slot->offset);
	inspect_cell_u64(record, INSPECT_CHECK_FIELD_SIZE, slot->size);
	if (slot->bit_size) {
		snprintf(bits, sizeof(bits), "%u+%u", slot->bit_offset, slot->bit_size);
		inspect_cell_cstring(record, INSPECT_CHECK_FIELD_BITS, bits);
	}
}

static bool check_view(struct kernel *kernel, const struct view *view, struct inspect_record *record)
{
	const struct view_plan *plan;

	inspect_cell_cstring(record, INSPECT_CHECK_KIND, "view");
	inspect_cell_cstring(record, INSPECT_CHECK_NAME, view->name);
	if (cell_missing(record, kernel_view(kernel, view, &plan)))
		return !view->of_some;
	inspect_cell_cstring(record, INSPECT_CHECK_TYPE, plan->type);
	inspect_cell_u64(record, INSPECT_CHECK_SIZE, plan->type_size);
	for (size_t i = 0; i < view->field_count; i++)
		check_field(&view->fields[i], &plan->slots[i], inspect_cell_append(record, INSPECT_CHECK_FIELDS));
	return false;
}

static bool check_root(struct kernel *kernel, enum root_id id, struct inspect_record *record)
{
	const char *name = root_table[id].names[0];
	uint64_t address = 0;
	bool missing;

	inspect_cell_cstring(record, INSPECT_CHECK_KIND, "root");
	missing = cell_missing(record, kernel_root(kernel, id, &address, &name));
	inspect_cell_cstring(record, INSPECT_CHECK_NAME, name);
	inspect_cell_cstring(record, INSPECT_CHECK_TYPE, root_table[id].type);
	if (!missing)
		inspect_cell_address(record, INSPECT_CHECK_ADDRESS, address);
	return missing && !root_table[id].of_some;
}

/* Derivations: what no type tells. */

static bool derive_kallsyms(struct inspect *inspect, struct inspect_record *record)
{
	inspect_cell_cstring(record, INSPECT_CHECK_ANSWER, inspect->facts.symbols);
	return false;
}

static bool derive_timekeeper(struct inspect *inspect, struct inspect_record *record)
{
	struct timekeeper timekeeper;
	char answer[96];

	if (cell_missing(record, timekeeper_read(&inspect->kernel, &timekeeper)))
		return true;
	snprintf(answer, sizeof(answer), "at 0x%llx, where offs_real == -wall_to_monotonic",
		 (unsigned long long)timekeeper.address);
	inspect_cell_cstring(record, INSPECT_CHECK_ANSWER, answer);
	return false;
}

static bool derive_task_states(struct inspect *inspect, struct inspect_record *record)
{
	if (cell_missing(record, task_states_known(&inspect->kernel)))
		return true;
	inspect_cell_cstring(record, INSPECT_CHECK_ANSWER, "by the letters of task_state_array");
	return false;
}

static bool derive_vmcoreinfo(struct inspect *inspect, struct inspect_record *record)
{
	inspect_cell_cstring(record, INSPECT_CHECK_ANSWER, inspect->facts.vmcoreinfo);
	return false;
}

static bool derive_orc(struct inspect *inspect, struct inspect_record *record)
{
	const struct orc_numbering *numbering;
	struct inspect_error *error = orc_numbering(&inspect->kernel, &numbering);
	bool without = error && inspect_error_code(error) == INSPECT_ERROR_LOOKUP;
	char answer[64];

	if (cell_missing(record, error))
		return !without;
	snprintf(answer, sizeof(answer), "%s, by orc_fp_entry and null_orc_entry", numbering->name);
	inspect_cell_cstring(record, INSPECT_CHECK_ANSWER, answer);
	return false;
}

static const struct {
	const char *name;
	bool (*derive)(struct inspect *inspect, struct inspect_record *record);
} derivations[] = {
	{ "VMCOREINFO", derive_vmcoreinfo },
	{ "kallsyms tables and encoding", derive_kallsyms },
	{ "timekeeper", derive_timekeeper },
	{ "states of tasks", derive_task_states },
	{ "numbers of registers in ORC", derive_orc },
};

#define VIEWS INSPECT_COUNT(view_table)

struct inspect_error *inspect_check_create(struct inspect *inspect, struct inspect_check **check_ret)
{
	struct inspect_check *check = calloc(1, sizeof(*check));

	if (!check)
		return &error_nomem;
	check->inspect = inspect;
	*check_ret = check;
	return NULL;
}

void inspect_check_destroy(struct inspect_check *check)
{
	free(check);
}

bool inspect_check_next(struct inspect_check *check, struct inspect_pool *pool, struct inspect_record **record_ret,
			bool *missing_ret)
{
	struct inspect *inspect = check->inspect;
	bool types_only = !inspect->target.ops;
	size_t i = check->next++;
	struct inspect_record *record;

	if (i >= VIEWS + (types_only ? 0 : ROOT_COUNT + INSPECT_COUNT(derivations)))
		return false;
	record = inspect_record_create(&inspect_check_schema, pool);
	if (i < VIEWS) {
		*missing_ret = check_view(&inspect->kernel, view_table[i], record);
	} else if (i < VIEWS + ROOT_COUNT) {
		*missing_ret = check_root(&inspect->kernel, (enum root_id)(i - VIEWS), record);
	} else {
		i -= VIEWS + ROOT_COUNT;
		inspect_cell_cstring(record, INSPECT_CHECK_KIND, "derivation");
		inspect_cell_cstring(record, INSPECT_CHECK_NAME, derivations[i].name);
		*missing_ret = derivations[i].derive(inspect, record);
	}
	*record_ret = record;
	return true;
}
