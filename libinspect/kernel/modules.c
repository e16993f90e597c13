/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/modules.h"

#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/dynamic_symbols.h"
#include "kernel/roots.h"

struct module_fields {
	struct view_state state;
	uint64_t module_state;
	char name[64];
	uint64_t symtab;
	uint64_t num_symtab;
	uint64_t strtab;
	uint64_t typetab;
	uint64_t syms;
	uint64_t num_syms;
};

static const struct view_variant module_variants[] = { { "struct module", "list" } };
static const struct view_field module_fields[] = {
	VIEW_NEED(module_fields, module_state, "state"),
	VIEW_MAY_STRING(module_fields, name, "name"),
	VIEW_NEED(module_fields, symtab, "kallsyms->symtab"),
	VIEW_NEED(module_fields, num_symtab, "kallsyms->num_symtab"),
	VIEW_NEED(module_fields, strtab, "kallsyms->strtab"),
	VIEW_NEED(module_fields, typetab, "kallsyms->typetab"), /* 5.2, 1c7651f43777 */
	VIEW_MAY(module_fields, syms, "syms"),
	VIEW_MAY(module_fields, num_syms, "num_syms"),
};
VIEW(module_view, module_fields, module_variants, module_fields);

#define MODULE_STATE_UNFORMED 3
#define MODULE_SYMBOLS_MAX (1 << 20)
#define MODULE_EXPORTS_MAX (1 << 16)
#define MODULE_NAME_MAX 512

/* struct kernel_symbol: two or three relative 32-bit offsets, or pointers where the architecture lacks PREL32. */
struct kernel_symbol_fields {
	struct view_state state;
	uint64_t value_offset;
	uint64_t value;
};

static const struct view_variant kernel_symbol_variants[] = { { "struct kernel_symbol", NULL } };
static const struct view_field kernel_symbol_fields[] = {
	VIEW_FIELD_(kernel_symbol_fields, value_offset, VIEW_SIGNED, false, "value_offset"), /* 4.19, 7290d5809571 */
	VIEW_MAY(kernel_symbol_fields, value, "value"),
};
VIEW(kernel_symbol_view, kernel_symbol_fields, kernel_symbol_variants, kernel_symbol_fields);

/* Adds the addresses of @count exported symbols at @syms to the set. */
static struct inspect_error *collect_exports(struct kernel *kernel, uint64_t syms, uint64_t count, struct hash *exports)
{
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, &kernel_symbol_view, &plan);

	for (uint64_t i = 0; i < count && i < MODULE_EXPORTS_MAX && !error; i++) {
		struct kernel_symbol_fields symbol;
		uint64_t address = syms + i * plan->type_size;

		if (!view_read(plan, &kernel->memory, address, &symbol))
			return NULL; /* letters of this module stay small */
		if (has(&symbol, value_offset))
			symbol.value = address + symbol.value_offset; /* value_offset is its first member */
		if (!hash_set(exports, symbol.value, 0))
			error = &error_nomem;
	}
	return error;
}

static struct inspect_error *module_error(const struct module_fields *module, enum inspect_fault fault,
					  uint64_t address)
{
	return error_context(memory_error(fault, address), "symbols of module %s", module->name);
}

/*
 * An exported symbol has a capital letter: s_show() in kernel/kallsyms.c. is_exported() never looked at gpl_syms, which
 * were a table of their own before 7.x.
 */
static struct inspect_error *add_symbols(struct kernel *kernel, const struct module_fields *module,
					 const Elf64_Sym *symtab, const char *letters, const struct hash *exports,
					 struct symbol_array *array)
{
	for (uint64_t i = 0; i < module->num_symtab; i++) {
		uint64_t address = module->strtab + le32toh(symtab[i].st_name);
		char name[MODULE_NAME_MAX];
		struct symbol symbol = { .name = name, .module = module->name };
		enum inspect_fault fault = memory_read_string(&kernel->memory, address, name, sizeof(name), NULL);

		if (fault)
			return module_error(module, fault, address);
		if (!*name)
			continue;
		symbol.address = le64toh(symtab[i].st_value);
		symbol.size = le64toh(symtab[i].st_size);
		symbol.letter = (char)tolower((unsigned char)letters[i]);
		if (hash_get(exports, symbol.address, NULL))
			symbol.letter = (char)toupper((unsigned char)letters[i]);
		if (!symbol_array_add(array, &symbol))
			return &error_nomem;
	}
	return NULL;
}

static struct inspect_error *module_read_symbols(struct kernel *kernel, const struct module_fields *module,
						 struct symbol_array *array)
{
	size_t count = module->num_symtab;
	_cleanup_free_ Elf64_Sym *symtab = NULL;
	_cleanup_free_ char *letters = NULL;
	_cleanup_(hash_deinit) struct hash exports = { 0 };
	struct inspect_error *error;
	enum inspect_fault fault;
	uint64_t stopped;

	if (count > MODULE_SYMBOLS_MAX)
		return error_create(INSPECT_ERROR_FORMAT, "module %s has %zu symbols", module->name, count);
	symtab = malloc((count + 1) * sizeof(*symtab));
	letters = malloc(count + 1);
	if (!symtab || !letters)
		return &error_nomem;
	fault = memory_read(&kernel->memory, module->symtab, symtab, count * sizeof(*symtab), &stopped);
	if (!fault)
		fault = memory_read(&kernel->memory, module->typetab, letters, count, &stopped);
	if (fault)
		return module_error(module, fault, stopped);
	error = collect_exports(kernel, module->syms, module->num_syms, &exports);
	return error ? error : add_symbols(kernel, module, symtab, letters, &exports, array);
}

static struct inspect_error *add_module(struct kernel *kernel, uint64_t node, struct symbol_array *array)
{
	struct module_fields module;
	struct inspect_error *error = kernel_read(kernel, &module_view, node, &module);

	if (error || module.module_state == MODULE_STATE_UNFORMED)
		return error;
	if (faulted(&module, module_state) || faulted(&module, symtab) || faulted(&module, num_symtab) ||
	    faulted(&module, strtab) || faulted(&module, typetab))
		return error_at(INSPECT_ERROR_FAULT, node, "module at 0x%llx not readable", (unsigned long long)node);
	if (!module.symtab)
		return NULL;
	return module_read_symbols(kernel, &module, array);
}

struct inspect_error *modules_symbols(struct kernel *kernel, struct symbol_array *array)
{
	uint64_t head;
	struct inspect_error *error = kernel_root(kernel, ROOT_MODULES, &head, NULL);

	return error ? error : dynamic_symbols_list(kernel, head, array, add_module);
}

struct ftrace_ops_fields {
	struct view_state state;
	uint64_t trampoline;
	uint64_t size;
};

static const struct view_variant ftrace_ops_variants[] = { { "struct ftrace_ops", "list" } };
static const struct view_field ftrace_ops_fields[] = {
	VIEW_NEED(ftrace_ops_fields, trampoline, "trampoline"),
	VIEW_NEED(ftrace_ops_fields, size, "trampoline_size"),
};
VIEW(ftrace_ops_view, ftrace_ops_fields, ftrace_ops_variants, ftrace_ops_fields);

static struct inspect_error *add_image(struct symbol_array *array, const char *name, const char *module,
				       uint64_t address, uint64_t size)
{
	struct symbol symbol = { .name = name, .module = module, .address = address, .size = size, .letter = 't' };

	return symbol_array_add(array, &symbol) ? NULL : &error_nomem;
}

static struct inspect_error *add_ftrace(struct kernel *kernel, uint64_t node, struct symbol_array *array)
{
	struct ftrace_ops_fields ops;
	struct inspect_error *error = kernel_read(kernel, &ftrace_ops_view, node, &ops);

	if (error || ops.state.fault)
		return error;
	return add_image(array, "ftrace_trampoline", "__builtin__ftrace", ops.trampoline, ops.size);
}

struct inspect_error *ftrace_symbols(struct kernel *kernel, struct symbol_array *array)
{
	uint64_t head;
	struct inspect_error *error = kernel_root(kernel, ROOT_FTRACE_TRAMPOLINES, &head, NULL); /* 5.9, fc0ea795f53c */

	if (error && inspect_error_code(error) == INSPECT_ERROR_LOOKUP) {
		inspect_error_destroy(error);
		return NULL;
	}
	return error ? error : dynamic_symbols_list(kernel, head, array, add_ftrace);
}

struct kprobe_cache_fields {
	struct view_state state;
	uint64_t pages;
};

static const struct view_variant kprobe_cache_variants[] = { { "struct kprobe_insn_cache", NULL } };
static const struct view_field kprobe_cache_fields[] = {
	VIEW_NEED(kprobe_cache_fields, pages, "&pages"),
};
VIEW(kprobe_cache_view, kprobe_cache_fields, kprobe_cache_variants, kprobe_cache_fields);

struct kprobe_page_fields {
	struct view_state state;
	uint64_t insns;
};

static const struct view_variant kprobe_page_variants[] = { { "struct kprobe_insn_page", "list" } };
static const struct view_field kprobe_page_fields[] = {
	VIEW_NEED(kprobe_page_fields, insns, "insns"),
};
VIEW(kprobe_page_view, kprobe_page_fields, kprobe_page_variants, kprobe_page_fields);

static struct inspect_error *add_kprobe_page(struct kernel *kernel, uint64_t node, struct symbol_array *array)
{
	struct kprobe_page_fields page;
	struct inspect_error *error = kernel_read(kernel, &kprobe_page_view, node, &page);

	if (error || page.state.fault)
		return error;
	return add_image(array, "kprobe_insn_page", "__builtin__kprobes", page.insns, kernel->page_size);
}

struct inspect_error *kprobe_symbols(struct kernel *kernel, struct symbol_array *array)
{
	struct kprobe_cache_fields cache;
	uint64_t address;
	struct inspect_error *error = kernel_root(kernel, ROOT_KPROBE_PAGES, &address, NULL); /* 5.9, d002b8bc6dbc */

	if (error && inspect_error_code(error) == INSPECT_ERROR_LOOKUP) {
		inspect_error_destroy(error);
		return NULL;
	}
	if (!error)
		error = kernel_read(kernel, &kprobe_cache_view, address, &cache);
	return error || !cache.pages ? error : dynamic_symbols_list(kernel, cache.pages, array, add_kprobe_page);
}
