/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "btf.h"
#include "table.h"

const struct source_ops *const source_table[] = {
	&kallsyms_source_ops,
	&elf_source_ops,
	&btf_source_ops,
	&system_map_source_ops,
	NULL,
};
