/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The .bpf.o files in the order they are loaded, since programs hang on programs of earlier files. */
#include "workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct object {
	const char *name;
	struct bpf_object *loaded; /* NULL: skipped on this kernel */
} objects[] = {
	{ "target" },       { "target2" },         { "target_xdp" },
	{ "hooks" },        { "kernel" },          { "module" },
	{ "fsession" },     { "tracing_multi" },   { "lsm" },
	{ "lsm_cgroup" },   { "trace" },           { "net" },
	{ "cgroup" },       { "cgroup_unix" },     { "tail" },
	{ "struct_ops" },   { "struct_ops_link" }, { "syscall" },
	{ "netfilter" },    { "kprobe_multi" },    { "uprobe_multi" },
	{ "sockmap_link" }, { "xdp_frags" },       { "types" },
	{ "chain" },
};

/* Types and attach types that libbpf 1.1 does not know from the section's name. */
static const struct {
	const char *program;
	int type, attach_type;
} overrides[] = {
	{ "netfilter_accept", WL_PROG_TYPE_NETFILTER, WL_BPF_NETFILTER },
	{ "uprobe_multi_entry", BPF_PROG_TYPE_KPROBE, WL_BPF_TRACE_UPROBE_MULTI },
	{ "kernel_session", BPF_PROG_TYPE_TRACING, WL_BPF_TRACE_FSESSION },
	{ "kernel_entry_multi", BPF_PROG_TYPE_TRACING, WL_BPF_TRACE_FENTRY_MULTI },
	{ "cgroup_unix_connect", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, WL_BPF_CGROUP_UNIX_CONNECT },
};

static void override_types(struct bpf_object *object)
{
	for (size_t i = 0; i < ARRAY_SIZE(overrides); i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, overrides[i].program);

		if (!program)
			continue;
		bpf_program__set_type(program, (enum bpf_prog_type)overrides[i].type);
		bpf_program__set_expected_attach_type(program, (enum bpf_attach_type)overrides[i].attach_type);
	}
}

static void record(struct bpf_object *loaded)
{
	struct bpf_program *program;
	struct bpf_map *map;

	bpf_object__for_each_program(program, loaded)
	{
		manifest_prog(bpf_program__fd(program), bpf_program__name(program), bpf_program__section_name(program));
	}
	bpf_object__for_each_map(map, loaded)
	{
		manifest_map(bpf_map__fd(map), -1);
	}
}

static void load(struct object *object)
{
	struct bpf_object *opened;
	struct bpf_map *map;
	char file[64], *path;
	int error;

	snprintf(file, sizeof(file), "%s.bpf.o", object->name);
	path = beside_binary(file);
	opened = bpf_object__open_file(path, NULL);
	if (!opened)
		die("open %s: %s", path, strerror(errno));
	free(path);
	override_types(opened);
	if (!strcmp(object->name, "struct_ops_link")) {
		map = bpf_object__find_map_by_name(opened, "linked_cong");
		bpf_map__set_map_flags(map, WL_F_LINK);
	}
	error = relations_set_targets(object->name, opened);
	if (!error)
		error = bpf_object__load(opened);
	if (error) {
		bpf_object__close(opened);
		feature_failed(object->name, -error);
		return;
	}
	object->loaded = opened;
	record(opened);
	relations_attach(object->name);
}

void objects_load(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		load(&objects[i]);
}

static struct object *find_object(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		if (!strcmp(objects[i].name, name))
			return &objects[i];
	die("no object %s", name);
}

struct bpf_program *object_program(const char *object, const char *program)
{
	struct object *found = find_object(object);
	struct bpf_program *result;

	if (!found->loaded)
		return NULL;
	result = bpf_object__find_program_by_name(found->loaded, program);
	if (!result)
		die("no program %s in %s", program, object);
	return result;
}

struct bpf_map *object_map(const char *object, const char *map)
{
	struct object *found = find_object(object);
	struct bpf_map *result = found->loaded ? bpf_object__find_map_by_name(found->loaded, map) : NULL;

	if (!result)
		die("no map %s in %s", map, object);
	return result;
}

const struct btf *object_btf(const char *object, int *fd)
{
	struct object *found = find_object(object);

	*fd = bpf_object__btf_fd(found->loaded);
	return bpf_object__btf(found->loaded);
}
