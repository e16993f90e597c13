/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening: the one place that knows all providers. In this order: the files of the dump, the target that takes them,
 * VMCOREINFO, address translation, the user's symbol files, the dump's own symbols, the dump's own types.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <inspect/report.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/btf_object.h"
#include "bpf/ksym.h"
#include "bpf/prog.h"
#include "handle.h"
#include "kernel/dynamic_symbols.h"
#include "kernel/modules.h"
#include "kernel/roots.h"
#include "kernel/scan.h"
#include "kernel/walk.h"

#define DEFAULT_CORE "/proc/kcore"

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void note(struct inspect *inspect, const char *text)
{
	struct open_facts *facts = &inspect->facts;

	if (text && facts->note_count < sizeof(facts->notes) / sizeof(*facts->notes))
		facts->notes[facts->note_count++] = text;
}

/* Files of the dump. */

static struct inspect_error *open_core_error(const char *path, bool is_default, int number)
{
	struct inspect_error *error = error_os(number, "open %s", path);

	if (!is_default)
		return error;
	if (number == EACCES || number == EPERM)
		return error_context(error, "the running kernel can only be inspected by root (and not where it is locked "
					    "down); a dump can be opened with -c FILE");
	return error_context(error, "the running kernel offers no memory to look at; open a dump with -c FILE");
}

static struct inspect_error *open_core(struct inspect *inspect, const char *path, bool is_default)
{
	struct target_file file = { .path = arena_strdup(&inspect->kernel.arena, path) };

	if (!file.path)
		return &error_nomem;
	file.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file.fd < 0)
		return open_core_error(path, is_default, errno);
	if (!vec_push(&inspect->cores, file)) {
		close(file.fd);
		return &error_nomem;
	}
	return NULL;
}

static struct inspect_error *open_cores(struct inspect *inspect, const struct inspect_options *options)
{
	struct inspect_error *error = NULL;

	if (!options->core_count)
		return open_core(inspect, DEFAULT_CORE, true);
	for (size_t i = 0; i < options->core_count && !error; i++)
		error = open_core(inspect, options->core_paths[i], false);
	return error;
}

static struct inspect_error *open_target(struct inspect *inspect)
{
	const struct target_file *files = inspect->cores.items;
	struct target *target = &inspect->target;
	struct kernel *kernel = &inspect->kernel;
	struct inspect_error *error;
	size_t i;

	for (i = 0; target_table[i] && !target_table[i]->probe(files); i++)
		continue;
	if (!target_table[i])
		return target_unrecognised(files);
	error = target_table[i]->open(target, files, inspect->cores.count, &kernel->memory);
	if (error)
		return error;
	target->ops = target_table[i];
	kernel->live = target->facts.live;
	note(inspect, target->facts.note);
	return memory_ready(&kernel->memory);
}

/* VMCOREINFO and what it leads to. */

static struct inspect_error *open_vmcoreinfo(struct inspect *inspect)
{
	const struct target_facts *facts = &inspect->target.facts;
	struct kernel *kernel = &inspect->kernel;
	struct inspect_error *error;
	uint64_t physical;

	if (facts->vmcoreinfo) {
		inspect->facts.vmcoreinfo = "note of the dump";
		return vmcoreinfo_init(&kernel->vmcoreinfo, facts->vmcoreinfo, facts->vmcoreinfo_size);
	}
	error = scan_vmcoreinfo(&kernel->memory, facts->machine, &kernel->vmcoreinfo, &physical);
	if (error)
		return error;
	inspect->facts.vmcoreinfo = arena_printf(&kernel->arena, "found in memory at physical address 0x%llx",
						 (unsigned long long)physical);
	note(inspect, "the dump has no VMCOREINFO note; it was searched for in memory");
	return NULL;
}

static struct inspect_error *open_kernel(struct inspect *inspect)
{
	struct kernel *kernel = &inspect->kernel;
	struct inspect_error *error = open_vmcoreinfo(inspect);
	uint64_t page_size;

	if (error)
		return error;
	error = translate_init(&kernel->translate, inspect->target.facts.machine, &kernel->vmcoreinfo, &kernel->memory);
	if (error)
		return inspect->target.facts.machine_name ?
			       error_context(error, "machine %s", inspect->target.facts.machine_name) : error;
	kernel->machine = kernel->translate.machine->machine;
	if (!vmcoreinfo_decimal(&kernel->vmcoreinfo, "PAGESIZE", &page_size) || page_size < 4096 ||
	    page_size > (64 << 10) || (page_size & (page_size - 1)))
		return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO: no sensible PAGESIZE");
	kernel->page_size = (uint32_t)page_size;
	return NULL;
}

/* Sources. */

static void source_deinit(struct source *source)
{
	scope_destroy(source->scope);
	scope_destroy(source->debug_scope);
	if (source->symbols)
		source->symbols->ops->destroy(source->symbols);
	free(source->how);
	memset(source, 0, sizeof(*source));
}

/* Gives *@scope, if there is one, to @scopes. */
static struct inspect_error *adopt_scope(struct scopes *scopes, struct scope **scope)
{
	if (!*scope)
		return NULL;
	if (!vec_push(scopes, *scope))
		return &error_nomem;
	*scope = NULL;
	return NULL;
}

/* Gives what the source has to the kernel; the source is empty afterwards. */
static struct inspect_error *adopt_source(struct kernel *kernel, struct source *source)
{
	struct inspect_error *error = NULL;

	if (source->symbols)
		error = symbols_add(&kernel->symbols, source->symbols);
	source->symbols = NULL;
	if (!error)
		error = adopt_scope(&kernel->scopes, &source->scope);
	return error ? error : adopt_scope(&kernel->debug_scopes, &source->debug_scope);
}

/* Leaves in @source the scopes that the user wants. */
static void choose_scopes(struct source *source, enum inspect_types types)
{
	if (types == INSPECT_TYPES_AUTO)
		return;
	if (types == INSPECT_TYPES_DWARF) {
		scope_destroy(source->scope);
		source->scope = source->debug_scope;
	} else {
		scope_destroy(source->debug_scope);
	}
	source->debug_scope = NULL;
}

static struct inspect_error *open_source(const struct source_input *input, struct source *source)
{
	for (size_t i = 0; source_table[i]; i++) {
		if (source_table[i]->probe(input))
			return source_table[i]->open(input, source);
	}
	return error_create(INSPECT_ERROR_FORMAT, "%s: no ELF file, BTF or System.map", input->name);
}

static char *hex_string(struct arena *arena, const uint8_t *bytes, size_t size)
{
	char *hex = arena_alloc(arena, 2 * size + 1);

	for (size_t i = 0; hex && i < size; i++) {
		hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	if (hex)
		hex[2 * size] = '\0';
	return hex;
}

/* A file that belongs to another kernel gives wrong answers that look right. */
static struct inspect_error *check_build_id(struct inspect *inspect, const char *path, const struct source *source,
					    bool force)
{
	struct arena *arena = &inspect->kernel.arena;
	size_t length;
	const char *dump = vmcoreinfo_get(&inspect->kernel.vmcoreinfo, "BUILD-ID", &length);
	char *file = hex_string(arena, source->build_id, source->build_id_size);

	if (!file)
		return &error_nomem;
	if (!source->build_id_size || !dump) {
		note(inspect, arena_printf(arena, "%s has no build-id to compare with the dump's", path));
		inspect->facts.types_unproved |= (source->scope || source->debug_scope) && !force;
		return NULL;
	}
	if (strlen(file) == length && !strncasecmp(file, dump, length))
		return NULL;
	if (!force)
		return error_create(INSPECT_ERROR_MISMATCH,
				    "%s is of another kernel: its build-id is %s, the dump's %.*s (--force takes it all the same)",
				    path, file, (int)length, dump);
	note(inspect, arena_printf(arena, "%s is of another kernel (build-id %s, the dump's %.*s): --force", path, file,
				   (int)length, dump));
	return NULL;
}

/* A file of symbols that puts _stext elsewhere than VMCOREINFO does is another kernel's. */
static struct inspect_error *check_stext(struct inspect *inspect, const char *path, struct symbol_table *symbols,
					 bool force)
{
	struct symbol symbol;
	uint64_t stext;

	if (force || !symbols || !vmcoreinfo_symbol(&inspect->kernel.vmcoreinfo, "_stext", &stext) ||
	    !symbols->ops->find(symbols, "_stext", &symbol) || symbol.address == stext)
		return NULL;
	return error_create(INSPECT_ERROR_MISMATCH,
			    "%s is of another kernel: it has _stext at 0x%llx, the dump at 0x%llx (--force takes it all the same)",
			    path, (unsigned long long)symbol.address, (unsigned long long)stext);
}

static struct source_input source_input(const struct inspect *inspect, const char *name)
{
	struct source_input input = {
		.fd = -1,
		.name = name,
		.vmcoreinfo = &inspect->kernel.vmcoreinfo,
		.machine = inspect->kernel.machine,
	};

	vmcoreinfo_hex(&inspect->kernel.vmcoreinfo, "KERNELOFFSET", &input.offset);
	return input;
}

static struct inspect_error *open_symbol_file(struct inspect *inspect, const char *path, enum inspect_types types,
					      bool force)
{
	struct source_input input = source_input(inspect, path);
	_cleanup_(source_deinit) struct source source = { 0 };
	struct open_facts *facts = &inspect->facts;
	struct arena *arena = &inspect->kernel.arena;
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct inspect_error *error;

	if (fd < 0)
		return error_os(errno, "open %s", path);
	input.fd = fd;
	error = open_source(&input, &source);
	if (!error)
		error = check_build_id(inspect, path, &source, force);
	if (!error)
		error = check_stext(inspect, path, source.symbols, force);
	if (error)
		return error;
	choose_scopes(&source, types);
	if (source.symbols && !facts->symbols)
		facts->symbols = arena_printf(arena, "%s %s", source.symbols->ops->name, path);
	if (source.scope && !facts->types)
		facts->types = arena_printf(arena, "%s %s", source.scope->ops->name, path);
	return adopt_source(&inspect->kernel, &source);
}

/* The tables of kallsyms in the dump. Without them, and without a file, nothing can be found. */
static struct inspect_error *open_kallsyms(struct inspect *inspect)
{
	struct source_input input = source_input(inspect, "kallsyms");
	_cleanup_(source_deinit) struct source source = { 0 };
	struct open_facts *facts = &inspect->facts;
	struct inspect_error *error;

	input.memory = &inspect->kernel.memory;
	error = open_source(&input, &source);
	if (error && facts->symbols) {
		kernel_problem(&inspect->kernel, error);
		return NULL;
	}
	if (error)
		return error_context(error, "symbols of the dump (-s FILE gives others)");
	if (!facts->symbols)
		facts->symbols = arena_printf(&inspect->kernel.arena, "kallsyms in the dump, %s",
					      source.how ? source.how : "found");
	return adopt_source(&inspect->kernel, &source);
}

static struct inspect_error *open_symbols(struct inspect *inspect, const struct inspect_options *options)
{
	static const struct {
		const char *name;
		dynamic_symbols_fn *collect;
	} dynamic[] = { /* in the order of /proc/kallsyms */
		{ "modules", modules_symbols },
		{ "ftrace", ftrace_symbols },
		{ "BPF", bpf_symbols },
		{ "kprobes", kprobe_symbols },
	};
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < options->symbol_count && !error; i++)
		error = open_symbol_file(inspect, options->symbol_paths[i], options->types, options->force);
	if (!error)
		error = open_kallsyms(inspect);
	if (!error)
		kernel_expect_roots(&inspect->kernel);
	for (size_t i = 0; i < sizeof(dynamic) / sizeof(*dynamic) && !error; i++)
		error = dynamic_symbols_add(&inspect->kernel, dynamic[i].name, dynamic[i].collect);
	return error;
}

/* Types: the BTF of the kernel lies between __start_BTF and __stop_BTF (include/asm-generic/vmlinux.lds.h). */

/* Opens the @size bytes of BTF at @address of the dump and adds the scope. */
static struct inspect_error *open_btf_at(struct inspect *inspect, const char *name, uint64_t address, uint64_t size,
					 struct scope *base)
{
	struct source_input input = source_input(inspect, name);
	_cleanup_(source_deinit) struct source source = { 0 };
	struct inspect_error *error;

	input.memory = &inspect->kernel.memory;
	input.address = address;
	input.size = size;
	input.base = base;
	error = open_source(&input, &source);
	return error ? error : adopt_source(&inspect->kernel, &source);
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
		note(inspect, arena_printf(&kernel->arena, "no program proves that the types of %s are this kernel's",
					   inspect->facts.types));
	return error_context(error, "types of %s", inspect->facts.types);
}

/* Where there is no BTF, DWARF serves for everything; false where there is none either. */
static bool use_debug_scopes(struct inspect *inspect)
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

static struct inspect_error *open_types(struct inspect *inspect, enum inspect_types types)
{
	struct symbols *symbols = &inspect->kernel.symbols;
	uint64_t start = symbols_address(symbols, KERNEL_START_BTF), stop = symbols_address(symbols, KERNEL_STOP_BTF);
	struct inspect_error *error;

	if (!inspect->facts.types && types == INSPECT_TYPES_DWARF)
		return error_create(INSPECT_ERROR_LOOKUP, "no DWARF: -s FILE gives it, the vmlinux of the kernel's debug package");
	if (inspect->facts.types)
		return inspect->facts.types_unproved ? prove_types(inspect) : NULL;
	if ((!start || stop <= start) && use_debug_scopes(inspect))
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

/* kernel->load_modules: each module's split BTF, as a scope upon vmlinux's. */
static void load_modules(struct kernel *kernel)
{
	struct inspect *inspect = (struct inspect *)((char *)kernel - offsetof(struct inspect, kernel));
	struct scope *base = kernel->scopes.count ? kernel->scopes.items[0] : NULL;
	struct btf_objects objects;
	struct btf_object object;

	/* Split BTF builds upon BTF: with the types of vmlinux from DWARF, those of modules are not to be had. */
	if (base && base->ops->variable)
		return;
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

static struct inspect_error *open_all(struct inspect *inspect, const struct inspect_options *options)
{
	struct open_facts *facts = &inspect->facts;
	double start = now_ms(), last = start, now;
	struct inspect_error *error = open_cores(inspect, options);

	if (!error)
		error = open_target(inspect);
	if (!error)
		error = open_kernel(inspect);
	if (error)
		return error;
	now = now_ms();
	facts->target_ms = now - last;
	last = now;
	error = open_symbols(inspect, options);
	if (error)
		return error;
	now = now_ms();
	facts->symbols_ms = now - last;
	last = now;
	error = open_types(inspect, options->types);
	if (error)
		return error;
	now = now_ms();
	facts->types_ms = now - last;
	facts->total_ms = now - start;
	inspect->kernel.load_modules = load_modules;
	return NULL;
}

static struct inspect *inspect_create(void)
{
	struct inspect *inspect = calloc(1, sizeof(*inspect));

	if (!inspect)
		return NULL;
	kernel_init(&inspect->kernel);
	bpf_init(&inspect->bpf, &inspect->kernel);
	return inspect;
}

struct inspect_error *inspect_open(const struct inspect_options *options, struct inspect **inspect_ret)
{
	struct inspect *inspect = inspect_create();
	struct inspect_error *error;

	if (!inspect)
		return &error_nomem;
	error = open_all(inspect, options);
	if (error) {
		inspect_close(inspect);
		return error;
	}
	*inspect_ret = inspect;
	return NULL;
}

struct inspect_error *inspect_open_types(const char *path, struct inspect **inspect_ret)
{
	struct inspect *inspect = inspect_create();
	struct inspect_error *error;

	if (!inspect)
		return &error_nomem;
	error = open_symbol_file(inspect, path, INSPECT_TYPES_AUTO, true);
	if (!error && !inspect->kernel.scopes.count && !use_debug_scopes(inspect))
		error = error_create(INSPECT_ERROR_LOOKUP, "%s: no types in it, neither BTF nor DWARF", path);
	if (error) {
		inspect_close(inspect);
		return error;
	}
	*inspect_ret = inspect;
	return NULL;
}

void inspect_close(struct inspect *inspect)
{
	if (!inspect)
		return;
	bpf_deinit(&inspect->bpf);
	kernel_deinit(&inspect->kernel);
	if (inspect->target.ops)
		inspect->target.ops->close(&inspect->target);
	for (size_t i = 0; i < inspect->cores.count; i++)
		close(inspect->cores.items[i].fd);
	vec_deinit(&inspect->cores);
	free(inspect);
}

void inspect_refresh(struct inspect *inspect)
{
	if (!inspect->kernel.live)
		return;
	bpf_deinit(&inspect->bpf);
	bpf_init(&inspect->bpf, &inspect->kernel);
	dynamic_symbols_forget(&inspect->kernel.symbols);
	translate_flush(&inspect->kernel.translate);
}

const char *inspect_note(const struct inspect *inspect, size_t index)
{
	return index < inspect->facts.note_count ? inspect->facts.notes[index] : NULL;
}

struct inspect_error *inspect_next_problem(struct inspect *inspect)
{
	struct kernel_problems *problems = &inspect->kernel.problems;

	if (problems->told < problems->count)
		return problems->items[problems->told++];
	problems->told = problems->count = 0;
	return NULL;
}

void inspect_set_interrupt(struct inspect *inspect, const volatile sig_atomic_t *flag)
{
	inspect->kernel.interrupt = flag;
}
