/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/timekeeper.h"

#include "base/error.h"
#include "kernel/roots.h"

struct timekeeper_fields {
	struct view_state state;
	int64_t offs_real;
	int64_t offs_boot;
	uint64_t xtime_sec;
	int64_t wall_to_monotonic_sec;
	int64_t wall_to_monotonic_nsec;
};

static const struct view_variant timekeeper_variants[] = { { "struct timekeeper", NULL } };
static const struct view_field timekeeper_fields[] = {
	VIEW_FIELD_(timekeeper_fields, offs_real, VIEW_SIGNED, true, "offs_real"),
	VIEW_FIELD_(timekeeper_fields, offs_boot, VIEW_SIGNED, true, "offs_boot"),
	VIEW_NEED(timekeeper_fields, xtime_sec, "xtime_sec"),
	VIEW_FIELD_(timekeeper_fields, wall_to_monotonic_sec, VIEW_SIGNED, true, "wall_to_monotonic.tv_sec"),
	VIEW_FIELD_(timekeeper_fields, wall_to_monotonic_nsec, VIEW_SIGNED, true, "wall_to_monotonic.tv_nsec"),
};
VIEW(timekeeper_view, timekeeper_fields, timekeeper_variants, timekeeper_fields);

#define NSEC_PER_SEC INT64_C(1000000000)
/* The sequence counter in front of the timekeeper is at most a few words and a lock, aligned to a cache line. */
#define TIMEKEEPER_OFFSET_MAX 128

/* offs_real is kept as the negative of wall_to_monotonic (tk_set_wall_to_mono()): no other place looks like this. */
static bool timekeeper_plausible(const struct timekeeper_fields *fields)
{
	int64_t monotonic, sum, wall_offset;

	if (fields->state.fault || !fields->xtime_sec || fields->wall_to_monotonic_nsec < 0 ||
	    fields->wall_to_monotonic_nsec >= NSEC_PER_SEC || !fields->offs_real)
		return false;
	if (__builtin_mul_overflow(fields->wall_to_monotonic_sec, NSEC_PER_SEC, &monotonic) ||
	    __builtin_add_overflow(monotonic, fields->wall_to_monotonic_nsec, &monotonic))
		return false;
	return !__builtin_add_overflow(fields->offs_real, monotonic, &sum) && !sum &&
	       !__builtin_sub_overflow(fields->offs_real, fields->offs_boot, &wall_offset);
}

/*
 * tk_core is a struct without a name before 6.13, so its types do not tell where in it the timekeeper lies: derived
 * from the invariant above, undecided is an error.
 */
struct inspect_error *timekeeper_read(struct kernel *kernel, struct timekeeper *timekeeper)
{
	struct timekeeper_fields fields;
	struct inspect_error *error;
	uint64_t core;

	error = kernel_root(kernel, ROOT_TIMEKEEPER, &core, NULL);
	if (error)
		return error;
	for (uint64_t offset = 0; offset <= TIMEKEEPER_OFFSET_MAX; offset += 8) {
		error = kernel_read(kernel, &timekeeper_view, core + offset, &fields);
		if (error)
			return error;
		if (!timekeeper_plausible(&fields))
			continue;
		timekeeper->address = core + offset;
		timekeeper->wall_offset = fields.offs_real - fields.offs_boot;
		timekeeper->wall_seconds = fields.xtime_sec;
		return NULL;
	}
	return error_at(INSPECT_ERROR_FORMAT, core, "no timekeeper found behind 0x%llx", (unsigned long long)core);
}
