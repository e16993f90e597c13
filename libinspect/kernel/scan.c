/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/scan.h"

#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/translate.h"

/* Both copies of the text are page-aligned, and no page is smaller. */
#define SCAN_PAGE 4096
#define SCAN_BLOCK (64 * 1024)

#define TEXT_START "OSRELEASE="
#define TEXT_MAX_SIZE (64 * 1024)

/* The note's name with its NUL, padded to 4 bytes, behind the header. */
#define NOTE_NAME "VMCOREINFO"
#define NOTE_NAME_SIZE 12

/*
 * struct uts_namespace begins with struct new_utsname, behind a reference count before 5.11 (9a56493f6942): the release
 * is the third of its strings of 65 bytes.
 */
#define UTS_SIZE 512

struct scan {
	struct memory *memory;
	enum machine machine;
	char *buf;              /* SCAN_BLOCK bytes, then TEXT_MAX_SIZE for a candidate's text */
	struct vmcoreinfo best; /* text NULL: none yet */
	uint64_t best_physical;
	unsigned int best_rank;
	bool confirmed;
};

/* Where the text begins in a page, and how long the note's header says it is (0: not told); false: no such page. */
static bool page_holds_text(const char *page, size_t *offset_ret, size_t *size_ret)
{
	Elf64_Nhdr note;
	size_t offset = sizeof(note) + NOTE_NAME_SIZE;

	memcpy(&note, page, sizeof(note));
	if (!memcmp(page, TEXT_START, strlen(TEXT_START))) {
		*offset_ret = 0;
		*size_ret = 0;
		return true;
	}
	if (le32toh(note.n_namesz) != sizeof(NOTE_NAME) || note.n_type || !note.n_descsz ||
	    le32toh(note.n_descsz) > TEXT_MAX_SIZE)
		return false;
	if (memcmp(page + sizeof(note), NOTE_NAME, sizeof(NOTE_NAME)) ||
	    memcmp(page + offset, TEXT_START, strlen(TEXT_START)))
		return false;
	*offset_ret = offset;
	*size_ret = le32toh(note.n_descsz);
	return true;
}

/* Reads a text of @size bytes, or of unknown length up to the page that ends it; what follows a fault is left out. */
static size_t read_text(struct scan *scan, uint64_t address, size_t size, char *text)
{
	size_t limit = size ? size : TEXT_MAX_SIZE, done = 0;

	while (done < limit) {
		size_t step = SCAN_PAGE - (size_t)((address + done) % SCAN_PAGE);

		if (step > limit - done)
			step = limit - done;
		if (memory_read_physical(scan->memory, address + done, text + done, step, NULL))
			break;
		done += step;
		if (memchr(text + done - step, '\0', step))
			break;
	}
	return done;
}

static unsigned int count_lines(const struct vmcoreinfo *info)
{
	unsigned int count = 0;

	for (const char *c = info->text; *c; c++)
		count += *c == '\n';
	return count;
}

/* Whether SYMBOL(init_uts_ns), translated as @info says, holds the release that @info says. */
static bool leads_to_release(struct scan *scan, const struct vmcoreinfo *info)
{
	/* A copy, so that the dump's own is left without a translation. */
	struct memory memory = *scan->memory;
	struct memory_translation uts;
	struct translate translate;
	struct inspect_error *error;
	char bytes[UTS_SIZE];
	const char *release;
	uint64_t address;
	size_t length;

	release = vmcoreinfo_get(info, "OSRELEASE", &length);
	if (!release || !length || !vmcoreinfo_symbol(info, "init_uts_ns", &address))
		return false;
	error = translate_init(&translate, scan->machine, info, &memory);
	if (error) {
		inspect_error_destroy(error);
		return false;
	}
	if (memory_translate(&memory, address, &uts, NULL) ||
	    memory_read_physical(&memory, uts.physical, bytes, sizeof(bytes), NULL))
		return false;
	return memmem(bytes, sizeof(bytes), release, length);
}

/* Considers the page at @physical; out of memory is the only failure. */
static struct inspect_error *scan_page(struct scan *scan, const char *page, uint64_t physical)
{
	char *text = scan->buf + SCAN_BLOCK;
	struct inspect_error *error;
	struct vmcoreinfo info;
	unsigned int rank;
	size_t offset, size;
	uint64_t stext;

	if (!page_holds_text(page, &offset, &size))
		return NULL;
	size = read_text(scan, physical + offset, size, text);
	error = vmcoreinfo_init(&info, text, size);
	if (error == &error_nomem)
		return error;
	if (error) {
		inspect_error_destroy(error);
		return NULL;
	}
	scan->confirmed = leads_to_release(scan, &info);
	rank = count_lines(&info) + (vmcoreinfo_symbol(&info, "_stext", &stext) ? TEXT_MAX_SIZE : 0);
	if (scan->best.text && rank <= scan->best_rank && !scan->confirmed) {
		vmcoreinfo_deinit(&info);
		return NULL;
	}
	vmcoreinfo_deinit(&scan->best);
	scan->best = info;
	scan->best_physical = physical;
	scan->best_rank = rank;
	return NULL;
}

/* Scans [@start, @start + @size), which begins at a page; pages that cannot be read are passed over. */
static struct inspect_error *scan_range(struct scan *scan, uint64_t start, uint64_t size)
{
	while (size >= SCAN_PAGE && !scan->confirmed) {
		size_t block = size < SCAN_BLOCK ? (size_t)(size - size % SCAN_PAGE) : SCAN_BLOCK, whole = block;
		uint64_t stopped;

		if (memory_read_physical(scan->memory, start, scan->buf, block, &stopped)) {
			whole = (size_t)(stopped - start) / SCAN_PAGE * SCAN_PAGE;
			block = whole + SCAN_PAGE;
		}
		for (size_t i = 0; i < whole && !scan->confirmed; i += SCAN_PAGE) {
			struct inspect_error *error = scan_page(scan, scan->buf + i, start + i);

			if (error)
				return error;
		}
		start += block;
		size -= block;
	}
	return NULL;
}

static struct inspect_error *scan_all(struct scan *scan)
{
	uint64_t position = 0, start, size;

	while (!scan->confirmed && memory_next_physical(scan->memory, position, &start, &size)) {
		uint64_t skip = -start % SCAN_PAGE;
		struct inspect_error *error = NULL;

		if (skip < size)
			error = scan_range(scan, start + skip, size - skip);
		if (error)
			return error;
		position = start + size;
		if (position <= start)
			break;
	}
	return NULL;
}

struct inspect_error *scan_vmcoreinfo(struct memory *memory, enum machine machine, struct vmcoreinfo *info_ret,
				      uint64_t *physical_ret)
{
	_cleanup_free_ char *buf = malloc(SCAN_BLOCK + TEXT_MAX_SIZE);
	struct scan scan = { .memory = memory, .machine = machine, .buf = buf };
	struct inspect_error *error;

	if (!buf)
		return &error_nomem;
	error = scan_all(&scan);
	if (error) {
		vmcoreinfo_deinit(&scan.best);
		return error;
	}
	if (!scan.best.text)
		return error_create(INSPECT_ERROR_LOOKUP, "no VMCOREINFO was found in the memory of the dump");
	*info_ret = scan.best;
	*physical_ret = scan.best_physical;
	return NULL;
}
