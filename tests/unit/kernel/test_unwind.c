/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/unwind.h"

#include "synthetic.h"
#include "unwind_kernel.h"

/* An unwinding under way. */
struct run {
	struct unwind unwind;
	struct unwind_frame frame;
};

/*
 * f1 to f9 are plain functions without a frame, f10 keeps rbp, f11 is what interrupts, f12 the end, f13 is unknown to
 * ORC.
 */
static struct unwind_kernel *kernel_create(unsigned int series)
{
	struct unwind_kernel *k = unwind_kernel_create(series);

	unwind_kernel_orc(k, 0, ORC_TYPE_CALL, ORC_SP, 8, ORC_UNDEFINED, 0);
	unwind_kernel_orc(k, 10 * FUNCTION_SIZE, ORC_TYPE_CALL, ORC_BP, 16, ORC_PREV_SP, -16);
	unwind_kernel_orc(k, 11 * FUNCTION_SIZE, ORC_TYPE_REGS, ORC_SP, 0, ORC_UNDEFINED, 0);
	unwind_kernel_orc(k, 12 * FUNCTION_SIZE, ORC_TYPE_END, ORC_UNDEFINED, 0, ORC_UNDEFINED, 0);
	unwind_kernel_orc(k, 13 * FUNCTION_SIZE, ORC_TYPE_UNKNOWN, ORC_UNDEFINED, 0, ORC_UNDEFINED, 0);
	unwind_kernel_orc(k, 14 * FUNCTION_SIZE, ORC_TYPE_CALL, ORC_SP, 8, ORC_UNDEFINED, 0);
	unwind_kernel_orc(k, 16 * FUNCTION_SIZE, ORC_TYPE_UNKNOWN, ORC_UNDEFINED, 0, ORC_UNDEFINED, 0);
	unwind_kernel_ready(k);
	expect_success(unwinder_init(&k->unwinder, &k->s.kernel, &k->arena));
	return k;
}

/* Starts at @pc with the stack pointer at word @sp of the stack, and at @fp. */
static struct run start(struct unwind_kernel *k, uint64_t pc, size_t sp, uint64_t fp, bool interrupted)
{
	struct registers registers = { .known = 0 };
	struct run run;

	registers_set(&registers, X86_64_IP, pc);
	registers_set(&registers, X86_64_SP, address_of(&k->stack[sp]));
	registers_set(&registers, X86_64_BP, fp);
	expect_success(unwind_init(&run.unwind, &k->unwinder, &k->percpu, &k->thread, &registers, interrupted));
	return run;
}

static void expect_frame(struct run *run, uint64_t pc)
{
	ck_assert_msg(unwind_next(&run->unwind, &run->frame), "no frame at %llx", (unsigned long long)pc);
	ck_assert_uint_eq(run->frame.pc, pc);
}

static void expect_end(struct run *run, enum unwind_end end)
{
	ck_assert_msg(!unwind_next(&run->unwind, &run->frame), "a frame at %llx", (unsigned long long)run->frame.pc);
	ck_assert_int_eq(run->unwind.end, end);
}

START_TEST(calls_to_the_first_frame)
{
	static const unsigned int series[] = { 510, 612, 700 };

	for (size_t i = 0; i < sizeof(series) / sizeof(*series); i++) {
		struct unwind_kernel *k = kernel_create(series[i]);
		struct run run = start(k, in_function(k, 1, 9), 10, address_of(&k->stack[20]), false);

		k->stack[10] = in_function(k, 10, 30); /* f10 called f1: its rbp leads on */
		k->stack[20] = 0x1234;
		k->stack[21] = in_function(k, 2, 64); /* behind the last instruction of f2, which called f10 */
		k->stack[22] = in_function(k, 12, 5);
		expect_frame(&run, in_function(k, 1, 9));
		ck_assert_uint_eq(run.frame.sp, address_of(&k->stack[10]));
		ck_assert_str_eq(run.frame.stack, "task");
		expect_frame(&run, in_function(k, 10, 30));
		ck_assert_uint_eq(run.frame.sp, address_of(&k->stack[11]));
		expect_frame(&run, in_function(k, 2, 64));
		ck_assert_uint_eq(run.frame.sp, address_of(&k->stack[22]));
		ck_assert_uint_eq(run.unwind.fp, 0x1234);
		ck_assert(!run.frame.exact && !run.frame.doubtful && !run.frame.scanned);
		expect_frame(&run, in_function(k, 12, 5));
		expect_end(&run, UNWIND_DONE);
		unwind_kernel_destroy(k);
	}
}
END_TEST

START_TEST(exceptions_leave_registers)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 11, 9), 10, 0, false);
	uint64_t *registers = &k->stack[10];

	registers[X86_64_IP] = in_function(k, 3, 0); /* at its first instruction */
	registers[X86_64_SP] = address_of(&k->stack[40]);
	registers[X86_64_CS] = 0x10;
	registers[X86_64_BP] = address_of(&k->stack[50]);
	registers[X86_64_AX] = 77;
	k->stack[40] = in_function(k, 11, 7);
	registers = &k->stack[41];
	registers[X86_64_IP] = 0x401000;
	registers[X86_64_CS] = 0x33;
	expect_frame(&run, in_function(k, 11, 9));
	expect_frame(&run, in_function(k, 3, 0));
	ck_assert(run.frame.exact);
	ck_assert_uint_eq(run.frame.registers.values[X86_64_AX], 77);
	ck_assert_uint_eq(run.unwind.fp, address_of(&k->stack[50]));
	expect_frame(&run, in_function(k, 11, 7));
	ck_assert(!run.frame.exact && !run.frame.registers.known);
	expect_end(&run, UNWIND_DONE);
	ck_assert(run.unwind.user);
	ck_assert_uint_eq(run.unwind.user_registers.values[X86_64_IP], 0x401000);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(bpf_images_have_frame_pointers)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 1, 9), 10, address_of(&k->stack[30]), false);

	k->stack[10] = address_of(k->image + 20);
	k->stack[30] = address_of(&k->stack[60]);
	k->stack[31] = in_function(k, 12, 5);
	expect_frame(&run, in_function(k, 1, 9));
	expect_frame(&run, address_of(k->image + 20));
	expect_frame(&run, in_function(k, 12, 5));
	ck_assert(!run.frame.doubtful);
	ck_assert_uint_eq(run.unwind.fp, address_of(&k->stack[60]));
	expect_end(&run, UNWIND_DONE);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(out_of_what_orc_does_not_know_by_its_call)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 13, 9), 10, 0, true);
	int32_t distance = 13 * FUNCTION_SIZE - (4 * FUNCTION_SIZE + 20);

	/* f4 called f13; f2 called something else. */
	k->code[4 * FUNCTION_SIZE + 15] = 0xe8;
	memcpy(&k->code[4 * FUNCTION_SIZE + 16], &distance, sizeof(distance));
	k->stack[12] = in_function(k, 2, 20);
	k->stack[14] = in_function(k, 4, 20);
	k->stack[15] = in_function(k, 12, 5);
	expect_frame(&run, in_function(k, 13, 9));
	expect_frame(&run, in_function(k, 4, 20));
	ck_assert(run.frame.doubtful);
	expect_frame(&run, in_function(k, 12, 5));
	ck_assert(!run.frame.doubtful);
	expect_end(&run, UNWIND_DONE);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(what_is_left_is_scanned)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 13, 9), 10, 0, false);

	k->stack[12] = in_function(k, 2, 20);
	k->stack[13] = in_function(k, 5, 0);      /* no return address: a function's start */
	k->stack[14] = address_of(&k->stack[20]); /* no code */
	k->stack[STACK_WORDS - 1] = in_function(k, 6, 1);
	expect_frame(&run, in_function(k, 13, 9));
	expect_frame(&run, in_function(k, 2, 20));
	ck_assert(run.frame.scanned);
	ck_assert_uint_eq(run.frame.sp, address_of(&k->stack[13]));
	expect_frame(&run, in_function(k, 6, 1));
	expect_end(&run, UNWIND_LOST);
	ck_assert_uint_eq(run.unwind.stopped, in_function(k, 13, 9));
	unwind_kernel_destroy(k);
}
END_TEST

/* As when a CPU has just left a process. */
START_TEST(an_empty_stack)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 13, 9), STACK_WORDS, 0, true);

	expect_frame(&run, in_function(k, 13, 9));
	expect_end(&run, UNWIND_DONE);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(stacks_that_cannot_be_read)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 1, 9), 10, 0, false);

	k->stack[10] = in_function(k, 2, 20);
	synthetic_hole(&k->s, &k->stack[11], 8);
	expect_frame(&run, in_function(k, 1, 9));
	expect_frame(&run, in_function(k, 2, 20));
	expect_end(&run, UNWIND_FAULT);
	ck_assert_int_eq(run.unwind.fault, INSPECT_FAULT_EXCLUDED);
	ck_assert_uint_eq(run.unwind.stopped, address_of(&k->stack[11]));
	unwind_kernel_destroy(k);
}
END_TEST

/* A frame pointer that leads down, or onto what is no stack of the task's. */
START_TEST(ways_that_do_not_lead_up)
{
	struct unwind_kernel *k = kernel_create(612);
	uint64_t wrong[] = { address_of(&k->stack[10]), address_of(&k->stack[2]), address_of(&k->other[10]), 0, 8,
			     UINT64_MAX, UINT64_MAX - 15, address_of(&k->stack[STACK_WORDS - 1]) };

	for (size_t i = 0; i < STACK_WORDS; i++)
		k->stack[i] = in_function(k, 10, 10);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct run run = start(k, in_function(k, 10, 9), 300, wrong[i], false);
		unsigned int scanned = 0;

		expect_frame(&run, in_function(k, 10, 9));
		for (; unwind_next(&run.unwind, &run.frame); scanned++)
			ck_assert(run.frame.scanned);
		ck_assert_int_eq(run.unwind.end, UNWIND_LOST);
		ck_assert_uint_eq(scanned, STACK_WORDS - 300);
	}
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(return_addresses_that_tracers_took)
{
	struct unwind_kernel *k = kernel_create(612);
	struct run run = start(k, in_function(k, 1, 9), 10, 0, false);
	const uint64_t graph = in_function(k, 14, 0), probe = in_function(k, 15, 0);

	k->stack[10] = graph;
	k->stack[11] = probe;
	k->stack[12] = graph; /* nobody knows what it stands for */
	/* An entry of the tracer's among other words, as since 6.11. */
	k->ret_stack[7] = in_function(k, 2, 20);
	k->ret_stack[9] = address_of(&k->stack[10]);
	k->hooks[0].next = address_of(&k->hooks[1]);
	k->hooks[0].ret_addr = probe; /* two probes of one function */
	k->hooks[0].frame = address_of(&k->stack[11]);
	k->hooks[1].next = address_of(&k->hooks[0]); /* a cycle */
	k->hooks[1].ret_addr = in_function(k, 3, 20);
	k->hooks[1].frame = address_of(&k->stack[11]);
	k->thread.fields.rethooks = address_of(&k->hooks[0]);
	expect_frame(&run, in_function(k, 1, 9));
	expect_frame(&run, in_function(k, 2, 20));
	ck_assert_str_eq(run.frame.hook, "function graph tracer");
	expect_frame(&run, in_function(k, 3, 20));
	ck_assert_str_eq(run.frame.hook, "kretprobe");
	expect_frame(&run, graph);
	unwind_kernel_destroy(k);
}
END_TEST

/* arm64. */

static struct unwind_kernel *kernel_create_aarch64(unsigned int series)
{
	struct unwind_kernel *k = unwind_kernel_create(series);

	unwind_kernel_ready(k);
	expect_success(unwinder_init(&k->unwinder, &k->s.kernel, &k->arena));
	return k;
}

static struct run start_aarch64(struct unwind_kernel *k, uint64_t pc, uint64_t fp)
{
	struct registers registers = { .known = 0 };
	struct run run;

	registers_set(&registers, AARCH64_PC, pc);
	registers_set(&registers, AARCH64_SP, address_of(&k->stack[2]));
	registers_set(&registers, AARCH64_FP, fp);
	expect_success(unwind_init(&run.unwind, &k->unwinder, &k->percpu, &k->thread, &registers, false));
	return run;
}

/* A frame record at word @at of the stack. */
static void record(struct unwind_kernel *k, size_t at, size_t next, uint64_t pc)
{
	k->stack[at] = next ? address_of(&k->stack[next]) : 0;
	k->stack[at + 1] = pc;
}

START_TEST(frame_records_with_signatures)
{
	struct unwind_kernel *k = kernel_create_aarch64(1612);
	struct run run = start_aarch64(k, in_function(k, 1, 8), address_of(&k->stack[4]));

	k->unwinder.pointer_mask = UINT64_C(0xff7f) << 48;
	record(k, 4, 8, in_function(k, 2, 8) & ~(UINT64_C(0x5a2a) << 48));
	record(k, 8, 12, in_function(k, 3, 8));
	record(k, 12, 0, 0);
	expect_frame(&run, in_function(k, 1, 8));
	expect_frame(&run, in_function(k, 2, 8));
	expect_frame(&run, in_function(k, 3, 8));
	expect_end(&run, UNWIND_DONE);
	ck_assert(!run.unwind.user);
	unwind_kernel_destroy(k);
}
END_TEST

/* Registers whose frame record is at word @at. */
static uint64_t *registers_at(struct unwind_kernel *k, size_t at)
{
	return &k->stack[at - 304 / 8];
}

START_TEST(exceptions_of_arm64)
{
	struct unwind_kernel *k = kernel_create_aarch64(1612);
	struct run run = start_aarch64(k, in_function(k, 1, 8), address_of(&k->stack[4]));

	record(k, 4, 60, in_function(k, 0, 8)); /* f0 is entry code: its caller is what was interrupted */
	record(k, 60, 70, in_function(k, 2, 0));
	registers_at(k, 60)[AARCH64_PC] = in_function(k, 2, 0);
	registers_at(k, 60)[AARCH64_SP] = address_of(&k->stack[68]);
	registers_at(k, 60)[AARCH64_PSTATE] = 5;
	record(k, 70, 120, in_function(k, 0, 12));
	record(k, 120, 0, 0);
	registers_at(k, 120)[AARCH64_PC] = 0x401000;
	expect_frame(&run, in_function(k, 1, 8));
	expect_frame(&run, in_function(k, 0, 8));
	expect_frame(&run, in_function(k, 2, 0));
	ck_assert(run.frame.exact);
	ck_assert_uint_eq(run.frame.sp, address_of(&k->stack[68]));
	expect_frame(&run, in_function(k, 0, 12));
	expect_end(&run, UNWIND_DONE);
	ck_assert(run.unwind.user);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(marked_frame_records)
{
	struct unwind_kernel *k = kernel_create_aarch64(1613);
	struct run run = start_aarch64(k, in_function(k, 1, 8), address_of(&k->stack[4]));

	record(k, 4, 60, in_function(k, 0, 8));
	record(k, 60, 0, 0);
	k->stack[62] = 2; /* registers */
	registers_at(k, 60)[AARCH64_PC] = in_function(k, 2, 0);
	registers_at(k, 60)[AARCH64_FP] = address_of(&k->stack[70]);
	record(k, 70, 80, in_function(k, 3, 8));
	record(k, 80, 0, 0);
	k->stack[82] = 1; /* the end */
	expect_frame(&run, in_function(k, 1, 8));
	expect_frame(&run, in_function(k, 0, 8));
	expect_frame(&run, in_function(k, 2, 0));
	ck_assert(run.frame.exact);
	expect_frame(&run, in_function(k, 3, 8));
	expect_end(&run, UNWIND_DONE);
	unwind_kernel_destroy(k);
}
END_TEST

START_TEST(frame_records_that_do_not_lead_up)
{
	static const size_t wrong[] = { 4, 2, STACK_WORDS - 1 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct unwind_kernel *k = kernel_create_aarch64(1612);
		struct run run = start_aarch64(k, in_function(k, 1, 8), address_of(&k->stack[4]));

		record(k, 4, wrong[i], in_function(k, 2, 8));
		expect_frame(&run, in_function(k, 1, 8));
		expect_frame(&run, in_function(k, 2, 8));
		while (unwind_next(&run.unwind, &run.frame))
			ck_assert(run.frame.scanned);
		ck_assert_int_eq(run.unwind.end, UNWIND_LOST);
		unwind_kernel_destroy(k);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		calls_to_the_first_frame,
		exceptions_leave_registers,
		bpf_images_have_frame_pointers,
		out_of_what_orc_does_not_know_by_its_call,
		what_is_left_is_scanned,
		an_empty_stack,
		stacks_that_cannot_be_read,
		ways_that_do_not_lead_up,
		return_addresses_that_tracers_took,
		frame_records_with_signatures,
		exceptions_of_arm64,
		marked_frame_records,
		frame_records_that_do_not_lead_up,
	};

	return RUN_SUITE("unwind", tests);
}
