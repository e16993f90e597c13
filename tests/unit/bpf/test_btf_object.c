/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/btf_object.h"

#include "world.h"

/* Three objects: vmlinux 1, a module's 2, a program's 7. */
static struct world *create(unsigned int series)
{
	struct world *world = world_create(series);
	struct world_memory *m = &world->m;

	m->btf_idr.idr_rt.xa_head = address_of(&m->btf_node) | 2;
	m->btf_node.slots[1] = address_of(&m->vmlinux_btf);
	m->btf_node.slots[2] = address_of(&m->module_btf);
	m->btf_node.slots[7] = address_of(&m->btf);
	m->btf_node.count = 3;
	m->vmlinux_btf.kernel_btf = m->module_btf.kernel_btf = 1;
	m->vmlinux_btf.data = 0x1000;
	m->vmlinux_btf.data_size = 77;
	m->module_btf.base_btf = address_of(&m->vmlinux_btf);
	strcpy(m->module_btf.name, "dummy");
	return world;
}

START_TEST(all_objects)
{
	struct world *world = create(601);
	struct btf_objects objects;
	struct btf_object object;

	btf_objects_init(&objects, &world->s.kernel);
	ck_assert(btf_objects_next(&objects, &object));
	ck_assert_uint_eq(object.id, 1);
	ck_assert_uint_eq(object.data, 0x1000);
	ck_assert_uint_eq(object.data_size, 77);
	ck_assert(object.is_kernel && !object.is_split);
	ck_assert_str_eq(object.name, "vmlinux");
	ck_assert(btf_objects_next(&objects, &object));
	ck_assert(object.is_kernel && object.is_split);
	ck_assert_str_eq(object.name, "dummy");
	ck_assert(btf_objects_next(&objects, &object));
	ck_assert_uint_eq(object.id, 7);
	ck_assert_uint_eq(object.address, address_of(&world->m.btf));
	ck_assert(!object.is_kernel && !object.is_split);
	ck_assert(!btf_objects_next(&objects, &object));
	expect_success(btf_objects_finish(&objects));
	world_destroy(world);
}
END_TEST

START_TEST(before_modules_had_any)
{
	struct world *world = create(504);
	struct btf_objects objects;
	struct btf_object object;

	btf_objects_init(&objects, &world->s.kernel);
	for (int i = 0; i < 3; i++) {
		ck_assert(btf_objects_next(&objects, &object));
		ck_assert(!object.is_kernel && !object.is_split);
		ck_assert_str_eq(object.name, "");
	}
	expect_success(btf_objects_finish(&objects));
	world_destroy(world);
}
END_TEST

START_TEST(damage_leaves_the_others)
{
	struct world *world = create(601);
	struct btf_objects objects;
	struct btf_object object;

	synthetic_hole(&world->s, &world->m.module_btf.data, 8);
	world->m.btf_node.slots[1] = 0x1001;
	btf_objects_init(&objects, &world->s.kernel);
	ck_assert(btf_objects_next(&objects, &object));
	ck_assert_uint_eq(object.id, 7);
	ck_assert(!btf_objects_next(&objects, &object));
	expect_success(btf_objects_finish(&objects));
	expect_problem(&world->s.kernel, "BTF object 1");
	expect_problem(&world->s.kernel, "BTF object 2");
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

START_TEST(without_the_idr)
{
	struct world *world = calloc(1, sizeof(*world));
	struct btf_objects objects;
	struct btf_object object;

	ck_assert_ptr_nonnull(world);
	synthetic_init(&world->s, world_rows, world_row_count, 601);
	synthetic_ready(&world->s);
	btf_objects_init(&objects, &world->s.kernel);
	ck_assert(!btf_objects_next(&objects, &object));
	expect_error(btf_objects_finish(&objects), INSPECT_ERROR_LOOKUP, "btf_idr");
	synthetic_deinit(&world->s);
	free(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		all_objects,
		before_modules_had_any,
		damage_leaves_the_others,
		without_the_idr,
	};

	return RUN_SUITE("btf_object", tests);
}
