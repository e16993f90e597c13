/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/module_image.h"

#include <elf.h>

#include "synthetic.h"

#define SECTIONS 3

struct list_head {
	uint64_t next, prev;
};

struct module {
	uint32_t state;
	struct list_head list;
	char name[56];
	uint64_t sect_attrs, notes_attrs, percpu;
	uint8_t build_id[20];
};

struct attribute {
	uint64_t name;
};

struct bin_attribute {
	struct attribute attr;
	uint64_t size;
	uint64_t private;
};

/* Until 5.7 the first, until 6.13 the second of these. */
struct module_sect_attr {
	struct bin_attribute battr;
	uint64_t name;
	uint64_t address;
};

struct attribute_group {
	uint64_t bin_attrs;
};

struct module_sect_attrs {
	struct attribute_group grp;
	uint32_t nsections;
	struct module_sect_attr attrs[SECTIONS];
};

struct module_notes_attrs {
	uint32_t notes;
	struct bin_attribute attrs[1];
};

struct new_attrs {
	struct attribute_group grp;
	struct bin_attribute attrs[SECTIONS];
};

#define OLD 504
#define MIDDLE 508
#define NEW 614

static const struct row rows[] = {
	ROW(list_head, next, NULL),
	ROW(list_head, prev, NULL),
	ROW(module, state, NULL),
	ROW(module, list, "list_head"),
	ROW(module, name, "[56]"),
	ROW(module, sect_attrs, "*module_sect_attrs"),
	ROW(module, notes_attrs, "*module_notes_attrs"),
	ROW(module, percpu, NULL),
	ROW(module, build_id, "[20]", .since = NEW),
	ROW(attribute, name, NULL),
	ROW(bin_attribute, attr, "attribute"),
	ROW(bin_attribute, size, NULL),
	ROW(bin_attribute, private, NULL),
	ROW(module_sect_attr, battr, "bin_attribute", .since = MIDDLE, .until = MIDDLE),
	ROW(module_sect_attr, name, NULL, .until = OLD),
	ROW(module_sect_attr, address, NULL, .until = MIDDLE),
	ROW(attribute_group, bin_attrs, NULL),
	ROW(module_sect_attrs, grp, "attribute_group", .until = MIDDLE),
	ROW(module_sect_attrs, nsections, NULL, .until = MIDDLE),
	ROW(module_sect_attrs, attrs, "module_sect_attr[3]", .until = MIDDLE),
	ROW(module_notes_attrs, notes, NULL, .until = MIDDLE),
	ROW(module_notes_attrs, attrs, "bin_attribute[1]", .until = MIDDLE),
	ROW_AS("module_sect_attrs", new_attrs, grp, "grp", "attribute_group", .since = NEW),
	ROW_AS("module_sect_attrs", new_attrs, attrs, "attrs", "bin_attribute[3]", .since = NEW),
	ROW_AS("module_notes_attrs", new_attrs, grp, "grp", "attribute_group", .since = NEW),
	ROW_AS("module_notes_attrs", new_attrs, attrs, "attrs", "bin_attribute[3]", .since = NEW),
};

/* The kernel reads strings a chunk at a time. */
static const char names[SECTIONS + 16][32] = { ".text", ".data", ".note.gnu.build-id" };

struct setup {
	struct synthetic s;
	struct arena arena;
	struct module_images images;
	/* memory of the kernel */
	struct list_head modules;
	struct module module;
	struct module_sect_attrs sections;
	struct module_notes_attrs notes;
	struct new_attrs new_sections, new_notes;
	uint64_t section_list[SECTIONS + 1], note_list[2];
	struct {
		Elf64_Nhdr header;
		char name[4];
		uint8_t id[20];
	} note;
};

static void set_old(struct setup *setup)
{
	for (size_t i = 0; i < SECTIONS; i++) {
		struct module_sect_attr *attribute = &setup->sections.attrs[i];

		attribute->name = attribute->battr.attr.name = address_of(names[i]);
		attribute->address = 0x1000 * (i + 1);
	}
	setup->sections.nsections = SECTIONS;
	setup->notes.notes = 1;
	setup->notes.attrs[0] = (struct bin_attribute){ { address_of(names[2]) }, sizeof(setup->note),
							address_of(&setup->note) };
	setup->module.sect_attrs = address_of(&setup->sections);
	setup->module.notes_attrs = address_of(&setup->notes);
}

static void set_new(struct setup *setup)
{
	for (size_t i = 0; i < SECTIONS; i++) {
		setup->new_sections.attrs[i] = (struct bin_attribute){ { address_of(names[i]) }, 19, 0x1000 * (i + 1) };
		setup->section_list[i] = address_of(&setup->new_sections.attrs[i]);
	}
	setup->new_notes.attrs[0] = setup->notes.attrs[0];
	setup->note_list[0] = address_of(&setup->new_notes.attrs[0]);
	setup->new_sections.grp.bin_attrs = address_of(setup->section_list);
	setup->new_notes.grp.bin_attrs = address_of(setup->note_list);
	setup->module.sect_attrs = address_of(&setup->new_sections);
	setup->module.notes_attrs = address_of(&setup->new_notes);
}

static struct setup *setup_create(unsigned int series)
{
	struct setup *setup = calloc(1, sizeof(*setup));
	uint64_t head, node;

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), series);
	arena_init(&setup->arena);
	synthetic_map(&setup->s, &setup->modules, sizeof(*setup) - offsetof(struct setup, modules));
	synthetic_map(&setup->s, names, sizeof(names));
	head = address_of(&setup->modules);
	node = address_of(&setup->module.list);
	setup->modules = (struct list_head){ node, node };
	setup->module.list = (struct list_head){ head, head };
	strcpy(setup->module.name, "virtio_blk");
	setup->note.header = (Elf64_Nhdr){ 4, 20, NT_GNU_BUILD_ID };
	memcpy(setup->note.name, "GNU", 4);
	memset(setup->note.id, 0xab, 20);
	set_old(setup);
	if (series == NEW)
		set_new(setup);
	synthetic_symbol(&setup->s, "modules", &setup->modules);
	synthetic_ready(&setup->s);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	module_images_deinit(&setup->images);
	arena_deinit(&setup->arena);
	synthetic_deinit(&setup->s);
	free(setup);
}

static struct module_image *read_image(struct setup *setup)
{
	expect_success(module_images_read(&setup->s.kernel, &setup->arena, &setup->images));
	ck_assert_uint_eq(setup->images.count, 1);
	ck_assert_str_eq(setup->images.items[0].name, "virtio_blk");
	return &setup->images.items[0];
}

static struct inspect_error *read_sections(struct setup *setup, struct module_image *image)
{
	return module_image_sections(&setup->s.kernel, &setup->arena, image);
}

static void check_layout(unsigned int series)
{
	struct setup *setup = setup_create(series);
	struct module_image *image = read_image(setup);

	ck_assert_uint_eq(image->build_id.size, 20);
	ck_assert_mem_eq(image->build_id.bytes, setup->note.id, 20);
	setup->module.percpu = 0x77;
	expect_success(read_sections(setup, image));
	ck_assert_uint_eq(image->sections.count, SECTIONS + 1);
	for (size_t i = 0; i < SECTIONS; i++) {
		ck_assert_str_eq(image->sections.items[i].name, names[i]);
		ck_assert_uint_eq(image->sections.items[i].address, 0x1000 * (i + 1));
	}
	ck_assert_str_eq(image->sections.items[SECTIONS].name, ".data..percpu");
	ck_assert_uint_eq(image->sections.items[SECTIONS].address, 0x77);
	expect_problem(&setup->s.kernel, NULL);
	setup_destroy(setup);
}

START_TEST(layouts)
{
	check_layout(OLD);
	check_layout(MIDDLE);
	check_layout(NEW);
}
END_TEST

/* Without readable notes, what newer kernels keep for stack traces; zeros at its end are none of it. */
START_TEST(build_id_of_struct_module)
{
	struct setup *setup = setup_create(NEW);
	struct module_image *image;

	memset(setup->module.build_id, 0x11, 8);
	synthetic_hole(&setup->s, &setup->note, sizeof(setup->note));
	image = read_image(setup);
	ck_assert_uint_eq(image->build_id.size, 8);
	ck_assert_mem_eq(image->build_id.bytes, setup->module.build_id, 8);
	setup_destroy(setup);
}
END_TEST

START_TEST(no_build_id_and_no_sections)
{
	struct setup *setup = setup_create(OLD);
	struct module_image *image;

	setup->module.notes_attrs = 0;
	setup->module.sect_attrs = 0;
	image = read_image(setup);
	ck_assert_uint_eq(image->build_id.size, 0);
	expect_error(read_sections(setup, image), INSPECT_ERROR_LOOKUP, "does not keep");
	setup_destroy(setup);
}
END_TEST

START_TEST(damage)
{
	struct setup *setup = setup_create(MIDDLE);
	struct module_image *image;

	setup->notes.notes = UINT32_MAX;
	setup->sections.nsections = UINT32_MAX;
	image = read_image(setup);
	expect_problem(&setup->s.kernel, "4294967295 attributes");
	expect_error(read_sections(setup, image), INSPECT_ERROR_FORMAT, "4294967295 attributes");
	setup->sections.nsections = SECTIONS;
	synthetic_hole(&setup->s, &setup->sections.attrs[1], sizeof(setup->sections.attrs[1]));
	expect_error(read_sections(setup, image), INSPECT_ERROR_FAULT, "sections of module virtio_blk: the table");
	synthetic_map(&setup->s, &setup->sections, sizeof(setup->sections));
	image->sections.count = 0;
	synthetic_hole(&setup->s, names[1], sizeof(names[1]));
	expect_error(read_sections(setup, image), INSPECT_ERROR_FAULT, "name of a section");
	setup_destroy(setup);
}
END_TEST

/* A list without an end is cut where no module can be. */
START_TEST(endless_list)
{
	struct setup *setup = setup_create(NEW);
	struct module_image *image = read_image(setup);
	uint64_t *list = malloc(70000 * sizeof(*list));

	memset(list, 0xff, 70000 * sizeof(*list));
	synthetic_map(&setup->s, list, 70000 * sizeof(*list));
	setup->new_sections.grp.bin_attrs = address_of(list);
	expect_error(read_sections(setup, image), INSPECT_ERROR_FORMAT, "65537 attributes");
	setup_destroy(setup);
	free(list);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { layouts, build_id_of_struct_module, no_build_id_and_no_sections, damage,
				       endless_list };

	return RUN_SUITE("module_image", tests);
}
