/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "core/memory.h"

/* A provider whose byte at position p is fill(p), and which faults at one position. */
struct provider {
	uint8_t seed;
	uint64_t fault_position; /* UINT64_MAX: none */
	enum inspect_fault fault;
	size_t largest; /* read asked for */
};

#define PROVIDER(s) ((struct provider){ .seed = (s), .fault_position = UINT64_MAX })

static uint8_t fill(const struct provider *provider, uint64_t position)
{
	return (uint8_t)(provider->seed + position + (position >> 8));
}

static enum inspect_fault provider_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct provider *provider = arg;
	uint8_t *out = buf;

	if (size > provider->largest)
		provider->largest = size;
	for (size_t i = 0; i < size; i++) {
		if (position + i == provider->fault_position) {
			*done_ret = i;
			return provider->fault;
		}
		out[i] = fill(provider, position + i);
	}
	*done_ret = size;
	return INSPECT_FAULT_NONE;
}

static struct memory_segment segment(struct provider *provider, uint64_t start, uint64_t size)
{
	return (struct memory_segment){
		.start = start, .size = size, .filled = size, .read = provider_read, .arg = provider,
	};
}

static void add_physical(struct memory *memory, struct memory_segment added)
{
	ck_assert_ptr_null(memory_add_physical(memory, &added));
}

static void add_virtual(struct memory *memory, struct memory_segment added)
{
	ck_assert_ptr_null(memory_add_virtual(memory, &added));
}

/* A translation of one window, in extents of a few bytes. */
struct window {
	uint64_t start;
	uint64_t size;
	uint64_t physical;
	uint64_t extent;
	uint64_t gap; /* of physical memory behind each extent */
	unsigned int calls;
};

static enum inspect_fault window_translate(void *arg, uint64_t address, struct memory_translation *out,
					   struct memory_trace *trace)
{
	struct window *window = arg;
	uint64_t offset = address - window->start;

	window->calls++;
	if (trace)
		trace->levels[trace->count++] = (struct memory_trace_level){ .name = "PTE" };
	if (offset >= window->size)
		return INSPECT_FAULT_UNMAPPED;
	out->physical = window->physical + offset + offset / window->extent * window->gap;
	out->extent = window->extent - offset % window->extent;
	return INSPECT_FAULT_NONE;
}

static const struct memory_translate_ops window_ops = { .translate = window_translate };

START_TEST(nothing_is_added)
{
	uint64_t start, size, fault_address = 1;
	struct memory memory;
	char byte;

	memory_init(&memory);
	ck_assert_int_eq(memory_read_physical(&memory, 0x1000, &byte, 1, &fault_address), INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(fault_address, 0x1000);
	ck_assert_int_eq(memory_read(&memory, 0x1000, &byte, 1, NULL), INSPECT_FAULT_UNMAPPED);
	ck_assert_int_eq(memory_read(&memory, 0, &byte, 0, NULL), INSPECT_FAULT_NONE);
	ck_assert(!memory_next_physical(&memory, 0, &start, &size));
	memory_deinit(&memory);
}
END_TEST

START_TEST(physical_reads_cross_segments)
{
	struct provider low = PROVIDER(1), high = PROVIDER(77);
	struct memory_segment at_position = segment(&high, 0x2000, 0x1000);
	uint64_t fault_address;
	struct memory memory;
	uint8_t buf[0x20];

	memory_init(&memory);
	at_position.position = 0x500;
	add_physical(&memory, at_position);
	add_physical(&memory, segment(&low, 0x1000, 0x1000));
	add_physical(&memory, segment(&low, 0x9000, 0));
	ck_assert_ptr_null(memory_ready(&memory));
	ck_assert_uint_eq(memory.physical.count, 2);

	ck_assert_int_eq(memory_read_physical(&memory, 0x1ff0, buf, sizeof(buf), NULL), INSPECT_FAULT_NONE);
	for (unsigned int i = 0; i < 0x10; i++) {
		ck_assert_uint_eq(buf[i], fill(&low, 0xff0 + i));
		ck_assert_uint_eq(buf[0x10 + i], fill(&high, 0x500 + i));
	}
	ck_assert_uint_eq(memory.reads, 2);

	memset(buf, 0xaa, sizeof(buf));
	ck_assert_int_eq(memory_read_physical(&memory, 0x2ff8, buf, sizeof(buf), &fault_address),
			 INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(fault_address, 0x3000);
	ck_assert_uint_eq(buf[7], fill(&high, 0x500 + 0xfff));
	ck_assert_uint_eq(buf[8], 0xaa);
	ck_assert_int_eq(memory_read_physical(&memory, 0xfff, buf, 2, &fault_address), INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(fault_address, 0xfff);
	ck_assert_int_eq(memory_read_physical(&memory, 0x9000, buf, 1, NULL), INSPECT_FAULT_NOT_IN_DUMP);
	memory_deinit(&memory);
}
END_TEST

START_TEST(unfilled_tail_is_not_in_the_dump)
{
	struct provider provider = PROVIDER(1);
	struct memory_segment cut = segment(&provider, 0x1000, 0x1000);
	uint64_t fault_address;
	struct memory memory;
	uint8_t buf[8];

	memory_init(&memory);
	cut.filled = 0x804;
	add_physical(&memory, cut);
	ck_assert_ptr_null(memory_ready(&memory));
	ck_assert_int_eq(memory_read_physical(&memory, 0x1800, buf, 8, &fault_address), INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(fault_address, 0x1804);
	ck_assert_uint_eq(buf[3], fill(&provider, 0x803));
	ck_assert_uint_eq(provider.largest, 4);
	memory_deinit(&memory);
}
END_TEST

/* More bytes than addresses: a damaged header must not make a provider read behind its segment. */
START_TEST(filled_is_bounded_by_size)
{
	struct provider provider = PROVIDER(1);
	struct memory_segment fat = segment(&provider, 0x1000, 0x10);
	uint64_t fault_address;
	struct memory memory;
	uint8_t buf[0x20];

	memory_init(&memory);
	fat.filled = UINT64_MAX;
	add_physical(&memory, fat);
	ck_assert_ptr_null(memory_ready(&memory));
	ck_assert_int_eq(memory_read_physical(&memory, 0x1000, buf, sizeof(buf), &fault_address),
			 INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(fault_address, 0x1010);
	ck_assert_uint_eq(provider.largest, 0x10);
	memory_deinit(&memory);
}
END_TEST

START_TEST(provider_faults_are_passed_on)
{
	struct provider provider = PROVIDER(1);
	uint64_t fault_address;
	struct memory memory;
	uint8_t buf[0x10];

	memory_init(&memory);
	provider.fault_position = 0x10d;
	provider.fault = INSPECT_FAULT_EXCLUDED;
	add_physical(&memory, segment(&provider, 0x1000, 0x1000));
	ck_assert_ptr_null(memory_ready(&memory));
	memset(buf, 0xaa, sizeof(buf));
	ck_assert_int_eq(memory_read_physical(&memory, 0x1108, buf, 0x10, &fault_address), INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(fault_address, 0x110d);
	ck_assert_uint_eq(buf[4], fill(&provider, 0x10c));
	ck_assert_uint_eq(buf[5], 0xaa);
	ck_assert_int_eq(memory_read_physical(&memory, 0x110e, buf, 0x10, NULL), INSPECT_FAULT_NONE);
	memory_deinit(&memory);
}
END_TEST

START_TEST(segments_are_found_among_many)
{
	struct provider providers[100];
	struct memory memory;
	uint8_t byte;

	memory_init(&memory);
	for (unsigned int i = 0; i < 100; i++) {
		unsigned int scattered = i * 37 % 100;

		providers[i] = PROVIDER(0);
		providers[i].seed = (uint8_t)scattered;
		add_physical(&memory, segment(&providers[i], scattered * 0x2000, 0x1000));
	}
	ck_assert_ptr_null(memory_ready(&memory));
	for (unsigned int i = 0; i < 100; i++) {
		ck_assert_int_eq(memory_read_physical(&memory, i * 0x2000, &byte, 1, NULL), INSPECT_FAULT_NONE);
		ck_assert_uint_eq(byte, i);
		ck_assert_int_eq(memory_read_physical(&memory, i * 0x2000 + 0xfff, &byte, 1, NULL), INSPECT_FAULT_NONE);
		ck_assert_int_eq(memory_read_physical(&memory, i * 0x2000 + 0x1000, &byte, 1, NULL),
				 INSPECT_FAULT_NOT_IN_DUMP);
	}
	memory_deinit(&memory);
}
END_TEST

/* The positions behind a cut must still be the right ones. */
START_TEST(overlaps_are_cut)
{
	struct provider first = PROVIDER(1), second = PROVIDER(100);
	struct memory memory;
	uint8_t buf[4];

	memory_init(&memory);
	add_physical(&memory, segment(&first, 0x1000, 0x1000));
	add_physical(&memory, segment(&second, 0x1800, 0x1000));
	add_physical(&memory, segment(&second, 0x1100, 0x100));
	ck_assert_ptr_null(memory_ready(&memory));
	ck_assert_int_eq(memory_read_physical(&memory, 0x1ffe, buf, 4, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(buf[1], fill(&first, 0xfff));
	ck_assert_uint_eq(buf[2], fill(&second, 0x800));
	ck_assert_int_eq(memory_read_physical(&memory, 0x1180, buf, 1, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(buf[0], fill(&first, 0x180));
	ck_assert_int_eq(memory_read_physical(&memory, 0x27ff, buf, 2, NULL), INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(buf[0], fill(&second, 0xfff));
	memory_deinit(&memory);
}
END_TEST

START_TEST(the_end_of_the_address_space)
{
	struct provider provider = PROVIDER(1);
	uint64_t fault_address = 1;
	struct memory memory;
	uint8_t buf[8];

	memory_init(&memory);
	add_virtual(&memory, segment(&provider, UINT64_MAX - 0xfff, 0x5000));
	ck_assert_ptr_null(memory_ready(&memory));
	ck_assert_uint_eq(memory.virtual.items[0].size, 0x1000);
	ck_assert_uint_eq(memory.virtual.items[0].filled, 0x1000);
	ck_assert_int_eq(memory_read(&memory, UINT64_MAX, buf, 1, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(buf[0], fill(&provider, 0xfff));
	ck_assert_int_eq(memory_read(&memory, UINT64_MAX - 3, buf, 8, &fault_address), INSPECT_FAULT_NULL);
	ck_assert_uint_eq(fault_address, 0);
	memory_deinit(&memory);
}
END_TEST

START_TEST(the_first_page_faults)
{
	struct provider provider = PROVIDER(1);
	struct window window = { .start = 0, .size = 0x10000, .extent = 0x1000 };
	struct memory_translation translation;
	uint64_t fault_address = 1;
	struct memory memory;
	uint8_t buf[8];

	memory_init(&memory);
	add_virtual(&memory, segment(&provider, 0, 0x8000));
	ck_assert_ptr_null(memory_ready(&memory));
	memory.translate_ops = &window_ops;
	memory.translate_arg = &window;
	ck_assert_int_eq(memory_read(&memory, 0, buf, 8, &fault_address), INSPECT_FAULT_NULL);
	ck_assert_uint_eq(fault_address, 0);
	ck_assert_int_eq(memory_read(&memory, 4095, buf, 8, &fault_address), INSPECT_FAULT_NULL);
	ck_assert_uint_eq(fault_address, 4095);
	ck_assert_int_eq(memory_translate(&memory, 4095, &translation, NULL), INSPECT_FAULT_NULL);
	ck_assert_uint_eq(window.calls, 0);
	ck_assert_int_eq(memory_read(&memory, 4096, buf, 8, NULL), INSPECT_FAULT_NONE);
	ck_assert_int_eq(memory_translate(&memory, 4096, &translation, NULL), INSPECT_FAULT_NONE);
	memory_deinit(&memory);
}
END_TEST

START_TEST(virtual_segments_come_before_translation)
{
	struct provider trusted = PROVIDER(1), physical = PROVIDER(100);
	struct window window = { .start = 0x10000, .size = 0x10000, .physical = 0x2000, .extent = 0x100 };
	struct memory memory;
	uint8_t buf[0x10];

	memory_init(&memory);
	add_virtual(&memory, segment(&trusted, 0x10000, 0x1000));
	add_physical(&memory, segment(&physical, 0x2000, 0x10000));
	ck_assert_ptr_null(memory_ready(&memory));
	memory.translate_ops = &window_ops;
	memory.translate_arg = &window;
	ck_assert_int_eq(memory_read(&memory, 0x10ff8, buf, 0x10, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(buf[7], fill(&trusted, 0xfff));
	ck_assert_uint_eq(buf[8], fill(&physical, 0x1000));
	ck_assert_uint_eq(window.calls, 1);
	memory_deinit(&memory);
}
END_TEST

START_TEST(translated_reads_follow_extents)
{
	struct provider provider = PROVIDER(3);
	struct window window = { .start = 0x10000, .size = 0x100, .physical = 0x2000, .extent = 0x10, .gap = 0x10 };
	uint64_t fault_address;
	struct memory memory;
	uint8_t buf[0x40];

	memory_init(&memory);
	add_physical(&memory, segment(&provider, 0x2000, 0x80));
	ck_assert_ptr_null(memory_ready(&memory));
	memory.translate_ops = &window_ops;
	memory.translate_arg = &window;
	ck_assert_int_eq(memory_read(&memory, 0x10008, buf, 0x28, NULL), INSPECT_FAULT_NONE);
	for (unsigned int i = 0; i < 0x28; i++)
		ck_assert_uint_eq(buf[i], fill(&provider, 8 + i + (8 + i) / 0x10 * 0x10));
	ck_assert_uint_eq(provider.largest, 0x10);

	/* Contiguous extents are read at once. */
	window.gap = 0;
	ck_assert_int_eq(memory_read(&memory, 0x10008, buf, 0x28, NULL), INSPECT_FAULT_NONE);
	for (unsigned int i = 0; i < 0x28; i++)
		ck_assert_uint_eq(buf[i], fill(&provider, 8 + i));
	ck_assert_uint_eq(provider.largest, 0x28);

	/* Mapped, but the physical memory ends: the address told is the virtual one. */
	ck_assert_int_eq(memory_read(&memory, 0x10078, buf, 0x40, &fault_address), INSPECT_FAULT_NOT_IN_DUMP);
	ck_assert_uint_eq(fault_address, 0x10080);
	/* Not mapped any more. */
	window.size = 0x48;
	ck_assert_int_eq(memory_read(&memory, 0x10040, buf, 0x40, &fault_address), INSPECT_FAULT_UNMAPPED);
	ck_assert_uint_eq(fault_address, 0x10050);
	memory_deinit(&memory);
}
END_TEST

START_TEST(trace_is_reset)
{
	struct window window = { .start = 0x10000, .size = 0x100, .physical = 0x2000, .extent = 0x10 };
	struct memory_translation translation = { .physical = 42 };
	struct memory_trace trace = { .count = 4 };
	struct memory memory;

	memory_init(&memory);
	ck_assert_int_eq(memory_translate(&memory, 0x10000, &translation, &trace), INSPECT_FAULT_UNMAPPED);
	ck_assert_uint_eq(trace.count, 0);
	ck_assert_uint_eq(translation.physical, 42);
	memory.translate_ops = &window_ops;
	memory.translate_arg = &window;
	ck_assert_int_eq(memory_translate(&memory, 0x10001, &translation, &trace), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(trace.count, 1);
	ck_assert_uint_eq(translation.physical, 0x2001);
	ck_assert_uint_eq(translation.extent, 0xf);
	memory_deinit(&memory);
}
END_TEST

START_TEST(next_physical_lists_what_is_filled)
{
	struct provider provider = PROVIDER(1);
	struct memory_segment cut = segment(&provider, 0x1000, 0x1000), empty = segment(&provider, 0x3000, 0x1000);
	uint64_t start, size;
	struct memory memory;

	memory_init(&memory);
	cut.filled = 0x800;
	empty.filled = 0;
	add_physical(&memory, segment(&provider, 0x8000, 0x1000));
	add_physical(&memory, empty);
	add_physical(&memory, cut);
	ck_assert_ptr_null(memory_ready(&memory));

	ck_assert(memory_next_physical(&memory, 0, &start, &size));
	ck_assert_uint_eq(start, 0x1000);
	ck_assert_uint_eq(size, 0x800);
	ck_assert(memory_next_physical(&memory, 0x1234, &start, &size));
	ck_assert_uint_eq(start, 0x1234);
	ck_assert_uint_eq(size, 0x800 - 0x234);
	ck_assert(memory_next_physical(&memory, 0x1800, &start, &size));
	ck_assert_uint_eq(start, 0x8000);
	ck_assert_uint_eq(size, 0x1000);
	ck_assert(memory_next_physical(&memory, 0x8fff, &start, &size));
	ck_assert_uint_eq(size, 1);
	ck_assert(!memory_next_physical(&memory, 0x9000, &start, &size));
	ck_assert_uint_eq(start, 0x8fff);
	memory_deinit(&memory);
}
END_TEST

/* Bytes in a row, for the functions that interpret them. */
static enum inspect_fault bytes_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	memcpy(buf, (char *)arg + position, size);
	*done_ret = size;
	return INSPECT_FAULT_NONE;
}

static void add_bytes(struct memory *memory, uint64_t start, void *bytes, size_t size)
{
	add_virtual(memory, (struct memory_segment){
				    .start = start, .size = size, .filled = size, .read = bytes_read, .arg = bytes });
	ck_assert_ptr_null(memory_ready(memory));
}

START_TEST(integers_are_little_endian)
{
	uint8_t bytes[] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
	struct memory memory;
	uint64_t value;

	memory_init(&memory);
	add_bytes(&memory, 0x10000, bytes, sizeof(bytes));
	ck_assert_int_eq(memory_read_u64(&memory, 0x10000, 8, &value), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(value, 0x8877665544332211);
	ck_assert_int_eq(memory_read_u64(&memory, 0x10001, 4, &value), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(value, 0x55443322);
	ck_assert_int_eq(memory_read_u64(&memory, 0x10006, 2, &value), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(value, 0x8877);
	ck_assert_int_eq(memory_read_u64(&memory, 0x10007, 1, &value), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(value, 0x88);
	ck_assert_int_eq(memory_read_u64(&memory, 0x10001, 8, &value), INSPECT_FAULT_UNMAPPED);
	ck_assert_uint_eq(value, 0x88);
	memory_deinit(&memory);
}
END_TEST

START_TEST(strings_end_at_nul_or_at_the_limit)
{
	char bytes[600], buf[1000];
	struct memory memory;
	size_t length;

	memset(bytes, 'a', sizeof(bytes));
	bytes[299] = bytes[300] = '\0';
	memory_init(&memory);
	add_bytes(&memory, 0x10000, bytes, sizeof(bytes));
	/* Across steps, from an odd address. */
	ck_assert_int_eq(memory_read_string(&memory, 0x10003, buf, sizeof(buf), &length), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(length, 296);
	ck_assert_uint_eq(strlen(buf), 296);
	/* Cut. */
	ck_assert_int_eq(memory_read_string(&memory, 0x10000, buf, 11, &length), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(length, 10);
	ck_assert_str_eq(buf, "aaaaaaaaaa");
	ck_assert_int_eq(memory_read_string(&memory, 0x10000, buf, 1, &length), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(length, 0);
	ck_assert_str_eq(buf, "");
	/* Exactly full, with its NUL just behind the limit; and empty. */
	ck_assert_int_eq(memory_read_string(&memory, 0x10000, buf, 300, NULL), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(strlen(buf), 299);
	ck_assert_int_eq(memory_read_string(&memory, 0x1012c, buf, sizeof(buf), &length), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(length, 0);
	/* Without an end. */
	ck_assert_int_eq(memory_read_string(&memory, 0x1012d, buf, sizeof(buf), &length), INSPECT_FAULT_UNMAPPED);
	memory_deinit(&memory);
}
END_TEST

/* The page behind the string must not be touched. */
START_TEST(strings_before_a_hole)
{
	char bytes[0x1000], buf[512];
	struct memory memory;
	size_t length;

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes + 0xff8, "kinspec", 8);
	memory_init(&memory);
	add_bytes(&memory, 0x10000, bytes, sizeof(bytes));
	ck_assert_int_eq(memory_read_string(&memory, 0x10ff8, buf, sizeof(buf), &length), INSPECT_FAULT_NONE);
	ck_assert_uint_eq(length, 7);
	ck_assert_str_eq(buf, "kinspec");
	memory_deinit(&memory);
}
END_TEST

START_TEST(errors_tell_address_and_cause)
{
	struct inspect_error *error = memory_error(INSPECT_FAULT_EXCLUDED, 0xffff888000001000);
	uint64_t address = 0;

	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_FAULT);
	ck_assert(inspect_error_address(error, &address));
	ck_assert_uint_eq(address, 0xffff888000001000);
	ck_assert_str_eq(inspect_error_message(error), "read 0xffff888000001000: page excluded from the dump");
	inspect_error_destroy(error);
	for (int fault = INSPECT_FAULT_NONE; fault <= INSPECT_FAULT_IO; fault++)
		ck_assert_str_ne(inspect_fault_string((enum inspect_fault)fault), "unknown fault");
	ck_assert_str_eq(inspect_fault_string((enum inspect_fault)1000), "unknown fault");
	ck_assert_str_eq(inspect_fault_string((enum inspect_fault)-1), "unknown fault");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("memory");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, nothing_is_added);
	tcase_add_test(tcase, physical_reads_cross_segments);
	tcase_add_test(tcase, unfilled_tail_is_not_in_the_dump);
	tcase_add_test(tcase, filled_is_bounded_by_size);
	tcase_add_test(tcase, provider_faults_are_passed_on);
	tcase_add_test(tcase, segments_are_found_among_many);
	tcase_add_test(tcase, overlaps_are_cut);
	tcase_add_test(tcase, the_end_of_the_address_space);
	tcase_add_test(tcase, the_first_page_faults);
	tcase_add_test(tcase, virtual_segments_come_before_translation);
	tcase_add_test(tcase, translated_reads_follow_extents);
	tcase_add_test(tcase, trace_is_reset);
	tcase_add_test(tcase, next_physical_lists_what_is_filled);
	tcase_add_test(tcase, integers_are_little_endian);
	tcase_add_test(tcase, strings_end_at_nul_or_at_the_limit);
	tcase_add_test(tcase, strings_before_a_hole);
	tcase_add_test(tcase, errors_tell_address_and_cause);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
