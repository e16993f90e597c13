/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON sink, read back by a JSON library that accepts nothing else. */
#include <inttypes.h>
#include <jansson.h>

#include "capture.h"
#include "record/escape.h"

enum { EDGE_KIND, EDGE_TARGET, EDGE_FUNCTION };

static const struct inspect_column edge_columns[] = {
	[EDGE_KIND] = { .key = "kind", .kind = INSPECT_CELL_ENUM },
	[EDGE_TARGET] = { .key = "target_prog_id", .kind = INSPECT_CELL_U64 },
	[EDGE_FUNCTION] = { .key = "function", .kind = INSPECT_CELL_STRING },
};
static const struct inspect_schema edge = INSPECT_SCHEMA("edge", edge_columns);

enum { KERNEL_ADDRESS, KERNEL_ATTACHED };

static const struct inspect_column kernel_columns[] = {
	[KERNEL_ADDRESS] = { .key = "address", .kind = INSPECT_CELL_ADDRESS },
	[KERNEL_ATTACHED] = { .key = "attached", .kind = INSPECT_CELL_RECORDS, .nested = &edge },
};
static const struct inspect_schema kernel = INSPECT_SCHEMA("kernel", kernel_columns);

static const struct inspect_enumerator types[] = {
	{ 0, "BPF_PROG_TYPE_UNSPEC", "unspec" },
	{ 6, "BPF_PROG_TYPE_XDP", "xdp" },
};
static const struct inspect_enumeration type_names = INSPECT_ENUMERATION(types);

enum { PROG_ID, PROG_TYPE, PROG_NAME, PROG_GPL, PROG_LOADED_AT, PROG_MAPS, PROG_OFFSET, PROG_KERNEL };

static const struct inspect_column prog_columns[] = {
	[PROG_ID] = { .key = "id", .kind = INSPECT_CELL_U64 },
	[PROG_TYPE] = { .key = "type", .kind = INSPECT_CELL_ENUM, .enumeration = &type_names },
	[PROG_NAME] = { .key = "name", .kind = INSPECT_CELL_STRING },
	[PROG_GPL] = { .key = "gpl_compatible", .kind = INSPECT_CELL_BOOL },
	[PROG_LOADED_AT] = { .key = "loaded_at", .kind = INSPECT_CELL_TIME },
	[PROG_MAPS] = { .key = "map_ids", .kind = INSPECT_CELL_U64S },
	[PROG_OFFSET] = { .key = "offset", .kind = INSPECT_CELL_S64 },
	[PROG_KERNEL] = { .key = "kernel", .kind = INSPECT_CELL_RECORD, .nested = &kernel },
};
static const struct inspect_schema prog = INSPECT_SCHEMA("prog", prog_columns);

static void fill(struct inspect_record *record)
{
	struct inspect_record *nested = inspect_cell_record(record, PROG_KERNEL), *element;

	inspect_cell_u64s(record, PROG_MAPS, (const uint64_t[]){ 3, UINT64_MAX >> 1 }, 2);
	inspect_cell_u64(record, PROG_ID, 650);
	inspect_cell_enum(record, PROG_TYPE, 6);
	inspect_cell_cstring(record, PROG_NAME, "a \"b\"\\c");
	inspect_cell_bool(record, PROG_GPL, true);
	inspect_cell_time(record, PROG_LOADED_AT, 1700000000);
	inspect_cell_s64(record, PROG_OFFSET, INT64_MIN);
	inspect_cell_address(nested, KERNEL_ADDRESS, 0xffff888004a6c000);
	element = inspect_cell_append(nested, KERNEL_ATTACHED);
	inspect_cell_enum_named(element, EDGE_KIND, 1, "BPF_TRAMP_FEXIT", "fexit");
	inspect_cell_absent(element, EDGE_TARGET);
	element = inspect_cell_append(nested, KERNEL_ATTACHED);
	inspect_cell_enum(element, EDGE_KIND, 77);
	inspect_cell_fault(element, EDGE_FUNCTION, INSPECT_FAULT_EXCLUDED, 0xffffffff81000000);
	inspect_cell_suspect(element, EDGE_TARGET, 0x10, "says \x1b[31m");
}

/* One record that @fill_record fills, as JSON; through *@text_ret, which may be NULL, also as written. */
static json_t *write_one(unsigned int flags, void (*fill_record)(struct inspect_record *), char **text_ret)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect_sink *sink;
	struct inspect_record *record = inspect_record_create(&prog, pool);
	json_error_t error;
	int fd = capture_open();
	size_t size;
	char *text;
	json_t *json;

	fill_record(record);
	expect_success(inspect_sink_json(fd, flags, &sink));
	expect_success(inspect_sink_begin(sink, &prog, INSPECT_STREAM_ONE));
	expect_success(inspect_sink_record(sink, record));
	expect_success(inspect_sink_end(sink));
	inspect_sink_destroy(sink);
	inspect_pool_destroy(pool);
	text = capture_close(fd, &size);
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	ck_assert_msg(json, "%s at %d: %s", error.text, error.position, text);
	if (text_ret)
		*text_ret = text;
	else
		free(text);
	return json;
}

START_TEST(order_is_that_of_the_schema)
{
	char *text;

	json_decref(write_one(INSPECT_JSON_COMPACT, fill, &text));
	ck_assert_str_eq(text,
			 "{\"id\":650,\"type\":\"xdp\",\"name\":\"a \\\"b\\\"\\\\c\",\"gpl_compatible\":true,"
			 "\"loaded_at\":1700000000,\"map_ids\":[3,9223372036854775807],\"offset\":-9223372036854775808,"
			 "\"kernel\":{\"address\":\"0xffff888004a6c000\",\"attached\":["
			 "{\"kind\":\"fexit\"},{\"kind\":77,\"target_prog_id\":null,\"function\":null}]},"
			 "\"errors\":["
			 "{\"field\":\"kernel.attached[1].target_prog_id\",\"address\":\"0x10\","
			 "\"cause\":\"says \\u001b[31m\"},"
			 "{\"field\":\"kernel.attached[1].function\",\"address\":\"0xffffffff81000000\","
			 "\"cause\":\"page excluded from the dump\"}]}\n");
	free(text);
}
END_TEST

START_TEST(pretty_is_the_same_value)
{
	json_t *compact = write_one(INSPECT_JSON_COMPACT, fill, NULL), *pretty;
	char *text;

	pretty = write_one(INSPECT_JSON_PRETTY, fill, &text);
	ck_assert(json_equal(compact, pretty));
	ck_assert_ptr_nonnull(strstr(text, "{\n    \"id\": 650,\n    \"type\": \"xdp\",\n"));
	ck_assert_ptr_nonnull(strstr(text, "    \"map_ids\": [3,9223372036854775807\n    ],\n"));
	ck_assert_ptr_nonnull(strstr(text, "        \"attached\": [{\n"
					   "                \"kind\": \"fexit\"\n"
					   "            },{\n"));
	free(text);
	json_decref(compact);
	json_decref(pretty);
}
END_TEST

START_TEST(arrays_stream)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect_sink *sink;
	int fd = capture_open();
	char *text;

	expect_success(inspect_sink_json(fd, INSPECT_JSON_PRETTY, &sink));
	expect_success(inspect_sink_begin(sink, &prog, INSPECT_STREAM_MANY));
	for (uint64_t i = 0; i < 2; i++) {
		struct inspect_record *record = inspect_record_create(&prog, pool);

		inspect_cell_u64(record, PROG_ID, i);
		expect_success(inspect_sink_record(sink, record));
		inspect_pool_rewind(pool);
	}
	expect_success(inspect_sink_end(sink));
	inspect_sink_destroy(sink);
	inspect_pool_destroy(pool);
	text = capture_close(fd, NULL);
	ck_assert_str_eq(text, "[{\n        \"id\": 0\n    },{\n        \"id\": 1\n    }\n]\n");
	free(text);
}
END_TEST

struct sample {
	const char *bytes;
	size_t length;
	const char *value; /* as UTF-8, what a parser is to get */
	size_t value_length;
};

#define SAMPLE(bytes, value) { bytes, sizeof(bytes) - 1, value, sizeof(value) - 1 }

static const struct sample samples[] = {
	SAMPLE("", ""),
	SAMPLE("plain", "plain"),
	SAMPLE("tab\tnewline\nnul\0end", "tab\tnewline\nnul\0end"),
	SAMPLE("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x9d", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x9d"),
	SAMPLE("\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81", "\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81"),
	SAMPLE("\x9b\xff", "\xc2\x9b\xc3\xbf"),                                   /* raw C1, never UTF-8 */
	SAMPLE("\xc0\xaf", "\xc3\x80\xc2\xaf"),                                   /* overlong */
	SAMPLE("\xed\xa0\x80", "\xc3\xad\xc2\xa0\xc2\x80"),                       /* surrogate */
	SAMPLE("\xf4\x90\x80\x80", "\xc3\xb4\xc2\x90\xc2\x80\xc2\x80"),           /* above U+10FFFF */
	SAMPLE("cut \xe2\x82", "cut \xc3\xa2\xc2\x82"),                           /* ends inside */
	SAMPLE("\xe2\x28\xa1", "\xc3\xa2(\xc2\xa1"),                              /* bad continuation */
};

static const struct sample *current;

static void fill_sample(struct inspect_record *record)
{
	inspect_cell_string(record, PROG_NAME, current->bytes, current->length);
}

START_TEST(any_bytes_make_valid_json)
{
	for (size_t i = 0; i < INSPECT_COUNT(samples); i++) {
		json_t *json, *name;
		char *text;

		current = &samples[i];
		json = write_one(INSPECT_JSON_COMPACT, fill_sample, &text);
		name = json_object_get(json, "name");
		ck_assert_uint_eq(json_string_length(name), current->value_length);
		ck_assert_mem_eq(json_string_value(name), current->value, current->value_length);
		for (const char *c = text; c[1]; c++)
			ck_assert_msg((unsigned char)*c >= 0x20 && *c != 0x7f, "sample %zu: %s", i, text);
		ck_assert_ptr_null(strstr(text, "\xe2\x80\xae"));
		ck_assert_ptr_null(strstr(text, "\xc2\x9b"));
		free(text);
		json_decref(json);
	}
}
END_TEST

/* Every string of two bytes, and every code point, comes back. */
START_TEST(decoder_agrees_with_the_parser)
{
	for (unsigned int pair = 0; pair < 0x10000; pair++) {
		const char bytes[2] = { (char)(pair >> 8), (char)pair };
		char quoted[] = { '"', bytes[0], bytes[1], '"' };
		uint32_t code;
		size_t size = utf8_decode(bytes, 2, &code);
		json_t *json;

		if (pair >> 8 < 0x80) {
			ck_assert_uint_eq(size, 1);
			ck_assert_uint_eq(code, pair >> 8);
			continue;
		}
		json = json_loadb(quoted, sizeof(quoted), JSON_DECODE_ANY, NULL);
		ck_assert_msg((size == 2) == (json != NULL), "%02x %02x", pair >> 8, pair & 255);
		json_decref(json);
	}
	for (uint32_t code = 0x80, back; code < 0x110000; code++) {
		char bytes[4] = { (char)(0xf0 | code >> 18), (char)(0x80 | (code >> 12 & 0x3f)),
				  (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f)) };
		size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		char *start = bytes + 4 - size;

		if (size < 4)
			*start = size == 2 ? (char)(0xc0 | code >> 6) : (char)(0xe0 | code >> 12);
		if (code >= 0xd800 && code < 0xe000) {
			ck_assert_uint_eq(utf8_decode(start, size, &back), 0);
			continue;
		}
		ck_assert_msg(utf8_decode(start, size, &back) == size && back == code, "%" PRIx32, code);
		ck_assert_uint_eq(utf8_decode(start, size - 1, &back), 0);
	}
}
END_TEST

enum { OUTER_VALUE, OUTER_OBJECT };

static const struct inspect_column outer_columns[] = {
	[OUTER_VALUE] = { .key = "a == \"\n\"", .kind = INSPECT_CELL_FORMATTED },
	[OUTER_OBJECT] = { .key = "object", .kind = INSPECT_CELL_RECORD, .nested = &edge },
};
static const struct inspect_schema outer = INSPECT_SCHEMA("outer", outer_columns);

/* Keys of one's own are any text; a record that was there before is nested as it is, and its errors are found in it. */
START_TEST(formatted_cells_and_adopted_records)
{
	struct inspect_pool *pool = inspect_pool_create(), *other = inspect_pool_create();
	struct inspect_record *record = inspect_record_create(&outer, pool);
	struct inspect_record *nested = inspect_record_create(&edge, pool);
	struct inspect_record *stranger = inspect_record_create(&edge, other);
	struct inspect_sink *sink;
	int fd = capture_open();
	char *text;

	inspect_cell_formatted(record, OUTER_VALUE, "{\"x\":[1]}", 9);
	inspect_cell_fault(nested, EDGE_TARGET, INSPECT_FAULT_EXCLUDED, 0x10);
	inspect_cell_adopt(record, OUTER_OBJECT, nested);
	expect_success(inspect_sink_json(fd, 0, &sink));
	expect_success(inspect_sink_begin(sink, &outer, INSPECT_STREAM_MANY));
	expect_success(inspect_sink_record(sink, record));
	inspect_cell_fault(record, OUTER_VALUE, INSPECT_FAULT_NULL, 0x20);
	inspect_cell_leave_out(record, OUTER_OBJECT);
	expect_success(inspect_sink_record(sink, record));
	inspect_cell_adopt(record, OUTER_OBJECT, stranger);
	expect_error(inspect_sink_record(sink, record), INSPECT_ERROR_USAGE, "outer record: column 1 (object)");
	expect_success(inspect_sink_end(sink));
	inspect_sink_destroy(sink);
	inspect_pool_destroy(other);
	inspect_pool_destroy(pool);
	text = capture_close(fd, NULL);
	ck_assert_str_eq(text, "[{\"a == \\\"\\u000a\\\"\":{\"x\":[1]},\"object\":{\"target_prog_id\":null},"
			       "\"errors\":[{\"field\":\"object.target_prog_id\",\"address\":\"0x10\","
			       "\"cause\":\"page excluded from the dump\"}]},"
			       "{\"a == \\\"\\u000a\\\"\":null,\"errors\":[{\"field\":\"a == \\\"\\u000a\\\"\","
			       "\"address\":\"0x20\",\"cause\":\"NULL pointer\"}]}]\n");
	free(text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		order_is_that_of_the_schema,
		pretty_is_the_same_value,
		arrays_stream,
		any_bytes_make_valid_json,
		decoder_agrees_with_the_parser,
		formatted_cells_and_adopted_records,
	};

	return run_suite("json", tests, INSPECT_COUNT(tests));
}
