/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Page tables of 64-bit Arm: granules of 4K, 16K and 64K, kernel addresses of up to 52 bits, physical ones of up to 52
 * (arch/arm64/include/asm/pgtable-hwdef.h; Arm ARM, "VMSAv8-64 translation table format descriptors").
 */
#include "kernel/translate.h"

#include "base/error.h"

#define ENTRY_VALID UINT64_C(1)
#define ENTRY_TABLE UINT64_C(2) /* at the lowest level: a page */

/* Bit 55 selects the kernel's half; those above may hold a tag (KASAN), which the processor ignores. */
#define TAG_BITS 8

#define MIN_VA_BITS 36
#define MAX_VA_BITS 52

static uint64_t bits_mask(unsigned int high, unsigned int low)
{
	return (UINT64_MAX >> (63 - high)) & (UINT64_MAX << low);
}

static struct inspect_error *find_page_shift(const struct vmcoreinfo *info, unsigned int *shift_ret)
{
	uint64_t size;

	if (!vmcoreinfo_decimal(info, "PAGESIZE", &size))
		return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO has no usable PAGESIZE");
	if (size != 4096 && size != 16384 && size != 65536)
		return error_create(INSPECT_ERROR_FORMAT, "VMCOREINFO's PAGESIZE=%llu is none of 4096, 16384 and 65536",
				    (unsigned long long)size);
	*shift_ret = (unsigned int)__builtin_ctzll(size);
	return NULL;
}

/*
 * VA_BITS is what the kernel was built for, T1SZ what the processor was found to have. With 4K and 16K pages the tables
 * are built for the latter: without LPA2 the top level is dropped. With 64K pages a 52-bit kernel keeps its large top
 * table and lets a 48-bit processor see the end of it, so that indexes count from VA_BITS (asm/assembler.h,
 * offset_ttbr1). Older kernels do not tell T1SZ, or spell it otherwise; those know 52 bits with 64K pages only.
 */
static struct inspect_error *find_va_bits(const struct vmcoreinfo *info, unsigned int page_shift,
					  unsigned int *va_bits_ret)
{
	int64_t va_bits, t1sz;
	struct inspect_error *error = translate_need_number(info, "VA_BITS", &va_bits);

	if (error)
		return error;
	if (va_bits < MIN_VA_BITS || va_bits > MAX_VA_BITS)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "NUMBER(VA_BITS)=%lld is not between %d and %d",
				    (long long)va_bits, MIN_VA_BITS, MAX_VA_BITS);
	if (page_shift != 16 && vmcoreinfo_number(info, "TCR_EL1_T1SZ", &t1sz)) {
		if (t1sz < 64 - va_bits || t1sz > 64 - MIN_VA_BITS)
			return error_create(INSPECT_ERROR_FORMAT,
					    "NUMBER(TCR_EL1_T1SZ)=%lld does not go with NUMBER(VA_BITS)=%lld",
					    (long long)t1sz, (long long)va_bits);
		va_bits = 64 - t1sz;
	}
	*va_bits_ret = (unsigned int)va_bits;
	return NULL;
}

/*
 * How physical addresses of 52 bits are written. 64K pages leave bits 15:12 free for bits 51:48. With smaller ones
 * (LPA2, in use exactly where addresses have more than 48 bits) bits 49:48 are in place and 51:50 in what is the
 * shareability otherwise. LPA2, and with 64K pages LPA, also permit blocks one level higher.
 */
static void set_entry_format(struct translate *translate)
{
	bool wide = translate->va_bits > 48;

	translate->physical_mask = bits_mask(wide && translate->page_shift != 16 ? 49 : 47, translate->page_shift);
	if (translate->page_shift == 16) {
		translate->high_mask = bits_mask(15, 12);
		translate->high_shift = 48 - 12;
	} else if (wide) {
		translate->high_mask = bits_mask(9, 8);
		translate->high_shift = 50 - 8;
	}
	translate->huge_level = (translate->page_shift == 12 ? 2 : 1) + wide;
}

static struct inspect_error *aarch64_init(struct translate *translate, const struct vmcoreinfo *info)
{
	unsigned int index_bits;
	struct inspect_error *error;
	int64_t kimage_voffset;
	uint64_t root;

	error = translate_need_symbol(info, "swapper_pg_dir", &root);
	if (!error)
		error = translate_need_number(info, "kimage_voffset", &kimage_voffset);
	if (!error)
		error = find_page_shift(info, &translate->page_shift);
	if (!error)
		error = find_va_bits(info, translate->page_shift, &translate->va_bits);
	if (error)
		return error;
	index_bits = translate->page_shift - 3;
	translate->levels = (translate->va_bits - translate->page_shift + index_bits - 1) / index_bits;
	translate->root = root - (uint64_t)kimage_voffset;
	set_entry_format(translate);
	return NULL;
}

static bool aarch64_canonical(const struct translate *translate, uint64_t *address)
{
	uint64_t untagged = (uint64_t)((int64_t)(*address << TAG_BITS) >> TAG_BITS);
	uint64_t kernel_half = UINT64_MAX << translate->va_bits;

	if ((untagged & kernel_half) != kernel_half)
		return false;
	*address = untagged;
	return true;
}

static enum translate_entry aarch64_entry(const struct translate *translate, unsigned int level, uint64_t entry)
{
	if (!(entry & ENTRY_VALID))
		return TRANSLATE_ENTRY_NONE;
	if (entry & ENTRY_TABLE)
		return level ? TRANSLATE_ENTRY_TABLE : TRANSLATE_ENTRY_LEAF;
	return level && level <= translate->huge_level ? TRANSLATE_ENTRY_LEAF : TRANSLATE_ENTRY_NONE;
}

const struct translate_machine translate_aarch64 = {
	.machine = MACHINE_AARCH64,
	.name = "aarch64",
	.mark = "kimage_voffset",
	.init = aarch64_init,
	.canonical = aarch64_canonical,
	.entry = aarch64_entry,
};
