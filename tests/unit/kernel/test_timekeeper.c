/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/timekeeper.h"

#include "synthetic.h"

struct timespec64 {
	int64_t tv_sec;
	int64_t tv_nsec;
};

struct timekeeper_object {
	uint64_t xtime_sec;
	struct timespec64 wall_to_monotonic;
	int64_t offs_real;
	int64_t offs_boot;
};

static const struct row rows[] = {
	ROW(timespec64, tv_sec, "-"),
	ROW(timespec64, tv_nsec, "-"),
	ROW_AS("timekeeper", timekeeper_object, xtime_sec, "xtime_sec", NULL),
	ROW_AS("timekeeper", timekeeper_object, wall_to_monotonic, "wall_to_monotonic", "timespec64"),
	ROW_AS("timekeeper", timekeeper_object, offs_real, "offs_real", "-"),
	ROW_AS("timekeeper", timekeeper_object, offs_boot, "offs_boot", "-"),
};

/* tk_core: a sequence counter of some size, the timekeeper behind it. */
struct setup {
	struct synthetic s;
	struct timekeeper found;
	uint64_t core[64];
};

#define SECOND INT64_C(1000000000)
#define BOOT INT64_C(1700000000)

static struct timekeeper_object *put(struct setup *setup, size_t word)
{
	struct timekeeper_object *timekeeper = (struct timekeeper_object *)&setup->core[word];

	timekeeper->xtime_sec = BOOT + 500;
	timekeeper->wall_to_monotonic = (struct timespec64){ -BOOT - 1, SECOND / 4 };
	timekeeper->offs_real = (BOOT + 1) * SECOND - SECOND / 4;
	timekeeper->offs_boot = 3 * SECOND;
	return timekeeper;
}

static struct setup *setup_create(const char *symbol)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), 0);
	synthetic_map(&setup->s, setup->core, sizeof(setup->core));
	synthetic_symbol(&setup->s, symbol, setup->core);
	synthetic_ready(&setup->s);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	synthetic_deinit(&setup->s);
	free(setup);
}

START_TEST(found_behind_the_sequence_counter)
{
	/* 8 bytes, and 64 with lockdep or the cache line's alignment; timekeeper_data since 6.17. */
	static const struct {
		const char *symbol;
		size_t word;
	} kernels[] = { { "tk_core", 1 }, { "tk_core", 8 }, { "timekeeper_data", 16 } };

	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		struct setup *setup = setup_create(kernels[i].symbol);

		setup->core[0] = 0x1234; /* of the counter */
		put(setup, kernels[i].word);
		expect_success(timekeeper_read(&setup->s.kernel, &setup->found));
		ck_assert_uint_eq(setup->found.address, address_of(&setup->core[kernels[i].word]));
		ck_assert_int_eq(setup->found.wall_offset, (BOOT + 1) * SECOND - SECOND / 4 - 3 * SECOND);
		ck_assert_uint_eq(setup->found.wall_seconds, BOOT + 500);
		setup_destroy(setup);
	}
}
END_TEST

START_TEST(too_far_behind_is_not_found)
{
	struct setup *setup = setup_create("tk_core");

	put(setup, 17);
	expect_error(timekeeper_read(&setup->s.kernel, &setup->found), INSPECT_ERROR_FORMAT, "no timekeeper found");
	setup_destroy(setup);
}
END_TEST

START_TEST(clocks_that_contradict_each_other)
{
	struct setup *setup = setup_create("tk_core");
	struct timekeeper_object *timekeeper = put(setup, 1), good = *timekeeper;

	for (int kind = 0; kind < 9; kind++) {
		*timekeeper = good;
		switch (kind) {
		case 0: timekeeper->offs_real++; break;
		case 1: timekeeper->xtime_sec = 0; break;
		case 2: timekeeper->wall_to_monotonic.tv_nsec -= SECOND; timekeeper->wall_to_monotonic.tv_sec++; break;
		case 3: timekeeper->wall_to_monotonic.tv_nsec += SECOND; timekeeper->wall_to_monotonic.tv_sec--; break;
		case 4: timekeeper->wall_to_monotonic.tv_sec = INT64_MIN; break;
		case 5: timekeeper->wall_to_monotonic.tv_sec = INT64_MAX; break;
		case 6: memset(timekeeper, 0, sizeof(*timekeeper)); break;
		/* The smallest number of nanoseconds there is has no negative. */
		case 7: timekeeper->wall_to_monotonic = (struct timespec64){ INT64_MIN / SECOND - 1, 145224192 }; break;
		case 8: timekeeper->offs_boot = INT64_MIN; break;
		}
		if (kind == 7)
			timekeeper->offs_real = INT64_MIN;
		expect_error(timekeeper_read(&setup->s.kernel, &setup->found), INSPECT_ERROR_FORMAT,
			     "no timekeeper found");
	}
	setup_destroy(setup);
}
END_TEST

START_TEST(a_timekeeper_that_cannot_be_read)
{
	struct setup *setup = setup_create("tk_core");

	put(setup, 1);
	synthetic_hole(&setup->s, setup->core, sizeof(setup->core));
	expect_error(timekeeper_read(&setup->s.kernel, &setup->found), INSPECT_ERROR_FORMAT, "no timekeeper found");
	setup_destroy(setup);
	setup = setup_create("something_else");
	expect_error(timekeeper_read(&setup->s.kernel, &setup->found), INSPECT_ERROR_LOOKUP, "tk_core");
	setup_destroy(setup);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		found_behind_the_sequence_counter,
		too_far_behind_is_not_found,
		clocks_that_contradict_each_other,
		a_timekeeper_that_cannot_be_read,
	};

	return RUN_SUITE("timekeeper", tests);
}
