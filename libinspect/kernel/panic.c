/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/panic.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/printk.h"

/* PANIC_CPU_INVALID in include/linux/panic.h: no CPU has panicked. */
#define PANIC_CPU_INVALID 0xffffffff

/* What a record about a crash begins with, the most telling first. */
static const char *const starts[] = { "Kernel panic - not syncing: ", "BUG: ", "Internal error: ", "Oops: " };

#define STARTS (sizeof(starts) / sizeof(*starts))

/* The first line of a record's text. */
static void copy_line(const struct printk_record *record, char *buf, size_t size)
{
	size_t max = record->length < size - 1 ? record->length : size - 1, i;

	for (i = 0; i < max && record->text[i] >= ' ' && record->text[i] < 0x7f; i++)
		buf[i] = record->text[i];
	buf[i] = '\0';
}

/* Which of @starts the record begins with; STARTS: none. */
static size_t start_of(const struct printk_record *record)
{
	size_t i = 0;

	while (i < STARTS && (!record->text || record->length < strlen(starts[i]) ||
			      memcmp(record->text, starts[i], strlen(starts[i]))))
		i++;
	return i;
}

/* The first record of the most telling kind; whether there is one. */
static bool find_message(struct printk_reader *reader, char *buf, size_t size)
{
	struct printk_record record;
	size_t found = STARTS;

	while (printk_next(reader, &record)) {
		size_t start = start_of(&record);

		if (start >= found)
			continue;
		copy_line(&record, buf, size);
		found = start;
	}
	return found < STARTS;
}

static struct inspect_error *look_for_message(struct kernel *kernel, char *buf, size_t size, bool *found_ret)
{
	_cleanup_free_ struct printk_reader *reader = malloc(sizeof(*reader));
	struct inspect_error *error;
	uint32_t cpu;

	if (!reader)
		return &error_nomem;
	if (!panic_cpu(kernel, &cpu))
		return NULL;
	error = printk_open(reader, kernel);
	if (error)
		return error;
	*found_ret = find_message(reader, buf, size);
	return printk_finish(reader);
}

bool panic_cpu(struct kernel *kernel, uint32_t *cpu_ret)
{
	uint64_t cpu;
	struct inspect_error *error = printk_read_root(kernel, ROOT_PANIC_CPU, 4, &cpu);

	if (error || cpu == PANIC_CPU_INVALID) {
		inspect_error_destroy(error);
		return false;
	}
	*cpu_ret = (uint32_t)cpu;
	return true;
}

bool panic_message(struct kernel *kernel, char *buf, size_t size)
{
	bool found = false;

	inspect_error_destroy(look_for_message(kernel, buf, size, &found));
	return found;
}
