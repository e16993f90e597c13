/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/map.h"

#include "world.h"

static const struct inspect_record *kernel_of(const struct inspect_record *record)
{
	return cell_nested(record, INSPECT_MAP_KERNEL, 0);
}

START_TEST(all_facts)
{
	struct world *world = world_create(601);
	const struct inspect_record *record = world_map(world, &world->m.map, 1, INSPECT_BPF_DETAILS);

	expect_cell(record, INSPECT_MAP_ID, "1");
	expect_cell(record, INSPECT_MAP_TYPE, "BPF_MAP_TYPE_HASH");
	expect_cell(record, INSPECT_MAP_NAME, "counts");
	expect_cell(record, INSPECT_MAP_FLAGS, "1");
	expect_cell(record, INSPECT_MAP_BYTES_KEY, "4");
	expect_cell(record, INSPECT_MAP_BYTES_VALUE, "8");
	expect_cell(record, INSPECT_MAP_MAX_ENTRIES, "100");
	expect_cell(record, INSPECT_MAP_FROZEN, "1");
	expect_cell(record, INSPECT_MAP_BTF_ID, "absent"); /* a NULL pointer to its BTF */
	expect_cell(kernel_of(record), INSPECT_MAP_KERNEL_OPS, "htab_map_ops");
	expect_cell(kernel_of(record), INSPECT_MAP_KERNEL_SLOTS, "-");
	world->m.map.btf = address_of(&world->m.btf);
	expect_cell(world_map(world, &world->m.map, 1, 0), INSPECT_MAP_BTF_ID, "7");
	world_destroy(world);
}
END_TEST

START_TEST(another_id_is_suspect)
{
	struct world *world = world_create(601);

	expect_cell(world_map(world, &world->m.map, 8, 0), INSPECT_MAP_ID, "8?");
	expect_cell(world_map(world, &world->m.map, 0, 0), INSPECT_MAP_ID, "1");
	world_destroy(world);
}
END_TEST

START_TEST(faults)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	synthetic_hole(&world->s, m->map.name, 16);
	synthetic_hole(&world->s, &m->map.id, 8); /* and map_type */
	record = world_map(world, &m->map, 1, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_MAP_ID, "1");
	expect_cell(record, INSPECT_MAP_MAX_ENTRIES, "100");
	ck_assert_int_eq(record->cells[INSPECT_MAP_NAME].state, CELL_FAULT);
	ck_assert_int_eq(record->cells[INSPECT_MAP_TYPE].state, CELL_FAULT);
	ck_assert_uint_eq(record->cells[INSPECT_MAP_TYPE].trouble->address, address_of(&m->map.map_type));
	world_destroy(world);
}
END_TEST

START_TEST(ops_without_a_symbol)
{
	struct world *world = world_create(601);

	world->m.map.ops = 0xffffffff81000000;
	expect_cell(kernel_of(world_map(world, &world->m.map, 1, 0)), INSPECT_MAP_KERNEL_OPS, "0xffffffff81000000");
	world->m.map.ops = 0;
	expect_cell(kernel_of(world_map(world, &world->m.map, 1, 0)), INSPECT_MAP_KERNEL_OPS, "0x0?");
	world_destroy(world);
}
END_TEST

/* An array that no program has used has no owner, whichever way the kernel says so. */
START_TEST(owners)
{
	static const unsigned int series[] = { 504, 509, 510, 518, 617 };

	for (size_t i = 0; i < sizeof(series) / sizeof(*series); i++) {
		struct world *world = world_create(series[i]);
		struct bpf_array *array = &world->m.array;
		const struct inspect_record *record;

		array->map.inner_owner.jited = world->m.array_aux.owner.jited = 0;
		array->owner_jited = world->m.array_aux.jited = 0;
		record = world_map(world, array, 2, 0);
		expect_cell(record, INSPECT_MAP_OWNER_PROG_TYPE, "BPF_PROG_TYPE_XDP");
		expect_cell(record, INSPECT_MAP_OWNER_JITED, "false");
		array->map.owner = array->owner_prog_type = 0;
		array->map.inner_owner.type = world->m.array_aux.owner.type = world->m.array_aux.type = 0;
		record = world_map(world, array, 2, INSPECT_BPF_DETAILS);
		expect_cell(record, INSPECT_MAP_OWNER_PROG_TYPE, series[i] < 617 ? "-" : "absent");
		expect_cell(record, INSPECT_MAP_OWNER_JITED, "-");
		world_destroy(world);
	}
}
END_TEST

START_TEST(slots)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record, *slot;

	m->array.ptrs[3] = address_of(&m->progs[2]);
	record = kernel_of(world_map(world, &m->array, 2, INSPECT_BPF_DETAILS));
	expect_cell(record, INSPECT_MAP_KERNEL_SLOTS, "2 records");
	slot = cell_nested(record, INSPECT_MAP_KERNEL_SLOTS, 1);
	expect_cell(slot, INSPECT_SLOT_INDEX, "3");
	expect_cell(cell_nested(slot, INSPECT_SLOT_PROG, 0), INSPECT_PROG_NAME, "on_target");
	expect_cell(kernel_of(world_map(world, &m->array, 2, 0)), INSPECT_MAP_KERNEL_SLOTS, "-");
	/* What lies before a hole is shown, and that there is a hole. */
	synthetic_hole(&world->s, &m->array.ptrs[2], 8);
	record = kernel_of(world_map(world, &m->array, 2, INSPECT_BPF_DETAILS));
	expect_cell(record, INSPECT_MAP_KERNEL_SLOTS, "1 records?");
	world_destroy(world);
}
END_TEST

START_TEST(a_hostile_number_of_slots)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;

	m->array.map.max_entries = UINT32_MAX;
	m->array.ptrs[2] = 0x1000; /* what is no program is told in its own row */
	synthetic_hole(&world->s, &m->array.ptrs[3], 8);
	expect_cell(kernel_of(world_map(world, &m->array, 2, INSPECT_BPF_DETAILS)), INSPECT_MAP_KERNEL_SLOTS,
		    "2 records?");
	world_destroy(world);
}
END_TEST

START_TEST(poke)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record = kernel_of(world_map(world, &m->array, 2, INSPECT_BPF_DETAILS));

	expect_cell(cell_nested(record, INSPECT_MAP_KERNEL_POKE, 0), INSPECT_PROG_NAME, "target");
	/* What was found before the damage stays. */
	m->poke.list.next = address_of(&m->poke.list);
	record = kernel_of(world_map(world, &m->array, 2, INSPECT_BPF_DETAILS));
	expect_cell(record, INSPECT_MAP_KERNEL_POKE, "1 records?");
	m->poke.list.next = address_of(&m->array_aux.poke_progs);
	m->poke.aux = 0;
	record = kernel_of(world_map(world, &m->array, 2, INSPECT_BPF_DETAILS));
	expect_cell(record, INSPECT_MAP_KERNEL_POKE, "damaged list of programs damaged");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		all_facts,
		another_id_is_suspect,
		faults,
		ops_without_a_symbol,
		owners,
		slots,
		a_hostile_number_of_slots,
		poke,
	};

	return RUN_SUITE("map", tests);
}
