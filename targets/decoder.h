/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Decodes many stored pages at once, on as many threads as there are CPUs: opening a dump is mostly inflating the pages
 * that its symbols and types lie in, a thousand or two in two or three reads. Who calls finds the pages and where they
 * are stored; workers only read the file, past its cache, and decode into the caller's memory.
 */
#ifndef TARGETS_DECODER_H
#define TARGETS_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

struct decoder;
struct file;

/* One page to decode. */
struct decoder_page {
	const struct file *file;
	uint64_t position; /* of the stored bytes, at most a page of them */
	uint32_t size;
	uint32_t flag;     /* as codec_decode()'s; 0: stored as it is */
	void *page;
	enum inspect_fault fault; /* filled in */
};

/* For pages of @page_size bytes. */
struct inspect_error *decoder_create(uint32_t page_size, struct decoder **decoder_ret);
void decoder_destroy(struct decoder *decoder);

/* Decodes all @count pages, which are best sorted by position; what became of each is in its @fault. */
void decoder_run(struct decoder *decoder, struct decoder_page *pages, size_t count);

#endif
