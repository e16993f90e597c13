/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/printk.h"

#include <stdio.h>

#include "kernel/panic.h"
#include "synthetic.h"

struct atomic {
	uint64_t counter;
};

struct prb_data_blk_lpos {
	uint64_t begin, next;
};

struct prb_desc {
	struct atomic state_var;
	struct prb_data_blk_lpos text_blk_lpos;
};

struct dev_printk_info {
	char subsystem[16], device[48];
};

struct printk_info {
	uint64_t seq, ts_nsec;
	uint16_t text_len;
	uint8_t facility, flags_level;
	uint32_t caller_id;
	struct dev_printk_info dev_info;
};

struct prb_desc_ring {
	uint32_t count_bits;
	uint64_t descs, infos;
	struct atomic head_id, tail_id;
};

struct prb_data_ring {
	uint32_t size_bits;
	uint64_t data;
};

struct printk_ringbuffer {
	struct prb_desc_ring desc_ring;
	struct prb_data_ring text_data_ring;
};

struct printk_log {
	uint64_t ts_nsec;
	uint16_t len, text_len, dict_len;
	uint8_t facility, flags_level;
	uint32_t caller_id;
} __attribute__((packed, aligned(4)));

static const struct row rows[] = {
	ROW(atomic, counter, NULL),
	ROW(prb_data_blk_lpos, begin, NULL),
	ROW(prb_data_blk_lpos, next, NULL),
	ROW(prb_desc, state_var, "atomic"),
	ROW(prb_desc, text_blk_lpos, "prb_data_blk_lpos"),
	ROW(dev_printk_info, subsystem, "[16]"),
	ROW(dev_printk_info, device, "[48]"),
	ROW(printk_info, seq, NULL),
	ROW(printk_info, ts_nsec, NULL),
	ROW(printk_info, text_len, NULL),
	ROW(printk_info, facility, NULL),
	ROW_AS("printk_info", printk_info, flags_level, "level", NULL, 0, 0, 5, 3),
	ROW(printk_info, caller_id, NULL),
	ROW(printk_info, dev_info, "dev_printk_info"),
	ROW(prb_desc_ring, count_bits, NULL),
	ROW(prb_desc_ring, descs, "*prb_desc"),
	ROW(prb_desc_ring, infos, "*printk_info"),
	ROW(prb_desc_ring, head_id, "atomic"),
	ROW(prb_desc_ring, tail_id, "atomic"),
	ROW(prb_data_ring, size_bits, NULL),
	ROW(prb_data_ring, data, "*char"),
	ROW(printk_ringbuffer, desc_ring, "prb_desc_ring"),
	ROW(printk_ringbuffer, text_data_ring, "prb_data_ring"),
	ROW(printk_log, ts_nsec, NULL, 0, 509),
	ROW(printk_log, len, NULL, 0, 509),
	ROW(printk_log, text_len, NULL, 0, 509),
	ROW(printk_log, dict_len, NULL, 0, 509),
	ROW(printk_log, facility, NULL, 0, 509),
	ROW_AS("printk_log", printk_log, flags_level, "level", NULL, 0, 509, 5, 3),
	ROW(printk_log, caller_id, NULL, 501, 509),
};

#define COUNT 8
#define SIZE 256
#define COMMITTED 1
#define FINALIZED 2
#define REUSABLE 3

struct setup {
	struct synthetic s;
	struct printk_reader reader;
	uint64_t prb, log_buf, first_seq;
	uint32_t log_buf_len, first_index, next_index, panic_cpu;
	struct printk_ringbuffer ring;
	struct prb_desc descs[COUNT];
	struct printk_info infos[COUNT];
	union {
		char text[SIZE];
		uint64_t words[SIZE / 8];
	} data;
};

static struct setup *setup_create(unsigned int series)
{
	static const char *const before[] = { "log_first_idx", "log_next_idx" };
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, rows, sizeof(rows) / sizeof(*rows), series);
	synthetic_map(&setup->s, &setup->prb, sizeof(*setup) - offsetof(struct setup, prb));
	setup->prb = address_of(&setup->ring);
	setup->log_buf = address_of(&setup->data);
	setup->log_buf_len = SIZE;
	setup->panic_cpu = UINT32_MAX;
	setup->ring.desc_ring.count_bits = 3;
	setup->ring.desc_ring.descs = address_of(setup->descs);
	setup->ring.desc_ring.infos = address_of(setup->infos);
	setup->ring.text_data_ring.size_bits = 8;
	setup->ring.text_data_ring.data = address_of(&setup->data);
	synthetic_symbol(&setup->s, "panic_cpu", &setup->panic_cpu);
	synthetic_symbol(&setup->s, "log_buf", &setup->log_buf);
	synthetic_symbol(&setup->s, "log_buf_len", &setup->log_buf_len);
	if (series >= 510) {
		synthetic_symbol(&setup->s, "prb", &setup->prb);
	} else {
		synthetic_symbol(&setup->s, before[0], &setup->first_index);
		synthetic_symbol(&setup->s, before[1], &setup->next_index);
		synthetic_symbol(&setup->s, "log_first_seq", &setup->first_seq);
	}
	synthetic_ready(&setup->s);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	synthetic_deinit(&setup->s);
	free(setup);
}

/* A record whose block is at @begin of the text, wherever that wraps to. */
static struct printk_info *put(struct setup *setup, uint64_t id, unsigned int state, uint64_t begin, uint64_t next,
			       const char *text)
{
	struct prb_desc *desc = &setup->descs[id % COUNT];
	struct printk_info *info = &setup->infos[id % COUNT];
	uint64_t offset = begin % SIZE + (next - begin) > SIZE ? 0 : begin % SIZE;

	desc->state_var.counter = id | (uint64_t)state << 62;
	desc->text_blk_lpos = (struct prb_data_blk_lpos){ begin, next };
	*info = (struct printk_info){
		.seq = id, .ts_nsec = id * 1000000, .text_len = (uint16_t)strlen(text), .flags_level = 6 << 5,
		.caller_id = 1,
	};
	if (begin & 1)
		return info;
	memcpy(setup->data.text + offset, &id, sizeof(id));
	memcpy(setup->data.text + offset + sizeof(id), text, strlen(text));
	return info;
}

static void set_ids(struct setup *setup, uint64_t tail, uint64_t head)
{
	setup->ring.desc_ring.tail_id.counter = tail;
	setup->ring.desc_ring.head_id.counter = head;
}

/* The log as "seq:text|seq:text|", problems in angle brackets; and the walk's error at its end. */
static const char *all(struct setup *setup)
{
	static char buf[2048];
	struct printk_record record;
	struct inspect_error *error = printk_open(&setup->reader, &setup->s.kernel);
	size_t length = 0;

	*buf = '\0';
	while (!error && printk_next(&setup->reader, &record)) {
		if (record.known)
			length += (size_t)snprintf(buf + length, sizeof(buf) - length, "%u:", (unsigned int)record.seq);
		length += (size_t)snprintf(buf + length, sizeof(buf) - length, "%.*s", (int)record.length,
					   record.text ? record.text : "");
		if (record.problem)
			length += (size_t)snprintf(buf + length, sizeof(buf) - length, "<%s>", record.problem);
		length += (size_t)snprintf(buf + length, sizeof(buf) - length, "|");
		ck_assert_uint_lt(length, sizeof(buf) - 256);
	}
	if (!error)
		error = printk_finish(&setup->reader);
	if (error)
		snprintf(buf + length, sizeof(buf) - length, "(%s)", inspect_error_message(error));
	inspect_error_destroy(error);
	return buf;
}

#define expect_log(setup, text) ck_assert_str_eq(all(setup), text)

/* Ids 7 to 10: the arrays and the buffer both wrap. */
static void put_four(struct setup *setup)
{
	put(setup, 7, FINALIZED, 160, 184, "seven");
	put(setup, 8, FINALIZED, 184, 208, "eight\ntwo");
	put(setup, 9, FINALIZED, 208, 256 + 56, "nine, which is too long for the buffer's end");
	put(setup, 10, COMMITTED, 256 + 56, 256 + 80, "ten");
	set_ids(setup, 7, 10);
}

START_TEST(ring_that_wraps)
{
	struct setup *setup = setup_create(510);

	put_four(setup);
	expect_log(setup, "7:seven|8:eight\ntwo|9:nine, which is too long for the buffer's end|10:ten|");
	setup_destroy(setup);
}
END_TEST

START_TEST(descriptions)
{
	struct setup *setup = setup_create(510);
	struct printk_record record;
	struct printk_info *info = put(setup, 3, FINALIZED, 0, 24, "text");

	info->facility = 3;
	info->flags_level = 4 << 5 | 2;
	info->caller_id = 1u << 31 | 5;
	memcpy(info->dev_info.subsystem, "pci", 4);
	memcpy(info->dev_info.device, "+pci:0000:00:01.0", 18);
	set_ids(setup, 3, 3);
	expect_success(printk_open(&setup->reader, &setup->s.kernel));
	ck_assert(printk_next(&setup->reader, &record));
	ck_assert(record.known && record.has_caller);
	ck_assert_uint_eq(record.nanoseconds, 3000000);
	ck_assert_uint_eq(record.level, 4);
	ck_assert_uint_eq(record.facility, 3);
	ck_assert_uint_eq(record.caller, 1u << 31 | 5);
	ck_assert_str_eq(record.subsystem, "pci");
	ck_assert_str_eq(record.device, "+pci:0000:00:01.0");
	ck_assert(!printk_next(&setup->reader, &record));
	expect_success(printk_finish(&setup->reader));
	setup_destroy(setup);
}
END_TEST

START_TEST(records_that_are_none)
{
	struct setup *setup = setup_create(510);

	put_four(setup);
	setup->descs[7].state_var.counter = 7; /* reserved: being written */
	setup->descs[0].state_var.counter = 8 | (uint64_t)REUSABLE << 62;
	setup->descs[1].state_var.counter = 1 | (uint64_t)FINALIZED << 62; /* of the round before */
	expect_log(setup, "10:ten|");
	setup_destroy(setup);
}
END_TEST

START_TEST(texts_that_are_none)
{
	struct setup *setup = setup_create(510);

	put(setup, 0, FINALIZED, 3, 3, "");
	put(setup, 1, FINALIZED, 1, 1, "lost");
	set_ids(setup, 0, 1);
	expect_log(setup, "0:|1:<the ring had no room for the text>|");
	setup_destroy(setup);
}
END_TEST

/* A block up to the very end of the buffer stays there; in older kernels it goes to the start. */
START_TEST(block_that_fits_exactly)
{
	struct setup *setup = setup_create(510);

	put(setup, 0, FINALIZED, 256 - 32, 256, "to the end");
	set_ids(setup, 0, 0);
	expect_log(setup, "0:to the end|");
	put(setup, 0, FINALIZED, 256 - 32, 256 + 32, "from the start");
	expect_log(setup, "0:from the start|");
	/* Positions start below 0: BLK0_LPOS() is minus the size. */
	put(setup, 0, FINALIZED, (uint64_t)-SIZE + 8, (uint64_t)-SIZE + 40, "below");
	expect_log(setup, "0:below|");
	setup_destroy(setup);
}
END_TEST

START_TEST(places_that_are_damaged)
{
	static const struct prb_data_blk_lpos places[] = {
		{ 0, 0 }, { 0, 8 }, { 24, 0 }, { 0, 4 * SIZE }, { 4, 28 }, { 0, 28 }, { 0, UINT64_MAX - 7 }, { 1, 24 },
		{ 0, 17 }, { 200, 200 + SIZE + 104 }, { 248, 2 * SIZE },
	};
	struct setup *setup = setup_create(510);

	set_ids(setup, 0, 0);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		put(setup, 0, FINALIZED, 0, 24, "text");
		setup->descs[0].text_blk_lpos = places[i];
		ck_assert_msg(!strcmp(all(setup), "0:<the place of the text is damaged>|"), "%zu: %s", i, all(setup));
	}
	put(setup, 0, FINALIZED, 0, 24, "text")->text_len = 17;
	expect_log(setup, "0:<the place of the text is damaged>|");
	put(setup, 0, FINALIZED, 0, 24, "text");
	setup->data.words[0] = 8;
	expect_log(setup, "0:<the text is of another record>|");
	put(setup, 0, FINALIZED, 0, 24, "text")->seq = 1;
	expect_log(setup, "<the record's number is not that of its place>|");
	setup_destroy(setup);
}
END_TEST

START_TEST(what_cannot_be_read)
{
	struct setup *setup = setup_create(510);

	put_four(setup);
	synthetic_hole(&setup->s, setup->data.text + 170, 4);
	synthetic_hole(&setup->s, &setup->infos[0], sizeof(setup->infos[0]));
	synthetic_hole(&setup->s, &setup->descs[1], sizeof(setup->descs[1]));
	expect_log(setup, "7:<text not readable>|<record not readable>|<record not readable>|10:ten|");
	synthetic_hole(&setup->s, &setup->ring, sizeof(setup->ring));
	expect_log(setup, all(setup));
	ck_assert_ptr_nonnull(strstr(all(setup), "(kernel log (ring of records): read 0x"));
	setup_destroy(setup);
}
END_TEST

START_TEST(rings_that_are_damaged)
{
	struct setup *setup = setup_create(510);

	for (int kind = 0; kind < 4; kind++) {
		put_four(setup);
		setup->ring.desc_ring.count_bits = kind == 0 ? 32 : 3;
		setup->ring.text_data_ring.size_bits = kind == 1 ? 63 : 8;
		if (kind == 2)
			set_ids(setup, 7, 15);
		if (kind == 3)
			set_ids(setup, 10, 7);
		ck_assert_ptr_nonnull(strstr(all(setup), "is damaged: 2^"));
	}
	setup_destroy(setup);
}
END_TEST

/* A dump is what it is; in live memory a record may go while it is read. */
START_TEST(live_ring)
{
	struct setup *setup = setup_create(510);

	setup->s.kernel.live = true;
	put_four(setup);
	synthetic_hole(&setup->s, &setup->descs[7], sizeof(setup->descs[7]));
	expect_log(setup, "<record not readable>|8:eight\ntwo|9:nine, which is too long for the buffer's end|10:ten|");
	setup_destroy(setup);
}
END_TEST

START_TEST(panics)
{
	struct setup *setup = setup_create(510);
	char buf[32];

	put(setup, 0, FINALIZED, 0, 32, "BUG: first");
	put(setup, 1, FINALIZED, 32, 64, "no BUG: at its start");
	put(setup, 2, FINALIZED, 64, 112, "Kernel panic - not syncing: why\nx");
	put(setup, 3, FINALIZED, 112, 136, "BUG: last");
	set_ids(setup, 0, 3);
	ck_assert(!panic_message(&setup->s.kernel, buf, sizeof(buf)));
	setup->panic_cpu = 1;
	ck_assert(panic_message(&setup->s.kernel, buf, sizeof(buf)));
	ck_assert_str_eq(buf, "Kernel panic - not syncing: why");
	setup->descs[2].state_var.counter = 0; /* now the first of two equally telling ones */
	ck_assert(panic_message(&setup->s.kernel, buf, sizeof(buf)));
	ck_assert_str_eq(buf, "BUG: first");
	set_ids(setup, 1, 1);
	ck_assert(!panic_message(&setup->s.kernel, buf, sizeof(buf)));
	setup_destroy(setup);
}
END_TEST

/* Before 5.10. Appends a record at @offset and returns where the next one is. */
static uint32_t append(struct setup *setup, uint32_t offset, const char *text)
{
	struct printk_log header = {
		.ts_nsec = 5000, .text_len = (uint16_t)strlen(text), .dict_len = 3, .facility = 1,
		.flags_level = 3 << 5, .caller_id = 7,
	};

	header.len = (uint16_t)((sizeof(header) + header.text_len + header.dict_len + 7) / 8 * 8);
	memcpy(setup->data.text + offset, &header, sizeof(header));
	memcpy(setup->data.text + offset + sizeof(header), text, header.text_len);
	return offset + header.len;
}

START_TEST(buffer_before_5_10)
{
	struct setup *setup = setup_create(504);
	struct printk_record record;

	setup->first_seq = 40;
	expect_log(setup, "");
	setup->next_index = append(setup, append(setup, 0, "one"), "two\nlines");
	expect_log(setup, "40:one|41:two\nlines|");
	expect_success(printk_open(&setup->reader, &setup->s.kernel));
	ck_assert(printk_next(&setup->reader, &record));
	ck_assert(record.known && record.has_caller);
	ck_assert_uint_eq(record.nanoseconds, 5000);
	ck_assert_uint_eq(record.level, 3);
	ck_assert_uint_eq(record.facility, 1);
	ck_assert_uint_eq(record.caller, 7);
	expect_success(printk_finish(&setup->reader));
	ck_assert(!printk_next(&setup->reader, &record));
	setup_destroy(setup);
}
END_TEST

START_TEST(buffer_that_wraps)
{
	struct setup *setup = setup_create(504);
	uint32_t end;

	/* A header of length 0, then no room for a header at all, say where the end is. */
	setup->first_index = 120;
	end = append(setup, 120, "last");
	setup->next_index = append(setup, 0, "first");
	expect_log(setup, "0:last|1:first|");
	append(setup, end, "this one reaches up to the end of the buffer, or nearly so, no");
	setup->next_index = append(setup, 0, "first");
	expect_log(setup, "0:last|1:this one reaches up to the end of the buffer, or nearly so, no|"
			  "2:first|");
	setup_destroy(setup);
}
END_TEST

START_TEST(buffers_that_are_damaged)
{
	struct setup *setup = setup_create(504);
	struct printk_log *header = (struct printk_log *)setup->data.text;
	uint32_t second = append(setup, 0, "one");

	setup->next_index = append(setup, second, "two");
	for (int kind = 0; kind < 5; kind++) {
		append(setup, 0, "one");
		switch (kind) {
		case 0: header->len = 0; break;
		case 1: header->len = sizeof(*header) - 1; break;
		case 2: header->len = (uint16_t)(setup->next_index + 8); break;
		case 3: header->text_len = UINT16_MAX; break;
		case 4: header->dict_len = header->len; break;
		}
		ck_assert_msg(strstr(all(setup), "(kernel log: the record at 0x"), "%d: %s", kind, all(setup));
	}
	append(setup, 0, "one");
	setup->data.text[second + offsetof(struct printk_log, len)] = 1;
	ck_assert_ptr_eq(strstr(all(setup), "0:one|(kernel log: the record at 0x"), all(setup));
	setup->next_index = SIZE + 1;
	ck_assert_ptr_nonnull(strstr(all(setup), "is damaged: 256 bytes, from 0 to 257 in use"));
	setup->next_index = 64;
	synthetic_hole(&setup->s, setup->data.text, 8);
	ck_assert_ptr_nonnull(strstr(all(setup), "(kernel log: read 0x"));
	setup_destroy(setup);
}
END_TEST

START_TEST(kernel_without_a_log)
{
	struct synthetic s;
	struct printk_reader *reader = calloc(1, sizeof(*reader));

	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 510);
	synthetic_ready(&s);
	expect_error(printk_open(reader, &s.kernel), INSPECT_ERROR_LOOKUP, "kernel log: no symbol prb");
	synthetic_deinit(&s);
	free(reader);
}
END_TEST

/* However wide the dump's types make the length. */
START_TEST(texts_are_bounded)
{
	struct printk_reader *reader = calloc(1, sizeof(*reader));
	struct printk_record record = { 0 };

	ck_assert_ptr_nonnull(reader);
	printk_read_text(reader, 0x1000, PRINTK_TEXT_MAX + 1, &record);
	ck_assert_str_eq(record.problem, "text longer than any record's");
	ck_assert_uint_eq(record.fault_address, 0x1000);
	ck_assert_ptr_null(record.text);
	free(reader);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		ring_that_wraps, descriptions, records_that_are_none, texts_that_are_none, block_that_fits_exactly,
		places_that_are_damaged, what_cannot_be_read, rings_that_are_damaged, live_ring, panics,
		buffer_before_5_10, buffer_that_wraps, buffers_that_are_damaged, kernel_without_a_log, texts_are_bounded,
	};

	return RUN_SUITE("printk", tests);
}
