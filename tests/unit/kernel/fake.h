/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Physical memory made of a few pages that spring up, cleared, where they are written to; all others are excluded.
 * Tests declare which ranges are in the dump.
 */
#ifndef TESTS_UNIT_KERNEL_FAKE_H
#define TESTS_UNIT_KERNEL_FAKE_H

#include <check.h>
#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "core/memory.h"
#include "kernel/vmcoreinfo.h"

#define FAKE_PAGE 4096
#define FAKE_PAGES 64

struct fake_page {
	uint64_t address;
	uint8_t bytes[FAKE_PAGE];
};

struct fake {
	struct memory memory;
	struct fake_page pages[FAKE_PAGES];
	unsigned int count;
};

static inline uint8_t *fake_find(struct fake *fake, uint64_t address)
{
	for (unsigned int i = 0; i < fake->count; i++)
		if (address - fake->pages[i].address < FAKE_PAGE)
			return fake->pages[i].bytes + (address - fake->pages[i].address);
	return NULL;
}

static inline enum inspect_fault fake_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	size_t done = 0;

	while (done < size) {
		size_t step = FAKE_PAGE - (size_t)((position + done) % FAKE_PAGE);
		uint8_t *from = fake_find(arg, position + done);

		*done_ret = done;
		if (!from)
			return INSPECT_FAULT_EXCLUDED;
		if (step > size - done)
			step = size - done;
		memcpy((char *)buf + done, from, step);
		done += step;
	}
	*done_ret = done;
	return INSPECT_FAULT_NONE;
}

static inline void fake_init(struct fake *fake)
{
	fake->count = 0;
	memory_init(&fake->memory);
}

static inline void fake_range(struct fake *fake, uint64_t start, uint64_t size)
{
	struct memory_segment segment = {
		.start = start, .size = size, .filled = size, .position = start, .read = fake_read, .arg = fake,
	};

	ck_assert_ptr_null(memory_add_physical(&fake->memory, &segment));
	ck_assert_ptr_null(memory_ready(&fake->memory));
}

/* Virtual memory, at the same addresses. */
static inline void fake_virtual(struct fake *fake, uint64_t start, uint64_t size)
{
	struct memory_segment segment = {
		.start = start, .size = size, .filled = size, .position = start, .read = fake_read, .arg = fake,
	};

	ck_assert_ptr_null(memory_add_virtual(&fake->memory, &segment));
	ck_assert_ptr_null(memory_ready(&fake->memory));
}

static inline void fake_deinit(struct fake *fake)
{
	memory_deinit(&fake->memory);
}

static inline void fake_write(struct fake *fake, uint64_t address, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!fake_find(fake, address + i)) {
			struct fake_page *page = &fake->pages[fake->count++];

			ck_assert_uint_le(fake->count, FAKE_PAGES);
			memset(page, 0, sizeof(*page));
			page->address = (address + i) & ~(uint64_t)(FAKE_PAGE - 1);
		}
		*fake_find(fake, address + i) = ((const uint8_t *)bytes)[i];
	}
}

static inline void fake_write64(struct fake *fake, uint64_t address, uint64_t value)
{
	value = htole64(value);
	fake_write(fake, address, &value, sizeof(value));
}

static inline void fake_vmcoreinfo(struct vmcoreinfo *info, const char *text)
{
	ck_assert_ptr_null(vmcoreinfo_init(info, text, strlen(text)));
}

/* Asserts that @error is one of @code whose message contains @part, and destroys it. */
static inline void fake_expect_error(struct inspect_error *error, enum inspect_error_code code, const char *part)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), code);
	ck_assert_msg(strstr(inspect_error_message(error), part), "\"%s\" lacks \"%s\"", inspect_error_message(error),
		      part);
	inspect_error_destroy(error);
}

#endif
