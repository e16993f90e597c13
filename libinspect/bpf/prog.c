/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/prog.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "bpf/attached.h"
#include "bpf/bpf.h"
#include "bpf/enums.h"

static const struct inspect_column kernel_columns[] = {
	[INSPECT_PROG_KERNEL_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_PROG_KERNEL_AUX] = { .key = "aux", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_PROG_KERNEL_FULL_NAME] = { .key = "full_name", .kind = INSPECT_CELL_STRING },
	[INSPECT_PROG_KERNEL_ATTACH_TYPE] = { .key = "attach_type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_PROG_KERNEL_ATTACH_FUNCTION] = { .key = "attach_function", .kind = INSPECT_CELL_STRING },
	[INSPECT_PROG_KERNEL_TAIL_CALL_REACHABLE] = { .key = "tail_call_reachable", .kind = INSPECT_CELL_BOOL },
	[INSPECT_PROG_KERNEL_ATTACHED] = { .key = "attached", .kind = INSPECT_CELL_RECORDS,
					   .nested = &inspect_attach_schema },
	[INSPECT_PROG_KERNEL_LINKED] = { .key = "linked", .kind = INSPECT_CELL_RECORDS,
					 .nested = &inspect_prog_schema },
	[INSPECT_PROG_KERNEL_USED_MAPS] = { .key = "used_maps", .kind = INSPECT_CELL_RECORDS,
					    .nested = &inspect_map_schema },
	[INSPECT_PROG_KERNEL_FUNCS] = { .key = "funcs", .kind = INSPECT_CELL_RECORDS, .nested = &inspect_prog_schema },
};
const struct inspect_schema inspect_prog_kernel_schema = INSPECT_SCHEMA("kernel", kernel_columns);

static const struct inspect_column prog_columns[] = {
	[INSPECT_PROG_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[INSPECT_PROG_TYPE] = { .key = "type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_PROG_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[INSPECT_PROG_TAG] = { .key = "tag", .kind = INSPECT_CELL_STRING },
	[INSPECT_PROG_GPL_COMPATIBLE] = { .key = "gpl_compatible", .kind = INSPECT_CELL_BOOL },
	[INSPECT_PROG_LOADED_AT] = { .key = "loaded_at", .kind = INSPECT_CELL_TIME },
	[INSPECT_PROG_UID] = { .key = "uid", .kind = INSPECT_CELL_U64 },
	[INSPECT_PROG_ORPHANED] = { .key = "orphaned", .kind = INSPECT_CELL_BOOL },
	[INSPECT_PROG_BYTES_XLATED] = { .key = "bytes_xlated", .kind = INSPECT_CELL_U64 },
	[INSPECT_PROG_JITED] = { .key = "jited", .kind = INSPECT_CELL_BOOL },
	[INSPECT_PROG_BYTES_JITED] = { .key = "bytes_jited", .kind = INSPECT_CELL_U64 },
	[INSPECT_PROG_BYTES_MEMLOCK] = { .key = "bytes_memlock", .kind = INSPECT_CELL_U64 },
	[INSPECT_PROG_MAP_IDS] = { .key = "map_ids", .kind = INSPECT_CELL_U64S },
	[INSPECT_PROG_BTF_ID] = { .key = "btf_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_PROG_KERNEL] = { .key = "kernel", .kind = INSPECT_CELL_RECORD, .nested = &inspect_prog_kernel_schema },
};
const struct inspect_schema inspect_prog_schema = INSPECT_SCHEMA("prog", prog_columns);

static const struct view_variant prog_variants[] = { { "struct bpf_prog", NULL } };
static const struct view_field prog_fields[] = {
	VIEW_NEED(prog_fields, type, "type"),
	VIEW_NEED(prog_fields, attach_type, "expected_attach_type"),
	VIEW_NEED(prog_fields, len, "len"),
	VIEW_NEED(prog_fields, jited_len, "jited_len"),
	VIEW_NEED(prog_fields, pages, "pages"),
	VIEW_NEED(prog_fields, gpl_compatible, "gpl_compatible"),
	VIEW_MAY(prog_fields, is_func, "is_func"), /* 4.16, 1c2a088a6626: a subprogram */
	VIEW_MAY_BYTES(prog_fields, tag, "tag"),
	VIEW_NEED(prog_fields, aux, "aux"),
	VIEW_NEED(prog_fields, back, "aux->prog"),
	VIEW_NEED(prog_fields, id, "aux->id"),
	VIEW_MAY_STRING(prog_fields, name, "aux->name"),
	VIEW_NEED(prog_fields, load_time, "aux->load_time"),
	VIEW_MAY(prog_fields, uid, "aux->user->uid.val"),
	VIEW_NEED(prog_fields, func_cnt, "aux->func_cnt"),
	VIEW_MAY(prog_fields, real_func_cnt, "aux->real_func_cnt"), /* 6.7, 335d1c5b5452 */
	VIEW_NEED(prog_fields, func, "aux->func"),
	VIEW_MAY(prog_fields, func_idx, "aux->func_idx"),
	VIEW_MAY(prog_fields, func_info, "aux->func_info"),
	VIEW_MAY(prog_fields, func_info_cnt, "aux->func_info_cnt"),
	VIEW_NEED(prog_fields, used_maps, "aux->used_maps"),
	VIEW_NEED(prog_fields, used_map_cnt, "aux->used_map_cnt"),
	VIEW_MAY(prog_fields, btf, "aux->btf"),
	VIEW_MAY(prog_fields, btf_id, "aux->btf->id"),
	VIEW_MAY(prog_fields, offload, "aux->offload"),
	VIEW_MAY(prog_fields, offload_netdev, "aux->offload->netdev"),
	VIEW_MAY(prog_fields, tail_call_reachable, "aux->tail_call_reachable"), /* 5.10, ebf7d1f508a7 */
	VIEW_MAY(prog_fields, ksym_name, "&aux->ksym.name"), /* 5.7, bfea9a8574f3 */
	VIEW_MAY(prog_fields, dst_prog, "aux->dst_prog", "aux->linked_prog"), /* 5.10, 3aac1ead5eb6 */
	VIEW_MAY(prog_fields, dst_prog_id, "aux->dst_prog->aux->id", "aux->linked_prog->aux->id"),
	VIEW_MAY(prog_fields, dst_trampoline, "aux->dst_trampoline", "aux->trampoline"),
	VIEW_MAY(prog_fields, attach_btf_id, "aux->attach_btf_id"), /* 5.5, ccfe29eb29c2 */
	VIEW_MAY(prog_fields, attach_func_name, "aux->attach_func_name"),
	VIEW_MAY(prog_fields, attach_proto_return, "aux->attach_func_proto->type"),
	VIEW_MAY(prog_fields, attach_btf_name, "&aux->attach_btf->name"), /* 5.11, 22dc4a0f5ed1 */
};
VIEW(prog_view, prog_fields, prog_variants, prog_fields);

struct func_info_fields {
	struct view_state state;
	uint64_t type_id;
};

static const struct view_variant func_info_variants[] = { { "struct bpf_func_info", NULL } };
static const struct view_field func_info_fields[] = {
	VIEW_NEED(func_info_fields, type_id, "type_id"),
};
VIEW(func_info_view, func_info_fields, func_info_variants, func_info_fields);

/* The verifier's limit is 256 subprograms (BPF_MAX_SUBPROGS) and 64 maps (MAX_USED_MAPS); far above both. */
#define PROG_FUNCS_MAX 4096
#define PROG_MAPS_MAX 4096

struct inspect_error *prog_load(struct kernel *kernel, uint64_t address, struct prog_fields *prog,
				struct loaded *loaded)
{
	struct inspect_error *error = load(kernel, &prog_view, address, prog, loaded);

	if (error || prog->back == address || faulted(prog, back))
		return error;
	if (prog->aux)
		loaded_distrust(loaded, "aux->", prog->aux, "aux->prog is not this program");
	else
		loaded_distrust(loaded, "aux->", address, "aux is NULL");
	return NULL;
}

/* The name by BTF: func_info[func_idx] names the function, as bpf_get_prog_name() in kernel/bpf/core.c has it. */
static struct inspect_error *btf_function_name(const struct loaded *loaded, const struct prog_fields *prog,
					       struct name *name)
{
	struct kernel *kernel = loaded->kernel;
	const struct view_plan *plan;
	struct func_info_fields info;
	struct inspect_error *error;
	uint64_t address;

	name->bytes[0] = '\0';
	name->fault = INSPECT_FAULT_NONE;
	name->damage = NULL;
	if (!USABLE(loaded, btf) || !prog->btf || !prog->func_info || prog->func_idx >= prog->func_info_cnt)
		return NULL;
	error = kernel_view(kernel, &func_info_view, &plan);
	if (error)
		return error;
	address = prog->func_info + prog->func_idx * plan->type_size;
	if (!view_read(plan, &kernel->memory, address, &info)) {
		name->fault = view_fault(plan, &kernel->memory, address, offsetof(struct func_info_fields, type_id),
					 &name->address);
		return NULL;
	}
	return btf_name(kernel, prog->btf, info.type_id, name);
}

/* ksym.name is "bpf_prog_<16 hex digits>_<name>": bpf_prog_ksym_set_name() in kernel/bpf/core.c. */
static void symbol_name(const struct loaded *loaded, const struct prog_fields *prog, struct name *name)
{
	static const size_t prefix = sizeof("bpf_prog_") - 1 + 16 + 1;
	size_t length;

	name_read(loaded->kernel, prog->ksym_name, name);
	if (name->fault)
		return;
	length = strnlen(name->bytes, sizeof(name->bytes) - 1);
	if (strncmp(name->bytes, "bpf_prog_", 9) || length <= prefix)
		length = prefix;
	memmove(name->bytes, name->bytes + prefix, length - prefix);
	name->bytes[length - prefix] = '\0';
}

struct inspect_error *prog_full_name(const struct loaded *loaded, const struct prog_fields *prog, struct name *name)
{
	struct inspect_error *error = NULL;

	memset(name, 0, sizeof(*name));
	if (USABLE(loaded, id) && !prog->id && USABLE(loaded, ksym_name))
		symbol_name(loaded, prog, name);
	if (!name->bytes[0] && !name->fault)
		error = btf_function_name(loaded, prog, name);
	if (!error && !name->bytes[0] && !name->fault && !name->damage && USABLE(loaded, name))
		snprintf(name->bytes, sizeof(name->bytes), "%s", prog->name);
	return error;
}

/* The kernel keeps 15 characters; bpftool takes the name by BTF where it is that long (get_prog_full_name()). */
static struct inspect_error *fill_names(const struct loaded *loaded, const struct prog_fields *prog,
					struct inspect_record *record, struct inspect_record *kernel)
{
	struct name name;
	struct inspect_error *error = prog_full_name(loaded, prog, &name);
	bool ready = cell_ready(loaded, kernel, INSPECT_PROG_KERNEL_FULL_NAME, offsetof(struct prog_fields, name));

	if (!cell_ready(loaded, record, INSPECT_PROG_NAME, offsetof(struct prog_fields, name)) || !ready || error)
		return error;
	cell_name(kernel, INSPECT_PROG_KERNEL_FULL_NAME, &name);
	if (strlen(prog->name) >= sizeof(prog->name) - 1 && prog->id) {
		if (name.bytes[0] || name.fault || name.damage)
			cell_name(record, INSPECT_PROG_NAME, &name);
	} else if (prog->name[0]) {
		inspect_cell_cstring(record, INSPECT_PROG_NAME, prog->name);
	}
	return NULL;
}

/* Machine code: of all subprograms together where there are any, as bpf_prog_get_info_by_fd() adds it up. */
static struct inspect_error *fill_jited(const struct loaded *loaded, const struct prog_fields *prog,
					struct inspect_record *record)
{
	struct kernel *kernel = loaded->kernel;
	/* A subprogram shares the array of all with its main program. */
	uint64_t total = prog->jited_len, count = prog->is_func ? 0 : prog->func_cnt;

	if (!cell_ready(loaded, record, INSPECT_PROG_JITED, offsetof(struct prog_fields, jited_len)) ||
	    !cell_ready(loaded, record, INSPECT_PROG_JITED, offsetof(struct prog_fields, func_cnt)))
		return NULL;
	if (prog->func_cnt > PROG_FUNCS_MAX) {
		inspect_cell_damaged(record, INSPECT_PROG_BYTES_JITED, prog->aux, "too many subprograms");
		return NULL;
	}
	if (count)
		total = 0;
	for (uint64_t i = 0; i < count; i++) {
		struct prog_fields func;
		struct loaded loaded_func;
		struct inspect_error *error;
		uint64_t address;

		if (!cell_memory(kernel, record, INSPECT_PROG_BYTES_JITED, prog->func + 8 * i, &address, 8))
			return NULL;
		error = load(kernel, &prog_view, le64toh(address), &func, &loaded_func);
		if (error || !cell_ready(&loaded_func, record, INSPECT_PROG_BYTES_JITED,
					 offsetof(struct prog_fields, jited_len)))
			return error;
		total += func.jited_len;
	}
	inspect_cell_bool(record, INSPECT_PROG_JITED, total);
	if (total)
		inspect_cell_u64(record, INSPECT_PROG_BYTES_JITED, total);
	return NULL;
}

struct map_id_fields {
	struct view_state state;
	uint64_t id;
};

static const struct view_variant map_id_variants[] = { { "struct bpf_map", NULL } };
static const struct view_field map_id_fields[] = {
	VIEW_NEED(map_id_fields, id, "id"),
};
VIEW(map_id_view, map_id_fields, map_id_variants, map_id_fields);

/* A map that cannot be read leaves the ids of the others. */
static struct inspect_error *fill_maps(struct bpf *bpf, const struct loaded *loaded, const struct prog_fields *prog,
				       unsigned int flags, struct inspect_record *record,
				       struct inspect_record *kernel_record)
{
	struct kernel *kernel = loaded->kernel;
	uint64_t maps[PROG_MAPS_MAX], ids[PROG_MAPS_MAX], count = prog->used_map_cnt, found = 0, stopped = 0;
	enum inspect_fault fault = INSPECT_FAULT_NONE;
	struct inspect_error *error = NULL;

	if (!cell_ready(loaded, record, INSPECT_PROG_MAP_IDS, offsetof(struct prog_fields, used_maps)) ||
	    !cell_ready(loaded, record, INSPECT_PROG_MAP_IDS, offsetof(struct prog_fields, used_map_cnt)) || !count)
		return NULL;
	if (count > PROG_MAPS_MAX) {
		inspect_cell_damaged(record, INSPECT_PROG_MAP_IDS, prog->aux, "too many maps");
		return NULL;
	}
	if (!cell_memory(kernel, record, INSPECT_PROG_MAP_IDS, prog->used_maps, maps, count * sizeof(*maps)))
		return NULL;
	for (uint64_t i = 0; i < count && !error; i++) {
		struct map_id_fields map;
		struct loaded loaded_map;

		error = load(kernel, &map_id_view, le64toh(maps[i]), &map, &loaded_map);
		if (error)
			return error;
		if (has(&map, id))
			ids[found++] = map.id;
		else
			fault = view_fault(loaded_map.plan, &kernel->memory, loaded_map.address,
					   offsetof(struct map_id_fields, id), &stopped);
		if (flags & INSPECT_BPF_DETAILS)
			error = bpf_map_fill(bpf, le64toh(maps[i]), 0, 0,
					     inspect_cell_append(kernel_record, INSPECT_PROG_KERNEL_USED_MAPS));
	}
	if (found)
		inspect_cell_u64s(record, INSPECT_PROG_MAP_IDS, ids, found);
	if (fault)
		inspect_cell_cut(record, INSPECT_PROG_MAP_IDS, fault, stopped);
	else if (found < count)
		inspect_cell_suspect(record, INSPECT_PROG_MAP_IDS, prog->used_maps, "changed while it was read");
	return error;
}

/* The programs that are attached to this one. */
static struct inspect_error *fill_linked(struct bpf *bpf, uint64_t address, struct inspect_record *kernel_record)
{
	const struct attachments *attachments = attachments_get(bpf);
	struct inspect_error *error = NULL;
	size_t end, i = attachments_on(attachments, address, &end);

	for (; i < end && !error; i++)
		error = bpf_prog_fill(bpf, attachments->items[attachments->by_target[i]].prog, 0, 0,
				      inspect_cell_append(kernel_record, INSPECT_PROG_KERNEL_LINKED));
	return error;
}

static struct inspect_error *fill_funcs(struct bpf *bpf, const struct loaded *loaded, const struct prog_fields *prog,
					struct inspect_record *kernel_record)
{
	uint64_t count = has(prog, real_func_cnt) ? prog->real_func_cnt : prog->func_cnt;
	struct inspect_error *error = NULL;

	if (!USABLE(loaded, func) || count > PROG_FUNCS_MAX)
		return NULL;
	for (uint64_t i = 0; i < count && !error; i++) {
		uint64_t address = prog->func + 8 * i, func;
		enum inspect_fault fault = memory_read_u64(&bpf->kernel->memory, address, 8, &func);

		if (fault) {
			inspect_cell_cut(kernel_record, INSPECT_PROG_KERNEL_FUNCS, fault, address);
			break;
		}
		error = bpf_prog_fill(bpf, func, 0, 0,
				      inspect_cell_append(kernel_record, INSPECT_PROG_KERNEL_FUNCS));
	}
	return error;
}

/* What stands in the program itself and in its aux, with no further reading. */
static void fill_own(struct bpf *bpf, const struct loaded *loaded, const struct prog_fields *prog,
		     struct inspect_record *record, struct inspect_record *kernel_record)
{
	static const struct fill table[] = {
		{ INSPECT_PROG_UID, offsetof(struct prog_fields, uid), FILL_U64 },
		{ INSPECT_PROG_BYTES_XLATED, offsetof(struct prog_fields, len), FILL_INSNS },
		{ INSPECT_PROG_BTF_ID, offsetof(struct prog_fields, btf_id), FILL_U64_NOT_0 },
	};
	static const struct fill kernel_table[] = {
		{ INSPECT_PROG_KERNEL_AUX, offsetof(struct prog_fields, aux), FILL_ADDRESS },
		{ INSPECT_PROG_KERNEL_TAIL_CALL_REACHABLE, offsetof(struct prog_fields, tail_call_reachable), FILL_BOOL },
	};
	char tag[2 * sizeof(prog->tag) + 1];
	int64_t seconds;

	fill_cells(loaded, record, table, INSPECT_COUNT(table));
	fill_cells(loaded, kernel_record, kernel_table, INSPECT_COUNT(kernel_table));
	if (cell_ready(loaded, record, INSPECT_PROG_TYPE, offsetof(struct prog_fields, type)))
		cell_uapi_enum(bpf->kernel, record, INSPECT_PROG_TYPE, &bpf_prog_types, "bpf_prog_type",
			       (int64_t)prog->type);
	if (has(prog, attach_type) && prog->attach_type)
		cell_uapi_enum(bpf->kernel, kernel_record, INSPECT_PROG_KERNEL_ATTACH_TYPE, &bpf_attach_types,
			       "bpf_attach_type", (int64_t)prog->attach_type);
	if (cell_ready(loaded, record, INSPECT_PROG_TAG, offsetof(struct prog_fields, tag))) {
		for (size_t i = 0; i < sizeof(prog->tag); i++)
			snprintf(tag + 2 * i, 3, "%02x", prog->tag[i]);
		inspect_cell_cstring(record, INSPECT_PROG_TAG, tag);
	}
	/* Both are the main program's alone. */
	if (!prog->is_func && cell_ready(loaded, record, INSPECT_PROG_GPL_COMPATIBLE,
					 offsetof(struct prog_fields, gpl_compatible)))
		inspect_cell_bool(record, INSPECT_PROG_GPL_COMPATIBLE, prog->gpl_compatible);
	if (!prog->is_func &&
	    cell_ready(loaded, record, INSPECT_PROG_LOADED_AT, offsetof(struct prog_fields, load_time)) &&
	    bpf_wall_time(bpf, prog->load_time, &seconds))
		inspect_cell_time(record, INSPECT_PROG_LOADED_AT, seconds);
	if (cell_ready(loaded, record, INSPECT_PROG_BYTES_MEMLOCK, offsetof(struct prog_fields, pages)))
		inspect_cell_u64(record, INSPECT_PROG_BYTES_MEMLOCK, prog->pages * bpf->kernel->page_size);
	/* A device-bound program whose device is gone; bpftool finds out by ENODEV. */
	if (cell_ready(loaded, record, INSPECT_PROG_ORPHANED, offsetof(struct prog_fields, offload)) &&
	    (!prog->offload ||
	     cell_ready(loaded, record, INSPECT_PROG_ORPHANED, offsetof(struct prog_fields, offload_netdev))))
		inspect_cell_bool(record, INSPECT_PROG_ORPHANED, prog->offload && !prog->offload_netdev);
}

struct inspect_error *bpf_prog_fill(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				    struct inspect_record *record)
{
	struct inspect_record *kernel = inspect_cell_record(record, INSPECT_PROG_KERNEL);
	struct prog_fields prog;
	struct loaded loaded;
	struct name name;
	struct inspect_error *error = prog_load(bpf->kernel, address, &prog, &loaded);

	if (error)
		return error;
	inspect_cell_address(kernel, INSPECT_PROG_KERNEL_ADDRESS, address);
	if (id)
		inspect_cell_u64(record, INSPECT_PROG_ID, id);
	else if (cell_ready(&loaded, record, INSPECT_PROG_ID, offsetof(struct prog_fields, id)))
		inspect_cell_u64(record, INSPECT_PROG_ID, prog.id);
	if (id && USABLE(&loaded, id) && prog.id != id)
		inspect_cell_suspect(record, INSPECT_PROG_ID, prog.aux, "aux->id is another one");
	fill_own(bpf, &loaded, &prog, record, kernel);
	if (USABLE(&loaded, attach_func_name) && prog.attach_func_name) {
		name_read(bpf->kernel, prog.attach_func_name, &name);
		cell_name(kernel, INSPECT_PROG_KERNEL_ATTACH_FUNCTION, &name);
	}
	error = fill_names(&loaded, &prog, record, kernel);
	if (!error)
		error = fill_jited(&loaded, &prog, record);
	if (!error)
		error = fill_maps(bpf, &loaded, &prog, flags, record, kernel);
	if (!error)
		error = fill_attached(bpf, &loaded, &prog, kernel);
	if (!error && (flags & INSPECT_BPF_DETAILS))
		error = fill_linked(bpf, address, kernel);
	if (!error && (flags & INSPECT_BPF_DETAILS))
		error = fill_funcs(bpf, &loaded, &prog, kernel);
	return error;
}
