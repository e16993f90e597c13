/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* struct bpf_map, and struct bpf_array as far as it holds programs. */
#ifndef LIBINSPECT_BPF_MAP_H
#define LIBINSPECT_BPF_MAP_H

#include "core/view.h"

extern const struct view map_view, prog_array_view, poke_view;

#endif
