/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/fill.h"

#include "world.h"

/* What a record of these tests has: one cell a kind of filling. */
enum { NUMBER, FLAG, POINTER, TEXT, NOT_0, INSNS, FAR, ADDRESS, MISSING };
static const struct inspect_column columns[] = {
	[NUMBER] = { .key = "number", .kind = INSPECT_CELL_U64 },
	[FLAG] = { .key = "flag", .kind = INSPECT_CELL_BOOL },
	[POINTER] = { .key = "pointer", .kind = INSPECT_CELL_ADDRESS },
	[TEXT] = { .key = "text", .kind = INSPECT_CELL_STRING },
	[NOT_0] = { .key = "not_0", .kind = INSPECT_CELL_U64 },
	[INSNS] = { .key = "insns", .kind = INSPECT_CELL_U64 },
	[FAR] = { .key = "far", .kind = INSPECT_CELL_U64 },
	[ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[MISSING] = { .key = "missing", .kind = INSPECT_CELL_U64 },
};
static const struct inspect_schema schema = INSPECT_SCHEMA("fill", columns);

struct fields {
	struct view_state state;
	uint64_t len;
	uint64_t flag;
	uint64_t aux;
	char name[16];
	uint64_t id;
	uint64_t insns;
	uint64_t uid;
	uint64_t ksym;
	uint64_t missing;
};

static const struct view_variant variants[] = { { "struct bpf_prog", NULL } };
static const struct view_field view_fields[] = {
	VIEW_NEED(fields, len, "len"),
	VIEW_NEED(fields, flag, "gpl_compatible"),
	VIEW_NEED(fields, aux, "aux"),
	VIEW_MAY_STRING(fields, name, "aux->name"),
	VIEW_NEED(fields, id, "aux->id"),
	VIEW_NEED(fields, insns, "len"),
	VIEW_NEED(fields, uid, "aux->user->uid.val"),
	VIEW_MAY(fields, ksym, "&aux->ksym"),
	VIEW_MAY(fields, missing, "aux->missing"),
};
static VIEW(fill_view, fields, variants, view_fields);

static const struct fill table[] = {
	{ NUMBER, offsetof(struct fields, len), FILL_U64 },
	{ FLAG, offsetof(struct fields, flag), FILL_BOOL },
	{ POINTER, offsetof(struct fields, aux), FILL_ADDRESS },
	{ TEXT, offsetof(struct fields, name), FILL_STRING },
	{ NOT_0, offsetof(struct fields, id), FILL_U64_NOT_0 },
	{ INSNS, offsetof(struct fields, insns), FILL_INSNS },
	{ FAR, offsetof(struct fields, uid), FILL_U64 },
	{ ADDRESS, offsetof(struct fields, ksym), FILL_ADDRESS },
	{ MISSING, offsetof(struct fields, missing), FILL_U64 },
};

/* Program 2 as a record; what is reached through @distrust is marked. */
static struct inspect_record *fill(struct world *world, const char *distrust)
{
	struct inspect_record *record = inspect_record_create(&schema, world->pool);
	struct fields fields;
	struct loaded loaded;

	expect_success(load(&world->s.kernel, &fill_view, address_of(&world->m.progs[2]), &fields, &loaded));
	if (distrust)
		loaded_distrust(&loaded, distrust, 0x1230, "not to be trusted");
	fill_cells(&loaded, record, table, INSPECT_COUNT(table));
	ck_assert_ptr_null(world->pool->misused);
	return record;
}

START_TEST(all_kinds)
{
	struct world *world = world_create(601);
	const struct inspect_record *record = fill(world, NULL);

	expect_cell(record, NUMBER, "12");
	expect_cell(record, FLAG, "true");
	ck_assert_uint_eq(record->cells[POINTER].u64, address_of(&world->m.auxs[2]));
	expect_cell(record, TEXT, "on_target");
	expect_cell(record, NOT_0, "2");
	expect_cell(record, INSNS, "96");
	expect_cell(record, FAR, "1000");
	ck_assert_uint_eq(record->cells[ADDRESS].u64, address_of(&world->m.auxs[2].ksym));
	expect_cell(record, MISSING, "absent");
	world->m.auxs[2].id = 0;
	world->m.auxs[2].name[0] = '\0';
	record = fill(world, NULL);
	expect_cell(record, NOT_0, "-");
	expect_cell(record, TEXT, "-");
	world_destroy(world);
}
END_TEST

START_TEST(distrust_goes_by_the_way)
{
	struct world *world = world_create(601);
	const struct inspect_record *record = fill(world, "aux->");

	expect_cell(record, NUMBER, "12");
	ck_assert_uint_eq(record->cells[POINTER].u64, address_of(&world->m.auxs[2]));
	expect_cell(record, TEXT, "damaged not to be trusted");
	expect_cell(record, NOT_0, "damaged not to be trusted");
	expect_cell(record, FAR, "damaged not to be trusted");
	expect_cell(record, ADDRESS, "damaged not to be trusted"); /* its path begins with & */
	expect_cell(record, MISSING, "absent");
	ck_assert_uint_eq(record->cells[TEXT].trouble->address, 0x1230);
	record = fill(world, "aux->user->");
	expect_cell(record, TEXT, "on_target");
	expect_cell(record, FAR, "damaged not to be trusted");
	world_destroy(world);
}
END_TEST

START_TEST(faults_have_their_address)
{
	struct world *world = world_create(601);
	const struct inspect_record *record;

	synthetic_hole(&world->s, &world->m.user, sizeof(world->m.user));
	synthetic_hole(&world->s, &world->m.auxs[2].name[3], 1);
	record = fill(world, NULL);
	ck_assert_int_eq(record->cells[FAR].state, CELL_FAULT);
	ck_assert_int_eq(record->cells[FAR].trouble->fault, INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(record->cells[FAR].trouble->address, address_of(&world->m.user));
	ck_assert_uint_eq(record->cells[TEXT].trouble->address, address_of(&world->m.auxs[2].name[3]));
	expect_cell(record, NOT_0, "2");
	world_destroy(world);
}
END_TEST

/* It faulted, and when it is asked why, it does not. */
START_TEST(what_changed_meanwhile_is_damaged)
{
	struct world *world = world_create(601);
	struct inspect_record *record = inspect_record_create(&schema, world->pool);
	struct fields fields;
	struct loaded loaded;

	expect_success(load(&world->s.kernel, &fill_view, address_of(&world->m.progs[2]), &fields, &loaded));
	ck_assert(loaded_usable(&loaded, offsetof(struct fields, len)));
	fields.state.fault |= VIEW_BIT(offsetof(struct fields, len));
	ck_assert(!loaded_usable(&loaded, offsetof(struct fields, len)));
	fill_cells(&loaded, record, table, 1);
	expect_cell(record, NUMBER, "damaged changed while it was read");
	world_destroy(world);
}
END_TEST

START_TEST(symbols_and_memory)
{
	struct world *world = world_create(601);
	struct inspect_record *record = inspect_record_create(&schema, world->pool);
	uint64_t word;

	cell_symbol(&world->s.kernel, record, TEXT, address_of(&world->m.hash_ops));
	expect_cell(record, TEXT, "htab_map_ops");
	cell_symbol(&world->s.kernel, record, TEXT, 0xffffffff81000001);
	expect_cell(record, TEXT, "0xffffffff81000001");
	cell_symbol(&world->s.kernel, record, TEXT, 0);
	expect_cell(record, TEXT, "0x0?");
	ck_assert(cell_memory(&world->s.kernel, record, NUMBER, address_of(&world->m.used_maps), &word, 8));
	ck_assert_uint_eq(word, address_of(&world->m.map));
	expect_cell(record, NUMBER, "-");
	ck_assert(!cell_memory(&world->s.kernel, record, NUMBER, 0x20, &word, 8));
	expect_cell(record, NUMBER, "fault 0x20");
	world_destroy(world);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		all_kinds,
		distrust_goes_by_the_way,
		faults_have_their_address,
		what_changed_meanwhile_is_damaged,
		symbols_and_memory,
	};

	return RUN_SUITE("fill", tests);
}
