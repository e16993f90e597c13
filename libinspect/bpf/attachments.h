/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which program is attached to which function by a BPF trampoline: collected from the trampoline table and the links in
 * one pass each. The trampolines are the truth of what runs; the links add ids, and what a damaged trampoline hides.
 */
#ifndef LIBINSPECT_BPF_ATTACHMENTS_H
#define LIBINSPECT_BPF_ATTACHMENTS_H

#include "kernel/kernel.h"

struct bpf;

struct attachment {
	uint64_t prog;       /* struct bpf_prog that is attached */
	uint64_t trampoline; /* struct bpf_trampoline; 0: not known */
	uint64_t key;        /* of the trampoline: its target */
	bool key_unknown;    /* the trampoline could not be read; known from the link alone */
	uint64_t function;   /* address of the traced function */
	uint64_t target;     /* struct bpf_prog that it is attached to; 0: a function of the kernel */
	uint64_t link;       /* struct bpf_link; 0: not known */
	uint64_t link_id;    /* 0: none */
	int64_t kind;        /* enum bpf_tramp_prog_type */
	const char *kind_name; /* NULL: not known, where the trampoline is not */
};

/* See bpf_trampoline_compute_key() in include/linux/bpf.h: the kernel flag came with 5.11 (22dc4a0f5ed1). */
#define TRAMPOLINE_KEY_KERNEL UINT64_C(0x80000000)

static inline uint32_t trampoline_key_btf_id(uint64_t key)
{
	return (uint32_t)(key & 0x7fffffff);
}

/* Id of the program that is the target, or 0 where it is a function of the kernel. */
static inline uint32_t trampoline_key_prog_id(uint64_t key)
{
	return key & TRAMPOLINE_KEY_KERNEL ? 0 : (uint32_t)(key >> 32);
}

struct attachments {
	struct attachment *items; /* sorted by prog, then by link */
	size_t count;
	size_t capacity;
	size_t *by_target;        /* those with a target, sorted by it: indices into items */
	size_t target_count;
	bool collected;
};

void attachments_deinit(struct attachments *attachments);
/* Collects them unless that was done; what fails is a kernel_problem() and leaves the rest. */
const struct attachments *attachments_get(struct bpf *bpf);

/* The first attachment of program @prog (on program @target); the others follow: the range ends at *@end_ret. */
size_t attachments_of(const struct attachments *attachments, uint64_t prog, size_t *end_ret);
size_t attachments_on(const struct attachments *attachments, uint64_t target, size_t *end_ret);

/* The enumerator of enum bpf_tramp_prog_type for a program by its type and expected attach type. */
const char *attachment_kind_name(uint64_t prog_type, uint64_t attach_type, bool returns_void);

/* struct bpf_tracing_link, reached through its struct bpf_link. */
struct tracing_link_fields {
	struct view_state state;
	uint64_t trampoline;
	uint64_t key;
	uint64_t function;
	uint64_t target;
	uint64_t cookie;
};

extern const struct view trampoline_view, trampoline_member_view, tracing_link_view;

#endif
