/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "image.h"
#include "targets/codec.h"
#include "targets/file.h"
#include "targets/kdump_bitmap.h"
#include "targets/table.h"

static const char vmcoreinfo[] = "OSRELEASE=6.1.0-test\nPAGESIZE=4096\n";

/* Of each 11 pages, two are no memory and one was excluded. */
static enum page_state mixed(uint64_t pfn)
{
	return pfn % 11 < 2 ? PAGE_ABSENT : pfn % 11 == 4 ? PAGE_EXCLUDED : PAGE_DUMPED;
}

static const struct kdump_spec plain = {
	.version = 6,
	.block_size = 4096,
	.codec = CODEC_ZLIB,
	.level = 31,
	.pages = 1000,
	.state = mixed,
	.vmcoreinfo = vmcoreinfo,
};

static struct inspect_error *try_open(struct opened *opened, const struct image *image, int *fd_ret)
{
	struct target_file source = { .fd = image_fd(image, image->size), .path = "dump" };

	*fd_ret = source.fd;
	return opened_init(opened, &source, 1);
}

static void check_success(struct inspect_error *error)
{
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
}

static void check_refused(struct inspect_error *error, enum inspect_error_code code, const char *message)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(inspect_error_message(error), message), "%s", inspect_error_message(error));
	ck_assert_int_eq(inspect_error_code(error), code);
	inspect_error_destroy(error);
}

static void check_page(struct opened *opened, const struct kdump_spec *spec, uint64_t pfn, enum page_state state)
{
	static unsigned char wanted[65536], got[65536];
	enum inspect_fault fault;

	fault = memory_read_physical(&opened->memory, pfn * spec->block_size, got, spec->block_size, NULL);
	if (state != PAGE_DUMPED) {
		ck_assert_int_eq(fault, state == PAGE_ABSENT ? INSPECT_FAULT_NOT_IN_DUMP : INSPECT_FAULT_EXCLUDED);
		return;
	}
	ck_assert_msg(!fault, "page %llu: %s", (unsigned long long)pfn, inspect_fault_string(fault));
	page_fill(pfn, wanted, spec->block_size);
	ck_assert_mem_eq(got, wanted, spec->block_size);
}

/* All pages, twice: from the file and from the cache. */
static void check_pages(struct opened *opened, const struct kdump_spec *spec)
{
	for (int round = 0; round < 2; round++)
		for (uint64_t pfn = 0; pfn < spec->pages; pfn++)
			check_page(opened, spec, pfn, spec->state(pfn));
}

START_TEST(every_codec_and_version)
{
	static const uint32_t codecs[] = { 0, CODEC_ZLIB, CODEC_LZO, CODEC_SNAPPY, CODEC_ZSTD };

	for (uint32_t i = 0; i < 5 * 6; i++) {
		struct kdump_spec spec = plain;
		struct image image = { 0 };
		struct opened opened;
		int fd;

		spec.codec = codecs[i % 5];
		spec.version = 1 + i / 5;
		spec.block_size = spec.version % 2 ? 4096 : 65536;
		spec.pages = spec.version % 2 ? 3000 : 300;
		image_kdump(&image, &spec);
		check_success(try_open(&opened, &image, &fd));
		ck_assert_ptr_eq(opened.target.ops, &target_kdump);
		check_pages(&opened, &spec);
		opened_deinit(&opened);
		close(fd);
		image_deinit(&image);
	}
}
END_TEST

START_TEST(facts_of_the_header)
{
	struct image image = { 0 };
	struct opened opened;
	int fd;

	image_kdump(&image, &plain);
	check_success(try_open(&opened, &image, &fd));
	ck_assert_str_eq(opened.target.facts.compression, "zlib");
	ck_assert_str_eq(opened.target.facts.release, "6.1.0-test");
	ck_assert_int_eq(opened.target.facts.machine, MACHINE_X86_64);
	ck_assert_uint_eq(opened.target.facts.page_size, 4096);
	ck_assert_uint_eq(opened.target.facts.crash_time, 1700000000);
	ck_assert(opened.target.facts.partial);
	ck_assert_ptr_null(opened.target.facts.note);
	ck_assert_uint_eq(opened.target.facts.vmcoreinfo_size, sizeof(vmcoreinfo) - 1);
	ck_assert_mem_eq(opened.target.facts.vmcoreinfo, vmcoreinfo, sizeof(vmcoreinfo) - 1);
	ck_assert_uint_eq(opened.memory.physical.count, 1);
	ck_assert_uint_eq(opened.memory.physical.items[0].size, 1000 * 4096);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

/* Long and odd reads, up to the first page that is not there. */
START_TEST(reads_across_pages)
{
	static unsigned char wanted[7 * 4096], got[7 * 4096];
	struct image image = { 0 };
	struct opened opened;
	uint64_t stopped;
	int fd;

	image_kdump(&image, &plain);
	check_success(try_open(&opened, &image, &fd));
	/* Pages 5 to 10 of the eleven are dumped, the eleventh and the next are not. */
	for (uint64_t i = 0; i < 6; i++)
		page_fill(11 * 20 + 5 + i, wanted + i * 4096, 4096);
	for (size_t from = 0; from < 6 * 4096; from += 1000) {
		uint64_t address = (11 * 20 + 5) * 4096 + from;

		ck_assert_int_eq(memory_read_physical(&opened.memory, address, got, 7 * 4096 - from, &stopped),
				 INSPECT_FAULT_NOT_IN_DUMP);
		ck_assert_uint_eq(stopped, (11 * 20 + 11) * 4096);
		ck_assert_mem_eq(got, wanted + from, 6 * 4096 - from);
	}
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

static enum page_state all(uint64_t pfn)
{
	(void)pfn;
	return PAGE_DUMPED;
}

START_TEST(long_reads_bypass_the_cache)
{
	struct kdump_spec spec = plain;
	unsigned char *got, wanted[4096];
	struct image image = { 0 };
	struct opened opened;
	int fd;

	spec.state = all;
	spec.pages = 3000;
	image_kdump(&image, &spec);
	check_success(try_open(&opened, &image, &fd));
	got = malloc(2600 * 4096);
	ck_assert_int_eq(memory_read_physical(&opened.memory, 100, got, 2600 * 4096, NULL), INSPECT_FAULT_NONE);
	for (uint64_t pfn = 1; pfn < 2600; pfn++) {
		page_fill(pfn, wanted, 4096);
		ck_assert_mem_eq(got + pfn * 4096 - 100, wanted, 4096);
	}
	free(got);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

/* A long read of pages decoded at once stops where one page after the other does; what is before it is there. */
static void check_long_read(struct opened *opened, uint64_t bad, enum inspect_fault fault)
{
	uint64_t first = bad > 90 ? bad - 90 : 0, fault_address;
	unsigned char *got = malloc(200 * 4096), wanted[4096];

	ck_assert_int_eq(memory_read_physical(&opened->memory, first * 4096, got, 200 * 4096, &fault_address), fault);
	ck_assert_uint_eq(fault_address, bad * 4096);
	for (uint64_t pfn = first; pfn < bad; pfn++) {
		page_fill(pfn, wanted, 4096);
		ck_assert_mem_eq(got + (pfn - first) * 4096, wanted, 4096);
	}
	free(got);
}

static enum page_state all_but_one(uint64_t pfn)
{
	return pfn == 200 ? PAGE_EXCLUDED : PAGE_DUMPED;
}

START_TEST(long_reads_stop_at_missing_pages)
{
	struct kdump_spec spec = plain;
	struct image image = { 0 };
	struct opened opened;
	int fd;

	spec.state = all_but_one;
	image_kdump(&image, &spec);
	check_success(try_open(&opened, &image, &fd));
	check_long_read(&opened, 200, INSPECT_FAULT_EXCLUDED);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

/* At dump level 1 only pages of zeros are left out, so that is what they read as. */
START_TEST(excluded_zero_pages)
{
	struct kdump_spec spec = plain;
	unsigned char got[4096], zeros[4096] = "";
	struct image image = { 0 };
	struct opened opened;
	int fd;

	spec.level = 1;
	image_kdump(&image, &spec);
	check_success(try_open(&opened, &image, &fd));
	ck_assert(!opened.target.facts.partial);
	ck_assert_int_eq(memory_read_physical(&opened.memory, 4 * 4096, got, 4096, NULL), INSPECT_FAULT_NONE);
	ck_assert_mem_eq(got, zeros, 4096);
	check_page(&opened, &spec, 11, PAGE_ABSENT);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(damaged_descriptor_costs_its_page)
{
	static const struct page_desc damage[] = {
		{ .position = 0, .size = 100, .flags = CODEC_ZLIB },
		{ .position = 100, .size = 100, .flags = CODEC_ZLIB },
		{ .position = 60000, .size = 0, .flags = CODEC_ZLIB },
		{ .position = 60000, .size = 4097, .flags = CODEC_ZLIB },
		{ .position = 60000, .size = UINT32_MAX, .flags = 0 },
		{ .position = 60000, .size = 100, .flags = 0 },
		{ .position = 60000, .size = 100, .flags = CODEC_ZLIB | CODEC_LZO },
		{ .position = 60000, .size = 100, .flags = 0x40 },
		{ .position = 60000, .size = 100, .flags = CODEC_ZLIB },
		{ .position = 60000, .size = 100, .flags = CODEC_LZO },
		{ .position = 60000, .size = 100, .flags = CODEC_SNAPPY },
		{ .position = 60000, .size = 100, .flags = CODEC_ZSTD },
		{ .position = UINT64_MAX - 10, .size = 4096, .flags = 0 },
		{ .position = 1ull << 50, .size = 4096, .flags = 0 },
	};
	const size_t count = sizeof(damage) / sizeof(*damage);
	struct image image = { 0 };
	struct opened opened;
	uint64_t pfn = 100;
	char byte;
	int fd;

	for (size_t i = 0; i < count; i++) {
		struct kdump_spec spec = plain;

		spec.state = all;
		image_kdump(&image, &spec);
		image_put(&image, image_kdump_descriptors(&image) + pfn * sizeof(*damage), &damage[i], sizeof(*damage));
		check_success(try_open(&opened, &image, &fd));
		ck_assert_int_eq(memory_read_physical(&opened.memory, pfn * 4096, &byte, 1, NULL),
				 i < count - 2 ? INSPECT_FAULT_CORRUPT : INSPECT_FAULT_TRUNCATED);
		check_page(&opened, &spec, pfn - 1, PAGE_DUMPED);
		check_page(&opened, &spec, pfn + 1, PAGE_DUMPED);
		check_long_read(&opened, pfn, i < count - 2 ? INSPECT_FAULT_CORRUPT : INSPECT_FAULT_TRUNCATED);
		opened_deinit(&opened);
		close(fd);
		image_deinit(&image);
	}
}
END_TEST

START_TEST(cut_file_is_told)
{
	struct image image = { 0 };
	struct opened opened;
	size_t whole;
	char byte;
	int fd;

	image_kdump(&image, &plain);
	whole = image.size;
	for (image.size = whole - 1; image.size > whole / 2; image.size -= 40000) {
		check_success(try_open(&opened, &image, &fd));
		ck_assert(opened.target.facts.partial);
		ck_assert_ptr_nonnull(strstr(opened.target.facts.note, "cut off"));
		check_page(&opened, &plain, 6, PAGE_DUMPED);
		ck_assert_int_eq(memory_read_physical(&opened.memory, 999 * 4096, &byte, 1, NULL),
				 INSPECT_FAULT_TRUNCATED);
		opened_deinit(&opened);
		close(fd);
	}
	image.size = image_kdump_descriptors(&image);
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "cut off");
	close(fd);
	image.size = 4096;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "sub header");
	close(fd);
	image.size = 100;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "kdump header");
	close(fd);
	image_deinit(&image);
}
END_TEST

START_TEST(flattened_kdump)
{
	struct image image = { 0 }, flat = { 0 };
	struct opened opened;
	int fd;

	image_kdump(&image, &plain);
	image_flatten(&image, &flat);
	check_success(try_open(&opened, &flat, &fd));
	ck_assert_str_eq(opened.target.facts.container, "flattened");
	ck_assert_ptr_null(opened.target.facts.note);
	check_pages(&opened, &plain);
	opened_deinit(&opened);
	close(fd);

	flat.size -= 16;
	check_success(try_open(&opened, &flat, &fd));
	ck_assert(opened.target.facts.partial);
	ck_assert_ptr_nonnull(strstr(opened.target.facts.note, "cut off"));
	check_pages(&opened, &plain);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
	image_deinit(&flat);
}
END_TEST

/* Three parts, whose limits are nowhere round; @given of them, in @order. */
static struct inspect_error *open_split(struct opened *opened, const struct kdump_spec *base, const int *order,
					size_t given, int *fds)
{
	static const uint64_t limits[] = { 0, 33333, 70001, 100000 };
	struct target_file files[3];

	for (size_t i = 0; i < given; i++) {
		struct kdump_spec spec = *base;
		struct image image = { 0 };

		spec.split = true;
		spec.first = limits[order[i]];
		spec.end = limits[order[i] + 1];
		image_kdump(&image, &spec);
		fds[i] = image_fd(&image, image.size);
		files[i] = (struct target_file){ .fd = fds[i], .path = "part" };
		image_deinit(&image);
	}
	return opened_init(opened, files, given);
}

static enum page_state sparse(uint64_t pfn)
{
	return pfn % 97 ? PAGE_ABSENT : PAGE_DUMPED;
}

START_TEST(split_dump_in_any_order)
{
	struct kdump_spec spec = plain;
	struct opened opened;
	int fds[3];

	spec.pages = 100000;
	spec.state = sparse;
	check_success(open_split(&opened, &spec, (const int[]){ 2, 0, 1 }, 3, fds));
	ck_assert_str_eq(opened.target.facts.container, "split");
	ck_assert_ptr_null(opened.target.facts.note);
	check_pages(&opened, &spec);
	opened_deinit(&opened);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
}
END_TEST

START_TEST(split_dump_with_a_part_missing)
{
	struct kdump_spec spec = plain;
	struct opened opened;
	int fds[3];

	spec.pages = 100000;
	spec.state = sparse;
	check_success(open_split(&opened, &spec, (const int[]){ 2, 0 }, 2, fds));
	ck_assert(opened.target.facts.partial);
	ck_assert_ptr_nonnull(strstr(opened.target.facts.note, "pages 33333 to 70000"));
	check_page(&opened, &spec, 97 * 343, PAGE_DUMPED);
	check_page(&opened, &spec, 97 * 344, PAGE_ABSENT);
	check_page(&opened, &spec, 97 * 722, PAGE_DUMPED);
	opened_deinit(&opened);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(files_that_are_no_split_dump)
{
	struct kdump_spec spec = plain;
	struct image image = { 0 };
	struct target_file files[2];
	struct opened opened;
	int fds[3];

	spec.pages = 100000;
	spec.state = sparse;
	check_refused(open_split(&opened, &spec, (const int[]){ 1, 1 }, 2, fds), INSPECT_ERROR_MISMATCH, "page 33333");
	close(fds[0]);
	close(fds[1]);
	image_kdump(&image, &plain);
	for (int i = 0; i < 2; i++)
		files[i] = (struct target_file){ .fd = image_fd(&image, image.size), .path = "whole" };
	check_refused(opened_init(&opened, files, 2), INSPECT_ERROR_USAGE, "whole dump");
	close(files[0].fd);
	close(files[1].fd);
	image_deinit(&image);
}
END_TEST

START_TEST(impossible_headers_are_told)
{
	struct image image = { 0 };
	struct disk_dump_header *header;
	struct kdump_sub_header *sub;
	struct opened opened;
	int fd;

	image_kdump(&image, &plain);
	header = (struct disk_dump_header *)image.bytes;
	sub = (struct kdump_sub_header *)(image.bytes + 4096);
	header->header_version = 7;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_UNSUPPORTED, "version 7");
	close(fd);
	header->header_version = 6;
	header->bitmap_blocks = 0;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "bitmaps");
	close(fd);
	header->bitmap_blocks = UINT32_MAX;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "cut off");
	close(fd);
	header->bitmap_blocks = 2;
	sub->max_mapnr_64 = 1ull << 50;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "pages of memory");
	close(fd);
	sub->max_mapnr_64 = 1000;
	header->block_size = 5000;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_FORMAT, "block size 5000");
	close(fd);
	header->block_size = 0x100000;
	check_refused(try_open(&opened, &image, &fd), INSPECT_ERROR_UNSUPPORTED, "big-endian");
	close(fd);
	image_deinit(&image);
}
END_TEST

/* Ranks against counting, with chunks of zeros, a first bit within a chunk and holes in the file. */
START_TEST(ranks_of_a_sparse_bitmap)
{
	const uint64_t bits = 40 * KDUMP_BITMAP_CHUNK_BITS + 12345, first = 3 * KDUMP_BITMAP_CHUNK_BITS + 77;
	unsigned char *bytes = calloc(1, bits / 8 + 1);
	struct target_file source = { .path = "bitmap" };
	struct kdump_bitmap *bitmap = malloc(sizeof(*bitmap));
	struct image image = { 0 };
	struct file *file = NULL;
	uint64_t counted = 0, rank;

	srandom(3);
	for (uint64_t i = 0; i < bits; i++)
		if (i / KDUMP_BITMAP_CHUNK_BITS % 6 < 2 && random() % 3)
			bytes[i / 8] |= 1u << (i % 8);
	image_put(&image, 4096, bytes, bits / 8 + 1);
	source.fd = image_fd(&image, 10);
	for (size_t i = 0; i < image.size; i += 4096) {
		size_t step = image.size - i < 4096 ? image.size - i : 4096;

		if (memcmp(image.bytes + i, (char[4096]){ 0 }, step))
			ck_assert_int_eq(pwrite(source.fd, image.bytes + i, step, (off_t)i), (ssize_t)step);
	}
	ck_assert_int_eq(ftruncate(source.fd, (off_t)image.size), 0);
	ck_assert_ptr_null(file_open(&source, 4, &file));
	kdump_bitmap_init(bitmap, file, 4096, bits, first);
	/* The last first, so that the directory is built in one go. */
	ck_assert_int_eq(kdump_bitmap_rank(bitmap, bits, &rank), INSPECT_FAULT_NONE);
	for (uint64_t i = first; i < bits; i++) {
		bool set = bytes[i / 8] >> (i % 8) & 1, got;
		uint64_t here;

		if (i % 1009 == 0 || i == first || i + 1 == bits) {
			ck_assert_int_eq(kdump_bitmap_rank(bitmap, i, &here), INSPECT_FAULT_NONE);
			ck_assert_uint_eq(here, counted);
			ck_assert_int_eq(kdump_bitmap_test(bitmap, i, &got), INSPECT_FAULT_NONE);
			ck_assert_int_eq(got, set);
		}
		counted += set;
	}
	ck_assert_uint_eq(rank, counted);
	kdump_bitmap_deinit(bitmap);
	file_close(file);
	close(source.fd);
	image_deinit(&image);
	free(bitmap);
	free(bytes);
}
END_TEST

/* A terabyte of memory of which a page is dumped here and there: it must open at once, in little memory. */
START_TEST(sparse_terabyte_opens_at_once)
{
	const uint64_t pages = 1ull << 28, bitmap = 3 * 4096, length = pages / 8, last = pages - 5;
	struct kdump_spec spec = plain;
	struct image image = { 0 };
	struct disk_dump_header *header;
	struct page_desc desc = { .size = 4096 };
	struct timespec start, end;
	struct opened opened;
	unsigned char page[4096], byte = 1u << (last % 8);
	int fd;

	spec.pages = 8;
	image_kdump(&image, &spec);
	header = (struct disk_dump_header *)image.bytes;
	header->bitmap_blocks = (uint32_t)(2 * length / 4096);
	((struct kdump_sub_header *)(image.bytes + 4096))->max_mapnr_64 = pages;
	fd = image_fd(&image, bitmap);
	desc.position = bitmap + 2 * length + sizeof(desc);
	page_fill(last, page, sizeof(page));
	ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)(bitmap + last / 8)), 1);
	ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)(bitmap + length + last / 8)), 1);
	ck_assert_int_eq(pwrite(fd, &desc, sizeof(desc), (off_t)(bitmap + 2 * length)), sizeof(desc));
	ck_assert_int_eq(pwrite(fd, page, sizeof(page), (off_t)desc.position), sizeof(page));

	clock_gettime(CLOCK_MONOTONIC, &start);
	check_success(opened_init(&opened, &(struct target_file){ .fd = fd, .path = "sparse" }, 1));
	check_page(&opened, &spec, last, PAGE_DUMPED);
	check_page(&opened, &spec, last - 1, PAGE_ABSENT);
	clock_gettime(CLOCK_MONOTONIC, &end);
	/* It takes a millisecond; the limit is for slow machines and sanitizers. */
	ck_assert_int_lt((end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000, 500);
	opened_deinit(&opened);
	close(fd);
	image_deinit(&image);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("targets: kdump");
	TCase *tcase = tcase_create("kdump");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, every_codec_and_version);
	tcase_add_test(tcase, facts_of_the_header);
	tcase_add_test(tcase, reads_across_pages);
	tcase_add_test(tcase, long_reads_bypass_the_cache);
	tcase_add_test(tcase, long_reads_stop_at_missing_pages);
	tcase_add_test(tcase, excluded_zero_pages);
	tcase_add_test(tcase, damaged_descriptor_costs_its_page);
	tcase_add_test(tcase, cut_file_is_told);
	tcase_add_test(tcase, flattened_kdump);
	tcase_add_test(tcase, split_dump_in_any_order);
	tcase_add_test(tcase, split_dump_with_a_part_missing);
	tcase_add_test(tcase, files_that_are_no_split_dump);
	tcase_add_test(tcase, impossible_headers_are_told);
	tcase_add_test(tcase, ranks_of_a_sparse_bitmap);
	tcase_add_test(tcase, sparse_terabyte_opens_at_once);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
