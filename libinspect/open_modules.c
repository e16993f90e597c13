/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DWARF of modules: looked for, opened and relocated one by one when it is first asked for. A kernel has some
 * hundred modules loaded and the files of thousands lie on the disk; a question is about one. So their descriptors
 * cannot be opened beforehand: which modules there are is only known once types are.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/build_id.h"
#include "kernel/module_image.h"
#include "open_debug.h"

struct open_modules {
	struct module_images images;
	bool *tried;           /* one an image: its file was looked for */
	struct scope **scopes; /* one an image: its DWARF, borrowed from the kernel's lists */
	struct debug_tree tree;
	bool has_tree;
};

static struct inspect *inspect_of(struct kernel *kernel)
{
	return (struct inspect *)((char *)kernel - offsetof(struct inspect, kernel));
}

void open_modules_destroy(struct open_modules *modules)
{
	if (!modules)
		return;
	module_images_deinit(&modules->images);
	debug_tree_deinit(&modules->tree);
	free(modules->tried);
	free(modules->scopes);
	free(modules);
}

/* The modules of the dump, read on the first call. */
static struct inspect_error *list_modules(struct inspect *inspect, struct open_modules **modules_ret)
{
	struct open_modules *modules = inspect->debug.modules;
	struct inspect_error *error = NULL;

	if (!modules) {
		modules = calloc(1, sizeof(*modules));
		if (!modules)
			return &error_nomem;
		inspect->debug.modules = modules;
		error = module_images_read(&inspect->kernel, &inspect->kernel.arena, &modules->images);
		modules->tried = calloc(modules->images.count + 1, sizeof(*modules->tried));
		modules->scopes = calloc(modules->images.count + 1, sizeof(*modules->scopes));
		if (!error && (!modules->tried || !modules->scopes))
			error = &error_nomem;
		if (error)
			modules->images.count = 0;
	}
	*modules_ret = modules;
	return error;
}

/* The files that the user named. */
static struct inspect_error *find_named(struct inspect *inspect, const struct module_image *image,
					struct debug_file *file)
{
	const struct debug_files *debug = &inspect->debug;
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < debug->named.count && !error && file->fd < 0; i++) {
		if (build_id_equal(&debug->named.items[i].build_id, &image->build_id))
			error = open_debug_file(inspect, debug->named.items[i].path, &image->build_id, file);
	}
	return error;
}

static struct inspect_error *find_by_build_id(struct inspect *inspect, const struct module_image *image,
					      struct debug_file *file)
{
	const struct debug_files *debug = &inspect->debug;
	const struct debug_path_query query = { debug->roots.items, debug->roots.count, image->build_id, NULL, true };

	return open_debug_find(inspect, &query, file);
}

static struct inspect_error *walk_trees(struct inspect *inspect, struct debug_tree *tree)
{
	const struct debug_files *debug = &inspect->debug;
	struct strbuf folder = { 0 };
	bool ok = true;

	for (size_t index = 0; ok && debug_path_tree(debug->roots.items, debug->roots.count, debug->release, &index, &folder);)
		ok = debug_tree_add(tree, folder.bytes);
	ok = ok && !folder.failed;
	strbuf_deinit(&folder);
	return ok ? NULL : &error_nomem;
}

static struct inspect_error *find_in_trees(struct inspect *inspect, const struct module_image *image,
					   struct debug_file *file)
{
	struct open_modules *modules = inspect->debug.modules;
	struct inspect_error *error = NULL;
	const char *path;

	if (!modules->has_tree) {
		modules->has_tree = true;
		error = walk_trees(inspect, &modules->tree);
	}
	for (size_t cursor = 0; !error && file->fd < 0 && (path = debug_tree_next(&modules->tree, image->name, &cursor));)
		error = open_debug_file(inspect, path, &image->build_id, file);
	return error;
}

static struct inspect_error *find_file(struct inspect *inspect, const struct module_image *image, struct debug_file *file)
{
	struct inspect_error *error;

	if (!image->build_id.size)
		return NULL;
	error = find_named(inspect, image, file);
	if (!error && file->fd < 0)
		error = find_by_build_id(inspect, image, file);
	if (!error && file->fd < 0)
		error = find_in_trees(inspect, image, file);
	if (!error && file->fd < 0)
		error = open_debug_download(inspect, &image->build_id, file);
	return error;
}

static struct inspect_error *open_file(struct inspect *inspect, struct module_image *image, const struct debug_file *file,
				       struct scope **scope_ret)
{
	struct kernel *kernel = &inspect->kernel;
	struct source_input input = open_input(inspect, image->name);
	struct inspect_error *error = module_image_sections(kernel, &kernel->arena, image);
	struct source source = { 0 };

	if (error)
		return error;
	input.fd = file->fd;
	input.only_debug = true;
	input.offset = 0;
	input.sections = image->sections.items;
	input.section_count = image->sections.count;
	input.base = inspect->debug.vmlinux;
	error = open_source(&input, &source);
	if (!error) {
		*scope_ret = source.debug_scope;
		if (*scope_ret)
			(*scope_ret)->module = image->name;
		open_choose_scopes(&source, kernel_has_dwarf_only(kernel) ? INSPECT_TYPES_DWARF : INSPECT_TYPES_AUTO);
		error = open_adopt(kernel, &source);
	}
	open_source_deinit(&source);
	return error_context(error, "%s", file->path);
}

/* The DWARF of the module number @index; NULL: there is none. */
static struct scope *open_module(struct inspect *inspect, struct open_modules *modules, size_t index)
{
	struct module_image *image = &modules->images.items[index];
	struct debug_file file = { .fd = -1 };
	struct scope *scope = NULL;
	struct inspect_error *error;

	if (modules->tried[index])
		return modules->scopes[index];
	modules->tried[index] = true;
	error = find_file(inspect, image, &file);
	if (!error && file.fd >= 0)
		error = open_file(inspect, image, &file, &scope);
	debug_file_close(&file);
	if (!error)
		modules->scopes[index] = scope;
	kernel_problem(&inspect->kernel, error_context(error, "DWARF of module %s", image->name));
	return modules->scopes[index];
}

struct scope *open_module_debug(struct kernel *kernel, const char *name)
{
	struct inspect *inspect = inspect_of(kernel);
	struct open_modules *modules;
	struct inspect_error *error = list_modules(inspect, &modules);

	if (error) {
		kernel_problem(kernel, error_context(error, "DWARF of modules"));
		return NULL;
	}
	for (size_t i = 0; i < modules->images.count; i++) {
		struct scope *scope = !name || !strcmp(modules->images.items[i].name, name) ?
					      open_module(inspect, modules, i) : NULL;

		if (name && scope)
			return scope;
	}
	return NULL;
}

void open_modules_dwarf(struct kernel *kernel)
{
	open_module_debug(kernel, NULL);
}

static bool is_loaded(const struct open_modules *modules, const struct build_id *build_id)
{
	for (size_t i = 0; i < modules->images.count; i++) {
		if (build_id_equal(&modules->images.items[i].build_id, build_id))
			return true;
	}
	return false;
}

struct inspect_error *open_check_named(struct inspect *inspect)
{
	const struct debug_files *debug = &inspect->debug;
	struct open_modules *modules;
	struct inspect_error *error;

	if (!debug->named.count)
		return NULL;
	error = list_modules(inspect, &modules);
	for (size_t i = 0; i < debug->named.count && !error; i++) {
		char text[2 * BUILD_ID_MAX + 1];

		if (is_loaded(modules, &debug->named.items[i].build_id))
			continue;
		build_id_format(&debug->named.items[i].build_id, text);
		error = error_create(INSPECT_ERROR_MISMATCH, "%s is of no module that this kernel has loaded: its build-id is %s",
				     debug->named.items[i].path, *text ? text : "not known");
	}
	return error;
}
