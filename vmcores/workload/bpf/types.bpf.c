/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The types of the maps that maps.c makes with BTF. */
#include "workload.bpf.h"

struct wl_key {
	__u32 id;
	__u16 kind;
	char tag[6];
};

struct wl_value {
	__u64 sum;
	__u32 parts[3];
	unsigned low : 3, high : 13;
	char label[8];
};

/* The kernel hides the lock from those who look. */
struct wl_locked {
	struct bpf_spin_lock lock;
	__u32 guarded[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct wl_locked);
} locked_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, struct wl_key);
	__type(value, struct wl_value);
} typed_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct wl_value);
} typed_array SEC(".maps");

SEC("socket")
int types_user(struct __sk_buff *skb)
{
	int index = 1;

	return bpf_map_lookup_elem(&typed_array, &index) ? 1 : 0;
}

LICENSE("GPL");
