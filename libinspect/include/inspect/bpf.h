/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The BPF objects of a kernel as records: programs, maps and links, and what hangs on what.
 *
 * The keys of the outer record are bpftool's, in its order; a fact that bpftool has and we do not know yet is an absent
 * key. What only kernel memory tells stands in the nested record `kernel`.
 */
#ifndef INSPECT_BPF_H
#define INSPECT_BPF_H

#include <inspect/expr.h>
#include <inspect/inspect.h>
#include <inspect/record.h>

#ifdef __cplusplus
extern "C" {
#endif

enum inspect_bpf_kind {
	INSPECT_BPF_PROG,
	INSPECT_BPF_MAP,
	INSPECT_BPF_LINK,
};

enum inspect_prog_column {
	INSPECT_PROG_ID,
	INSPECT_PROG_TYPE,
	INSPECT_PROG_NAME,     /* as bpftool names it */
	INSPECT_PROG_TAG,
	INSPECT_PROG_GPL_COMPATIBLE,
	INSPECT_PROG_LOADED_AT,
	INSPECT_PROG_UID,
	INSPECT_PROG_ORPHANED,
	INSPECT_PROG_BYTES_XLATED,
	INSPECT_PROG_JITED,
	INSPECT_PROG_BYTES_JITED,
	INSPECT_PROG_BYTES_MEMLOCK,
	INSPECT_PROG_MAP_IDS,
	INSPECT_PROG_BTF_ID,
	INSPECT_PROG_KERNEL,
};

/* The nested record `kernel` of a program. */
enum inspect_prog_kernel_column {
	INSPECT_PROG_KERNEL_ADDRESS,     /* struct bpf_prog */
	INSPECT_PROG_KERNEL_AUX,         /* struct bpf_prog_aux */
	INSPECT_PROG_KERNEL_FULL_NAME,   /* of its main function by BTF, else the name given at load */
	INSPECT_PROG_KERNEL_ATTACH_TYPE, /* expected_attach_type, for types of programs that have one */
	INSPECT_PROG_KERNEL_ATTACH_FUNCTION,
	INSPECT_PROG_KERNEL_TAIL_CALL_REACHABLE,
	INSPECT_PROG_KERNEL_ATTACHED,    /* records of inspect_attach_schema */
	INSPECT_PROG_KERNEL_LINKED,      /* details: programs that are attached to this one */
	INSPECT_PROG_KERNEL_USED_MAPS,   /* details: records of inspect_map_schema */
	INSPECT_PROG_KERNEL_FUNCS,       /* details: the subprograms, records of inspect_prog_schema */
};

/* One attachment of a program to a function, by a trampoline. */
enum inspect_attach_column {
	INSPECT_ATTACH_KIND,           /* enum bpf_tramp_prog_type */
	INSPECT_ATTACH_ATTACHED,       /* false: loaded for this target, not attached (yet) */
	INSPECT_ATTACH_TARGET_PROG_ID, /* left out: the target is a function of the kernel */
	INSPECT_ATTACH_TARGET_NAME,    /* full name of the target program */
	INSPECT_ATTACH_TARGET_BTF_ID,
	INSPECT_ATTACH_FUNCTION,
	INSPECT_ATTACH_MODULE,
	INSPECT_ATTACH_LINK_ID,
	INSPECT_ATTACH_TRAMPOLINE,     /* struct bpf_trampoline */
};

enum inspect_map_column {
	INSPECT_MAP_ID,
	INSPECT_MAP_TYPE,
	INSPECT_MAP_NAME,
	INSPECT_MAP_FLAGS,
	INSPECT_MAP_BYTES_KEY,
	INSPECT_MAP_BYTES_VALUE,
	INSPECT_MAP_MAX_ENTRIES,
	INSPECT_MAP_OWNER_PROG_TYPE,
	INSPECT_MAP_OWNER_JITED,
	INSPECT_MAP_FROZEN,
	INSPECT_MAP_BTF_ID,
	INSPECT_MAP_KERNEL,
};

enum inspect_map_kernel_column {
	INSPECT_MAP_KERNEL_ADDRESS, /* struct bpf_map */
	INSPECT_MAP_KERNEL_OPS,     /* symbol of its bpf_map_ops */
	INSPECT_MAP_KERNEL_OWNER,   /* details: type of the programs that may be in a prog_array */
	INSPECT_MAP_KERNEL_OWNER_JITED,
	INSPECT_MAP_KERNEL_SLOTS,   /* details: the programs of a prog_array, records of inspect_slot_schema */
	INSPECT_MAP_KERNEL_POKE,    /* details: the programs that tail-call through it with a constant index */
};

enum inspect_slot_column {
	INSPECT_SLOT_INDEX,
	INSPECT_SLOT_PROG,
};

enum inspect_link_column {
	INSPECT_LINK_ID,
	INSPECT_LINK_TYPE,
	INSPECT_LINK_PROG_ID,
	INSPECT_LINK_PROG_TYPE,
	INSPECT_LINK_ATTACH_TYPE,
	INSPECT_LINK_TARGET_OBJ_ID,
	INSPECT_LINK_TARGET_BTF_ID,
	INSPECT_LINK_COOKIE,
	INSPECT_LINK_DEVNAME,
	INSPECT_LINK_IFINDEX,
	INSPECT_LINK_KERNEL,
};

enum inspect_link_kernel_column {
	INSPECT_LINK_KERNEL_ADDRESS, /* struct bpf_link */
	INSPECT_LINK_KERNEL_OPS,     /* symbol of its bpf_link_ops */
	INSPECT_LINK_KERNEL_PROG,    /* the program, a record of inspect_prog_schema */
	INSPECT_LINK_KERNEL_ATTACH_FUNCTION,
	INSPECT_LINK_KERNEL_TARGET,  /* details: the program it is attached to */
	INSPECT_LINK_KERNEL_LINKED,  /* details: all programs on the same trampoline */
	INSPECT_LINK_KERNEL_NETDEV,  /* details, XDP: "name(ifindex)" */
	INSPECT_LINK_KERNEL_MODE,    /* details, XDP: HARDWARE, DRIVER, GENERIC or UNKNOWN */
};

INSPECT_PUBLIC extern const struct inspect_schema inspect_prog_schema, inspect_prog_kernel_schema,
	inspect_attach_schema, inspect_map_schema, inspect_map_kernel_schema, inspect_slot_schema, inspect_link_schema,
	inspect_link_kernel_schema;

/* The schema of one kind of object. */
INSPECT_PUBLIC const struct inspect_schema *inspect_bpf_schema(enum inspect_bpf_kind kind);

enum inspect_bpf_flags {
	INSPECT_BPF_DETAILS = 1 << 0, /* fill the columns above that say so */
};

struct inspect_bpf_walk;

/* All objects of @kind, by id. @inspect must outlive the walk. */
INSPECT_PUBLIC struct inspect_error *inspect_bpf_walk_create(struct inspect *inspect, enum inspect_bpf_kind kind,
							     unsigned int flags, struct inspect_bpf_walk **walk_ret);
/* @walk may be NULL. */
INSPECT_PUBLIC void inspect_bpf_walk_destroy(struct inspect_bpf_walk *walk);
/* The next object as a record in @pool; false at the end or on an error, which inspect_bpf_walk_finish() returns. */
INSPECT_PUBLIC bool inspect_bpf_walk_next(struct inspect_bpf_walk *walk, struct inspect_pool *pool,
					  struct inspect_record **record_ret);
INSPECT_PUBLIC struct inspect_error *inspect_bpf_walk_finish(struct inspect_bpf_walk *walk);

/* The object with that id; *@record_ret becomes NULL where there is none. */
INSPECT_PUBLIC struct inspect_error *inspect_bpf_find(struct inspect *inspect, enum inspect_bpf_kind kind, uint64_t id,
						      unsigned int flags, struct inspect_pool *pool,
						      struct inspect_record **record_ret);

/*
 * An expression (expr.h) about objects of @kind, one after another, with these names bound to the one at hand:
 *
 *	programs	prog (struct bpf_prog *), aux (struct bpf_prog_aux *), id
 *	maps		map (struct bpf_map *), id; what a type of map has beyond is container_of(map, struct bpf_htab, map)
 *	links		link (struct bpf_link *), prog and aux of its program (null: it has none), id, prog_id
 *
 * inspect_print_bind() says which: until then, using them is an error.
 */
INSPECT_PUBLIC struct inspect_error *inspect_print_create_bpf(struct inspect *inspect, enum inspect_bpf_kind kind,
							      const char *expression,
							      const struct inspect_print_options *options,
							      struct inspect_print **print_ret);
/*
 * From now on the expression is about the object of @record, which a walk or a find has yielded; evaluation starts
 * over. What the record does not know of it, since it could not be read, is an INSPECT_ERROR_FAULT where it is used.
 */
INSPECT_PUBLIC struct inspect_error *inspect_print_bind(struct inspect_print *print,
							const struct inspect_record *record);

#ifdef __cplusplus
}
#endif

#endif
