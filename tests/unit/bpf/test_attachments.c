/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/attachments.h"

#include "world.h"

/* The attachments of program @id: how many, and the first. */
static size_t attachments_count(struct world *world, unsigned int id, const struct attachment **first_ret)
{
	const struct attachments *attachments = attachments_get(&world->bpf);
	size_t end, begin = attachments_of(attachments, address_of(&world->m.progs[id]), &end);

	*first_ret = begin < end ? &attachments->items[begin] : NULL;
	return end - begin;
}

static const struct inspect_record *attached(struct world *world, uint64_t id, size_t index)
{
	const struct inspect_record *kernel = cell_nested(world_prog(world, id, 0), INSPECT_PROG_KERNEL, 0);

	return cell_nested(kernel, INSPECT_PROG_KERNEL_ATTACHED, index);
}

START_TEST(keys)
{
	ck_assert_uint_eq(trampoline_key_prog_id(UINT64_C(7) << 32 | 5), 7);
	ck_assert_uint_eq(trampoline_key_btf_id(UINT64_C(7) << 32 | 5), 5);
	ck_assert_uint_eq(trampoline_key_prog_id(UINT64_C(1) << 32 | TRAMPOLINE_KEY_KERNEL | 5), 0);
	ck_assert_uint_eq(trampoline_key_btf_id(UINT64_C(1) << 32 | TRAMPOLINE_KEY_KERNEL | 5), 5);
	ck_assert_uint_eq(trampoline_key_prog_id(5), 0); /* before 5.11 */
}
END_TEST

START_TEST(kinds_by_the_program)
{
	ck_assert_str_eq(attachment_kind_name(PROG_TYPE_EXT, 0, false), "BPF_TRAMP_REPLACE");
	ck_assert_str_eq(attachment_kind_name(PROG_TYPE_TRACING, ATTACH_TRACE_FENTRY, false), "BPF_TRAMP_FENTRY");
	ck_assert_str_eq(attachment_kind_name(PROG_TYPE_TRACING, ATTACH_MODIFY_RETURN, false),
			 "BPF_TRAMP_MODIFY_RETURN");
	ck_assert_str_eq(attachment_kind_name(PROG_TYPE_LSM, ATTACH_LSM_MAC, true), "BPF_TRAMP_FEXIT");
	ck_assert_str_eq(attachment_kind_name(PROG_TYPE_LSM, ATTACH_LSM_MAC, false), "BPF_TRAMP_MODIFY_RETURN");
	ck_assert_ptr_null(attachment_kind_name(PROG_TYPE_TRACING, ATTACH_TRACE_ITER, false));
}
END_TEST

START_TEST(collected_once_and_sorted)
{
	struct world *world = world_create(601);
	const struct attachments *attachments = attachments_get(&world->bpf);
	const struct attachment *on;
	size_t begin, end;

	ck_assert_uint_eq(attachments->count, 3);
	ck_assert_ptr_eq(attachments_get(&world->bpf), attachments);
	ck_assert_uint_eq(attachments->count, 3);
	for (size_t i = 1; i < attachments->count; i++)
		ck_assert_uint_lt(attachments->items[i - 1].prog, attachments->items[i].prog);
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(on->link_id, 1);
	ck_assert_uint_eq(on->link, address_of(&world->m.links[1]));
	ck_assert_uint_eq(on->target, address_of(&world->m.progs[1]));
	ck_assert_uint_eq(on->trampoline, address_of(&world->m.trampolines[0]));
	ck_assert_uint_eq(attachments_count(world, 3, &on), 0);
	begin = attachments_on(attachments, address_of(&world->m.progs[1]), &end);
	ck_assert_uint_eq(end - begin, 2);
	begin = attachments_on(attachments, address_of(&world->m.progs[2]), &end);
	ck_assert_uint_eq(end - begin, 0);
	world_destroy(world);
}
END_TEST

START_TEST(several_on_one_trampoline)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	/* Program 3 before 2 on the same list, and program 2 on a second list of it. */
	m->links[0] = m->links[1];
	m->links[0].link.link.id = 9;
	m->links[0].link.link.prog = address_of(&m->progs[3]);
	world_hlist(&m->links[1].link.tramp_hlist.next, &m->links[0].link.tramp_hlist);
	record = cell_nested(world_link(world, &m->links[1], 1, INSPECT_BPF_DETAILS), INSPECT_LINK_KERNEL, 0);
	expect_cell(record, INSPECT_LINK_KERNEL_LINKED, "2 records");
	record = attached(world, 3, 0);
	expect_cell(record, INSPECT_ATTACH_ATTACHED, "true");
	expect_cell(record, INSPECT_ATTACH_FUNCTION, "helper"); /* where it is, not what it was loaded for */
	expect_cell(record, INSPECT_ATTACH_LINK_ID, "-");       /* not in the idr */
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

START_TEST(a_list_that_is_damaged_leaves_the_others)
{
	struct world *world = world_create(505);
	struct world_memory *m = &world->m;
	const struct attachment *on;

	/* On trampoline 0: fentry damaged behind program 3, fexit program 2. No link tells of either. */
	world_hlist(&m->trampolines[0].progs_hlist[0], &m->auxs[3].tramp_hlist);
	m->auxs[3].tramp_hlist.next = 0x1000;
	ck_assert_uint_eq(attachments_count(world, 3, &on), 1);
	ck_assert_str_eq(on->kind_name, "BPF_TRAMP_FENTRY");
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(attachments_count(world, 4, &on), 1);
	expect_problem(&world->s.kernel, "read 0x1000");
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

START_TEST(a_member_that_cannot_be_read_leaves_the_others)
{
	struct world *world = world_create(507);
	struct world_memory *m = &world->m;
	const struct attachment *on;

	world_hlist(&m->auxs[2].tramp_hlist.next, &m->auxs[3].tramp_hlist);
	synthetic_hole(&world->s, &m->auxs[2].prog, 8);
	ck_assert_uint_eq(attachments_count(world, 3, &on), 1);
	expect_problem(&world->s.kernel, "trampoline at 0x");
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

START_TEST(a_trampoline_that_cannot_be_read)
{
	struct world *world = world_create(601);
	const struct attachment *on;
	const struct inspect_record *record;

	synthetic_hole(&world->s, &world->m.trampolines[0].key, 8);
	/* The link tells what the trampoline hides. */
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert(on->key_unknown);
	ck_assert_uint_eq(on->link_id, 1);
	ck_assert_uint_eq(attachments_count(world, 4, &on), 1);
	expect_problem(&world->s.kernel, "not readable");
	expect_problem(&world->s.kernel, NULL);
	record = attached(world, 2, 0);
	expect_cell(record, INSPECT_ATTACH_KIND, "BPF_TRAMP_FEXIT");
	expect_cell(record, INSPECT_ATTACH_TARGET_PROG_ID, "1");
	expect_cell(record, INSPECT_ATTACH_LINK_ID, "1");
	expect_cell(record, INSPECT_ATTACH_FUNCTION, "helper");
	world_destroy(world);
}
END_TEST

START_TEST(a_bucket_that_is_damaged_leaves_the_others)
{
	struct world *world = world_create(507);
	const struct attachment *on;

	world->m.trampolines[0].hlist.pprev = 8;
	ck_assert_uint_eq(attachments_count(world, 2, &on), 0);
	ck_assert_uint_eq(attachments_count(world, 4, &on), 1);
	expect_problem(&world->s.kernel, "does not point back");
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

START_TEST(a_table_that_cannot_be_read)
{
	struct world *world = world_create(601);
	const struct attachment *on;

	synthetic_hole(&world->s, &world->m.trampoline_table[1023], 8);
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1); /* by its link */
	expect_problem(&world->s.kernel, "trampolines: read 0x");
	expect_problem(&world->s.kernel, NULL);
	world_destroy(world);
}
END_TEST

/* A target that is not found is not taken for a function of the kernel. */
START_TEST(a_target_that_is_not_found)
{
	struct world *world = world_create(507);
	const struct inspect_record *record;

	world->m.prog_node.slots[1] = 0x1001; /* a damaged slot */
	record = attached(world, 2, 0);
	expect_cell(record, INSPECT_ATTACH_ATTACHED, "true");
	expect_cell(record, INSPECT_ATTACH_TARGET_PROG_ID, "1");
	expect_cell(record, INSPECT_ATTACH_TARGET_NAME, "damaged the target program was not found");
	expect_cell(record, INSPECT_ATTACH_FUNCTION, "helper"); /* as looked up at load */
	record = attached(world, 4, 0);
	expect_cell(record, INSPECT_ATTACH_TARGET_PROG_ID, "-");
	expect_cell(record, INSPECT_ATTACH_TARGET_NAME, "-");
	world_destroy(world);
}
END_TEST

/* Before 5.10 the link's program keeps the target itself. */
START_TEST(the_target_of_a_program)
{
	struct world *world = world_create(508);
	const struct attachment *on;

	world->m.prog_node.slots[1] = 0x1001;
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(on->target, address_of(&world->m.progs[1]));
	world_destroy(world);
}
END_TEST

/* Since 5.10 the target is the link's once the program is attached, dst_prog is NULL then. */
START_TEST(the_target_of_a_link)
{
	struct world *world = world_create(510);
	const struct attachment *on;

	world->m.links[1].tgt_prog = address_of(&world->m.progs[4]);
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(on->target, address_of(&world->m.progs[4]));
	world_destroy(world);
}
END_TEST

START_TEST(the_function_of_a_module)
{
	struct world *world = world_create(601);
	const struct inspect_record *record;

	strcpy(world->m.module_btf.name, "dummy");
	world->m.auxs[4].attach_btf = address_of(&world->m.module_btf);
	record = attached(world, 4, 0);
	expect_cell(record, INSPECT_ATTACH_MODULE, "dummy");
	expect_cell(record, INSPECT_ATTACH_FUNCTION, "vfs_read");
	world->m.auxs[4].attach_btf = address_of(&world->m.vmlinux_btf);
	expect_cell(attached(world, 4, 0), INSPECT_ATTACH_MODULE, "-");
	/* Without the name looked up at load, the symbol at its address. */
	world->m.auxs[4].attach_func_name = 0;
	expect_cell(attached(world, 4, 0), INSPECT_ATTACH_FUNCTION, "vfs_read");
	world_destroy(world);
}
END_TEST

START_TEST(damaged_links_do_not_hide_trampolines)
{
	struct world *world = world_create(601);
	const struct attachment *on;

	synthetic_hole(&world->s, &world->m.links[1].link.link.id, 8);
	world->m.link_node.slots[2] = 0x15;
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(attachments_count(world, 4, &on), 1);
	ck_assert_uint_eq(attachments_count(world, 5, &on), 1);
	world_destroy(world);
}
END_TEST

START_TEST(interrupted_and_begun_anew)
{
	struct world *world = world_create(601);
	volatile sig_atomic_t interrupt = 1;

	world->bpf.kernel->interrupt = &interrupt;
	ck_assert_uint_eq(attachments_get(&world->bpf)->count, 0);
	interrupt = 0;
	ck_assert_uint_eq(attachments_get(&world->bpf)->count, 3);
	world_destroy(world);
}
END_TEST

/* Taken out of the idr, and still on a trampoline. */
START_TEST(a_hidden_program_is_told)
{
	struct world *world = world_create(601);
	const struct attachment *on;

	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(world->bpf.kernel->problems.count, 0);
	world_destroy(world);

	world = world_create(601);
	world->m.prog_node.slots[2] = 0;
	world->m.prog_node.count--;
	ck_assert_uint_eq(attachments_count(world, 2, &on), 1);
	ck_assert_uint_eq(world->bpf.kernel->problems.count, 1);
	ck_assert_ptr_nonnull(strstr(inspect_error_message(world->bpf.kernel->problems.items[0]), "(id 2)"));
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		keys,
		kinds_by_the_program,
		collected_once_and_sorted,
		several_on_one_trampoline,
		a_list_that_is_damaged_leaves_the_others,
		a_member_that_cannot_be_read_leaves_the_others,
		a_trampoline_that_cannot_be_read,
		a_bucket_that_is_damaged_leaves_the_others,
		a_table_that_cannot_be_read,
		a_target_that_is_not_found,
		the_target_of_a_program,
		the_target_of_a_link,
		the_function_of_a_module,
		damaged_links_do_not_hide_trampolines,
		interrupted_and_begun_anew,
		a_hidden_program_is_told,
	};

	return RUN_SUITE("attachments", tests);
}
