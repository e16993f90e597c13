/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "open_debug.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

#define CRC_BLOCK (1u << 16)

void debug_file_close(struct debug_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* Only regular files: the dump has a say in the path, and a pipe would wait. */
static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat file;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &file) && S_ISREG(file.st_mode))
		return fd;
	close(fd);
	return -1;
}

/* The CRC-32 of zlib and of .gnu_debuglink over all of a file; false where it cannot be read. */
static bool file_crc(int fd, uint32_t *crc_ret)
{
	_cleanup_free_ uint8_t *block = malloc(CRC_BLOCK);
	uint32_t table[256], crc = UINT32_MAX;
	off_t offset = 0;
	ssize_t got;

	if (!block)
		return false;
	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (unsigned int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
	}
	while ((got = pread(fd, block, CRC_BLOCK, offset)) > 0) {
		for (ssize_t i = 0; i < got; i++)
			crc = crc >> 8 ^ table[(crc ^ block[i]) & 0xff];
		offset += got;
	}
	*crc_ret = ~crc;
	return !got;
}

struct inspect_error *open_debug_roots(struct inspect *inspect, const struct inspect_options *options)
{
	struct debug_files *debug = &inspect->debug;
	struct arena *arena = &inspect->kernel.arena;
	const char *release;
	size_t length;

	for (size_t i = 0; i < options->symbol_count; i++) {
		struct stat file;
		const char *root;

		if (stat(options->symbol_paths[i], &file) || !S_ISDIR(file.st_mode))
			continue;
		root = arena_strdup(arena, options->symbol_paths[i]);
		if (!root || !vec_push(&debug->roots, root))
			return &error_nomem;
	}
	debug->download = options->debuginfod;
	if (!vec_push(&debug->roots, ""))
		return &error_nomem;
	release = vmcoreinfo_get(&inspect->kernel.vmcoreinfo, "OSRELEASE", &length);
	debug->release = release ? arena_strndup(arena, release, length) : NULL;
	return release && !debug->release ? &error_nomem : NULL;
}

/* Makes *@file_ret of @fd, which it takes over. */
static struct inspect_error *keep_file(struct inspect *inspect, int fd, const char *path, struct debug_file *file_ret)
{
	const char *kept = arena_strdup(&inspect->kernel.arena, path);

	if (!kept) {
		close(fd);
		return &error_nomem;
	}
	*file_ret = (struct debug_file){ .fd = fd, .path = kept };
	return NULL;
}

/* Whether the file at @path, which a link names, is the one that was meant. */
static bool is_linked(int fd, const struct source_identity *from)
{
	struct source_identity identity;
	uint32_t crc;

	if (!source_identify(fd, &identity) || !identity.has_dwarf)
		return false;
	if (from->build_id.size && identity.build_id.size && !build_id_equal(&from->build_id, &identity.build_id))
		return false;
	return file_crc(fd, &crc) && crc == from->debuglink_crc;
}

struct inspect_error *open_debug_link(struct inspect *inspect, const char *path, const struct source_identity *identity,
				      struct debug_file *file_ret)
{
	const struct debug_files *debug = &inspect->debug;
	_cleanup_(strbuf_deinit) struct strbuf linked = { 0 };
	size_t index = 0;

	file_ret->fd = -1;
	if (!*identity->debuglink)
		return NULL;
	while (debug_path_link(debug->roots.items, debug->roots.count, path, identity->debuglink, &index, &linked)) {
		int fd = open_regular(linked.bytes);

		if (fd < 0)
			continue;
		if (is_linked(fd, identity))
			return keep_file(inspect, fd, linked.bytes, file_ret);
		close(fd);
	}
	return linked.failed ? &error_nomem : NULL;
}

/* Keeps what is wrong with the first file that stands where the one wanted would. */
static void keep_why(struct inspect *inspect, const char *path, const char *what, struct debug_file *file)
{
	if (!file->why)
		file->why = arena_printf(&inspect->kernel.arena, "%s %s", path, what);
}

struct inspect_error *open_debug_file(struct inspect *inspect, const char *path, const struct build_id *build_id,
				      struct debug_file *file_ret)
{
	struct source_identity identity = { 0 };
	struct inspect_error *error;
	int fd = open_regular(path);

	file_ret->fd = -1;
	if (fd < 0)
		return NULL;
	source_identify(fd, &identity);
	if (build_id_equal(&identity.build_id, build_id) && identity.has_dwarf)
		return keep_file(inspect, fd, path, file_ret);
	close(fd);
	if (!build_id_equal(&identity.build_id, build_id)) {
		keep_why(inspect, path, identity.build_id.size ? "has another build-id" : "has no build-id", file_ret);
		return NULL;
	}
	error = open_debug_link(inspect, path, &identity, file_ret);
	if (!error && file_ret->fd < 0)
		keep_why(inspect, path, "has no DWARF", file_ret);
	return error;
}

struct inspect_error *open_debug_find(struct inspect *inspect, const struct debug_path_query *query,
				      struct debug_file *file_ret)
{
	_cleanup_(strbuf_deinit) struct strbuf path = { 0 };
	struct inspect_error *error = NULL;
	size_t index = 0;

	file_ret->fd = -1;
	while (!error && file_ret->fd < 0 && debug_path_next(query, &index, &path))
		error = open_debug_file(inspect, path.bytes, &query->build_id, file_ret);
	return !error && path.failed ? &error_nomem : error;
}

struct inspect_error *open_debug_download(struct inspect *inspect, const struct build_id *build_id,
					  struct debug_file *file_ret)
{
	_cleanup_free_ char *path = NULL;
	struct source_identity identity;
	struct inspect_error *error;
	int fd = -1;

	if (!inspect->debug.download)
		return NULL;
	error = source_download(build_id, &fd, &path);
	if (error && inspect_error_code(error) == INSPECT_ERROR_LOOKUP) {
		if (!file_ret->why)
			file_ret->why = arena_strdup(&inspect->kernel.arena, inspect_error_message(error));
		inspect_error_destroy(error);
		return NULL;
	}
	if (error)
		return error;
	if (source_identify(fd, &identity) && build_id_equal(&identity.build_id, build_id) && identity.has_dwarf)
		return keep_file(inspect, fd, path, file_ret);
	close(fd);
	return error_create(INSPECT_ERROR_MISMATCH, "debuginfod: %s is not what was asked for", path);
}

/* Opens the DWARF of @file and gives it to the kernel. */
static struct inspect_error *adopt_file(struct inspect *inspect, const struct debug_file *file, enum inspect_types types)
{
	_cleanup_(open_source_deinit) struct source source = { 0 };
	struct source_input input = open_input(inspect, file->path);
	struct open_facts *facts = &inspect->facts;
	struct inspect_error *error;

	input.fd = file->fd;
	input.only_debug = true;
	error = open_source(&input, &source);
	if (error)
		return error;
	if (types == INSPECT_TYPES_DWARF)
		facts->types = arena_printf(&inspect->kernel.arena, "DWARF %s", file->path);
	open_choose_scopes(&source, types);
	return open_adopt(&inspect->kernel, &source);
}

struct inspect_error *open_debug_vmlinux(struct inspect *inspect, enum inspect_types types)
{
	const struct debug_files *debug = &inspect->debug;
	struct debug_path_query query = { debug->roots.items, debug->roots.count, .release = debug->release };
	_cleanup_(debug_file_close) struct debug_file file = { .fd = -1 };
	struct inspect_error *error;

	if (types == INSPECT_TYPES_BTF || inspect->kernel.debug_scopes.count)
		return NULL;
	if (types == INSPECT_TYPES_DWARF && inspect->kernel.scopes.count)
		return NULL;
	if (!open_build_id(inspect, &query.build_id)) {
		inspect->facts.debug = "not looked for: VMCOREINFO has no build-id";
		return NULL;
	}
	error = open_debug_find(inspect, &query, &file);
	if (!error && file.fd < 0)
		error = open_debug_download(inspect, &query.build_id, &file);
	inspect->facts.debug = file.fd < 0 ? file.why : file.path;
	if (error || file.fd < 0)
		return error;
	return adopt_file(inspect, &file, types);
}
