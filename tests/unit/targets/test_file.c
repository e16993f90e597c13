/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "image.h"
#include "targets/cache.h"
#include "targets/file.h"

START_TEST(cache_keeps_what_is_used)
{
	struct cache cache;
	size_t filled;

	ck_assert(cache_init(&cache, 16, 8));
	for (uint64_t key = 0; key < 1000; key++) {
		void *block = cache_claim(&cache);

		memcpy(block, &key, sizeof(key));
		cache_commit(&cache, key, sizeof(key));
		/* Key 3 is used all the time, so it is never the victim. */
		if (key >= 3)
			ck_assert_ptr_nonnull(cache_find(&cache, 3, &filled));
		ck_assert_mem_eq(cache_find(&cache, key, &filled), &key, sizeof(key));
		ck_assert_uint_eq(filled, sizeof(key));
	}
	ck_assert_uint_eq(cache.count, 8);
	ck_assert_ptr_null(cache_find(&cache, 5, &filled));
	cache_deinit(&cache);
}
END_TEST

START_TEST(cache_claim_without_commit_is_given_out_again)
{
	struct cache cache;
	size_t filled;
	void *claimed;

	ck_assert(cache_init(&cache, 16, 2));
	claimed = cache_claim(&cache);
	ck_assert_ptr_eq(cache_claim(&cache), claimed);
	ck_assert_ptr_null(cache_find(&cache, 0, &filled));
	cache_commit(&cache, 0, 1);
	ck_assert_ptr_eq(cache_find(&cache, 0, &filled), claimed);
	cache_deinit(&cache);
}
END_TEST

/* Bytes that tell where they are. */
static void fill(struct image *image, size_t size)
{
	unsigned char *bytes = malloc(size);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(i * 2654435761u >> 13);
	image_put(image, 0, bytes, size);
	free(bytes);
}

static struct file *open_image(const struct image *image, uint32_t cache_blocks, int *fd_ret)
{
	struct target_file source = { .fd = image_fd(image, image->size), .path = "image" };
	struct inspect_error *error;
	struct file *file = NULL;

	error = file_open(&source, cache_blocks, &file);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	*fd_ret = source.fd;
	return file;
}

/* Reads at random places, of random size, and compares with @bytes. */
static void check_reads(struct file *file, const unsigned char *bytes, size_t size)
{
	unsigned char *buf = malloc(size);

	srandom(1);
	for (int i = 0; i < 3000; i++) {
		size_t start = (size_t)random() % size, length = (size_t)random() % (i % 50 ? 9000 : 300000), done = 0;

		if (length > size - start)
			length = size - start;
		ck_assert_int_eq(file_read(file, start, buf, length, &done), INSPECT_FAULT_NONE);
		ck_assert_uint_eq(done, length);
		ck_assert_mem_eq(buf, bytes + start, length);
	}
	free(buf);
}

START_TEST(reads_any_range)
{
	static const uint32_t cache_blocks[] = { FILE_LIVE, 2, 64 };

	for (size_t i = 0; i < 3; i++) {
		struct image image = { 0 };
		_cleanup_fd_ int fd = -1;
		struct file *file;

		fill(&image, 1234567);
		file = open_image(&image, cache_blocks[i], &fd);
		check_reads(file, image.bytes, image.size);
		file_close(file);
		image_deinit(&image);
	}
}
END_TEST

START_TEST(end_of_file_is_truncation)
{
	struct image image = { 0 };
	_cleanup_fd_ int fd = -1;
	char buf[200];
	struct file *file;
	size_t done;

	fill(&image, 70000);
	file = open_image(&image, 4, &fd);
	ck_assert_int_eq(file_read(file, 69900, buf, 200, &done), INSPECT_FAULT_TRUNCATED);
	ck_assert_uint_eq(done, 100);
	ck_assert_mem_eq(buf, image.bytes + 69900, 100);
	ck_assert_int_eq(file_read(file, 1ull << 40, buf, 1, &done), INSPECT_FAULT_TRUNCATED);
	ck_assert_int_eq(file_read(file, UINT64_MAX, buf, 1, &done), INSPECT_FAULT_TRUNCATED);
	ck_assert_int_eq(file_read(file, INT64_MAX - 10, buf, 100, &done), INSPECT_FAULT_TRUNCATED);
	/* A file that shrinks after it was opened, where it was not cached. */
	ck_assert_int_eq(ftruncate(fd, 100), 0);
	ck_assert_int_eq(file_read(file, 50, buf, 200, &done), INSPECT_FAULT_TRUNCATED);
	ck_assert_uint_eq(done, 50);
	file_close(file);
	image_deinit(&image);
}
END_TEST

START_TEST(failed_read_is_io)
{
	struct image image = { 0 };
	struct target_file source = { .path = "image" };
	struct file *file = NULL;
	size_t done;
	char byte;

	fill(&image, 5000);
	file = open_image(&image, 4, &source.fd);
	close(source.fd);
	ck_assert_int_eq(file_read(file, 0, &byte, 1, &done), INSPECT_FAULT_IO);
	ck_assert_uint_eq(done, 0);
	file_close(file);
	image_deinit(&image);
}
END_TEST

START_TEST(live_file_is_not_cached)
{
	struct image image = { 0 };
	_cleanup_fd_ int fd = -1;
	struct file *file;
	size_t done;
	char byte;

	fill(&image, 5000);
	file = open_image(&image, FILE_LIVE, &fd);
	ck_assert_int_eq(file_read(file, 100, &byte, 1, &done), INSPECT_FAULT_NONE);
	ck_assert_int_eq(pwrite(fd, "!", 1, 100), 1);
	ck_assert_int_eq(file_read(file, 100, &byte, 1, &done), INSPECT_FAULT_NONE);
	ck_assert_int_eq(byte, '!');
	file_close(file);
	image_deinit(&image);
}
END_TEST

START_TEST(flattened_reads_as_what_it_unfolds_to)
{
	struct image image = { 0 }, flat = { 0 };
	_cleanup_fd_ int fd = -1;
	struct file *file;

	fill(&image, 300000);
	image_flatten(&image, &flat);
	file = open_image(&flat, 16, &fd);
	ck_assert(file_flattened(file));
	ck_assert(!file_cut(file));
	ck_assert_uint_eq(file_size(file), image.size);
	check_reads(file, image.bytes, image.size);
	file_close(file);
	image_deinit(&image);
	image_deinit(&flat);
}
END_TEST

/* Records at random, each over what was there: the model is the bytes that makedumpfile -R would write. */
START_TEST(flattened_later_record_wins)
{
	for (unsigned int seed = 0; seed < 200; seed++) {
		struct image flat = { 0 }, model = { 0 };
		_cleanup_fd_ int fd = -1;
		struct file *file;

		srandom(seed);
		image_flat_start(&flat);
		for (unsigned int i = 0; i < 1 + seed; i++) {
			unsigned char bytes[700];
			size_t position = (size_t)random() % 5000, size = (size_t)random() % sizeof(bytes);

			memset(bytes, (int)i + 1, sizeof(bytes));
			image_flat_record(&flat, position, bytes, size);
			if (size)
				image_put(&model, position, bytes, size);
		}
		image_flat_record(&flat, 0, "start", 5);
		image_put(&model, 0, "start", 5);
		image_flat_end(&flat);
		file = open_image(&flat, 16, &fd);
		ck_assert_uint_eq(file_size(file), model.size);
		check_reads(file, model.bytes, model.size);
		file_close(file);
		image_deinit(&flat);
		image_deinit(&model);
	}
}
END_TEST

START_TEST(flattened_hole_is_zeros_unless_cut)
{
	struct image flat = { 0 };
	char buf[1000], zeros[1000] = "";
	struct file *file;
	size_t done;
	int fd;

	image_flat_start(&flat);
	image_flat_record(&flat, 0, "abc", 3);
	image_flat_record(&flat, 5000, "defg", 4);
	file = open_image(&flat, 4, &fd);
	ck_assert(file_cut(file));
	ck_assert_int_eq(file_read(file, 0, buf, 10, &done), INSPECT_FAULT_TRUNCATED);
	ck_assert_uint_eq(done, 3);
	file_close(file);
	close(fd);

	image_flat_end(&flat);
	file = open_image(&flat, 4, &fd);
	ck_assert(!file_cut(file));
	ck_assert_int_eq(file_read(file, 3, buf, 1000, &done), INSPECT_FAULT_NONE);
	ck_assert_mem_eq(buf, zeros, 1000);
	ck_assert_uint_eq(file_next_data(file, 1000), 5000);
	ck_assert_uint_eq(file_next_data(file, 5001), 5001);
	file_close(file);
	close(fd);
	image_deinit(&flat);
}
END_TEST

START_TEST(flattened_cut_keeps_what_is_there)
{
	struct image image = { 0 }, flat = { 0 };
	unsigned char byte;

	fill(&image, 20000);
	image_flatten(&image, &flat);
	for (size_t size = 4096 + 16 + 1; size < flat.size; size += 97) {
		struct target_file source = { .fd = image_fd(&flat, size), .path = "cut" };
		struct file *file = NULL;
		size_t done;

		ck_assert_ptr_null(file_open(&source, 4, &file));
		ck_assert(file_cut(file));
		ck_assert_int_eq(file_read(file, 0, &byte, 1, &done), INSPECT_FAULT_NONE);
		ck_assert_int_eq(byte, image.bytes[0]);
		file_close(file);
		close(source.fd);
	}
	image_deinit(&image);
	image_deinit(&flat);
}
END_TEST

/* The message of opening @path by the whole table. */
static void check_unrecognised(const char *path, const char *message)
{
	struct target_file source = { .fd = open(path, O_RDONLY | O_CLOEXEC), .path = path };
	struct inspect_error *error;
	struct opened opened;

	ck_assert_int_ge(source.fd, 0);
	error = opened_init(&opened, &source, 1);
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(inspect_error_message(error), message), "%s", inspect_error_message(error));
	inspect_error_destroy(error);
	close(source.fd);
}

START_TEST(what_is_no_dump_is_told)
{
	struct image text = { 0 }, binary = { 0 }, flat = { 0 };
	struct image *images[] = { &text, &binary, &flat };
	static const char *const messages[] = { "text file", "known format", "flattened" };
	char path[64];

	check_unrecognised("/", "Is a directory");
	check_unrecognised("/dev/null", "empty");
	image_put(&text, 0, "just a line of text\n", 20);
	image_put(&binary, 0, "\1\2\3\4", 4);
	image_flat_start(&flat);
	image_flat_end(&flat);
	for (size_t i = 0; i < 3; i++) {
		int fd = image_fd(images[i], images[i]->size);

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		check_unrecognised(path, messages[i]);
		close(fd);
		image_deinit(images[i]);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("targets: file");
	TCase *tcase = tcase_create("cache, file, flattened");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, cache_keeps_what_is_used);
	tcase_add_test(tcase, cache_claim_without_commit_is_given_out_again);
	tcase_add_test(tcase, reads_any_range);
	tcase_add_test(tcase, end_of_file_is_truncation);
	tcase_add_test(tcase, failed_read_is_io);
	tcase_add_test(tcase, live_file_is_not_cached);
	tcase_add_test(tcase, flattened_reads_as_what_it_unfolds_to);
	tcase_add_test(tcase, flattened_later_record_wins);
	tcase_add_test(tcase, flattened_hole_is_zeros_unless_cut);
	tcase_add_test(tcase, flattened_cut_keeps_what_is_there);
	tcase_add_test(tcase, what_is_no_dump_is_told);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
