/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Types from BTF: the kernel's own (in the dump, /sys/kernel/btf/vmlinux, a file), a module's, a BPF program's.
 *
 * Bytes are validated (btf_validate.h) and then stay as they are: a struct type is made from its record when it is
 * asked for, the index of names when the first name is. So the bytes of a kernel, megabytes, are there once and no
 * more: libbpf would copy them, and does not know kinds newer than itself.
 */
#ifndef DWARF_BTF_H
#define DWARF_BTF_H

#include <stddef.h>

#include "core/scope.h"
#include "providers.h"

/*
 * A scope of the BTF in @bytes, which come from malloc() and are the scope's from now on; they are freed on failure
 * too. @base is the scope of what split BTF builds upon (a module's: vmlinux), or NULL; it must be one made here and
 * outlive the new one.
 */
struct inspect_error *btf_scope_create(const char *name, void *bytes, size_t size, struct scope *base,
				       struct scope **scope_ret);

/* A bare BTF blob, from a file or from memory. */
extern const struct source_ops btf_source_ops;

#endif
