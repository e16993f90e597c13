/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

size_t paths_split(char *paths, struct target_file files[PATHS_MAX])
{
	size_t count = 0;

	for (char *path = strtok(paths, ","); path && count < PATHS_MAX; path = strtok(NULL, ",")) {
		files[count] = (struct target_file){ .fd = open(path, O_RDONLY | O_CLOEXEC), .path = path };
		if (files[count++].fd < 0) {
			perror(path);
			return 0;
		}
	}
	return count;
}

bool paths_open(char *paths, struct opened *opened)
{
	struct target_file files[PATHS_MAX];
	size_t count = paths_split(paths, files);
	struct inspect_error *error;

	if (!count)
		return false;
	error = opened_init(opened, files, count);
	if (!error) {
		printf("%s: %s, %s, %s, %s%s%s\n", files[0].path, opened->target.facts.format,
		       opened->target.facts.container ? opened->target.facts.container : "plain",
		       opened->target.facts.compression ? opened->target.facts.compression : "not compressed",
		       opened->target.facts.partial ? "partial" : "complete", opened->target.facts.note ? ": " : "",
		       opened->target.facts.note ? opened->target.facts.note : "");
		return true;
	}
	fprintf(stderr, "%s\n", inspect_error_message(error));
	inspect_error_destroy(error);
	return false;
}
