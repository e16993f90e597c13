/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/options.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"

struct inspect_error *options_copy(void *known, size_t known_size, const void *given)
{
	size_t size = known_size;

	memset(known, 0, known_size);
	if (!given)
		return NULL;
	memcpy(&size, given, sizeof(size));
	if (!size)
		size = known_size;
	for (size_t i = known_size; i < size; i++) {
		if (((const uint8_t *)given)[i])
			return error_create(INSPECT_ERROR_USAGE, "an option of a later version of the library than "
								 INSPECT_VERSION " is used");
	}
	memcpy(known, given, size < known_size ? size : known_size);
	return NULL;
}
