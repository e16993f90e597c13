/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * compare_libkdumpfile DUMP DUMP: compares every page of physical memory of the first, read by us, with the second,
 * read by libkdumpfile: the same file, or another kdump form of it (0.5.1 knows no flattened ones, and takes the page
 * before an ELF segment that is not aligned in the file to be there). A split dump is given as its files joined by
 * commas. Exit status 1 where a page differs or only one of us can read it, 2 where there is nothing to compare.
 */
#include <stdio.h>
#include <string.h>

#include <libkdumpfile/kdumpfile.h>

#include "core/memory.h"
#include "paths.h"

#define PAGE 4096

static kdump_ctx_t *open_theirs(char *paths)
{
	struct target_file files[PATHS_MAX];
	size_t count = paths_split(paths, files);
	kdump_ctx_t *context;
	int fds[PATHS_MAX];

	for (size_t i = 0; i < count; i++)
		fds[i] = files[i].fd;
	context = count ? kdump_new() : NULL;
	if (context && kdump_open_fdset(context, (unsigned int)count, fds) != KDUMP_OK) {
		fprintf(stderr, "%s: %s\n", files[0].path, kdump_get_err(context));
		kdump_free(context);
		context = NULL;
	}
	return context;
}

int main(int argc, char **argv)
{
	static char our_page[PAGE], their_page[PAGE];
	uint64_t compared = 0, different = 0, missing = 0, start = 0, size;
	struct opened ours;
	kdump_ctx_t *theirs;

	if (argc != 3) {
		fprintf(stderr, "usage: compare_libkdumpfile DUMP DUMP\n");
		return 2;
	}
	if (!paths_open(argv[1], &ours))
		return 2;
	theirs = open_theirs(argv[2]);
	while (theirs && memory_next_physical(&ours.memory, start, &start, &size)) {
		for (uint64_t page = start & -(uint64_t)PAGE; page < start + size; page += PAGE) {
			bool in_ours = !memory_read_physical(&ours.memory, page, our_page, PAGE, NULL), in_theirs;
			size_t length = PAGE;

			in_theirs = kdump_read(theirs, KDUMP_MACHPHYSADDR, page, their_page, &length) == KDUMP_OK;
			missing += !in_ours && !in_theirs;
			compared += in_ours && in_theirs;
			if (in_ours == in_theirs && (!in_ours || !memcmp(our_page, their_page, PAGE)))
				continue;
			different++;
			printf("page at 0x%llx: %s\n", (unsigned long long)page,
			       in_ours == in_theirs ? "differs" :
			       in_ours		    ? "libkdumpfile cannot read it" :
						      "only libkdumpfile can read it");
		}
		start += size;
	}
	printf("%llu pages compared, %llu different, %llu in neither\n", (unsigned long long)compared,
	       (unsigned long long)different, (unsigned long long)missing);
	if (theirs)
		kdump_free(theirs);
	opened_deinit(&ours);
	return different ? 1 : compared ? 0 : 2;
}
