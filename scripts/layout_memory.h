/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of read, string and vtop. */
#ifndef SCRIPTS_LAYOUT_MEMORY_H
#define SCRIPTS_LAYOUT_MEMORY_H

#include <inspect/record.h>

extern const struct inspect_layout bytes_layout, string_layout, translation_layout;

#endif
