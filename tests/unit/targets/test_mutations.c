/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Damaged dumps: whatever the bytes, opening and reading end, with an answer or an error. Run it with ASan. */
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "image.h"
#include "targets/codec.h"

#define MUTATIONS 3000

static enum page_state mixed(uint64_t pfn)
{
	return pfn % 11 < 2 ? PAGE_ABSENT : pfn % 11 == 4 ? PAGE_EXCLUDED : PAGE_DUMPED;
}

/* Opens the damaged file and reads all over it. */
static void try_image(const struct image *image)
{
	struct target_file source = { .fd = image_fd(image, image->size), .path = "damaged" };
	static unsigned char buf[100000];
	struct inspect_error *error;
	struct opened opened;
	uint64_t start = 0, size;

	/* What one byte turns into another format is libkdumpfile's, which is not under test. */
	if (memcmp(image->bytes, ELFMAG, SELFMAG) && memcmp(image->bytes, "KDUMP   ", 8) &&
	    memcmp(image->bytes, "makedumpfile\0\0\0", 16)) {
		close(source.fd);
		return;
	}
	error = opened_init(&opened, &source, 1);
	if (error) {
		ck_assert_ptr_nonnull(inspect_error_message(error));
		inspect_error_destroy(error);
		close(source.fd);
		return;
	}
	for (int i = 0; i < 20 && memory_next_physical(&opened.memory, start, &start, &size); i++) {
		memory_read_physical(&opened.memory, start, buf, sizeof(buf), NULL);
		memory_read_physical(&opened.memory, start + size - 1, buf, 1, NULL);
		start += size / 8 + 1;
	}
	opened_deinit(&opened);
	close(source.fd);
}

static void mutate(struct image *image, size_t span)
{
	static const uint64_t values[] = { 0,	       1,	  0x7f,	      0xff,	  0xffff,
					   UINT32_MAX, INT64_MAX, UINT64_MAX, 1ull << 63, 4096 };
	size_t position = (size_t)random() % span;
	uint64_t value = random() % 2 ? values[random() % 10] : (uint64_t)random();
	size_t size = (size_t)1 << random() % 4;

	if (position + size <= image->size)
		memcpy(image->bytes + position, &value, size);
}

/* Damages one to four places of the first @span bytes, and cuts the file now and then. */
static void try_mutations(const struct image *image, size_t span)
{
	for (unsigned int seed = 0; seed < MUTATIONS; seed++) {
		struct image damaged = { 0 };

		srandom(seed);
		image_put(&damaged, 0, image->bytes, image->size);
		for (long i = random() % 4; i >= 0; i--)
			mutate(&damaged, span);
		if (random() % 4 == 0)
			damaged.size = 1 + (size_t)random() % damaged.size;
		try_image(&damaged);
		image_deinit(&damaged);
	}
}

static void make_kdump(struct image *image, uint32_t codec)
{
	const struct kdump_spec spec = {
		.version = 6,
		.block_size = 4096,
		.codec = codec,
		.level = 31,
		.pages = 60,
		.state = mixed,
		.vmcoreinfo = "OSRELEASE=6.1.0-test\n",
	};

	image_kdump(image, &spec);
}

START_TEST(kdump_headers)
{
	struct image image = { 0 };

	make_kdump(&image, CODEC_ZLIB);
	try_mutations(&image, 500);
	image_deinit(&image);
	make_kdump(&image, CODEC_ZSTD);
	/* The sub header, bitmaps and descriptors. */
	try_mutations(&image, image_kdump_descriptors(&image) + 1000);
	image_deinit(&image);
}
END_TEST

START_TEST(kdump_pages)
{
	static const uint32_t codecs[] = { CODEC_ZLIB, CODEC_LZO, CODEC_SNAPPY, CODEC_ZSTD };

	for (size_t i = 0; i < 4; i++) {
		struct image image = { 0 };
		uint64_t start;

		make_kdump(&image, codecs[i]);
		start = image_kdump_descriptors(&image);
		for (unsigned int seed = 0; seed < MUTATIONS; seed++) {
			struct image damaged = { 0 }, tail;

			srandom(seed);
			image_put(&damaged, 0, image.bytes, image.size);
			tail = (struct image){ .bytes = damaged.bytes + start, .size = damaged.size - start };
			for (int j = 0; j < 20; j++)
				mutate(&tail, tail.size);
			try_image(&damaged);
			image_deinit(&damaged);
		}
		image_deinit(&image);
	}
}
END_TEST

START_TEST(flattened_records)
{
	struct image image = { 0 }, flat = { 0 };

	make_kdump(&image, CODEC_LZO);
	image_flatten(&image, &flat);
	for (unsigned int seed = 0; seed < MUTATIONS; seed++) {
		struct image damaged = { 0 }, records;

		srandom(seed);
		image_put(&damaged, 0, flat.bytes, flat.size);
		records = (struct image){ .bytes = damaged.bytes + 4096, .size = damaged.size - 4096 };
		for (int i = 0; i < 3; i++)
			mutate(&records, records.size);
		/* And the headers of the first records, always. */
		mutate(&records, 16);
		try_image(&damaged);
		image_deinit(&damaged);
	}
	image_deinit(&image);
	image_deinit(&flat);
}
END_TEST

START_TEST(elf_headers)
{
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_phoff = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 4,
	};
	Elf64_Nhdr note = { .n_namesz = 11, .n_descsz = 20 };
	Elf64_Phdr segment = { .p_type = PT_NOTE, .p_offset = 400, .p_filesz = 44 };
	struct image image = { 0 };

	image_put(&image, 0, &header, sizeof(header));
	image_put(&image, 64, &segment, sizeof(segment));
	for (uint64_t i = 0; i < 3; i++) {
		segment = (Elf64_Phdr){
			.p_type = PT_LOAD,
			.p_offset = 4096 * (i + 1),
			.p_paddr = 8192 * i,
			.p_vaddr = 0xffff888000000000ull + 8192 * i,
			.p_filesz = 4096,
			.p_memsz = 8192,
		};
		image_put(&image, 64 + (i + 1) * sizeof(segment), &segment, sizeof(segment));
	}
	image_put(&image, 400, &note, sizeof(note));
	image_put(&image, 412, "VMCOREINFO\0\0OSRELEASE=6.1.0-test", 32);
	image_put(&image, 5 * 4096 - 1, "", 1);
	try_mutations(&image, 444);
	image_deinit(&image);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("targets: damaged files");
	TCase *tcase = tcase_create("mutations");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, kdump_headers);
	tcase_add_test(tcase, kdump_pages);
	tcase_add_test(tcase, flattened_records);
	tcase_add_test(tcase, elf_headers);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
