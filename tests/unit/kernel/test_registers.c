/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/registers.h"

#include <elf.h>

#include "synthetic.h"

/*
 * An NT_PRSTATUS of x86-64, as it stands in memory: 112 bytes, 27 registers of which these are the first, pr_fpvalid.
 */
struct note {
	Elf64_Nhdr header;
	char name[8];
	uint8_t common[112];
	uint64_t registers[27];
	uint64_t fpvalid;
} __attribute__((packed, aligned(4)));

_Static_assert(sizeof(struct note) == 12 + 8 + 336, "layout of an NT_PRSTATUS");

struct setup {
	struct synthetic s;
	struct percpu percpu;
	struct note notes[3];
	struct note saved[2]; /* crash_notes of CPU 0 and 1 */
	uint64_t crash_notes;
	uint64_t offsets[2];
};

static void note_set(struct note *note, uint32_t type, const char *name, uint64_t first)
{
	memset(note, 0, sizeof(*note));
	note->header = (Elf64_Nhdr){ .n_namesz = (Elf64_Word)strlen(name) + 1, .n_descsz = 336, .n_type = type };
	strcpy(note->name, name);
	for (unsigned int i = 0; i < X86_64_COUNT; i++)
		note->registers[i] = first + i;
}

static struct setup *setup_create(void)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	ck_assert_ptr_nonnull(setup);
	synthetic_init(&setup->s, NULL, 0, 0);
	setup->s.kernel.machine = MACHINE_X86_64;
	setup->percpu = (struct percpu){ .offsets = setup->offsets, .possible = { 3 }, .cpu_ids = 2, .count = 2 };
	setup->offsets[1] = sizeof(struct note);
	setup->crash_notes = address_of(&setup->saved);
	synthetic_map(&setup->s, setup, sizeof(*setup));
	synthetic_symbol(&setup->s, "crash_notes", &setup->crash_notes);
	synthetic_ready(&setup->s);
	return setup;
}

static void setup_destroy(struct setup *setup)
{
	synthetic_deinit(&setup->s);
	free(setup);
}

START_TEST(the_dumps_notes_in_the_order_of_cpus)
{
	struct setup *setup = setup_create();
	struct registers registers;
	const char *source = NULL;

	note_set(&setup->notes[0], NT_PRSTATUS, "CORE", 100);
	note_set(&setup->notes[1], NT_FPREGSET, "CORE", 500);
	note_set(&setup->notes[2], NT_PRSTATUS, "CORE", 200);
	setup->s.kernel.notes = setup->notes;
	setup->s.kernel.notes_size = sizeof(setup->notes);
	expect_success(registers_of_cpu(&setup->s.kernel, &setup->percpu, 1, &registers, &source));
	ck_assert_str_eq(source, "registers in the dump's notes");
	ck_assert_uint_eq(registers.values[X86_64_R15], 200);
	ck_assert_uint_eq(registers.values[X86_64_SS], 200 + X86_64_SS);
	ck_assert_uint_eq(registers.known, (UINT64_C(1) << X86_64_COUNT) - 1);
	/* Cut off in the middle of its registers. */
	setup->s.kernel.notes_size -= 200;
	expect_error(registers_of_cpu(&setup->s.kernel, &setup->percpu, 1, &registers, &source), INSPECT_ERROR_LOOKUP,
		     "CPU 1");
	/* Those of a running kernel are not the CPUs'. */
	setup->s.kernel.live = true;
	expect_error(registers_of_cpu(&setup->s.kernel, &setup->percpu, 0, &registers, &source), INSPECT_ERROR_LOOKUP,
		     "CPU 0");
	setup_destroy(setup);
}
END_TEST

START_TEST(what_the_kernel_saved_is_taken_first)
{
	struct setup *setup = setup_create();
	struct registers registers;
	const char *source = NULL;

	note_set(&setup->notes[0], NT_PRSTATUS, "CORE", 100);
	setup->s.kernel.notes = setup->notes;
	setup->s.kernel.notes_size = sizeof(setup->notes[0]);
	note_set(&setup->saved[0], NT_PRSTATUS, "CORE", 300);
	expect_success(registers_of_cpu(&setup->s.kernel, &setup->percpu, 0, &registers, &source));
	ck_assert_str_eq(source, "registers saved by the kernel");
	ck_assert_uint_eq(registers.values[X86_64_IP], 300 + X86_64_IP);
	/* Nothing was saved for this one, and the dump has one note only. */
	expect_error(registers_of_cpu(&setup->s.kernel, &setup->percpu, 1, &registers, &source), INSPECT_ERROR_LOOKUP,
		     "its registers are not in the dump");
	/* Not readable: the dump's. */
	synthetic_hole(&setup->s, &setup->saved[0], sizeof(setup->saved[0]));
	expect_success(registers_of_cpu(&setup->s.kernel, &setup->percpu, 0, &registers, &source));
	ck_assert_uint_eq(registers.values[X86_64_R15], 100);
	setup_destroy(setup);
}
END_TEST

START_TEST(hostile_sizes)
{
	static const uint32_t sizes[] = { 0, 112 + 8 * X86_64_COUNT - 1, UINT32_MAX, UINT32_MAX - 3, 0x80000000 };
	struct setup *setup = setup_create();
	struct registers registers;
	const char *source = NULL;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		/* One that is cut off where its registers are all there is as good as whole. */
		note_set(&setup->notes[0], NT_PRSTATUS, "CORE", 100);
		setup->notes[0].header.n_descsz = sizes[i];
		setup->s.kernel.notes = setup->notes;
		setup->s.kernel.notes_size = sizeof(setup->notes[0]);
		if (sizes[i] > sizeof(struct note))
			expect_success(registers_of_cpu(&setup->s.kernel, &setup->percpu, 0, &registers, &source));
		else
			expect_error(registers_of_cpu(&setup->s.kernel, &setup->percpu, 0, &registers, &source),
				     INSPECT_ERROR_LOOKUP, "CPU 0");
		note_set(&setup->notes[0], NT_PRSTATUS, "CORE", 100);
		setup->notes[0].header.n_namesz = sizes[i];
		expect_error(registers_of_cpu(&setup->s.kernel, &setup->percpu, 0, &registers, &source),
			     INSPECT_ERROR_LOOKUP, "CPU 0");
	}
	setup_destroy(setup);
}
END_TEST

START_TEST(whose_registers)
{
	struct registers registers = { .known = 0 };

	ck_assert_ptr_null(register_file(MACHINE_OTHER));
	ck_assert(!register_file(MACHINE_X86_64)->user(&registers));
	registers_set(&registers, X86_64_CS, 0x33);
	ck_assert(register_file(MACHINE_X86_64)->user(&registers));
	registers_set(&registers, X86_64_CS, 0x10);
	ck_assert(!register_file(MACHINE_X86_64)->user(&registers));
	registers_set(&registers, AARCH64_PSTATE, 0x60001000);
	ck_assert(register_file(MACHINE_AARCH64)->user(&registers));
	registers_set(&registers, AARCH64_PSTATE, 0x604000c5);
	ck_assert(!register_file(MACHINE_AARCH64)->user(&registers));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_dumps_notes_in_the_order_of_cpus,
		what_the_kernel_saved_is_taken_first,
		hostile_sizes,
		whose_registers,
	};

	return RUN_SUITE("registers", tests);
}
