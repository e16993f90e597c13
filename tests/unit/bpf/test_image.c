/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/image.h"

#include "world.h"

static const unsigned int all_series[] = { 504, 507, 511, 607, 617 };
#define EACH_SERIES(i) (size_t i = 0; i < sizeof(all_series) / sizeof(*all_series); i++)

/* What is found at @offset of the code of program @id. */
static struct bpf_image *find(struct world *world, unsigned int id, unsigned int offset)
{
	static struct bpf_image image;

	expect_success(bpf_image_find(&world->s.kernel, address_of(world->m.images[id]) + offset, &image));
	expect_problem(&world->s.kernel, NULL);
	return &image;
}

START_TEST(a_program_and_its_lines)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		struct bpf_image *image = find(world, 1, 15);

		ck_assert_uint_eq(image->prog, address_of(&world->m.progs[1]));
		ck_assert_uint_eq(image->main, image->prog);
		ck_assert_uint_eq(image->id, 1);
		ck_assert_str_eq(image->name.bytes, "entry");
		ck_assert_str_eq(image->function.bytes, "");
		ck_assert_str_eq(image->file.bytes, "./target.c");
		ck_assert_uint_eq(image->line, 10);
		ck_assert_str_eq(image->text.bytes, "line 0");
		ck_assert_uint_eq(find(world, 1, 16)->line, 11);
		ck_assert_uint_eq(find(world, 1, 60)->line, 11);
		ck_assert_str_eq(find(world, 1, 60)->text.bytes, "line 1");
		world_destroy(world);
	}
}
END_TEST

START_TEST(subprograms_lead_to_their_program)
{
	for EACH_SERIES(i) {
		struct world *world = world_create(all_series[i]);
		struct bpf_image *image = find(world, 7, 20);

		ck_assert_uint_eq(image->prog, address_of(&world->m.progs[7]));
		ck_assert_uint_eq(image->main, address_of(&world->m.progs[1]));
		ck_assert_uint_eq(image->id, 1);
		ck_assert_str_eq(image->name.bytes, "entry");
		ck_assert_str_eq(image->function.bytes, "helper");
		ck_assert_uint_eq(image->line, 13);
		world_destroy(world);
	}
}
END_TEST

START_TEST(what_is_no_program)
{
	struct world *world = world_create(611);

	world->m.auxs[7].ksym.prog = 0; /* a trampoline, say */
	ck_assert_uint_eq(find(world, 7, 20)->prog, 0);
	ck_assert_uint_eq(find(world, 0, 0)->prog, 0);
	world_destroy(world);
}
END_TEST

START_TEST(without_source)
{
	struct world *world = world_create(611);
	struct bpf_image *image;

	world->m.auxs[1].jited_linfo = 0;
	image = find(world, 1, 15);
	ck_assert_uint_eq(image->id, 1);
	ck_assert_uint_eq(image->line, 0);
	ck_assert_str_eq(image->file.bytes, "");
	/* Lines that lie elsewhere, and more than can be. */
	world->m.auxs[7].nr_linfo = UINT32_MAX;
	world->m.line_addresses[2] = 0;
	ck_assert_uint_eq(find(world, 7, 20)->line, 0);
	world->m.auxs[7].linfo_idx = UINT32_MAX;
	ck_assert_uint_eq(find(world, 7, 20)->line, 0);
	/* A name outside of the strings. */
	world->m.auxs[1].jited_linfo = address_of(world->m.line_addresses);
	world->m.lines[0].file_name_off = UINT32_MAX;
	ck_assert_ptr_nonnull(find(world, 1, 0)->file.damage);
	ck_assert_str_eq(find(world, 1, 0)->text.bytes, "line 0");
	world_destroy(world);
}
END_TEST

START_TEST(a_subprogram_of_none)
{
	struct world *world = world_create(611);
	struct bpf_image *image;

	world->m.funcs[1] = 0;
	image = find(world, 7, 20);
	ck_assert_uint_eq(image->main, 0);
	ck_assert_uint_eq(image->id, 0);
	ck_assert_str_eq(image->function.bytes, "helper");
	world->m.auxs[7].func_idx = UINT32_MAX;
	ck_assert_uint_eq(find(world, 7, 20)->main, 0);
	world_destroy(world);
}
END_TEST

START_TEST(a_damaged_list)
{
	struct world *world = world_create(611);
	struct bpf_image image;

	world->m.auxs[1].ksym.lnode.next = 8;
	expect_success(bpf_image_find(&world->s.kernel, address_of(world->m.images[7]) + 20, &image));
	ck_assert_uint_eq(image.prog, 0);
	expect_problem(&world->s.kernel, "BPF images");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_program_and_its_lines,
		subprograms_lead_to_their_program,
		what_is_no_program,
		without_source,
		a_subprogram_of_none,
		a_damaged_list,
	};

	return RUN_SUITE("image", tests);
}
