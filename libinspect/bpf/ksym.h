/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols of BPF images: programs, trampolines, dispatchers (the list bpf_kallsyms in kernel/bpf/core.c). */
#ifndef LIBINSPECT_BPF_KSYM_H
#define LIBINSPECT_BPF_KSYM_H

#include "core/symbol_array.h"
#include "kernel/kernel.h"

/* Adds them to @array, newest first as the kernel lists them. On an error, those found before it are in. */
struct inspect_error *bpf_symbols(struct kernel *kernel, struct symbol_array *array);

extern const struct view ksym_view;

#endif
