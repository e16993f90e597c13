/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel/registers.h"

#include <elf.h>
#include <endian.h>
#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"

#define PRSTATUS_NAME "CORE"
/* struct elf_prstatus_common (include/linux/elfcore.h) on machines of 64 bits: the registers follow. */
#define PRSTATUS_REGISTERS 112

/* CS holds the privilege level in its low two bits: 3 is user mode. */
static bool x86_64_user(const struct registers *registers)
{
	return registers_know(registers, X86_64_CS) && (registers->values[X86_64_CS] & 3) == 3;
}

/* PSTATE.M[3:0], PSR_MODE_MASK: 0 is EL0t. */
static bool aarch64_user(const struct registers *registers)
{
	return registers_know(registers, AARCH64_PSTATE) && !(registers->values[AARCH64_PSTATE] & 15);
}

const struct register_file *register_file(enum machine machine)
{
	static const struct register_file x86_64 = { X86_64_COUNT, X86_64_IP, X86_64_SP, X86_64_BP, x86_64_user };
	static const struct register_file aarch64 = { AARCH64_COUNT, AARCH64_PC, AARCH64_SP, AARCH64_FP, aarch64_user };

	if (machine == MACHINE_X86_64)
		return &x86_64;
	return machine == MACHINE_AARCH64 ? &aarch64 : NULL;
}

/* Registers @first to @last out of little-endian words. */
static void take_words(const uint64_t *words, unsigned int first, unsigned int last, struct registers *registers)
{
	for (unsigned int i = first; i <= last; i++)
		registers_set(registers, i, le64toh(words[i - first]));
}

enum inspect_fault registers_read(struct memory *memory, uint64_t address, unsigned int first, unsigned int last,
				  struct registers *registers, uint64_t *fault_address_ret)
{
	uint64_t words[REGISTERS_MAX];
	enum inspect_fault fault = memory_read(memory, address, words, (last - first + 1) * sizeof(*words),
					       fault_address_ret);

	if (!fault)
		take_words(words, first, last, registers);
	return fault;
}

/*
 * Whether the note at @header is an NT_PRSTATUS with all registers of the machine; they are behind @size bytes at most.
 */
static bool is_prstatus(const Elf64_Nhdr *header, const void *name, const struct register_file *file)
{
	return le32toh(header->n_type) == NT_PRSTATUS && le32toh(header->n_namesz) == sizeof(PRSTATUS_NAME) &&
	       !memcmp(name, PRSTATUS_NAME, sizeof(PRSTATUS_NAME)) &&
	       le32toh(header->n_descsz) >= PRSTATUS_REGISTERS + file->count * sizeof(uint64_t);
}

/* The @index-th NT_PRSTATUS of @size bytes of notes, of which the last may be cut off behind its registers. */
static bool find_prstatus(const uint8_t *notes, size_t size, const struct register_file *file, unsigned int index,
			  struct registers *registers)
{
	while (size >= sizeof(Elf64_Nhdr)) {
		uint64_t name_size, registers_at, whole, words[REGISTERS_MAX];
		const uint8_t *name = notes + sizeof(Elf64_Nhdr);
		Elf64_Nhdr header;

		memcpy(&header, notes, sizeof(header));
		name_size = ((uint64_t)le32toh(header.n_namesz) + 3) & ~3ull;
		registers_at = sizeof(header) + name_size + PRSTATUS_REGISTERS;
		whole = sizeof(header) + name_size + (((uint64_t)le32toh(header.n_descsz) + 3) & ~3ull);
		if (sizeof(header) + name_size > size)
			return false;
		if (is_prstatus(&header, name, file) && !index--) {
			if (registers_at + file->count * sizeof(*words) > size)
				return false;
			memcpy(words, notes + registers_at, file->count * sizeof(*words));
			take_words(words, 0, file->count - 1, registers);
			return true;
		}
		if (whole > size)
			return false;
		notes += whole;
		size -= whole;
	}
	return false;
}

/* Where the kernel keeps the note of @cpu: note_buf_t __percpu *crash_notes. */
static bool crash_note(struct kernel *kernel, const struct percpu *percpu, unsigned int cpu, uint64_t *address_ret)
{
	uint64_t root, pointer;
	struct inspect_error *error = kernel_root(kernel, ROOT_CRASH_NOTES, &root, NULL);

	if (error) { /* without CONFIG_KEXEC_CORE */
		inspect_error_destroy(error);
		return false;
	}
	if (memory_read_u64(&kernel->memory, root, 8, &pointer) || !pointer)
		return false;
	*address_ret = percpu_address(percpu, pointer, cpu);
	return true;
}

struct inspect_error *registers_of_cpu(struct kernel *kernel, const struct percpu *percpu, unsigned int cpu,
				       struct registers *registers, const char **source_ret)
{
	const struct register_file *file = register_file(kernel->machine);
	uint8_t note[sizeof(Elf64_Nhdr) + 8 + PRSTATUS_REGISTERS + REGISTERS_MAX * 8];
	size_t size = sizeof(Elf64_Nhdr) + 8 + PRSTATUS_REGISTERS + file->count * 8;
	unsigned int index = 0;
	uint64_t address;

	memset(registers, 0, sizeof(*registers));
	if (crash_note(kernel, percpu, cpu, &address) && !memory_read(&kernel->memory, address, note, size, NULL) &&
	    find_prstatus(note, size, file, 0, registers)) {
		*source_ret = "registers saved by the kernel";
		return NULL;
	}
	/* Virtual machines write a note for each CPU, in their order. A running kernel's are of who opened it. */
	for (unsigned int i = 0; i < cpu; i++)
		index += percpu_possible(percpu, i);
	if (!kernel->live && kernel->notes &&
	    find_prstatus(kernel->notes, kernel->notes_size, file, index, registers)) {
		*source_ret = "registers in the dump's notes";
		return NULL;
	}
	return error_create(INSPECT_ERROR_LOOKUP, "CPU %u: its registers are not in the dump: the kernel has saved none, and "
			    "there is no note of it", cpu);
}
