/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/btf_name.h"

#include "world.h"

/* The name of type @id of the world's program BTF; "" and why where there is none. */
static struct name name_of(struct world *world, const struct btf *btf, uint64_t id)
{
	struct name name;

	memset(&name, 0xa5, sizeof(name));
	expect_success(btf_name(&world->s.kernel, address_of(btf), id, &name));
	return name;
}

#define expect_damage(world, btf, id, text)                   \
	do {                                                  \
		struct name name_ = name_of(world, btf, id);  \
		ck_assert_ptr_nonnull(name_.damage);          \
		ck_assert_str_eq(name_.damage, text);         \
		ck_assert_str_eq(name_.bytes, "");            \
	} while (0)

#define expect_fault(world, btf, id, where)                               \
	do {                                                              \
		struct name name_ = name_of(world, btf, id);              \
		ck_assert_int_eq(name_.fault, INSPECT_FAULT_EXCLUDED);    \
		ck_assert_uint_eq(name_.address, address_of(where));      \
	} while (0)

START_TEST(names_of_a_base)
{
	struct world *world = world_create(601);
	const struct btf *btf = &world->m.btf;

	ck_assert_str_eq(name_of(world, btf, 1).bytes, "entry");
	ck_assert_str_eq(name_of(world, btf, 2).bytes, "helper");
	expect_damage(world, btf, 4, "BTF has no type of that number");
	expect_damage(world, btf, UINT64_MAX, "BTF has no type of that number");
	world_destroy(world);
}
END_TEST

START_TEST(before_there_was_a_base)
{
	struct world *world = world_create(504);

	ck_assert_str_eq(name_of(world, &world->m.btf, 2).bytes, "helper");
	world_destroy(world);
}
END_TEST

/* A module's BTF: its types are numbered and its strings counted on from vmlinux's. */
static struct btf *put_split(struct world *world)
{
	struct world_memory *m = &world->m;

	m->type_records[3].name_off = 1000 + 5; /* own string */
	m->type_records[0].name_off = 7;        /* a string of the base */
	m->types[3] = address_of(&m->type_records[3]);
	m->types[0] = address_of(&m->type_records[0]);
	strcpy(m->strings + 300 + 5, "of_module");
	m->btf.hdr.str_len = 300;
	m->btf.nr_types = 3;
	m->module_btf = (struct btf){
		.types = address_of(&m->types[3]), .strings = address_of(m->strings + 300), .nr_types = 1,
		.start_id = 3, .start_str_off = 1000, .hdr = { 100 }, .base_btf = address_of(&m->btf),
	};
	return &m->module_btf;
}

START_TEST(names_of_a_split_btf)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	struct btf *btf = put_split(world);

	ck_assert_str_eq(name_of(world, btf, 3).bytes, "of_module");
	ck_assert_str_eq(name_of(world, btf, 1).bytes, "entry"); /* a type of the base */
	m->type_records[3].name_off = 7;
	ck_assert_str_eq(name_of(world, btf, 3).bytes, "helper"); /* own type, the base's string */
	m->type_records[3].name_off = 500; /* between both */
	expect_damage(world, btf, 3, "name outside of the BTF's strings");
	m->type_records[3].name_off = 1100;
	expect_damage(world, btf, 3, "name outside of the BTF's strings");
	m->type_records[3].name_off = UINT32_MAX;
	expect_damage(world, btf, 3, "name outside of the BTF's strings");
	expect_damage(world, btf, 4, "BTF has no type of that number");
	btf->base_btf = 0;
	expect_damage(world, btf, 2, "BTF has no type of that number");
	btf->base_btf = address_of(btf); /* its own base */
	expect_damage(world, btf, 2, "BTF has no type of that number");
	world_destroy(world);
}
END_TEST

START_TEST(faults)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;

	synthetic_hole(&world->s, m->strings + 9, 1);
	expect_fault(world, &m->btf, 2, m->strings + 7);
	ck_assert_str_eq(name_of(world, &m->btf, 1).bytes, "entry");
	synthetic_hole(&world->s, &m->type_records[2], 1);
	expect_fault(world, &m->btf, 2, &m->type_records[2]);
	synthetic_hole(&world->s, &m->types[2], 1);
	expect_fault(world, &m->btf, 2, &m->types[2]);
	/* Any of the fields, not the first alone. */
	synthetic_hole(&world->s, &m->btf.hdr.str_len, 1);
	expect_fault(world, &m->btf, 1, &m->btf.hdr.str_len);
	synthetic_hole(&world->s, &m->btf, sizeof(m->btf));
	expect_fault(world, &m->btf, 1, &m->btf.types);
	world_destroy(world);
}
END_TEST

START_TEST(faults_of_the_base)
{
	struct world *world = world_create(601);
	struct btf *btf = put_split(world);

	synthetic_hole(&world->s, &world->m.btf, sizeof(world->m.btf));
	expect_fault(world, btf, 1, &world->m.btf.types);
	ck_assert_str_eq(name_of(world, btf, 3).bytes, "of_module");
	world_destroy(world);
}
END_TEST

START_TEST(long_names_are_cut)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;

	memset(m->strings + 1, 'x', sizeof(m->strings) - 2);
	ck_assert_uint_eq(strlen(name_of(world, &m->btf, 1).bytes), NAME_SIZE - 1);
	world_destroy(world);
}
END_TEST

START_TEST(cells)
{
	struct world *world = world_create(601);
	struct inspect_record *record = inspect_record_create(&inspect_prog_schema, world->pool);
	struct name name = { .bytes = "name" };

	cell_name(record, INSPECT_PROG_NAME, &name);
	expect_cell(record, INSPECT_PROG_NAME, "name");
	name = (struct name){ .fault = INSPECT_FAULT_EXCLUDED, .address = 0x1230 };
	cell_name(record, INSPECT_PROG_NAME, &name);
	expect_cell(record, INSPECT_PROG_NAME, "fault 0x1230");
	name = (struct name){ .damage = "no name" };
	cell_name(record, INSPECT_PROG_NAME, &name);
	expect_cell(record, INSPECT_PROG_NAME, "damaged no name");
	name = (struct name){ 0 };
	cell_name(record, INSPECT_PROG_TAG, &name);
	expect_cell(record, INSPECT_PROG_TAG, "-");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		names_of_a_base,
		before_there_was_a_base,
		names_of_a_split_btf,
		faults,
		faults_of_the_base,
		long_names_are_cut,
		cells,
	};

	return RUN_SUITE("btf_name", tests);
}
