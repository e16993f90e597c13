/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decoder.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/workers.h"
#include "codec.h"
#include "file.h"

/* What a worker reads of the file at a time: some fifty stored pages, which mostly follow one another. */
#define WINDOW_SIZE 65536
/* Pages that a worker takes at a time; fewer are not worth a thread. */
#define BATCH 32

/* What a thread has for itself. */
struct worker {
	struct codec codec;
	const struct file *file; /* that the window is of; NULL: it holds nothing */
	uint64_t position;
	size_t filled;
	char *window;
};

struct decoder {
	uint32_t page_size;
	unsigned int count;
	struct worker workers[WORKERS_MAX];
	/* The run: */
	struct decoder_page *pages;
	size_t page_count;
	atomic_size_t next; /* the first page that no worker took */
};

struct inspect_error *decoder_create(uint32_t page_size, struct decoder **decoder_ret)
{
	struct decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		return &error_nomem;
	decoder->page_size = page_size;
	for (unsigned int count = workers_count(WORKERS_MAX); decoder->count < count; decoder->count++) {
		struct worker *worker = &decoder->workers[decoder->count];

		/* A window holds one stored page, however large pages are. */
		worker->window = malloc(page_size > WINDOW_SIZE ? page_size : WINDOW_SIZE);
		if (!worker->window || !codec_init(&worker->codec)) {
			free(worker->window);
			decoder_destroy(decoder);
			return &error_nomem;
		}
	}
	*decoder_ret = decoder;
	return NULL;
}

void decoder_destroy(struct decoder *decoder)
{
	if (!decoder)
		return;
	for (unsigned int i = 0; i < decoder->count; i++) {
		codec_deinit(&decoder->workers[i].codec);
		free(decoder->workers[i].window);
	}
	free(decoder);
}

/* Whether the window has the page. Its position is a claim of the dump: sums may overflow. */
static bool in_window(const struct worker *worker, const struct decoder_page *page)
{
	uint64_t offset = page->position - worker->position;

	return worker->file == page->file && page->position >= worker->position && offset <= worker->filled &&
	       page->size <= worker->filled - offset;
}

/* The stored bytes of @page, in the worker's window. */
static enum inspect_fault stored_bytes(struct worker *worker, const struct decoder_page *page, const char **bytes_ret)
{
	size_t size = page->size > WINDOW_SIZE ? page->size : WINDOW_SIZE;
	enum inspect_fault fault = INSPECT_FAULT_NONE;

	if (!in_window(worker, page)) {
		worker->file = page->file;
		worker->position = page->position;
		fault = file_read_shared(page->file, page->position, worker->window, size, &worker->filled);
		/* What lies behind the page may be unreadable: that is for the next page to find. */
		if (fault && worker->filled >= page->size)
			fault = INSPECT_FAULT_NONE;
	}
	*bytes_ret = worker->window + (page->position - worker->position);
	return fault;
}

static enum inspect_fault decode(struct worker *worker, const struct decoder_page *page, uint32_t page_size)
{
	const char *bytes;
	enum inspect_fault fault = stored_bytes(worker, page, &bytes);

	if (fault)
		return fault;
	if (page->flag)
		return codec_decode(&worker->codec, page->flag, bytes, page->size, page->page, page_size);
	memcpy(page->page, bytes, page->size);
	return INSPECT_FAULT_NONE;
}

static void work(void *arg, unsigned int number)
{
	struct decoder *decoder = arg;
	size_t first;

	while ((first = atomic_fetch_add(&decoder->next, BATCH)) < decoder->page_count) {
		size_t end = decoder->page_count - first > BATCH ? first + BATCH : decoder->page_count;

		for (size_t i = first; i < end; i++)
			decoder->pages[i].fault =
				decode(&decoder->workers[number], &decoder->pages[i], decoder->page_size);
	}
}

void decoder_run(struct decoder *decoder, struct decoder_page *pages, size_t count)
{
	unsigned int workers = workers_count(count / BATCH);

	decoder->pages = pages;
	decoder->page_count = count;
	atomic_store(&decoder->next, 0);
	workers_run(workers < decoder->count ? workers : decoder->count, work, decoder);
}
