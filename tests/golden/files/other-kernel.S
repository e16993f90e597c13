/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file with symbols and a build-id, as a vmlinux that is not the dump's. */
	.text
	.globl _start
_start:
	.word 0
	.section .note.GNU-stack, "", %progbits
