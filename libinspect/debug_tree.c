/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug_tree.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

#define LEVELS_MAX 32

/* How long the module's name is at the beginning of @file, "name.ko" or "name.ko.debug"; 0: it is no module's. */
static size_t module_length(const char *file)
{
	static const char *const endings[] = { ".ko", ".ko.debug" };
	size_t length = strlen(file);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && !strcmp(file + length - ending, endings[i]))
			return length - ending;
	}
	return 0;
}

static bool add_file(struct debug_tree *tree, const char *path)
{
	char *copy = strdup(path);

	if (copy && vec_push(&tree->files, copy))
		return true;
	free(copy);
	return false;
}

/* Whether the walk goes into a folder: not into hidden ones (.git), nor deeper than any kernel's tree is. */
static bool is_entered(const FTSENT *entry)
{
	return entry->fts_level <= LEVELS_MAX && (entry->fts_level == FTS_ROOTLEVEL || *entry->fts_name != '.');
}

bool debug_tree_add(struct debug_tree *tree, const char *folder)
{
	char *folders[] = { (char *)folder, NULL };
	FTS *walk = fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	bool ok = walk != NULL;
	FTSENT *entry;

	while (ok && tree->entries < DEBUG_TREE_ENTRIES_MAX && (entry = fts_read(walk))) {
		tree->entries++;
		if (entry->fts_info == FTS_D && !is_entered(entry))
			fts_set(walk, entry, FTS_SKIP);
		else if (entry->fts_info != FTS_D && entry->fts_info != FTS_DP && module_length(entry->fts_name))
			ok = add_file(tree, entry->fts_path);
	}
	if (walk)
		fts_close(walk);
	return ok;
}

void debug_tree_deinit(struct debug_tree *tree)
{
	for (size_t i = 0; i < tree->files.count; i++)
		free(tree->files.items[i]);
	vec_deinit(&tree->files);
	tree->entries = 0;
}

static char plain(char c)
{
	return c == '-' ? '_' : c;
}

static bool is_file_of(const char *path, const char *module)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	size_t length = module_length(file);

	for (size_t i = 0; i < length; i++) {
		if (plain(file[i]) != plain(module[i]))
			return false;
	}
	return !module[length];
}

const char *debug_tree_next(const struct debug_tree *tree, const char *module, size_t *cursor)
{
	while (*cursor < tree->files.count) {
		const char *path = tree->files.items[(*cursor)++];

		if (is_file_of(path, module))
			return path;
	}
	return NULL;
}
