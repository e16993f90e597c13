/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DWARF with a type that the kernel of the dumps does not have. */
struct only_in_dwarf {
	int number;
	struct only_in_dwarf *next;
	unsigned int low : 3, high : 5;
};

struct only_in_dwarf only_in_dwarf = { .number = 1 };
