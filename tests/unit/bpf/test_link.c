/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/link.h"

#include "world.h"

static const struct inspect_record *kernel_of(const struct inspect_record *record)
{
	return cell_nested(record, INSPECT_LINK_KERNEL, 0);
}

START_TEST(a_tracing_link)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	m->links[1].link.cookie = 42;
	record = world_link(world, &m->links[1], 1, 0);
	expect_cell(record, INSPECT_LINK_TYPE, "BPF_LINK_TYPE_TRACING");
	expect_cell(record, INSPECT_LINK_PROG_ID, "2");
	expect_cell(record, INSPECT_LINK_TARGET_OBJ_ID, "1");
	expect_cell(record, INSPECT_LINK_COOKIE, "42");
	expect_cell(kernel_of(record), INSPECT_LINK_KERNEL_OPS, "bpf_tracing_link_lops");
	expect_cell(kernel_of(record), INSPECT_LINK_KERNEL_ATTACH_FUNCTION, "helper");
	expect_cell(kernel_of(record), INSPECT_LINK_KERNEL_TARGET, "-");
	expect_cell(cell_nested(kernel_of(record), INSPECT_LINK_KERNEL_PROG, 0), INSPECT_PROG_NAME, "on_target");
	/* A function of the kernel: object 1 is vmlinux, the flag is no part of the id. */
	record = world_link(world, &m->links[2], 2, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_LINK_TARGET_OBJ_ID, "1");
	expect_cell(record, INSPECT_LINK_TARGET_BTF_ID, "1234");
	expect_cell(kernel_of(record), INSPECT_LINK_KERNEL_TARGET, "-");
	world_destroy(world);
}
END_TEST

START_TEST(ids)
{
	struct world *world = world_create(601);
	struct bpf_link *link = &world->m.links[1].link.link;

	expect_cell(world_link(world, link, 9, 0), INSPECT_LINK_ID, "9?");
	link->id = 0; /* just being created */
	expect_cell(world_link(world, link, 9, 0), INSPECT_LINK_ID, "9");
	world_destroy(world);
}
END_TEST

START_TEST(programs_that_are_not_there)
{
	struct world *world = world_create(601);
	struct bpf_link *link = &world->m.links[1].link.link;
	const struct inspect_record *record;

	link->prog = 0;
	expect_cell(world_link(world, link, 1, 0), INSPECT_LINK_PROG_ID, "0?");
	link->type = LINK_TYPE_STRUCT_OPS; /* its map link has none */
	expect_cell(world_link(world, link, 1, 0), INSPECT_LINK_PROG_ID, "0");
	link->type = LINK_TYPE_TRACING;
	link->prog = 0xffffffff00000000;
	record = world_link(world, link, 1, 0);
	expect_cell(record, INSPECT_LINK_TYPE, "BPF_LINK_TYPE_TRACING");
	ck_assert_int_eq(record->cells[INSPECT_LINK_PROG_ID].state, CELL_FAULT);
	expect_cell(record, INSPECT_LINK_TARGET_BTF_ID, "2");
	/* Another program's aux: its id is not this program's. */
	link->prog = address_of(&world->m.progs[2]);
	world->m.auxs[2].prog = 0;
	record = world_link(world, link, 1, 0);
	expect_cell(record, INSPECT_LINK_PROG_ID, "damaged prog->aux->prog is not the program");
	expect_cell(record, INSPECT_LINK_PROG_TYPE, "BPF_PROG_TYPE_TRACING");
	world_destroy(world);
}
END_TEST

START_TEST(faults)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	synthetic_hole(&world->s, &m->trampolines[0].key, 8);
	record = world_link(world, &m->links[1], 1, 0);
	ck_assert_int_eq(record->cells[INSPECT_LINK_TARGET_OBJ_ID].state, CELL_FAULT);
	ck_assert_uint_eq(record->cells[INSPECT_LINK_TARGET_OBJ_ID].trouble->address,
			  address_of(&m->trampolines[0].key));
	expect_cell(record, INSPECT_LINK_PROG_ID, "2");
	synthetic_hole(&world->s, &m->links[1], sizeof(m->links[1]));
	record = world_link(world, &m->links[1], 1, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_LINK_ID, "1");
	ck_assert_int_eq(record->cells[INSPECT_LINK_TYPE].state, CELL_FAULT);
	ck_assert_int_eq(record->cells[INSPECT_LINK_PROG_ID].state, CELL_FAULT);
	world_destroy(world);
}
END_TEST

START_TEST(xdp)
{
	static const struct {
		uint32_t flags;
		const char *mode;
	} modes[] = { { 0, "UNKNOWN" }, { 2, "GENERIC" }, { 4, "DRIVER" }, { 8, "HARDWARE" } };
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	m->netdev = (struct net_device){ .name = "eth0", .ifindex = 3 };
	m->xdp_link = (struct bpf_xdp_link){ .link = { 5, LINK_TYPE_XDP, address_of(&m->xdp_ops),
						       address_of(&m->progs[1]) },
					     .dev = address_of(&m->netdev) };
	for (size_t i = 0; i < 4; i++) {
		m->xdp_link.flags = modes[i].flags;
		record = world_link(world, &m->xdp_link, 5, INSPECT_BPF_DETAILS);
		expect_cell(kernel_of(record), INSPECT_LINK_KERNEL_MODE, modes[i].mode);
	}
	expect_cell(record, INSPECT_LINK_IFINDEX, "3");
	expect_cell(record, INSPECT_LINK_DEVNAME, "eth0");
	expect_cell(kernel_of(record), INSPECT_LINK_KERNEL_NETDEV, "eth0(3)");
	expect_cell(record, INSPECT_LINK_PROG_TYPE, "-"); /* of tracing links only */
	m->xdp_link.dev = 0; /* the device is gone */
	record = world_link(world, &m->xdp_link, 5, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_LINK_IFINDEX, "absent");
	expect_cell(record, INSPECT_LINK_PROG_ID, "1");
	world_destroy(world);
}
END_TEST

START_TEST(types_of_tomorrow)
{
	struct world *world = world_create(601);

	world->m.links[1].link.link.type = 200;
	expect_cell(world_link(world, &world->m.links[1], 1, INSPECT_BPF_DETAILS), INSPECT_LINK_TYPE, "200");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_tracing_link,
		ids,
		programs_that_are_not_there,
		faults,
		xdp,
		types_of_tomorrow,
	};

	return RUN_SUITE("link", tests);
}
