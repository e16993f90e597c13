/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is seen from one side only: programs that run and are not in prog_idr. */
#ifndef LIBINSPECT_BPF_CROSS_VIEW_H
#define LIBINSPECT_BPF_CROSS_VIEW_H

struct bpf;

/* Looks for the program of each attachment in prog_idr; each that is not there is a kernel_problem(). */
void cross_view_attachments(struct bpf *bpf);

#endif
