/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files that open a handle share: open.c (the dump), open_sources.c (symbols, files with types), open_types.c
 * (the dump's types). They alone name the tables of providers.
 */
#ifndef LIBINSPECT_OPEN_H
#define LIBINSPECT_OPEN_H

#include "handle.h"

/* Keeps @text, which must live as long as the handle, for inspect_note(); NULL is nothing to tell. */
void open_note(struct inspect *inspect, const char *text);

/* Sources: open_sources.c. */

/* What every source of this handle is given; @name must live as long as what comes out of it is used. */
struct source_input open_input(const struct inspect *inspect, const char *name);
/* The build-id of the dump's kernel; false where VMCOREINFO does not tell it (before 5.9, 0935288c6e00). */
bool open_build_id(const struct inspect *inspect, struct build_id *build_id_ret);
/* Opens @input by the source whose form it is of. */
struct inspect_error *open_source(const struct source_input *input, struct source *source);
/* Gives what @source has to the kernel; the source is empty afterwards. */
struct inspect_error *open_adopt(struct kernel *kernel, struct source *source);
void open_source_deinit(struct source *source);
/* Leaves in @source the scopes that the user wants. */
void open_choose_scopes(struct source *source, enum inspect_types types);

/* A file that the user named. */
struct inspect_error *open_symbol_file(struct inspect *inspect, const char *path, enum inspect_types types, bool force);
/* All symbols: of the files in @options, of the dump, of its modules and other images. */
struct inspect_error *open_symbols(struct inspect *inspect, const struct inspect_options *options);

/* Types: open_types.c. */

struct inspect_error *open_types(struct inspect *inspect, enum inspect_types types);
/* Where there is no BTF, DWARF serves for everything; false where there is none either. */
bool open_use_debug_scopes(struct inspect *inspect);

#endif
