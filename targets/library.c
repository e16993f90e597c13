/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

void *library_load(const char *soname, const struct library_function *table, size_t count, void *functions)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < count; i++) {
		void *function = dlsym(library, table[i].name);

		if (!function) {
			dlclose(library);
			return NULL;
		}
		memcpy((char *)functions + table[i].offset, &function, sizeof(function));
	}
	return library;
}

void library_unload(void *library)
{
	if (library)
		dlclose(library);
}
