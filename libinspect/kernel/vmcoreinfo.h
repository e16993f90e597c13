/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * VMCOREINFO: the kernel's own note for dump tools, lines of KEY=VALUE (kernel/vmcore_info.c, before 6.9
 * kernel/crash_core.c; documented in Documentation/admin-guide/kdump/vmcoreinfo.rst).
 */
#ifndef LIBINSPECT_KERNEL_VMCOREINFO_H
#define LIBINSPECT_KERNEL_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct vmcoreinfo {
	char *text; /* NUL-terminated copy; owned; NULL: none found */
	size_t size;
};

/* Takes a copy of @size bytes (at most 64 KiB) after a look at them: INSPECT_ERROR_FORMAT if this is no VMCOREINFO. */
struct inspect_error *vmcoreinfo_init(struct vmcoreinfo *info, const void *bytes, size_t size);
void vmcoreinfo_deinit(struct vmcoreinfo *info);

/* The value of the line KEY=VALUE; it ends at *@length_ret, not at a NUL. NULL where there is no such key. */
const char *vmcoreinfo_get(const struct vmcoreinfo *info, const char *key, size_t *length_ret);
/* SYMBOL(name), a hexadecimal address. */
bool vmcoreinfo_symbol(const struct vmcoreinfo *info, const char *name, uint64_t *value_ret);
/* NUMBER(name): signed decimal, or hexadecimal with 0x. */
bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *name, int64_t *value_ret);
/* A plain key with a hexadecimal value, with or without 0x (KERNELOFFSET) or a decimal one (PAGESIZE, CRASHTIME). */
bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *value_ret);
bool vmcoreinfo_decimal(const struct vmcoreinfo *info, const char *key, uint64_t *value_ret);

#endif
