/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program is attached to, as records of inspect_attach_schema. */
#ifndef LIBINSPECT_BPF_ATTACHED_H
#define LIBINSPECT_BPF_ATTACHED_H

#include "bpf/bpf.h"
#include "bpf/prog.h"

/*
 * Fills INSPECT_PROG_KERNEL_ATTACHED of @kernel_record for a program: each of its attachments; or, where it has none,
 * the target it was loaded for. What only an unreadable trampoline knows is marked, never guessed.
 */
struct inspect_error *fill_attached(struct bpf *bpf, const struct loaded *loaded, const struct prog_fields *prog,
				    struct inspect_record *kernel_record);

#endif
