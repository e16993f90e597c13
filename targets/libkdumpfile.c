/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every other format that libkdumpfile knows: LKCD, sadump, Xen, and what may come. It is the last in the table and is
 * never given a file whose magic is ours.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include <libkdumpfile/kdumpfile.h>

#include "base/error.h"
#include "core/memory.h"
#include "file.h"
#include "kdump_header.h"
#include "providers.h"
#include "table.h"

/* Ranges of pages with a hole between them. */
#define LIBKDUMPFILE_MAX_RANGES (1u << 20)
#define LIBKDUMPFILE_MAX_FILES 64

struct libkdumpfile_target {
	kdump_ctx_t *context;
	char *vmcoreinfo;
	char *format;
	char *machine;
};

static bool is_ours(const struct target_file *file)
{
	char magic[KDUMP_SIGNATURE_SIZE];

	return file_magic(file, magic, sizeof(magic)) &&
	       (!memcmp(magic, KDUMP_SIGNATURE, sizeof(magic)) || !memcmp(magic, ELFMAG, SELFMAG));
}

/* A context with the files open. libkdumpfile would map them by default, but a file may shrink while it is open. */
static kdump_status open_context(const struct target_file *files, size_t count, kdump_ctx_t **context_ret)
{
	int fds[LIBKDUMPFILE_MAX_FILES];
	kdump_ctx_t *context;
	kdump_status status;

	if (count > LIBKDUMPFILE_MAX_FILES)
		return KDUMP_ERR_INVALID;
	for (size_t i = 0; i < count; i++)
		fds[i] = files[i].fd;
	context = kdump_new();
	*context_ret = context;
	if (!context)
		return KDUMP_ERR_SYSTEM;
	status = kdump_set_number_attr(context, KDUMP_ATTR_FILE_MMAP_POLICY, KDUMP_MMAP_NEVER);
	return status == KDUMP_OK ? kdump_open_fdset(context, (unsigned int)count, fds) : status;
}

/* libkdumpfile has no probe of its own, so the file is opened. */
static bool libkdumpfile_probe(const struct target_file *file)
{
	kdump_ctx_t *context;
	bool known;

	if (is_ours(file))
		return false;
	known = open_context(file, 1, &context) == KDUMP_OK;
	if (context)
		kdump_free(context);
	return known;
}

static enum inspect_fault libkdumpfile_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct libkdumpfile_target *data = arg;

	*done_ret = size;
	switch (kdump_read(data->context, KDUMP_MACHPHYSADDR, position, buf, done_ret)) {
	case KDUMP_OK:
		return INSPECT_FAULT_NONE;
	case KDUMP_ERR_NODATA:
		return INSPECT_FAULT_EXCLUDED;
	case KDUMP_ERR_EOF:
		return INSPECT_FAULT_TRUNCATED;
	case KDUMP_ERR_NOTIMPL:
		return INSPECT_FAULT_UNSUPPORTED;
	case KDUMP_ERR_SYSTEM:
		return INSPECT_FAULT_IO;
	default:
		return INSPECT_FAULT_CORRUPT;
	}
}

static struct inspect_error *add_segments(struct libkdumpfile_target *data, unsigned int page_shift,
					  struct memory *memory)
{
	struct inspect_error *error = NULL;
	kdump_addr_t first = 0, end;
	kdump_attr_t map = { .type = KDUMP_BITMAP };
	unsigned int ranges = 0;

	if (kdump_get_typed_attr(data->context, KDUMP_ATTR_FILE_PAGEMAP, &map) != KDUMP_OK)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "libkdumpfile does not say which pages are in it");
	while (!error && kdump_bmp_find_set(map.val.bitmap, &first) == KDUMP_OK) {
		struct memory_segment segment = { .read = libkdumpfile_read, .arg = data };

		end = first;
		if (kdump_bmp_find_clear(map.val.bitmap, &end) != KDUMP_OK || end <= first ||
		    end > UINT64_MAX >> page_shift)
			break;
		if (ranges++ == LIBKDUMPFILE_MAX_RANGES)
			return error_create(INSPECT_ERROR_LIMIT, "more than %u ranges of pages",
					    LIBKDUMPFILE_MAX_RANGES);
		segment.start = segment.position = first << page_shift;
		segment.size = segment.filled = (end - first) << page_shift;
		error = memory_add_physical(memory, &segment);
		first = end;
	}
	return error;
}

/* A copy of a string that the dump may lack; NULL then, or out of memory. */
static char *copy_attribute(kdump_ctx_t *context, const char *key)
{
	const char *value;

	return kdump_get_string_attr(context, key, &value) == KDUMP_OK ? strdup(value) : NULL;
}

static struct inspect_error *libkdumpfile_load(struct libkdumpfile_target *data, const struct target_file *files,
					       size_t count, struct memory *memory, kdump_num_t *shift_ret)
{
	kdump_num_t order;
	kdump_status status = open_context(files, count, &data->context);

	if (!data->context)
		return &error_nomem;
	if (status != KDUMP_OK)
		return error_create(INSPECT_ERROR_FORMAT, "%s: libkdumpfile: %s", files[0].path,
				    kdump_get_err(data->context));
	if (kdump_get_number_attr(data->context, KDUMP_ATTR_BYTE_ORDER, &order) == KDUMP_OK &&
	    order != KDUMP_LITTLE_ENDIAN)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s: only dumps of little-endian kernels can be read",
				    files[0].path);
	if (kdump_get_number_attr(data->context, KDUMP_ATTR_PAGE_SHIFT, shift_ret) != KDUMP_OK || *shift_ret > 24)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s: libkdumpfile does not know its page size",
				    files[0].path);
	data->format = copy_attribute(data->context, KDUMP_ATTR_FILE_FORMAT);
	data->machine = copy_attribute(data->context, KDUMP_ATTR_ARCH_NAME);
	/* VMCOREINFO is an attribute of the OS, which libkdumpfile is told; that fails where it cannot translate. */
	kdump_set_string_attr(data->context, KDUMP_ATTR_OSTYPE, "linux");
	if (kdump_vmcoreinfo_raw(data->context, &data->vmcoreinfo) != KDUMP_OK)
		data->vmcoreinfo = NULL;
	return error_context(add_segments(data, (unsigned int)*shift_ret, memory), "%s", files[0].path);
}

static void libkdumpfile_free(struct libkdumpfile_target *data)
{
	if (data->context)
		kdump_free(data->context);
	free(data->vmcoreinfo);
	free(data->format);
	free(data->machine);
	free(data);
}

static enum machine machine_of(const char *name)
{
	if (!name)
		return MACHINE_UNKNOWN;
	if (!strcmp(name, KDUMP_ARCH_X86_64))
		return MACHINE_X86_64;
	return strcmp(name, KDUMP_ARCH_AARCH64) ? MACHINE_OTHER : MACHINE_AARCH64;
}

static struct inspect_error *libkdumpfile_open(struct target *target, const struct target_file *files, size_t count,
					       struct memory *memory)
{
	struct libkdumpfile_target *data = calloc(1, sizeof(*data));
	struct inspect_error *error;
	kdump_num_t shift;

	if (!data)
		return &error_nomem;
	error = libkdumpfile_load(data, files, count, memory, &shift);
	if (error) {
		libkdumpfile_free(data);
		return error;
	}
	target->data = data;
	target->facts = (struct target_facts){
		.format = data->format ? data->format : "libkdumpfile",
		.machine = machine_of(data->machine),
		.machine_name = data->machine,
		.page_size = 1u << shift,
		.vmcoreinfo = data->vmcoreinfo,
		.vmcoreinfo_size = data->vmcoreinfo ? strlen(data->vmcoreinfo) : 0,
	};
	return NULL;
}

static void libkdumpfile_close(struct target *target)
{
	libkdumpfile_free(target->data);
	target->data = NULL;
}

const struct target_ops target_libkdumpfile = {
	.name = "libkdumpfile",
	.probe = libkdumpfile_probe,
	.open = libkdumpfile_open,
	.close = libkdumpfile_close,
};
