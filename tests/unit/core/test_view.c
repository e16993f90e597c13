/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/view.h"

#include "../kernel/synthetic.h"

/* The kernel's structs of these tests; series numbers choose between layouts. */
struct user {
	uint32_t uid;
};

struct owner {
	uint64_t type;
	uint64_t user;
};

struct list {
	uint64_t next, prev;
};

struct object {
	struct list list;
	uint16_t flags;       /* bit-fields are in here */
	int16_t small;
	int32_t error;
	char name[8];
	uint8_t tag[4];
	uint8_t wide_tag[12];
	uint64_t pad[4];
	uint64_t numbers[3];
	uint64_t owner;
	struct owner embedded;
	struct list lists[2];
};

struct pair {
	uint64_t first, second;
};

static const struct row rows[] = {
	ROW(list, next, NULL),
	ROW(list, prev, NULL),
	ROW(user, uid, NULL),
	ROW(owner, type, NULL),
	ROW(owner, user, "*user"),
	ROW(object, list, "list"),
	ROW(object, flags, NULL, .bit_offset = 9, .bit_size = 3),
	ROW_AS("object", object, flags, "low", "-", .bit_offset = 3, .bit_size = 2),
	ROW(object, small, "-"),
	ROW(object, error, "-"),
	ROW(object, name, "[8]"),
	ROW(object, tag, "[4]"),
	ROW(object, wide_tag, "[12]"),
	ROW(object, numbers, "[3]"),
	ROW(object, owner, "*owner", .until = 1),
	ROW_AS("object", object, embedded, "owner", "owner", .since = 2),
	ROW(object, lists, "list[2]"),
	/* Two structs of one name, of which one has what is asked for: 5.4's struct bpf_htab. */
	ROW_AS("htab#1", pair, first, "buckets", NULL),
	ROW_AS("htab#1", pair, second, "hashrnd", NULL),
	ROW_AS("htab#2", pair, second, "buckets", NULL),
	/* Twice the same, since dedup failed. */
	ROW_AS("twin#1", pair, second, "value", NULL),
	ROW_AS("twin#2", pair, second, "value", NULL),
	/* Two that are both what is asked for. */
	ROW_AS("clash#1", pair, first, "value", NULL),
	ROW_AS("clash#2", pair, second, "value", NULL),
};

struct fields {
	struct view_state state;
	uint64_t flags;
	int64_t low;
	int64_t small;
	uint64_t error;
	char name[8];
	uint8_t tag[8];
	uint8_t wide_tag[8];
	uint64_t second_number;
	uint64_t beyond;
	uint64_t owner_type;
	uint64_t uid;
	uint64_t missing;
	uint64_t lists;
	uint64_t uid_address;
};

static const struct view_variant variants[] = { { "struct nothing", NULL }, { "struct object", "list" } };
static const struct view_field view_fields[] = {
	VIEW_NEED(fields, flags, "flags"),
	VIEW_MAY_SIGNED(fields, low, "low"),
	VIEW_MAY_SIGNED(fields, small, "small"),
	VIEW_NEED(fields, error, "error"),
	VIEW_MAY_STRING(fields, name, "name"),
	VIEW_MAY_BYTES(fields, tag, "tag"),
	VIEW_MAY_BYTES(fields, wide_tag, "wide_tag"),
	VIEW_NEED(fields, second_number, "numbers[1]"),
	VIEW_MAY(fields, beyond, "numbers[3]"),
	VIEW_NEED(fields, owner_type, "owner->type", "owner.type"),
	VIEW_NEED(fields, uid, "gone->uid", "owner->user->uid", "owner.user->uid"),
	VIEW_MAY(fields, missing, "missing", "owner->missing", "error.nothing", "numbers->nothing"),
	VIEW_MAY(fields, lists, "&lists"),
	VIEW_MAY(fields, uid_address, "&owner->user->uid", "&owner.user->uid"),
};
static VIEW(object_view, fields, variants, view_fields);

static struct user user = { .uid = 1000 };
static struct owner owner = { .type = 7 };
static const struct object template = {
	.flags = 5 << 9 | 3 << 3 | 1,
	.small = -2,
	.error = -22,
	.name = "longname", /* no NUL */
	.tag = { 1, 2, 3, 4 },
	.wide_tag = { 1, 2, 3, 4, 5, 6, 7, 8, 9 },
	.numbers = { 10, 11, 12 },
	.embedded = { .type = 8 },
};

/* A kernel of @series with one object, and the plan for it. */
struct setup {
	struct synthetic s;
	struct object object;
	struct fields fields;
	const struct view_plan *plan;
};

static struct setup *setup_create(unsigned int series)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), series);
	synthetic_ready(&setup->s);
	owner.user = address_of(&user);
	setup->object = template;
	setup->object.owner = address_of(&owner);
	setup->object.embedded.user = address_of(&user);
	synthetic_map(&setup->s, &setup->object, sizeof(setup->object));
	synthetic_map(&setup->s, &owner, sizeof(owner));
	synthetic_map(&setup->s, &user, sizeof(user));
	expect_success(kernel_view(&setup->s.kernel, &object_view, &setup->plan));
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	synthetic_deinit(&setup->s);
	free(setup);
}

static bool setup_read(struct setup *setup)
{
	memset(&setup->fields, 0xa5, sizeof(setup->fields));
	return view_read(setup->plan, &setup->s.kernel.memory, address_of(&setup->object.list), &setup->fields);
}

START_TEST(all_kinds_of_fields)
{
	struct setup *setup = setup_create(1);
	const struct fields *fields = &setup->fields;

	setup->s.kernel.memory.reads = 0;
	ck_assert(setup_read(setup));
	ck_assert_uint_eq(setup->s.kernel.memory.reads, 3); /* object, owner, user: one read a hop */
	ck_assert_uint_eq(fields->state.fault, 0);
	ck_assert_str_eq(setup->plan->type, "struct object");
	ck_assert_uint_eq(fields->flags, 5);
	ck_assert_int_eq(fields->low, -1);
	ck_assert_int_eq(fields->small, -2);
	ck_assert_uint_eq(fields->error, (uint32_t)-22); /* VIEW_NEED is unsigned whatever the type says */
	ck_assert_str_eq(fields->name, "longnam");
	ck_assert_int_eq(memcmp(fields->tag, "\1\2\3\4\0\0\0\0", 8), 0);
	ck_assert_int_eq(memcmp(fields->wide_tag, "\1\2\3\4\5\6\7\10", 8), 0);
	ck_assert_uint_eq(fields->second_number, 11);
	ck_assert_uint_eq(fields->owner_type, 7);
	ck_assert_uint_eq(fields->uid, 1000);
	ck_assert_uint_eq(fields->lists, address_of(setup->object.lists));
	ck_assert_uint_eq(fields->uid_address, address_of(&user.uid));
	ck_assert(!has(fields, missing) && !faulted(fields, missing));
	ck_assert(!has(fields, beyond)); /* numbers has three */
	ck_assert_uint_eq(view_slot_at(setup->plan, offsetof(struct fields, lists))->elements, 2);
	ck_assert_ptr_null(view_slot_at(setup->plan, 3));
	setup_destroy(setup);
}
END_TEST

START_TEST(alternatives_are_told_apart_by_pointer_or_struct)
{
	struct setup *setup = setup_create(2);

	ck_assert(setup_read(setup));
	ck_assert_uint_eq(setup->fields.owner_type, 8);
	ck_assert_uint_eq(setup->fields.uid, 1000);
	ck_assert_str_eq(view_slot_at(setup->plan, offsetof(struct fields, owner_type))->path, "owner.type");
	ck_assert_uint_eq(setup->plan->hop_count, 2);
	setup_destroy(setup);
}
END_TEST

START_TEST(null_on_the_way_is_absent)
{
	struct setup *setup = setup_create(1);

	setup->object.owner = 0;
	ck_assert(setup_read(setup));
	ck_assert(!has(&setup->fields, owner_type) && !faulted(&setup->fields, owner_type));
	ck_assert(!has(&setup->fields, uid) && !has(&setup->fields, uid_address));
	ck_assert_uint_eq(setup->fields.uid, 0);
	ck_assert(has(&setup->fields, second_number));

	owner.user = 0;
	setup->object.owner = address_of(&owner);
	ck_assert(setup_read(setup));
	ck_assert_uint_eq(setup->fields.owner_type, 7);
	ck_assert(!has(&setup->fields, uid) && !faulted(&setup->fields, uid));
	setup_destroy(setup);
}
END_TEST

START_TEST(a_hop_that_faults_spoils_its_own_fields)
{
	struct setup *setup = setup_create(1);
	uint64_t address, at = address_of(&setup->object.list);

	synthetic_hole(&setup->s, &owner.user, sizeof(owner.user));
	ck_assert(!setup_read(setup));
	ck_assert_uint_eq(setup->fields.owner_type, 7); /* read by itself */
	ck_assert(faulted(&setup->fields, uid) && faulted(&setup->fields, uid_address));
	ck_assert_uint_eq(setup->fields.uid, 0);
	ck_assert(has(&setup->fields, second_number));
	ck_assert_int_eq(view_fault(setup->plan, &setup->s.kernel.memory, at, offsetof(struct fields, uid), &address),
			 INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(address, address_of(&owner.user));
	setup_destroy(setup);
}
END_TEST

START_TEST(a_hole_spoils_one_field)
{
	struct setup *setup = setup_create(1);
	uint64_t address, at = address_of(&setup->object.list);

	synthetic_hole(&setup->s, setup->object.name + 2, 1);
	ck_assert(!setup_read(setup));
	ck_assert_uint_eq(setup->fields.state.fault, VIEW_BIT(offsetof(struct fields, name)));
	ck_assert_uint_eq(setup->fields.flags, 5);
	ck_assert_int_eq(setup->fields.low, -1);
	ck_assert_int_eq(setup->fields.small, -2);
	ck_assert_uint_eq(setup->fields.uid, 1000);
	ck_assert_int_eq(memcmp(setup->fields.wide_tag, "\1\2\3\4\5\6\7\10", 8), 0);
	ck_assert_int_eq(setup->fields.name[0], 0);
	ck_assert_int_eq(view_fault(setup->plan, &setup->s.kernel.memory, at, offsetof(struct fields, name), &address),
			 INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(address, address_of(setup->object.name + 2));
	ck_assert_int_eq(view_first_fault(setup->plan, &setup->s.kernel.memory, at, &setup->fields, &address),
			 INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(address, address_of(setup->object.name + 2));
	/* What can be read now is no fault, and neither is what this kernel does not have. */
	ck_assert_int_eq(view_fault(setup->plan, &setup->s.kernel.memory, at, offsetof(struct fields, uid), &address),
			 INSPECT_FAULT_NONE);
	ck_assert_int_eq(view_fault(setup->plan, &setup->s.kernel.memory, at, offsetof(struct fields, missing),
				    &address), INSPECT_FAULT_NONE);
	setup_destroy(setup);
}
END_TEST

START_TEST(an_object_that_is_nowhere)
{
	struct setup *setup = setup_create(1);
	uint64_t address;

	ck_assert(!view_read(setup->plan, &setup->s.kernel.memory, 0x1000, &setup->fields));
	ck_assert(faulted(&setup->fields, flags) && faulted(&setup->fields, uid) && faulted(&setup->fields, name));
	ck_assert(has(&setup->fields, lists)); /* an address needs no reading */
	ck_assert_int_eq(view_fault(setup->plan, &setup->s.kernel.memory, 0x1000, offsetof(struct fields, uid),
				    &address), INSPECT_FAULT_UNMAPPED);
	ck_assert_uint_eq(address, 0x1000 + offsetof(struct object, owner));
	ck_assert(!view_read(setup->plan, &setup->s.kernel.memory, 8, &setup->fields));
	ck_assert_int_eq(view_fault(setup->plan, &setup->s.kernel.memory, 8, offsetof(struct fields, flags), &address),
			 INSPECT_FAULT_NULL);
	setup_destroy(setup);
}
END_TEST

struct value_fields {
	struct view_state state;
	uint64_t value;
	uint64_t other;
};

/* The error of compiling a view with these fields on @type, or its plan. */
static struct inspect_error *compile(struct synthetic *s, const char *type, const char *anchor, const char *path,
				     const char *other, struct view_plan *plan)
{
	static struct view_variant variant;
	static struct view_field fields[2];
	static struct view view;

	variant = (struct view_variant){ type, anchor };
	fields[0] = (struct view_field)VIEW_NEED(value_fields, value, path);
	fields[1] = (struct view_field)VIEW_NEED(value_fields, other, other);
	view = (struct view){ "test_view", &variant, 1, fields, other ? 2 : 1, sizeof(struct value_fields) };
	return view_compile(&view, &s->kernel.scopes, &s->kernel.arena, plan);
}

START_TEST(definitions_of_one_name)
{
	struct synthetic s;
	struct view_plan plan = { 0 };

	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 1);
	synthetic_ready(&s);
	/* Chosen by what it has; asked for less, both fit and differ. */
	expect_success(compile(&s, "struct htab", NULL, "buckets", "hashrnd", &plan));
	ck_assert_uint_eq(plan.slots[0].offset, offsetof(struct pair, first));
	expect_error(compile(&s, "struct htab", NULL, "buckets", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "two different definitions of struct htab fit");
	expect_success(compile(&s, "struct twin", NULL, "value", NULL, &plan));
	ck_assert_uint_eq(plan.slots[0].offset, offsetof(struct pair, second));
	plan = (struct view_plan){ 0 };
	expect_error(compile(&s, "struct clash", NULL, "value", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "view test_view: two different definitions of struct clash fit");
	ck_assert_ptr_null(plan.view); /* untouched */
	synthetic_deinit(&s);
}
END_TEST

START_TEST(what_does_not_fit_says_why)
{
	struct synthetic s;
	struct view_plan plan;

	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 1);
	synthetic_ready(&s);
	expect_error(compile(&s, "struct absent", NULL, "value", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "view test_view: this kernel's layout is not known: no struct absent");
	expect_error(compile(&s, "struct object", NULL, "missing", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "struct object has no missing");
	expect_error(compile(&s, "struct object", "node", "flags", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "struct object has no node");
	/* A scalar is wanted, and this is a struct: not a fit. */
	expect_error(compile(&s, "struct object", NULL, "list", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "struct object has no list");
	expect_error(compile(&s, "struct object", NULL, "owner.type", NULL, &plan), INSPECT_ERROR_LOOKUP,
		     "struct object has no owner.type");
	expect_error(compile(&s, "union object", NULL, "flags", NULL, &plan), INSPECT_ERROR_LOOKUP, "no union object");
	synthetic_deinit(&s);
}
END_TEST

START_TEST(paths_into_arrays_and_anchors_in_structs)
{
	struct object object = template;
	struct value_fields fields;
	struct view_plan plan;
	struct synthetic s;

	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 1);
	synthetic_ready(&s);
	object.lists[1].prev = 77;
	synthetic_map(&s, &object, sizeof(object));
	expect_success(compile(&s, "struct object", "lists[1].prev", "lists[1].prev", "numbers[2]", &plan));
	ck_assert(view_read(&plan, &s.kernel.memory, address_of(&object.lists[1].prev), &fields));
	ck_assert_uint_eq(fields.value, 77);
	ck_assert_uint_eq(fields.other, 12);
	expect_error(compile(&s, "struct object", NULL, "lists[2].prev", NULL, &plan), INSPECT_ERROR_LOOKUP, "has no");
	synthetic_deinit(&s);
}
END_TEST

/* A kernel gives the same answer each time, plan or error. */
START_TEST(kernel_keeps_plans_and_failures)
{
	static const struct view_variant none[] = { { "struct absent", NULL } };
	static const struct view_field fields[] = { VIEW_NEED(value_fields, value, "value") };
	static VIEW(absent_view, value_fields, none, fields);
	struct setup *setup = setup_create(1);
	const struct view_plan *again = NULL;

	expect_success(kernel_view(&setup->s.kernel, &object_view, &again));
	ck_assert_ptr_eq(again, setup->plan);
	for (int i = 0; i < 2; i++)
		expect_error(kernel_view(&setup->s.kernel, &absent_view, &again), INSPECT_ERROR_LOOKUP,
			     "no struct absent");
	ck_assert_ptr_eq(again, setup->plan);
	setup_destroy(setup);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		all_kinds_of_fields,
		alternatives_are_told_apart_by_pointer_or_struct,
		null_on_the_way_is_absent,
		a_hop_that_faults_spoils_its_own_fields,
		a_hole_spoils_one_field,
		an_object_that_is_nowhere,
		definitions_of_one_name,
		what_does_not_fit_says_why,
		paths_into_arrays_and_anchors_in_structs,
		kernel_keeps_plans_and_failures,
	};

	return RUN_SUITE("view", tests);
}
