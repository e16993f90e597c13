# SPDX-License-Identifier: LGPL-2.1-or-later
"""Expressions of literals: those that a reader of C's rules would try, and random ones."""

INTEGERS = ("0", "1", "2", "3", "7", "10", "31", "32", "63", "100", "127", "128", "255", "256", "32767", "32768", "65535",
            "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
            "0x7fffffff", "0x80000000", "0xffffffff", "0x100000000", "0x7fffffffffffffff", "0x8000000000000000",
            "0xffffffffffffffff", "0xffff800000000000", "017", "0777", "037777777777", "0b101", "0B11111111")
# The suffixes that a decimal number of any size can have without becoming 128 bits wide.
SUFFIXES = ("", "", "", "", "u", "U", "l", "L", "ul", "UL", "lu", "ll", "LL", "ull", "ULL", "llu")
CHARACTERS = (r"'a'", r"'\n'", r"'\0'", r"'\377'", r"'\xff'", r"'\x7f'", r"'\''", r"'\\'", r"'\e'", "'ab'", "'abcd'", "'\"'")
FLOATS = ("0.0", "1.0", "0.5", "1.5f", "3.25", "1e3", "1e10", "2.5e-3", ".5", "1.", "0x1p3", "0x1.8p1", "1e30", "1e38f")
CASTS = ("char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned", "unsigned int", "long",
         "unsigned long", "long long", "unsigned long long", "_Bool", "float", "double", "long unsigned int",
         "short int", "int long long unsigned", "signed", "__int128", "unsigned __int128")
INTEGER_CASTS = tuple(cast for cast in CASTS if cast not in ("float", "double"))
POINTERS = ("char *", "int *", "void *", "long *", "short *", "char **", "const char *", "unsigned long *")
ARITHMETIC = ("+", "-", "*", "/")
BITS = ("&", "|", "^", "<<", ">>", "<<", ">>")
COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")
LOGICAL = ("&&", "||")
SIZES = ("sizeof(int)", "sizeof(char *)", "sizeof(long[7])", "sizeof(int (*[3])(void))", "sizeof(short[2][3])",
         "sizeof(void (*)(int, ...))", "sizeof 'a'", "sizeof \"hello\"", "sizeof 1.0f", "sizeof(void)", "sizeof(1 ? 'a' : 1L)",
         "sizeof(int *const *)", "sizeof(char (*)[5])", "sizeof(unsigned)", "sizeof(_Bool)", "sizeof(*(int (*)[5])0)")

LISTED = (
    *(f"{number}{suffix}" for number in ("0", "1", "2147483647", "2147483648", "4294967296") for suffix in SUFFIXES),
    *(f"{number}{suffix}" for number in ("0x7fffffff", "0x80000000", "0xffffffff", "0x100000000", "0x8000000000000000",
                                         "01777777777777777777777") for suffix in SUFFIXES),
    *CHARACTERS, *FLOATS, *SIZES,
    "1 + 2 * 3", "(1 + 2) * 3", "10 - 4 - 3", "100 / 10 / 5", "1 << 2 + 3", "1 | 2 ^ 3 & 4", "1 < 2 == 1", "7 & 3 == 3",
    "1 ? 2 : 3", "0 ? 2 : 3", "1 ? 0 ? 1 : 2 : 3", "0 ? 1 : 0 ? 2 : 3", "1 ? 1 : 2.0", "0 ? 1 : 2u", "1 ? -1 : 0u",
    "1 ? (char)1 : (short)2", "0 ? 1L : 2ull", "(1, 2)", "(1, 2, 3L)", "-7 / 2", "-7 % 2", "7 / -2", "7 % -2", "-7 >> 1",
    "-7u >> 1", "-1 < 0u", "-1L < 0u", "-1 < (unsigned char)0", "(unsigned char)255 + 1", "~0", "~0u", "~0UL", "!0", "!5",
    "!0.0", "-(unsigned char)1", "+(short)-3", "~(char)0", "-2147483648", "-2147483647 - 1", "2147483647 + 1",
    "4294967295u + 1", "1 / 0", "1 % 0", "1.0 / 2", "0 && 1 / 0", "1 || 1 / 0", "0 && (1 << 99)", "1 << 31", "1 << 32",
    "1u << 31", "1L << 32", "1 << -1", "1 >> 63", "1LL << 63", "(-2147483647 - 1) / -1", "(-2147483647 - 1) % -1",
    "(-9223372036854775807L - 1) / -1", "(int)3000000000.0", "(unsigned)3000000000.0", "(unsigned char)300.0", "(int)-1.9",
    "(_Bool)0.1", "(_Bool)256", "(unsigned char)256", "(signed char)200", "(char)200", "(short)40000", "(int)4294967295",
    "(unsigned long)-1", "(unsigned)-1L", "(float)16777217", "(double)9007199254740993", "(float)0xffffffffffffffff",
    "(int)'a' + 1", "(char *)0x1000 + 3", "(int *)0x1000 + 3", "(int *)0x1000 - 1", "3 + (long *)0x1000",
    "(int *)0x1010 - (int *)0x1000", "(char **)0x1010 - (char **)0x1000", "(int *)0x1000 < (int *)0x1004",
    "(void *)0x1000 + 1", "(int *)0x1000 == (int *)0x1000", "!(int *)0", "(int *)0 || 0", "1 ? (int *)0x10 : 0",
    "0 ? (int *)0x10 : 0", "1 ? (void *)0x10 : (int *)0x20", "1 ? (int *)0x10 : (void *)0", "(long)(int *)-1", "(char)(long)(char *)0x1ff",
    "&*(int *)0x1000", "&((int *)0x1000)[3]", "&(*(int (*)[4])0x1000)[2]", "sizeof(1 / 0)", "sizeof(1 << 99)",
    "(__typeof__(1L))2", "(typeof(1 ? 1 : 2u))-1", "(typeof(int *))0x10 + 1", "\"abc\"[1]", "\"abc\"[3]", "\"a\\x80\"[1]",
    "(__int128)1 << 100", "(unsigned __int128)-1 / 3", "(__int128)-1 >> 64", "(__int128)-7 % 3", "-(__int128)5", "~(__int128)0",
    "(__int128)1 << 128", "(__int128)1 / 0", "(double)((__int128)1 << 100)", "(float)((unsigned __int128)-1 >> 1)",
    "(__int128)1e30", "(unsigned __int128)-1.5", "(unsigned __int128)1e38", "(unsigned long)((__int128)1 << 64)",
    "(_Bool)((__int128)1 << 64)", "!((__int128)1 << 64)", "((__int128)1 << 64) ? 1 : 2", "1 ? (__int128)1 : 2u",
    "5u - (__int128)6", "(__int128)-1 < (unsigned __int128)0", "(__int128)-1 < 0ull", "1 << (__int128)3",
    "sizeof(unsigned __int128)", "((unsigned __int128)1 << 127) * 2 == 0",
    "(__int128)0x7fffffffffffffff * 0x7fffffffffffffff", "((__int128)1 << 64) && 1", "(char *)0x1000 + (__int128)3",
    "1.5 < 2", "1.5f + 1", "1.5f * 2.0", "0.1f == 0.1", "1e308 * 10 > 1e308", "-0.0", "1.0 && 0", "3.7f / 2",
)


class Generator:
    def __init__(self, random):
        self.random = random

    def pick(self, choices):
        return self.random.choice(choices)

    def literal(self, integer):
        kind = self.random.random()
        if kind < 0.75 or (integer and kind >= 0.94):
            return self.pick(INTEGERS) + self.pick(SUFFIXES)
        return self.pick(CHARACTERS if kind < 0.87 else SIZES if kind < 0.94 else FLOATS)

    def integer_operation(self, a, b):
        return f"({a} {self.pick(('%', *BITS, *BITS[:3]))} {b})"

    def number(self, depth, integer=False):
        """An arithmetic expression; one of an integer type where @integer says so."""
        if depth <= 0:
            return self.literal(integer)
        form = self.random.random()
        if form < 0.30:
            return self.integer_operation(*(self.number(depth - self.random.randint(1, 2), True) for _ in range(2)))
        # What is inside of these may be of any type.
        if form < 0.45:
            a, b = (self.number(depth - self.random.randint(1, 2)) for _ in range(2))
            return f"({a} {self.pick((*COMPARISONS, *LOGICAL))} {b})"
        if form < 0.55:
            return f"({self.pick(INTEGER_CASTS if integer else CASTS)})({self.number(depth - 1)})"
        a, b = (self.number(depth - self.random.randint(1, 2), integer) for _ in range(2))
        if form < 0.75:
            return f"({a} {self.pick(ARITHMETIC)} {b})"
        if form < 0.85:
            return f"{self.pick(('-', '~', '!', '+') if integer else ('-', '!', '+'))}({a})"
        if form < 0.93:
            return f"({self.number(depth - 1)} ? {a} : {b})"
        return f"({a} {self.pick(ARITHMETIC)} {b} {self.pick(ARITHMETIC)} {self.number(depth - 1, integer)})"

    def pointer(self, depth):
        base = f"({self.pick(POINTERS)}){self.pick(INTEGERS)}"
        number = f"(long)({self.number(depth - 1)})"
        element = base if "void" in base else f"&({base})[{number}]"
        return self.pick((f"{base} + {number}", f"{number} + ({base})", f"{base} - {number}", element,
                          f"{base} == ({self.pick(POINTERS)}){self.pick(INTEGERS)}",
                          f"(unsigned long)({base}) >> 3", f"({base}) ? 1 : 2L"))

    def expression(self):
        depth = self.random.randint(1, 4)
        return self.pointer(depth) if self.random.random() < 0.1 else self.number(depth)
