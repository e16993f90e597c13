/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_object.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/vec.h"

#define NOT_LOADED ((Dwarf_Addr)-1)

struct dwarf_object {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf; /* NULL: libdwfl has taken it */
	VEC(struct source_section) sections; /* the names are owned */
};

static int find_elf(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, char **file_name, Elf **elf)
{
	struct dwarf_object *object = *data;

	(void)module;
	(void)name;
	(void)base;
	(void)file_name;
	*elf = object->elf;
	object->elf = NULL;
	return -1;
}

/* What is in another file has been found before, or is not wanted. */
static int find_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file_name,
			  const char *link_name, GElf_Word link_crc, char **found_name)
{
	(void)module;
	(void)data;
	(void)name;
	(void)base;
	(void)file_name;
	(void)link_name;
	(void)link_crc;
	(void)found_name;
	return -1;
}

static int section_address(Dwfl_Module *module, void **data, const char *module_name, Dwarf_Addr base,
			   const char *name, GElf_Word index, const GElf_Shdr *header, Dwarf_Addr *address)
{
	const struct dwarf_object *object = *data;

	(void)module;
	(void)module_name;
	(void)base;
	(void)index;
	(void)header;
	*address = NOT_LOADED;
	for (size_t i = 0; i < object->sections.count; i++) {
		if (!strcmp(object->sections.items[i].name, name))
			*address = object->sections.items[i].address;
	}
	return DWARF_CB_OK;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
	.section_address = section_address,
};

static bool copy_sections(struct dwarf_object *object, const struct source_section *sections, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct source_section section = { strdup(sections[i].name), sections[i].address };

		if (!section.name || !vec_push(&object->sections, section)) {
			free((char *)section.name);
			return false;
		}
	}
	return true;
}

/* Tells libdwfl of the module, which it opens when it needs it. Its own place in memory is of no use here. */
static struct inspect_error *report(struct dwarf_object *object)
{
	void **data;

	object->dwfl = dwfl_begin(&callbacks);
	if (!object->dwfl)
		return &error_nomem;
	dwfl_report_begin(object->dwfl);
	object->module = dwfl_report_module(object->dwfl, "module", 1, 2);
	if (!object->module || dwfl_report_end(object->dwfl, NULL, NULL))
		return error_create(INSPECT_ERROR_FORMAT, "libdwfl: %s", dwfl_errmsg(-1));
	dwfl_module_info(object->module, &data, NULL, NULL, NULL, NULL, NULL, NULL);
	*data = object;
	return NULL;
}

struct inspect_error *dwarf_object_create(Elf *elf, const struct source_section *sections, size_t count,
					  struct dwarf_object **object_ret)
{
	struct dwarf_object *object = calloc(1, sizeof(*object));
	struct inspect_error *error;

	if (!object) {
		elf_end(elf);
		return &error_nomem;
	}
	object->elf = elf;
	error = copy_sections(object, sections, count) ? report(object) : &error_nomem;
	if (error)
		dwarf_object_destroy(object);
	else
		*object_ret = object;
	return error;
}

void dwarf_object_destroy(struct dwarf_object *object)
{
	if (!object)
		return;
	dwfl_end(object->dwfl);
	elf_end(object->elf);
	for (size_t i = 0; i < object->sections.count; i++)
		free((char *)object->sections.items[i].name);
	vec_deinit(&object->sections);
	free(object);
}

struct inspect_error *dwarf_object_load(struct dwarf_object *object, Dwarf **dwarf_ret)
{
	Dwarf_Addr bias;

	*dwarf_ret = dwfl_module_getdwarf(object->module, &bias);
	return *dwarf_ret ? NULL : error_create(INSPECT_ERROR_FORMAT, "relocation: %s", dwfl_errmsg(-1));
}
