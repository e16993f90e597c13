/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening, in this order: the files of the dump, the target that takes them, VMCOREINFO, address translation, the
 * user's symbol files, the dump's own symbols (open_sources.c), the dump's own types (open_types.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <inspect/report.h>

#include "base/error.h"
#include "base/options.h"
#include "handle.h"
#include "kernel/dynamic_symbols.h"
#include "kernel/scan.h"
#include "open_debug.h"

#define DEFAULT_CORE "/proc/kcore"

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void open_note(struct inspect *inspect, const char *text)
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
	kernel->notes = target->facts.notes;
	kernel->notes_size = target->facts.notes_size;
	open_note(inspect, target->facts.note);
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
	open_note(inspect, "the dump has no VMCOREINFO note; it was searched for in memory");
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
	return open_check_named(inspect);
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
	struct inspect_options known;
	struct inspect *inspect = inspect_create();
	struct inspect_error *error;

	if (!inspect)
		return &error_nomem;
	error = options_copy(&known, sizeof(known), options);
	if (!error)
		error = open_all(inspect, &known);
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
	if (!error && !inspect->kernel.scopes.count && !open_use_debug_scopes(inspect))
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
	vec_deinit(&inspect->debug.roots);
	vec_deinit(&inspect->debug.named);
	open_modules_destroy(inspect->debug.modules);
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
