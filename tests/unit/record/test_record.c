/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cells, pools, streams and the writer: what the sinks share. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include "capture.h"

enum { ITEM_ID, ITEM_NAME, ITEM_CHILD, ITEM_CHILDREN, ITEM_STATE, ITEM_COLUMNS };

static const struct inspect_enumerator states[] = { { 0, "ITEM_IDLE", "idle" }, { 7, "ITEM_BUSY", "busy" } };
static const struct inspect_enumeration state_names = INSPECT_ENUMERATION(states);
static const struct inspect_schema item;
static const struct inspect_column item_columns[] = {
	[ITEM_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[ITEM_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[ITEM_CHILD] = { .key = "child", .kind = INSPECT_CELL_RECORD, .nested = &item },
	[ITEM_CHILDREN] = { .key = "children", .kind = INSPECT_CELL_RECORDS, .nested = &item },
	[ITEM_STATE] = { .key = "state", .kind = INSPECT_CELL_ENUM, .enumeration = &state_names },
};
static const struct inspect_schema item = INSPECT_SCHEMA("item", item_columns);
static const struct inspect_schema other = INSPECT_SCHEMA("other", item_columns);

static struct inspect_pool *pool;
static struct inspect_sink *sink;
static int fd;

static void setup(void)
{
	fd = capture_open();
	pool = inspect_pool_create();
	ck_assert_ptr_nonnull(pool);
	expect_success(inspect_sink_json(fd, INSPECT_JSON_COMPACT, &sink));
}

static void teardown(void)
{
	inspect_sink_destroy(sink);
	inspect_pool_destroy(pool);
}

static void expect_output(const char *expected)
{
	char *text;

	expect_success(inspect_sink_end(sink));
	text = capture_close(fd, NULL);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(cells_take_the_last_value)
{
	struct inspect_record *record;

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_ONE));
	record = inspect_record_create(&item, pool);
	inspect_cell_u64(record, ITEM_ID, 1);
	inspect_cell_fault(record, ITEM_ID, INSPECT_FAULT_NULL, 0);
	inspect_cell_u64(record, ITEM_ID, 2);
	inspect_cell_cstring(record, ITEM_NAME, "x");
	inspect_cell_leave_out(record, ITEM_NAME);
	inspect_cell_u64(inspect_cell_record(record, ITEM_CHILD), ITEM_ID, 3);
	inspect_cell_cstring(inspect_cell_record(record, ITEM_CHILD), ITEM_NAME, "same");
	inspect_cell_records(record, ITEM_CHILDREN);
	inspect_cell_enum(record, ITEM_STATE, 7);
	expect_success(inspect_sink_record(sink, record));
	expect_output("{\"id\":2,\"child\":{\"id\":3,\"name\":\"same\"},\"children\":[],\"state\":\"busy\"}\n");
	ck_assert_uint_eq(inspect_sink_faults(sink), 0);
	teardown();
}
END_TEST

START_TEST(unknown_enumerators_stay_numbers)
{
	static const int64_t numbers[] = { 0, 7, 1, -1, 8, INT64_MAX };

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_MANY));
	for (size_t i = 0; i < INSPECT_COUNT(numbers); i++) {
		struct inspect_record *record = inspect_record_create(&item, pool);

		inspect_cell_enum(record, ITEM_STATE, numbers[i]);
		expect_success(inspect_sink_record(sink, record));
	}
	expect_output("[{\"state\":\"idle\"},{\"state\":\"busy\"},{\"state\":1},{\"state\":-1},{\"state\":8},"
		      "{\"state\":9223372036854775807}]\n");
	teardown();
}
END_TEST

START_TEST(strings_are_copied)
{
	struct inspect_record *record;
	char name[] = "name";
	uint64_t id = 5;

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_ONE));
	record = inspect_record_create(&item, pool);
	inspect_cell_string(record, ITEM_NAME, name, 4);
	inspect_cell_u64(record, ITEM_ID, id);
	inspect_cell_enum_named(record, ITEM_STATE, 3, name, NULL);
	memset(name, 'X', sizeof(name) - 1);
	expect_success(inspect_sink_record(sink, record));
	expect_output("{\"id\":5,\"name\":\"name\",\"state\":\"name\"}\n");
	teardown();
}
END_TEST

START_TEST(faults_of_the_whole_tree_are_counted)
{
	struct inspect_record *record;

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_MANY));
	record = inspect_record_create(&item, pool);
	inspect_cell_fault(record, ITEM_ID, INSPECT_FAULT_EXCLUDED, 4096);
	inspect_cell_fault(inspect_cell_append(record, ITEM_CHILDREN), ITEM_ID, INSPECT_FAULT_IO, 1);
	inspect_cell_damaged(inspect_cell_append(record, ITEM_CHILDREN), ITEM_ID, 1, "odd");
	inspect_cell_cut(record, ITEM_CHILDREN, INSPECT_FAULT_EXCLUDED, 2);
	expect_success(inspect_sink_record(sink, record));
	ck_assert_uint_eq(inspect_sink_faults(sink), 4);
	inspect_pool_rewind(pool);
	record = inspect_record_create(&item, pool);
	inspect_cell_fault(inspect_cell_append(record, ITEM_CHILDREN), ITEM_ID, INSPECT_FAULT_IO, 1);
	inspect_cell_records(record, ITEM_CHILDREN);
	expect_success(inspect_sink_record(sink, record));
	ck_assert_uint_eq(inspect_sink_faults(sink), 4);
	expect_success(inspect_sink_end(sink));
	close(fd);
	teardown();
}
END_TEST

START_TEST(doubt_without_a_value_is_a_fault)
{
	struct inspect_record *record;

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_ONE));
	record = inspect_record_create(&item, pool);
	inspect_cell_suspect(record, ITEM_ID, 0, "torn");
	expect_success(inspect_sink_record(sink, record));
	expect_output("{\"id\":null,\"errors\":[{\"field\":\"id\",\"cause\":\"torn\"}]}\n");
	teardown();
}
END_TEST

START_TEST(misuse_is_an_error)
{
	struct inspect_record *record;

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_MANY));
	record = inspect_record_create(&item, pool);
	inspect_cell_u64(record, ITEM_NAME, 1);
	expect_error(inspect_sink_record(sink, record), INSPECT_ERROR_USAGE, "column 1 (name)");
	inspect_pool_rewind(pool);
	record = inspect_record_create(&item, pool);
	inspect_cell_u64(record, ITEM_COLUMNS, 1);
	ck_assert_ptr_null(inspect_cell_append(record, ITEM_CHILD));
	expect_error(inspect_sink_record(sink, record), INSPECT_ERROR_USAGE, "column 5 (none)");
	inspect_pool_rewind(pool);
	record = inspect_record_create(&item, pool);
	inspect_cell_fault(record, ITEM_ID, INSPECT_FAULT_NONE, 1);
	expect_error(inspect_sink_record(sink, record), INSPECT_ERROR_USAGE, "column 0 (id)");
	inspect_pool_rewind(pool);
	expect_success(inspect_sink_record(sink, inspect_record_create(&item, pool)));
	expect_output("[{}]\n");
	teardown();
}
END_TEST

START_TEST(streams_hold_what_they_were_begun_for)
{
	setup();
	expect_error(inspect_sink_record(sink, inspect_record_create(&item, pool)), INSPECT_ERROR_USAGE, "item");
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_ONE));
	expect_error(inspect_sink_begin(sink, &other, INSPECT_STREAM_ONE), INSPECT_ERROR_USAGE, "other");
	expect_error(inspect_sink_record(sink, inspect_record_create(&other, pool)), INSPECT_ERROR_USAGE, "other");
	expect_error(inspect_sink_record(sink, NULL), INSPECT_ERROR_NO_MEMORY, "");
	expect_success(inspect_sink_record(sink, inspect_record_create(&item, pool)));
	expect_error(inspect_sink_record(sink, inspect_record_create(&item, pool)), INSPECT_ERROR_USAGE, "second");
	expect_success(inspect_sink_end(sink));
	expect_success(inspect_sink_begin(sink, &other, INSPECT_STREAM_MANY));
	expect_output("{}\n[]\n");
	teardown();
}
END_TEST

START_TEST(nesting_is_bounded)
{
	struct inspect_record *record, *nested;
	unsigned int depth = 0;

	setup();
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_MANY));
	record = inspect_record_create(&item, pool);
	for (nested = record; nested && depth < 1000; depth++)
		nested = inspect_cell_append(nested, ITEM_CHILDREN);
	ck_assert_uint_lt(depth, 100);
	expect_error(inspect_sink_record(sink, record), INSPECT_ERROR_USAGE, "children");
	close(fd);
	teardown();
}
END_TEST

/* More than the buffer holds, in pieces of all sizes. */
START_TEST(large_output_is_whole)
{
	static char name[3000];
	size_t size, expected = 2 + 1;
	char *text;

	setup();
	memset(name, 'n', sizeof(name));
	expect_success(inspect_sink_begin(sink, &item, INSPECT_STREAM_MANY));
	for (size_t i = 0; i < 200; i++) {
		struct inspect_record *record = inspect_record_create(&item, pool);

		inspect_cell_string(record, ITEM_NAME, name, 13 * i);
		expect_success(inspect_sink_record(sink, record));
		inspect_pool_rewind(pool);
		expected += strlen("{\"name\":\"\"}") + 13 * i + (i > 0);
	}
	expect_success(inspect_sink_end(sink));
	text = capture_close(fd, &size);
	ck_assert_uint_eq(size, expected);
	ck_assert_str_eq(text + size - 5, "n\"}]\n");
	free(text);
	teardown();
}
END_TEST

START_TEST(full_disk_is_an_error)
{
	struct inspect_sink *full;
	int device = open("/dev/full", O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(device, 0);
	expect_success(inspect_sink_json(device, INSPECT_JSON_COMPACT, &full));
	expect_success(inspect_sink_begin(full, &item, INSPECT_STREAM_MANY));
	expect_error(inspect_sink_end(full), INSPECT_ERROR_OS, strerror(ENOSPC));
	expect_error(inspect_sink_end(full), INSPECT_ERROR_OS, strerror(ENOSPC));
	inspect_sink_destroy(full);
	close(device);
}
END_TEST

START_TEST(closed_pipe_is_an_error_at_once)
{
	struct inspect_error *error = NULL;
	struct inspect_sink *closed;
	int pipes[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	close(pipes[0]);
	setup();
	expect_success(inspect_sink_json(pipes[1], INSPECT_JSON_COMPACT, &closed));
	expect_success(inspect_sink_begin(closed, &item, INSPECT_STREAM_MANY));
	for (size_t i = 0; i < 100000 && !error; i++) {
		inspect_pool_rewind(pool);
		error = inspect_sink_record(closed, inspect_record_create(&item, pool));
	}
	expect_error(error, INSPECT_ERROR_OS, strerror(EPIPE));
	inspect_sink_destroy(closed);
	close(pipes[1]);
	close(fd);
	teardown();
}
END_TEST

static void *slow_reader(void *arg)
{
	size_t *total = (size_t *)arg;
	int pipe_fd = (int)*total;
	static char buf[1000];
	ssize_t size;

	*total = 0;
	usleep(100000);
	do {
		size = read(pipe_fd, buf, sizeof(buf));
		*total += size > 0 ? (size_t)size : 0;
	} while (size > 0);
	return NULL;
}

/* A pipe that is set not to block fills up before its reader starts: the writer waits and loses nothing. */
START_TEST(nonblocking_descriptor_is_waited_for)
{
	struct inspect_sink *slow;
	pthread_t thread;
	size_t total;
	int pipes[2];

	setup();
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(fcntl(pipes[1], F_SETFL, O_NONBLOCK), 0);
	total = (size_t)pipes[0];
	ck_assert_int_eq(pthread_create(&thread, NULL, slow_reader, &total), 0);
	expect_success(inspect_sink_json(pipes[1], INSPECT_JSON_COMPACT, &slow));
	expect_success(inspect_sink_begin(slow, &item, INSPECT_STREAM_MANY));
	for (size_t i = 0; i < 100000; i++) {
		inspect_pool_rewind(pool);
		expect_success(inspect_sink_record(slow, inspect_record_create(&item, pool)));
	}
	expect_success(inspect_sink_end(slow));
	close(pipes[1]);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(total, 100000 * 3 - 1 + 3);
	inspect_sink_destroy(slow);
	close(pipes[0]);
	close(fd);
	teardown();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		cells_take_the_last_value,
		unknown_enumerators_stay_numbers,
		strings_are_copied,
		faults_of_the_whole_tree_are_counted,
		doubt_without_a_value_is_a_fault,
		misuse_is_an_error,
		streams_hold_what_they_were_begun_for,
		nesting_is_bounded,
		large_output_is_whole,
		full_disk_is_an_error,
		closed_pipe_is_an_error_at_once,
		nonblocking_descriptor_is_waited_for,
	};

	return run_suite("record", tests, INSPECT_COUNT(tests));
}
