/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of bpf_inspect (Documentation/bpf/drgn.rst of the kernel), with what we add to it. */
#ifndef SCRIPTS_LAYOUT_BPF_INSPECT_H
#define SCRIPTS_LAYOUT_BPF_INSPECT_H

#include <inspect/record.h>

/* Of records of inspect_prog_schema, inspect_map_schema, inspect_link_schema; details print where they were filled. */
extern const struct inspect_layout prog_layout, map_layout, link_layout;

#endif
