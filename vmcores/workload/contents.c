/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is put into maps: a pattern that depends on the element's number only, or descriptors of known objects. */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VALUE_MAX 64

struct fill {
	const char *name;
	int fd;
	struct bpf_map_info info;
	unsigned count;
};

static void update(const struct fill *fill, const void *key, const void *value)
{
	if (bpf_map_update_elem(fill->fd, key, value, BPF_ANY))
		die("element of %s: %s", fill->name, strerror(errno));
}

/* The number of the element from 1, little endian, then bytes that count up. Arrays: the index. */
static void pattern_key(const struct bpf_map_info *info, unsigned i, unsigned char *key)
{
	bool array = info->type == BPF_MAP_TYPE_ARRAY || info->type == BPF_MAP_TYPE_PERCPU_ARRAY;
	__u32 number = array ? i : i + 1;

	for (__u32 at = 0; at < info->key_size; at++)
		key[at] = (unsigned char)(0xa0 + at);
	memcpy(key, &number, sizeof(number));
}

static void pattern_value(const struct bpf_map_info *info, unsigned i, unsigned char *value)
{
	for (__u32 at = 0; at < info->value_size; at++)
		value[at] = (unsigned char)(i * 31 + at * 7 + 1);
}

static void fill_plain(const struct fill *fill)
{
	unsigned char key[VALUE_MAX], value[VALUE_MAX];

	for (unsigned i = 0; i < fill->count; i++) {
		pattern_key(&fill->info, i, key);
		pattern_value(&fill->info, i, value);
		update(fill, key, value);
	}
}

/* CPU c has the value of element i + 64 c. */
static void fill_percpu(const struct fill *fill)
{
	int cpus = libbpf_num_possible_cpus();
	size_t step = (fill->info.value_size + 7) / 8 * 8;
	unsigned char key[VALUE_MAX], *values = calloc((size_t)cpus, step);

	if (!values)
		die("no memory");
	for (unsigned i = 0; i < fill->count; i++) {
		pattern_key(&fill->info, i, key);
		for (int cpu = 0; cpu < cpus; cpu++)
			pattern_value(&fill->info, i + 64 * (unsigned)cpu, values + step * (size_t)cpu);
		update(fill, key, values);
	}
	free(values);
}

/* Prefixes of 8, 16, 24 … bits in 10.0.0.0, then in 11.…; the bytes behind the prefix are set too. */
static void fill_lpm(const struct fill *fill)
{
	unsigned char key[VALUE_MAX] = { 0 }, value[VALUE_MAX];

	for (unsigned i = 0; i < fill->count; i++) {
		__u32 bits = 8 * (i % (fill->info.key_size - 4) + 1);

		memcpy(key, &bits, sizeof(bits));
		key[4] = (unsigned char)(10 + i / (fill->info.key_size - 4));
		key[5 + i] = (unsigned char)(i + 1);
		pattern_value(&fill->info, i, value);
		update(fill, key, value);
	}
}

/* Queues, stacks and bloom filters: pushed, and noted since nothing lists them. */
static void fill_pushed(const struct fill *fill)
{
	unsigned char value[VALUE_MAX];

	for (unsigned i = 0; i < fill->count; i++) {
		pattern_value(&fill->info, i, value);
		update(fill, NULL, value);
		manifest_element(fill->fd, NULL, 0, value, fill->info.value_size);
	}
}

/* Slots 0… of a map of descriptors; the value is 4 or 8 bytes. Not listed by the kernel where `noted`. */
static void fill_descriptors(const struct fill *fill, const int *descriptors, bool noted)
{
	for (__u32 i = 0; i < fill->count; i++) {
		__u64 value = (__u64)descriptors[i];

		update(fill, &i, &value);
	}
	if (noted)
		manifest_map(fill->fd, fill->count);
}

static void fill_perf_events(const struct fill *fill)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_BPF_OUTPUT,
					.sample_type = PERF_SAMPLE_RAW,
					.sample_period = 1 };
	int fd = (int)syscall(__NR_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		die("event for %s: %s", fill->name, strerror(errno));
	fill_descriptors(fill, &fd, true);
}

static void fill_cgroups(const struct fill *fill)
{
	int fd = cgroup_fd(CGROUP_PATH);

	fill_descriptors(fill, &fd, true);
}

static void fill_sockets(const struct fill *fill)
{
	int descriptors[] = { sockets()->client, sockets()->server };

	fill_descriptors(fill, descriptors, false);
}

static void fill_xsk(const struct fill *fill)
{
	fill_descriptors(fill, &sockets()->xdp, true);
}

static void fill_maps(const struct fill *fill)
{
	int descriptors[] = { map_fd("hash_plain"), map_fd("inner_template") };

	fill_descriptors(fill, descriptors, false);
}

/* Devices, with a program where the value has room for one. */
static void fill_devices(const struct fill *fill)
{
	static const char *const names[] = { "wl_veth0", "wl_veth1" };

	for (__u32 i = 0; i < fill->count; i++) {
		struct bpf_devmap_val value = { .ifindex = netdev_index(names[i]) };

		value.bpf_prog.fd = bpf_program__fd(object_program("net", "xdp_in_devmap"));
		update(fill, &i, &value);
	}
}

static void fill_cpus(const struct fill *fill)
{
	struct bpf_cpumap_val value = { .qsize = 64 };
	__u32 cpu = 0;

	value.bpf_prog.fd = bpf_program__fd(object_program("net", "xdp_in_cpumap"));
	update(fill, &cpu, &value);
}

/* Storage of one or two objects, by their descriptors. */
static void fill_storage(const struct fill *fill)
{
	unsigned char value[VALUE_MAX];
	int descriptors[2] = { -1, -1 };

	switch (fill->info.type) {
	case BPF_MAP_TYPE_SK_STORAGE:
		descriptors[0] = sockets()->udp;
		descriptors[1] = sockets()->listener;
		break;
	case BPF_MAP_TYPE_INODE_STORAGE:
		descriptors[0] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
		break;
	case BPF_MAP_TYPE_TASK_STORAGE:
		descriptors[0] = (int)syscall(__NR_pidfd_open, getpid(), 0);
		break;
	default:
		descriptors[0] = cgroup_fd(CGROUP_PATH);
	}
	for (unsigned i = 0; i < fill->count; i++) {
		pattern_value(&fill->info, i, value);
		update(fill, &descriptors[i], value);
		manifest_element(fill->fd, NULL, 0, value, fill->info.value_size);
	}
}

/* The first page, mapped and written. */
static void fill_arena(const struct fill *fill)
{
	size_t page = (size_t)getpagesize();
	unsigned char *memory =
		mmap(NULL, page * fill->info.max_entries, PROT_READ | PROT_WRITE, MAP_SHARED, fill->fd, 0);

	if (memory == MAP_FAILED)
		die("map %s: %s", fill->name, strerror(errno));
	for (size_t at = 0; at < page; at++)
		memory[at] = (unsigned char)(at * 7 + 1);
	manifest_map(fill->fd, 1);
}

/* Offsets of instructions; the kernel fills in the rest when a program uses the map. */
static void fill_instructions(const struct fill *fill)
{
	for (__u32 i = 0; i < fill->count; i++) {
		__u32 value[4] = { i };

		update(fill, &i, value);
	}
}

/* Nothing is put in, and nothing can be listed. */
static void fill_nothing(const struct fill *fill)
{
	manifest_map(fill->fd, 0);
}

static const struct {
	int type;
	void (*fill)(const struct fill *fill);
} fillers[] = {
	{ BPF_MAP_TYPE_PERCPU_HASH, fill_percpu },
	{ BPF_MAP_TYPE_PERCPU_ARRAY, fill_percpu },
	{ BPF_MAP_TYPE_LRU_PERCPU_HASH, fill_percpu },
	{ BPF_MAP_TYPE_LPM_TRIE, fill_lpm },
	{ BPF_MAP_TYPE_QUEUE, fill_pushed },
	{ BPF_MAP_TYPE_STACK, fill_pushed },
	{ BPF_MAP_TYPE_BLOOM_FILTER, fill_pushed },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, fill_perf_events },
	{ BPF_MAP_TYPE_CGROUP_ARRAY, fill_cgroups },
	{ BPF_MAP_TYPE_SOCKMAP, fill_sockets },
	{ BPF_MAP_TYPE_SOCKHASH, fill_sockets },
	{ BPF_MAP_TYPE_XSKMAP, fill_xsk },
	{ BPF_MAP_TYPE_ARRAY_OF_MAPS, fill_maps },
	{ BPF_MAP_TYPE_HASH_OF_MAPS, fill_maps },
	{ BPF_MAP_TYPE_DEVMAP, fill_devices },
	{ BPF_MAP_TYPE_DEVMAP_HASH, fill_devices },
	{ BPF_MAP_TYPE_CPUMAP, fill_cpus },
	{ BPF_MAP_TYPE_SK_STORAGE, fill_storage },
	{ BPF_MAP_TYPE_INODE_STORAGE, fill_storage },
	{ BPF_MAP_TYPE_TASK_STORAGE, fill_storage },
	{ WL_MAP_TYPE_CGRP_STORAGE, fill_storage },
	{ WL_MAP_TYPE_ARENA, fill_arena },
	{ WL_MAP_TYPE_INSN_ARRAY, fill_instructions },
	{ BPF_MAP_TYPE_RINGBUF, fill_nothing },
	{ WL_MAP_TYPE_USER_RINGBUF, fill_nothing },
};

void contents_fill(const char *name, int fd, unsigned count)
{
	struct fill fill = { .name = name, .fd = fd, .count = count };
	__u32 size = sizeof(fill.info);

	if (bpf_obj_get_info_by_fd(fd, &fill.info, &size))
		die("information on %s: %s", name, strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(fillers); i++)
		if (fillers[i].type == (int)fill.info.type) {
			fillers[i].fill(&fill);
			return;
		}
	fill_plain(&fill);
}

/* Slots of prog_arrays: the program of `object` in slot `index`. */
static void fill_prog_arrays(void)
{
	static const struct {
		const char *map, *program;
		__u32 index;
	} slots[] = {
		{ "tail_direct", "tail_leaf_one", 0 },
		{ "tail_direct", "tail_leaf_two", 1 },
		{ "tail_variable", "tail_leaf_two", 3 },
		{ "tail_variable", "tail_call_variable", 5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(slots); i++) {
		int program = bpf_program__fd(object_program("tail", slots[i].program));
		int map = bpf_map__fd(object_map("tail", slots[i].map));

		if (bpf_map_update_elem(map, &slots[i].index, &program, BPF_ANY))
			die("slot %u of %s: %s", slots[i].index, slots[i].map, strerror(errno));
	}
}

void contents_fill_objects(void)
{
	static const struct {
		const char *object, *map;
		unsigned count;
	} maps[] = {
		{ "target", "target_map", 3 }, { "trace", "iterated_map", 2 }, { "types", "typed_map", 3 },
		{ "types", "typed_array", 2 }, { "types", "locked_map", 3 },
	};
	int reuseport = bpf_map__fd(object_map("net", "reuseport_map"));
	__u64 value = (__u64)sockets()->udp;
	__u32 index = 0;

	fill_prog_arrays();
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		contents_fill(maps[i].map, bpf_map__fd(object_map(maps[i].object, maps[i].map)), maps[i].count);
	if (bpf_map_update_elem(reuseport, &index, &value, BPF_ANY))
		die("element of reuseport_map: %s", strerror(errno));
}
