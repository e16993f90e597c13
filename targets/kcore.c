/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The running kernel through /proc/kcore: an ELF file of the kernel's virtual memory (fs/proc/kcore.c). Nothing is
 * cached, since all of it changes. Unmapped vmalloc pages read as zeros; that is what the kernel does.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "core/memory.h"
#include "elf_file.h"
#include "file.h"
#include "providers.h"
#include "table.h"

/* VMCOREINFO_NOTE_SIZE is below two pages of 64 KiB. */
#define KCORE_MAX_NOTE (128u << 10)

struct kcore_target {
	struct file *file;
	struct elf_file elf;
};

/* On procfs there are two ELF core files: /proc/kcore, and /proc/vmcore, which is a dump. */
static bool kcore_probe(const struct target_file *file)
{
	char link[32], path[4096];
	struct statfs statfs;
	ssize_t length;

	if (fstatfs(file->fd, &statfs) < 0 || statfs.f_type != PROC_SUPER_MAGIC)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", file->fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		length = snprintf(path, sizeof(path), "%s", file->path);
	path[length < (ssize_t)sizeof(path) ? length : (ssize_t)sizeof(path) - 1] = '\0';
	return !strcmp(basename(path), "kcore");
}

/* Reads physical memory through the direct map, before the segments are sorted. */
static enum inspect_fault read_physical(struct kcore_target *data, uint64_t address, void *buf, size_t size,
					size_t *done_ret)
{
	for (size_t i = 0; i < data->elf.count; i++) {
		const Elf64_Phdr *segment = &data->elf.segments[i];

		if (segment->p_paddr <= address && address - segment->p_paddr < segment->p_filesz)
			return file_read(data->file, segment->p_offset + (address - segment->p_paddr), buf, size,
					 done_ret);
	}
	*done_ret = 0;
	return INSPECT_FAULT_NOT_IN_DUMP;
}

/* Before Linux 4.19 (23c85094fe18) the note is not in /proc/kcore, but sysfs says where in memory it is. */
static struct inspect_error *take_sysfs_note(struct kcore_target *data)
{
	_cleanup_free_ char *note = NULL;
	uint64_t address, size;
	char line[64] = "";
	size_t done;
	FILE *file;

	file = fopen("/sys/kernel/vmcoreinfo", "re");
	if (!file)
		return NULL;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	if (sscanf(line, "%" SCNx64 " %" SCNx64, &address, &size) != 2 || !size || size > KCORE_MAX_NOTE)
		return NULL;
	note = malloc(size);
	if (!note)
		return &error_nomem;
	if (read_physical(data, address, note, size, &done))
		return NULL;
	return elf_file_take_note(&data->elf, note, done);
}

static struct inspect_error *kcore_load(struct kcore_target *data, const struct target_file *file,
					struct memory *memory)
{
	struct inspect_error *error = file_open(file, FILE_LIVE, &data->file);

	if (!error)
		error = elf_file_init(&data->elf, data->file);
	if (!error && !data->elf.vmcoreinfo)
		error = take_sysfs_note(data);
	if (!error)
		error = elf_file_add_physical(&data->elf, memory);
	if (!error)
		error = elf_file_add_virtual(&data->elf, memory);
	return error;
}

static void kcore_free(struct kcore_target *data)
{
	elf_file_deinit(&data->elf);
	file_close(data->file);
	free(data);
}

static struct inspect_error *kcore_open(struct target *target, const struct target_file *files, size_t count,
					struct memory *memory)
{
	struct inspect_error *error;
	struct kcore_target *data;

	if (count != 1)
		return error_create(INSPECT_ERROR_USAGE, "%s: the running kernel is one file, not %zu", files[0].path,
				    count);
	data = calloc(1, sizeof(*data));
	if (!data)
		return &error_nomem;
	error = kcore_load(data, &files[0], memory);
	if (error) {
		kcore_free(data);
		return error;
	}
	target->data = data;
	target->facts = (struct target_facts){
		.format = "/proc/kcore",
		.machine = data->elf.machine,
		.machine_name = data->elf.machine_name,
		.live = true,
		.vmcoreinfo = data->elf.vmcoreinfo,
		.vmcoreinfo_size = data->elf.vmcoreinfo_size,
	};
	return NULL;
}

static void kcore_close(struct target *target)
{
	kcore_free(target->data);
	target->data = NULL;
}

const struct target_ops target_kcore = {
	.name = "kcore",
	.probe = kcore_probe,
	.open = kcore_open,
	.close = kcore_close,
};
