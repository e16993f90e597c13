/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table sink: how wide columns are, and from when on. */
#include <stdio.h>

#include "capture.h"

enum { ROW_ID, ROW_NAME, ROW_VALUE };

static const struct inspect_column columns[] = {
	[ROW_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[ROW_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[ROW_VALUE] = { .key = "a == \"\\n\"", .kind = INSPECT_CELL_FORMATTED },
};
static const struct inspect_schema schema = INSPECT_SCHEMA("row", columns);

struct table {
	int fd;
	struct inspect_sink *sink;
	struct inspect_pool *pool;
};

static void begin(struct table *table)
{
	table->fd = capture_open();
	table->pool = inspect_pool_create();
	expect_success(inspect_sink_table(table->fd, &table->sink));
	expect_success(inspect_sink_begin(table->sink, &schema, INSPECT_STREAM_MANY));
}

static void row(struct table *table, uint64_t id, const char *name, const char *value)
{
	struct inspect_record *record = inspect_record_create(&schema, table->pool);

	inspect_cell_u64(record, ROW_ID, id);
	if (name)
		inspect_cell_cstring(record, ROW_NAME, name);
	else
		inspect_cell_fault(record, ROW_NAME, INSPECT_FAULT_EXCLUDED, 0x1000);
	inspect_cell_formatted(record, ROW_VALUE, value, strlen(value));
	expect_success(inspect_sink_record(table->sink, record));
	inspect_pool_rewind(table->pool); /* what the table keeps is its own */
}

static char *end(struct table *table)
{
	expect_success(inspect_sink_end(table->sink));
	inspect_sink_destroy(table->sink);
	inspect_pool_destroy(table->pool);
	return capture_close(table->fd, NULL);
}

START_TEST(columns_fit_the_rows)
{
	struct table table;
	char *text;

	begin(&table);
	row(&table, 7, "seven", "{ 1,\n\t2 }");
	row(&table, 1234, "\x1b[31m", "0x10");
	row(&table, 3, NULL, "\"\\x01\"");
	text = end(&table);
	ck_assert_str_eq(text, "  id  name             a == \"\\n\"\n"
			       "   7  seven            { 1,  2 }\n"
			       "1234  \\x1b[31m         0x10\n"
			       "   3  <page excluded>  \"\\x01\"\n");
	free(text);
}
END_TEST

START_TEST(numbers_stand_right)
{
	struct table table;
	char *text;

	begin(&table);
	row(&table, 7, "a", "-1");
	row(&table, 8, "b", "0xffff888003c1d2e4");
	text = end(&table);
	ck_assert_str_eq(text, "id  name           a == \"\\n\"\n"
			       " 7  a                     -1\n"
			       " 8  b     0xffff888003c1d2e4\n");
	free(text);
}
END_TEST

START_TEST(a_table_without_rows_has_a_head)
{
	struct table table;
	char *text;

	begin(&table);
	text = end(&table);
	ck_assert_str_eq(text, "id  name  a == \"\\n\"\n");
	free(text);
}
END_TEST

/* What comes after 256 rows is written at once, and moves nothing. */
START_TEST(widths_are_fixed_in_the_end)
{
	struct table table;
	char *text, *line;
	int lines = 0;

	begin(&table);
	for (int i = 0; i < 256; i++)
		row(&table, 1, "n", "v");
	row(&table, 1, "longer than it was", "v");
	row(&table, 1, "n", "v");
	text = end(&table);
	line = strstr(text, "longer");
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(strncmp(line, "longer than it was  v\n 1  n     v\n", 35), 0);
	for (line = text; (line = strchr(line, '\n')); line++)
		lines++;
	ck_assert_int_eq(lines, 259);
	free(text);
}
END_TEST

/* One value too long for a column does not make the others as wide. */
START_TEST(a_long_value_has_its_row_alone)
{
	char value[200], wanted[300];
	struct table table;
	char *text;

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	begin(&table);
	row(&table, 1, value, "v");
	row(&table, 2, "n", "v");
	text = end(&table);
	snprintf(wanted, sizeof(wanted), "\n 1  %s  v\n 2  n%63s  v\n", value, "");
	ck_assert_ptr_nonnull(strstr(text, wanted));
	free(text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		columns_fit_the_rows, numbers_stand_right, a_table_without_rows_has_a_head,
		widths_are_fixed_in_the_end, a_long_value_has_its_row_alone,
	};

	return run_suite("table", tests, sizeof(tests) / sizeof(*tests));
}
