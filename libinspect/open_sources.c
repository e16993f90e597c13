/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sources of symbols and types: the user's files, proved to be of this kernel; kallsyms; the symbols of a running
 * kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/ksym.h"
#include "kernel/dynamic_symbols.h"
#include "kernel/modules.h"
#include "kernel/roots.h"
#include "open_debug.h"

void open_source_deinit(struct source *source)
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
struct inspect_error *open_adopt(struct kernel *kernel, struct source *source)
{
	struct inspect_error *error = NULL;

	if (source->symbols)
		error = symbols_add(&kernel->symbols, source->symbols);
	source->symbols = NULL;
	if (!error)
		error = adopt_scope(&kernel->scopes, &source->scope);
	return error ? error : adopt_scope(&kernel->debug_scopes, &source->debug_scope);
}

void open_choose_scopes(struct source *source, enum inspect_types types)
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

struct inspect_error *open_source(const struct source_input *input, struct source *source)
{
	for (size_t i = 0; source_table[i]; i++) {
		if (source_table[i]->probe(input))
			return source_table[i]->open(input, source);
	}
	return error_create(INSPECT_ERROR_FORMAT, "%s: no ELF file, BTF or System.map", input->name);
}

bool open_build_id(const struct inspect *inspect, struct build_id *build_id_ret)
{
	size_t length;
	const char *text = vmcoreinfo_get(&inspect->kernel.vmcoreinfo, "BUILD-ID", &length);

	return text && build_id_parse(text, length, build_id_ret);
}

/* A file that belongs to another kernel gives wrong answers that look right. */
static struct inspect_error *check_build_id(struct inspect *inspect, const char *path, const struct source *source,
					    bool force)
{
	struct arena *arena = &inspect->kernel.arena;
	char file[2 * BUILD_ID_MAX + 1], dump[2 * BUILD_ID_MAX + 1];
	struct build_id build_id;

	if (!source->build_id.size || !open_build_id(inspect, &build_id)) {
		open_note(inspect, arena_printf(arena, "%s has no build-id to compare with the dump's", path));
		inspect->facts.types_unproved |= (source->scope || source->debug_scope) && !force;
		return NULL;
	}
	if (build_id_equal(&source->build_id, &build_id))
		return NULL;
	build_id_format(&source->build_id, file);
	build_id_format(&build_id, dump);
	if (!force)
		return error_create(INSPECT_ERROR_MISMATCH,
				    "%s is of another kernel: its build-id is %s, the dump's %s (--force takes it all the same)",
				    path, file, dump);
	open_note(inspect, arena_printf(arena, "%s is of another kernel (build-id %s, the dump's %s): --force", path, file,
					dump));
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

struct source_input open_input(const struct inspect *inspect, const char *name)
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

/*
 * Opens @input, and where it has no DWARF but says in which file that is, takes it from there; what was stripped of
 * everything else is no error then.
 */
static struct inspect_error *open_with_link(struct inspect *inspect, const struct source_input *input,
					    struct source *source)
{
	_cleanup_(open_source_deinit) struct source linked = { 0 };
	_cleanup_(debug_file_close) struct debug_file file = { .fd = -1 };
	_cleanup_(error_cleanup) struct inspect_error *first = open_source(input, source);
	struct source_identity identity = { 0 };
	struct source_input link = *input;
	struct inspect_error *error;

	if (!source->debug_scope && source_identify(input->fd, &identity)) {
		error = open_debug_link(inspect, input->name, &identity, &file);
		if (error)
			return error;
	}
	if (file.fd < 0) {
		error = first;
		first = NULL;
		return *identity.debuglink ? error_context(error, "%s, which %s speaks of, is not there or was changed",
							   identity.debuglink, input->name) : error;
	}
	link.fd = file.fd;
	link.name = file.path;
	link.only_debug = true;
	error = open_source(&link, &linked);
	if (error)
		return error;
	source->debug_scope = linked.debug_scope;
	linked.debug_scope = NULL;
	if (!source->build_id.size)
		source->build_id = identity.build_id;
	return NULL;
}

/* A module's file waits until its module is asked for: see open_modules.c. */
static struct inspect_error *keep_named(struct inspect *inspect, const char *path, const struct source_identity *identity)
{
	struct debug_named named = { arena_strdup(&inspect->kernel.arena, path), identity->build_id };

	return named.path && vec_push(&inspect->debug.named, named) ? NULL : &error_nomem;
}

struct inspect_error *open_symbol_file(struct inspect *inspect, const char *path, enum inspect_types types, bool force)
{
	struct source_input input = open_input(inspect, path);
	_cleanup_(open_source_deinit) struct source source = { 0 };
	struct open_facts *facts = &inspect->facts;
	struct arena *arena = &inspect->kernel.arena;
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct source_identity identity;
	struct inspect_error *error;
	struct stat file;

	if (fd < 0 || fstat(fd, &file))
		return error_os(errno, "open %s", path);
	if (S_ISDIR(file.st_mode)) /* searched where something is looked for: open_debug_roots() */
		return NULL;
	input.fd = fd;
	if (inspect->target.ops && source_identify(fd, &identity) && identity.is_object)
		return keep_named(inspect, path, &identity);
	error = open_with_link(inspect, &input, &source);
	if (!error)
		error = check_build_id(inspect, path, &source, force);
	if (!error)
		error = check_stext(inspect, path, source.symbols, force);
	if (error)
		return error;
	open_choose_scopes(&source, types);
	if (source.symbols && !facts->symbols)
		facts->symbols = arena_printf(arena, "%s %s", source.symbols->ops->name, path);
	if (source.scope && !facts->types)
		facts->types = arena_printf(arena, "%s %s", source.scope->ops->name, path);
	return open_adopt(&inspect->kernel, &source);
}

/* The tables of kallsyms in the dump. Without them, and without a file, nothing can be found. */
static struct inspect_error *open_kallsyms(struct inspect *inspect)
{
	struct source_input input = open_input(inspect, "kallsyms");
	_cleanup_(open_source_deinit) struct source source = { 0 };
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
	return open_adopt(&inspect->kernel, &source);
}

struct inspect_error *open_symbols(struct inspect *inspect, const struct inspect_options *options)
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
	struct inspect_error *error = open_debug_roots(inspect, options);

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
