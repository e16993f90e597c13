/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ELF form of memory: /proc/vmcore, makedumpfile -E, QEMU's dump-guest-memory, /proc/kcore. Little-endian ELF64
 * core files only. Reads the headers and the VMCOREINFO note, and adds the segments to a memory.
 */
#ifndef TARGETS_ELF_FILE_H
#define TARGETS_ELF_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "providers.h"

struct file;
struct memory;

struct elf_file {
	struct file *file; /* borrowed */
	enum machine machine;
	const char *machine_name;
	Elf64_Phdr *segments; /* those of type PT_LOAD that cover anything */
	size_t count;
	uint64_t end;         /* where the bytes of the segments end in the file */
	bool from_qemu;       /* has QEMU's notes */
	bool filtered;        /* a segment covers more than the file holds: pages were left out */
	void *vmcoreinfo;     /* the note's bytes, NULL: no such note */
	size_t vmcoreinfo_size;
	void *notes;          /* of the first PT_NOTE, as they are; NULL: none */
	size_t notes_size;
};

/* Reads the headers and notes of @file, which must outlive @elf. */
struct inspect_error *elf_file_init(struct elf_file *elf, struct file *file);
void elf_file_deinit(struct elf_file *elf);

/* Adds what the file holds of the segments with a valid p_paddr. */
struct inspect_error *elf_file_add_physical(struct elf_file *elf, struct memory *memory);
/*
 * Whether no two segments give one kernel address to different memory. p_vaddr is written by whoever made the dump: the
 * kernel (kexec_file_load), kexec-tools, makedumpfile, or QEMU from the page tables of the guest. One mistake in it
 * would be read as the truth, since virtual segments win over the page tables: so they are trusted all or none.
 */
bool elf_file_virtual_consistent(struct elf_file *elf);
/* Adds the segments with a kernel address in p_vaddr. */
struct inspect_error *elf_file_add_virtual(struct elf_file *elf, struct memory *memory);

/* Takes the VMCOREINFO note out of @size bytes of notes, if there is one and @elf has none yet. */
struct inspect_error *elf_file_take_note(struct elf_file *elf, const void *notes, size_t size);

#endif
