/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * compare_forms DUMP DUMP: compares every page of physical memory that both dumps hold, both read by our providers. For
 * two forms of one state of a guest. A split dump is given as its files joined by commas. Exit status 1 where a page
 * differs, 2 where there is nothing to compare.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "image.h"
#include "paths.h"
#include "providers.h"

#define PAGE 4096

int main(int argc, char **argv)
{
	static char left_page[PAGE], right_page[PAGE];
	uint64_t compared = 0, different = 0, only_left = 0, only_right = 0, start = 0, size;
	struct opened left, right;

	if (argc != 3) {
		fprintf(stderr, "usage: compare_forms DUMP DUMP\n");
		return 2;
	}
	if (!paths_open(argv[1], &left))
		return 2;
	if (!paths_open(argv[2], &right)) {
		opened_deinit(&left);
		return 2;
	}
	while (memory_next_physical(&left.memory, start, &start, &size)) {
		for (uint64_t page = start & -(uint64_t)PAGE; page < start + size; page += PAGE) {
			bool in_left = !memory_read_physical(&left.memory, page, left_page, PAGE, NULL);
			bool in_right = !memory_read_physical(&right.memory, page, right_page, PAGE, NULL);

			only_left += in_left && !in_right;
			only_right += !in_left && in_right;
			compared += in_left && in_right;
			if (in_left && in_right && memcmp(left_page, right_page, PAGE)) {
				different++;
				printf("page at 0x%llx differs\n", (unsigned long long)page);
			}
		}
		start += size;
	}
	printf("%llu pages compared, %llu different, %llu only in the first, %llu only in the second\n",
	       (unsigned long long)compared, (unsigned long long)different, (unsigned long long)only_left,
	       (unsigned long long)only_right);
	opened_deinit(&left);
	opened_deinit(&right);
	return different ? 1 : compared ? 0 : 2;
}
