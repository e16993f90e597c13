/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/btf_name.h"

#include <string.h>

#include "base/error.h"

struct btf_fields {
	struct view_state state;
	uint64_t types;
	uint64_t strings;
	uint64_t str_len;
	uint64_t nr_types;
	uint64_t base_btf;
	uint64_t start_id;
	uint64_t start_str_off;
};

static const struct view_variant btf_variants[] = { { "struct btf", NULL } };
static const struct view_field btf_fields[] = {
	VIEW_NEED(btf_fields, types, "types"),
	VIEW_NEED(btf_fields, strings, "strings"),
	VIEW_NEED(btf_fields, str_len, "hdr.str_len"),
	VIEW_NEED(btf_fields, nr_types, "nr_types"),
	VIEW_MAY(btf_fields, base_btf, "base_btf"), /* 5.11, 951bb64621b8 */
	VIEW_MAY(btf_fields, start_id, "start_id"),
	VIEW_MAY(btf_fields, start_str_off, "start_str_off"),
};
VIEW(btf_view, btf_fields, btf_variants, btf_fields);

static struct inspect_error *name_fault(struct name *name, enum inspect_fault fault, uint64_t address)
{
	name->fault = fault;
	name->address = address;
	return NULL;
}

static struct inspect_error *name_damage(struct name *name, const char *damage, uint64_t address)
{
	name->damage = damage;
	name->address = address;
	return NULL;
}

void name_read(struct kernel *kernel, uint64_t address, struct name *name)
{
	memset(name, 0, sizeof(*name));
	name->fault = memory_read_string(&kernel->memory, address, name->bytes, sizeof(name->bytes), NULL);
	name->address = address;
}

void cell_name(struct inspect_record *record, unsigned int column, const struct name *name)
{
	if (name->fault)
		inspect_cell_fault(record, column, name->fault, name->address);
	else if (name->damage)
		inspect_cell_damaged(record, column, name->address, name->damage);
	else if (name->bytes[0])
		inspect_cell_cstring(record, column, name->bytes);
}

/* Reads the struct btf at @address; where it cannot be read whole, @name says why. */
static struct inspect_error *read_btf(struct kernel *kernel, uint64_t address, struct btf_fields *btf,
				      struct name *name)
{
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, &btf_view, &plan);

	if (error || view_read(plan, &kernel->memory, address, btf))
		return error;
	name->fault = view_first_fault(plan, &kernel->memory, address, btf, &name->address);
	if (!name->fault)
		name->damage = "changed while it was read";
	return NULL;
}

/* The string at @offset, which stands at @where. */
static struct inspect_error *read_string(struct kernel *kernel, struct btf_fields *btf, uint64_t offset, uint64_t where,
					 struct name *name)
{
	struct inspect_error *error;

	if (offset < btf->start_str_off && btf->base_btf) {
		error = read_btf(kernel, btf->base_btf, btf, name);
		if (error || name->fault || name->damage)
			return error;
	}
	if (offset < btf->start_str_off || offset - btf->start_str_off >= btf->str_len)
		return name_damage(name, "name outside of the BTF's strings", where);
	name_read(kernel, btf->strings + (offset - btf->start_str_off), name);
	return NULL;
}

struct inspect_error *btf_name(struct kernel *kernel, uint64_t btf_address, uint64_t id, struct name *name)
{
	struct btf_fields btf;
	struct inspect_error *error;
	uint64_t type, offset;
	enum inspect_fault fault;

	memset(name, 0, sizeof(*name));
	error = read_btf(kernel, btf_address, &btf, name);
	if (error || name->fault || name->damage)
		return error;
	/* A split BTF numbers its types and counts its strings on from its base. */
	if (id < btf.start_id && btf.base_btf) {
		error = read_btf(kernel, btf.base_btf, &btf, name);
		if (error || name->fault || name->damage)
			return error;
	}
	/* nr_types counts void since there is a start_id, 5.11 (951bb64621b8). */
	if (id < btf.start_id || id - btf.start_id >= btf.nr_types + !has(&btf, start_id))
		return name_damage(name, "BTF has no type of that number", btf_address);
	fault = memory_read_u64(&kernel->memory, btf.types + 8 * (id - btf.start_id), 8, &type);
	if (fault)
		return name_fault(name, fault, btf.types + 8 * (id - btf.start_id));
	fault = memory_read_u64(&kernel->memory, type, 4, &offset); /* name_off, the first word of a struct btf_type */
	if (fault)
		return name_fault(name, fault, type);
	return read_string(kernel, &btf, offset, type, name);
}

struct inspect_error *btf_string(struct kernel *kernel, uint64_t btf_address, uint64_t offset, struct name *name)
{
	struct btf_fields btf;
	struct inspect_error *error;

	memset(name, 0, sizeof(*name));
	error = read_btf(kernel, btf_address, &btf, name);
	if (error || name->fault || name->damage)
		return error;
	return read_string(kernel, &btf, offset, btf_address, name);
}
