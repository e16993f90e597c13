/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Enumerations: those of the UAPI by our own tables, internal ones and numbers newer than we are by the kernel's types.
 */
#ifndef LIBINSPECT_BPF_ENUMS_H
#define LIBINSPECT_BPF_ENUMS_H

#include <inspect/record.h>

#include "kernel/kernel.h"

extern const struct inspect_enumeration bpf_prog_types, bpf_map_types, bpf_link_types, bpf_attach_types;

/* Numbers that decisions hang on. */
enum {
	PROG_TYPE_TRACING = 26,
	PROG_TYPE_STRUCT_OPS = 27,
	PROG_TYPE_EXT = 28,
	PROG_TYPE_LSM = 29,

	ATTACH_TRACE_RAW_TP = 23,
	ATTACH_TRACE_FENTRY = 24,
	ATTACH_TRACE_FEXIT = 25,
	ATTACH_MODIFY_RETURN = 26,
	ATTACH_LSM_MAC = 27,
	ATTACH_TRACE_ITER = 28,
	ATTACH_TRACE_FSESSION = 58,

	MAP_TYPE_PROG_ARRAY = 3,

	LINK_TYPE_TRACING = 2,
	LINK_TYPE_XDP = 6,
	LINK_TYPE_STRUCT_OPS = 9,
};

/* The enumerator of enum @name with that number in the kernel's own types, or NULL. Borrowed from the scope. */
const char *kernel_enumerator(struct kernel *kernel, const char *name, int64_t number);

/* Fills an ENUM cell of a UAPI enumeration; where the table is too old, by the kernel's enum @type. */
void cell_uapi_enum(struct kernel *kernel, struct inspect_record *record, unsigned int column,
		    const struct inspect_enumeration *enumeration, const char *type, int64_t number);

#endif
