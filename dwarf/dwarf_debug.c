/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_debug.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "dwarf_scope.h"

#define ALTERNATE "altlink"

struct inspect_error *dwarf_libdw_error(const char *what)
{
	return error_create(INSPECT_ERROR_FORMAT, "%s: %s", what, dwarf_errmsg(-1));
}

/*
 * "info" for both ".debug_info" and the old name of a compressed one, ".zdebug_info"; NULL for what is no debug
 * section. dwz's link to the file that its output continues in is taken for one.
 */
static const char *debug_name(const char *name)
{
	if (name && !strcmp(name, ".gnu_debugaltlink"))
		return ALTERNATE;
	if (name && !strncmp(name, ".debug_", 7))
		return name + 7;
	if (name && !strncmp(name, ".zdebug_", 8))
		return name + 8;
	return NULL;
}

/* The name of the debug section that follows *@section, which it becomes; NULL at the end. */
static const char *next_debug_section(Elf *elf, size_t names, Elf_Scn **section)
{
	while ((*section = elf_nextscn(elf, *section))) {
		GElf_Shdr header;
		const char *name;

		if (!gelf_getshdr(*section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = debug_name(elf_strptr(elf, names, header.sh_name));
		if (name)
			return name;
	}
	return NULL;
}

static struct dwarf_section *section_named(struct dwarf_sections *sections, const char *name)
{
	const struct {
		const char *name;
		struct dwarf_section *section;
	} known[] = {
		{ "info", &sections->info },         { "types", &sections->types },
		{ "abbrev", &sections->abbrev },     { "aranges", &sections->aranges },
		{ "str", &sections->str },           { "line_str", &sections->line_str },
		{ "str_offsets", &sections->str_offsets },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(known[i].name, name))
			return known[i].section;
	}
	return NULL;
}

/* After libdw has opened the file, libelf has its sections as libdw sees them, decompressed. */
static struct inspect_error *take_sections(struct dwarf_scope *scope)
{
	struct dwarf_sections *sections = &scope->sections;
	Elf_Scn *at = NULL;
	const char *name;
	size_t names;

	if (elf_getshdrstrndx(scope->elf, &names) < 0)
		return error_create(INSPECT_ERROR_FORMAT, "section names: %s", elf_errmsg(-1));
	while ((name = next_debug_section(scope->elf, names, &at))) {
		struct dwarf_section *section = section_named(sections, name);
		Elf_Data *data;

		if (!strcmp(name, ALTERNATE))
			return error_create(INSPECT_ERROR_UNSUPPORTED,
					    "it was made smaller by dwz and continues in another file, which is not read; "
					    "the kernel's own vmlinux is needed");
		if (!section || section->bytes)
			continue;
		data = elf_getdata(at, NULL);
		if (!data)
			return error_create(INSPECT_ERROR_FORMAT, ".debug_%s: %s", name, elf_errmsg(-1));
		section->bytes = data->d_buf;
		section->size = data->d_buf ? data->d_size : 0;
	}
	sections->types.is_type_units = true;
	if (!sections->info.size || !sections->abbrev.size)
		return error_create(INSPECT_ERROR_FORMAT, ".debug_info or .debug_abbrev is empty");
	if (sections->info.size + sections->types.size > UINT32_MAX)
		return error_create(INSPECT_ERROR_LIMIT, ".debug_info has more than 4 GB");
	if ((sections->str.size && sections->str.bytes[sections->str.size - 1]) ||
	    (sections->line_str.size && sections->line_str.bytes[sections->line_str.size - 1]))
		return error_create(INSPECT_ERROR_FORMAT, "the strings in .debug_str do not end");
	return NULL;
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
}

static struct inspect_error *load(struct dwarf_scope *scope)
{
	struct inspect_error *error = open_dwarf(scope);

	if (!error)
		error = take_sections(scope);
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

struct inspect_error *dwarf_scope_index(struct dwarf_scope *scope, enum dwarf_interest interest,
					const struct dwarf_index **index_ret)
{
	struct dwarf_index *index = &scope->indexes[interest];
	struct inspect_error *error = NULL;

	if (!index->shards) {
		dwarf_scope_advise(scope, scope->sections.info.bytes, scope->sections.info.size, MADV_WILLNEED);
		error = dwarf_index_build(index, &scope->sections, interest);
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
	if (scope->file)
		munmap(scope->file, scope->file_size);
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
	.enumerator = dwarf_scope_enumerator,
	.place = dwarf_scope_place,
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
	const char *name;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0 || (is_object(elf) && !input->section_count))
		return false;
	while ((name = next_debug_section(elf, names, &section))) {
		if (!strcmp(name, "info"))
			return true;
	}
	return false;
}

static struct inspect_error *scope_fill(struct dwarf_scope *scope, const struct source_input *input)
{
	struct inspect_error *error;
	struct stat st;
	void *file;

	scope->scope.name = strdup(input->name);
	if (!scope->scope.name)
		return &error_nomem;
	if (fstat(input->fd, &st))
		return error_os(errno, "fstat %s", input->name);
	/* Private, for libelf writes to the headers of sections that it decompresses. */
	file = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, input->fd, 0);
	if (file == MAP_FAILED)
		return error_os(errno, "map %s", input->name);
	scope->file = file;
	scope->file_size = (size_t)st.st_size;
	/* No reading ahead from the disk: the way by an address touches a page here and there. */
	madvise(file, scope->file_size, MADV_RANDOM);
	elf_version(EV_CURRENT);
	scope->elf = elf_memory(file, scope->file_size);
	if (!scope->elf)
		return error_create(INSPECT_ERROR_FORMAT, "%s: %s", input->name, elf_errmsg(-1));
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
