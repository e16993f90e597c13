/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which program hangs on which function by a trampoline: this table is what is set before loading, what is attached
 * after it, and what the manifest says. Rows are attached in this order.
 */
#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/btf.h>

#define FENTRY "BPF_TRAMP_FENTRY"
#define FEXIT "BPF_TRAMP_FEXIT"
#define MODIFY "BPF_TRAMP_MODIFY_RETURN"
#define REPLACE "BPF_TRAMP_REPLACE"

enum how {
	ATTACH,    /* to the target it was loaded with */
	LOAD_ONLY, /* never attached */
	AGAIN,     /* the program of an earlier row, to another target, by a further link */
	MULTI,     /* to the functions of this row and of the program's further rows, by one link */
	SAME_LINK, /* another part of an earlier row's link */
};

struct row {
	const char *object, *program, *kind;
	const char *target_object, *target; /* NULL: a kernel function */
	const char *function, *module;
	enum how how;
};

#define ON_PROGRAM(object, program, kind, target_object, target, function, how)   \
	{                                                                         \
		object, program, kind, target_object, target, function, NULL, how \
	}
#define ON_KERNEL(object, program, kind, function, how)                \
	{                                                              \
		object, program, kind, NULL, NULL, function, NULL, how \
	}
#define ON_MODULE(object, program, kind, function, module)                  \
	{                                                                   \
		object, program, kind, NULL, NULL, function, module, ATTACH \
	}
#define ON_TARGET(program, kind, function, how) \
	ON_PROGRAM("hooks", program, kind, "target", "target_main_program", function, how)
#define ON_SECOND(program, kind, function, how) \
	ON_PROGRAM("hooks", program, kind, "target2", "prog_name_15chr", function, how)
#define ON_XDP(program, kind, function) \
	ON_PROGRAM("hooks", program, kind, "target_xdp", "xdp_target_main", function, ATTACH)
#define CHAINED(program, kind, target_object, target) \
	ON_PROGRAM("chain", program, kind, target_object, target, target, ATTACH)

static const struct row rows[] = {
	ON_TARGET("on_target_main_entry", FENTRY, "target_main_program", ATTACH),
	ON_TARGET("on_target_main_exit", FEXIT, "target_main_program", ATTACH),
	ON_TARGET("on_target_main_exit_again", FEXIT, "target_main_program", ATTACH),
	ON_TARGET("on_target_static_sub_a", FEXIT, "target_static_sub_a", ATTACH),
	ON_TARGET("on_target_static_sub_b", FEXIT, "target_static_sub_b", ATTACH),
	ON_TARGET("on_target_static_sub_b_entry", FENTRY, "target_static_sub_b", ATTACH),
	ON_TARGET("on_sub_name_15char", FEXIT, "sub_name_15char", ATTACH),
	ON_TARGET("on_target_global_plain_first", FENTRY, "target_global_plain", ATTACH),
	ON_TARGET("on_target_global_plain_second", FENTRY, "target_global_plain", ATTACH),
	ON_TARGET("on_target_global_plain_third", FENTRY, "target_global_plain", ATTACH),
	ON_TARGET("never_attached_fexit", FEXIT, "target_static_sub_a", LOAD_ONLY),
	ON_TARGET("replacing_one_everywhere", REPLACE, "target_replace_one", ATTACH),
	ON_SECOND("replacing_one_everywhere", REPLACE, "second_replaceable", AGAIN),
	ON_TARGET("replacing_two", REPLACE, "target_replace_two", ATTACH),
	ON_TARGET("never_attached_freplace", REPLACE, "target_replace_three", LOAD_ONLY),
	ON_SECOND("on_second_main", FEXIT, "prog_name_15chr", ATTACH),
	ON_SECOND("on_second_static_sub", FENTRY, "second_static_sub", ATTACH),
	ON_XDP("on_xdp_main_entry", FENTRY, "xdp_target_main"),
	ON_XDP("on_xdp_main_exit", FEXIT, "xdp_target_main"),
	ON_XDP("replacing_xdp_sub", REPLACE, "xdp_replaceable"),
	ON_KERNEL("kernel", "kernel_entry_one", FENTRY, "bpf_fentry_test1", ATTACH),
	ON_KERNEL("kernel", "kernel_entry_two", FENTRY, "bpf_fentry_test1", ATTACH),
	ON_KERNEL("kernel", "kernel_exit_one", FEXIT, "bpf_fentry_test1", ATTACH),
	ON_KERNEL("kernel", "kernel_exit_mkdir", FEXIT, "vfs_mkdir", ATTACH),
	ON_KERNEL("kernel", "kernel_entry_security", FENTRY, "security_inode_link", ATTACH),
	ON_KERNEL("kernel", "kernel_never_attached", FEXIT, "vfs_rmdir", LOAD_ONLY),
	ON_KERNEL("kernel", "kernel_modify_mknod", MODIFY, "security_inode_mknod", ATTACH),
	ON_KERNEL("kernel", "kernel_modify_symlink", MODIFY, "security_inode_symlink", ATTACH),
	ON_KERNEL("kernel", "kernel_modify_symlink_again", MODIFY, "security_inode_symlink", ATTACH),
	ON_MODULE("module", "module_xmit_entry", FENTRY, "dummy_xmit", "dummy"),
	ON_MODULE("module", "module_xmit_exit", FEXIT, "dummy_xmit", "dummy"),
	ON_KERNEL("fsession", "kernel_session", FENTRY, "bpf_fentry_test2", ATTACH),
	ON_KERNEL("fsession", "kernel_session", FEXIT, "bpf_fentry_test2", SAME_LINK),
	ON_KERNEL("tracing_multi", "kernel_entry_multi", FENTRY, "bpf_fentry_test3", MULTI),
	ON_KERNEL("tracing_multi", "kernel_entry_multi", FENTRY, "bpf_fentry_test4", SAME_LINK),
	ON_KERNEL("tracing_multi", "kernel_entry_multi", FENTRY, "bpf_fentry_test6", SAME_LINK),
	ON_KERNEL("lsm", "lsm_mkdir_first", MODIFY, "bpf_lsm_inode_mkdir", ATTACH),
	ON_KERNEL("lsm", "lsm_mkdir_second", MODIFY, "bpf_lsm_inode_mkdir", ATTACH),
	ON_KERNEL("lsm", "lsm_committing_creds", FEXIT, "bpf_lsm_bprm_committing_creds", ATTACH),
	ON_KERNEL("lsm", "lsm_committed_creds_s", FEXIT, "bpf_lsm_bprm_committed_creds", ATTACH),
	/* No relation (kind NULL): on the hook's trampoline is a shim of the kernel, these are in a cgroup's array. */
	ON_KERNEL("lsm_cgroup", "lsm_cgroup_bind", NULL, "bpf_lsm_socket_bind", LOAD_ONLY),
	ON_KERNEL("lsm_cgroup", "lsm_cgroup_clone", NULL, "bpf_lsm_inet_csk_clone", LOAD_ONLY),
	CHAINED("on_freplace_entry", FENTRY, "hooks", "replacing_two"),
	CHAINED("on_freplace_exit", FEXIT, "hooks", "replacing_two"),
	CHAINED("on_cgroup_exit", FEXIT, "cgroup", "cgroup_ingress"),
	CHAINED("on_kprobe_entry", FENTRY, "trace", "kprobe_symlink"),
	CHAINED("replacing_main", REPLACE, "net", "tc_action_loaded"),
};

/* libbpf adds the prefix of LSM hooks itself. */
static const char *attach_name(const struct row *row)
{
	static const char prefix[] = "bpf_lsm_";

	return strncmp(row->function, prefix, sizeof(prefix) - 1) ? row->function : row->function + sizeof(prefix) - 1;
}

int relations_set_targets(const char *object, struct bpf_object *opened)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct bpf_program *program;
		int target = 0, error;

		if (strcmp(row->object, object) || row->how == AGAIN || row->how == MULTI || row->how == SAME_LINK)
			continue;
		program = bpf_object__find_program_by_name(opened, row->program);
		if (!program)
			die("no program %s in %s", row->program, object);
		if (row->target)
			target = bpf_program__fd(object_program(row->target_object, row->target));
		error = bpf_program__set_attach_target(program, target, attach_name(row));
		if (error)
			return error;
	}
	return 0;
}

static __u32 program_id(int fd, __u32 *btf_id)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		die("information on a program: %s", strerror(errno));
	if (btf_id)
		*btf_id = info.btf_id;
	return info.id;
}

static __u32 function_id(const struct btf *btf, const char *function)
{
	int id = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : -ENOENT;

	if (id <= 0)
		die("no function %s in the target's BTF", function);
	return (__u32)id;
}

static __u32 program_function_id(__u32 btf_id, const char *function)
{
	struct btf *btf = btf__load_from_kernel_by_id(btf_id);
	__u32 id = function_id(btf, function);

	btf__free(btf);
	return id;
}

static __u32 kernel_function_id(const struct row *row)
{
	static struct btf *vmlinux;
	struct btf *module;
	__u32 id;

	if (!vmlinux)
		vmlinux = btf__load_vmlinux_btf();
	if (!row->module)
		return function_id(vmlinux, row->function);
	module = btf__load_module_btf(row->module, vmlinux);
	id = function_id(module, row->function);
	btf__free(module);
	return id;
}

static int attach_multi(const struct row *first, int program)
{
	__u32 ids[ARRAY_SIZE(rows)];
	struct wl_link_attr attr = { .prog_fd = (__u32)program,
				     .attach_type = WL_BPF_TRACE_FENTRY_MULTI,
				     .tracing_multi.ids = (uintptr_t)ids };

	for (const struct row *row = first; row < rows + ARRAY_SIZE(rows); row++)
		if (!strcmp(row->program, first->program))
			ids[attr.tracing_multi.cnt++] = kernel_function_id(row);
	return sys_link_create(&attr);
}

/* The link's descriptor, or -errno. */
static int attach(const struct row *row, struct bpf_program *program, int target_fd)
{
	struct bpf_link *link;

	if (row->how == MULTI)
		return attach_multi(row, bpf_program__fd(program));
	if (row->how == AGAIN)
		link = bpf_program__attach_freplace(program, target_fd, row->function);
	else
		link = bpf_program__attach_trace(program);
	return link ? bpf_link__fd(link) : -errno;
}

static void attach_row(const struct row *row)
{
	static __u32 last_link;
	struct bpf_program *program = object_program(row->object, row->program);
	struct relation relation = { .prog_name = row->program,
				     .kind = row->kind,
				     .function = row->function,
				     .module = row->module,
				     .prog_id = program_id(bpf_program__fd(program), NULL),
				     .target_name = row->target,
				     .attached = row->how != LOAD_ONLY };
	int target_fd = -1, link;

	if (row->target) {
		__u32 btf_id;

		target_fd = bpf_program__fd(object_program(row->target_object, row->target));
		relation.target_prog_id = program_id(target_fd, &btf_id);
		relation.target_btf_id = program_function_id(btf_id, row->function);
	} else {
		relation.target_btf_id = kernel_function_id(row);
	}
	if (row->how != LOAD_ONLY && row->how != SAME_LINK) {
		link = attach(row, program, target_fd);
		if (link < 0)
			die("attach %s to %s: %s", row->program, row->function, strerror(-link));
		last_link = manifest_link(link, row->object, row->program);
	}
	if (relation.attached)
		relation.link_id = last_link;
	manifest_relation(&relation);
}

void relations_attach(const char *object)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].object, object) && rows[i].kind)
			attach_row(&rows[i]);
}
