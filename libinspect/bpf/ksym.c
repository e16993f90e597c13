/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/ksym.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "bpf/btf_name.h"
#include "bpf/prog.h"
#include "kernel/dynamic_symbols.h"
#include "kernel/roots.h"

struct ksym_fields {
	struct view_state state;
	uint64_t start;
	uint64_t end;
	uint64_t name;
	uint64_t prog;
	uint8_t tag[8];
};

static const struct view_variant ksym_variants[] = {
	{ "struct bpf_ksym", "lnode" }, /* 5.7, bfea9a8574f3 */
	{ "struct bpf_prog_aux", "ksym_lnode" },
};
static const struct view_field ksym_fields[] = {
	VIEW_NEED(ksym_fields, start, "start", "prog->bpf_func"),
	VIEW_MAY(ksym_fields, end, "end"),
	VIEW_MAY(ksym_fields, name, "&name"),
	VIEW_MAY(ksym_fields, prog, "prog->aux->prog"), /* before 5.7 the name is made when it is asked for */
	VIEW_MAY_BYTES(ksym_fields, tag, "prog->tag"),
};
VIEW(ksym_view, ksym_fields, ksym_variants, ksym_fields);

/* "bpf_prog_<tag>_<name>", the name by BTF or else the one given at load: bpf_get_prog_name() before 5.7. */
static struct inspect_error *made_name(struct kernel *kernel, const struct ksym_fields *ksym, struct name *name)
{
	struct prog_fields prog;
	struct loaded loaded;
	struct name own;
	uint64_t tag;
	struct inspect_error *error = prog_load(kernel, ksym->prog, &prog, &loaded);

	if (!error)
		error = prog_full_name(&loaded, &prog, &own);
	if (error)
		return error;
	name->fault = own.fault;
	name->damage = own.damage;
	memcpy(&tag, ksym->tag, sizeof(tag));
	snprintf(name->bytes, sizeof(name->bytes), "bpf_prog_%016llx%s%.*s",
		 (unsigned long long)be64toh(tag), *own.bytes ? "_" : "", NAME_SIZE - 32, own.bytes);
	return NULL;
}

static struct inspect_error *add_ksym(struct kernel *kernel, uint64_t node, struct symbol_array *array)
{
	struct ksym_fields ksym;
	struct symbol symbol = { .module = "bpf", .letter = 't' };
	struct name name = { 0 };
	struct inspect_error *error = kernel_read(kernel, &ksym_view, node, &ksym);

	if (!error && has(&ksym, prog))
		error = made_name(kernel, &ksym, &name);
	else if (!error && has(&ksym, name))
		name_read(kernel, ksym.name, &name);
	if (error)
		return error;
	if (ksym.state.fault || name.fault || name.damage)
		return error_at(INSPECT_ERROR_FAULT, node, "symbol of a BPF image at 0x%llx not readable",
				(unsigned long long)node);
	symbol.name = name.bytes;
	symbol.address = ksym.start;
	symbol.size = ksym.end > ksym.start ? ksym.end - ksym.start : 0;
	return symbol_array_add(array, &symbol) ? NULL : &error_nomem;
}

struct inspect_error *bpf_symbols(struct kernel *kernel, struct symbol_array *array)
{
	uint64_t head;
	struct inspect_error *error = kernel_root(kernel, ROOT_BPF_KALLSYMS, &head, NULL);

	return error ? error : dynamic_symbols_list(kernel, head, array, add_ksym);
}
