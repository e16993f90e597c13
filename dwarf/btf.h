/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Types from BTF: the kernel's own (in the dump, /sys/kernel/btf/vmlinux, a file), a module's, a BPF program's.
 *
 * Bytes are validated (btf_validate.h), then handed to libbpf, which copies them; a struct type is made when it is
 * asked for, the index of names when the first name is. libbpf serves to find records and strings, nothing
 * else: what it has to resolve types or to print them may loop or overflow on hostile BTF.
 */
#ifndef DWARF_BTF_H
#define DWARF_BTF_H

#include <stddef.h>

#include "core/scope.h"
#include "providers.h"

/*
 * A scope of the BTF in @bytes, which are not needed after the call. @base is the scope of what split BTF builds upon
 * (a module's: vmlinux), or NULL; it must be one made here and outlive the new one.
 */
struct inspect_error *btf_scope_create(const char *name, const void *bytes, size_t size, struct scope *base,
				       struct scope **scope_ret);

/* A bare BTF blob, from a file or from bytes. */
extern const struct source_ops btf_source_ops;

#endif
