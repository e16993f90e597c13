/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same objects in the layouts of each series, 5.4 to 5.9 above all: of these no dump is at hand. */
#include <inspect/bpf.h>

#include "bpf/ksym.h"
#include "world.h"

static const unsigned int all_series[] = { 504, 505, 506, 507, 508, 509, 510, 511, 515, 600, 607, 617 };
#define EACH_SERIES(i) (size_t i = 0; i < sizeof(all_series) / sizeof(*all_series); i++)

static const struct inspect_record *kernel_of(const struct inspect_record *record)
{
	return cell_nested(record, INSPECT_PROG_KERNEL, 0);
}

/* The @index-th attachment of program @id. */
static const struct inspect_record *attachment(struct world *world, uint64_t id, size_t index)
{
	return cell_nested(kernel_of(world_prog(world, id, 0)), INSPECT_PROG_KERNEL_ATTACHED, index);
}

START_TEST(programs)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *record = world_prog(world, 1, 0);

		expect_cell(record, INSPECT_PROG_ID, "1");
		expect_cell(record, INSPECT_PROG_TYPE, "BPF_PROG_TYPE_XDP");
		expect_cell(record, INSPECT_PROG_NAME, "target");
		expect_cell(record, INSPECT_PROG_TAG, "1032547698badc01");
		expect_cell(record, INSPECT_PROG_GPL_COMPATIBLE, "true");
		expect_cell(record, INSPECT_PROG_UID, "1000");
		expect_cell(record, INSPECT_PROG_BYTES_XLATED, "88");
		expect_cell(record, INSPECT_PROG_JITED, "true");
		expect_cell(record, INSPECT_PROG_BYTES_JITED, "213"); /* of the subprograms, not its own */
		expect_cell(record, INSPECT_PROG_BYTES_MEMLOCK, "4096");
		expect_cell(record, INSPECT_PROG_MAP_IDS, "[1,2]");
		expect_cell(record, INSPECT_PROG_BTF_ID, "7");
		expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FULL_NAME, "entry");
		expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_TAIL_CALL_REACHABLE,
			    all_series[i] < 510 ? "absent" : "false");
		expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_ATTACHED, "-");
		expect_problem(&world->s.kernel, NULL);
		world_destroy(world);
	}
}
END_TEST

START_TEST(subprograms)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *kernel = kernel_of(world_prog(world, 1, INSPECT_BPF_DETAILS));

		expect_cell(kernel, INSPECT_PROG_KERNEL_FUNCS, "2 records");
		for (size_t f = 0; f < 2; f++)
			expect_cell(kernel_of(cell_nested(kernel, INSPECT_PROG_KERNEL_FUNCS, f)),
				    INSPECT_PROG_KERNEL_FULL_NAME, f ? "helper" : "entry");
		expect_cell(kernel, INSPECT_PROG_KERNEL_USED_MAPS, "2 records");
		expect_cell(cell_nested(kernel, INSPECT_PROG_KERNEL_USED_MAPS, 1), INSPECT_MAP_NAME, "tails");
		world_destroy(world);
	}
}
END_TEST

START_TEST(attached_to_a_program)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *on = attachment(world, 2, 0);

		expect_problem(&world->s.kernel, NULL);
		if (all_series[i] < 505) {
			ck_assert_ptr_null(on);
			world_destroy(world);
			continue;
		}
		ck_assert_ptr_nonnull(on);
		ck_assert_ptr_null(on->next);
		expect_cell(on, INSPECT_ATTACH_KIND, "BPF_TRAMP_FEXIT");
		expect_cell(on, INSPECT_ATTACH_ATTACHED, "true"); /* though linked_prog stays set */
		expect_cell(on, INSPECT_ATTACH_TARGET_PROG_ID, "1");
		expect_cell(on, INSPECT_ATTACH_TARGET_NAME, "entry");
		expect_cell(on, INSPECT_ATTACH_TARGET_BTF_ID, "2");
		expect_cell(on, INSPECT_ATTACH_FUNCTION, "helper");
		expect_cell(on, INSPECT_ATTACH_MODULE, "-");
		expect_cell(on, INSPECT_ATTACH_LINK_ID, all_series[i] < 508 ? "-" : "1");
		world_destroy(world);
	}
}
END_TEST

START_TEST(loaded_and_not_attached)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *on = attachment(world, 3, 0);

		if (all_series[i] < 505) {
			ck_assert_ptr_null(on);
		} else {
			ck_assert_ptr_nonnull(on);
			ck_assert_ptr_null(on->next);
			expect_cell(on, INSPECT_ATTACH_KIND, "BPF_TRAMP_FENTRY");
			expect_cell(on, INSPECT_ATTACH_ATTACHED, "false");
			expect_cell(on, INSPECT_ATTACH_TARGET_PROG_ID, "1");
			expect_cell(on, INSPECT_ATTACH_TARGET_NAME, "entry");
			expect_cell(on, INSPECT_ATTACH_FUNCTION, "entry");
			expect_cell(on, INSPECT_ATTACH_LINK_ID, "-");
		}
		expect_problem(&world->s.kernel, NULL);
		world_destroy(world);
	}
}
END_TEST

START_TEST(attached_to_the_kernel)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *on = attachment(world, 4, 0);

		if (all_series[i] < 505) {
			ck_assert_ptr_null(on);
		} else {
			ck_assert_ptr_nonnull(on);
			expect_cell(on, INSPECT_ATTACH_KIND, "BPF_TRAMP_FENTRY");
			expect_cell(on, INSPECT_ATTACH_ATTACHED, "true");
			expect_cell(on, INSPECT_ATTACH_TARGET_PROG_ID, "-");
			expect_cell(on, INSPECT_ATTACH_TARGET_BTF_ID, "1234");
			expect_cell(on, INSPECT_ATTACH_FUNCTION, "vfs_read");
			expect_cell(on, INSPECT_ATTACH_LINK_ID, all_series[i] < 508 ? "-" : "2");
		}
		world_destroy(world);
	}
}
END_TEST

START_TEST(replaced)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *on = attachment(world, 5, 0);

		if (all_series[i] < 505) {
			ck_assert_ptr_null(on);
		} else {
			/* 5.5 has no extension_prog: there it could not be attached. */
			expect_cell(on, INSPECT_ATTACH_ATTACHED, all_series[i] < 506 ? "false" : "true");
			expect_cell(on, INSPECT_ATTACH_KIND, "BPF_TRAMP_REPLACE");
			expect_cell(on, INSPECT_ATTACH_TARGET_PROG_ID, "1");
			expect_cell(on, INSPECT_ATTACH_FUNCTION, "entry");
		}
		expect_problem(&world->s.kernel, NULL);
		world_destroy(world);
	}
}
END_TEST

START_TEST(linked_details)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *kernel = kernel_of(world_prog(world, 1, INSPECT_BPF_DETAILS));
		const char *linked = all_series[i] < 505 ? "-" : all_series[i] < 506 ? "1 records" : "2 records";

		expect_cell(kernel, INSPECT_PROG_KERNEL_LINKED, linked);
		if (all_series[i] >= 505)
			expect_cell(cell_nested(kernel, INSPECT_PROG_KERNEL_LINKED, 0), INSPECT_PROG_NAME, "on_target");
		world_destroy(world);
	}
}
END_TEST

START_TEST(maps)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		const struct inspect_record *record = world_map(world, &world->m.map, 1, INSPECT_BPF_DETAILS), *kernel;

		expect_cell(record, INSPECT_MAP_TYPE, "BPF_MAP_TYPE_HASH");
		expect_cell(record, INSPECT_MAP_OWNER_PROG_TYPE, "-");
		record = world_map(world, &world->m.array, 2, INSPECT_BPF_DETAILS);
		kernel = cell_nested(record, INSPECT_MAP_KERNEL, 0);
		expect_cell(record, INSPECT_MAP_NAME, "tails");
		expect_cell(record, INSPECT_MAP_TYPE, "BPF_MAP_TYPE_PROG_ARRAY");
		expect_cell(record, INSPECT_MAP_OWNER_PROG_TYPE, "BPF_PROG_TYPE_XDP");
		expect_cell(record, INSPECT_MAP_OWNER_JITED, "true");
		expect_cell(kernel, INSPECT_MAP_KERNEL_OWNER, "BPF_PROG_TYPE_XDP");
		expect_cell(kernel, INSPECT_MAP_KERNEL_OPS, "prog_array_map_ops");
		expect_cell(kernel, INSPECT_MAP_KERNEL_SLOTS, "1 records");
		expect_cell(kernel, INSPECT_MAP_KERNEL_POKE, all_series[i] < 505 ? "-" : "1 records");
		world_destroy(world);
	}
}
END_TEST

START_TEST(links)
{
	for EACH_SERIES(i) {
		struct world *world;
		const struct inspect_record *record;

		if (all_series[i] < 508) /* no link_idr to come from */
			continue;
		world = world_create(all_series[i]);
		record = world_link(world, &world->m.links[1], 1, INSPECT_BPF_DETAILS);
		expect_cell(record, INSPECT_LINK_ID, "1");
		expect_cell(record, INSPECT_LINK_TYPE, "BPF_LINK_TYPE_TRACING");
		expect_cell(record, INSPECT_LINK_PROG_ID, "2");
		expect_cell(record, INSPECT_LINK_PROG_TYPE, "BPF_PROG_TYPE_TRACING");
		expect_cell(record, INSPECT_LINK_ATTACH_TYPE, "BPF_TRACE_FEXIT");
		expect_cell(record, INSPECT_LINK_TARGET_OBJ_ID, "1");
		expect_cell(record, INSPECT_LINK_TARGET_BTF_ID, "2");
		record = cell_nested(record, INSPECT_LINK_KERNEL, 0);
		expect_cell(record, INSPECT_LINK_KERNEL_OPS, "bpf_tracing_link_lops");
		expect_cell(record, INSPECT_LINK_KERNEL_TARGET, "1 records");
		expect_cell(record, INSPECT_LINK_KERNEL_LINKED, "1 records");
		world_destroy(world);
	}
}
END_TEST

START_TEST(symbols)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		struct symbol_array *array = symbol_array_create("bpf", false);
		struct symbol_table *table;
		struct symbol symbol;
		uint64_t cursor = 0;

		expect_success(bpf_symbols(&world->s.kernel, array));
		expect_success(symbol_array_finish(array, &table));
		ck_assert_uint_eq(table->count, 3);
		ck_assert(table->ops->next(table, &cursor, &symbol));
		/* Before 5.7 the name is made when it is asked for: bpf_get_prog_name(). */
		ck_assert_str_eq(symbol.name, all_series[i] < 507 ? "bpf_prog_1032547698badc01_entry" :
								    "bpf_prog_1032547698badc01_target");
		ck_assert_uint_eq(symbol.address, address_of(world->m.images[1]));
		ck_assert(table->ops->next(table, &cursor, &symbol));
		ck_assert_str_eq(symbol.name, "bpf_prog_1032547698badc02_on_target");
		ck_assert(table->ops->next(table, &cursor, &symbol));
		ck_assert_str_eq(symbol.name, "bpf_prog_1032547698badc07_helper");
		ck_assert_str_eq(symbol.module, "bpf");
		table->ops->destroy(table);
		world_destroy(world);
	}
}
END_TEST

/* Types without the symbol: what is on the trampolines is not known, and that is told. */
START_TEST(trampolines_without_their_table)
{
	struct world *world = calloc(1, sizeof(*world));

	ck_assert_ptr_nonnull(world);
	synthetic_init(&world->s, world_rows, world_row_count, 510);
	synthetic_map(&world->s, &world->m, sizeof(world->m));
	synthetic_symbol(&world->s, "prog_idr", &world->m.prog_idr);
	synthetic_ready(&world->s);
	bpf_init(&world->bpf, &world->s.kernel);
	ck_assert_uint_eq(attachments_get(&world->bpf)->count, 0);
	expect_problem(&world->s.kernel, "trampoline_table");
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		programs,
		subprograms,
		attached_to_a_program,
		loaded_and_not_attached,
		attached_to_the_kernel,
		replaced,
		linked_details,
		maps,
		links,
		symbols,
		trampolines_without_their_table,
	};

	return RUN_SUITE("layouts", tests);
}
