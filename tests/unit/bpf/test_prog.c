/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/prog.h"

#include "world.h"

static const struct inspect_record *kernel_of(const struct inspect_record *record)
{
	return cell_nested(record, INSPECT_PROG_KERNEL, 0);
}

/* "fault 0x…" for an object of the test. */
static const char *fault_at(const void *where)
{
	static char text[32];

	snprintf(text, sizeof(text), "fault 0x%llx", (unsigned long long)address_of(where));
	return text;
}

START_TEST(an_aux_of_another_program_is_not_trusted)
{
	struct world *world = world_create(601);
	const struct inspect_record *record;

	world->m.auxs[1].prog = address_of(&world->m.progs[2]);
	record = world_prog(world, 1, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_PROG_ID, "1"); /* of the idr */
	expect_cell(record, INSPECT_PROG_TYPE, "BPF_PROG_TYPE_XDP");
	expect_cell(record, INSPECT_PROG_NAME, "damaged aux->prog is not this program");
	expect_cell(record, INSPECT_PROG_UID, "damaged aux->prog is not this program");
	expect_cell(record, INSPECT_PROG_MAP_IDS, "damaged aux->prog is not this program");
	expect_cell(record, INSPECT_PROG_BTF_ID, "damaged aux->prog is not this program");
	expect_cell(record, INSPECT_PROG_BYTES_XLATED, "88");
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FULL_NAME, "damaged aux->prog is not this program");
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FUNCS, "-");
	world->m.progs[1].aux = 0;
	record = world_prog(world, 1, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_PROG_UID, "damaged aux is NULL");
	expect_cell(record, INSPECT_PROG_TAG, "1032547698badc01");
	world_destroy(world);
}
END_TEST

START_TEST(another_id_is_suspect)
{
	struct world *world = world_create(601);

	world->m.auxs[2].id = 77;
	expect_cell(world_prog(world, 2, 0), INSPECT_PROG_ID, "2?");
	world_destroy(world);
}
END_TEST

START_TEST(an_aux_that_cannot_be_read)
{
	struct world *world = world_create(601);
	struct bpf_prog_aux *aux = &world->m.auxs[2];
	const struct inspect_record *record;

	synthetic_hole(&world->s, aux, sizeof(*aux));
	record = world_prog(world, 2, 0);
	expect_cell(record, INSPECT_PROG_ID, "2");
	expect_cell(record, INSPECT_PROG_TYPE, "BPF_PROG_TYPE_TRACING");
	expect_cell(record, INSPECT_PROG_UID, fault_at(&aux->user));
	expect_cell(record, INSPECT_PROG_MAP_IDS, fault_at(&aux->used_maps));
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FULL_NAME, fault_at(aux->name));
	/* It is on a trampoline all the same. */
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_ATTACHED, "1 records");
	/* Other programs are not touched by it. */
	expect_cell(world_prog(world, 4, 0), INSPECT_PROG_NAME, "on_kernel");
	world_destroy(world);
}
END_TEST

START_TEST(a_program_that_is_nowhere)
{
	struct world *world = world_create(601);
	struct inspect_record *record = inspect_record_create(&inspect_prog_schema, world->pool);

	expect_success(bpf_prog_fill(&world->bpf, 0xffffffffff600000, 9, INSPECT_BPF_DETAILS, record));
	expect_cell(record, INSPECT_PROG_ID, "9");
	ck_assert_msg(!strncmp(cell_text(record, INSPECT_PROG_TYPE), "fault 0x", 8), "%s",
		      cell_text(record, INSPECT_PROG_TYPE));
	ck_assert_ptr_null(world->pool->misused);
	world_destroy(world);
}
END_TEST

START_TEST(names_of_15_characters)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	/* The BTF has the rest of a name that was cut; a shorter one is bpftool's name as it is. */
	strcpy(m->auxs[1].name, "a_name_of_exact");
	strcpy(m->strings + 100, "a_name_of_exactly_as_many_characters_as_you_like");
	m->type_records[1].name_off = 100;
	record = world_prog(world, 1, 0);
	expect_cell(record, INSPECT_PROG_NAME, m->strings + 100);
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FULL_NAME, m->strings + 100);
	strcpy(m->auxs[1].name, "a_name_of_exac");
	record = world_prog(world, 1, 0);
	expect_cell(record, INSPECT_PROG_NAME, "a_name_of_exac");
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FULL_NAME, m->strings + 100);
	/* Without BTF, 15 characters are all there is; without a NUL, they are no more. */
	memcpy(m->auxs[2].name, "a_name_of_exact!", 16);
	record = world_prog(world, 2, 0);
	expect_cell(record, INSPECT_PROG_NAME, "a_name_of_exact");
	m->auxs[2].name[0] = '\0';
	expect_cell(world_prog(world, 2, 0), INSPECT_PROG_NAME, "-");
	world_destroy(world);
}
END_TEST

START_TEST(faults_in_names)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	strcpy(m->auxs[1].name, "a_name_of_exact");
	m->func_info[0].type_id = 4;
	record = world_prog(world, 1, 0);
	expect_cell(record, INSPECT_PROG_NAME, "damaged BTF has no type of that number");
	m->func_info[0].type_id = 1;
	synthetic_hole(&world->s, m->strings + 3, 1);
	record = world_prog(world, 1, 0);
	expect_cell(record, INSPECT_PROG_NAME, fault_at(m->strings + 1));
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_FULL_NAME, fault_at(m->strings + 1));
	expect_cell(record, INSPECT_PROG_MAP_IDS, "[1,2]");
	synthetic_hole(&world->s, &m->func_info[0].type_id, 4);
	expect_cell(kernel_of(world_prog(world, 1, 0)), INSPECT_PROG_KERNEL_FULL_NAME,
		    fault_at(&m->func_info[0].type_id));
	/* A short name stands by itself. */
	strcpy(m->auxs[1].name, "short");
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_NAME, "short");
	synthetic_hole(&world->s, m->auxs[1].name, 16);
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_NAME, fault_at(m->auxs[1].name));
	world_destroy(world);
}
END_TEST

START_TEST(names_of_subprograms)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;

	/* Of the symbol; where that has none, of the BTF by its own index; then what was given at load. */
	strcpy(m->auxs[7].ksym.name, "bpf_prog_1032547698badc07_helper.isra.0");
	expect_cell(kernel_of(world_prog(world, 7, 0)), INSPECT_PROG_KERNEL_FULL_NAME, "helper.isra.0");
	strcpy(m->auxs[7].ksym.name, "bpf_prog_1032547698badc07");
	expect_cell(kernel_of(world_prog(world, 7, 0)), INSPECT_PROG_KERNEL_FULL_NAME, "helper");
	m->auxs[7].ksym.name[0] = '\0';
	expect_cell(kernel_of(world_prog(world, 7, 0)), INSPECT_PROG_KERNEL_FULL_NAME, "helper");
	strcpy(m->auxs[7].ksym.name, "something else that is longer than a tag");
	expect_cell(kernel_of(world_prog(world, 7, 0)), INSPECT_PROG_KERNEL_FULL_NAME, "helper");
	m->auxs[7].func_idx = 2; /* beyond func_info_cnt */
	expect_cell(kernel_of(world_prog(world, 7, 0)), INSPECT_PROG_KERNEL_FULL_NAME, "F");
	expect_cell(world_prog(world, 7, 0), INSPECT_PROG_NAME, "F");
	expect_cell(world_prog(world, 7, 0), INSPECT_PROG_ID, "0");
	synthetic_hole(&world->s, m->auxs[7].ksym.name, 1);
	expect_cell(kernel_of(world_prog(world, 7, 0)), INSPECT_PROG_KERNEL_FULL_NAME,
		    fault_at(m->auxs[7].ksym.name));
	world_destroy(world);
}
END_TEST

START_TEST(hostile_counts)
{
	struct world *world = world_create(607);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	m->auxs[1].func_cnt = m->auxs[1].real_func_cnt = UINT32_MAX;
	m->auxs[1].used_map_cnt = UINT32_MAX;
	m->auxs[1].func_info_cnt = UINT32_MAX;
	record = world_prog(world, 1, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_PROG_BYTES_JITED, "damaged too many subprograms");
	expect_cell(record, INSPECT_PROG_MAP_IDS, "damaged too many maps");
	expect_cell(record, INSPECT_PROG_NAME, "target");
	/* A count within the limit, of an array that is shorter: it ends in holes. */
	m->auxs[1].func_cnt = m->auxs[1].real_func_cnt = 4096;
	m->auxs[1].used_map_cnt = 4096;
	synthetic_hole(&world->s, m + 1, 65536);
	record = world_prog(world, 1, INSPECT_BPF_DETAILS);
	ck_assert_ptr_nonnull(record->cells[INSPECT_PROG_BYTES_JITED].trouble);
	ck_assert_ptr_nonnull(record->cells[INSPECT_PROG_MAP_IDS].trouble);
	/* The index of a func_info far away. */
	m->auxs[1].func_idx = UINT32_MAX - 1;
	record = world_prog(world, 1, 0);
	ck_assert_ptr_nonnull(kernel_of(record)->cells[INSPECT_PROG_KERNEL_FULL_NAME].trouble);
	world_destroy(world);
}
END_TEST

START_TEST(machine_code_of_subprograms)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;

	m->progs[7].jited_len = 1000;
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_BYTES_JITED, "1106");
	m->progs[6].jited_len = m->progs[7].jited_len = 0;
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_JITED, "false");
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_BYTES_JITED, "-");
	synthetic_hole(&world->s, &m->funcs[1], 8);
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_BYTES_JITED, fault_at(&m->funcs[1]));
	m->funcs[0] = 0;
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_BYTES_JITED, "fault 0x10"); /* &NULL->jited_len */
	synthetic_hole(&world->s, &m->funcs[1], 8);
	expect_cell(kernel_of(world_prog(world, 1, INSPECT_BPF_DETAILS)), INSPECT_PROG_KERNEL_FUNCS, "1 records?");
	world_destroy(world);
}
END_TEST

START_TEST(hidden_subprograms)
{
	struct world *world = world_create(607);

	world->m.auxs[1].func_cnt = 1; /* the second one is the kernel's own: an exception callback */
	expect_cell(kernel_of(world_prog(world, 1, INSPECT_BPF_DETAILS)), INSPECT_PROG_KERNEL_FUNCS, "2 records");
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_BYTES_JITED, "106");
	world_destroy(world);
}
END_TEST

START_TEST(maps_of_a_program)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	m->map.id = 0;
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_MAP_IDS, "[0,2]");
	synthetic_hole(&world->s, &m->map.id, 4);
	record = world_prog(world, 1, INSPECT_BPF_DETAILS);
	expect_cell(record, INSPECT_PROG_MAP_IDS, "[2]?");
	ck_assert_uint_eq(record->cells[INSPECT_PROG_MAP_IDS].trouble->address, address_of(&m->map.id));
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_USED_MAPS, "2 records");
	m->used_maps[1] = 0;
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_MAP_IDS, "fault 0x20"); /* &NULL->id */
	synthetic_hole(&world->s, &m->used_maps[1], 8);
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_MAP_IDS, fault_at(&m->used_maps[1]));
	synthetic_hole(&world->s, &m->auxs[1].used_map_cnt, 4);
	expect_cell(world_prog(world, 1, 0), INSPECT_PROG_MAP_IDS, fault_at(&m->auxs[1].used_map_cnt));
	expect_cell(world_prog(world, 2, 0), INSPECT_PROG_MAP_IDS, "-");
	world_destroy(world);
}
END_TEST

START_TEST(small_facts)
{
	struct world *world = world_create(601);
	struct world_memory *m = &world->m;
	const struct inspect_record *record;

	m->progs[2].flags = (uint16_t)~4;
	m->progs[2].type = 99;
	m->auxs[2].offload = address_of(&m->offload);
	m->auxs[2].tail_call_reachable = 1;
	world->bpf.clock_known = true;
	world->bpf.wall_offset = INT64_C(1700000000000000000);
	m->auxs[2].load_time = 5000000000;
	record = world_prog(world, 2, 0);
	expect_cell(record, INSPECT_PROG_GPL_COMPATIBLE, "false");
	expect_cell(record, INSPECT_PROG_TYPE, "BPF_PROG_TYPE_OF_TOMORROW"); /* by the kernel's own types */
	expect_cell(record, INSPECT_PROG_ORPHANED, "true");
	expect_cell(record, INSPECT_PROG_LOADED_AT, "1700000005");
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_TAIL_CALL_REACHABLE, "true");
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_ATTACH_TYPE, "BPF_TRACE_FEXIT");
	expect_cell(kernel_of(record), INSPECT_PROG_KERNEL_ATTACH_FUNCTION, "helper");
	m->progs[2].type = 98;
	expect_cell(world_prog(world, 2, 0), INSPECT_PROG_TYPE, "98");
	m->offload.netdev = 1;
	expect_cell(world_prog(world, 2, 0), INSPECT_PROG_ORPHANED, "false");
	world_destroy(world);
}
END_TEST

/* What a walk could not reach is told in the row of its id. */
START_TEST(items_of_a_walk)
{
	static const struct walk_item damaged = { .index = 3, .last = 3, .problem = "xarray slot damaged" };
	static const struct walk_item unread = { .index = 64, .last = 127, .problem = "xarray node not readable",
						 .fault = INSPECT_FAULT_EXCLUDED, .fault_address = 0x1230 };
	static const struct walk_item all = { .index = 0, .last = UINT64_MAX, .problem = "xarray root damaged" };
	const struct bpf_kind *kind = &bpf_kinds[INSPECT_BPF_PROG];
	struct world *world = world_create(601);
	struct walk_item good = { .index = 2, .last = 2, .address = address_of(&world->m.progs[2]) };
	struct inspect_record *record;

	expect_success(bpf_fill_item(&world->bpf, kind, &good, 0, world->pool, &record));
	expect_cell(record, INSPECT_PROG_NAME, "on_target");
	expect_success(bpf_fill_item(&world->bpf, kind, &damaged, 0, world->pool, &record));
	expect_cell(record, INSPECT_PROG_ID, "3");
	expect_cell(record, INSPECT_PROG_TYPE, "damaged xarray slot damaged");
	expect_success(bpf_fill_item(&world->bpf, kind, &unread, 0, world->pool, &record));
	expect_cell(record, INSPECT_PROG_TYPE, "fault 0x1230");
	bpf_item_problem(&world->bpf, kind, &good);
	bpf_item_problem(&world->bpf, kind, &damaged);
	expect_problem(&world->s.kernel, NULL);
	bpf_item_problem(&world->bpf, kind, &unread);
	expect_problem(&world->s.kernel, "program ids 64 to 127: xarray node not readable at 0x1230");
	bpf_item_problem(&world->bpf, kind, &all);
	expect_problem(&world->s.kernel, "program ids 0 and up");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_aux_of_another_program_is_not_trusted,
		another_id_is_suspect,
		an_aux_that_cannot_be_read,
		a_program_that_is_nowhere,
		names_of_15_characters,
		faults_in_names,
		names_of_subprograms,
		hostile_counts,
		machine_code_of_subprograms,
		hidden_subprograms,
		maps_of_a_program,
		small_facts,
		items_of_a_walk,
	};

	return RUN_SUITE("prog", tests);
}
