/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "core/build_id.h"

/* Two notes: of Xen, which the kernel has too, and the build-id. */
struct notes {
	Elf64_Nhdr first;
	char first_name[4];
	char first_bytes[8];
	Elf64_Nhdr second;
	char second_name[4];
	uint8_t id[20];
};

static const struct notes notes = {
	.first = { 4, 5, 18 },
	.first_name = "Xen",
	.second = { 4, 20, NT_GNU_BUILD_ID },
	.second_name = "GNU",
	.id = { 0xde, 0xad, [19] = 0x7f },
};

START_TEST(of_notes)
{
	struct build_id id = { .size = 3 };

	ck_assert(build_id_of_notes(&notes, sizeof(notes), &id));
	ck_assert_uint_eq(id.size, 20);
	ck_assert_mem_eq(id.bytes, notes.id, 20);
}
END_TEST

/* Every shorter section is damaged, at its very end, where a read behind it would be seen; so is one of huge sizes. */
START_TEST(damaged_notes)
{
	struct build_id id = { .size = 3 };
	struct notes huge = notes;

	for (size_t size = 0; size < sizeof(notes); size++) {
		void *copy = malloc(size + !size);

		memcpy(copy, &notes, size);
		ck_assert(!build_id_of_notes(copy, size, &id));
		free(copy);
	}
	huge.first.n_namesz = UINT32_MAX;
	ck_assert(!build_id_of_notes(&huge, sizeof(huge), &id));
	huge = notes;
	huge.first.n_descsz = UINT32_MAX;
	ck_assert(!build_id_of_notes(&huge, sizeof(huge), &id));
	huge = notes;
	huge.second.n_descsz = 0;
	ck_assert(!build_id_of_notes(&huge, sizeof(huge), &id));
	ck_assert_uint_eq(id.size, 3);
}
END_TEST

START_TEST(text)
{
	char longest[2 * BUILD_ID_MAX + 3], back[2 * BUILD_ID_MAX + 1];
	struct build_id id, other, none = { .size = 0 };

	ck_assert(build_id_parse("00FFa1", 6, &id));
	build_id_format(&id, back);
	ck_assert_str_eq(back, "00ffa1");
	ck_assert(build_id_parse("00ffa2", 6, &other));
	ck_assert(build_id_equal(&id, &id));
	ck_assert(!build_id_equal(&id, &other));
	ck_assert(!build_id_equal(&none, &none));
	ck_assert(!build_id_parse("00f", 3, &id));
	ck_assert(!build_id_parse("", 0, &id));
	ck_assert(!build_id_parse("0g", 2, &id));
	memset(longest, 'a', sizeof(longest));
	ck_assert(build_id_parse(longest, 2 * BUILD_ID_MAX, &id));
	build_id_format(&id, back);
	ck_assert(!build_id_parse(longest, 2 * BUILD_ID_MAX + 2, &id));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("build_id");
	TCase *tcase = tcase_create("build_id");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, of_notes);
	tcase_add_test(tcase, damaged_notes);
	tcase_add_test(tcase, text);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
