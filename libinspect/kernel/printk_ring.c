/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel log since 5.10: struct printk_ringbuffer (kernel/printk/printk_ringbuffer.h). A record has a descriptor,
 * which says where its text is, and an info, which says what it is; both have the place id % count of their arrays. The
 * ids from tail_id to head_id are in use. The text's block begins with the id it belongs to.
 */
#include <string.h>

#include "base/error.h"
#include "kernel/printk.h"

struct ring_fields {
	struct view_state state;
	uint64_t count_bits;
	uint64_t descs;
	uint64_t infos;
	uint64_t head_id;
	uint64_t tail_id;
	uint64_t size_bits;
	uint64_t data;
};

static const struct view_variant ring_variants[] = { { "struct printk_ringbuffer", NULL } };
static const struct view_field ring_fields[] = {
	VIEW_NEED(ring_fields, count_bits, "desc_ring.count_bits"),
	VIEW_NEED(ring_fields, descs, "desc_ring.descs"),
	VIEW_NEED(ring_fields, infos, "desc_ring.infos"), /* 5.10, cfe2790b163a */
	VIEW_NEED(ring_fields, head_id, "desc_ring.head_id.counter"),
	VIEW_NEED(ring_fields, tail_id, "desc_ring.tail_id.counter"),
	VIEW_NEED(ring_fields, size_bits, "text_data_ring.size_bits"),
	VIEW_NEED(ring_fields, data, "text_data_ring.data"),
};
VIEW(printk_ring_view, ring_fields, ring_variants, ring_fields);

struct desc_fields {
	struct view_state state;
	uint64_t state_var;
	uint64_t begin;
	uint64_t next;
};

static const struct view_variant desc_variants[] = { { "struct prb_desc", NULL } };
static const struct view_field desc_fields[] = {
	VIEW_NEED(desc_fields, state_var, "state_var.counter"),
	VIEW_NEED(desc_fields, begin, "text_blk_lpos.begin"),
	VIEW_NEED(desc_fields, next, "text_blk_lpos.next"),
};
VIEW(printk_desc_view, desc_fields, desc_variants, desc_fields);

struct info_fields {
	struct view_state state;
	uint64_t seq;
	uint64_t nanoseconds;
	uint64_t text_len;
	uint64_t facility;
	uint64_t level;
	uint64_t caller;
	char subsystem[16];
	char device[48];
};

static const struct view_variant info_variants[] = { { "struct printk_info", NULL } };
static const struct view_field info_fields[] = {
	VIEW_NEED(info_fields, seq, "seq"),
	VIEW_NEED(info_fields, nanoseconds, "ts_nsec"),
	VIEW_NEED(info_fields, text_len, "text_len"),
	VIEW_NEED(info_fields, facility, "facility"),
	VIEW_NEED(info_fields, level, "level"),
	VIEW_MAY(info_fields, caller, "caller_id"),
	VIEW_MAY_STRING(info_fields, subsystem, "dev_info.subsystem"), /* 5.10, 74caba7f2a06 */
	VIEW_MAY_STRING(info_fields, device, "dev_info.device"),
};
VIEW(printk_info_view, info_fields, info_variants, info_fields);

/* A state_var is an id below and a state in its two highest bits: DESC_FLAGS_SHIFT. */
#define STATE_SHIFT 62
#define ID_MASK ((UINT64_C(1) << STATE_SHIFT) - 1)

/* enum desc_state */
#define STATE_RESERVED 0
#define STATE_REUSABLE 3

/* A position with this bit leads nowhere (LPOS_DATALESS()); of a record without text, both positions are NO_LPOS. */
#define LPOS_DATALESS UINT64_C(1)
#define NO_LPOS UINT64_C(3)

/* LOG_BUF_LEN_MAX is 2 GiB, and a record has 32 bytes of it: PRB_AVGBITS. */
#define SIZE_BITS_MAX 31
#define COUNT_BITS_MAX 26
/* Live memory moves under us: how often a record is tried before it counts as gone. */
#define RING_TRIES 3

static struct inspect_error *ring_open(struct printk_reader *reader)
{
	struct kernel *kernel = reader->kernel;
	const struct view_plan *plan;
	struct ring_fields ring;
	uint64_t address, used;
	struct inspect_error *error = printk_read_root(kernel, ROOT_LOG_RING, 8, &address);

	if (!error)
		error = kernel_view(kernel, &printk_ring_view, &plan);
	if (error)
		return error;
	if (!view_read(plan, &kernel->memory, address, &ring)) {
		uint64_t where;
		enum inspect_fault fault = view_first_fault(plan, &kernel->memory, address, &ring, &where);

		return memory_error(fault, where);
	}
	used = (ring.head_id - ring.tail_id) & ID_MASK;
	if (ring.count_bits > COUNT_BITS_MAX || ring.size_bits > SIZE_BITS_MAX || used >> ring.count_bits)
		return error_at(INSPECT_ERROR_FORMAT, address,
				"the ring at 0x%llx is damaged: 2^%llu records, 2^%llu bytes, ids 0x%llx to 0x%llx",
				(unsigned long long)address, (unsigned long long)ring.count_bits,
				(unsigned long long)ring.size_bits, (unsigned long long)ring.tail_id,
				(unsigned long long)ring.head_id);
	reader->descs = ring.descs;
	reader->infos = ring.infos;
	reader->desc_mask = (UINT64_C(1) << ring.count_bits) - 1;
	reader->id = ring.tail_id & ID_MASK;
	reader->left = used + 1;
	reader->data = ring.data;
	reader->size = UINT64_C(1) << ring.size_bits;
	return NULL;
}

/* Reads the element of @array at the place of the current id; false: the record tells why not. */
static bool read_element(struct printk_reader *reader, const struct view *view, uint64_t array, void *out,
			 struct printk_record *record)
{
	struct memory *memory = &reader->kernel->memory;
	const struct view_plan *plan;
	uint64_t address;

	reader->error = kernel_view(reader->kernel, view, &plan);
	if (reader->error)
		return false;
	address = array + (reader->id & reader->desc_mask) * plan->type_size;
	if (view_read(plan, memory, address, out))
		return true;
	record->problem = "record not readable";
	record->fault = view_first_fault(plan, memory, address, out, &record->fault_address);
	return false;
}

static void damaged(struct printk_record *record, uint64_t address, const char *problem)
{
	record->problem = problem;
	record->fault_address = address;
}

/*
 * Where the text of a record is and how much room it has, as get_data() finds it: a block lies between its two
 * positions or, where it would have gone over the end of the buffer, at the start of it. One that would end at the very
 * end goes to the start too in kernels that say so by a `next` behind it.
 */
static bool find_block(const struct printk_reader *reader, const struct desc_fields *desc, uint64_t *offset_ret,
		       uint64_t *size_ret)
{
	uint64_t mask = reader->size - 1, length = desc->next - desc->begin;

	if (desc->begin % 8 || desc->next % 8 || !length || length > 2 * reader->size)
		return false;
	*offset_ret = desc->begin & mask;
	*size_ret = length;
	if (*offset_ret + length > reader->size) {
		if ((desc->begin + reader->size) / reader->size != desc->next / reader->size)
			return false;
		*offset_ret = 0;
		*size_ret = desc->next & mask;
	}
	return *size_ret > sizeof(uint64_t);
}

static void read_text(struct printk_reader *reader, const struct desc_fields *desc, const struct info_fields *info,
		      struct printk_record *record)
{
	uint64_t offset, size, id, address;

	if ((desc->begin & LPOS_DATALESS) && (desc->next & LPOS_DATALESS)) {
		record->text = reader->text;
		if (desc->begin != NO_LPOS || desc->next != NO_LPOS)
			damaged(record, reader->data, "the ring had no room for the text");
		return;
	}
	if (!find_block(reader, desc, &offset, &size) || info->text_len > size - sizeof(id)) {
		damaged(record, reader->data, "the place of the text is damaged");
		return;
	}
	address = reader->data + offset;
	record->fault = memory_read_u64(&reader->kernel->memory, address, sizeof(id), &id);
	record->fault_address = address;
	if (record->fault)
		record->problem = "text not readable";
	else if (id != reader->id)
		damaged(record, address, "the text is of another record");
	else
		printk_read_text(reader, address + sizeof(id), info->text_len, record);
}

static void describe(const struct info_fields *info, struct printk_record *record)
{
	record->seq = info->seq;
	record->known = true;
	record->nanoseconds = info->nanoseconds;
	record->level = (unsigned int)info->level;
	record->facility = (unsigned int)info->facility;
	record->has_caller = has(info, caller);
	record->caller = (uint32_t)info->caller;
	memcpy(record->subsystem, info->subsystem, sizeof(record->subsystem));
	memcpy(record->device, info->device, sizeof(record->device));
}

/*
 * Reads the record of the current id; false: there is none, since it is being written (reserved) or was given up
 * (reusable), or reader->error. One that is committed but might still be continued (not finalized) is one: it may be
 * the last that a crashing kernel said.
 */
static bool read_record(struct printk_reader *reader, struct printk_record *record)
{
	struct desc_fields desc;
	struct info_fields info;
	uint64_t state;

	memset(record, 0, sizeof(*record));
	if (!read_element(reader, &printk_desc_view, reader->descs, &desc, record))
		return !reader->error;
	state = desc.state_var >> STATE_SHIFT;
	if ((desc.state_var & ID_MASK) != reader->id || state == STATE_RESERVED || state == STATE_REUSABLE)
		return false;
	if (!read_element(reader, &printk_info_view, reader->infos, &info, record))
		return !reader->error;
	/* prb_reserve() gives out numbers so that they have the place of their record. */
	if ((info.seq ^ reader->id) & reader->desc_mask) {
		damaged(record, reader->infos, "the record's number is not that of its place");
		return true;
	}
	describe(&info, record);
	read_text(reader, &desc, &info, record);
	return true;
}

/* The same in memory that changes: a record that was overwritten while it was read is gone. */
static bool read_settled(struct printk_reader *reader, struct printk_record *record)
{
	struct printk_record unused;
	struct desc_fields before, after;

	if (!reader->kernel->live)
		return read_record(reader, record);
	for (int tries = 0; tries < RING_TRIES && !reader->error; tries++) {
		bool found;

		if (!read_element(reader, &printk_desc_view, reader->descs, &before, &unused))
			return read_record(reader, record);
		found = read_record(reader, record);
		if (!found || !read_element(reader, &printk_desc_view, reader->descs, &after, &unused))
			return found;
		if (before.state_var == after.state_var)
			return true;
	}
	return false;
}

static bool ring_next(struct printk_reader *reader, struct printk_record *record)
{
	while (reader->left && !reader->error) {
		bool found;

		if (kernel_interrupted(reader->kernel)) {
			reader->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
			return false;
		}
		found = read_settled(reader, record);
		reader->id = (reader->id + 1) & ID_MASK;
		reader->left--;
		if (found && !reader->error)
			return true;
	}
	return false;
}

const struct printk_ops printk_ring_ops = {
	.name = "ring of records",
	.open = ring_open,
	.next = ring_next,
};
