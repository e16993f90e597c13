/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout_backtrace.h"

#include <inspect/backtrace.h>

#define PART(column, before_, after_)                                                                                \
	{ INSPECT_PATH(column), .when = INSPECT_WHEN_PRESENT, .before = before_, .after = after_ }
#define MARK(column, when_, text) { INSPECT_PATH(column), .when = when_, .before = text }

#define REGISTER(column, before_)                                                                                    \
	{ INSPECT_PATH(INSPECT_REGISTER_##column), .when = INSPECT_WHEN_PRESENT, .style = INSPECT_STYLE_PADDED,      \
	  .before = before_ }
#define FIRST(column, name) REGISTER(column, "\n    " name ": ")
#define NEXT(column, name) REGISTER(column, "  " name ": ")
#define REGISTER_X(number, before_) REGISTER(X0 + number, before_)
#define FIRST_X(number, name) REGISTER_X(number, "\n    " name ": ")
#define NEXT_X(number, name) REGISTER_X(number, "  " name ": ")

/* Those that every exception leaves come first. */
static const struct inspect_layout_item register_items[] = {
	FIRST(RIP, "RIP"), NEXT(RSP, "RSP"), NEXT(RFLAGS, "RFLAGS"),
	FIRST(RAX, "RAX"), NEXT(RBX, "RBX"), NEXT(RCX, "   RCX"),
	FIRST(RDX, "RDX"), NEXT(RSI, "RSI"), NEXT(RDI, "   RDI"),
	FIRST(RBP, "RBP"), NEXT(R8, " R8"), NEXT(R9, "    R9"),
	FIRST(R10, "R10"), NEXT(R11, "R11"), NEXT(R12, "   R12"),
	FIRST(R13, "R13"), NEXT(R14, "R14"), NEXT(R15, "   R15"),
	FIRST(CS, " CS"), NEXT(SS, " SS"), NEXT(ORIG_RAX, "ORIG_RAX"),
	FIRST(PC, " PC"), NEXT(SP, " SP"), NEXT(PSTATE, "PSTATE"),
	FIRST_X(0, " X0"), NEXT_X(1, " X1"), NEXT_X(2, "    X2"),
	FIRST_X(3, " X3"), NEXT_X(4, " X4"), NEXT_X(5, "    X5"),
	FIRST_X(6, " X6"), NEXT_X(7, " X7"), NEXT_X(8, "    X8"),
	FIRST_X(9, " X9"), NEXT_X(10, "X10"), NEXT_X(11, "   X11"),
	FIRST_X(12, "X12"), NEXT_X(13, "X13"), NEXT_X(14, "   X14"),
	FIRST_X(15, "X15"), NEXT_X(16, "X16"), NEXT_X(17, "   X17"),
	FIRST_X(18, "X18"), NEXT_X(19, "X19"), NEXT_X(20, "   X20"),
	FIRST_X(21, "X21"), NEXT_X(22, "X22"), NEXT_X(23, "   X23"),
	FIRST_X(24, "X24"), NEXT_X(25, "X25"), NEXT_X(26, "   X26"),
	FIRST_X(27, "X27"), NEXT_X(28, "X28"), NEXT_X(29, "   X29"),
	FIRST_X(30, "X30"),
};
static const struct inspect_layout register_layout = INSPECT_LAYOUT(register_items);

/* "#3 [ffffc90000123d28] schedule+0x5e", as crash has it; "?" before what is not certain, as the kernel has it. */
static const struct inspect_layout_item frame_items[] = {
	{ INSPECT_PATH_INDEX, .width = -2, .before = "#" },
	{ INSPECT_PATH(INSPECT_FRAME_SP), .when = INSPECT_WHEN_PRESENT, .style = INSPECT_STYLE_PADDED, .before = " [",
	  .after = "] " },
	MARK(INSPECT_FRAME_INLINED, INSPECT_WHEN_TRUE, " (inlined)          "),
	MARK(INSPECT_FRAME_DOUBTFUL, INSPECT_WHEN_TRUE, "? "),
	MARK(INSPECT_FRAME_SCANNED, INSPECT_WHEN_TRUE, "? "),
	PART(INSPECT_FRAME_SYMBOL, NULL, NULL),
	PART(INSPECT_FRAME_OFFSET, "+", NULL),
	PART(INSPECT_FRAME_MODULE, " [", "]"),
	PART(INSPECT_FRAME_PROG_ID, " program ", NULL),
	PART(INSPECT_FRAME_PROG_NAME, " ", NULL),
	PART(INSPECT_FRAME_SUBPROGRAM, ", ", "()"),
	PART(INSPECT_FRAME_FILE, " at ", NULL),
	PART(INSPECT_FRAME_LINE, ":", NULL),
	PART(INSPECT_FRAME_TEXT, ": ", NULL),
	PART(INSPECT_FRAME_HOOK, " (return address taken by the ", ")"),
	PART(INSPECT_FRAME_STACK, " (", " stack)"),
	MARK(INSPECT_FRAME_EXCEPTION, INSPECT_WHEN_TRUE, " interrupted"),
	{ INSPECT_PATH(INSPECT_FRAME_REGISTERS), .when = INSPECT_WHEN_PRESENT, .layout = &register_layout },
};
static const struct inspect_layout frame_layout = INSPECT_LAYOUT(frame_items);

static const struct inspect_layout_item backtrace_items[] = {
	PART(INSPECT_BACKTRACE_PID, "PID: ", "  "),
	PART(INSPECT_BACKTRACE_TASK, "TASK: ", "  "),
	PART(INSPECT_BACKTRACE_CPU, "CPU: ", "  "),
	PART(INSPECT_BACKTRACE_COMMAND, "COMMAND: \"", "\""),
	MARK(INSPECT_BACKTRACE_PANIC, INSPECT_WHEN_TRUE, "  PANIC"),
	PART(INSPECT_BACKTRACE_SOURCE, "  (", ")"),
	{ INSPECT_PATH(INSPECT_BACKTRACE_FRAMES), .when = INSPECT_WHEN_PRESENT, .layout = &frame_layout,
	  .before = "\n", .separator = "\n" },
	{ INSPECT_PATH(INSPECT_BACKTRACE_REGISTERS), .when = INSPECT_WHEN_PRESENT, .layout = &register_layout,
	  .before = "\n    user mode:" },
	PART(INSPECT_BACKTRACE_NOTE, "\n    ", NULL),
	{ .before = "\n" },
};
const struct inspect_layout backtrace_layout = INSPECT_LAYOUT(backtrace_items);
