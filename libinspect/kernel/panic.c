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

/*
 * The log's text lies in one piece in log_buf. Before 5.10 a header stands before each record's text, and zeros or the
 * next header after it. Since then (896fbe20b4e2, cfe2790b163a) it is the number of the record's descriptor that stands
 * before the text, and the array of infos alone says how long the text is: printk moves it over the prefix of its level
 * and leaves the last characters behind.
 */
struct log_ring {
	struct view_state state;
	uint64_t count_bits;
	uint64_t descs;
	uint64_t infos;
};

static const struct view_variant log_ring_variants[] = { { "struct printk_ringbuffer", NULL } };
static const struct view_field log_ring_fields[] = {
	VIEW_NEED(log_ring, count_bits, "desc_ring.count_bits"),
	VIEW_NEED(log_ring, descs, "desc_ring.descs"),
	VIEW_NEED(log_ring, infos, "desc_ring.infos"),
};
VIEW(log_ring_view, log_ring, log_ring_variants, log_ring_fields);

struct log_desc {
	struct view_state state;
	uint64_t begin;
};

static const struct view_variant log_desc_variants[] = { { "struct prb_desc", NULL } };
static const struct view_field log_desc_fields[] = {
	VIEW_NEED(log_desc, begin, "text_blk_lpos.begin"),
};
VIEW(log_desc_view, log_desc, log_desc_variants, log_desc_fields);

struct log_info {
	struct view_state state;
	uint64_t text_len;
};

static const struct view_variant log_info_variants[] = { { "struct printk_info", NULL } };
static const struct view_field log_info_fields[] = {
	VIEW_NEED(log_info, text_len, "text_len"),
};
VIEW(log_info_view, log_info, log_info_variants, log_info_fields);

struct log {
	char *text;
	size_t size;
	bool has_ring; /* since 5.10 */
	struct log_ring ring;
};

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

/* Reads an element of an array of the view's type. */
static bool read_element(struct kernel *kernel, const struct view *view, uint64_t array, uint64_t index, void *out)
{
	const struct view_plan *plan;
	struct inspect_error *error = kernel_view(kernel, view, &plan);

	if (error) {
		inspect_error_destroy(error);
		return false;
	}
	return view_read(plan, &kernel->memory, array + index * plan->type_size, out);
}

/* A kernel that has a ring but none that can be read is one without a log: lengths are not guessed. */
static bool read_log(struct kernel *kernel, struct log *log)
{
	uint64_t address, size, ring;
	struct inspect_error *error = kernel_root(kernel, ROOT_LOG_RING, &ring, NULL);

	log->has_ring = !error;
	inspect_error_destroy(error);
	if (log->has_ring && (!read_root(kernel, ROOT_LOG_RING, 8, &ring) ||
			      !read_element(kernel, &log_ring_view, ring, 0, &log->ring) || log->ring.count_bits > 31))
		return false;
	if (!read_root(kernel, ROOT_LOG_BUF, 8, &address) || !read_root(kernel, ROOT_LOG_BUF_LEN, 4, &size) || !size ||
	    size > LOG_SIZE_MAX)
		return false;
	log->text = malloc(size);
	log->size = size;
	return log->text && !memory_read(&kernel->memory, address, log->text, size, NULL);
}

/* Whether the text of a record begins at @offset of the log, and at most how long it is. */
static bool record_at(struct kernel *kernel, const struct log *log, size_t offset, size_t *length_ret)
{
	struct log_desc desc;
	struct log_info info;
	uint64_t id, index;

	if (!log->has_ring) {
		*length_ret = log->size - offset;
		return true;
	}
	if (offset < sizeof(id))
		return false;
	offset -= sizeof(id);
	memcpy(&id, log->text + offset, sizeof(id));
	index = id & ((UINT64_C(1) << log->ring.count_bits) - 1);
	if (!read_element(kernel, &log_desc_view, log->ring.descs, index, &desc) ||
	    !read_element(kernel, &log_info_view, log->ring.infos, index, &info))
		return false;
	/* A record without enough room before the buffer's end lies at its start instead, which `begin` does not say. */
	if (offset && desc.begin % log->size != offset)
		return false;
	*length_ret = info.text_len;
	return true;
}

/* The first line of a text of at most @length bytes. */
static void copy_line(const char *from, size_t length, char *buf, size_t size)
{
	size_t i;

	for (i = 0; i < length && i < size - 1 && (unsigned char)from[i] >= ' ' && (unsigned char)from[i] < 0x7f; i++)
		buf[i] = from[i];
	buf[i] = '\0';
}

/* Looks for a record that begins with @start. */
static bool find_record(struct kernel *kernel, const struct log *log, const char *start, char *buf, size_t size)
{
	const char *end = log->text + log->size, *found = log->text;
	size_t length;

	while ((found = memmem(found, (size_t)(end - found), start, strlen(start)))) {
		if (record_at(kernel, log, (size_t)(found - log->text), &length)) {
			copy_line(found, length < (size_t)(end - found) ? length : (size_t)(end - found), buf, size);
			return true;
		}
		found++;
	}
	return false;
}

bool panic_message(struct kernel *kernel, char *buf, size_t size)
{
	static const char *const starts[] = { "Kernel panic - not syncing: ", "BUG: ", "Internal error: ", "Oops: " };
	struct log log = { 0 };
	uint64_t cpu;
	bool found = false;

	if (!read_root(kernel, ROOT_PANIC_CPU, 4, &cpu) || cpu == PANIC_CPU_INVALID)
		return false;
	if (read_log(kernel, &log))
		for (size_t i = 0; !found && i < sizeof(starts) / sizeof(*starts); i++)
			found = find_record(kernel, &log, starts[i], buf, size);
	free(log.text);
	return found;
}
