/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/fill.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

struct inspect_error *load(struct kernel *kernel, const struct view *view, uint64_t address, void *out,
			   struct loaded *loaded)
{
	struct inspect_error *error;

	*loaded = (struct loaded){ .kernel = kernel, .address = address, .state = out };
	error = kernel_view(kernel, view, &loaded->plan);
	if (!error)
		view_read(loaded->plan, &kernel->memory, address, out);
	return error;
}

void loaded_distrust(struct loaded *loaded, const char *prefix, uint64_t address, const char *why)
{
	const struct view *view = loaded->plan->view;

	for (size_t i = 0; i < view->field_count; i++) {
		const char *path = loaded->plan->slots[i].path;

		if (path && !strncmp(path + (*path == '&'), prefix, strlen(prefix)))
			loaded->damaged |= VIEW_BIT(view->fields[i].offset);
	}
	loaded->damage = why;
	loaded->damage_address = address;
}

bool loaded_usable(const struct loaded *loaded, size_t offset)
{
	return !((loaded->damaged | loaded->state->fault | loaded->state->absent) & VIEW_BIT(offset));
}

bool cell_ready(const struct loaded *loaded, struct inspect_record *record, unsigned int column, size_t offset)
{
	uint64_t bit = VIEW_BIT(offset), address;
	enum inspect_fault fault;

	if (loaded->damaged & bit) {
		inspect_cell_damaged(record, column, loaded->damage_address, loaded->damage);
		return false;
	}
	if (loaded->state->fault & bit) {
		fault = view_fault(loaded->plan, &loaded->kernel->memory, loaded->address, offset, &address);
		if (fault)
			inspect_cell_fault(record, column, fault, address);
		else
			inspect_cell_damaged(record, column, address, "changed while it was read");
		return false;
	}
	if (loaded->state->absent & bit) {
		inspect_cell_absent(record, column);
		return false;
	}
	return true;
}

static void fill_cell(const struct loaded *loaded, struct inspect_record *record, const struct fill *fill)
{
	const char *field = (const char *)loaded->state + fill->offset;
	uint64_t value;

	if (!cell_ready(loaded, record, fill->column, fill->offset))
		return;
	if (fill->kind == FILL_STRING) {
		if (*field)
			inspect_cell_cstring(record, fill->column, field);
		return;
	}
	memcpy(&value, field, sizeof(value));
	switch (fill->kind) {
	case FILL_BOOL:
		inspect_cell_bool(record, fill->column, value);
		break;
	case FILL_ADDRESS:
		inspect_cell_address(record, fill->column, value);
		break;
	case FILL_INSNS:
		inspect_cell_u64(record, fill->column, value * 8);
		break;
	case FILL_U64_NOT_0:
		if (!value)
			break;
		/* fallthrough */
	default:
		inspect_cell_u64(record, fill->column, value);
	}
}

void fill_cells(const struct loaded *loaded, struct inspect_record *record, const struct fill *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fill_cell(loaded, record, &table[i]);
}

bool cell_memory(struct kernel *kernel, struct inspect_record *record, unsigned int column, uint64_t address, void *buf,
		 size_t size)
{
	uint64_t stopped;
	enum inspect_fault fault = memory_read(&kernel->memory, address, buf, size, &stopped);

	if (fault)
		inspect_cell_fault(record, column, fault, stopped);
	return !fault;
}

void cell_symbol(struct kernel *kernel, struct inspect_record *record, unsigned int column, uint64_t address)
{
	struct symbol symbol;
	char buf[32];

	if (symbols_lookup(&kernel->symbols, address, &symbol) && symbol.address == address) {
		inspect_cell_cstring(record, column, symbol.name);
		return;
	}
	snprintf(buf, sizeof(buf), "0x%llx", (unsigned long long)address);
	inspect_cell_cstring(record, column, buf);
	if (!address)
		inspect_cell_suspect(record, column, 0, "NULL");
}
