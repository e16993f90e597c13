/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* struct bpf_link: the part that all types of links share. */
#ifndef LIBINSPECT_BPF_LINK_H
#define LIBINSPECT_BPF_LINK_H

#include "kernel/kernel.h"

struct link_summary {
	uint64_t address;
	uint64_t id;   /* 0: just being created */
	uint64_t type; /* enum bpf_link_type */
	uint64_t prog; /* struct bpf_prog, or 0 */
};

/* Reads the link at @address; fields that cannot be read are 0. */
struct inspect_error *link_summary(struct kernel *kernel, uint64_t address, struct link_summary *summary);

extern const struct view link_view, xdp_link_view;

#endif
