/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/panic.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/roots.h"

/* PANIC_CPU_INVALID in include/linux/panic.h: no CPU has panicked. */
#define PANIC_CPU_INVALID 0xffffffff
/* CONFIG_LOG_BUF_SHIFT is at most 25. */
#define LOG_SIZE_MAX (32u << 20)

/* Reads an integer at a root; false: the kernel has none, or it is not readable. */
static bool read_root(struct kernel *kernel, enum root_id id, size_t size, uint64_t *value_ret)
{
	uint64_t address;
	struct inspect_error *error = kernel_root(kernel, id, &address, NULL);

	if (error) {
		inspect_error_destroy(error);
		return false;
	}
	return !memory_read_u64(&kernel->memory, address, size, value_ret);
}

/* Text of a record ends at a newline, or where the next record's header begins. */
static void copy_line(const char *from, const char *end, char *buf, size_t size)
{
	size_t length = 0;

	while (from + length < end && length < size - 1 && (unsigned char)from[length] >= ' ' &&
	       (unsigned char)from[length] < 0x7f)
		length++;
	memcpy(buf, from, length);
	buf[length] = '\0';
}

/* The log's text lies in one piece in log_buf, with headers between the records before 5.10 and ids since. */
bool panic_message(struct kernel *kernel, char *buf, size_t size)
{
	static const char *const starts[] = { "Kernel panic - not syncing: ", "BUG: ", "Oops: " };
	_cleanup_free_ char *log = NULL;
	uint64_t cpu, address, length;

	if (!read_root(kernel, ROOT_PANIC_CPU, 4, &cpu) || cpu == PANIC_CPU_INVALID ||
	    !read_root(kernel, ROOT_LOG_BUF, 8, &address) || !read_root(kernel, ROOT_LOG_BUF_LEN, 4, &length) ||
	    !length || length > LOG_SIZE_MAX)
		return false;
	log = malloc(length);
	if (!log || memory_read(&kernel->memory, address, log, length, NULL))
		return false;
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		const char *found = memmem(log, length, starts[i], strlen(starts[i]));

		if (found) {
			copy_line(found, log + length, buf, size);
			return true;
		}
	}
	return false;
}
