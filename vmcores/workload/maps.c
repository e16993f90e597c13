/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Maps of every type the kernel has, beyond those the objects bring. */
#include "workload.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <bpf/btf.h>

#define TYPES "types"   /* the object with the BTF */
#define PAGE UINT32_MAX /* as max_entries: a page's size */

static const struct spec {
	const char *name;
	int type;
	__u32 key_size, value_size, max_entries, flags;
	unsigned fill;
	bool frozen;
	const char *key_type, *value_type; /* of the BTF */
	const char *inner;                 /* map of maps: the template, an earlier map */
	__u64 extra;
} specs[] = {
	{ "hash_plain", BPF_MAP_TYPE_HASH, 4, 8, 16, 0, 5 },
	{ "hash_no_prealloc", BPF_MAP_TYPE_HASH, 4, 8, 16, BPF_F_NO_PREALLOC, 3 },
	{ "hash_long_keys", BPF_MAP_TYPE_HASH, 20, 12, 8, 0, 4 },
	{ "hash_empty", BPF_MAP_TYPE_HASH, 8, 8, 8, 0, 0 },
	{ "hash_full", BPF_MAP_TYPE_HASH, 4, 4, 8, 0, 8 },
	{ "hash_many", BPF_MAP_TYPE_HASH, 4, 8, 1024, BPF_F_NO_PREALLOC, 200 },
	{ "hash_frozen", BPF_MAP_TYPE_HASH, 4, 8, 4, 0, 2, true },
	{ "hash_typed", BPF_MAP_TYPE_HASH, 4, 32, 8, 0, 3, false, "int", "wl_value" },
	{ "map_name_15char", BPF_MAP_TYPE_HASH, 12, 32, 8, 0, 4, false, "wl_key", "wl_value" },
	{ "", BPF_MAP_TYPE_HASH, 4, 4, 4, 0, 1 },
	{ "percpu_hash", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 8, 0, 3 },
	{ "percpu_hash_odd", BPF_MAP_TYPE_PERCPU_HASH, 13, 20, 8, 0, 4 },
	{ "percpu_hash_np", BPF_MAP_TYPE_PERCPU_HASH, 12, 4, 8, BPF_F_NO_PREALLOC, 2 },
	{ "lru_hash", BPF_MAP_TYPE_LRU_HASH, 4, 8, 64, 0, 6 },
	{ "lru_hash_percpu", BPF_MAP_TYPE_LRU_HASH, 4, 8, 64, BPF_F_NO_COMMON_LRU, 4 },
	{ "lru_percpu_hash", BPF_MAP_TYPE_LRU_PERCPU_HASH, 6, 8, 64, 0, 3 },
	{ "array_plain", BPF_MAP_TYPE_ARRAY, 4, 8, 6, 0, 6 },
	{ "array_odd", BPF_MAP_TYPE_ARRAY, 4, 13, 5, 0, 3 },
	{ "array_frozen", BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0, 2, true },
	{ "array_mmapable", BPF_MAP_TYPE_ARRAY, 4, 8, 4, BPF_F_MMAPABLE, 4 },
	{ "array_readonly", BPF_MAP_TYPE_ARRAY, 4, 32, 3, BPF_F_RDONLY_PROG, 2, false, "int", "wl_value" },
	{ "percpu_array", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 3, 0, 3 },
	{ "percpu_arr_odd", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 12, 2, 0, 1 },
	{ "prog_array_none", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0, 0 },
	{ "perf_events", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 2, 0, 1 },
	{ "cgroup_array", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 2, 0, 1 },
	{ "stack_traces", BPF_MAP_TYPE_STACK_TRACE, 4, 64, 8, 0, 0 },
	{ "lpm_trie_v4", BPF_MAP_TYPE_LPM_TRIE, 8, 4, 16, BPF_F_NO_PREALLOC, 5 },
	{ "lpm_trie_v6", BPF_MAP_TYPE_LPM_TRIE, 20, 8, 16, BPF_F_NO_PREALLOC, 3 },
	{ "inner_template", BPF_MAP_TYPE_HASH, 4, 8, 16, 0, 1 },
	{ "array_of_maps", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 3, 0, 2, false, NULL, NULL, "inner_template" },
	{ "hash_of_maps", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 4, 0, 2, false, NULL, NULL, "inner_template" },
	{ "devmap", BPF_MAP_TYPE_DEVMAP, 4, 4, 4, 0, 2 },
	{ "devmap_progs", BPF_MAP_TYPE_DEVMAP, 4, 8, 4, 0, 1 },
	{ "devmap_hash", BPF_MAP_TYPE_DEVMAP_HASH, 4, 4, 4, 0, 2 },
	{ "cpumap", BPF_MAP_TYPE_CPUMAP, 4, 4, 2, 0, 1 },
	{ "cpumap_progs", BPF_MAP_TYPE_CPUMAP, 4, 8, 2, 0, 1 },
	{ "xskmap", BPF_MAP_TYPE_XSKMAP, 4, 4, 2, 0, 1 },
	{ "sock_map", BPF_MAP_TYPE_SOCKMAP, 4, 8, 4, 0, 0 },
	{ "sock_hash", BPF_MAP_TYPE_SOCKHASH, 4, 8, 4, 0, 0 },
	{ "sock_map_filled", BPF_MAP_TYPE_SOCKMAP, 4, 8, 4, 0, 2 },
	{ "sock_hash_full", BPF_MAP_TYPE_SOCKHASH, 4, 8, 2, 0, 2 },
	{ "queue", BPF_MAP_TYPE_QUEUE, 0, 8, 4, 0, 3 },
	{ "stack", BPF_MAP_TYPE_STACK, 0, 12, 4, 0, 2 },
	{ "bloom", BPF_MAP_TYPE_BLOOM_FILTER, 0, 8, 64, 0, 5, .extra = 3 },
	{ "ringbuf", BPF_MAP_TYPE_RINGBUF, 0, 0, PAGE, 0, 0 },
	{ "user_ringbuf", WL_MAP_TYPE_USER_RINGBUF, 0, 0, PAGE, 0, 0 },
	{ "reuseport_empty", BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, 4, 8, 2, 0, 0 },
	{ "sk_storage", BPF_MAP_TYPE_SK_STORAGE, 4, 32, 0, BPF_F_NO_PREALLOC, 2, false, "int", "wl_value" },
	{ "inode_storage", BPF_MAP_TYPE_INODE_STORAGE, 4, 32, 0, BPF_F_NO_PREALLOC, 1, false, "int", "wl_value" },
	{ "task_storage", BPF_MAP_TYPE_TASK_STORAGE, 4, 32, 0, BPF_F_NO_PREALLOC, 1, false, "int", "wl_value" },
	{ "cgrp_storage", WL_MAP_TYPE_CGRP_STORAGE, 4, 32, 0, BPF_F_NO_PREALLOC, 1, false, "int", "wl_value" },
	{ "arena", WL_MAP_TYPE_ARENA, 0, 0, 4, BPF_F_MMAPABLE, 1 },
	{ "insn_array", WL_MAP_TYPE_INSN_ARRAY, 4, 16, 2, 0, 2 },
	{ "rhash", WL_MAP_TYPE_RHASH, 4, 8, 16, BPF_F_NO_PREALLOC, 4 },
};

static int fds[ARRAY_SIZE(specs)];

static __u32 type_id(const struct btf *btf, const char *name)
{
	__s32 id = btf__find_by_name(btf, name);

	if (id <= 0)
		die("no type %s in " TYPES, name);
	return (__u32)id;
}

static int create(const struct spec *spec)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = spec->flags, .map_extra = spec->extra);
	__u32 max_entries = spec->max_entries == PAGE ? (__u32)getpagesize() : spec->max_entries;
	int btf_fd;

	if (spec->key_type) {
		const struct btf *btf = object_btf(TYPES, &btf_fd);

		options.btf_fd = (__u32)btf_fd;
		options.btf_key_type_id = type_id(btf, spec->key_type);
		options.btf_value_type_id = type_id(btf, spec->value_type);
	}
	if (spec->inner)
		options.inner_map_fd = (__u32)map_fd(spec->inner);
	return bpf_map_create((enum bpf_map_type)spec->type, spec->name[0] ? spec->name : NULL, spec->key_size,
			      spec->value_size, max_entries, &options);
}

void maps_create(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		const struct spec *spec = &specs[i];

		fds[i] = create(spec);
		if (fds[i] < 0) {
			feature_failed(spec->name, errno);
			continue;
		}
		manifest_map(fds[i], -1);
		contents_fill(spec->name, fds[i], spec->fill);
		if (spec->frozen && bpf_map_freeze(fds[i]))
			die("freeze %s: %s", spec->name, strerror(errno));
	}
}

int map_fd(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(specs); i++)
		if (!strcmp(specs[i].name, name))
			return fds[i];
	die("no map %s", name);
}
