/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loaded modules as files: which build each is of, and where the kernel put the sections of its object file. Both stand
 * in what the kernel keeps for /sys/module/NAME/{sections,notes} (kernel/module/sysfs.c; kernel/module.c before 5.19).
 */
#ifndef LIBINSPECT_KERNEL_MODULE_IMAGE_H
#define LIBINSPECT_KERNEL_MODULE_IMAGE_H

#include "base/arena.h"
#include "kernel/kernel.h"

struct module_image {
	const char *name;
	struct build_id build_id; /* size 0: the kernel does not tell it */
	uint64_t node;            /* the list_head in its struct module */
	struct {
		struct source_section *items;
		size_t count;
		size_t capacity;
	} sections;
};

struct module_images {
	struct module_image *items;
	size_t count;
	size_t capacity;
};

/*
 * The modules of the kernel's list, without their sections; names live in @arena. What cannot be read of one is a
 * kernel_problem(), and that one is left out.
 */
struct inspect_error *module_images_read(struct kernel *kernel, struct arena *arena, struct module_images *images);
void module_images_deinit(struct module_images *images);

/* Reads the sections of @image, once; INSPECT_ERROR_LOOKUP where the kernel does not keep them. */
struct inspect_error *module_image_sections(struct kernel *kernel, struct arena *arena, struct module_image *image);

extern const struct view module_image_view, module_sections_view, module_section_view, module_notes_view,
	module_note_view;

#endif
