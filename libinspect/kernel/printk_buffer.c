/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel log before 5.10: a buffer in which each record is a struct printk_log, its text, its dictionary and
 * padding. The log begins at log_first_idx and ends at log_next_idx; a header of length 0, or no room for one, sends
 * the reader back to the buffer's start (log_from_idx() in kernel/printk/printk.c).
 */
#include <string.h>

#include "base/error.h"
#include "kernel/printk.h"

struct header_fields {
	struct view_state state;
	uint64_t nanoseconds;
	uint64_t length;
	uint64_t text_len;
	uint64_t dict_len;
	uint64_t facility;
	uint64_t level;
	uint64_t caller;
};

static const struct view_variant header_variants[] = { { "struct printk_log", NULL } };
static const struct view_field header_fields[] = {
	VIEW_NEED(header_fields, nanoseconds, "ts_nsec"),
	VIEW_NEED(header_fields, length, "len"),
	VIEW_NEED(header_fields, text_len, "text_len"),
	VIEW_NEED(header_fields, dict_len, "dict_len"),
	VIEW_NEED(header_fields, facility, "facility"),
	VIEW_NEED(header_fields, level, "level"),
	VIEW_MAY(header_fields, caller, "caller_id"), /* 5.1, 15ff2069cb7f, with CONFIG_PRINTK_CALLER */
};
VIEW_OF_SOME(printk_header_view, header_fields, header_variants, header_fields);

/* LOG_BUF_LEN_MAX is 2 GiB. */
#define BUFFER_SIZE_MAX (UINT64_C(1) << 31)

static struct inspect_error *buffer_open(struct printk_reader *reader)
{
	struct kernel *kernel = reader->kernel;
	const struct view_plan *plan;
	struct inspect_error *error = printk_read_root(kernel, ROOT_LOG_FIRST_INDEX, 4, &reader->offset);

	if (!error)
		error = printk_read_root(kernel, ROOT_LOG_NEXT_INDEX, 4, &reader->end);
	if (!error)
		error = printk_read_root(kernel, ROOT_LOG_FIRST_SEQ, 8, &reader->seq);
	if (!error)
		error = printk_read_root(kernel, ROOT_LOG_BUF, 8, &reader->data);
	if (!error)
		error = printk_read_root(kernel, ROOT_LOG_BUF_LEN, 4, &reader->size);
	if (!error)
		error = kernel_view(kernel, &printk_header_view, &plan);
	if (error)
		return error;
	if (reader->size > BUFFER_SIZE_MAX || reader->offset > reader->size || reader->end > reader->size)
		return error_at(INSPECT_ERROR_FORMAT, reader->data,
				"the buffer at 0x%llx is damaged: %llu bytes, from %llu to %llu in use",
				(unsigned long long)reader->data, (unsigned long long)reader->size,
				(unsigned long long)reader->offset, (unsigned long long)reader->end);
	return NULL;
}

/* Reads the header at the current offset; false: reader->error. Where there is no room for one, its length is 0. */
static bool read_header(struct printk_reader *reader, struct header_fields *header, uint64_t *size_ret)
{
	struct memory *memory = &reader->kernel->memory;
	const struct view_plan *plan;
	uint64_t address = reader->data + reader->offset, where;
	enum inspect_fault fault;

	reader->error = kernel_view(reader->kernel, &printk_header_view, &plan);
	if (reader->error)
		return false;
	*size_ret = plan->type_size;
	if (plan->type_size > reader->size - reader->offset) {
		header->length = 0;
		return true;
	}
	if (view_read(plan, memory, address, header))
		return true;
	fault = view_first_fault(plan, memory, address, header, &where);
	reader->error = memory_error(fault, where);
	return false;
}

/* The header of the next record, at the current offset then; false at the end and on an error. */
static bool next_header(struct printk_reader *reader, struct header_fields *header, uint64_t *size_ret)
{
	uint64_t limit, room;
	bool whole;

	if (reader->offset == reader->end || !read_header(reader, header, size_ret))
		return false;
	if (!header->length && reader->offset > reader->end) {
		reader->offset = 0;
		return next_header(reader, header, size_ret);
	}
	limit = reader->offset < reader->end ? reader->end : reader->size;
	room = header->length - *size_ret;
	whole = header->length && header->length >= *size_ret && header->length <= limit - reader->offset &&
		header->text_len <= room && header->dict_len <= room - header->text_len;
	if (!whole)
		reader->error = error_at(INSPECT_ERROR_FORMAT, reader->data + reader->offset,
					 "the record at 0x%llx is damaged: %llu bytes with %llu of text",
					 (unsigned long long)(reader->data + reader->offset),
					 (unsigned long long)header->length, (unsigned long long)header->text_len);
	return whole;
}

static bool buffer_next(struct printk_reader *reader, struct printk_record *record)
{
	struct header_fields header;
	uint64_t size;

	if (!next_header(reader, &header, &size))
		return false;
	*record = (struct printk_record){
		.seq = reader->seq++,
		.known = true,
		.nanoseconds = header.nanoseconds,
		.level = (unsigned int)header.level,
		.facility = (unsigned int)header.facility,
		.has_caller = has(&header, caller),
		.caller = (uint32_t)header.caller,
	};
	printk_read_text(reader, reader->data + reader->offset + size, header.text_len, record);
	reader->offset += header.length;
	return true;
}

const struct printk_ops printk_buffer_ops = {
	.name = "buffer of records",
	.open = buffer_open,
	.next = buffer_next,
};
