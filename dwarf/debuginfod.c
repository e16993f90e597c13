/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files with debug information from the servers of $DEBUGINFOD_URLS, through elfutils' client, which keeps them in its
 * cache. The library is loaded when it is first wanted: it brings libcurl, which takes longer to start than a dump to
 * open.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/build_id.h"
#include "table.h"

#ifdef HAVE_DEBUGINFOD
#include <elfutils/debuginfod.h>

#define DEBUGINFOD_SONAME "libdebuginfod.so.1"

static struct inspect_error *ask(void *library, const struct build_id *build_id, int *fd_ret, char **path_ret)
{
	typeof(debuginfod_begin) *begin = (typeof(begin))dlsym(library, "debuginfod_begin");
	typeof(debuginfod_find_debuginfo) *find = (typeof(find))dlsym(library, "debuginfod_find_debuginfo");
	typeof(debuginfod_end) *end = (typeof(end))dlsym(library, "debuginfod_end");
	debuginfod_client *client = begin && find && end ? begin() : NULL;
	char text[2 * BUILD_ID_MAX + 1];
	int fd;

	if (!client)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "%s cannot be used", DEBUGINFOD_SONAME);
	fd = find(client, build_id->bytes, (int)build_id->size, path_ret);
	end(client);
	if (fd >= 0) {
		*fd_ret = fd;
		return NULL;
	}
	build_id_format(build_id, text);
	return error_create(INSPECT_ERROR_LOOKUP, "build-id %s: %s", text, strerror(-fd));
}

struct inspect_error *source_download(const struct build_id *build_id, int *fd_ret, char **path_ret)
{
	const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);
	void *library;

	if (!urls || !*urls)
		return error_create(INSPECT_ERROR_USAGE, "debuginfod: $" DEBUGINFOD_URLS_ENV_VAR " names no server");
	/* It stays: libcurl and what it brings cannot be unloaded without leaving their memory behind. */
	library = dlopen(DEBUGINFOD_SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "debuginfod: %s", dlerror());
	return error_context(ask(library, build_id, fd_ret, path_ret), "debuginfod");
}
#else
struct inspect_error *source_download(const struct build_id *build_id, int *fd_ret, char **path_ret)
{
	(void)build_id;
	(void)fd_ret;
	(void)path_ret;
	return error_create(INSPECT_ERROR_UNSUPPORTED, "debuginfod: this program was built without it");
}
#endif
