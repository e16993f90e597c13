/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The programs compiled from samples/, one for each kind of DWARF; meson names them in DWARF_SAMPLES. */
#ifndef TESTS_UNIT_DWARF_SAMPLE_H
#define TESTS_UNIT_DWARF_SAMPLE_H

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../dwarf/table.h"
#include "base/error.h"
#include "core/object.h"
#include "core/scope.h"
#include "core/symbol.h"

/* The next sample's path, in @path; false at the end. *@list is NULL at first. */
static inline bool sample_next(const char **list, char path[static 1024])
{
	size_t length;

	if (!*list)
		*list = getenv("DWARF_SAMPLES");
	ck_assert_msg(*list != NULL, "DWARF_SAMPLES is not set");
	length = strcspn(*list, ":");
	ck_assert_uint_lt(length, 1024);
	memcpy(path, *list, length);
	path[length] = '\0';
	*list += length + ((*list)[length] == ':');
	return length != 0;
}

static inline struct inspect_error *sample_open(int fd, const char *name, struct source *source)
{
	struct source_input input = { .fd = fd, .name = name, .machine = MACHINE_OTHER };

	memset(source, 0, sizeof(*source));
	return elf_source_ops.open(&input, source);
}

static inline void sample_close(struct source *source)
{
	if (source->symbols)
		source->symbols->ops->destroy(source->symbols);
	scope_destroy(source->scope);
	scope_destroy(source->debug_scope);
}

#endif
