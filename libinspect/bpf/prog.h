/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* struct bpf_prog and struct bpf_prog_aux as one plain struct. */
#ifndef LIBINSPECT_BPF_PROG_H
#define LIBINSPECT_BPF_PROG_H

#include "bpf/btf_name.h"
#include "bpf/fill.h"
#include "kernel/kernel.h"

struct prog_fields {
	struct view_state state;
	uint64_t type;
	uint64_t attach_type;
	uint64_t len;
	uint64_t jited_len;
	uint64_t pages;
	uint64_t gpl_compatible;
	uint64_t is_func;
	uint8_t tag[8];
	uint64_t aux;
	uint64_t back; /* aux->prog */
	uint64_t id;
	char name[16];
	uint64_t load_time;
	uint64_t uid;
	uint64_t func_cnt;
	uint64_t real_func_cnt;
	uint64_t func;
	uint64_t func_idx;
	uint64_t func_info;
	uint64_t func_info_cnt;
	uint64_t used_maps;
	uint64_t used_map_cnt;
	uint64_t btf;
	uint64_t btf_id;
	uint64_t offload;
	uint64_t offload_netdev;
	uint64_t tail_call_reachable;
	uint64_t ksym_name;
	uint64_t dst_prog;
	uint64_t dst_prog_id;
	uint64_t dst_trampoline;
	uint64_t attach_btf_id;
	uint64_t attach_func_name;
	uint64_t attach_proto_return;
	uint64_t attach_btf_name;
};

extern const struct view prog_view, func_info_view, map_id_view;

/* Whether a field of a program was read and is to be trusted. */
#define USABLE(loaded, member) loaded_usable(loaded, offsetof(struct prog_fields, member))

/* Reads a program; what is reached through an aux that belongs to another program is marked as damaged. */
struct inspect_error *prog_load(struct kernel *kernel, uint64_t address, struct prog_fields *prog,
				struct loaded *loaded);

/* The name of its function by BTF, else the name given at load, or for a subprogram the one in its symbol. */
struct inspect_error *prog_full_name(const struct loaded *loaded, const struct prog_fields *prog, struct name *name);

#endif
