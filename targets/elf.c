/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ELF vmcores: /proc/vmcore and copies of it, makedumpfile -E, libvirt's and QEMU's dump-guest-memory with and without
 * paging, each plain or flattened.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "core/memory.h"
#include "elf_file.h"
#include "file.h"
#include "providers.h"
#include "table.h"

#define ELF_CACHE_BLOCKS 512 /* 8 MiB */

struct elf_target {
	struct file *file;
	struct elf_file elf;
	struct strbuf note;
};

static bool elf_probe(const struct target_file *file)
{
	char magic[SELFMAG];

	return file_magic(file, magic, sizeof(magic)) && !memcmp(magic, ELFMAG, SELFMAG);
}

static void elf_free(struct elf_target *data)
{
	elf_file_deinit(&data->elf);
	file_close(data->file);
	strbuf_deinit(&data->note);
	free(data);
}

static void elf_note_sizes(struct elf_target *data)
{
	uint64_t size = file_size(data->file);

	if (file_cut(data->file))
		strbuf_puts(&data->note, "the flattened file lacks its end mark: it was cut off while it was written");
	else if (data->elf.end > size)
		strbuf_printf(&data->note, "the file is cut off: it has %llu bytes of the %llu its headers describe",
			      (unsigned long long)size, (unsigned long long)data->elf.end);
}

static struct inspect_error *elf_load(struct elf_target *data, const struct target_file *file, struct memory *memory)
{
	struct inspect_error *error = file_open(file, ELF_CACHE_BLOCKS, &data->file);

	if (!error)
		error = elf_file_init(&data->elf, data->file);
	if (!error)
		error = elf_file_add_physical(&data->elf, memory);
	/*
	 * QEMU's p_vaddr are those of whatever address space a CPU was in, user halves extended by their sign included.
	 */
	if (!error && !data->elf.from_qemu && elf_file_virtual_consistent(&data->elf))
		error = elf_file_add_virtual(&data->elf, memory);
	if (error)
		return error;
	elf_note_sizes(data);
	return data->note.failed ? &error_nomem : NULL;
}

static struct inspect_error *elf_open(struct target *target, const struct target_file *files, size_t count,
				      struct memory *memory)
{
	struct inspect_error *error;
	struct elf_target *data;

	if (count != 1)
		return error_create(INSPECT_ERROR_USAGE,
				    "%s: an ELF vmcore is one file; only kdump-compressed dumps come in several",
				    files[0].path);
	data = calloc(1, sizeof(*data));
	if (!data)
		return &error_nomem;
	error = elf_load(data, &files[0], memory);
	if (error) {
		elf_free(data);
		return error;
	}
	target->data = data;
	target->facts = (struct target_facts){
		.format = "ELF vmcore",
		.container = file_flattened(data->file) ? "flattened" : NULL,
		.note = data->note.length ? data->note.bytes : NULL,
		.machine = data->elf.machine,
		.machine_name = data->elf.machine_name,
		.partial = data->note.length || data->elf.filtered,
		.vmcoreinfo = data->elf.vmcoreinfo,
		.vmcoreinfo_size = data->elf.vmcoreinfo_size,
		.notes = data->elf.notes,
		.notes_size = data->elf.notes_size,
	};
	return NULL;
}

static void elf_close(struct target *target)
{
	elf_free(target->data);
	target->data = NULL;
}

const struct target_ops target_elf = {
	.name = "elf",
	.probe = elf_probe,
	.open = elf_open,
	.close = elf_close,
};
