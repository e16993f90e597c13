/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/path.h"

#include <stddef.h>
#include <string.h>

/* The components of a path from its end on. */
struct components {
	const char *path;
	size_t end; /* what is behind it was seen */
};

/* The next component towards the front; length 0 at the front. A ".." takes away the one before it. */
static size_t previous(struct components *components, const char **start_ret)
{
	size_t parents = 0;

	while (components->end) {
		size_t end = components->end, start;

		while (end && components->path[end - 1] == '/')
			end--;
		start = end;
		while (start && components->path[start - 1] != '/')
			start--;
		components->end = start;
		*start_ret = components->path + start;
		if (end == start || (end - start == 1 && **start_ret == '.'))
			continue;
		if (end - start == 2 && !memcmp(*start_ret, "..", 2))
			parents++;
		else if (parents)
			parents--;
		else
			return end - start;
	}
	return 0;
}

bool path_ends_with(const char *path, const char *suffix)
{
	struct components in = { path, strlen(path) }, wanted = { suffix, strlen(suffix) };
	bool any = false;

	for (;;) {
		const char *a, *b;
		size_t length = previous(&wanted, &b);

		if (!length)
			return any;
		if (previous(&in, &a) != length || memcmp(a, b, length) != 0)
			return false;
		any = true;
	}
}
