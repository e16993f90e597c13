/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The elements of a map as the kernel's own calls tell them, for the manifest. Types that cannot be enumerated have
 * noted their elements while being filled.
 */
#include "manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_COUNT 64  /* more elements are counted only */
#define SMALL_VALUE 256 /* bytes */

/* The bytes of one lookup: a slot a CPU, each rounded up to 8, for the per-CPU types. */
static size_t lookup_size(const struct bpf_map_info *info)
{
	switch (info->type) {
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		return (info->value_size + 7) / 8 * 8 * (size_t)libbpf_num_possible_cpus();
	default:
		return info->value_size;
	}
}

static void dump_element(FILE *out, bool first, const struct bpf_map_info *info, const void *key, const void *value)
{
	size_t size = lookup_size(info), step = (info->value_size + 7) / 8 * 8;

	fputs(first ? "{\"key\":" : ",{\"key\":", out);
	json_hex(out, key, info->key_size);
	if (size == info->value_size) {
		fputs(",\"value\":", out);
		json_hex(out, value, size);
	} else {
		for (size_t at = 0; at < size; at += step) {
			fputs(at ? "," : ",\"values\":[", out);
			json_hex(out, (const char *)value + at, info->value_size);
		}
		fputc(']', out);
	}
	fputc('}', out);
}

/* Call dump_element for each element if `out` is given. Returns their number. */
static long enumerate(FILE *out, const struct map_record *map)
{
	char *key = calloc(1, map->info.key_size), *next = calloc(1, map->info.key_size);
	char *value = calloc(1, lookup_size(&map->info));
	long count = 0;
	bool first = true;

	if (!key || !next || !value)
		die("no memory");
	while (!bpf_map_get_next_key(map->fd, first ? NULL : key, next)) {
		first = false;
		memcpy(key, next, map->info.key_size);
		if (bpf_map_lookup_elem(map->fd, key, value)) {
			if (errno == ENOENT)
				continue;
			die("look-up in map %s: %s", map->info.name, strerror(errno));
		}
		if (out)
			dump_element(out, count == 0, &map->info, key, value);
		count++;
	}
	if (errno != ENOENT)
		die("keys of map %s: %s", map->info.name, strerror(errno));
	free(key);
	free(next);
	free(value);
	return count;
}

static void dump_noted(FILE *out, const struct map_record *map)
{
	const struct element *elements = map->elements.records;

	fputs(",\"elements\":[", out);
	for (size_t i = 0; i < map->elements.count; i++) {
		fputs(i ? ",{" : "{", out);
		if (elements[i].key_size) {
			fputs("\"key\":", out);
			json_hex(out, elements[i].key, elements[i].key_size);
			fputc(',', out);
		}
		fputs("\"value\":", out);
		json_hex(out, elements[i].value, elements[i].value_size);
		fputc('}', out);
	}
	fputc(']', out);
}

void map_dump(FILE *out, const struct map_record *map)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	long count = map->count;

	if (bpf_obj_get_info_by_fd(map->fd, &info, &size))
		die("information on map %s: %s", map->info.name, strerror(errno));
	if (count < 0)
		count = enumerate(NULL, map);
	fprintf(out, "\"entries\":%ld", count);
	if (map->count >= 0) {
		if (map->elements.count)
			dump_noted(out, map);
	} else if (count <= SMALL_COUNT && map->info.value_size <= SMALL_VALUE) {
		fputs(",\"elements\":[", out);
		enumerate(out, map);
		fputc(']', out);
	}
}
