/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "elf_file.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/memory.h"
#include "file.h"

/* Memory of 4 TiB with a hole every 4 MiB; the table is 56 MiB then. */
#define ELF_MAX_SEGMENTS (1u << 20)
/* Program headers that are read at once. */
#define ELF_BATCH 512
/* All notes of one PT_NOTE: 1 KiB a CPU, and VMCOREINFO. */
#define ELF_MAX_NOTES (64u << 20)
/* The kernel's note is one page, 64 KiB at most. */
#define ELF_MAX_VMCOREINFO 65536

#define VMCOREINFO_NAME "VMCOREINFO"
#define QEMU_NAME "QEMU" /* one a CPU: dump/dump.c, target/i386/arch_dump.c */

struct inspect_error *elf_file_take_note(struct elf_file *elf, const void *notes, size_t size)
{
	const char *next = notes;

	while (!elf->vmcoreinfo && size >= sizeof(Elf64_Nhdr)) {
		uint64_t name_size, desc_size, whole;
		Elf64_Nhdr header;
		const char *name = next + sizeof(header);

		memcpy(&header, next, sizeof(header));
		name_size = ((uint64_t)le32toh(header.n_namesz) + 3) & ~3ull;
		desc_size = le32toh(header.n_descsz);
		whole = sizeof(header) + name_size + desc_size;
		if (whole > size)
			return NULL;
		if (le32toh(header.n_namesz) == sizeof(QEMU_NAME) && !memcmp(name, QEMU_NAME, sizeof(QEMU_NAME)))
			elf->from_qemu = true;
		if (le32toh(header.n_namesz) == sizeof(VMCOREINFO_NAME) &&
		    !memcmp(name, VMCOREINFO_NAME, sizeof(VMCOREINFO_NAME)) && desc_size &&
		    desc_size <= ELF_MAX_VMCOREINFO) {
			elf->vmcoreinfo = malloc(desc_size);
			if (!elf->vmcoreinfo)
				return &error_nomem;
			memcpy(elf->vmcoreinfo, name + name_size, desc_size);
			elf->vmcoreinfo_size = desc_size;
		}
		whole = (whole + 3) & ~3ull;
		if (whole > size)
			return NULL;
		next += whole;
		size -= whole;
	}
	return NULL;
}

/* Reads as much of a PT_NOTE as there is: notes that are cut off cost the note, not the dump. The first is kept. */
static struct inspect_error *read_notes(struct elf_file *elf, const Elf64_Phdr *segment)
{
	size_t size = segment->p_filesz < ELF_MAX_NOTES ? segment->p_filesz : ELF_MAX_NOTES, done;
	uint64_t left = file_size(elf->file);
	struct inspect_error *error;
	void *notes;

	if (segment->p_offset >= left)
		return NULL;
	if (size > left - segment->p_offset)
		size = (size_t)(left - segment->p_offset);
	notes = malloc(size ? size : 1);
	if (!notes)
		return &error_nomem;
	file_read(elf->file, segment->p_offset, notes, size, &done);
	error = elf_file_take_note(elf, notes, done);
	if (elf->notes) {
		free(notes);
	} else {
		elf->notes = notes;
		elf->notes_size = done;
	}
	return error;
}

static void segment_to_host(Elf64_Phdr *segment)
{
	segment->p_type = le32toh(segment->p_type);
	segment->p_offset = le64toh(segment->p_offset);
	segment->p_vaddr = le64toh(segment->p_vaddr);
	segment->p_paddr = le64toh(segment->p_paddr);
	segment->p_filesz = le64toh(segment->p_filesz);
	segment->p_memsz = le64toh(segment->p_memsz);
}

/* Takes one program header: notes are read, loads are kept. */
static struct inspect_error *take_segment(struct elf_file *elf, Elf64_Phdr *segment)
{
	segment_to_host(segment);
	if (segment->p_type == PT_NOTE)
		return read_notes(elf, segment);
	if (segment->p_type != PT_LOAD)
		return NULL;
	if (segment->p_filesz > segment->p_memsz)
		segment->p_memsz = segment->p_filesz;
	if (segment->p_offset > INT64_MAX)
		segment->p_filesz = 0;
	else if (segment->p_filesz > INT64_MAX - segment->p_offset)
		segment->p_filesz = INT64_MAX - segment->p_offset;
	if (!segment->p_memsz)
		return NULL;
	if (segment->p_filesz && segment->p_offset + segment->p_filesz > elf->end)
		elf->end = segment->p_offset + segment->p_filesz;
	elf->filtered |= segment->p_filesz < segment->p_memsz;
	elf->segments[elf->count++] = *segment;
	return NULL;
}

/* The table is anywhere e_phoff says: QEMU since 7.2 puts it behind the section headers. */
static struct inspect_error *read_segments(struct elf_file *elf, uint64_t position, size_t count)
{
	Elf64_Phdr batch[ELF_BATCH];
	struct inspect_error *error;

	elf->segments = calloc(count, sizeof(*elf->segments));
	if (!elf->segments)
		return &error_nomem;
	for (size_t i = 0; i < count; i += ELF_BATCH) {
		size_t step = count - i < ELF_BATCH ? count - i : ELF_BATCH;

		error = file_read_exactly(elf->file, position + i * sizeof(*batch), batch, step * sizeof(*batch),
					  "program headers");
		for (size_t j = 0; !error && j < step; j++)
			error = take_segment(elf, &batch[j]);
		if (error)
			return error;
	}
	return NULL;
}

/* With PN_XNUM program headers or more, the number of them is in section header 0 (gABI, "ELF header"). */
static struct inspect_error *segment_count(struct elf_file *elf, const Elf64_Ehdr *header, size_t *count_ret)
{
	struct inspect_error *error;
	Elf64_Shdr section;

	*count_ret = le16toh(header->e_phnum);
	if (*count_ret == PN_XNUM) {
		error = file_read_exactly(elf->file, le64toh(header->e_shoff), &section, sizeof(section),
					  "section header 0, which counts the program headers");
		if (error)
			return error;
		*count_ret = le32toh(section.sh_info);
	}
	if (!*count_ret)
		return error_create(INSPECT_ERROR_FORMAT,
				    "%s: an ELF core file without program headers: nothing is in it",
				    file_path(elf->file));
	if (*count_ret > ELF_MAX_SEGMENTS)
		return error_create(INSPECT_ERROR_LIMIT, "%s: %zu program headers, more than %u", file_path(elf->file),
				    *count_ret, ELF_MAX_SEGMENTS);
	return NULL;
}

static struct inspect_error *check_header(const char *path, const Elf64_Ehdr *header)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		return error_create(INSPECT_ERROR_FORMAT, "%s: not an ELF file", path);
	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "%s: 32-bit ELF: only dumps of 64-bit kernels can be read", path);
	if (header->e_ident[EI_DATA] != ELFDATA2LSB)
		return error_create(INSPECT_ERROR_UNSUPPORTED,
				    "%s: big-endian ELF: only dumps of little-endian kernels can be read", path);
	if (le16toh(header->e_type) != ET_CORE)
		return error_create(INSPECT_ERROR_USAGE,
				    "%s: an ELF file, but not a core dump; a vmlinux is given as symbols (-s)", path);
	if (le16toh(header->e_phentsize) != sizeof(Elf64_Phdr))
		return error_create(INSPECT_ERROR_FORMAT, "%s: program headers of %u bytes, expected %zu", path,
				    le16toh(header->e_phentsize), sizeof(Elf64_Phdr));
	return NULL;
}

static void set_machine(struct elf_file *elf, uint16_t machine)
{
	switch (machine) {
	case EM_X86_64:
		elf->machine = MACHINE_X86_64;
		elf->machine_name = "x86_64";
		break;
	case EM_AARCH64:
		elf->machine = MACHINE_AARCH64;
		elf->machine_name = "aarch64";
		break;
	case EM_PPC64:
		elf->machine = MACHINE_OTHER;
		elf->machine_name = "ppc64le";
		break;
	case EM_RISCV:
		elf->machine = MACHINE_OTHER;
		elf->machine_name = "riscv64";
		break;
	case EM_LOONGARCH:
		elf->machine = MACHINE_OTHER;
		elf->machine_name = "loongarch64";
		break;
	default:
		elf->machine = MACHINE_OTHER;
		elf->machine_name = "unknown";
		break;
	}
}

static struct inspect_error *elf_file_load(struct elf_file *elf)
{
	struct inspect_error *error;
	Elf64_Ehdr header;
	size_t count;

	error = file_read_exactly(elf->file, 0, &header, sizeof(header), "ELF header");
	if (!error)
		error = check_header(file_path(elf->file), &header);
	if (!error)
		error = segment_count(elf, &header, &count);
	if (!error)
		error = read_segments(elf, le64toh(header.e_phoff), count);
	if (error)
		return error;
	set_machine(elf, le16toh(header.e_machine));
	return NULL;
}

struct inspect_error *elf_file_init(struct elf_file *elf, struct file *file)
{
	struct inspect_error *error;

	*elf = (struct elf_file){ .file = file };
	error = elf_file_load(elf);
	if (error)
		elf_file_deinit(elf);
	return error;
}

void elf_file_deinit(struct elf_file *elf)
{
	free(elf->segments);
	free(elf->vmcoreinfo);
	free(elf->notes);
	*elf = (struct elf_file){ 0 };
}

static enum inspect_fault segment_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	struct file *file = arg;

	return file_read(file, position, buf, size, done_ret);
}

static struct memory_segment make_segment(const struct elf_file *elf, const Elf64_Phdr *segment, uint64_t start)
{
	return (struct memory_segment){
		.start = start,
		.size = segment->p_memsz,
		.filled = segment->p_filesz,
		.position = segment->p_offset,
		.read = segment_read,
		.arg = elf->file,
	};
}

/* p_paddr of -1: memory without one physical address (vmalloc in /proc/kcore, Linux 464920104bf7). */
static bool has_physical(const Elf64_Phdr *segment)
{
	return segment->p_paddr != UINT64_MAX;
}

struct inspect_error *elf_file_add_physical(struct elf_file *elf, struct memory *memory)
{
	for (size_t i = 0; i < elf->count; i++) {
		const Elf64_Phdr *segment = &elf->segments[i];
		struct memory_segment added = make_segment(elf, segment, segment->p_paddr);
		struct inspect_error *error;

		if (!has_physical(segment))
			continue;
		/* The part without bytes is left out, so that another segment may have it: kexec's text is also RAM. */
		added.size = added.filled;
		error = memory_add_physical(memory, &added);
		if (error)
			return error;
	}
	return NULL;
}

/* An address of the upper half: QEMU without paging writes 0 or p_paddr, user space is nobody's business here. */
static bool has_virtual(const Elf64_Phdr *segment)
{
	return segment->p_vaddr >> 63;
}

static int compare_virtual(const void *left, const void *right)
{
	const Elf64_Phdr *a = left, *b = right;

	return a->p_vaddr < b->p_vaddr ? -1 : a->p_vaddr > b->p_vaddr;
}

static uint64_t virtual_last(const Elf64_Phdr *segment)
{
	uint64_t last;

	return __builtin_add_overflow(segment->p_vaddr, segment->p_memsz - 1, &last) ? UINT64_MAX : last;
}

/* Whether no two overlapping ones of @sorted, by p_vaddr, mean different memory. */
static bool sorted_consistent(const Elf64_Phdr *sorted, size_t count)
{
	const Elf64_Phdr *widest = NULL;

	for (size_t i = 0; i < count; i++) {
		const Elf64_Phdr *segment = &sorted[i];

		if (!has_virtual(segment))
			continue;
		if (widest && segment->p_vaddr <= virtual_last(widest) &&
		    segment->p_vaddr - segment->p_paddr != widest->p_vaddr - widest->p_paddr)
			return false;
		if (!widest || virtual_last(segment) > virtual_last(widest))
			widest = segment;
	}
	return true;
}

bool elf_file_virtual_consistent(struct elf_file *elf)
{
	qsort(elf->segments, elf->count, sizeof(*elf->segments), compare_virtual);
	return sorted_consistent(elf->segments, elf->count);
}

struct inspect_error *elf_file_add_virtual(struct elf_file *elf, struct memory *memory)
{
	for (size_t i = 0; i < elf->count; i++) {
		const Elf64_Phdr *segment = &elf->segments[i];
		struct memory_segment added = make_segment(elf, segment, segment->p_vaddr);
		struct inspect_error *error = has_virtual(segment) ? memory_add_virtual(memory, &added) : NULL;

		if (error)
			return error;
	}
	return NULL;
}
