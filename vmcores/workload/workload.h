/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The workload of a test guest: BPF programs, maps and links of every kind the kernel has, and a manifest that says
 * what hangs on what. It is the truth for the tests of libinspect, so nothing here guesses: each step either works, or
 * fails with the errno that the table in features.c lists for this kernel, or ends the run.
 *
 *   main.c        order of the steps              relations.c     programs on trampolines: the table of who hangs where
 *   features.c    what may fail, and where        trace_attach.c  probes, tracepoints, perf events, iterators
 *   objects.c     the .bpf.o files                net_attach.c    devices, sockets, network namespaces
 *   raw_progs.c   programs without BTF            cgroup_attach.c cgroups
 *   attach.c      what the attachers share        netdev.c, sockets.c   the devices and sockets they need
 *   maps.c        the table of further maps       contents.c      what is put into maps
 *   manifest.c    records                         map_dump.c, manifest_json.c   the manifest as JSON
 *   sys.c         bpf(2) beyond libbpf 1.1
 *
 * A program, map or link made here must be recorded by one of the manifest_* functions and its descriptor kept open.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/types.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CGROUP_PATH "/sys/fs/cgroup/workload"
#define CGROUP_CHILD CGROUP_PATH "/child"

/* ---- main.c ---- */

/* Print what libbpf said last and `WORKLOAD FAILED: …`, and exit with status 1. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* An expected failure: what libbpf said of it is of no interest. */
void messages_forget(void);
/* The running kernel: major << 16 | minor. */
unsigned kernel_series(void);
/* The file `name` beside the running binary. The result is the caller's to free. */
char *beside_binary(const char *name);

/* ---- features.c ---- */

/*
 * `feature` failed with -error (error > 0). Returns if the table allows that on this kernel, having recorded it as
 * skipped; else ends the run.
 */
void feature_failed(const char *feature, int error);
/* Has `feature` been recorded as skipped? What depends on it is skipped with it. */
bool feature_skipped(const char *feature);

/* ---- objects.c ---- */

void objects_load(void);
/* NULL if the object's feature is skipped on this kernel; ends the run if there is no such object or program. */
struct bpf_program *object_program(const char *object, const char *program);
struct bpf_map *object_map(const char *object, const char *map);
/* The BTF of the object that declares the types of the maps in maps.c. */
const struct btf *object_btf(const char *object, int *fd);

/* ---- relations.c ---- */

/* Before loading: tell libbpf the targets of the programs of `object`. 0 or -errno. */
int relations_set_targets(const char *object, struct bpf_object *loaded);
/* After loading: attach them in the table's order and record them. */
void relations_attach(const char *object);

/* ---- attach.c ---- */

struct attachment {
	const char *feature, *object, *program;
	/* Attach and record. 0 or -errno. */
	int (*run)(const struct attachment *attachment, struct bpf_program *program);
	const char *name; /* a function, device or map */
	int number;       /* an attach type or flags */
};

/* Run the rows whose objects are loaded, in order; what fails must be listed in features.c. */
void attachments_run(const struct attachment *rows, size_t count);
/* Record what libbpf returned (errno is looked at for NULL), or a descriptor or -errno. 0 or -errno. */
int keep_link(const struct attachment *attachment, struct bpf_link *link);
int keep_link_fd(const struct attachment *attachment, int fd);
/* Attach as the section's name says. */
int attach_by_section(const struct attachment *attachment, struct bpf_program *program);

void crash(void) __attribute__((noreturn)); /* crash.c: for good */
void trace_attach(void);
void net_attach(void);
void cgroup_attach(void);
/* Make the cgroup if need be, and open it. */
int cgroup_fd(const char *path);

/* ---- the other steps ---- */

void raw_programs_load(void);
void maps_create(void);
/* A map of the table in maps.c; negative if its feature is skipped. */
int map_fd(const char *name);
/* Fill maps that belong to objects. */
void contents_fill_objects(void);
/* Fill a map of the table in maps.c with `count` elements of a known pattern; they must be recorded already. */
void contents_fill(const char *name, int fd, unsigned count);

struct sockets {
	int listener, client, server; /* one TCP connection over lo */
	int udp, udp_filtered, packet, xdp;
};
/* Open at the first call. */
const struct sockets *sockets(void);

/* ---- netdev.c ---- */

void netdev_create_all(void);
/* Ends the run if there is no such device. */
unsigned netdev_index(const char *name);

/* ---- sys.c ---- */

/* The link types newer than libbpf 1.1 need these values and this layout, which the kernel keeps for ever. */
enum {
	WL_PROG_TYPE_NETFILTER = 32,
	WL_BPF_STRUCT_OPS = 44,
	WL_BPF_NETFILTER = 45,
	WL_BPF_TCX_INGRESS = 46,
	WL_BPF_TCX_EGRESS = 47,
	WL_BPF_TRACE_UPROBE_MULTI = 48,
	WL_BPF_CGROUP_UNIX_CONNECT = 49,
	WL_BPF_NETKIT_PRIMARY = 54,
	WL_BPF_NETKIT_PEER = 55,
	WL_BPF_TRACE_FSESSION = 58,
	WL_BPF_TRACE_FENTRY_MULTI = 59,
	WL_MAP_TYPE_USER_RINGBUF = 31,
	WL_MAP_TYPE_CGRP_STORAGE = 32,
	WL_MAP_TYPE_ARENA = 33,
	WL_MAP_TYPE_INSN_ARRAY = 34,
	WL_MAP_TYPE_RHASH = 35,
	WL_F_LINK = 1 << 13,
};

struct wl_link_attr {
	__u32 prog_fd, target, attach_type, flags;
	union {
		struct {
			__u32 pf, hooknum;
			__s32 priority;
			__u32 flags;
		} netfilter;
		struct {
			__u64 path, offsets, ref_ctr_offsets, cookies;
			__u32 cnt, flags, pid, path_fd;
		} uprobe_multi;
		struct {
			__u64 ids, cookies;
			__u32 cnt;
		} tracing_multi;
		__u64 room[8];
	};
};

/* A descriptor, or -errno. */
int sys_link_create(const struct wl_link_attr *attr);

/* ---- manifest.c ---- */

struct relation {
	const char *prog_name, *kind, *target_name, *function, *module;
	__u32 prog_id, target_prog_id, target_btf_id, link_id;
	bool attached;
};

/* Records keep the strings they are given. `fd` is asked for the id. */
void manifest_prog(int fd, const char *name, const char *section);
/* `count` < 0: the elements are enumerated when the manifest is written. */
void manifest_map(int fd, long count);
/* Elements that cannot be enumerated later (queues…): note them as they are put in. */
void manifest_element(int fd, const void *key, size_t key_size, const void *value, size_t value_size);
/* Returns the link's id, 0 where the descriptor is not a link (perf events before 5.15). */
__u32 manifest_link(int fd, const char *feature, const char *prog_name);
/* An attachment without a link. */
void manifest_attachment(const char *feature, const char *prog_name, const char *where);
void manifest_relation(const struct relation *relation);
void manifest_skip(const char *feature, int error);
void manifest_write(const char *path);

#endif
