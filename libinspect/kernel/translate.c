/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/translate.h"

#include <endian.h>
#include <string.h>

#include "base/error.h"

#define ENTRY_SIZE 8

/* How many neighbours of a page's entry are looked at, to map a run of contiguous pages as one leaf. */
#define RUN_SHIFT 6
#define RUN_ENTRIES (1 << RUN_SHIFT)

static const struct translate_machine *const machines[] = {
	&translate_x86_64,
	&translate_aarch64,
};

struct inspect_error *translate_need_number(const struct vmcoreinfo *info, const char *name, int64_t *value_ret)
{
	if (vmcoreinfo_number(info, name, value_ret))
		return NULL;
	return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO has no usable NUMBER(%s)", name);
}

struct inspect_error *translate_need_symbol(const struct vmcoreinfo *info, const char *name, uint64_t *value_ret)
{
	if (vmcoreinfo_symbol(info, name, value_ret))
		return NULL;
	return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO has no usable SYMBOL(%s)", name);
}

/* How many bits an index into a table has: every table but the top one fills one page. */
static unsigned int index_bits(const struct translate *translate)
{
	return translate->page_shift - 3;
}

static unsigned int level_shift(const struct translate *translate, unsigned int level)
{
	return translate->page_shift + level * index_bits(translate);
}

/* Linux names tables from both ends: the top one is the PGD, however many there are. */
static const char *level_name(const struct translate *translate, unsigned int level)
{
	static const char *const names[] = { "PTE", "PMD", "PUD", "P4D" };

	return level == translate->levels - 1 ? "PGD" : names[level];
}

static uint64_t entry_address(const struct translate *translate, uint64_t table, unsigned int level, uint64_t address)
{
	unsigned int shift = level_shift(translate, level), bits = index_bits(translate);

	if (level == translate->levels - 1)
		bits = translate->va_bits - shift;
	return table + ((address >> shift) & ((UINT64_C(1) << bits) - 1)) * ENTRY_SIZE;
}

static uint64_t entry_physical(const struct translate *translate, uint64_t entry)
{
	return (entry & translate->physical_mask) | (entry & translate->high_mask) << translate->high_shift;
}

static bool is_page_at(const struct translate *translate, uint64_t entry, uint64_t physical)
{
	entry = le64toh(entry);
	return translate->machine->entry(translate, 0, entry) == TRANSLATE_ENTRY_LEAF &&
	       entry_physical(translate, entry) == physical;
}

/* Grows the leaf of the one page that the entry at @position maps over its contiguous neighbours. */
static void leaf_grow(struct translate *translate, uint64_t position, struct translate_leaf *leaf)
{
	uint64_t entries[RUN_ENTRIES], page = UINT64_C(1) << translate->page_shift;
	size_t index = (position / ENTRY_SIZE) % RUN_ENTRIES, first = index, last = index;

	if (memory_read_physical(translate->memory, position - index * ENTRY_SIZE, entries, sizeof(entries), NULL))
		return;
	/* A live kernel may have changed the entry meanwhile. */
	if (!is_page_at(translate, entries[index], leaf->physical))
		return;
	while (first > 0 && is_page_at(translate, entries[first - 1], leaf->physical - (index - first + 1) * page))
		first--;
	while (last + 1 < RUN_ENTRIES &&
	       is_page_at(translate, entries[last + 1], leaf->physical + (last - index + 1) * page))
		last++;
	leaf->start -= (index - first) * page;
	leaf->physical -= (index - first) * page;
	leaf->size = (last - first + 1) * page;
}

static void trace_add(struct memory_trace *trace, const char *name, uint64_t position, uint64_t entry)
{
	if (!trace || trace->count == sizeof(trace->levels) / sizeof(*trace->levels))
		return;
	trace->levels[trace->count++] =
		(struct memory_trace_level){ .name = name, .entry_address = position, .entry = entry };
}

static enum inspect_fault walk(struct translate *translate, uint64_t address, struct translate_leaf *leaf,
			       struct memory_trace *trace)
{
	uint64_t table = translate->root;

	for (unsigned int level = translate->levels; level-- > 0;) {
		uint64_t position = entry_address(translate, table, level, address), entry, size;

		if (memory_read_physical(translate->memory, position, &entry, sizeof(entry), NULL))
			return INSPECT_FAULT_TABLE;
		entry = le64toh(entry);
		trace_add(trace, level_name(translate, level), position, entry);
		switch (translate->machine->entry(translate, level, entry)) {
		case TRANSLATE_ENTRY_NONE:
			return INSPECT_FAULT_UNMAPPED;
		case TRANSLATE_ENTRY_TABLE:
			table = entry_physical(translate, entry);
			break;
		case TRANSLATE_ENTRY_LEAF:
			/* In the entry of a huge page, low bits of the address are flags. */
			size = UINT64_C(1) << level_shift(translate, level);
			leaf->start = address & ~(size - 1);
			leaf->physical = entry_physical(translate, entry) & ~(size - 1);
			leaf->size = size;
			if (!level)
				leaf_grow(translate, position, leaf);
			return INSPECT_FAULT_NONE;
		}
	}
	return INSPECT_FAULT_UNMAPPED;
}

/*
 * The cache is direct-mapped, by address in units of a size class: the huge pages of each level, whole runs of pages,
 * and pages, to which parts of runs belong, under the page that was asked for. A look-up tries every class.
 */
static struct translate_leaf *cache_slot(struct translate *translate, uint64_t address, unsigned int shift)
{
	uint64_t unit = address >> shift;

	return &translate->cache[(unit ^ unit >> 8 ^ shift) % TRANSLATE_CACHE_SIZE];
}

static const struct translate_leaf *cache_try(struct translate *translate, uint64_t address, unsigned int shift)
{
	const struct translate_leaf *leaf = cache_slot(translate, address, shift);

	return address - leaf->start < leaf->size ? leaf : NULL;
}

static const struct translate_leaf *cache_find(struct translate *translate, uint64_t address)
{
	const struct translate_leaf *leaf = cache_try(translate, address, translate->page_shift);

	if (!leaf)
		leaf = cache_try(translate, address, translate->page_shift + RUN_SHIFT);
	for (unsigned int level = 1; !leaf && level <= translate->huge_level; level++)
		leaf = cache_try(translate, address, level_shift(translate, level));
	return leaf;
}

static void cache_store(struct translate *translate, uint64_t address, const struct translate_leaf *leaf)
{
	unsigned int shift = (unsigned int)__builtin_ctzll(leaf->size);

	if (shift < translate->page_shift + RUN_SHIFT)
		shift = translate->page_shift;
	*cache_slot(translate, address, shift) = *leaf;
}

void translate_flush(struct translate *translate)
{
	memset(translate->cache, 0, sizeof(translate->cache));
}

/* Where a kernel image lies does not need its tables, which may be missing from a filtered dump. One page at a time. */
static bool image_find(const struct translate *translate, uint64_t address, struct translate_leaf *leaf)
{
	uint64_t page = UINT64_C(1) << translate->page_shift, start = address & ~(page - 1);

	if (address - translate->image_start >= translate->image_size)
		return false;
	leaf->start = start;
	leaf->physical = start - translate->image_start + translate->image_physical;
	leaf->size = page;
	return true;
}

static enum inspect_fault translate_address(void *arg, uint64_t address, struct memory_translation *out,
					    struct memory_trace *trace)
{
	struct translate *translate = arg;
	const struct translate_leaf *leaf = NULL;
	struct translate_leaf found;

	if (!translate->machine->canonical(translate, &address))
		return INSPECT_FAULT_UNMAPPED;
	if (!trace)
		leaf = cache_find(translate, address);
	if (!leaf) {
		enum inspect_fault fault = walk(translate, address, &found, trace);

		if (!fault)
			cache_store(translate, address, &found);
		else if (fault != INSPECT_FAULT_TABLE || !image_find(translate, address, &found))
			return fault;
		leaf = &found;
	}
	out->physical = leaf->physical + (address - leaf->start);
	out->extent = leaf->size - (address - leaf->start);
	return INSPECT_FAULT_NONE;
}

static const struct memory_translate_ops translate_ops = {
	.translate = translate_address,
};

static const struct translate_machine *find_machine(enum machine machine, const struct vmcoreinfo *info)
{
	int64_t number;

	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		if (machine == machines[i]->machine)
			return machines[i];
		if (machine == MACHINE_UNKNOWN && vmcoreinfo_number(info, machines[i]->mark, &number))
			return machines[i];
	}
	return NULL;
}

struct inspect_error *translate_init(struct translate *translate, enum machine machine, const struct vmcoreinfo *info,
				     struct memory *memory)
{
	const struct translate_machine *found = find_machine(machine, info);
	struct inspect_error *error;

	if (!info->text)
		return error_create(INSPECT_ERROR_FORMAT,
				    "the dump has no VMCOREINFO, which says where the kernel's page tables are");
	if (!found)
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "page tables of this machine are not known here, only those of %s and %s",
				    translate_x86_64.name, translate_aarch64.name);
	memset(translate, 0, sizeof(*translate));
	translate->machine = found;
	translate->memory = memory;
	error = found->init(translate, info);
	if (error)
		return error_context(error, "find the page tables (%s)", found->name);
	memory->translate_ops = &translate_ops;
	memory->translate_arg = translate;
	return NULL;
}
