/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "flattened.h"
#include "providers.h"
#include "table.h"

const struct target_ops *const target_table[] = {
	&target_kcore,
	&target_elf,
	&target_kdump,
#ifdef HAVE_LIBKDUMPFILE
	&target_libkdumpfile,
#endif
	NULL,
};

static bool is_text(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!isprint(bytes[i]) && !isspace(bytes[i]))
			return false;
	return true;
}

struct inspect_error *target_unrecognised(const struct target_file *file)
{
	unsigned char start[512];
	struct stat stat;
	ssize_t got;

	if (fstat(file->fd, &stat) < 0)
		return error_os(errno, "%s", file->path);
	if (S_ISDIR(stat.st_mode))
		return error_os(EISDIR, "%s", file->path);
	got = pread(file->fd, start, sizeof(start), 0);
	if (got < 0)
		return error_os(errno, "%s", file->path);
	if (!got)
		return error_create(INSPECT_ERROR_FORMAT, "%s: the file is empty", file->path);
	if (flattened_probe(file->fd))
		return error_create(INSPECT_ERROR_FORMAT,
				    "%s: a flattened dump, but neither of ELF nor of kdump, or without its start",
				    file->path);
	if (is_text(start, (size_t)got))
		return error_create(INSPECT_ERROR_FORMAT, "%s: a text file, not a dump of memory", file->path);
#ifndef HAVE_LIBKDUMPFILE
	return error_create(INSPECT_ERROR_FORMAT,
			    "%s: neither an ELF vmcore nor a kdump; a build with libkdumpfile knows more formats",
			    file->path);
#else
	return error_create(INSPECT_ERROR_FORMAT, "%s: not a dump of a known format", file->path);
#endif
}
