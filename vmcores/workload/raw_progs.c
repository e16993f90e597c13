/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs of bare instructions: no BTF, so the kernel knows the name given at load only, if any. */
#include "workload.h"

#include <errno.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct raw_program {
	const char *name; /* NULL: none */
	const char *license;
	enum bpf_prog_type type;
	uid_t uid;
} programs[] = {
	{ "raw_name_15char", "GPL", BPF_PROG_TYPE_SOCKET_FILTER, 0 },
	{ NULL, "GPL", BPF_PROG_TYPE_SOCKET_FILTER, 0 },
	{ NULL, "Proprietary", BPF_PROG_TYPE_XDP, 0 },
	{ "raw_proprietary", "Proprietary", BPF_PROG_TYPE_SCHED_CLS, 0 },
	{ "raw_uid_1000", "GPL", BPF_PROG_TYPE_KPROBE, 1000 },
	{ "raw_uid_65534", "Proprietary", BPF_PROG_TYPE_SOCKET_FILTER, 65534 },
	{ "raw_tp_writable", "GPL", BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, 0 },
	{ "raw_one", "GPL", BPF_PROG_TYPE_TRACEPOINT, 0 },
};

/* The user the kernel charges is the real one; capabilities stay, by the secure bit. */
static void become(uid_t uid)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) || setresuid(uid, uid, 0))
		die("become user %u: %s", (unsigned)uid, strerror(errno));
}

void raw_programs_load(void)
{
	/* r0 = 0; exit */
	static const struct bpf_insn code[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K },
						{ .code = BPF_JMP | BPF_EXIT } };

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		const struct raw_program *raw = &programs[i];
		int fd, error;

		become(raw->uid);
		fd = bpf_prog_load(raw->type, raw->name, raw->license, code, ARRAY_SIZE(code), NULL);
		error = errno;
		become(0);
		if (fd < 0)
			feature_failed("raw_programs", error);
		else
			manifest_prog(fd, raw->name ? raw->name : "", "raw");
	}
}
