/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/orc.h"

#include "synthetic.h"
#include "unwind_kernel.h"

static struct orc find(struct unwind_kernel *k, const struct orc_tables *tables, size_t offset)
{
	struct orc orc;

	ck_assert_msg(orc_find(tables, address_of(k->code + offset), &orc), "nothing for %zu", offset);
	return orc;
}

START_TEST(each_layout_and_numbering)
{
	static const unsigned int series[] = { 510, 612, 700 };

	for (size_t i = 0; i < sizeof(series) / sizeof(*series); i++) {
		struct unwind_kernel *k = unwind_kernel_create(series[i]);
		struct orc_tables tables;
		struct orc orc;

		unwind_kernel_orc(k, 0, ORC_TYPE_CALL, ORC_SP, 24, ORC_PREV_SP, -16);
		unwind_kernel_orc(k, 64, ORC_TYPE_REGS, ORC_SP, 8, ORC_UNDEFINED, 0);
		unwind_kernel_orc(k, 128, ORC_TYPE_END, ORC_UNDEFINED, 0, ORC_UNDEFINED, 0);
		unwind_kernel_orc(k, 192, ORC_TYPE_UNKNOWN, ORC_UNDEFINED, 0, ORC_UNDEFINED, 0);
		unwind_kernel_orc(k, 256, ORC_TYPE_REGS_PARTIAL, ORC_BP_INDIRECT, -8, ORC_BP, 16);
		unwind_kernel_orc(k, 1024, ORC_TYPE_END, ORC_UNDEFINED, 0, ORC_UNDEFINED, 0);
		unwind_kernel_ready(k);
		expect_success(orc_tables_init(&tables, &k->s.kernel, &k->arena));
		orc = find(k, &tables, 63);
		ck_assert_int_eq(orc.type, ORC_TYPE_CALL);
		ck_assert_int_eq(orc.sp_reg, ORC_SP);
		ck_assert_int_eq(orc.bp_reg, ORC_PREV_SP);
		ck_assert_int_eq(orc.sp_offset, 24);
		ck_assert_int_eq(orc.bp_offset, -16);
		ck_assert(!orc.exact);
		orc = find(k, &tables, 64);
		ck_assert_int_eq(orc.type, ORC_TYPE_REGS);
		ck_assert(orc.exact);
		ck_assert_int_eq(find(k, &tables, 130).type, ORC_TYPE_END);
		ck_assert_int_eq(find(k, &tables, 192).type, ORC_TYPE_UNKNOWN);
		orc = find(k, &tables, 1023);
		ck_assert_int_eq(orc.type, ORC_TYPE_REGS_PARTIAL);
		ck_assert_int_eq(orc.sp_reg, ORC_BP_INDIRECT);
		ck_assert_int_eq(orc.bp_reg, ORC_BP);
		ck_assert(!orc_find(&tables, address_of(k->code) - 1, &orc));
		ck_assert(!orc_find(&tables, address_of(k->code + 1024), &orc));
		unwind_kernel_destroy(k);
	}
}
END_TEST

START_TEST(numberings_are_never_guessed)
{
	struct unwind_kernel *k = unwind_kernel_create(612);
	const struct orc_numbering *numbering;

	unwind_kernel_ready(k);
	expect_success(orc_numbering(&k->s.kernel, &numbering));
	ck_assert_str_eq(numbering->name, "by their use");
	k->fp_entry.registers = 0x54;
	expect_error(orc_numbering(&k->s.kernel, &numbering), INSPECT_ERROR_UNSUPPORTED, "in no way known here");
	synthetic_hole(&k->s, &k->null_entry, sizeof(k->null_entry));
	expect_error(orc_numbering(&k->s.kernel, &numbering), INSPECT_ERROR_FAULT, "calls of NULL");
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(damaged_tables)
{
	struct unwind_kernel *k = unwind_kernel_create(612);
	struct orc_tables tables;
	struct orc orc;

	for (size_t i = 0; i < 16; i++)
		unwind_kernel_orc(k, 64 * i, ORC_TYPE_CALL, ORC_SP, 8, ORC_UNDEFINED, 0);
	unwind_kernel_ready(k);
	expect_success(orc_tables_init(&tables, &k->s.kernel, &k->arena));
	k->entries[3].registers = 0x0f; /* a register that there is not */
	ck_assert(!orc_find(&tables, address_of(k->code + 3 * 64), &orc));
	k->entries[4].type = 7;
	ck_assert(!orc_find(&tables, address_of(k->code + 4 * 64), &orc));
	synthetic_hole(&k->s, &k->entries[5], sizeof(k->entries[5]));
	ck_assert(!orc_find(&tables, address_of(k->code + 5 * 64), &orc));
	synthetic_hole(&k->s, &k->addresses[8], 4);
	ck_assert(!orc_find(&tables, address_of(k->code + 9 * 64), &orc));
	/* Addresses that are not sorted give wrong entries, but an end. */
	for (size_t i = 0; i < 16; i++)
		k->addresses[i] = (int32_t)(i * 2654435761u);
	for (size_t i = 0; i < 1024; i++)
		orc_find(&tables, address_of(k->code + i), &orc);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(kernels_without_orc)
{
	struct unwind_kernel *k = unwind_kernel_create(1);
	struct orc_tables tables;
	struct orc orc;

	unwind_kernel_ready(k);
	expect_success(orc_tables_init(&tables, &k->s.kernel, &k->arena));
	ck_assert_uint_eq(tables.count, 0);
	ck_assert(!orc_find(&tables, address_of(k->code), &orc));
	unwind_kernel_destroy(k);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_layout_and_numbering,
		numberings_are_never_guessed,
		damaged_tables,
		kernels_without_orc,
	};

	return RUN_SUITE("orc", tests);
}
