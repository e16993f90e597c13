/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/percpu.h"

#include "synthetic.h"

struct setup {
	struct synthetic s;
	struct percpu percpu;
	struct arena arena;
	uint64_t offsets[130];
	uint64_t mask[3];
	uint32_t cpu_ids;
};

/* 130 CPU ids, of which 0, 63, 64 and 129 are possible. */
static struct setup *setup_create(const char *left_out)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	arena_init(&setup->arena);
	synthetic_init(&setup->s, NULL, 0, 0);
	for (uint64_t i = 0; i < 130; i++)
		setup->offsets[i] = i << 32;
	setup->mask[0] = 1 | UINT64_C(1) << 63;
	setup->mask[1] = 1;
	setup->mask[2] = 2;
	setup->cpu_ids = 130;
	synthetic_map(&setup->s, &setup->offsets, sizeof(setup->offsets));
	synthetic_map(&setup->s, &setup->mask, sizeof(setup->mask));
	synthetic_map(&setup->s, &setup->cpu_ids, sizeof(setup->cpu_ids));
	if (strcmp(left_out, "nr_cpu_ids"))
		synthetic_symbol(&setup->s, "nr_cpu_ids", &setup->cpu_ids);
	if (strcmp(left_out, "__cpu_possible_mask"))
		synthetic_symbol(&setup->s, "__cpu_possible_mask", &setup->mask);
	if (strcmp(left_out, "__per_cpu_offset"))
		synthetic_symbol(&setup->s, "__per_cpu_offset", &setup->offsets);
	synthetic_ready(&setup->s);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	arena_deinit(&setup->arena);
	synthetic_deinit(&setup->s);
	free(setup);
}

static struct inspect_error *setup_init(struct setup *setup)
{
	return percpu_init(&setup->percpu, &setup->s.kernel, &setup->arena);
}

START_TEST(possible_cpus_and_their_addresses)
{
	struct setup *setup = setup_create("");
	unsigned int possible = 0;

	expect_success(setup_init(setup));
	ck_assert_uint_eq(setup->percpu.count, 4);
	ck_assert_uint_eq(setup->percpu.cpu_ids, 130);
	for (unsigned int cpu = 0; cpu < 200; cpu++)
		possible += percpu_possible(&setup->percpu, cpu);
	ck_assert_uint_eq(possible, 4);
	ck_assert(percpu_possible(&setup->percpu, 63) && percpu_possible(&setup->percpu, 129));
	ck_assert_uint_eq(percpu_address(&setup->percpu, 0x10, 129), (UINT64_C(129) << 32) + 0x10);
	/* Offsets wrap around: a static variable of x86-64 before 6.15 lies near 0. */
	ck_assert_uint_eq(percpu_address(&setup->percpu, -UINT64_C(1) << 32, 1), 0);
	setup_destroy(setup);
}
END_TEST

START_TEST(cpus_beyond_the_ids_do_not_count)
{
	struct setup *setup = setup_create("");

	setup->cpu_ids = 129;
	expect_success(setup_init(setup));
	ck_assert_uint_eq(setup->percpu.count, 3);
	ck_assert(!percpu_possible(&setup->percpu, 129));
	setup_destroy(setup);
}
END_TEST

START_TEST(hostile_numbers_of_cpus)
{
	struct setup *setup = setup_create("");

	setup->cpu_ids = 0;
	expect_error(setup_init(setup), INSPECT_ERROR_FORMAT, "nr_cpu_ids is 0");
	setup->cpu_ids = PERCPU_CPUS_MAX + 1;
	expect_error(setup_init(setup), INSPECT_ERROR_FORMAT, "nr_cpu_ids is 8193");
	setup->cpu_ids = UINT32_MAX;
	expect_error(setup_init(setup), INSPECT_ERROR_FORMAT, "nr_cpu_ids");
	setup->cpu_ids = PERCPU_CPUS_MAX; /* more than the arrays have */
	expect_error(setup_init(setup), INSPECT_ERROR_FAULT, "the possible CPUs");
	setup_destroy(setup);
}
END_TEST

START_TEST(what_cannot_be_read_is_named)
{
	static const char *const symbols[] = { "nr_cpu_ids", "__cpu_possible_mask", "__per_cpu_offset" };

	for (size_t i = 0; i < 3; i++) {
		struct setup *setup = setup_create(symbols[i]);

		expect_error(setup_init(setup), INSPECT_ERROR_LOOKUP, symbols[i]);
		setup_destroy(setup);
	}
	struct setup *setup = setup_create("");

	synthetic_hole(&setup->s, &setup->offsets[128], 8);
	expect_error(setup_init(setup), INSPECT_ERROR_FAULT, "the offsets of the CPUs' areas");
	setup_destroy(setup);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		possible_cpus_and_their_addresses,
		cpus_beyond_the_ids_do_not_count,
		hostile_numbers_of_cpus,
		what_cannot_be_read_is_named,
	};

	return RUN_SUITE("percpu", tests);
}
