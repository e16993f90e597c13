/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug_path.h"

#include <string.h>

#include <inspect/inspect.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NAME_LENGTH_MAX 255

/* In each root; %b is the build-id as xx/yyy…, %r the release. */
static const char *const folders[] = { "/usr/lib/debug", "" };
static const char *const kernel_places[] = {
	"/.build-id/%b.debug",    "/boot/vmlinux-%r",   "/lib/modules/%r/vmlinux", "/usr/lib/modules/%r/vmlinux",
	"/lib/modules/%r/build/vmlinux", "/vmlinux-%r", "/vmlinux",
};
static const char *const module_places[] = { "/.build-id/%b.debug" };

bool debug_path_is_name(const char *name)
{
	size_t length = strnlen(name, NAME_LENGTH_MAX);

	if (!length || length == NAME_LENGTH_MAX || *name == '.')
		return false;
	for (; *name; name++) {
		if (*name == '/' || (unsigned char)*name < ' ')
			return false;
	}
	return true;
}

static bool expand_build_id(const struct build_id *build_id, struct strbuf *path)
{
	char text[2 * BUILD_ID_MAX + 1];

	if (build_id->size < 2)
		return false;
	build_id_format(build_id, text);
	strbuf_append(path, text, 2);
	strbuf_putc(path, '/');
	strbuf_puts(path, text + 2);
	return true;
}

/* Appends @place; false where something that it needs is not known. */
static bool expand(const struct debug_path_query *query, const char *place, struct strbuf *path)
{
	for (; *place; place++) {
		if (*place != '%') {
			strbuf_putc(path, *place);
		} else if (*++place == 'b') {
			if (!expand_build_id(&query->build_id, path))
				return false;
		} else {
			if (!query->release || !debug_path_is_name(query->release))
				return false;
			strbuf_puts(path, query->release);
		}
	}
	return true;
}

bool debug_path_next(const struct debug_path_query *query, size_t *index, struct strbuf *path)
{
	const char *const *places = query->is_module ? module_places : kernel_places;
	size_t count = query->is_module ? COUNT(module_places) : COUNT(kernel_places);

	while (*index < query->root_count * COUNT(folders) * count) {
		size_t root = *index / (COUNT(folders) * count), folder = *index / count % COUNT(folders);
		const char *place = places[(*index)++ % count];

		strbuf_clear(path);
		strbuf_puts(path, query->roots[root]);
		strbuf_puts(path, folders[folder]);
		if (expand(query, place, path))
			return !path->failed;
	}
	return false;
}

bool debug_path_tree(const char *const *roots, size_t root_count, const char *release, size_t *index,
		     struct strbuf *path)
{
	static const char *const system_trees[] = { "/usr/lib/debug/lib/modules/", "/usr/lib/debug/usr/lib/modules/",
						    "/lib/modules/" };
	size_t place = (*index)++;

	strbuf_clear(path);
	for (size_t i = 0; i < root_count; i++) {
		size_t here = *roots[i] ? 1 : COUNT(system_trees);

		if (place < here && *roots[i]) {
			strbuf_puts(path, roots[i]);
			return !path->failed;
		}
		if (place < here && release && debug_path_is_name(release)) {
			strbuf_puts(path, system_trees[place]);
			strbuf_puts(path, release);
			return !path->failed;
		}
		if (place < here)
			return false;
		place -= here;
	}
	return false;
}

bool debug_path_link(const char *const *roots, size_t root_count, const char *main, const char *name, size_t *index,
		     struct strbuf *path)
{
	const char *slash = strrchr(main, '/');
	size_t length = slash ? (size_t)(slash - main) + 1 : 0, place = (*index)++;

	/* Beside the file, in its .debug folder, or at the same path below the folders of debug information. */
	if (place >= (*main == '/' ? root_count + 2 : 2) || !debug_path_is_name(name))
		return false;
	strbuf_clear(path);
	if (place >= 2) {
		strbuf_puts(path, roots[place - 2]);
		strbuf_puts(path, folders[0]);
	}
	strbuf_append(path, main, length);
	strbuf_puts(path, place == 1 ? ".debug/" : "");
	strbuf_puts(path, name);
	return !path->failed;
}
