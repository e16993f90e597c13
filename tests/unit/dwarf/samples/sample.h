/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What both sources of the sample define: each compiler run makes its own copy of the DWARF. */
#ifndef SAMPLE_H
#define SAMPLE_H

typedef unsigned char u8;
typedef u8 byte;

enum small { SMALL_A, SMALL_B = 200 };
enum negative { NEGATIVE = -5, POSITIVE = 200 };
enum wide { WIDE = 0x8000000000000000ull, WIDE_ONE = 1 };

struct hidden; /* defined in other.c alone */
struct nowhere;

union both {
	int number;
	char text[4];
};

struct bits {
	unsigned int a : 3;
	unsigned int b : 7;
	signed int c : 12;
	unsigned long long d : 40;
	_Bool e : 1;
};

struct all {
	const volatile int *qualified;
	int *restrict limited;
	int (*callback)(const char *format, struct all *all, ...);
	struct {
		byte inner;
		union {
			short deep;
			u8 deeper[2];
		};
	};
	union both both;
	int matrix[2][3][4];
	enum small small;
	enum negative negative;
	enum wide wide;
	float real;
	double twice;
	_Bool yes;
	char letter;
	signed char tiny;
	unsigned __int128 huge;
	struct hidden *hidden;
	struct nowhere *nowhere;
	void *nothing;
	struct bits bits;
	struct nested { short s; } nested[0];
	enum { ANONYMOUS = 7 } anonymous[0];
	int none[0];
	int rest[];
};

extern int shared;
int use_hidden(struct hidden *hidden);

#endif
