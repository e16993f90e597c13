/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/map.h"

#include <endian.h>
#include <string.h>

#include "base/error.h"
#include "bpf/bpf.h"
#include "bpf/enums.h"
#include "bpf/fill.h"
#include "bpf/prog.h"
#include "kernel/walk.h"

static const struct inspect_column slot_columns[] = {
	[INSPECT_SLOT_INDEX] = { .key = "index", .kind = INSPECT_CELL_U64 },
	[INSPECT_SLOT_PROG] = { .key = "prog", .kind = INSPECT_CELL_RECORD, .nested = &inspect_prog_schema },
};
const struct inspect_schema inspect_slot_schema = INSPECT_SCHEMA("slot", slot_columns);

static const struct inspect_column kernel_columns[] = {
	[INSPECT_MAP_KERNEL_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_MAP_KERNEL_OPS] = { .key = "ops", .kind = INSPECT_CELL_STRING },
	[INSPECT_MAP_KERNEL_OWNER] = { .key = "owner", .kind = INSPECT_CELL_ENUM },
	[INSPECT_MAP_KERNEL_OWNER_JITED] = { .key = "owner_jited", .kind = INSPECT_CELL_BOOL },
	[INSPECT_MAP_KERNEL_SLOTS] = { .key = "slots", .kind = INSPECT_CELL_RECORDS, .nested = &inspect_slot_schema },
	[INSPECT_MAP_KERNEL_POKE] = { .key = "poke", .kind = INSPECT_CELL_RECORDS, .nested = &inspect_prog_schema },
};
const struct inspect_schema inspect_map_kernel_schema = INSPECT_SCHEMA("kernel", kernel_columns);

static const struct inspect_column map_columns[] = {
	[INSPECT_MAP_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_TYPE] = { .key = "type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_MAP_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_MAP_FLAGS] = { .key = "flags", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_BYTES_KEY] = { .key = "bytes_key", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_BYTES_VALUE] = { .key = "bytes_value", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_MAX_ENTRIES] = { .key = "max_entries", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_OWNER_PROG_TYPE] = { .key = "owner_prog_type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_MAP_OWNER_JITED] = { .key = "owner_jited", .kind = INSPECT_CELL_BOOL },
	[INSPECT_MAP_FROZEN] = { .key = "frozen", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_BTF_ID] = { .key = "btf_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_MAP_KERNEL] = { .key = "kernel", .kind = INSPECT_CELL_RECORD, .nested = &inspect_map_kernel_schema },
};
const struct inspect_schema inspect_map_schema = INSPECT_SCHEMA("map", map_columns);

struct map_fields {
	struct view_state state;
	uint64_t id;
	uint64_t type;
	char name[16];
	uint64_t flags;
	uint64_t key_size;
	uint64_t value_size;
	uint64_t max_entries;
	uint64_t frozen;
	uint64_t btf;
	uint64_t btf_id;
	uint64_t ops;
};

static const struct view_variant map_variants[] = { { "struct bpf_map", NULL } };
static const struct view_field map_fields[] = {
	VIEW_NEED(map_fields, id, "id"),
	VIEW_NEED(map_fields, type, "map_type"),
	VIEW_MAY_STRING(map_fields, name, "name"),
	VIEW_NEED(map_fields, flags, "map_flags"),
	VIEW_NEED(map_fields, key_size, "key_size"),
	VIEW_NEED(map_fields, value_size, "value_size"),
	VIEW_NEED(map_fields, max_entries, "max_entries"),
	VIEW_MAY(map_fields, frozen, "frozen"), /* 5.2, 87df15de441b */
	VIEW_MAY(map_fields, btf, "btf"),
	VIEW_MAY(map_fields, btf_id, "btf->id"),
	VIEW_NEED(map_fields, ops, "ops"),
};
VIEW(map_view, map_fields, map_variants, map_fields);

struct prog_array_fields {
	struct view_state state;
	uint64_t max_entries;
	uint64_t owner_type;
	uint64_t owner_jited;
	uint64_t slots;
	uint64_t poke;
};

/* The owner moved three times; where it is a pointer now it is NULL until a program uses the map. */
static const struct view_variant prog_array_variants[] = { { "struct bpf_array", "map" } };
static const struct view_field prog_array_fields[] = {
	VIEW_NEED(prog_array_fields, max_entries, "map.max_entries"),
	VIEW_NEED(prog_array_fields, owner_type,
		  "map.owner->type",       /* 6.17, fd1c98f0ef5c, and stable kernels */
		  "map.owner.type",        /* 5.18, f45d5b6ce2e8 */
		  "aux->owner.type",       /* 5.10 and 5.12.. */
		  "aux->type",             /* 5.5, 2beee5f57441 */
		  "owner_prog_type"),
	VIEW_NEED(prog_array_fields, owner_jited, "map.owner->jited", "map.owner.jited", "aux->owner.jited",
		  "aux->jited", "owner_jited"),
	VIEW_NEED(prog_array_fields, slots, "&ptrs"),
	VIEW_MAY(prog_array_fields, poke, "&aux->poke_progs"), /* 5.5, da765a2f5993 */
};
VIEW(prog_array_view, prog_array_fields, prog_array_variants, prog_array_fields);

struct poke_fields {
	struct view_state state;
	uint64_t prog;
};

static const struct view_variant poke_variants[] = { { "struct prog_poke_elem", "list" } };
static const struct view_field poke_fields[] = {
	VIEW_NEED(poke_fields, prog, "aux->prog"),
};
VIEW(poke_view, poke_fields, poke_variants, poke_fields);

/* Slots read at a time. */
#define SLOTS_CHUNK 512
/* After so many slots that hold no program, what follows is not an array of programs. */
#define SLOTS_DAMAGED_MAX 64

/* Whether there is a program at @address, by its aux that leads back to it. */
static bool is_prog(struct bpf *bpf, uint64_t address)
{
	struct prog_fields prog;
	struct loaded loaded;
	struct inspect_error *error = prog_load(bpf->kernel, address, &prog, &loaded);

	inspect_error_destroy(error);
	return !error && USABLE(&loaded, back);
}

static struct inspect_error *fill_slot(struct bpf *bpf, uint64_t index, uint64_t prog, struct inspect_record *kernel)
{
	struct inspect_record *slot = inspect_cell_append(kernel, INSPECT_MAP_KERNEL_SLOTS);

	inspect_cell_u64(slot, INSPECT_SLOT_INDEX, index);
	return bpf_prog_fill(bpf, prog, 0, 0, inspect_cell_record(slot, INSPECT_SLOT_PROG));
}

static struct inspect_error *fill_slots(struct bpf *bpf, const struct prog_array_fields *array,
					struct inspect_record *kernel)
{
	uint64_t progs[SLOTS_CHUNK], damaged = 0;
	struct inspect_error *error = NULL;

	for (uint64_t first = 0; first < array->max_entries && !error; first += SLOTS_CHUNK) {
		uint64_t count = array->max_entries - first, stopped;
		enum inspect_fault fault;

		if (count > SLOTS_CHUNK)
			count = SLOTS_CHUNK;
		fault = memory_read(&bpf->kernel->memory, array->slots + 8 * first, progs, 8 * count, &stopped);
		if (fault)
			count = (stopped - (array->slots + 8 * first)) / 8;
		for (uint64_t i = 0; i < count && !error && damaged < SLOTS_DAMAGED_MAX; i++) {
			if (!progs[i])
				continue;
			damaged += !is_prog(bpf, le64toh(progs[i]));
			error = fill_slot(bpf, first + i, le64toh(progs[i]), kernel);
		}
		if (damaged >= SLOTS_DAMAGED_MAX)
			inspect_cell_suspect(kernel, INSPECT_MAP_KERNEL_SLOTS, array->slots,
					     "too many slots hold no program: the rest is not shown");
		else if (fault)
			inspect_cell_cut(kernel, INSPECT_MAP_KERNEL_SLOTS, fault, stopped);
		if (fault || damaged >= SLOTS_DAMAGED_MAX || kernel_interrupted(bpf->kernel))
			break;
	}
	return error;
}

static struct inspect_error *fill_poke(struct bpf *bpf, uint64_t head, struct inspect_record *kernel)
{
	struct inspect_error *error = NULL, *walked;
	struct walk_item item;
	struct walk walk;
	uint64_t damaged = 0;

	walk_list(&walk, bpf->kernel, head);
	while (!error && walk_next(&walk, &item)) {
		struct poke_fields poke;

		error = kernel_read(bpf->kernel, &poke_view, item.address, &poke);
		if (!error && has(&poke, prog))
			error = bpf_prog_fill(bpf, poke.prog, 0, 0,
					      inspect_cell_append(kernel, INSPECT_MAP_KERNEL_POKE));
		else
			damaged = item.address;
	}
	walked = walk_finish(&walk);
	if (walked)
		damaged = head;
	inspect_error_destroy(walked);
	if (damaged)
		inspect_cell_suspect(kernel, INSPECT_MAP_KERNEL_POKE, damaged, "list of programs damaged");
	return error;
}

/* No type, no owner. */
static void fill_owner(struct bpf *bpf, const struct loaded *loaded, const struct prog_array_fields *array,
		       struct inspect_record *record, unsigned int type, unsigned int jited)
{
	if (!cell_ready(loaded, record, type, offsetof(struct prog_array_fields, owner_type)) || !array->owner_type)
		return;
	cell_uapi_enum(bpf->kernel, record, type, &bpf_prog_types, "bpf_prog_type", (int64_t)array->owner_type);
	if (cell_ready(loaded, record, jited, offsetof(struct prog_array_fields, owner_jited)))
		inspect_cell_bool(record, jited, array->owner_jited);
}

static struct inspect_error *fill_prog_array(struct bpf *bpf, uint64_t address, unsigned int flags,
					     struct inspect_record *record, struct inspect_record *kernel)
{
	struct prog_array_fields array;
	struct loaded loaded;
	struct inspect_error *error = load(bpf->kernel, &prog_array_view, address, &array, &loaded);

	if (error)
		return error;
	fill_owner(bpf, &loaded, &array, record, INSPECT_MAP_OWNER_PROG_TYPE, INSPECT_MAP_OWNER_JITED);
	if (!(flags & INSPECT_BPF_DETAILS))
		return NULL;
	fill_owner(bpf, &loaded, &array, kernel, INSPECT_MAP_KERNEL_OWNER, INSPECT_MAP_KERNEL_OWNER_JITED);
	if (has(&array, max_entries) && has(&array, slots))
		error = fill_slots(bpf, &array, kernel);
	if (!error && has(&array, poke))
		error = fill_poke(bpf, array.poke, kernel);
	return error;
}

struct inspect_error *bpf_map_fill(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				   struct inspect_record *record)
{
	static const struct fill table[] = {
		{ INSPECT_MAP_NAME, offsetof(struct map_fields, name), FILL_STRING },
		{ INSPECT_MAP_FLAGS, offsetof(struct map_fields, flags), FILL_U64 },
		{ INSPECT_MAP_BYTES_KEY, offsetof(struct map_fields, key_size), FILL_U64 },
		{ INSPECT_MAP_BYTES_VALUE, offsetof(struct map_fields, value_size), FILL_U64 },
		{ INSPECT_MAP_MAX_ENTRIES, offsetof(struct map_fields, max_entries), FILL_U64 },
		{ INSPECT_MAP_FROZEN, offsetof(struct map_fields, frozen), FILL_U64 },
		{ INSPECT_MAP_BTF_ID, offsetof(struct map_fields, btf_id), FILL_U64_NOT_0 },
	};
	struct inspect_record *kernel = inspect_cell_record(record, INSPECT_MAP_KERNEL);
	struct map_fields map;
	struct loaded loaded;
	struct inspect_error *error = load(bpf->kernel, &map_view, address, &map, &loaded);

	if (error)
		return error;
	inspect_cell_address(kernel, INSPECT_MAP_KERNEL_ADDRESS, address);
	if (id)
		inspect_cell_u64(record, INSPECT_MAP_ID, id);
	else if (cell_ready(&loaded, record, INSPECT_MAP_ID, offsetof(struct map_fields, id)))
		inspect_cell_u64(record, INSPECT_MAP_ID, map.id);
	if (id && has(&map, id) && map.id != id)
		inspect_cell_suspect(record, INSPECT_MAP_ID, address, "map->id is another one");
	fill_cells(&loaded, record, table, INSPECT_COUNT(table));
	if (cell_ready(&loaded, record, INSPECT_MAP_TYPE, offsetof(struct map_fields, type)))
		cell_uapi_enum(bpf->kernel, record, INSPECT_MAP_TYPE, &bpf_map_types, "bpf_map_type",
			       (int64_t)map.type);
	if (cell_ready(&loaded, kernel, INSPECT_MAP_KERNEL_OPS, offsetof(struct map_fields, ops)))
		cell_symbol(bpf->kernel, kernel, INSPECT_MAP_KERNEL_OPS, map.ops);
	if (has(&map, type) && map.type == MAP_TYPE_PROG_ARRAY)
		error = without_layout(bpf, record, INSPECT_MAP_OWNER_PROG_TYPE,
				       fill_prog_array(bpf, address, flags, record, kernel));
	return error;
}
