/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From an address in the machine code of a BPF program to the program, the subprogram and the source line. What else
 * there is among the BPF images (trampolines, dispatchers) has a symbol alone.
 */
#ifndef LIBINSPECT_BPF_IMAGE_H
#define LIBINSPECT_BPF_IMAGE_H

#include "bpf/btf_name.h"
#include "kernel/kernel.h"

struct bpf_image {
	uint64_t prog;        /* struct bpf_prog of the code; 0: it is none of a program */
	uint64_t main;        /* … of the program that it is a part of: the same where that has no subprograms; 0: not found */
	uint64_t id;          /* of the program; 0: it has none, or is not found */
	struct name name;     /* of the program */
	struct name function; /* the subprogram; empty: the code is the program's main function */
	struct name file;     /* the source, where the program was loaded with it; empty: unknown */
	struct name text;     /* the line itself, without what it is indented by */
	uint64_t line;        /* 0: unknown */
};

/*
 * Looks @address up among the images: of an instruction, for a return address that of its last byte. Fills @image
 * whole. Errors are of this kernel's layout; a list of images that is damaged is a kernel_problem().
 */
struct inspect_error *bpf_image_find(struct kernel *kernel, uint64_t address, struct bpf_image *image);

extern const struct view bpf_image_view, line_info_view;

#endif
