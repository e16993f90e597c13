/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Symbols that a running kernel has beside its own: those of modules, and the pages of ftrace and kprobes, as
 * /proc/kallsyms lists them (kernel/kallsyms.c, struct kallsym_iter).
 */
#ifndef LIBINSPECT_KERNEL_MODULES_H
#define LIBINSPECT_KERNEL_MODULES_H

#include "core/symbol_array.h"
#include "kernel/kernel.h"

/* Add the symbols to @array. On an error, those found before it are in. */
struct inspect_error *modules_symbols(struct kernel *kernel, struct symbol_array *array);
struct inspect_error *ftrace_symbols(struct kernel *kernel, struct symbol_array *array);
struct inspect_error *kprobe_symbols(struct kernel *kernel, struct symbol_array *array);

extern const struct view module_view, kernel_symbol_view, ftrace_ops_view, kprobe_cache_view, kprobe_page_view;

#endif
