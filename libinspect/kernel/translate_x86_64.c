/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Page tables of x86-64 with 4 and 5 levels (arch/x86/include/asm/pgtable_types.h, pgtable_64_types.h). */
#include "kernel/translate.h"

#include "base/error.h"

#define PAGE_SHIFT 12
#define PMD_SHIFT 21

/* Where the kernel image is linked to (__START_KERNEL_map); phys_base is the physical address of this one. */
#define START_KERNEL_MAP UINT64_C(0xffffffff80000000)

#define ENTRY_PRESENT UINT64_C(0x001)
#define ENTRY_PSE UINT64_C(0x080)
#define ENTRY_PHYSICAL UINT64_C(0x000ffffffffff000)

/* The top table lies in the kernel image. The second name is generic code's alias of the first. */
static struct inspect_error *find_root(const struct vmcoreinfo *info, uint64_t *root_ret)
{
	uint64_t root;

	if (!vmcoreinfo_symbol(info, "init_top_pgt", &root) && !vmcoreinfo_symbol(info, "swapper_pg_dir", &root))
		return error_create(INSPECT_ERROR_FORMAT,
				    "VMCOREINFO has no usable SYMBOL(init_top_pgt), nor SYMBOL(swapper_pg_dir)");
	if (root < START_KERNEL_MAP)
		return error_create(INSPECT_ERROR_FORMAT, "SYMBOL(init_top_pgt) 0x%llx is not in the kernel image",
				    (unsigned long long)root);
	*root_ret = root;
	return NULL;
}

/*
 * KERNEL_IMAGE_SIZE bounds the image, but what lies before its text is not mapped. Both must be known: an address that
 * is translated by the formula alone without being mapped would yield foreign memory.
 */
static void find_image(struct translate *translate, const struct vmcoreinfo *info, uint64_t phys_base)
{
	uint64_t stext;
	int64_t size;

	if (!vmcoreinfo_number(info, "KERNEL_IMAGE_SIZE", &size) || !vmcoreinfo_symbol(info, "_stext", &stext))
		return;
	if (size <= 0 || (uint64_t)size > -START_KERNEL_MAP || stext < START_KERNEL_MAP ||
	    stext - START_KERNEL_MAP >= (uint64_t)size)
		return;
	translate->image_start = stext & ~((UINT64_C(1) << PMD_SHIFT) - 1);
	translate->image_size = START_KERNEL_MAP + (uint64_t)size - translate->image_start;
	translate->image_physical = translate->image_start - START_KERNEL_MAP + phys_base;
}

static struct inspect_error *x86_64_init(struct translate *translate, const struct vmcoreinfo *info)
{
	int64_t phys_base, sme_mask = 0, five_levels = 0;
	struct inspect_error *error;
	uint64_t root;

	error = translate_need_number(info, "phys_base", &phys_base);
	if (!error)
		error = find_root(info, &root);
	if (error)
		return error;
	/* Absent before 4.17 (5 levels) and where memory encryption is not built in. */
	vmcoreinfo_number(info, "pgtable_l5_enabled", &five_levels);
	vmcoreinfo_number(info, "sme_mask", &sme_mask);

	translate->root = (root - START_KERNEL_MAP + (uint64_t)phys_base) & ENTRY_PHYSICAL & ~(uint64_t)sme_mask;
	translate->page_shift = PAGE_SHIFT;
	translate->levels = five_levels ? 5 : 4;
	translate->va_bits = five_levels ? 57 : 48;
	translate->huge_level = 2;
	translate->physical_mask = ENTRY_PHYSICAL & ~(uint64_t)sme_mask;
	find_image(translate, info, (uint64_t)phys_base);
	return NULL;
}

/* The bits above those that the tables resolve are copies of the highest of them. */
static bool x86_64_canonical(const struct translate *translate, uint64_t *address)
{
	unsigned int unused = 64 - translate->va_bits;

	return (uint64_t)((int64_t)(*address << unused) >> unused) == *address;
}

/* Entries without the present bit that Linux gave a meaning (PROT_NONE, swap) are of user pages: not mapped for us. */
static enum translate_entry x86_64_entry(const struct translate *translate, unsigned int level, uint64_t entry)
{
	if (!(entry & ENTRY_PRESENT))
		return TRANSLATE_ENTRY_NONE;
	if (!level)
		return TRANSLATE_ENTRY_LEAF;
	if (!(entry & ENTRY_PSE))
		return TRANSLATE_ENTRY_TABLE;
	return level <= translate->huge_level ? TRANSLATE_ENTRY_LEAF : TRANSLATE_ENTRY_NONE;
}

const struct translate_machine translate_x86_64 = {
	.machine = MACHINE_X86_64,
	.name = "x86_64",
	.mark = "phys_base",
	.init = x86_64_init,
	.canonical = x86_64_canonical,
	.entry = x86_64_entry,
};
