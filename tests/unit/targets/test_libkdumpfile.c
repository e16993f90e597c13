/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The libkdumpfile provider, on a kdump file that the table would never give it: other formats are hard to build. */
#include <check.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "image.h"
#include "targets/codec.h"
#include "targets/table.h"

static enum page_state mixed(uint64_t pfn)
{
	return pfn % 11 < 2 ? PAGE_ABSENT : pfn % 11 == 4 ? PAGE_EXCLUDED : PAGE_DUMPED;
}

/* From version 4 on, libkdumpfile takes VMCOREINFO from the notes, which these files have not. */
static const struct kdump_spec spec = {
	.version = 3,
	.block_size = 4096,
	.codec = CODEC_ZLIB,
	.level = 31,
	.pages = 1000,
	.state = mixed,
	.vmcoreinfo = "OSRELEASE=6.1.0-test\nPAGESIZE=4096\n",
};

START_TEST(reads_all_pages)
{
	struct target_file source = { .path = "dump" };
	unsigned char wanted[4096], got[4096];
	struct image image = { 0 };
	struct opened opened = { 0 };
	struct inspect_error *error;

	image_kdump(&image, &spec);
	source.fd = image_fd(&image, image.size);
	error = target_libkdumpfile.open(&opened.target, &source, 1, &opened.memory);
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
	opened.target.ops = &target_libkdumpfile;
	ck_assert_ptr_null(memory_ready(&opened.memory));
	ck_assert_int_eq(opened.target.facts.machine, MACHINE_X86_64);
	ck_assert_uint_eq(opened.target.facts.page_size, 4096);
	ck_assert_str_eq(opened.target.facts.vmcoreinfo, spec.vmcoreinfo);
	for (uint64_t pfn = 0; pfn < spec.pages; pfn++) {
		enum inspect_fault fault = memory_read_physical(&opened.memory, pfn * 4096, got, 4096, NULL);

		if (mixed(pfn) != PAGE_DUMPED) {
			ck_assert_int_ne(fault, INSPECT_FAULT_NONE);
			continue;
		}
		ck_assert_int_eq(fault, INSPECT_FAULT_NONE);
		page_fill(pfn, wanted, 4096);
		ck_assert_mem_eq(got, wanted, 4096);
	}
	opened_deinit(&opened);
	close(source.fd);
	image_deinit(&image);
}
END_TEST

START_TEST(leaves_our_formats_alone)
{
	struct target_file source = { .path = "dump" };
	struct image image = { 0 }, flat = { 0 }, text = { 0 };

	image_kdump(&image, &spec);
	image_flatten(&image, &flat);
	image_put(&text, 0, "a line of text\n", 15);
	for (size_t i = 0; i < 3; i++) {
		source.fd = image_fd((const struct image *[]){ &image, &flat, &text }[i], i == 2 ? 15 : image.size);
		ck_assert(!target_libkdumpfile.probe(&source));
		close(source.fd);
	}
	image_deinit(&image);
	image_deinit(&flat);
	image_deinit(&text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("targets: libkdumpfile");
	TCase *tcase = tcase_create("libkdumpfile");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, reads_all_pages);
	tcase_add_test(tcase, leaves_our_formats_alone);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
