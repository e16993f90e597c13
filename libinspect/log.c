/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public view of the kernel log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/kernel.h>

#include "base/error.h"
#include "handle.h"
#include "kernel/printk.h"
#include "kernel/timekeeper.h"

#define NSEC_PER_SEC INT64_C(1000000000)

/* include/linux/kern_levels.h; the short names are those of dmesg(1). */
static const struct inspect_enumerator levels[] = {
	{ 0, "KERN_EMERG", "emerg" },
	{ 1, "KERN_ALERT", "alert" },
	{ 2, "KERN_CRIT", "crit" },
	{ 3, "KERN_ERR", "err" },
	{ 4, "KERN_WARNING", "warn" },
	{ 5, "KERN_NOTICE", "notice" },
	{ 6, "KERN_INFO", "info" },
	{ 7, "KERN_DEBUG", "debug" },
};
static const struct inspect_enumeration level_enumeration = INSPECT_ENUMERATION(levels);

/* LOG_FAC() of syslog(3): what user space writes to /dev/kmsg may have any. */
static const struct inspect_enumerator facilities[] = {
	{ 0, "LOG_KERN", "kern" },
	{ 1, "LOG_USER", "user" },
	{ 2, "LOG_MAIL", "mail" },
	{ 3, "LOG_DAEMON", "daemon" },
	{ 4, "LOG_AUTH", "auth" },
	{ 5, "LOG_SYSLOG", "syslog" },
	{ 6, "LOG_LPR", "lpr" },
	{ 7, "LOG_NEWS", "news" },
	{ 8, "LOG_UUCP", "uucp" },
	{ 9, "LOG_CRON", "cron" },
	{ 10, "LOG_AUTHPRIV", "authpriv" },
	{ 11, "LOG_FTP", "ftp" },
	{ 16, "LOG_LOCAL0", "local0" },
	{ 17, "LOG_LOCAL1", "local1" },
	{ 18, "LOG_LOCAL2", "local2" },
	{ 19, "LOG_LOCAL3", "local3" },
	{ 20, "LOG_LOCAL4", "local4" },
	{ 21, "LOG_LOCAL5", "local5" },
	{ 22, "LOG_LOCAL6", "local6" },
	{ 23, "LOG_LOCAL7", "local7" },
};
static const struct inspect_enumeration facility_enumeration = INSPECT_ENUMERATION(facilities);

static const struct inspect_column log_columns[] = {
	[INSPECT_LOG_SEQ] = { .key = "seq", .kind = INSPECT_CELL_U64 },
	[INSPECT_LOG_NANOSECONDS] = { .key = "nanoseconds", .kind = INSPECT_CELL_U64 },
	[INSPECT_LOG_TIME] = { .key = "time", .kind = INSPECT_CELL_TIME },
	[INSPECT_LOG_LEVEL] = { .key = "level", .kind = INSPECT_CELL_ENUM, .enumeration = &level_enumeration },
	[INSPECT_LOG_FACILITY] = { .key = "facility", .kind = INSPECT_CELL_ENUM, .enumeration = &facility_enumeration },
	[INSPECT_LOG_CALLER] = { .key = "caller", .kind = INSPECT_CELL_STRING },
	[INSPECT_LOG_SUBSYSTEM] = { .key = "subsystem", .kind = INSPECT_CELL_STRING },
	[INSPECT_LOG_DEVICE] = { .key = "device", .kind = INSPECT_CELL_STRING },
	[INSPECT_LOG_TEXT] = { .key = "text", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_log_schema = INSPECT_SCHEMA("record", log_columns);

struct inspect_log_walk {
	struct kernel *kernel;
	struct inspect_log_options options;
	bool has_clock;              /* timekeeper is known */
	struct timekeeper timekeeper;
	struct printk_record record; /* with INSPECT_LOG_SPLIT: the one being split */
	bool splitting;              /* lines of it are left */
	struct printk_reader reader;
};

static bool find_name(const struct inspect_enumeration *enumeration, const char *name, size_t length,
		      unsigned int *number_ret)
{
	for (size_t i = 0; i < enumeration->count; i++) {
		const struct inspect_enumerator *item = &enumeration->items[i];

		if (strlen(item->short_name) == length && !memcmp(item->short_name, name, length)) {
			*number_ret = (unsigned int)item->number;
			return true;
		}
	}
	return false;
}

bool inspect_log_level(const char *name, size_t length, unsigned int *level_ret)
{
	return find_name(&level_enumeration, name, length, level_ret);
}

bool inspect_log_facility(const char *name, size_t length, unsigned int *facility_ret)
{
	return find_name(&facility_enumeration, name, length, facility_ret);
}

struct inspect_error *inspect_log_walk_create(struct inspect *inspect, const struct inspect_log_options *options,
					      struct inspect_log_walk **walk_ret)
{
	struct inspect_log_walk *walk = calloc(1, sizeof(*walk));
	struct inspect_error *error;

	if (!walk)
		return &error_nomem;
	walk->kernel = &inspect->kernel;
	walk->options = *options;
	error = printk_open(&walk->reader, walk->kernel);
	if (error) {
		free(walk);
		return error;
	}
	error = timekeeper_read(walk->kernel, &walk->timekeeper);
	walk->has_clock = !error;
	kernel_problem(walk->kernel, error_context(error, "wall clock of the log"));
	*walk_ret = walk;
	return NULL;
}

void inspect_log_walk_destroy(struct inspect_log_walk *walk)
{
	if (walk)
		inspect_error_destroy(printk_finish(&walk->reader));
	free(walk);
}

static bool in_mask(uint32_t mask, unsigned int bit)
{
	return !mask || (bit < 32 && mask >> bit & 1);
}

/* The next record that is wanted, into walk->record. One that nothing is known of is. */
static bool next_record(struct inspect_log_walk *walk)
{
	struct printk_record *record = &walk->record;

	do {
		if (walk->kernel->live)
			translate_flush(&walk->kernel->translate);
		if (!printk_next(&walk->reader, record))
			return false;
	} while (record->known && (!in_mask(walk->options.levels, record->level) ||
				   !in_mask(walk->options.facilities, record->facility)));
	return true;
}

static void fill_trouble(const struct printk_record *source, struct inspect_record *record, unsigned int column)
{
	if (source->fault)
		inspect_cell_fault(record, column, source->fault, source->fault_address);
	else
		inspect_cell_damaged(record, column, source->fault_address, source->problem);
}

/* printk_caller_id() in kernel/printk/printk.c. */
static void fill_caller(uint32_t caller, struct inspect_record *record)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%c%u", caller >> 31 ? 'C' : 'T', caller & INT32_MAX);
	inspect_cell_cstring(record, INSPECT_LOG_CALLER, buf);
}

static void fill_time(const struct inspect_log_walk *walk, uint64_t nanoseconds, struct inspect_record *record)
{
	int64_t wall;

	inspect_cell_u64(record, INSPECT_LOG_NANOSECONDS, nanoseconds);
	if (!walk->has_clock || nanoseconds > INT64_MAX ||
	    __builtin_add_overflow(walk->timekeeper.wall_offset, (int64_t)nanoseconds, &wall))
		return;
	inspect_cell_time(record, INSPECT_LOG_TIME, wall / NSEC_PER_SEC - (wall % NSEC_PER_SEC < 0));
}

static void fill_description(const struct inspect_log_walk *walk, struct inspect_record *record)
{
	const struct printk_record *source = &walk->record;

	inspect_cell_u64(record, INSPECT_LOG_SEQ, source->seq);
	fill_time(walk, source->nanoseconds, record);
	inspect_cell_enum(record, INSPECT_LOG_LEVEL, source->level);
	inspect_cell_enum(record, INSPECT_LOG_FACILITY, source->facility);
	if (source->has_caller)
		fill_caller(source->caller, record);
	if (*source->subsystem)
		inspect_cell_cstring(record, INSPECT_LOG_SUBSYSTEM, source->subsystem);
	if (*source->device)
		inspect_cell_cstring(record, INSPECT_LOG_DEVICE, source->device);
}

static struct inspect_record *fill(const struct inspect_log_walk *walk, size_t length, struct inspect_pool *pool)
{
	struct inspect_record *record = inspect_record_create(&inspect_log_schema, pool);
	const struct printk_record *source = &walk->record;

	if (source->known)
		fill_description(walk, record);
	if (source->text)
		inspect_cell_string(record, INSPECT_LOG_TEXT, source->text, length);
	if (source->problem)
		fill_trouble(source, record, INSPECT_LOG_TEXT);
	return record;
}

/* Bytes of the text's first line. */
static size_t line_length(const struct printk_record *record)
{
	const char *newline = record->length ? memchr(record->text, '\n', record->length) : NULL;

	return newline ? (size_t)(newline - record->text) : record->length;
}

bool inspect_log_walk_next(struct inspect_log_walk *walk, struct inspect_pool *pool, struct inspect_record **record_ret)
{
	struct printk_record *record = &walk->record;
	size_t length;

	if (!walk->splitting && !next_record(walk))
		return false;
	length = walk->options.flags & INSPECT_LOG_SPLIT ? line_length(record) : record->length;
	*record_ret = fill(walk, length, pool);
	walk->splitting = length < record->length;
	if (walk->splitting) {
		record->text += length + 1;
		record->length -= length + 1;
	}
	return true;
}

struct inspect_error *inspect_log_walk_finish(struct inspect_log_walk *walk)
{
	return printk_finish(&walk->reader);
}
