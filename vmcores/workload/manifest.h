/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records behind manifest.json, shared by the files that collect and write them. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stdio.h>

#include "workload.h"

#define ELEMENT_MAX 64 /* bytes of a key or a value noted by manifest_element */

struct record_list {
	void *records;
	size_t count;
};

struct prog_record {
	__u32 id, type;
	const char *name, *section;
};

struct element {
	unsigned char key[ELEMENT_MAX], value[ELEMENT_MAX];
	size_t key_size, value_size;
};

struct map_record {
	int fd;
	struct bpf_map_info info;
	long count; /* < 0: enumerate */
	struct record_list elements;
};

struct link_record {
	__u32 id, type, prog_id;
	const char *feature, *prog_name;
};

struct attachment_record {
	const char *feature, *prog_name, *where;
};

struct skip_record {
	const char *feature;
	int error;
};

extern struct manifest {
	struct record_list progs, maps, links, attachments, relations, skips;
} manifest;

/* Write `"entries":N` and, for small maps, `,"elements":[…]`. */
void map_dump(FILE *out, const struct map_record *map);
void json_hex(FILE *out, const void *bytes, size_t size);

#endif
