/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The BTF objects in btf_idr: of the kernel, of modules (5.11 on), of programs. */
#ifndef LIBINSPECT_BPF_BTF_OBJECT_H
#define LIBINSPECT_BPF_BTF_OBJECT_H

#include "kernel/kernel.h"
#include "kernel/walk.h"

struct btf_object {
	uint64_t address;
	uint64_t id;
	uint64_t data;
	uint64_t data_size;
	bool is_kernel;
	bool is_split;  /* builds upon another */
	char name[64];  /* "vmlinux", the module's; empty for a program's */
};

struct btf_objects {
	struct walk walk;
	struct inspect_error *error;
};

void btf_objects_init(struct btf_objects *objects, struct kernel *kernel);
/* The next object; one that cannot be read is a kernel_problem(). */
bool btf_objects_next(struct btf_objects *objects, struct btf_object *object);
struct inspect_error *btf_objects_finish(struct btf_objects *objects);

extern const struct view btf_object_view;

#endif
