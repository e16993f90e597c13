/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading records: values, states and troubles of cells, nested records, what is not there. */
#include "capture.h"

enum { ITEM_ID, ITEM_WHERE, ITEM_NUMBER, ITEM_FROZEN, ITEM_NAME, ITEM_STATE, ITEM_WHEN, ITEM_IDS, ITEM_CHILD, ITEM_CHILDREN };

static const struct inspect_enumerator states[] = { { 0, "ITEM_IDLE", "idle" }, { 7, "ITEM_BUSY", "busy" } };
static const struct inspect_enumeration state_names = INSPECT_ENUMERATION(states);
static const struct inspect_schema item;
static const struct inspect_column item_columns[] = {
	[ITEM_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[ITEM_WHERE] = { .key = "where", .kind = INSPECT_CELL_ADDRESS },
	[ITEM_NUMBER] = { .key = "number", .kind = INSPECT_CELL_S64 },
	[ITEM_FROZEN] = { .key = "frozen", .kind = INSPECT_CELL_BOOL },
	[ITEM_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[ITEM_STATE] = { .key = "state", .kind = INSPECT_CELL_ENUM, .enumeration = &state_names },
	[ITEM_WHEN] = { .key = "when", .kind = INSPECT_CELL_TIME },
	[ITEM_IDS] = { .key = "ids", .kind = INSPECT_CELL_U64S },
	[ITEM_CHILD] = { .key = "child", .kind = INSPECT_CELL_RECORD, .nested = &item },
	[ITEM_CHILDREN] = { .key = "children", .kind = INSPECT_CELL_RECORDS, .nested = &item },
};
static const struct inspect_schema item = INSPECT_SCHEMA("item", item_columns);

static struct inspect_pool *pool;
static struct inspect_record *record;

static void setup(void)
{
	pool = inspect_pool_create();
	ck_assert_ptr_nonnull(pool);
	record = inspect_record_create(&item, pool);
	ck_assert_ptr_nonnull(record);
}

static void teardown(void)
{
	inspect_pool_destroy(pool);
}

START_TEST(values_come_back)
{
	static const uint64_t ids[] = { 3, 5 };
	uint64_t u64 = 0;
	int64_t s64 = 0;
	bool boolean = false;
	size_t count = 0, length = 0;
	const char *string;

	setup();
	inspect_cell_u64(record, ITEM_ID, 7);
	inspect_cell_address(record, ITEM_WHERE, UINT64_C(0xffff000000000010));
	inspect_cell_s64(record, ITEM_NUMBER, -4);
	inspect_cell_bool(record, ITEM_FROZEN, true);
	inspect_cell_string(record, ITEM_NAME, "a\0bcd", 3);
	inspect_cell_enum(record, ITEM_STATE, 7);
	inspect_cell_time(record, ITEM_WHEN, 99);
	inspect_cell_u64s(record, ITEM_IDS, ids, 2);
	ck_assert_ptr_eq(inspect_record_schema(record), &item);
	ck_assert(inspect_get_u64(record, ITEM_ID, &u64) && u64 == 7);
	ck_assert(inspect_get_u64(record, ITEM_WHERE, &u64) && u64 == UINT64_C(0xffff000000000010));
	ck_assert(inspect_get_s64(record, ITEM_NUMBER, &s64) && s64 == -4);
	ck_assert(inspect_get_s64(record, ITEM_WHEN, &s64) && s64 == 99);
	ck_assert(inspect_get_s64(record, ITEM_STATE, &s64) && s64 == 7);
	ck_assert(inspect_get_bool(record, ITEM_FROZEN, &boolean) && boolean);
	string = inspect_get_string(record, ITEM_NAME, &length);
	ck_assert_uint_eq(length, 3);
	ck_assert_mem_eq(string, "a\0b", 4);
	ck_assert_str_eq(inspect_get_string(record, ITEM_STATE, &length), "busy");
	ck_assert_uint_eq(length, 4);
	ck_assert_str_eq(inspect_get_enumerator(record, ITEM_STATE), "ITEM_BUSY");
	ck_assert_mem_eq(inspect_get_u64s(record, ITEM_IDS, &count), ids, sizeof(ids));
	ck_assert_uint_eq(count, 2);
	expect_success(inspect_record_error(record));
	teardown();
}
END_TEST

START_TEST(what_is_not_there_is_not_read)
{
	uint64_t u64 = 1;
	int64_t s64 = 1;
	size_t length = 1;
	bool boolean;

	setup();
	inspect_cell_u64(record, ITEM_ID, 7);
	inspect_cell_enum(record, ITEM_STATE, 6); /* no name */
	ck_assert(!inspect_get_s64(record, ITEM_ID, &s64));
	ck_assert(!inspect_get_bool(record, ITEM_ID, &boolean));
	ck_assert(!inspect_get_u64(record, ITEM_WHERE, &u64));
	ck_assert(!inspect_get_u64(record, 1000, &u64));
	ck_assert(!inspect_get_u64(NULL, ITEM_ID, &u64));
	ck_assert_ptr_null(inspect_get_string(record, ITEM_NAME, &length));
	ck_assert_ptr_null(inspect_get_string(record, ITEM_STATE, &length));
	ck_assert_ptr_null(inspect_get_enumerator(record, ITEM_STATE));
	ck_assert_ptr_null(inspect_get_u64s(record, ITEM_IDS, &length));
	ck_assert_ptr_null(inspect_get_record(record, ITEM_CHILD));
	ck_assert_ptr_null(inspect_get_record(record, ITEM_ID));
	ck_assert_ptr_null(inspect_next_record(NULL));
	ck_assert(u64 == 1 && s64 == 1 && length == 1);
	ck_assert_int_eq(inspect_get_state(record, ITEM_WHERE), INSPECT_STATE_LEFT_OUT);
	ck_assert_int_eq(inspect_get_state(record, 1000), INSPECT_STATE_LEFT_OUT);
	teardown();
}
END_TEST

START_TEST(troubles_are_told)
{
	uint64_t address = 0, value;

	setup();
	inspect_cell_absent(record, ITEM_NAME);
	inspect_cell_fault(record, ITEM_ID, INSPECT_FAULT_EXCLUDED, 0x1000);
	inspect_cell_address(record, ITEM_WHERE, 5);
	inspect_cell_suspect(record, ITEM_WHERE, 0x2000, "it is odd");
	ck_assert_int_eq(inspect_get_state(record, ITEM_NAME), INSPECT_STATE_ABSENT);
	ck_assert_int_eq(inspect_get_state(record, ITEM_ID), INSPECT_STATE_FAULT);
	ck_assert(!inspect_get_u64(record, ITEM_ID, &value));
	ck_assert_str_eq(inspect_get_trouble(record, ITEM_ID, &address), inspect_fault_string(INSPECT_FAULT_EXCLUDED));
	ck_assert_uint_eq(address, 0x1000);
	ck_assert_int_eq(inspect_get_state(record, ITEM_WHERE), INSPECT_STATE_SUSPECT);
	ck_assert(inspect_get_u64(record, ITEM_WHERE, &value) && value == 5);
	ck_assert_str_eq(inspect_get_trouble(record, ITEM_WHERE, NULL), "it is odd");
	ck_assert_ptr_null(inspect_get_trouble(record, ITEM_FROZEN, &address));
	teardown();
}
END_TEST

START_TEST(nested_records_are_walked)
{
	const struct inspect_record *child;
	uint64_t value, sum = 0;

	setup();
	inspect_cell_u64(inspect_cell_record(record, ITEM_CHILD), ITEM_ID, 1);
	for (uint64_t i = 2; i < 5; i++)
		inspect_cell_u64(inspect_cell_append(record, ITEM_CHILDREN), ITEM_ID, i);
	child = inspect_get_record(record, ITEM_CHILD);
	ck_assert(inspect_get_u64(child, ITEM_ID, &value) && value == 1);
	ck_assert_ptr_null(inspect_next_record(child));
	for (child = inspect_get_record(record, ITEM_CHILDREN); child; child = inspect_next_record(child)) {
		ck_assert(inspect_get_u64(child, ITEM_ID, &value));
		sum = 10 * sum + value;
	}
	ck_assert_uint_eq(sum, 234);
	teardown();
}
END_TEST

START_TEST(mistakes_are_errors)
{
	setup();
	inspect_cell_u64(record, ITEM_NAME, 1);
	expect_error(inspect_record_error(record), INSPECT_ERROR_USAGE, "(name)");
	expect_error(inspect_record_error(NULL), INSPECT_ERROR_NO_MEMORY, "memory");
	teardown();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		values_come_back, what_is_not_there_is_not_read, troubles_are_told, nested_records_are_walked,
		mistakes_are_errors,
	};

	return run_suite("read", tests, sizeof(tests) / sizeof(*tests));
}
