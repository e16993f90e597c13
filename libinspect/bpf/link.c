/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/link.h"

#include <stdio.h>

#include "base/error.h"
#include "bpf/bpf.h"
#include "bpf/btf_name.h"
#include "bpf/enums.h"
#include "bpf/fill.h"

static const struct inspect_column kernel_columns[] = {
	[INSPECT_LINK_KERNEL_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_LINK_KERNEL_OPS] = { .key = "ops", .kind = INSPECT_CELL_STRING },
	[INSPECT_LINK_KERNEL_PROG] = { .key = "prog", .kind = INSPECT_CELL_RECORD, .nested = &inspect_prog_schema },
	[INSPECT_LINK_KERNEL_ATTACH_FUNCTION] = { .key = "attach_function", .kind = INSPECT_CELL_STRING },
	[INSPECT_LINK_KERNEL_TARGET] = { .key = "target", .kind = INSPECT_CELL_RECORD,
					 .nested = &inspect_prog_schema },
	[INSPECT_LINK_KERNEL_LINKED] = { .key = "linked", .kind = INSPECT_CELL_RECORDS,
					 .nested = &inspect_prog_schema },
	[INSPECT_LINK_KERNEL_NETDEV] = { .key = "netdev", .kind = INSPECT_CELL_STRING },
	[INSPECT_LINK_KERNEL_MODE] = { .key = "mode", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_link_kernel_schema = INSPECT_SCHEMA("kernel", kernel_columns);

static const struct inspect_column link_columns[] = {
	[INSPECT_LINK_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[INSPECT_LINK_TYPE] = { .key = "type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_LINK_PROG_ID] = { .key = "prog_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_LINK_PROG_TYPE] = { .key = "prog_type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_LINK_ATTACH_TYPE] = { .key = "attach_type", .kind = INSPECT_CELL_ENUM },
	[INSPECT_LINK_TARGET_OBJ_ID] = { .key = "target_obj_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_LINK_TARGET_BTF_ID] = { .key = "target_btf_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_LINK_COOKIE] = { .key = "cookie", .kind = INSPECT_CELL_U64 },
	[INSPECT_LINK_DEVNAME] = { .key = "devname", .kind = INSPECT_CELL_STRING },
	[INSPECT_LINK_IFINDEX] = { .key = "ifindex", .kind = INSPECT_CELL_U64 },
	[INSPECT_LINK_KERNEL] = { .key = "kernel", .kind = INSPECT_CELL_RECORD, .nested = &inspect_link_kernel_schema },
};
const struct inspect_schema inspect_link_schema = INSPECT_SCHEMA("link", link_columns);

struct link_fields {
	struct view_state state;
	uint64_t id;
	uint64_t type;
	uint64_t ops;
	uint64_t prog;
	uint64_t prog_id;
	uint64_t prog_back;
	uint64_t prog_type;
	uint64_t attach_type;
	uint64_t attach_func_name;
};

static const struct view_variant link_variants[] = { { "struct bpf_link", NULL } };
static const struct view_field link_fields[] = {
	VIEW_NEED(link_fields, id, "id"),
	VIEW_NEED(link_fields, type, "type"), /* 5.8, f2e10bff16a0 */
	VIEW_NEED(link_fields, ops, "ops"),
	VIEW_NEED(link_fields, prog, "prog"),
	VIEW_NEED(link_fields, prog_id, "prog->aux->id"),
	VIEW_NEED(link_fields, prog_back, "prog->aux->prog"),
	VIEW_NEED(link_fields, prog_type, "prog->type"),
	VIEW_NEED(link_fields, attach_type, "prog->expected_attach_type"),
	VIEW_MAY(link_fields, attach_func_name, "prog->aux->attach_func_name"),
};
VIEW(link_view, link_fields, link_variants, link_fields);

/* bpf_xdp_link is static in net/core/dev.c, and its net_device is NULL once the device is gone. */
struct xdp_link_fields {
	struct view_state state;
	uint64_t dev;
	uint64_t ifindex;
	char name[16];
	uint64_t flags;
};

static const struct view_variant xdp_link_variants[] = { { "struct bpf_xdp_link", "link" } };
static const struct view_field xdp_link_fields[] = {
	VIEW_NEED(xdp_link_fields, dev, "dev"),
	VIEW_NEED(xdp_link_fields, ifindex, "dev->ifindex"),
	VIEW_MAY_STRING(xdp_link_fields, name, "dev->name"),
	VIEW_NEED(xdp_link_fields, flags, "flags"),
};
VIEW(xdp_link_view, xdp_link_fields, xdp_link_variants, xdp_link_fields);

struct inspect_error *link_summary(struct kernel *kernel, uint64_t address, struct link_summary *summary)
{
	struct link_fields link;
	struct inspect_error *error = kernel_read(kernel, &link_view, address, &link);

	if (error)
		return error;
	*summary = (struct link_summary){
		.address = address,
		.id = link.id,
		.type = link.type,
		.prog = link.prog,
	};
	return NULL;
}

/*
 * XDP_FLAGS_* of include/uapi/linux/if_link.h; without one the driver's mode is taken where it has one, dev_xdp_mode().
 */
static const char *xdp_mode(uint64_t flags)
{
	if (flags & 8)
		return "HARDWARE";
	if (flags & 4)
		return "DRIVER";
	if (flags & 2)
		return "GENERIC";
	return "UNKNOWN";
}

static struct inspect_error *fill_xdp(struct bpf *bpf, uint64_t address, unsigned int flags,
				      struct inspect_record *record)
{
	static const struct fill table[] = {
		{ INSPECT_LINK_IFINDEX, offsetof(struct xdp_link_fields, ifindex), FILL_U64 },
		{ INSPECT_LINK_DEVNAME, offsetof(struct xdp_link_fields, name), FILL_STRING },
	};
	struct inspect_record *kernel = inspect_cell_record(record, INSPECT_LINK_KERNEL);
	struct xdp_link_fields link;
	struct loaded loaded;
	struct inspect_error *error = load(bpf->kernel, &xdp_link_view, address, &link, &loaded);

	if (error)
		return error;
	fill_cells(&loaded, record, table, INSPECT_COUNT(table));
	if (!(flags & INSPECT_BPF_DETAILS))
		return NULL;
	if (cell_ready(&loaded, kernel, INSPECT_LINK_KERNEL_NETDEV, offsetof(struct xdp_link_fields, name))) {
		char netdev[32];

		snprintf(netdev, sizeof(netdev), "%s(%u)", link.name, (unsigned int)link.ifindex);
		inspect_cell_cstring(kernel, INSPECT_LINK_KERNEL_NETDEV, netdev);
	}
	if (cell_ready(&loaded, kernel, INSPECT_LINK_KERNEL_MODE, offsetof(struct xdp_link_fields, flags)))
		inspect_cell_cstring(kernel, INSPECT_LINK_KERNEL_MODE, xdp_mode(link.flags));
	return NULL;
}

/* Programs on the trampoline of an attachment, the link's own among them. */
static struct inspect_error *fill_linked(struct bpf *bpf, const struct attachment *attachment,
					 struct inspect_record *kernel)
{
	const struct attachments *attachments = attachments_get(bpf);
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < attachments->count && !error; i++) {
		if (attachment->trampoline && attachments->items[i].trampoline == attachment->trampoline)
			error = bpf_prog_fill(bpf, attachments->items[i].prog, 0, 0,
					      inspect_cell_append(kernel, INSPECT_LINK_KERNEL_LINKED));
	}
	return error;
}

/* The program that a tracing link is attached to, and what else is on its trampoline. */
static struct inspect_error *fill_tracing_details(struct bpf *bpf, uint64_t address, uint64_t prog,
						  struct inspect_record *kernel)
{
	const struct attachments *attachments = attachments_get(bpf);
	struct inspect_error *error = NULL;
	size_t end, i = attachments_of(attachments, prog, &end);

	while (i < end && attachments->items[i].link != address)
		i++;
	if (i == end)
		return NULL;
	if (attachments->items[i].target)
		error = bpf_prog_fill(bpf, attachments->items[i].target, 0, 0,
				      inspect_cell_record(kernel, INSPECT_LINK_KERNEL_TARGET));
	return error ? error : fill_linked(bpf, &attachments->items[i], kernel);
}

static struct inspect_error *fill_tracing(struct bpf *bpf, const struct loaded *loaded, unsigned int flags,
					  struct inspect_record *record)
{
	static const struct fill table[] = {
		{ INSPECT_LINK_COOKIE, offsetof(struct tracing_link_fields, cookie), FILL_U64 },
	};
	const struct link_fields *link = (const struct link_fields *)loaded->state;
	struct tracing_link_fields tracing;
	struct loaded loaded_tracing;
	struct inspect_error *error;

	error = load(bpf->kernel, &tracing_link_view, loaded->address, &tracing, &loaded_tracing);
	if (error)
		return error;
	if (cell_ready(loaded, record, INSPECT_LINK_PROG_TYPE, offsetof(struct link_fields, prog_type)))
		cell_uapi_enum(bpf->kernel, record, INSPECT_LINK_PROG_TYPE, &bpf_prog_types, "bpf_prog_type",
			       (int64_t)link->prog_type);
	if (cell_ready(loaded, record, INSPECT_LINK_ATTACH_TYPE, offsetof(struct link_fields, attach_type)))
		cell_uapi_enum(bpf->kernel, record, INSPECT_LINK_ATTACH_TYPE, &bpf_attach_types, "bpf_attach_type",
			       (int64_t)link->attach_type);
	/* The object id is a program's or a BTF object's: bpf_trampoline_unpack_key(). */
	if (cell_ready(&loaded_tracing, record, INSPECT_LINK_TARGET_OBJ_ID, offsetof(struct tracing_link_fields, key)))
		inspect_cell_u64(record, INSPECT_LINK_TARGET_OBJ_ID, tracing.key >> 32);
	if (cell_ready(&loaded_tracing, record, INSPECT_LINK_TARGET_BTF_ID, offsetof(struct tracing_link_fields, key)))
		inspect_cell_u64(record, INSPECT_LINK_TARGET_BTF_ID, trampoline_key_btf_id(tracing.key));
	fill_cells(&loaded_tracing, record, table, INSPECT_COUNT(table));
	if (!(flags & INSPECT_BPF_DETAILS))
		return NULL;
	return fill_tracing_details(bpf, loaded->address, link->prog, inspect_cell_record(record, INSPECT_LINK_KERNEL));
}

/* The program of a link: its id, and its own record for the line below the link's. */
static struct inspect_error *fill_prog(struct bpf *bpf, struct loaded *loaded, const struct link_fields *link,
				       struct inspect_record *record)
{
	struct inspect_record *kernel = inspect_cell_record(record, INSPECT_LINK_KERNEL);
	struct name name;

	if (link->prog && !faulted(link, prog_back) && link->prog_back != link->prog)
		loaded_distrust(loaded, "prog->aux->", link->prog, "prog->aux->prog is not the program");
	/* The map link of a struct_ops has none, and bpf_link_get_info_by_fd() tells 0. */
	if (has(link, prog) && !link->prog) {
		inspect_cell_u64(record, INSPECT_LINK_PROG_ID, 0);
		if (has(link, type) && link->type != LINK_TYPE_STRUCT_OPS)
			inspect_cell_suspect(record, INSPECT_LINK_PROG_ID, loaded->address, "prog is NULL");
		return NULL;
	}
	if (cell_ready(loaded, record, INSPECT_LINK_PROG_ID, offsetof(struct link_fields, prog_id)))
		inspect_cell_u64(record, INSPECT_LINK_PROG_ID, link->prog_id);
	if (!has(link, prog))
		return NULL;
	if (cell_ready(loaded, kernel, INSPECT_LINK_KERNEL_ATTACH_FUNCTION,
		       offsetof(struct link_fields, attach_func_name)) && link->attach_func_name) {
		name_read(bpf->kernel, link->attach_func_name, &name);
		cell_name(kernel, INSPECT_LINK_KERNEL_ATTACH_FUNCTION, &name);
	}
	return bpf_prog_fill(bpf, link->prog, 0, 0, inspect_cell_record(kernel, INSPECT_LINK_KERNEL_PROG));
}

struct inspect_error *bpf_link_fill(struct bpf *bpf, uint64_t address, uint64_t id, unsigned int flags,
				    struct inspect_record *record)
{
	struct inspect_record *kernel = inspect_cell_record(record, INSPECT_LINK_KERNEL);
	struct link_fields link;
	struct loaded loaded;
	struct inspect_error *error = load(bpf->kernel, &link_view, address, &link, &loaded);

	if (error)
		return error;
	inspect_cell_u64(record, INSPECT_LINK_ID, id ? id : link.id);
	/* A link is in the idr before it is settled, with id 0: bpf_link_prime() in kernel/bpf/syscall.c. */
	if (id && has(&link, id) && link.id && link.id != id)
		inspect_cell_suspect(record, INSPECT_LINK_ID, address, "link->id is another one");
	inspect_cell_address(kernel, INSPECT_LINK_KERNEL_ADDRESS, address);
	if (cell_ready(&loaded, kernel, INSPECT_LINK_KERNEL_OPS, offsetof(struct link_fields, ops)))
		cell_symbol(bpf->kernel, kernel, INSPECT_LINK_KERNEL_OPS, link.ops);
	if (cell_ready(&loaded, record, INSPECT_LINK_TYPE, offsetof(struct link_fields, type)))
		cell_uapi_enum(bpf->kernel, record, INSPECT_LINK_TYPE, &bpf_link_types, "bpf_link_type",
			       (int64_t)link.type);
	error = fill_prog(bpf, &loaded, &link, record);
	if (!error && has(&link, type) && link.type == LINK_TYPE_TRACING)
		error = without_layout(bpf, record, INSPECT_LINK_TARGET_OBJ_ID,
				       fill_tracing(bpf, &loaded, flags, record));
	if (!error && has(&link, type) && link.type == LINK_TYPE_XDP)
		error = without_layout(bpf, record, INSPECT_LINK_IFINDEX, fill_xdp(bpf, address, flags, record));
	return error;
}
