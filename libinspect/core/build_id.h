/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading and comparing build-ids (struct build_id is in providers.h). */
#ifndef LIBINSPECT_CORE_BUILD_ID_H
#define LIBINSPECT_CORE_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "providers.h"

/*
 * The build-id among the @size bytes of little-endian ELF notes at @notes, padded to 4 bytes (elf(5), "Notes"); false
 * where they have none, or are damaged.
 */
bool build_id_of_notes(const void *notes, size_t size, struct build_id *build_id_ret);

/* Two that are known and equal. */
bool build_id_equal(const struct build_id *a, const struct build_id *b);

/* In hexadecimal digits. */
void build_id_format(const struct build_id *build_id, char text[static 2 * BUILD_ID_MAX + 1]);
/* From @length hexadecimal digits; false where they are none, or are odd or too many. */
bool build_id_parse(const char *text, size_t length, struct build_id *build_id_ret);

#endif
