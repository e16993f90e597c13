/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A synthetic kernel with a task, its stack, code of functions of 64 bytes each, and an ORC table that is filled entry
 * by entry. Series 510: ORC with an end bit; 612: types; 700: registers in another order; 1: no ORC. With 1000 added,
 * the same for arm64, whose pt_regs have a marked frame record from 1613 on.
 */
#ifndef TESTS_UNIT_KERNEL_UNWIND_KERNEL_H
#define TESTS_UNIT_KERNEL_UNWIND_KERNEL_H

#include "kernel/unwind.h"
#include "synthetic.h"

#define STACK_WORDS 512
#define FUNCTION_SIZE 64
#define FUNCTIONS 16
#define ORC_ENTRIES 32

struct orc_entry {
	int16_t sp_offset, bp_offset;
	uint8_t registers; /* sp_reg in the low half, bp_reg in the high one */
	uint8_t type;      /* and end, signal above it */
};

struct unwind_kernel {
	struct synthetic s;
	struct arena arena;
	struct percpu percpu;
	struct unwinder unwinder;
	struct thread thread;
	uint64_t stack[STACK_WORDS] __attribute__((aligned(4096)));
	uint64_t other[STACK_WORDS] __attribute__((aligned(4096))); /* where nothing is known to be */
	uint8_t code[FUNCTION_SIZE * FUNCTIONS];
	uint8_t image[256]; /* of a BPF program */
	int32_t addresses[ORC_ENTRIES];
	struct orc_entry entries[ORC_ENTRIES];
	struct orc_entry fp_entry, null_entry;
	size_t count;
	uint64_t modules[2];
	uint64_t ret_stack[512];
	struct {
		uint64_t next, ret_addr, frame;
	} hooks[4];
};

static const struct row unwind_rows[] = {
	{ "orc_entry", "sp_offset", 0, 2, "-", 500, 999 },
	{ "orc_entry", "bp_offset", 2, 2, "-", 500, 999 },
	{ "orc_entry", "sp_reg", 4, 2, NULL, 500, 999, 0, 4 },
	{ "orc_entry", "bp_reg", 4, 2, NULL, 500, 999, 4, 4 },
	{ "orc_entry", "type", 4, 2, NULL, 500, 599, 8, 2 },
	{ "orc_entry", "end", 4, 2, NULL, 500, 599, 10, 1 },
	{ "orc_entry", "type", 4, 2, NULL, 600, 999, 8, 3 },
	{ "orc_entry", "signal", 4, 2, NULL, 600, 999, 11, 1 },
	{ "ftrace_ret_stack", "ret", 0, 8, NULL },
	{ "ftrace_ret_stack", "func", 8, 8, NULL },
	{ "ftrace_ret_stack", "retp", 16, 8, NULL },
	{ "rethook_node", "llist", 0, 8, "llist_node" },
	{ "rethook_node", "ret_addr", 8, 8, NULL },
	{ "rethook_node", "frame", 16, 8, NULL },
	{ "llist_node", "next", 0, 8, "*llist_node" },
	{ "pt_regs", "regs", 0, 248, "[31]", 1500 },
	{ "pt_regs", "stackframe", 304, 16, "[2]", 1500, 1612 },
	{ "pt_regs", "stackframe", 304, 24, "frame_record_meta", 1613 },
	{ "frame_record_meta", "record", 0, 16, "[2]", 1613 },
	{ "frame_record_meta", "type", 16, 8, NULL, 1613 },
};

/* The kernel's number of a register. */
static inline unsigned int unwind_kernel_number(const struct unwind_kernel *k, enum orc_register wanted)
{
	static const uint8_t by_use[] = { ORC_UNDEFINED, ORC_PREV_SP, ORC_DX, ORC_DI, ORC_BP, ORC_SP, ORC_R10, ORC_R13,
					  ORC_BP_INDIRECT, ORC_SP_INDIRECT };
	static const uint8_t by_processor[] = { ORC_UNDEFINED, ORC_NONE, ORC_DX, ORC_SP, ORC_BP, ORC_DI, ORC_R10,
						ORC_R13, ORC_PREV_SP, ORC_SP_INDIRECT, ORC_BP_INDIRECT };
	const uint8_t *numbers = k->s.series >= 700 ? by_processor : by_use;
	unsigned int number = 0;

	while (numbers[number] != wanted)
		number++;
	return number;
}

static inline struct orc_entry unwind_kernel_entry(const struct unwind_kernel *k, enum orc_type type,
						   enum orc_register sp_reg, int16_t sp_offset,
						   enum orc_register bp_reg, int16_t bp_offset)
{
	static const uint8_t types[] = { [ORC_TYPE_CALL] = 0, [ORC_TYPE_REGS] = 1, [ORC_TYPE_REGS_PARTIAL] = 2,
					 [ORC_TYPE_END] = 4 };
	struct orc_entry entry = { .sp_offset = sp_offset, .bp_offset = bp_offset };

	entry.registers = (uint8_t)(unwind_kernel_number(k, sp_reg) | unwind_kernel_number(k, bp_reg) << 4);
	if (k->s.series < 600)
		entry.type = types[type];
	else
		entry.type = (uint8_t)(type | (type == ORC_TYPE_REGS || type == ORC_TYPE_REGS_PARTIAL ? 8 : 0));
	return entry;
}

/* From @offset of the code on. */
static inline void unwind_kernel_orc(struct unwind_kernel *k, size_t offset, enum orc_type type,
				     enum orc_register sp_reg, int16_t sp_offset, enum orc_register bp_reg,
				     int16_t bp_offset)
{
	ck_assert_uint_lt(k->count, ORC_ENTRIES);
	k->addresses[k->count] = (int32_t)(k->code + offset - (uint8_t *)&k->addresses[k->count]);
	k->entries[k->count++] = unwind_kernel_entry(k, type, sp_reg, sp_offset, bp_reg, bp_offset);
}

/* The address @offset behind the start of a function. */
static inline uint64_t in_function(const struct unwind_kernel *k, unsigned int function, unsigned int offset)
{
	return address_of(k->code + function * FUNCTION_SIZE + offset);
}

static inline void unwind_kernel_symbol(struct unwind_kernel *k, const char *name, const char *module, const void *start,
					uint64_t size)
{
	struct symbol symbol = { .name = name, .module = module, .address = address_of(start), .size = size,
				 .letter = 't' };

	ck_assert(symbol_array_add(k->s.symbols, &symbol));
}

static inline struct unwind_kernel *unwind_kernel_create(unsigned int series)
{
	struct unwind_kernel *k = aligned_alloc(4096, (sizeof(*k) + 4095) & ~4095ul);

	ck_assert_ptr_nonnull(k);
	memset(k, 0, sizeof(*k));
	arena_init(&k->arena);
	synthetic_init(&k->s, unwind_rows, sizeof(unwind_rows) / sizeof(*unwind_rows), series);
	k->s.kernel.machine = series > 1000 ? MACHINE_AARCH64 : MACHINE_X86_64;
	k->fp_entry = unwind_kernel_entry(k, ORC_TYPE_CALL, ORC_BP, 16, ORC_PREV_SP, -16);
	k->null_entry = unwind_kernel_entry(k, ORC_TYPE_CALL, ORC_SP, 8, ORC_UNDEFINED, 0);
	k->thread.fields.stack = address_of(k->stack);
	k->thread.fields.ret_stack = address_of(k->ret_stack);
	return k;
}

/* All entries are in: functions "f0" to "f15", the BPF image and the roots get their symbols. */
static inline void unwind_kernel_ready(struct unwind_kernel *k)
{
	static const char *const names[FUNCTIONS] = { "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10",
						      "f11", "f12", "f13", "return_to_handler", "arch_rethook_trampoline" };

	k->modules[0] = k->modules[1] = address_of(k->modules);
	synthetic_map(&k->s, k, sizeof(*k));
	for (unsigned int i = 0; i < FUNCTIONS; i++)
		unwind_kernel_symbol(k, names[i], NULL, k->code + i * FUNCTION_SIZE, FUNCTION_SIZE);
	unwind_kernel_symbol(k, "bpf_prog_0123456789abcdef_name", "bpf", k->image, sizeof(k->image));
	synthetic_symbol(&k->s, "__start_init_task", k->other);
	synthetic_symbol(&k->s, "__end_init_task", k->other + STACK_WORDS);
	synthetic_symbol(&k->s, "__start_orc_unwind_ip", k->addresses);
	synthetic_symbol(&k->s, "__stop_orc_unwind_ip", k->addresses + k->count);
	synthetic_symbol(&k->s, "__start_orc_unwind", k->entries);
	synthetic_symbol(&k->s, "orc_fp_entry", &k->fp_entry);
	synthetic_symbol(&k->s, "null_orc_entry", &k->null_entry);
	synthetic_symbol(&k->s, "modules", k->modules);
	synthetic_symbol(&k->s, "__entry_text_start", k->code);
	synthetic_symbol(&k->s, "__entry_text_end", k->code + FUNCTION_SIZE);
	synthetic_ready(&k->s);
}

static inline void unwind_kernel_destroy(struct unwind_kernel *k)
{
	arena_deinit(&k->arena);
	synthetic_deinit(&k->s);
	free(k);
}

#endif
