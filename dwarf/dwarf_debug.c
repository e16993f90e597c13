/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_debug.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "dwarf_scope.h"

struct inspect_error *dwarf_libdw_error(const char *what)
{
	return error_create(INSPECT_ERROR_FORMAT, "%s: %s", what, dwarf_errmsg(-1));
}

static struct inspect_error *open_dwarf(struct dwarf_scope *scope)
{
	if (scope->object)
		return dwarf_object_load(scope->object, &scope->dwarf);
	scope->dwarf = dwarf_begin_elf(scope->elf, DWARF_C_READ, NULL);
	return scope->dwarf ? NULL : dwarf_libdw_error("libdw");
}

static void close_dwarf(struct dwarf_scope *scope)
{
	if (!scope->object)
		dwarf_end(scope->dwarf);
	scope->dwarf = NULL;
	dwarf_parts_deinit(&scope->parts);
}

static struct inspect_error *load(struct dwarf_scope *scope)
{
	struct inspect_error *error = open_dwarf(scope);

	if (!error)
		error = dwarf_parts_add(&scope->parts, scope->dwarf);
	if (error)
		close_dwarf(scope);
	return error;
}

struct inspect_error *dwarf_scope_load(struct dwarf_scope *scope)
{
	return scope->dwarf ? NULL : error_context(load(scope), "DWARF of %s", scope->scope.name);
}

void dwarf_scope_advise(const struct dwarf_scope *scope, const uint8_t *bytes, size_t size, int advice)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), file = (uintptr_t)scope->file;
	uintptr_t start = (uintptr_t)bytes & -page, end = (uintptr_t)bytes + size;

	/* What was relocated is in memory alone. */
	if (!scope->object && start >= file && end <= file + scope->file_size)
		madvise((void *)start, end - start, advice);
}

static struct inspect_error *build_index(struct dwarf_scope *scope, enum dwarf_interest interest)
{
	const struct dwarf_section *info = &dwarf_scope_sections(scope)->info;
	const struct dwarf_sections **files = calloc(scope->parts.count, sizeof(*files));
	struct inspect_error *error;

	if (!files)
		return &error_nomem;
	for (size_t i = 0; i < scope->parts.count; i++)
		files[i] = &scope->parts.items[i]->sections;
	dwarf_scope_advise(scope, info->bytes, info->size, MADV_WILLNEED);
	error = dwarf_index_build(&scope->indexes[interest], files, scope->parts.count, interest);
	free(files);
	return error;
}

struct inspect_error *dwarf_scope_index(struct dwarf_scope *scope, enum dwarf_interest interest,
					const struct dwarf_index **index_ret)
{
	struct dwarf_index *index = &scope->indexes[interest];
	struct inspect_error *error = NULL;

	if (!index->shards)
		error = build_index(scope, interest);
	/* Only now is it known that there are other files; all of them are needed for a look-up by name. */
	if (!error && index->met_skeleton && !scope->parts.has_split) {
		dwarf_index_deinit(index);
		error = dwarf_parts_add_split(&scope->parts);
		if (!error)
			error = build_index(scope, interest);
	}
	if (error)
		return error_context(error, "%s", scope->scope.name);
	*index_ret = index;
	return NULL;
}

static struct inspect_error *append_matches(struct dwarf_scope *scope, const struct dwarf_matches *matches,
					    unsigned int kinds, struct type_list *list)
{
	for (size_t i = 0; i < matches->count; i++) {
		struct inspect_error *error;
		struct type *type;

		error = dwarf_scope_by_id(&scope->scope, (uint32_t)matches->items[i]->offset, &type);
		if (error)
			return error;
		if (TYPE_BIT(type->kind) & kinds && !vec_push(list, type))
			return &error_nomem;
	}
	return NULL;
}

static struct inspect_error *dwarf_scope_find(struct scope *base, const char *name, unsigned int kinds,
					      struct type_list *list)
{
	static const unsigned int kinds_of[DWARF_INTERESTS] = {
		[DWARF_TYPES] = DWARF_TYPE_NAMES,
		[DWARF_ENTRIES] = DWARF_ENTRY_NAMES,
	};
	struct dwarf_scope *scope = dwarf_scope_of(base);
	struct inspect_error *error = dwarf_scope_load(scope);

	for (enum dwarf_interest i = 0; i < DWARF_INTERESTS && !error; i++) {
		struct dwarf_matches matches = { 0 };
		const struct dwarf_index *index = NULL;

		if (!(kinds & kinds_of[i]))
			continue;
		error = dwarf_scope_index(scope, i, &index);
		if (!error)
			error = dwarf_index_find(index, name, &matches);
		if (!error)
			error = append_matches(scope, &matches, kinds, list);
		vec_deinit(&matches);
	}
	return error;
}

/* The first enum in the file that has the name. */
static struct inspect_error *enum_with(struct dwarf_scope *scope, const char *name, struct type **type_ret)
{
	struct dwarf_matches matches = { 0 };
	const struct dwarf_index *index = NULL;
	struct inspect_error *error;

	error = dwarf_scope_load(scope);
	if (!error)
		error = dwarf_scope_index(scope, DWARF_ENUMERATORS, &index);
	if (!error)
		error = dwarf_index_find(index, name, &matches);
	if (!error && matches.count)
		error = dwarf_scope_by_id(&scope->scope, (uint32_t)matches.items[0]->offset, type_ret);
	vec_deinit(&matches);
	return error;
}

static struct inspect_error *dwarf_scope_enumerator(struct scope *base, const char *name, struct type **type_ret,
						    uint32_t *index_ret)
{
	struct type *type = NULL;
	struct inspect_error *error = enum_with(dwarf_scope_of(base), name, &type);

	if (!error && type)
		error = type_complete(type);
	if (error || !type || type->kind != TYPE_ENUM)
		return error;
	for (uint32_t i = 0; i < type->count; i++) {
		if (!strcmp(type->enumerators[i].name, name)) {
			*type_ret = type;
			*index_ret = i;
			break;
		}
	}
	return NULL;
}

static void dwarf_scope_destroy(struct scope *base)
{
	struct dwarf_scope *scope = dwarf_scope_of(base);

	for (enum dwarf_interest i = 0; i < DWARF_INTERESTS; i++)
		dwarf_index_deinit(&scope->indexes[i]);
	hash_deinit(&scope->nodes);
	close_dwarf(scope);
	if (scope->object)
		dwarf_object_destroy(scope->object);
	else
		elf_end(scope->elf);
	if (scope->fd >= 0)
		close(scope->fd);
	free(base->name);
	arena_deinit(&base->arena);
	free(scope);
}

static const struct scope_ops dwarf_scope_ops = {
	.name = "DWARF",
	.find = dwarf_scope_find,
	.by_id = dwarf_scope_by_id,
	.complete = dwarf_scope_complete,
	.find_at = dwarf_scope_find_at,
	.variable = dwarf_scope_variable,
	.constant = dwarf_scope_constant,
	.enumerator = dwarf_scope_enumerator,
	.place = dwarf_scope_place,
	.functions = dwarf_scope_functions,
	.destroy = dwarf_scope_destroy,
};

static bool is_object(Elf *elf)
{
	GElf_Ehdr header;

	return gelf_getehdr(elf, &header) && header.e_type == ET_REL;
}

/* Whether the file has DWARF that can be read as it is, or by what @input tells of its sections. */
static bool has_dwarf(Elf *elf, const struct source_input *input)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0 || (is_object(elf) && !input->section_count))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		const char *name = NULL;
		char buffer[32];
		GElf_Shdr header;

		if (gelf_getshdr(section, &header) && header.sh_type != SHT_NOBITS)
			name = elf_strptr(elf, names, header.sh_name);
		if (name)
			name = dwarf_section_name(name, false, buffer);
		if (name && !strcmp(name, "info"))
			return true;
	}
	return false;
}

static struct inspect_error *scope_fill(struct dwarf_scope *scope, const struct source_input *input)
{
	struct inspect_error *error;

	scope->scope.name = strdup(input->name);
	if (!scope->scope.name)
		return &error_nomem;
	scope->fd = fcntl(input->fd, F_DUPFD_CLOEXEC, 0);
	if (scope->fd < 0)
		return error_os(errno, "%s", input->name);
	elf_version(EV_CURRENT);
	/* Mapped privately, for libelf writes to the headers of sections that it decompresses. */
	scope->elf = elf_begin(scope->fd, ELF_C_READ_MMAP_PRIVATE, NULL);
	if (scope->elf)
		scope->file = elf_rawfile(scope->elf, &scope->file_size);
	if (!scope->file)
		return error_create(INSPECT_ERROR_FORMAT, "%s: %s", input->name, elf_errmsg(-1));
	/* No reading ahead from the disk: the way by an address touches a page here and there. */
	dwarf_scope_advise(scope, scope->file, scope->file_size, MADV_RANDOM);
	if (!is_object(scope->elf))
		return NULL;
	error = dwarf_object_create(scope->elf, input->sections, input->section_count, &scope->object);
	if (error)
		scope->elf = NULL;
	return error;
}

struct inspect_error *dwarf_scope_create(const struct source_input *input, struct scope **scope_ret)
{
	struct dwarf_scope *scope = calloc(1, sizeof(*scope));
	struct inspect_error *error;

	if (!scope)
		return &error_nomem;
	scope->fd = -1;
	scope->offset = input->offset;
	scope->scope.ops = &dwarf_scope_ops;
	scope->scope.base = input->base;
	scope->void_type = (struct type){ .kind = TYPE_VOID, .complete = true, .scope = &scope->scope };
	arena_init(&scope->scope.arena);
	hash_init(&scope->nodes);
	error = scope_fill(scope, input);
	if (!error && has_dwarf(scope->elf, input)) {
		*scope_ret = &scope->scope;
		return NULL;
	}
	dwarf_scope_destroy(&scope->scope);
	if (!error)
		*scope_ret = NULL;
	return error;
}
