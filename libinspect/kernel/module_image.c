/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/module_image.h"

#include <string.h>

#include "base/error.h"
#include "core/build_id.h"
#include "kernel/roots.h"
#include "kernel/walk.h"

#define MODULES_MAX (1u << 16)
/* The section headers of an object file are numbered with 16 bits; the kernel knows no more. */
#define SECTIONS_MAX 65536
#define NOTES_MAX 64
#define SECTION_NAME_MAX 256
#define NOTE_SIZE_MAX 4096
#define MODULE_STATE_UNFORMED 3
#define PERCPU_SECTION ".data..percpu"

struct module_image_fields {
	struct view_state state;
	uint64_t module_state;
	char name[64];
	uint64_t sect_attrs;
	uint64_t notes_attrs;
	uint64_t percpu;
	char build_id[24];
};

static const struct view_variant module_image_variants[] = { { "struct module", "list" } };
static const struct view_field module_image_fields[] = {
	VIEW_NEED(module_image_fields, module_state, "state"),
	VIEW_MAY_STRING(module_image_fields, name, "name"),
	VIEW_MAY(module_image_fields, sect_attrs, "sect_attrs"),
	VIEW_MAY(module_image_fields, notes_attrs, "notes_attrs"),
	VIEW_MAY(module_image_fields, percpu, "percpu"),
	VIEW_MAY_BYTES(module_image_fields, build_id, "build_id"), /* 5.14, 9294523e3768; CONFIG_STACKTRACE_BUILD_ID */
};
VIEW(module_image_view, module_image_fields, module_image_variants, module_image_fields);

/* The sections, and the notes: an array of attributes, and how many there are, or a list that ends with NULL. */
struct attributes_fields {
	struct view_state state;
	uint64_t attributes;
	uint64_t count;
	uint64_t list;
};

static const struct view_variant module_sections_variants[] = { { "struct module_sect_attrs", NULL } };
static const struct view_field module_sections_fields[] = {
	VIEW_NEED(attributes_fields, attributes, "&attrs"),
	VIEW_MAY(attributes_fields, count, "nsections"), /* until 6.14, d8959b947a8d */
	VIEW_MAY(attributes_fields, list, "grp.bin_attrs"),
};
VIEW(module_sections_view, attributes_fields, module_sections_variants, module_sections_fields);

static const struct view_variant module_notes_variants[] = { { "struct module_notes_attrs", NULL } };
static const struct view_field module_notes_fields[] = {
	VIEW_NEED(attributes_fields, attributes, "&attrs"),
	VIEW_MAY(attributes_fields, count, "notes"), /* until 6.14 */
	VIEW_MAY(attributes_fields, list, "grp.bin_attrs"),
};
VIEW(module_notes_view, attributes_fields, module_notes_variants, module_notes_fields);

struct attribute_fields {
	struct view_state state;
	uint64_t name;
	uint64_t address;
	uint64_t size;
};

/* Since 6.14 (4b2c11e4aaf7) a section is a struct bin_attribute, as a note always was. */
static const struct view_variant module_section_variants[] = {
	{ "struct module_sect_attr", NULL },
	{ "struct bin_attribute", NULL },
};
static const struct view_field module_section_fields[] = {
	VIEW_NEED(attribute_fields, name, "battr.attr.name", /* 5.8, ed66f991bb19 */
		  "name", "attr.name"),
	VIEW_NEED(attribute_fields, address, "address", "private"),
};
VIEW(module_section_view, attribute_fields, module_section_variants, module_section_fields);

static const struct view_variant module_note_variants[] = { { "struct bin_attribute", NULL } };
static const struct view_field module_note_fields[] = {
	VIEW_NEED(attribute_fields, name, "attr.name"),
	VIEW_NEED(attribute_fields, address, "private"),
	VIEW_NEED(attribute_fields, size, "size"),
};
VIEW(module_note_view, attribute_fields, module_note_variants, module_note_fields);

/* An array of attributes in the kernel, and how one of them is read. */
struct attributes {
	const struct view_plan *plan;
	uint64_t address;
	uint64_t count;
};

static struct inspect_error *fault_error(enum inspect_fault fault, uint64_t address, const char *what)
{
	return error_context(memory_error(fault, address), "%s", what);
}

/* How many pointers stand in the list at @address before NULL. */
static struct inspect_error *count_list(struct kernel *kernel, uint64_t address, uint64_t max, uint64_t *count_ret)
{
	uint64_t count, entry, stopped;

	for (count = 0; count <= max; count++) {
		enum inspect_fault fault = memory_read(&kernel->memory, address + 8 * count, &entry, 8, &stopped);

		if (fault)
			return fault_error(fault, stopped, "list of attributes");
		if (!entry)
			break;
	}
	*count_ret = count;
	return NULL;
}

/* Finds the attributes of the group at @address; @view is the group's, @one that of an attribute. */
static struct inspect_error *find_attributes(struct kernel *kernel, const struct view *view, const struct view *one,
					     uint64_t address, uint64_t max, struct attributes *attributes)
{
	struct attributes_fields group;
	struct inspect_error *error = kernel_read(kernel, view, address, &group);

	if (!error)
		error = kernel_view(kernel, one, &attributes->plan);
	if (!error && group.state.fault)
		error = error_at(INSPECT_ERROR_FAULT, address, "attributes at 0x%llx not readable",
				 (unsigned long long)address);
	if (!error && !has(&group, count))
		error = count_list(kernel, group.list, max, &group.count);
	if (error)
		return error;
	if (group.count > max)
		return error_at(INSPECT_ERROR_FORMAT, address, "%llu attributes at 0x%llx", (unsigned long long)group.count,
				(unsigned long long)address);
	attributes->address = group.attributes;
	attributes->count = group.count;
	return NULL;
}

/* The attribute number @index; false where it cannot be read. */
static bool read_attribute(struct kernel *kernel, const struct attributes *attributes, uint64_t index,
			   struct attribute_fields *out)
{
	return view_read(attributes->plan, &kernel->memory, attributes->address + index * attributes->plan->type_size, out);
}

/* The build-id in the note that @attribute is of. */
static bool read_note(struct kernel *kernel, const struct attribute_fields *attribute, struct build_id *build_id)
{
	char note[NOTE_SIZE_MAX];
	uint64_t stopped;

	return attribute->size <= sizeof(note) &&
	       !memory_read(&kernel->memory, attribute->address, note, attribute->size, &stopped) &&
	       build_id_of_notes(note, attribute->size, build_id);
}

/* From the notes of the module, or from the copy that newer kernels keep. */
static struct inspect_error *read_build_id(struct kernel *kernel, const struct module_image_fields *module,
					   struct build_id *build_id)
{
	struct attributes notes = { 0 };
	struct inspect_error *error = NULL;
	struct attribute_fields attribute;
	size_t size = 20; /* BUILD_ID_SIZE_MAX of include/linux/buildid.h; shorter ones are padded with zeros */

	if (has(module, notes_attrs) && module->notes_attrs)
		error = find_attributes(kernel, &module_notes_view, &module_note_view, module->notes_attrs, NOTES_MAX, &notes);
	for (uint64_t i = 0; i < notes.count && !error; i++) {
		if (read_attribute(kernel, &notes, i, &attribute) && read_note(kernel, &attribute, build_id))
			return NULL;
	}
	if (error || !has(module, build_id))
		return error;
	while (size && !module->build_id[size - 1])
		size--;
	build_id->size = size;
	memcpy(build_id->bytes, module->build_id, size);
	return NULL;
}

static struct inspect_error *add_image(struct kernel *kernel, uint64_t node, struct arena *arena,
				       struct module_images *images)
{
	struct module_image image = { .node = node };
	struct module_image_fields module;
	struct inspect_error *error = kernel_read(kernel, &module_image_view, node, &module);

	if (error || module.module_state == MODULE_STATE_UNFORMED)
		return error;
	if (faulted(&module, module_state) || !has(&module, name))
		return error_at(INSPECT_ERROR_FAULT, node, "module at 0x%llx not readable", (unsigned long long)node);
	image.name = arena_strdup(arena, module.name);
	if (!image.name)
		return &error_nomem;
	kernel_problem(kernel, error_context(read_build_id(kernel, &module, &image.build_id), "build-id of module %s",
					     image.name));
	return vec_push(images, image) ? NULL : &error_nomem;
}

struct inspect_error *module_images_read(struct kernel *kernel, struct arena *arena, struct module_images *images)
{
	struct walk_item item;
	struct walk walk;
	uint64_t head;
	struct inspect_error *error = kernel_root(kernel, ROOT_MODULES, &head, NULL);

	if (error)
		return error;
	walk_list(&walk, kernel, head);
	while (images->count < MODULES_MAX && walk_next(&walk, &item)) {
		error = add_image(kernel, item.address, arena, images);
		if (error == &error_nomem)
			break;
		kernel_problem(kernel, error);
		error = NULL;
	}
	kernel_problem(kernel, error_context(walk_finish(&walk), "modules"));
	return error;
}

void module_images_deinit(struct module_images *images)
{
	for (size_t i = 0; i < images->count; i++)
		vec_deinit(&images->items[i].sections);
	vec_deinit(images);
}

static struct inspect_error *add_section(struct module_image *image, struct arena *arena, const char *name,
					 uint64_t address)
{
	struct source_section section = { arena_strdup(arena, name), address };

	return section.name && vec_push(&image->sections, section) ? NULL : &error_nomem;
}

static struct inspect_error *read_sections(struct kernel *kernel, uint64_t address, struct arena *arena,
					   struct module_image *image)
{
	struct attribute_fields attribute;
	struct attributes attributes;
	struct inspect_error *error;

	error = find_attributes(kernel, &module_sections_view, &module_section_view, address, SECTIONS_MAX, &attributes);
	for (uint64_t i = 0; !error && i < attributes.count; i++) {
		char name[SECTION_NAME_MAX];
		enum inspect_fault fault;

		if (!read_attribute(kernel, &attributes, i, &attribute))
			return error_at(INSPECT_ERROR_FAULT, attributes.address, "the table at 0x%llx is not readable",
					(unsigned long long)attributes.address);
		fault = memory_read_string(&kernel->memory, attribute.name, name, sizeof(name), NULL);
		if (fault)
			return fault_error(fault, attribute.name, "name of a section");
		error = add_section(image, arena, name, attribute.address);
	}
	return error;
}

struct inspect_error *module_image_sections(struct kernel *kernel, struct arena *arena, struct module_image *image)
{
	struct module_image_fields module;
	struct inspect_error *error;

	if (image->sections.count)
		return NULL;
	error = kernel_read(kernel, &module_image_view, image->node, &module);
	if (!error && (!has(&module, sect_attrs) || !module.sect_attrs))
		error = error_create(INSPECT_ERROR_LOOKUP, "the kernel does not keep where they are");
	if (!error)
		error = read_sections(kernel, module.sect_attrs, arena, image);
	/* It is not among them, for it is not in the module's memory but in the per-CPU areas. */
	if (!error && has(&module, percpu) && module.percpu)
		error = add_section(image, arena, PERCPU_SECTION, module.percpu);
	return error_context(error, "sections of module %s", image->name);
}
