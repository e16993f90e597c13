/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A whole synthetic kernel of BPF objects, in the layouts of 5.4 to 7.3. The structs here have every member that any of
 * them has; the table says which kernels have which, after the BTF of real images. What world_create() puts in:
 *
 *	prog 1  target     XDP, two subprograms ("entry", "helper"), BTF 7 with two source lines each, maps 1 and 2
 *	prog 2  on_target  fexit on target's "helper", attached (from 5.5), tracing link 1 (from 5.8)
 *	prog 3  waiting    fentry on target's "entry", loaded and not attached
 *	prog 4  on_kernel  fentry on vfs_read, attached, tracing link 2
 *	prog 5  replacing  freplace of target's "entry" (from 5.6), link 3
 *	map 1   counts     a hash
 *	map 2   tails      a prog_array of XDP programs with prog 1 in slot 1, poked by prog 1 (from 5.5)
 */
#ifndef TESTS_UNIT_BPF_WORLD_H
#define TESTS_UNIT_BPF_WORLD_H

#include <stdio.h>

#include "../kernel/synthetic.h"
#include "bpf/bpf.h"
#include "bpf/enums.h"
#include "record/cell.h"

struct list_head {
	uint64_t next, prev;
};

struct hlist_node {
	uint64_t next, pprev;
};

struct xarray {
	uint64_t xa_head;
};

struct idr {
	struct xarray idr_rt;
};

struct xa_node {
	uint8_t shift, offset, count;
	uint64_t parent;
	uint64_t slots[64];
};

struct btf_header {
	uint32_t str_len;
};

struct btf {
	uint64_t types, strings, data, base_btf;
	uint32_t nr_types, start_id, start_str_off, id, data_size;
	struct btf_header hdr;
	uint8_t kernel_btf;
	char name[56];
};

struct btf_type {
	uint32_t name_off, info, type;
};

struct bpf_func_info {
	uint32_t insn_off, type_id;
};

struct bpf_line_info {
	uint32_t insn_off, file_name_off, line_off, line_col;
};

struct kuid_t {
	uint32_t val;
};

struct user_struct {
	struct kuid_t uid;
};

struct bpf_prog_offload {
	uint64_t netdev;
};

struct bpf_ksym {
	uint64_t start, end;
	char name[128];
	struct list_head lnode;
	uint8_t prog;
};

struct bpf_prog_aux {
	uint32_t id, used_map_cnt, func_cnt, real_func_cnt, func_idx, func_info_cnt, attach_btf_id;
	uint32_t nr_linfo, linfo_idx;
	uint8_t tail_call_reachable;
	uint64_t used_maps, func, func_info, prog, btf, attach_btf, attach_func_proto, attach_func_name, offload, user;
	uint64_t linfo, jited_linfo, main_prog_aux;
	uint64_t load_time, linked_prog, trampoline, dst_prog, dst_trampoline;
	struct hlist_node tramp_hlist;
	struct list_head ksym_lnode;
	struct bpf_ksym ksym;
	char name[16];
};

struct bpf_prog {
	uint16_t pages, flags;
	uint32_t type, expected_attach_type, len, jited_len;
	uint8_t tag[8];
	uint64_t aux, bpf_func;
};

struct bpf_map_owner {
	uint32_t type;
	uint8_t jited;
};

struct bpf_map {
	uint64_t ops, btf, owner;
	struct bpf_map_owner inner_owner;
	uint32_t id, map_type, map_flags, key_size, value_size, max_entries;
	uint8_t frozen;
	char name[16];
};

struct bpf_array_aux {
	struct bpf_map_owner owner;
	uint32_t type;
	uint8_t jited;
	struct list_head poke_progs;
};

struct bpf_array {
	struct bpf_map map;
	uint32_t owner_prog_type;
	uint8_t owner_jited;
	uint64_t aux;
	uint64_t ptrs[4];
};

struct prog_poke_elem {
	struct list_head list;
	uint64_t aux;
};

struct bpf_link {
	uint32_t id, type;
	uint64_t ops, prog;
};

struct bpf_tramp_link {
	struct bpf_link link;
	struct hlist_node tramp_hlist;
	uint64_t cookie;
};

struct bpf_tracing_link {
	struct bpf_tramp_link link; /* a struct bpf_link before 6.0: it comes first */
	uint64_t trampoline, tgt_prog;
};

struct net_device {
	char name[16];
	uint32_t ifindex;
};

struct bpf_xdp_link {
	struct bpf_link link;
	uint64_t dev;
	uint32_t flags;
};

struct bpf_trampoline_func {
	uint64_t addr;
};

struct bpf_trampoline {
	struct hlist_node hlist;
	uint64_t key, extension_prog;
	struct bpf_trampoline_func func;
	uint64_t progs_hlist[3];
};

#define WORLD_PROGS 8

/* All that is in the memory of the kernel. */
struct world_memory {
	struct idr prog_idr, map_idr, link_idr, btf_idr;
	struct xa_node prog_node, map_node, link_node, btf_node;
	struct bpf_prog progs[WORLD_PROGS]; /* by id; 6 and 7 are the subprograms of 1 */
	struct bpf_prog_aux auxs[WORLD_PROGS];
	struct bpf_map map;
	struct bpf_array array;
	struct bpf_array_aux array_aux;
	struct prog_poke_elem poke;
	struct bpf_tracing_link links[4]; /* by id */
	struct bpf_xdp_link xdp_link;
	struct net_device netdev;
	struct bpf_trampoline trampolines[4];
	uint64_t trampoline_table[1024];
	struct list_head bpf_kallsyms;
	struct btf btf, vmlinux_btf, module_btf;
	uint64_t types[4];
	struct btf_type type_records[4];
	char strings[600];
	struct bpf_func_info func_info[2];
	struct bpf_line_info lines[4];
	uint64_t line_addresses[4];
	uint64_t funcs[2], used_maps[2];
	struct user_struct user;
	struct bpf_prog_offload offload;
	char function_name[32];
	char hash_ops, array_ops, tracing_ops, xdp_ops, vfs_read[16], images[WORLD_PROGS][64];
};

struct world {
	struct synthetic s;
	struct bpf bpf;
	struct inspect_pool *pool;
	struct world_memory m;
};

extern const struct row world_rows[];
extern const size_t world_row_count;

/* The kernel of @series (504: 5.4); tests change world->m as they like before they ask. */
struct world *world_create(unsigned int series);
void world_destroy(struct world *world);

/* A record of a program, map or link, filled with success. */
struct inspect_record *world_prog(struct world *world, uint64_t id, unsigned int flags);
struct inspect_record *world_map(struct world *world, const void *map, uint64_t id, unsigned int flags);
struct inspect_record *world_link(struct world *world, const void *link, uint64_t id, unsigned int flags);

/* Appends @node to the hlist whose last pointer is at @pointer. */
void world_hlist(uint64_t *pointer, struct hlist_node *node);

/*
 * Cells as text, for one comparison each: "5", "true", "name", "[1,2]", "-" left out, "absent", "fault 0x…" and
 * "damaged CAUSE"; a suspect value is followed by "?". In a static buffer.
 */
const char *cell_text(const struct inspect_record *record, unsigned int column);
#define expect_cell(record, column, text) ck_assert_str_eq(cell_text(record, column), text)

/* The nested record of a RECORD or RECORDS cell: the @index-th, or NULL. */
const struct inspect_record *cell_nested(const struct inspect_record *record, unsigned int column, size_t index);

#endif
