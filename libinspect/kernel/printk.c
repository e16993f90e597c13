/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/printk.h"

#include <string.h>

#include "base/error.h"

static const struct printk_ops *const printk_table[] = { &printk_ring_ops, &printk_buffer_ops };

#define PRINTK_FORMS (sizeof(printk_table) / sizeof(*printk_table))

struct inspect_error *printk_open(struct printk_reader *reader, struct kernel *kernel)
{
	struct inspect_error *error = NULL, *first = NULL;

	memset(reader, 0, offsetof(struct printk_reader, text));
	reader->kernel = kernel;
	for (size_t i = 0; i < PRINTK_FORMS; i++) {
		error = printk_table[i]->open(reader);
		if (!error || inspect_error_code(error) != INSPECT_ERROR_LOOKUP) {
			reader->ops = printk_table[i];
			inspect_error_destroy(first);
			return error_context(error, "kernel log (%s)", printk_table[i]->name);
		}
		/* What the form of today lacks is what the user can do something about. */
		if (first)
			inspect_error_destroy(error);
		else
			first = error;
	}
	return error_context(first, "kernel log");
}

bool printk_next(struct printk_reader *reader, struct printk_record *record)
{
	if (reader->error)
		return false;
	if (kernel_interrupted(reader->kernel)) {
		reader->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
		return false;
	}
	return reader->ops->next(reader, record);
}

struct inspect_error *printk_finish(struct printk_reader *reader)
{
	struct inspect_error *error = reader->error;

	reader->error = NULL;
	reader->left = 0;
	reader->offset = reader->end;
	return error_context(error, "kernel log");
}

void printk_read_text(struct printk_reader *reader, uint64_t address, size_t length, struct printk_record *record)
{
	if (length > sizeof(reader->text)) {
		record->problem = "text longer than any record's";
		record->fault_address = address;
		return;
	}
	record->fault = memory_read(&reader->kernel->memory, address, reader->text, length, &record->fault_address);
	if (record->fault) {
		record->problem = "text not readable";
		return;
	}
	record->text = reader->text;
	record->length = length;
}

struct inspect_error *printk_read_root(struct kernel *kernel, enum root_id root, size_t size, uint64_t *value_ret)
{
	uint64_t address;
	struct inspect_error *error = kernel_root(kernel, root, &address, NULL);
	enum inspect_fault fault;

	if (error)
		return error;
	fault = memory_read_u64(&kernel->memory, address, size, value_ret);
	return fault ? error_context(memory_error(fault, address), "%s", root_table[root].names[0]) : NULL;
}
