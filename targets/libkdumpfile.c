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
#include "library.h"
#include "providers.h"
#include "table.h"

/* Ranges of pages with a hole between them. */
#define LIBKDUMPFILE_MAX_RANGES (1u << 20)
#define LIBKDUMPFILE_MAX_FILES 64

/* What is used of the library; the inline functions of its header are made of these. */
struct functions {
	typeof(kdump_new) *new;
	typeof(kdump_free) *free;
	typeof(kdump_open_fdset) *open_fdset;
	typeof(kdump_get_err) *get_err;
	typeof(kdump_set_attr) *set_attr;
	typeof(kdump_get_typed_attr) *get_typed_attr;
	typeof(kdump_vmcoreinfo_raw) *vmcoreinfo_raw;
	typeof(kdump_bmp_find_set) *bmp_find_set;
	typeof(kdump_bmp_find_clear) *bmp_find_clear;
	typeof(kdump_read) *read;
};

#define FUNCTION(name) LIBRARY_FUNCTION(struct functions, name, kdump_##name)

static const struct library_function function_table[] = {
	FUNCTION(new),      FUNCTION(free),           FUNCTION(open_fdset),     FUNCTION(get_err),
	FUNCTION(set_attr), FUNCTION(get_typed_attr), FUNCTION(vmcoreinfo_raw), FUNCTION(bmp_find_set),
	FUNCTION(read),     FUNCTION(bmp_find_clear),
};

/* An opened dump. */
struct libkdumpfile_target {
	void *library;
	struct functions kdump;
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

static bool load_library(struct libkdumpfile_target *data)
{
	data->library = library_load(LIBKDUMPFILE_SONAME, function_table,
				     sizeof(function_table) / sizeof(*function_table), &data->kdump);
	return data->library;
}

/* Opens the files. libkdumpfile would map them by default, but a file may shrink while it is open. */
static kdump_status open_context(struct libkdumpfile_target *data, const struct target_file *files, size_t count)
{
	const kdump_attr_t never = { .type = KDUMP_NUMBER, .val.number = KDUMP_MMAP_NEVER };
	int fds[LIBKDUMPFILE_MAX_FILES];
	kdump_status status;

	if (count > LIBKDUMPFILE_MAX_FILES)
		return KDUMP_ERR_INVALID;
	for (size_t i = 0; i < count; i++)
		fds[i] = files[i].fd;
	data->context = data->kdump.new();
	if (!data->context)
		return KDUMP_ERR_SYSTEM;
	status = data->kdump.set_attr(data->context, KDUMP_ATTR_FILE_MMAP_POLICY, &never);
	return status == KDUMP_OK ? data->kdump.open_fdset(data->context, (unsigned int)count, fds) : status;
}

static void libkdumpfile_deinit(struct libkdumpfile_target *data)
{
	if (data->context)
		data->kdump.free(data->context);
	free(data->vmcoreinfo);
	free(data->format);
	free(data->machine);
	library_unload(data->library);
}

/* libkdumpfile has no probe of its own, so the file is opened. Without the library no file is its. */
static bool libkdumpfile_probe(const struct target_file *file)
{
	struct libkdumpfile_target data = { 0 };
	bool known;

	if (is_ours(file) || !load_library(&data))
		return false;
	known = open_context(&data, file, 1) == KDUMP_OK;
	libkdumpfile_deinit(&data);
	return known;
}

static enum inspect_fault libkdumpfile_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct libkdumpfile_target *data = arg;

	*done_ret = size;
	switch (data->kdump.read(data->context, KDUMP_MACHPHYSADDR, position, buf, done_ret)) {
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

	if (data->kdump.get_typed_attr(data->context, KDUMP_ATTR_FILE_PAGEMAP, &map) != KDUMP_OK)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "libkdumpfile does not say which pages are in it");
	while (!error && data->kdump.bmp_find_set(map.val.bitmap, &first) == KDUMP_OK) {
		struct memory_segment segment = { .read = libkdumpfile_read, .arg = data };

		end = first;
		if (data->kdump.bmp_find_clear(map.val.bitmap, &end) != KDUMP_OK || end <= first ||
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
static char *copy_attribute(struct libkdumpfile_target *data, const char *key)
{
	kdump_attr_t attribute = { .type = KDUMP_STRING };

	return data->kdump.get_typed_attr(data->context, key, &attribute) == KDUMP_OK ? strdup(attribute.val.string) :
											NULL;
}

static bool get_number(struct libkdumpfile_target *data, const char *key, kdump_num_t *number_ret)
{
	kdump_attr_t attribute = { .type = KDUMP_NUMBER };

	if (data->kdump.get_typed_attr(data->context, key, &attribute) != KDUMP_OK)
		return false;
	*number_ret = attribute.val.number;
	return true;
}

static struct inspect_error *libkdumpfile_load(struct libkdumpfile_target *data, const struct target_file *files,
					       size_t count, struct memory *memory, kdump_num_t *shift_ret)
{
	const kdump_attr_t linux_os = { .type = KDUMP_STRING, .val.string = "linux" };
	kdump_num_t order;
	kdump_status status;

	if (!load_library(data))
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s: %s, which this format needs, is not installed",
				    files[0].path, LIBKDUMPFILE_SONAME);
	status = open_context(data, files, count);
	if (!data->context)
		return &error_nomem;
	if (status != KDUMP_OK)
		return error_create(INSPECT_ERROR_FORMAT, "%s: libkdumpfile: %s", files[0].path,
				    data->kdump.get_err(data->context));
	if (get_number(data, KDUMP_ATTR_BYTE_ORDER, &order) && order != KDUMP_LITTLE_ENDIAN)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s: only dumps of little-endian kernels can be read",
				    files[0].path);
	if (!get_number(data, KDUMP_ATTR_PAGE_SHIFT, shift_ret) || *shift_ret > 24)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s: libkdumpfile does not know its page size",
				    files[0].path);
	data->format = copy_attribute(data, KDUMP_ATTR_FILE_FORMAT);
	data->machine = copy_attribute(data, KDUMP_ATTR_ARCH_NAME);
	/* VMCOREINFO is an attribute of the OS, which libkdumpfile is told; that fails where it cannot translate. */
	data->kdump.set_attr(data->context, KDUMP_ATTR_OSTYPE, &linux_os);
	if (data->kdump.vmcoreinfo_raw(data->context, &data->vmcoreinfo) != KDUMP_OK)
		data->vmcoreinfo = NULL;
	return error_context(add_segments(data, (unsigned int)*shift_ret, memory), "%s", files[0].path);
}

static void libkdumpfile_free(struct libkdumpfile_target *data)
{
	libkdumpfile_deinit(data);
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
