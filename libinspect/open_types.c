/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types: the BTF of the kernel lies between __start_BTF and __stop_BTF (include/asm-generic/vmlinux.lds.h). */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/btf_object.h"
#include "bpf/prog.h"
#include "kernel/roots.h"
#include "kernel/walk.h"
#include "open_debug.h"

/* Opens the @size bytes of BTF at @address of the dump and adds the scope. */
static struct inspect_error *open_btf_at(struct inspect *inspect, const char *name, uint64_t address, uint64_t size,
					 struct scope *base)
{
	struct source_input input = open_input(inspect, name);
	_cleanup_(open_source_deinit) struct source source = { 0 };
	struct inspect_error *error;

	input.memory = &inspect->kernel.memory;
	input.address = address;
	input.size = size;
	input.base = base;
	error = open_source(&input, &source);
	return error ? error : open_adopt(&inspect->kernel, &source);
}

/* Types that nothing proves to be of this kernel are believed if a program's aux leads back to the program. */
static struct inspect_error *prove_types(struct inspect *inspect)
{
	struct kernel *kernel = &inspect->kernel;
	struct inspect_error *error;
	struct prog_fields prog;
	struct walk_item item;
	struct loaded loaded;
	struct walk walk;
	bool proved = false;
	uint64_t idr;

	error = kernel_root(kernel, ROOT_PROG_IDR, &idr, NULL);
	if (error)
		return error;
	walk_idr(&walk, kernel, idr);
	while (!error && !proved && walk_next(&walk, &item)) {
		if (item.problem)
			continue;
		error = prog_load(kernel, item.address, &prog, &loaded);
		if (error || faulted(&prog, back)) /* the page of this one may just be missing */
			continue;
		proved = prog.back == item.address;
		if (!proved)
			error = error_at(INSPECT_ERROR_MISMATCH, item.address,
					 "the types of %s are of another kernel: by them, aux->prog of program %llu is not "
					 "the program (--force takes them all the same)", inspect->facts.types,
					 (unsigned long long)item.index);
	}
	if (error) {
		inspect_error_destroy(walk_finish(&walk));
		return error;
	}
	error = walk_finish(&walk);
	if (!error && !proved)
		open_note(inspect, arena_printf(&kernel->arena, "no program proves that the types of %s are this kernel's",
					   inspect->facts.types));
	return error_context(error, "types of %s", inspect->facts.types);
}

/* Where there is no BTF, DWARF serves for everything; false where there is none either. */
bool open_use_debug_scopes(struct inspect *inspect)
{
	struct kernel *kernel = &inspect->kernel;
	struct scopes debug = kernel->debug_scopes;

	if (!debug.count)
		return false;
	inspect->facts.types = arena_printf(&kernel->arena, "%s %s", debug.items[0]->ops->name, debug.items[0]->name);
	kernel->debug_scopes = kernel->scopes; /* which is empty */
	kernel->scopes = debug;
	return true;
}

/* kernel->load_modules: each module's split BTF, as a scope upon vmlinux's. */
static void load_modules(struct kernel *kernel)
{
	struct inspect *inspect = (struct inspect *)((char *)kernel - offsetof(struct inspect, kernel));
	struct scope *base = kernel->scopes.count ? kernel->scopes.items[0] : NULL;
	struct btf_objects objects;
	struct btf_object object;

	btf_objects_init(&objects, kernel);
	while (base && btf_objects_next(&objects, &object)) {
		char *name;

		if (!object.is_kernel || !object.is_split)
			continue;
		name = arena_strdup(&kernel->arena, object.name);
		kernel_problem(kernel, name ? open_btf_at(inspect, name, object.data, object.data_size, base) : &error_nomem);
	}
	kernel_problem(kernel, error_context(btf_objects_finish(&objects), "types of modules"));
}

static struct inspect_error *no_dwarf(const struct inspect *inspect)
{
	const char *why = inspect->facts.debug;

	return error_create(INSPECT_ERROR_LOOKUP,
			    "no DWARF of this kernel was found%s%s%s: -s FILE or DIR gives it, the vmlinux of the kernel's "
			    "debug package", why ? " (" : "", why ? why : "", why ? ")" : "");
}

/* The types of vmlinux. */
static struct inspect_error *open_image_types(struct inspect *inspect, enum inspect_types types)
{
	struct symbols *symbols = &inspect->kernel.symbols;
	uint64_t start = symbols_address(symbols, KERNEL_START_BTF), stop = symbols_address(symbols, KERNEL_STOP_BTF);
	struct inspect_error *error = open_debug_vmlinux(inspect, types);

	if (error)
		return error;
	if (!inspect->facts.types && types == INSPECT_TYPES_DWARF)
		return no_dwarf(inspect);
	if (inspect->facts.types)
		return inspect->facts.types_unproved ? prove_types(inspect) : NULL;
	if ((!start || stop <= start) && open_use_debug_scopes(inspect))
		return inspect->facts.types_unproved ? prove_types(inspect) : NULL;
	if (!start || stop <= start)
		return error_create(INSPECT_ERROR_LOOKUP, "this kernel has no BTF (CONFIG_DEBUG_INFO_BTF): -s FILE gives its "
							  "types, a vmlinux with BTF or DWARF, or a bare BTF blob");
	error = open_btf_at(inspect, "vmlinux", start, stop - start, NULL);
	if (error)
		return error_context(error, "types of the dump (-s FILE gives others)");
	inspect->facts.types = "BTF in the dump, between __start_BTF and __stop_BTF";
	return NULL;
}

struct inspect_error *open_types(struct inspect *inspect, enum inspect_types types)
{
	struct kernel *kernel = &inspect->kernel;
	struct inspect_error *error = open_image_types(inspect, types);

	if (error)
		return error;
	/* Split BTF builds upon BTF: with the types of vmlinux from DWARF, those of modules are too. */
	kernel->load_modules = kernel_has_dwarf_only(kernel) ? open_modules_dwarf : load_modules;
	inspect->debug.vmlinux = kernel_has_dwarf_only(kernel) ? kernel->scopes.items[0] :
				 kernel->debug_scopes.count ? kernel->debug_scopes.items[0] : NULL;
	if (types != INSPECT_TYPES_BTF)
		kernel->module_debug = open_module_debug;
	return NULL;
}
