/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text sink, on layouts that say what bpf_inspect's lines say. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "capture.h"

static const struct inspect_enumerator types[] = {
	{ 3, "BPF_PROG_TYPE_SCHED_CLS", "sched_cls" },
	{ 26, "BPF_PROG_TYPE_TRACING", "tracing" },
	{ 28, "BPF_PROG_TYPE_EXT", "ext" },
};
static const struct inspect_enumeration type_names = INSPECT_ENUMERATION(types);

enum { EDGE_KIND, EDGE_TARGET, EDGE_NAME, EDGE_BTF, EDGE_FUNCTION, EDGE_MODULE, EDGE_ATTACHED };

static const struct inspect_column edge_columns[] = {
	[EDGE_KIND] = { .key = "kind", .kind = INSPECT_CELL_ENUM },
	[EDGE_TARGET] = { .key = "target_prog_id", .kind = INSPECT_CELL_U64 },
	[EDGE_NAME] = { .key = "target_name", .kind = INSPECT_CELL_STRING },
	[EDGE_BTF] = { .key = "target_btf_id", .kind = INSPECT_CELL_U64 },
	[EDGE_FUNCTION] = { .key = "function", .kind = INSPECT_CELL_STRING },
	[EDGE_MODULE] = { .key = "module", .kind = INSPECT_CELL_STRING },
	[EDGE_ATTACHED] = { .key = "attached", .kind = INSPECT_CELL_BOOL },
};
static const struct inspect_schema edge = INSPECT_SCHEMA("edge", edge_columns);

enum { SLOT_INDEX, SLOT_PROG };

static const struct inspect_schema prog;
static const struct inspect_column slot_columns[] = {
	[SLOT_INDEX] = { .key = "index", .kind = INSPECT_CELL_U64 },
	[SLOT_PROG] = { .key = "prog", .kind = INSPECT_CELL_RECORD, .nested = &prog },
};
static const struct inspect_schema slot = INSPECT_SCHEMA("slot", slot_columns);

enum { KERNEL_ATTACHED, KERNEL_FUNCTIONS, KERNEL_SLOTS };

static const struct inspect_column kernel_columns[] = {
	[KERNEL_ATTACHED] = { .key = "attached", .kind = INSPECT_CELL_RECORDS, .nested = &edge },
	[KERNEL_FUNCTIONS] = { .key = "functions", .kind = INSPECT_CELL_RECORDS, .nested = &prog },
	[KERNEL_SLOTS] = { .key = "slots", .kind = INSPECT_CELL_RECORDS, .nested = &slot },
};
static const struct inspect_schema kernel = INSPECT_SCHEMA("kernel", kernel_columns);

enum {
	PROG_ID,
	PROG_TYPE,
	PROG_NAME,
	PROG_TAIL_CALL,
	PROG_MAPS,
	PROG_LOADED_AT,
	PROG_ADDRESS,
	PROG_DELTA,
	PROG_KERNEL,
};

static const struct inspect_column prog_columns[] = {
	[PROG_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[PROG_TYPE] = { .key = "type", .kind = INSPECT_CELL_ENUM, .enumeration = &type_names },
	[PROG_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[PROG_TAIL_CALL] = { .key = "tail_call_reachable", .kind = INSPECT_CELL_BOOL },
	[PROG_MAPS] = { .key = "map_ids", .kind = INSPECT_CELL_U64S },
	[PROG_LOADED_AT] = { .key = "loaded_at", .kind = INSPECT_CELL_TIME },
	[PROG_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[PROG_DELTA] = { .key = "delta", .kind = INSPECT_CELL_S64 },
	[PROG_KERNEL] = { .key = "kernel", .kind = INSPECT_CELL_RECORD, .nested = &kernel },
};
static const struct inspect_schema prog = INSPECT_SCHEMA("prog", prog_columns);

/* 650->25: BPF_TRAMP_FEXIT test_pkt_access->test_pkt_access() */
static const struct inspect_layout_item target_items[] = {
	{ INSPECT_PATH(EDGE_TARGET), .after = "->" },
	{ INSPECT_PATH(EDGE_BTF), .after = ": " },
	{ INSPECT_PATH(EDGE_KIND), .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ INSPECT_PATH(EDGE_NAME), .after = "->" },
	{ INSPECT_PATH(EDGE_FUNCTION), .after = "()" },
};
static const struct inspect_layout target = INSPECT_LAYOUT(target_items);

/* BPF_TRAMP_FEXIT dummy_xmit() [dummy] */
static const struct inspect_layout_item attached_items[] = {
	{ INSPECT_PATH(EDGE_KIND), .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ INSPECT_PATH(EDGE_FUNCTION), .after = "()" },
	{ INSPECT_PATH(EDGE_MODULE), .when = INSPECT_WHEN_PRESENT, .before = " [", .after = "]" },
};
static const struct inspect_layout attached = INSPECT_LAYOUT(attached_items);

static const struct inspect_layout_item line_items[] = {
	{ INSPECT_PATH(PROG_ID), .width = 6, .after = ": " },
	{ INSPECT_PATH(PROG_TYPE), .width = -32, .style = INSPECT_STYLE_ENUMERATOR, .after = " " },
	{ INSPECT_PATH(PROG_NAME), .width = -32 },
	{ INSPECT_PATH(PROG_TAIL_CALL), .when = INSPECT_WHEN_TRUE, .before = " tail_call_reachable" },
	{ INSPECT_PATH(PROG_KERNEL, KERNEL_ATTACHED), .when = INSPECT_WHEN_PRESENT, .before = " linked:[", .after = "]",
	  .layout = &target,
	  .filter = { { EDGE_ATTACHED, INSPECT_WHEN_TRUE }, { EDGE_TARGET, INSPECT_WHEN_PRESENT } } },
	{ INSPECT_PATH(PROG_KERNEL, KERNEL_ATTACHED), .when = INSPECT_WHEN_VALUE, .before = " attached:[", .after = "]",
	  .layout = &attached,
	  .filter = { { EDGE_ATTACHED, INSPECT_WHEN_TRUE }, { EDGE_TARGET, INSPECT_WHEN_MISSING } } },
	{ INSPECT_PATH(PROG_KERNEL, KERNEL_ATTACHED), .when = INSPECT_WHEN_VALUE, .before = " target:[", .after = "]",
	  .layout = &target, .filter = { { EDGE_ATTACHED, INSPECT_WHEN_FALSE } } },
};
static const struct inspect_layout line = INSPECT_LAYOUT(line_items);

static const struct inspect_layout_item function_items[] = {
	{ INSPECT_PATH_INDEX, .width = 2, .before = "func[", .after = "]: " },
	{ .layout = &line },
};
static const struct inspect_layout function = INSPECT_LAYOUT(function_items);

static const struct inspect_layout_item slot_items[] = {
	{ INSPECT_PATH(SLOT_INDEX), .width = 3, .before = "idx[", .after = "]: " },
	{ INSPECT_PATH(SLOT_PROG), .layout = &line },
};
static const struct inspect_layout slot_layout = INSPECT_LAYOUT(slot_items);

static const struct inspect_layout_item details_items[] = {
	{ .layout = &line },
	{ INSPECT_PATH(PROG_KERNEL, KERNEL_FUNCTIONS), .when = INSPECT_WHEN_PRESENT, .before = "\n\t",
	  .separator = "\n\t", .layout = &function },
	{ INSPECT_PATH(PROG_KERNEL, KERNEL_SLOTS), .when = INSPECT_WHEN_PRESENT, .before = "\n\t",
	  .separator = "\n\t", .layout = &slot_layout },
};
static const struct inspect_layout details = INSPECT_LAYOUT(details_items);

static struct inspect_pool *pool;

/* Writes @record and compares. */
static void expect_text(const struct inspect_layout *layout, const struct inspect_record *record, const char *expected)
{
	struct inspect_sink *sink;
	int fd = capture_open();
	char *text;

	expect_success(inspect_sink_text(fd, layout, &sink));
	expect_success(inspect_sink_begin(sink, &prog, INSPECT_STREAM_MANY));
	expect_success(inspect_sink_record(sink, record));
	expect_success(inspect_sink_end(sink));
	inspect_sink_destroy(sink);
	text = capture_close(fd, NULL);
	ck_assert_str_eq(text, expected);
	free(text);
	inspect_pool_rewind(pool);
}

static void fill_prog(struct inspect_record *record, uint64_t id, int64_t type, const char *name)
{
	inspect_cell_u64(record, PROG_ID, id);
	inspect_cell_enum(record, PROG_TYPE, type);
	inspect_cell_cstring(record, PROG_NAME, name);
}

static struct inspect_record *new_prog(uint64_t id, int64_t type, const char *name)
{
	struct inspect_record *record = inspect_record_create(&prog, pool);

	fill_prog(record, id, type, name);
	return record;
}

static struct inspect_record *add_edge(struct inspect_record *record, const char *kind, const char *name,
				       bool is_attached)
{
	struct inspect_record *element = inspect_cell_append(inspect_cell_record(record, PROG_KERNEL), KERNEL_ATTACHED);

	inspect_cell_enum_named(element, EDGE_KIND, 0, kind, NULL);
	inspect_cell_cstring(element, EDGE_FUNCTION, name);
	inspect_cell_bool(element, EDGE_ATTACHED, is_attached);
	return element;
}

static void add_target(struct inspect_record *element, uint64_t id, const char *name, uint64_t btf_id)
{
	inspect_cell_u64(element, EDGE_TARGET, id);
	inspect_cell_cstring(element, EDGE_NAME, name);
	inspect_cell_u64(element, EDGE_BTF, btf_id);
}

START_TEST(listing_lines)
{
	struct inspect_record *record;

	pool = inspect_pool_create();
	expect_text(&line, new_prog(650, 3, "test_pkt_access"),
		    "   650: BPF_PROG_TYPE_SCHED_CLS          test_pkt_access                 \n");
	record = new_prog(1234567, 99, "a_name_that_is_longer_than_32_columns");
	inspect_cell_bool(record, PROG_TAIL_CALL, true);
	expect_text(&line, record,
		    "1234567: 99                               a_name_that_is_longer_than_32_columns"
		    " tail_call_reachable\n");
	record = new_prog(1, 3, "x");
	inspect_cell_bool(record, PROG_TAIL_CALL, false);
	inspect_cell_absent(record, PROG_NAME);
	expect_text(&line, record, "     1: BPF_PROG_TYPE_SCHED_CLS                                          \n");
	inspect_pool_destroy(pool);
}
END_TEST

START_TEST(relations)
{
	struct inspect_record *record;

	pool = inspect_pool_create();
	record = new_prog(654, 26, "test_main");
	add_target(add_edge(record, "BPF_TRAMP_FEXIT", "test_pkt_access", true), 650, "test_pkt_access", 25);
	expect_text(&line, record,
		    "   654: BPF_PROG_TYPE_TRACING            test_main                       "
		    " linked:[650->25: BPF_TRAMP_FEXIT test_pkt_access->test_pkt_access()]\n");

	record = new_prog(1, 26, "x");
	add_edge(record, "BPF_TRAMP_FENTRY", "vfs_getattr", true);
	add_target(add_edge(record, "BPF_TRAMP_REPLACE", "one", true), 2, "p", 3);
	inspect_cell_cstring(add_edge(record, "BPF_TRAMP_FEXIT", "dummy_xmit", true), EDGE_MODULE, "dummy");
	add_target(add_edge(record, "BPF_TRAMP_REPLACE", "two", true), 4, "q", 5);
	add_target(add_edge(record, "BPF_TRAMP_FEXIT", "idle", false), 6, "r", 7);
	expect_text(&line, record,
		    "     1: BPF_PROG_TYPE_TRACING            x                               "
		    " linked:[2->3: BPF_TRAMP_REPLACE p->one(), 4->5: BPF_TRAMP_REPLACE q->two()]"
		    " attached:[BPF_TRAMP_FENTRY vfs_getattr(), BPF_TRAMP_FEXIT dummy_xmit() [dummy]]"
		    " target:[6->7: BPF_TRAMP_FEXIT r->idle()]\n");
	inspect_pool_destroy(pool);
}
END_TEST

/* Text of several lines stays as it is but for what would harm a terminal. */
START_TEST(lines)
{
	static const struct inspect_layout_item items[] = {
		{ INSPECT_PATH(PROG_NAME), .style = INSPECT_STYLE_LINES },
	};
	static const struct inspect_layout layout = INSPECT_LAYOUT(items);
	static const char text[] = "struct x {\n\tchar \\c;\x1b\0\r\n}";
	struct inspect_record *record;

	pool = inspect_pool_create();
	record = inspect_record_create(&prog, pool);
	inspect_cell_string(record, PROG_NAME, text, sizeof(text) - 1);
	expect_text(&layout, record, "struct x {\n\tchar \\c;\\x1b\\x00\\x0d\n}\n");
	inspect_pool_destroy(pool);
}
END_TEST

/* As dmesg writes a record, wherever in the sink's buffer it comes to lie. */
START_TEST(log_lines)
{
	static const struct inspect_layout_item items[] = {
		{ INSPECT_PATH(PROG_ID), .style = INSPECT_STYLE_SECONDS, .width = 12, .before = "[", .after = "] " },
		{ INSPECT_PATH(PROG_LOADED_AT), .style = INSPECT_STYLE_CTIME, .after = ": " },
		{ INSPECT_PATH(PROG_NAME), .style = INSPECT_STYLE_HANGING },
	};
	static const struct inspect_layout layout = INSPECT_LAYOUT_HEADED(items, "HEAD");
	static const char line_text[] = "[    1.000002] Sat Nov 11 17:06:40 2023: one\n"
					"                                         \ttwo\\\\x1b\n"
					"                                         \n"
					"                                         \n";
	struct inspect_record *record;
	struct inspect_sink *sink;
	int fd = capture_open();
	size_t length;
	char *text;

	setenv("TZ", "UTC", 1);
	tzset();
	pool = inspect_pool_create();
	record = inspect_record_create(&prog, pool);
	inspect_cell_u64(record, PROG_ID, 1000002999);
	inspect_cell_time(record, PROG_LOADED_AT, 1699722400);
	inspect_cell_cstring(record, PROG_NAME, "one\n\ttwo\\\x1b\n\n");
	expect_success(inspect_sink_text(fd, &layout, &sink));
	expect_success(inspect_sink_begin(sink, &prog, INSPECT_STREAM_MANY));
	for (int i = 0; i < 3000; i++)
		expect_success(inspect_sink_record(sink, record));
	expect_success(inspect_sink_end(sink));
	inspect_sink_destroy(sink);
	text = capture_close(fd, &length);
	ck_assert_uint_eq(length, strlen("HEAD\n") + 3000 * strlen(line_text));
	ck_assert(!memcmp(text, "HEAD\n", 5));
	for (size_t i = 0; i < 3000; i++)
		ck_assert(!memcmp(text + 5 + i * strlen(line_text), line_text, strlen(line_text)));
	free(text);
	inspect_pool_destroy(pool);
}
END_TEST

START_TEST(faults_leave_marks)
{
	struct inspect_record *record, *element;

	pool = inspect_pool_create();
	record = inspect_record_create(&prog, pool);
	inspect_cell_u64(record, PROG_ID, 9);
	inspect_cell_fault(record, PROG_TYPE, INSPECT_FAULT_UNMAPPED, 0xffff888004a6c008);
	inspect_cell_fault(record, PROG_NAME, INSPECT_FAULT_EXCLUDED, 0xffff888004a6c010);
	inspect_cell_fault(record, PROG_TAIL_CALL, INSPECT_FAULT_EXCLUDED, 0xffff888004a6c018);
	inspect_cell_fault(inspect_cell_record(record, PROG_KERNEL), KERNEL_ATTACHED, INSPECT_FAULT_EXCLUDED, 1);
	expect_text(&line, record,
		    "     9: <fault 0xffff888004a6c008>       <page excluded>                 "
		    " tail_call_reachable <page excluded> linked:[<page excluded>]\n");

	/* A fault on the way stands for what is behind it, once. */
	record = new_prog(1, 3, "x");
	inspect_cell_fault(record, PROG_KERNEL, INSPECT_FAULT_TRUNCATED, 0x20);
	inspect_cell_suspect(record, PROG_ID, 0, "no such slot");
	expect_text(&line, record,
		    "1 <suspect>: BPF_PROG_TYPE_SCHED_CLS          x                               "
		    " linked:[<fault 0x20>]\n");

	record = new_prog(1, 3, "cut");
	inspect_cell_cut(record, PROG_NAME, INSPECT_FAULT_EXCLUDED, 0x30);
	element = add_edge(record, "BPF_TRAMP_FEXIT", "f", true);
	add_target(element, 6, "r", 7);
	inspect_cell_damaged(element, EDGE_NAME, 0x40, "name offset 99 of 10");
	inspect_cell_damaged(element, EDGE_BTF, 0, "BTF id 0");
	inspect_cell_cut(inspect_cell_record(record, PROG_KERNEL), KERNEL_ATTACHED, INSPECT_FAULT_IO, 0x50);
	expect_text(&line, record,
		    "     1: BPF_PROG_TYPE_SCHED_CLS          cut <page excluded>             "
		    " linked:[6-><damaged>: BPF_TRAMP_FEXIT <damaged 0x40>->f(), <fault 0x50>]\n");
	inspect_pool_destroy(pool);
}
END_TEST

START_TEST(details_follow_indented)
{
	struct inspect_record *record, *nested, *element;

	pool = inspect_pool_create();
	record = new_prog(5, 3, "main");
	nested = inspect_cell_record(record, PROG_KERNEL);
	fill_prog(inspect_cell_append(nested, KERNEL_FUNCTIONS), 0, 3, "sub0");
	fill_prog(inspect_cell_append(nested, KERNEL_FUNCTIONS), 0, 3, "sub1");
	element = inspect_cell_append(nested, KERNEL_SLOTS);
	inspect_cell_u64(element, SLOT_INDEX, 40);
	fill_prog(inspect_cell_record(element, SLOT_PROG), 6, 3, "tail");
	element = inspect_cell_append(nested, KERNEL_SLOTS);
	inspect_cell_u64(element, SLOT_INDEX, 41);
	inspect_cell_fault(element, SLOT_PROG, INSPECT_FAULT_EXCLUDED, 1);
	expect_text(&details, record,
		    "     5: BPF_PROG_TYPE_SCHED_CLS          main                            \n"
		    "\tfunc[ 0]:      0: BPF_PROG_TYPE_SCHED_CLS          sub0                            \n"
		    "\tfunc[ 1]:      0: BPF_PROG_TYPE_SCHED_CLS          sub1                            \n"
		    "\tidx[ 40]:      6: BPF_PROG_TYPE_SCHED_CLS          tail                            \n"
		    "\tidx[ 41]: <page excluded>\n");
	expect_text(&details, new_prog(5, 3, "main"),
		    "     5: BPF_PROG_TYPE_SCHED_CLS          main                            \n");
	inspect_pool_destroy(pool);
}
END_TEST

/* Widths count what is seen: code points, and escapes as the characters they have become. */
START_TEST(hostile_names_are_escaped_and_padded)
{
	static const struct {
		const char *name, *escaped;
		int columns;
	} samples[] = {
		{ "\x1b[2J\r\n", "\\x1b[2J\\x0d\\x0a", 15 },
		{ "gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\x9d", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\x9d", 6 },
		{ "\x9b" "31m", "\\x9b31m", 7 },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m", 11 },
		{ "\xe2\x80\xae" "gpj", "\\xe2\\x80\\xaegpj", 15 },
		{ "\xe2\x81\xa6" "\xe2\x80\xa8", "\\xe2\\x81\\xa6\\xe2\\x80\\xa8", 24 },
		{ "a\\x1b\"\x7f", "a\\x5cx1b\"\\x7f", 13 },
		{ "\xc0\xaf\xed\xa0\x80\xff", "\\xc0\\xaf\\xed\\xa0\\x80\\xff", 24 },
	};

	pool = inspect_pool_create();
	for (size_t i = 0; i < INSPECT_COUNT(samples); i++) {
		char expected[200], *escaped;

		snprintf(expected, sizeof(expected), "     1: BPF_PROG_TYPE_SCHED_CLS          %s%*s\n",
			 samples[i].escaped, 32 - samples[i].columns, "");
		expect_text(&line, new_prog(1, 3, samples[i].name), expected);
		escaped = inspect_escape(samples[i].name, strlen(samples[i].name));
		ck_assert_str_eq(escaped, samples[i].escaped);
		free(escaped);
	}
	inspect_pool_destroy(pool);
}
END_TEST

START_TEST(every_kind_has_a_text)
{
	static const struct inspect_layout_item items[] = {
		{ INSPECT_PATH(PROG_ID), .before = "id=" },
		{ INSPECT_PATH(PROG_TYPE), .before = " type=" },
		{ INSPECT_PATH(PROG_TAIL_CALL), .before = " tail=" },
		{ INSPECT_PATH(PROG_MAPS), .before = " maps=", .separator = "," },
		{ INSPECT_PATH(PROG_LOADED_AT), .before = " at=" },
		{ INSPECT_PATH(PROG_ADDRESS), .width = 12, .before = " address=" },
		{ INSPECT_PATH(PROG_DELTA), .width = -4, .before = " delta=", .after = "." },
		{ INSPECT_PATH(PROG_NAME), .when = INSPECT_WHEN_MISSING, .before = " nameless" },
		{ INSPECT_PATH(PROG_TAIL_CALL), .when = INSPECT_WHEN_FALSE, .before = " flat" },
		{ .before = " end" },
	};
	static const struct inspect_layout layout = INSPECT_LAYOUT(items);
	struct inspect_record *record;

	setenv("TZ", "UTC", 1);
	tzset();
	pool = inspect_pool_create();
	record = inspect_record_create(&prog, pool);
	inspect_cell_u64(record, PROG_ID, UINT64_MAX);
	inspect_cell_enum(record, PROG_TYPE, 28);
	inspect_cell_bool(record, PROG_TAIL_CALL, true);
	inspect_cell_u64s(record, PROG_MAPS, (const uint64_t[]){ 3, 0, 5 }, 3);
	inspect_cell_time(record, PROG_LOADED_AT, 1700000000);
	inspect_cell_address(record, PROG_ADDRESS, 0xabc0);
	inspect_cell_s64(record, PROG_DELTA, -1);
	expect_text(&layout, record,
		    "id=18446744073709551615 type=ext tail=true maps=3,0,5 at=2023-11-14T22:13:20+0000"
		    " address=      0xabc0 delta=-1  . nameless end\n");
	record = inspect_record_create(&prog, pool);
	inspect_cell_time(record, PROG_LOADED_AT, INT64_MAX);
	inspect_cell_cstring(record, PROG_NAME, "n");
	inspect_cell_cut(record, PROG_MAPS, INSPECT_FAULT_EXCLUDED, 1);
	expect_text(&layout, record,
		    "id= type= tail= maps=<page excluded> at=9223372036854775807"
		    " address=             delta=    . flat end\n");
	inspect_pool_destroy(pool);
}
END_TEST

START_TEST(misfits_are_errors)
{
	static const struct inspect_layout_item no_column[] = { { INSPECT_PATH(100), .before = "this one" } };
	static const struct inspect_layout_item no_record[] = { { INSPECT_PATH(PROG_ID, 0), .before = "this one" } };
	static const struct inspect_layout_item no_layout[] = { { INSPECT_PATH(PROG_KERNEL), .before = "this one" } };
	static const struct inspect_layout layouts[] = {
		INSPECT_LAYOUT(no_column), INSPECT_LAYOUT(no_record), INSPECT_LAYOUT(no_layout),
	};

	pool = inspect_pool_create();
	for (size_t i = 0; i < INSPECT_COUNT(layouts); i++) {
		struct inspect_record *record = inspect_record_create(&prog, pool);
		struct inspect_sink *sink;
		int fd = capture_open();

		inspect_cell_u64(record, PROG_ID, 1);
		inspect_cell_record(record, PROG_KERNEL);
		expect_success(inspect_sink_text(fd, &layouts[i], &sink));
		expect_success(inspect_sink_begin(sink, &prog, INSPECT_STREAM_MANY));
		expect_error(inspect_sink_record(sink, record), INSPECT_ERROR_USAGE, "\"this one\"");
		inspect_sink_destroy(sink);
		close(fd);
	}
	inspect_pool_destroy(pool);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		listing_lines,
		relations,
		lines,
		log_lines,
		faults_leave_marks,
		details_follow_indented,
		hostile_names_are_escaped_and_padded,
		every_kind_has_a_text,
		misfits_are_errors,
	};

	return run_suite("text", tests, INSPECT_COUNT(tests));
}
