/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The providers of bytes, one a file; target_table.c puts them in order. */
#ifndef TARGETS_TABLE_H
#define TARGETS_TABLE_H

#include "providers.h"

extern const struct target_ops target_kcore;
extern const struct target_ops target_elf;
extern const struct target_ops target_kdump;
#ifdef HAVE_LIBKDUMPFILE
extern const struct target_ops target_libkdumpfile;
#endif

#endif
