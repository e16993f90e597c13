/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_part.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"
#include "core/build_id.h"
#include "dwarf_scope.h"

#ifndef DW_AT_GNU_dwo_name
#define DW_AT_GNU_dwo_name 0x2130
#endif

void dwarf_parts_deinit(struct dwarf_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		free(parts->items[i]);
	vec_deinit(parts);
	hash_deinit(&parts->by_dwarf);
	*parts = (struct dwarf_parts){ 0 };
}

const char *dwarf_section_name(const char *name, bool is_split, char buffer[static 32])
{
	static const char ending[] = ".dwo";
	size_t length;

	if (!strncmp(name, ".debug_", 7))
		name += 7;
	else if (!strncmp(name, ".zdebug_", 8))
		name += 8;
	else
		return NULL;
	length = strlen(name);
	if (!is_split)
		return name;
	if (length <= strlen(ending) || length >= 32 || strcmp(name + length - strlen(ending), ending))
		return NULL;
	memcpy(buffer, name, length);
	buffer[length - strlen(ending)] = '\0';
	return buffer;
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

static struct inspect_error *take_section(struct dwarf_sections *sections, Elf_Scn *from, const char *name)
{
	struct dwarf_section *section;
	char buffer[32];
	Elf_Data *data;

	name = dwarf_section_name(name, sections->is_split, buffer);
	/* A .dwp: the places of its units' abbreviations and strings are in a table of their own. */
	if (name && sections->is_split && (!strcmp(name, "cu_index") || !strcmp(name, "tu_index")))
		return error_create(INSPECT_ERROR_UNSUPPORTED, "it is a package of .dwo files (.dwp)");
	section = name ? section_named(sections, name) : NULL;
	if (!section || section->bytes)
		return NULL;
	data = elf_getdata(from, NULL);
	if (!data)
		return error_create(INSPECT_ERROR_FORMAT, ".debug_%s: %s", name, elf_errmsg(-1));
	section->bytes = data->d_buf;
	section->size = data->d_buf ? data->d_size : 0;
	return NULL;
}

static bool strings_end(const struct dwarf_section *section)
{
	return !section->size || !section->bytes[section->size - 1];
}

/* After libdw has opened the file, libelf has its sections as libdw sees them, decompressed and relocated. */
static struct inspect_error *take_sections(struct dwarf_sections *sections, Elf *elf)
{
	struct inspect_error *error = NULL;
	Elf_Scn *at = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return error_create(INSPECT_ERROR_FORMAT, "section names: %s", elf_errmsg(-1));
	while (!error && (at = elf_nextscn(elf, at))) {
		GElf_Shdr header;
		const char *name;

		if (!gelf_getshdr(at, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (name)
			error = take_section(sections, at, name);
	}
	if (error)
		return error;
	if (!sections->info.size || !sections->abbrev.size)
		return error_create(INSPECT_ERROR_FORMAT, ".debug_info or .debug_abbrev is empty");
	if (!strings_end(&sections->str) || !strings_end(&sections->line_str))
		return error_create(INSPECT_ERROR_FORMAT, "the strings in .debug_str do not end");
	return NULL;
}

/* The first number behind those of @sections. */
static uint64_t end_id(const struct dwarf_sections *sections)
{
	return sections->types.first_id + sections->types.size;
}

static struct inspect_error *fill_part(const struct dwarf_parts *parts, struct dwarf_part *part)
{
	struct dwarf_sections *sections = &part->sections;
	struct inspect_error *error = take_sections(sections, dwarf_getelf(part->dwarf));

	if (error)
		return error;
	sections->types.is_type_units = true;
	sections->info.file = sections->types.file = sections;
	sections->info.first_id = parts->count ? end_id(&parts->items[parts->count - 1]->sections) : 0;
	sections->types.first_id = sections->info.first_id + sections->info.size;
	if (end_id(sections) > UINT32_MAX)
		return error_create(INSPECT_ERROR_LIMIT, ".debug_info has more than 4 GB");
	return NULL;
}

static struct inspect_error *add_part(struct dwarf_parts *parts, Dwarf *dwarf, bool is_split,
				      struct dwarf_part **part_ret)
{
	struct dwarf_part *part = calloc(1, sizeof(*part));
	struct inspect_error *error;

	if (!part)
		return &error_nomem;
	part->dwarf = dwarf;
	part->sections.is_split = is_split;
	error = fill_part(parts, part);
	if (!error && !hash_set(&parts->by_dwarf, (uintptr_t)dwarf, (uintptr_t)part))
		error = &error_nomem;
	if (!error && !vec_push(parts, part))
		error = &error_nomem;
	if (error)
		free(part);
	else
		*part_ret = part;
	return error;
}

/* The file that dwz made the common one of several is not where it should be. */
static struct inspect_error *no_alternate(const char *name, const void *id, size_t size)
{
	struct build_id build_id = { .size = size < BUILD_ID_MAX ? size : BUILD_ID_MAX };
	char text[2 * BUILD_ID_MAX + 1];

	memcpy(build_id.bytes, id, build_id.size);
	build_id_format(&build_id, text);
	return error_create(INSPECT_ERROR_LOOKUP,
			    "it was made smaller by dwz and continues in %s (build-id %s), which is not there, nor in "
			    "/usr/lib/debug/.build-id", name, text);
}

struct inspect_error *dwarf_parts_add(struct dwarf_parts *parts, Dwarf *dwarf)
{
	struct dwarf_part *part, *alternate;
	struct inspect_error *error = add_part(parts, dwarf, false, &part);
	const char *name;
	const void *id;
	ssize_t size;
	Dwarf *other;

	if (error)
		return error;
	size = dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &id);
	if (size <= 0)
		return NULL;
	other = dwarf_getalt(dwarf);
	if (!other)
		return no_alternate(name, id, (size_t)size);
	error = add_part(parts, other, false, &alternate);
	if (error)
		return error_context(error, "%s", name);
	part->sections.alternate = &alternate->sections;
	return NULL;
}

/*
 * Adds the file that has the DIEs of the skeleton @unit: @split is its unit there, without an address where there is
 * none.
 */
static struct inspect_error *add_split(struct dwarf_parts *parts, Dwarf_Die *unit, Dwarf_Die *split,
				       struct dwarf_part **part_ret)
{
	Dwarf_Attribute attribute;
	struct inspect_error *error;
	const char *name = NULL;
	Dwarf *dwarf;

	if (dwarf_attr(unit, DW_AT_dwo_name, &attribute) || dwarf_attr(unit, DW_AT_GNU_dwo_name, &attribute))
		name = dwarf_formstring(&attribute);
	if (!split->addr)
		return error_create(INSPECT_ERROR_LOOKUP,
				    "split DWARF: %s is neither where the kernel was built nor beside the file, or is one that "
				    "libdw cannot read (with type units, or packed into a .dwp)",
				    name ? name : "a .dwo file");
	dwarf = dwarf_cu_getdwarf(split->cu);
	*part_ret = dwarf_parts_of(parts, dwarf);
	if (*part_ret)
		return NULL;
	error = add_part(parts, dwarf, true, part_ret);
	return error_context(error, "%s", name ? name : "a .dwo file");
}

struct inspect_error *dwarf_parts_add_split(struct dwarf_parts *parts)
{
	Dwarf *dwarf = parts->items[0]->dwarf;
	struct inspect_error *error = NULL;
	Dwarf_CU *at = NULL;

	while (!error && !parts->has_split) {
		Dwarf_Die unit, split = { 0 };
		struct dwarf_part *part;
		uint8_t type;
		int status = dwarf_get_units(dwarf, at, &at, NULL, &type, &unit, &split);

		if (status < 0)
			return dwarf_libdw_error("units");
		if (!status && type == DW_UT_skeleton)
			error = add_split(parts, &unit, &split, &part);
		parts->has_split = status > 0;
	}
	return error;
}

struct inspect_error *dwarf_parts_add_unit(struct dwarf_parts *parts, uint64_t offset, struct dwarf_part **part_ret)
{
	Dwarf_Die unit, split = { 0 };

	if (!dwarf_offdie(parts->items[0]->dwarf, offset, &unit) ||
	    dwarf_cu_info(unit.cu, NULL, NULL, NULL, &split, NULL, NULL, NULL))
		return dwarf_libdw_error("unit");
	return add_split(parts, &unit, &split, part_ret);
}

struct dwarf_part *dwarf_parts_of(const struct dwarf_parts *parts, Dwarf *dwarf)
{
	uint64_t part;

	return hash_get(&parts->by_dwarf, (uintptr_t)dwarf, &part) ? (struct dwarf_part *)(uintptr_t)part : NULL;
}

struct dwarf_part *dwarf_parts_with(const struct dwarf_parts *parts, uint64_t id)
{
	size_t low = 0, high = parts->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (id >= end_id(&parts->items[middle]->sections))
			low = middle + 1;
		else
			high = middle;
	}
	return low < parts->count ? parts->items[low] : NULL;
}
