/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dwarf_index.h"

#include <stdatomic.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/workers.h"

/* A kernel has 100,000; a hostile file is stopped before it fills the memory. */
#define ENTRIES_MAX (UINT32_C(16) << 20)
/* Hashing stops here: see btf_index.c. */
#define HASHED_LENGTH 256

struct units {
	struct dwarf_unit *items;
	size_t count;
	size_t capacity;
};

/* The work of one build, shared by its workers. */
struct build {
	enum dwarf_interest interest;
	struct units units;
	atomic_size_t next;
	atomic_bool failed; /* others need not go on */
	atomic_bool met_skeleton;
};

struct worker {
	struct build *build;
	struct dwarf_index_shard *shard;
	uint32_t *slots; /* numbers of entries, by what copies agree in; 0: free */
	uint32_t slot_mask;
	struct inspect_error *error;
};

/* Equal strings are at one address: linkers and assemblers merge them. If one did not, it costs an entry more. */
static uint64_t copy_hash(const struct dwarf_index_entry *entry)
{
	uint64_t hash = (uintptr_t)entry->name;

	hash = (hash ^ entry->size) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ entry->line ^ (uint64_t)entry->tag << 32) * UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ entry->place ^ entry->is_declaration) * UINT64_C(0x9e3779b97f4a7c15);
	return hash >> 32;
}

static bool same_but_name(const struct dwarf_index_entry *a, const struct dwarf_index_entry *b)
{
	return a->size == b->size && a->line == b->line && a->tag == b->tag && a->place == b->place &&
	       a->is_declaration == b->is_declaration;
}

/* The slot of the entry that @entry is a copy of, or the free one where it belongs. */
static uint32_t *find_slot(const struct worker *worker, const struct dwarf_index_entry *entry)
{
	for (uint64_t i = copy_hash(entry);; i++) {
		uint32_t *slot = &worker->slots[i & worker->slot_mask];
		const struct dwarf_index_entry *other = &worker->shard->entries.items[*slot];

		if (!*slot || (other->name == entry->name && same_but_name(other, entry)))
			return slot;
	}
}

static bool grow_slots(struct worker *worker)
{
	uint32_t size = worker->slots ? 2 * (worker->slot_mask + 1) : 1024;
	uint32_t *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return false;
	free(worker->slots);
	worker->slots = slots;
	worker->slot_mask = size - 1;
	for (size_t i = 1; i < worker->shard->entries.count; i++)
		*find_slot(worker, &worker->shard->entries.items[i]) = (uint32_t)i;
	return true;
}

static bool add_entry(struct worker *worker, const struct dwarf_index_entry *entry)
{
	struct dwarf_index_shard *shard = worker->shard;
	uint32_t *slot = find_slot(worker, entry);

	/* Units are taken in ascending order, so the first in the file is the first seen. */
	if (*slot)
		return true;
	if (shard->entries.count == ENTRIES_MAX) {
		worker->error = error_create(INSPECT_ERROR_LIMIT, "DWARF: more than %u names", ENTRIES_MAX);
		return false;
	}
	*slot = (uint32_t)shard->entries.count;
	if (!vec_push(&shard->entries, *entry) ||
	    (shard->entries.count > worker->slot_mask / 2 && !grow_slots(worker))) {
		worker->error = &error_nomem;
		return false;
	}
	return true;
}

static bool visit(void *data, const struct dwarf_unit *unit, const struct dwarf_entry *found)
{
	struct worker *worker = data;
	uint64_t id = dwarf_die_id(unit->section, found->offset);
	const struct dwarf_index_entry entry = {
		.name = found->name,
		.offset = id,
		.size = found->size,
		.place = found->is_placed ? id : 0,
		.line = (uint32_t)found->line,
		.tag = (uint16_t)found->tag,
		.is_declaration = found->is_declaration,
	};

	return add_entry(worker, &entry);
}

static uint32_t name_hash(const char *name)
{
	return hash_string(name, strnlen(name, HASHED_LENGTH));
}

/* The shard's chains by name; from the last entry to the first, so that each ascends. */
static bool fill_buckets(struct dwarf_index_shard *shard)
{
	uint32_t size = 64;

	while (size < shard->entries.count / 2)
		size *= 2;
	shard->buckets = calloc(size, sizeof(*shard->buckets));
	if (!shard->buckets)
		return false;
	shard->mask = size - 1;
	for (size_t i = shard->entries.count; i-- > 1;) {
		uint32_t *bucket = &shard->buckets[name_hash(shard->entries.items[i].name) & shard->mask];

		shard->entries.items[i].next = *bucket;
		*bucket = (uint32_t)i;
	}
	return true;
}

static struct inspect_error *fill_shard(struct worker *worker, struct dwarf_scanner *scanner)
{
	struct build *build = worker->build;
	struct inspect_error *error = NULL;
	size_t i;

	if (!vec_push(&worker->shard->entries, (struct dwarf_index_entry){ 0 }) || !grow_slots(worker))
		return &error_nomem;
	while (!error && !atomic_load(&build->failed) &&
	       (i = atomic_fetch_add(&build->next, 1)) < build->units.count) {
		error = dwarf_scan(scanner, &build->units.items[i], visit, worker);
		if (!error)
			error = worker->error;
	}
	if (!error && !fill_buckets(worker->shard))
		error = &error_nomem;
	return error;
}

static void work(void *data, unsigned int number)
{
	struct worker *worker = (struct worker *)data + number;
	struct dwarf_scanner scanner;

	dwarf_scanner_init(&scanner, worker->build->interest);
	scanner.units = worker->build->units.items;
	scanner.unit_count = worker->build->units.count;
	worker->error = fill_shard(worker, &scanner);
	if (worker->error)
		atomic_store(&worker->build->failed, true);
	if (scanner.met_skeleton)
		atomic_store(&worker->build->met_skeleton, true);
	dwarf_scanner_deinit(&scanner);
	free(worker->slots);
}

static struct inspect_error *list_units(const struct dwarf_section *section, struct units *units)
{
	for (uint64_t offset = 0; offset < section->size;) {
		struct dwarf_unit unit;
		struct inspect_error *error = dwarf_unit_read(section, offset, &unit);

		if (error)
			return error_context(error, "DWARF");
		if (!vec_push(units, unit))
			return &error_nomem;
		offset = unit.end;
	}
	return NULL;
}

/* Runs the workers; the error of the first that failed. */
static struct inspect_error *run(struct build *build, struct dwarf_index *index)
{
	struct worker workers[WORKERS_MAX] = { 0 };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < index->count; i++)
		workers[i] = (struct worker){ .build = build, .shard = &index->shards[i] };
	workers_run((unsigned int)index->count, work, workers);
	for (size_t i = 0; i < index->count; i++) {
		if (!error)
			error = workers[i].error;
		else
			inspect_error_destroy(workers[i].error);
	}
	return error;
}

struct inspect_error *dwarf_index_build(struct dwarf_index *index, const struct dwarf_sections *const *files,
					size_t count, enum dwarf_interest interest)
{
	struct build build = { .interest = interest };
	struct inspect_error *error = NULL;

	for (size_t i = 0; i < count && !error; i++) {
		error = list_units(&files[i]->info, &build.units);
		if (!error)
			error = list_units(&files[i]->types, &build.units);
	}
	if (!error) {
		index->count = workers_count(build.units.count);
		index->shards = calloc(index->count, sizeof(*index->shards));
		error = index->shards ? run(&build, index) : &error_nomem;
	}
	index->met_skeleton = atomic_load(&build.met_skeleton);
	vec_deinit(&build.units);
	if (error)
		dwarf_index_deinit(index);
	return error;
}

void dwarf_index_deinit(struct dwarf_index *index)
{
	for (size_t i = 0; index->shards && i < index->count; i++) {
		vec_deinit(&index->shards[i].entries);
		free(index->shards[i].buckets);
	}
	free(index->shards);
	*index = (struct dwarf_index){ 0 };
}

/* Puts copies beside one another, the first in the file before the others. */
static int compare_copies(const void *a, const void *b)
{
	const struct dwarf_index_entry *x = *(const struct dwarf_index_entry *const *)a;
	const struct dwarf_index_entry *y = *(const struct dwarf_index_entry *const *)b;

#define COMPARE(member)                                  \
	if (x->member != y->member)                      \
		return x->member < y->member ? -1 : 1
	COMPARE(is_declaration);
	COMPARE(tag);
	COMPARE(size);
	COMPARE(line);
	COMPARE(place);
	COMPARE(offset);
#undef COMPARE
	return 0;
}

/* A declaration says nothing where there is a definition of the same tag; @items has the definitions first. */
static bool is_defined(const struct dwarf_index_entry *const *items, size_t count,
		       const struct dwarf_index_entry *declaration)
{
	for (size_t i = 0; i < count && !items[i]->is_declaration; i++) {
		if (items[i]->tag == declaration->tag)
			return true;
	}
	return false;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct dwarf_index_entry *x = *(const struct dwarf_index_entry *const *)a;
	const struct dwarf_index_entry *y = *(const struct dwarf_index_entry *const *)b;

	if (x->is_declaration != y->is_declaration)
		return x->is_declaration ? 1 : -1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void leave_out_copies(struct dwarf_matches *matches, size_t first)
{
	const struct dwarf_index_entry **items = matches->items + first;
	size_t count = matches->count - first, kept = 0;

	if (!count)
		return;
	qsort(items, count, sizeof(*items), compare_copies);
	for (size_t i = 0; i < count; i++) {
		if (kept && same_but_name(items[i], items[kept - 1]))
			continue;
		if (!items[i]->is_declaration || !is_defined(items, kept, items[i]))
			items[kept++] = items[i];
	}
	qsort(items, kept, sizeof(*items), compare_offsets);
	matches->count = first + kept;
}

struct inspect_error *dwarf_index_find(const struct dwarf_index *index, const char *name,
				       struct dwarf_matches *matches)
{
	size_t first = matches->count;
	uint32_t hash = name_hash(name);

	for (size_t i = 0; i < index->count; i++) {
		const struct dwarf_index_shard *shard = &index->shards[i];
		/* A worker whose thread could not be had left its shard empty. */
		uint32_t number = shard->buckets ? shard->buckets[hash & shard->mask] : 0;

		for (; number; number = shard->entries.items[number].next) {
			const struct dwarf_index_entry *entry = &shard->entries.items[number];

			if (strcmp(entry->name, name))
				continue;
			if (!vec_push(matches, entry))
				return &error_nomem;
		}
	}
	leave_out_copies(matches, first);
	return NULL;
}
