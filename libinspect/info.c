/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was opened, as a record; and by which library. */
#include <string.h>

#include <inspect/report.h>

#include "base/error.h"
#include "handle.h"
#include "kernel/panic.h"
#include "kernel/percpu.h"
#include "kernel/timekeeper.h"

static const struct inspect_column note_columns[] = {
	{ .key = "note", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_note_schema = INSPECT_SCHEMA("note", note_columns);

static const struct inspect_column info_columns[] = {
	[INSPECT_INFO_CORE] = { .key = "core", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_FORMAT] = { .key = "format", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_CONTAINER] = { .key = "container", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_COMPRESSION] = { .key = "compression", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_LIVE] = { .key = "live", .kind = INSPECT_CELL_BOOL },
	[INSPECT_INFO_PARTIAL] = { .key = "partial", .kind = INSPECT_CELL_BOOL },
	[INSPECT_INFO_MACHINE] = { .key = "machine", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_RELEASE] = { .key = "release", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_BUILD_ID] = { .key = "build_id", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_PAGE_SIZE] = { .key = "page_size", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_PAGING_LEVELS] = { .key = "paging_levels", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_VA_BITS] = { .key = "va_bits", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_KASLR_OFFSET] = { .key = "kaslr_offset", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_INFO_CPUS] = { .key = "cpus", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_TIME] = { .key = "time", .kind = INSPECT_CELL_TIME },
	[INSPECT_INFO_TIME_SOURCE] = { .key = "time_source", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_PANIC] = { .key = "panic", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_VMCOREINFO] = { .key = "vmcoreinfo", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_SYMBOLS] = { .key = "symbols", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_SYMBOL_COUNT] = { .key = "symbol_count", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_TYPES] = { .key = "types", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_TYPE_COUNT] = { .key = "type_count", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_DEBUG] = { .key = "debug", .kind = INSPECT_CELL_STRING },
	[INSPECT_INFO_NOTES] = { .key = "notes", .kind = INSPECT_CELL_RECORDS, .nested = &inspect_note_schema },
	[INSPECT_INFO_OPEN_US] = { .key = "open_us", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_TARGET_US] = { .key = "target_us", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_SYMBOLS_US] = { .key = "symbols_us", .kind = INSPECT_CELL_U64 },
	[INSPECT_INFO_TYPES_US] = { .key = "types_us", .kind = INSPECT_CELL_U64 },
};
const struct inspect_schema inspect_info_schema = INSPECT_SCHEMA("info", info_columns);

static void cell_optional(struct inspect_record *record, unsigned int column, const char *string)
{
	if (string)
		inspect_cell_cstring(record, column, string);
}

/* A line of VMCOREINFO. */
static void cell_vmcoreinfo(struct inspect_record *record, unsigned int column, const struct vmcoreinfo *info,
			    const char *key)
{
	size_t length;
	const char *value = vmcoreinfo_get(info, key, &length);

	if (value)
		inspect_cell_string(record, column, value, length);
}

static void info_target(const struct inspect *inspect, struct inspect_record *record)
{
	const struct target_facts *facts = &inspect->target.facts;

	inspect_cell_cstring(record, INSPECT_INFO_CORE, inspect->cores.items[0].path);
	cell_optional(record, INSPECT_INFO_FORMAT, facts->format);
	cell_optional(record, INSPECT_INFO_CONTAINER, facts->container);
	cell_optional(record, INSPECT_INFO_COMPRESSION, facts->compression);
	inspect_cell_bool(record, INSPECT_INFO_LIVE, facts->live);
	inspect_cell_bool(record, INSPECT_INFO_PARTIAL, facts->partial);
	for (size_t i = 0; i < inspect->facts.note_count; i++)
		inspect_cell_cstring(inspect_cell_append(record, INSPECT_INFO_NOTES), 0, inspect->facts.notes[i]);
}

static void info_kernel(struct inspect *inspect, struct inspect_record *record)
{
	struct kernel *kernel = &inspect->kernel;
	char panic[256];
	uint64_t offset;

	inspect_cell_cstring(record, INSPECT_INFO_MACHINE, kernel->translate.machine->name);
	cell_vmcoreinfo(record, INSPECT_INFO_RELEASE, &kernel->vmcoreinfo, "OSRELEASE");
	cell_vmcoreinfo(record, INSPECT_INFO_BUILD_ID, &kernel->vmcoreinfo, "BUILD-ID");
	inspect_cell_u64(record, INSPECT_INFO_PAGE_SIZE, kernel->page_size);
	inspect_cell_u64(record, INSPECT_INFO_PAGING_LEVELS, kernel->translate.levels);
	inspect_cell_u64(record, INSPECT_INFO_VA_BITS, kernel->translate.va_bits);
	if (vmcoreinfo_hex(&kernel->vmcoreinfo, "KERNELOFFSET", &offset))
		inspect_cell_address(record, INSPECT_INFO_KASLR_OFFSET, offset);
	if (panic_message(kernel, panic, sizeof(panic)))
		inspect_cell_cstring(record, INSPECT_INFO_PANIC, panic);
}

static void info_time(struct inspect *inspect, struct inspect_record *record)
{
	struct kernel *kernel = &inspect->kernel;
	struct timekeeper timekeeper;
	struct inspect_error *error;
	uint64_t seconds;

	if (vmcoreinfo_decimal(&kernel->vmcoreinfo, "CRASHTIME", &seconds)) {
		inspect_cell_time(record, INSPECT_INFO_TIME, (int64_t)seconds);
		inspect_cell_cstring(record, INSPECT_INFO_TIME_SOURCE, "of the crash, by VMCOREINFO");
		return;
	}
	error = timekeeper_read(kernel, &timekeeper);
	if (!error) {
		inspect_cell_time(record, INSPECT_INFO_TIME, (int64_t)timekeeper.wall_seconds);
		inspect_cell_cstring(record, INSPECT_INFO_TIME_SOURCE, "by the kernel's timekeeper");
		return;
	}
	kernel_problem(kernel, error_context(error, "time"));
}

static void info_cpus(struct inspect *inspect, struct inspect_record *record)
{
	struct percpu percpu;
	struct inspect_error *error = percpu_init(&percpu, &inspect->kernel, &inspect->kernel.arena);

	if (error)
		kernel_problem(&inspect->kernel, error_context(error, "CPUs"));
	else
		inspect_cell_u64(record, INSPECT_INFO_CPUS, percpu.count);
}

static void info_sources(const struct inspect *inspect, struct inspect_record *record)
{
	const struct open_facts *facts = &inspect->facts;
	const struct kernel *kernel = &inspect->kernel;

	cell_optional(record, INSPECT_INFO_VMCOREINFO, facts->vmcoreinfo);
	cell_optional(record, INSPECT_INFO_SYMBOLS, facts->symbols);
	if (kernel->symbols.count)
		inspect_cell_u64(record, INSPECT_INFO_SYMBOL_COUNT, kernel->symbols.items[0]->count);
	cell_optional(record, INSPECT_INFO_TYPES, facts->types);
	if (kernel->scopes.count && kernel->scopes.items[0]->type_count)
		inspect_cell_u64(record, INSPECT_INFO_TYPE_COUNT, kernel->scopes.items[0]->type_count);
	cell_optional(record, INSPECT_INFO_DEBUG, facts->debug);
	inspect_cell_u64(record, INSPECT_INFO_OPEN_US, (uint64_t)(facts->total_ms * 1000));
	inspect_cell_u64(record, INSPECT_INFO_TARGET_US, (uint64_t)(facts->target_ms * 1000));
	inspect_cell_u64(record, INSPECT_INFO_SYMBOLS_US, (uint64_t)(facts->symbols_ms * 1000));
	inspect_cell_u64(record, INSPECT_INFO_TYPES_US, (uint64_t)(facts->types_ms * 1000));
}

void inspect_info(struct inspect *inspect, struct inspect_record *record)
{
	info_target(inspect, record);
	info_kernel(inspect, record);
	info_cpus(inspect, record);
	info_time(inspect, record);
	info_sources(inspect, record);
}

const char *inspect_version(void)
{
	return INSPECT_VERSION;
}
