/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects: the ways to them, what is read of them, their text; memory and symbols beside them. */
#include <inspect/memory.h>
#include <inspect/object.h>
#include <inspect/report.h>

#include "world.h"

START_TEST(ways_to_members)
{
	const struct inspect_object *init = init_task(), *object;
	const char *string;
	size_t length;

	ck_assert_int_eq(inspect_object_kind(init), INSPECT_OBJECT_REFERENCE);
	ok(inspect_object_read_string(member(init, "comm"), 100, pool, &string, &length));
	ck_assert_str_eq(string, "swapper/0");
	ck_assert_uint_eq(length, 9);
	ok(inspect_object_read_string(member(init, "comm"), 4, pool, &string, NULL));
	ck_assert_str_eq(string, "swap");
	/* init_task is its own parent, whichever way the path is written. */
	ck_assert_uint_eq(address(member(init, "real_parent->real_parent->tasks")), address(member(init, "tasks")));
	ck_assert_uint_eq(address(member(init, "real_parent.tasks.next")), address(member(init, "tasks")));
	ok(inspect_object_dereference(member(init, "real_parent"), pool, &object));
	ck_assert_uint_eq(address(object), address(init));
	ok(inspect_object_index(member(init, "comm"), 2, pool, &object));
	ck_assert_uint_eq(number(object), 'a');
	ok(inspect_object_index(member(init, "real_parent"), 1, pool, &object));
	ck_assert_uint_gt(address(object), address(init));
}
END_TEST

START_TEST(containers)
{
	const struct inspect_object *init = init_task(), *object;

	ok(inspect_object_container(member(init, "tasks"), type("struct task_struct"), "tasks", pool, &object));
	ck_assert_uint_eq(address(object), address(init));
	ck_assert_ptr_eq(inspect_object_type(object), type("struct task_struct"));
	/* By a pointer: the one of the next task leads back. */
	ok(inspect_object_container(member(init, "tasks.next->prev"), type("struct task_struct"), "tasks", pool,
				    &object));
	ck_assert_uint_eq(address(object), address(init));
	fails(inspect_object_container(init, type("struct task_struct"), "sched_reset_on_fork", pool, &object),
	      INSPECT_ERROR_USAGE, "bit-field");
	fails(inspect_object_container(evaluate("1 + 1"), type("struct task_struct"), "tasks", pool, &object),
	      INSPECT_ERROR_USAGE, "in memory");
}
END_TEST

START_TEST(values_and_casts)
{
	const struct inspect_object *object = evaluate("-3"), *cast;
	uint64_t unused;
	int64_t value;
	double real;

	ck_assert_int_eq(inspect_object_kind(object), INSPECT_OBJECT_VALUE);
	ck_assert(!inspect_object_address(object, &unused, NULL));
	ok(inspect_object_read_s64(object, &value));
	ck_assert_int_eq(value, -3);
	ok(inspect_object_read_double(object, &real));
	ck_assert(real == -3.0);
	ok(inspect_object_cast(object, type("u8"), pool, &cast));
	ck_assert_uint_eq(number(cast), 253);
	ok(inspect_object_cast(object, type("double"), pool, &cast));
	ok(inspect_object_read_double(cast, &real));
	ck_assert(real == -3.0);
	fails(inspect_object_cast(init_task(), type("int"), pool, &cast), INSPECT_ERROR_USAGE, "struct");
	fails(inspect_object_read_double(evaluate("(unsigned __int128)1 << 100"), &real), INSPECT_ERROR_UNSUPPORTED,
	      "8 bytes");
}
END_TEST

START_TEST(bytes_of_objects)
{
	const struct inspect_object *tasks = member(init_task(), "tasks"), *flag;
	const void *bytes;
	uint64_t pair[2];
	unsigned int bit;
	size_t size;

	ok(inspect_object_read_bytes(tasks, pool, &bytes, &size));
	ck_assert_uint_eq(size, sizeof(pair));
	ok(inspect_read(inspect, address(tasks), pair, sizeof(pair)));
	ck_assert_mem_eq(bytes, pair, sizeof(pair));
	flag = member(init_task(), "sched_reset_on_fork");
	ck_assert(inspect_object_address(flag, &pair[0], &bit));
	ok(inspect_object_read_bytes(flag, pool, &bytes, &size));
	ck_assert_uint_eq(size, 1);
	ck_assert_uint_eq(*(const uint8_t *)bytes >> bit & 1, number(flag));
	ok(inspect_object_read_bytes(evaluate("(short)0x1234"), pool, &bytes, &size));
	ck_assert_uint_eq(size, 2);
	ck_assert_mem_eq(bytes, "\x34\x12", 2);
	fails(inspect_object_read_bytes(evaluate("*(char (*)[0x2000000])&init_task"), pool, &bytes, &size),
	      INSPECT_ERROR_LIMIT, "33554432 bytes");
}
END_TEST

START_TEST(objects_as_text)
{
	const struct inspect_print_options hex = {
		.size = sizeof(hex), .flags = INSPECT_PRINT_DEFAULT & ~INSPECT_PRINT_TYPE_NAME, .integer_base = 16,
	};
	const struct inspect_print_options json = { .size = sizeof(json), .json = true };
	const struct inspect_print_options wrong = { .size = sizeof(wrong), .integer_base = 7 };
	const struct inspect_object *comm = member(init_task(), "comm");
	uint64_t faults = 1;
	const char *text;
	size_t length;
	char *copy;
	FILE *file;

	ok(inspect_object_format(comm, NULL, pool, &text, &length, &faults));
	ck_assert_str_eq(text, "(char [16])\"swapper/0\"");
	ck_assert_uint_eq(length, strlen(text));
	ck_assert_uint_eq(faults, 0);
	ok(inspect_object_format(evaluate("255"), &hex, pool, &text, NULL, NULL));
	ck_assert_str_eq(text, "0xff");
	ok(inspect_object_format(evaluate("255"), &json, pool, &text, NULL, NULL));
	ck_assert_str_eq(text, "{\"type\":\"int\",\"value\":255}");
	fails(inspect_object_format(comm, &wrong, pool, &text, NULL, NULL), INSPECT_ERROR_USAGE, "base");
	file = open_memstream(&copy, &length);
	ok(inspect_object_print(comm, NULL, file, NULL));
	fclose(file);
	ck_assert_str_eq(copy, "(char [16])\"swapper/0\"\n");
	free(copy);
}
END_TEST

START_TEST(faults_have_addresses)
{
	const struct inspect_object *object, *next;
	struct inspect_error *error;
	const char *string;
	uint64_t at, count;

	ok(inspect_object_at(inspect, type("struct list_head"), 0x10, pool, &object));
	next = member(object, "prev"); /* reads nothing */
	error = inspect_object_read_u64(next, &at);
	ck_assert_ptr_nonnull(error);
	ck_assert(inspect_error_address(error, &at));
	ck_assert_uint_eq(at, 0x18);
	fails(error, INSPECT_ERROR_FAULT, "0x18");
	fails(inspect_object_member(next, "next", pool, &object), INSPECT_ERROR_FAULT, "0x18");
	ok(inspect_object_format(next, NULL, pool, &string, NULL, &count));
	ck_assert_ptr_nonnull(strstr(string, "<fault 0x18>"));
	ck_assert_uint_eq(count, 1);
	fails(inspect_object_read_string(evaluate("(char *)0x20"), 10, pool, &string, NULL), INSPECT_ERROR_FAULT,
	      "0x20");
	fails(inspect_object_read_string(init_task(), 10, pool, &string, NULL), INSPECT_ERROR_USAGE, "struct");
	fails(inspect_object_read_string(evaluate("(int *)0"), 10, pool, &string, NULL), INSPECT_ERROR_USAGE,
	      "4 bytes");
}
END_TEST

START_TEST(names_that_are_not_there)
{
	const struct inspect_object *object;

	fails(inspect_object_variable(inspect, "init_tusk", "int", pool, &object), INSPECT_ERROR_LOOKUP, "init_tusk");
	fails(inspect_object_variable(inspect, "init_task", "struct tusk", pool, &object), INSPECT_ERROR_LOOKUP, "tusk");
	/* BTF does not tell its type. */
	fails(inspect_object_variable(inspect, "linux_proc_banner", NULL, pool, &object), INSPECT_ERROR_LOOKUP, "no type");
	fails(inspect_object_member(init_task(), "comm.nothing", pool, &object), INSPECT_ERROR_USAGE, "array");
	fails(inspect_object_member(init_task(), "tasks.", pool, &object), INSPECT_ERROR_USAGE, "no path");
	fails(inspect_object_member(init_task(), "tasks-next", pool, &object), INSPECT_ERROR_USAGE, "no path");
	fails(inspect_object_evaluate(inspect, "1 +", pool, &object), INSPECT_ERROR_USAGE, "");
	ok(inspect_object_variable(inspect, "prog_idr", NULL, pool, &object));
	ck_assert_str_eq(inspect_type_name(inspect_object_type(object)), "idr");
}
END_TEST

START_TEST(memory_by_address)
{
	uint64_t at = address(member(init_task(), "comm")), physical, value;
	uint8_t bytes[8], same[8];
	const char *string;
	size_t length;

	ok(inspect_read(inspect, at, bytes, sizeof(bytes)));
	ck_assert_mem_eq(bytes, "swapper/", 8);
	ok(inspect_physical_address(inspect, at, &physical));
	ok(inspect_read_physical(inspect, physical, same, sizeof(same)));
	ck_assert_mem_eq(bytes, same, sizeof(bytes));
	ok(inspect_read_u64(inspect, at, 2, &value));
	ck_assert_uint_eq(value, 's' | 'w' << 8);
	fails(inspect_read_u64(inspect, at, 3, &value), INSPECT_ERROR_USAGE, "3 bytes");
	ok(inspect_read_string(inspect, at, 1000, pool, &string, &length));
	ck_assert_str_eq(string, "swapper/0");
	ok(inspect_read_string(inspect, at, 0, pool, &string, &length));
	ck_assert_str_eq(string, "");
	fails(inspect_read(inspect, 8, bytes, sizeof(bytes)), INSPECT_ERROR_FAULT, "0x8");
	fails(inspect_physical_address(inspect, 8, &physical), INSPECT_ERROR_FAULT, "0x8");
	fails(inspect_read_physical(inspect, UINT64_C(1) << 60, bytes, 8), INSPECT_ERROR_FAULT, "physical");
}
END_TEST

/* All strings in what follows the banner, so that some lie over the steps in which they are read. */
START_TEST(strings_of_any_place_and_length)
{
	char around[4096 + 256 + 1] = "";
	const char *string;
	size_t length;
	uint64_t at;

	ok(inspect_address(inspect, "linux_banner", &at));
	ok(inspect_read(inspect, at, around, sizeof(around) - 1));
	ck_assert_ptr_eq(strstr(around, "Linux version 6.1."), around);
	for (size_t i = 0; i < 4096; i++) {
		ok(inspect_read_string(inspect, at + i, 200, pool, &string, &length));
		ck_assert_uint_eq(length, strnlen(around + i, 200));
		ck_assert_uint_eq(length, strlen(string));
		ck_assert_mem_eq(string, around + i, length);
	}
}
END_TEST

START_TEST(symbols_by_name_and_address)
{
	uint64_t at = address(init_task()), value;
	struct inspect_record *record;

	ck_assert(inspect_symbol_find(inspect, "init_task", pool, &record));
	ck_assert(inspect_get_u64(record, INSPECT_SYMBOL_ADDRESS, &value));
	ck_assert_uint_eq(value, at);
	ck_assert(!inspect_symbol_find(inspect, "init_tusk", pool, &record));
	ck_assert(inspect_symbol_at(inspect, at + 3, pool, &record));
	ck_assert_str_eq(inspect_get_string(record, INSPECT_SYMBOL_NAME, NULL), "init_task");
	ck_assert(inspect_get_u64(record, INSPECT_SYMBOL_OFFSET, &value));
	ck_assert_uint_eq(value, 3);
}
END_TEST

TCase *objects_case(void)
{
	TCase *tcase = tcase_create("objects");

	tcase_add_test(tcase, ways_to_members);
	tcase_add_test(tcase, containers);
	tcase_add_test(tcase, values_and_casts);
	tcase_add_test(tcase, bytes_of_objects);
	tcase_add_test(tcase, objects_as_text);
	tcase_add_test(tcase, faults_have_addresses);
	tcase_add_test(tcase, names_that_are_not_there);
	tcase_add_test(tcase, memory_by_address);
	tcase_add_test(tcase, strings_of_any_place_and_length);
	tcase_add_test(tcase, symbols_by_name_and_address);
	return tcase;
}
