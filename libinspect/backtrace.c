/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backtraces as records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/backtrace.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/image.h"
#include "handle.h"
#include "kernel/panic.h"
#include "kernel/tasks.h"
#include "kernel/unwind.h"

#define REGISTER(column, name) [INSPECT_REGISTER_##column] = { .key = name, .kind = INSPECT_CELL_ADDRESS }
#define REGISTER_X(number) [INSPECT_REGISTER_X0 + number] = { .key = "x" #number, .kind = INSPECT_CELL_ADDRESS }

static const struct inspect_column register_columns[] = {
	REGISTER(RIP, "rip"), REGISTER(RSP, "rsp"), REGISTER(RFLAGS, "rflags"), REGISTER(CS, "cs"), REGISTER(SS, "ss"),
	REGISTER(ORIG_RAX, "orig_rax"), REGISTER(RAX, "rax"), REGISTER(RBX, "rbx"), REGISTER(RCX, "rcx"),
	REGISTER(RDX, "rdx"), REGISTER(RSI, "rsi"), REGISTER(RDI, "rdi"), REGISTER(RBP, "rbp"), REGISTER(R8, "r8"),
	REGISTER(R9, "r9"), REGISTER(R10, "r10"), REGISTER(R11, "r11"), REGISTER(R12, "r12"), REGISTER(R13, "r13"),
	REGISTER(R14, "r14"), REGISTER(R15, "r15"), REGISTER(PC, "pc"), REGISTER(SP, "sp"),
	REGISTER(PSTATE, "pstate"),
	REGISTER_X(0), REGISTER_X(1), REGISTER_X(2), REGISTER_X(3), REGISTER_X(4), REGISTER_X(5), REGISTER_X(6),
	REGISTER_X(7), REGISTER_X(8), REGISTER_X(9), REGISTER_X(10), REGISTER_X(11), REGISTER_X(12), REGISTER_X(13),
	REGISTER_X(14), REGISTER_X(15), REGISTER_X(16), REGISTER_X(17), REGISTER_X(18), REGISTER_X(19), REGISTER_X(20),
	REGISTER_X(21), REGISTER_X(22), REGISTER_X(23), REGISTER_X(24), REGISTER_X(25), REGISTER_X(26), REGISTER_X(27),
	REGISTER_X(28), REGISTER_X(29), REGISTER_X(30),
};
const struct inspect_schema inspect_register_schema = INSPECT_SCHEMA("registers", register_columns);

static const struct inspect_column frame_columns[] = {
	[INSPECT_FRAME_SP] = { .key = "sp", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_FRAME_PC] = { .key = "pc", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_FRAME_SYMBOL] = { .key = "symbol", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_OFFSET] = { .key = "offset", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_FRAME_MODULE] = { .key = "module", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_INLINED] = { .key = "inlined", .kind = INSPECT_CELL_BOOL },
	[INSPECT_FRAME_STACK] = { .key = "stack", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_EXCEPTION] = { .key = "exception", .kind = INSPECT_CELL_BOOL },
	[INSPECT_FRAME_DOUBTFUL] = { .key = "doubtful", .kind = INSPECT_CELL_BOOL },
	[INSPECT_FRAME_SCANNED] = { .key = "scanned", .kind = INSPECT_CELL_BOOL },
	[INSPECT_FRAME_HOOK] = { .key = "hook", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_PROG_ID] = { .key = "prog_id", .kind = INSPECT_CELL_U64 },
	[INSPECT_FRAME_PROG_NAME] = { .key = "prog_name", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_SUBPROGRAM] = { .key = "subprogram", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_FILE] = { .key = "file", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_LINE] = { .key = "line", .kind = INSPECT_CELL_U64 },
	[INSPECT_FRAME_TEXT] = { .key = "text", .kind = INSPECT_CELL_STRING },
	[INSPECT_FRAME_REGISTERS] = { .key = "registers", .kind = INSPECT_CELL_RECORD,
				      .nested = &inspect_register_schema },
};
const struct inspect_schema inspect_frame_schema = INSPECT_SCHEMA("frame", frame_columns);

static const struct inspect_column backtrace_columns[] = {
	[INSPECT_BACKTRACE_PID] = { .key = "pid", .kind = INSPECT_CELL_U64 },
	[INSPECT_BACKTRACE_TASK] = { .key = "task", .kind = INSPECT_CELL_ADDRESS },
	[INSPECT_BACKTRACE_CPU] = { .key = "cpu", .kind = INSPECT_CELL_U64 },
	[INSPECT_BACKTRACE_COMMAND] = { .key = "command", .kind = INSPECT_CELL_STRING },
	[INSPECT_BACKTRACE_PANIC] = { .key = "panic", .kind = INSPECT_CELL_BOOL },
	[INSPECT_BACKTRACE_SOURCE] = { .key = "source", .kind = INSPECT_CELL_STRING },
	[INSPECT_BACKTRACE_FRAMES] = { .key = "frames", .kind = INSPECT_CELL_RECORDS, .nested = &inspect_frame_schema },
	[INSPECT_BACKTRACE_REGISTERS] = { .key = "registers", .kind = INSPECT_CELL_RECORD,
					  .nested = &inspect_register_schema },
	[INSPECT_BACKTRACE_NOTE] = { .key = "note", .kind = INSPECT_CELL_STRING },
};
const struct inspect_schema inspect_backtrace_schema = INSPECT_SCHEMA("backtrace", backtrace_columns);

#define CPU_NONE UINT32_MAX
/* Inlined into each other at one address; the deepest in kernels so far are some ten. */
#define FUNCTIONS_MAX 64

struct task_list {
	uint64_t *items;
	size_t count;
	size_t capacity;
};

struct inspect_backtrace_walk {
	struct inspect *inspect;
	struct arena arena;
	struct running running;
	struct unwinder unwinder;
	uint32_t panic_cpu; /* CPU_NONE: no CPU has panicked */
	struct task_list tasks;
	size_t next;
	struct inspect_error *error;
};

/* Whose backtraces. */

static struct inspect_error *add_task(struct inspect_backtrace_walk *walk, uint64_t task)
{
	if (!task)
		return NULL;
	return vec_push(&walk->tasks, task) ? NULL : &error_nomem;
}

static struct inspect_error *add_cpus(struct inspect_backtrace_walk *walk)
{
	const struct percpu *percpu = &walk->running.percpu;
	struct inspect_error *error = NULL;

	if (percpu_possible(percpu, walk->panic_cpu))
		error = add_task(walk, walk->running.tasks[walk->panic_cpu]);
	for (unsigned int cpu = 0; cpu < percpu->cpu_ids && !error; cpu++) {
		if (cpu != walk->panic_cpu)
			error = add_task(walk, walk->running.tasks[cpu]);
	}
	return error;
}

static struct inspect_error *add_cpu(struct inspect_backtrace_walk *walk, uint64_t cpu)
{
	if (cpu >= walk->running.percpu.cpu_ids || !percpu_possible(&walk->running.percpu, (unsigned int)cpu))
		return error_create(INSPECT_ERROR_LOOKUP, "no CPU %llu", (unsigned long long)cpu);
	return add_task(walk, walk->running.tasks[cpu]);
}

/* Whether the task is wanted: by its pid, 0 for the idle ones. One that is not in the table of PIDs is asked itself. */
static bool is_wanted(struct inspect_backtrace_walk *walk, const struct task_place *place, uint64_t pid)
{
	struct inspect_error *error;
	struct thread thread;

	if (!pid || place->idle)
		return !pid && place->idle;
	if (place->in_table)
		return place->pid == pid;
	error = thread_read(&walk->inspect->kernel, &walk->running, place->address, &thread);
	inspect_error_destroy(error);
	return !error && has(&thread.fields, pid) && thread.fields.pid == pid;
}

/* Adds the tasks with @pid or, where @all, each but the idle ones. */
static struct inspect_error *add_tasks(struct inspect_backtrace_walk *walk, uint64_t pid, bool all)
{
	_cleanup_(task_places_deinit) struct task_places places;
	struct inspect_error *error;

	task_places_init(&places);
	error = task_places_find(&places, &walk->inspect->kernel, &walk->running.percpu);
	for (size_t i = 0; i < places.places.count && !error; i++) {
		const struct task_place *place = &places.places.items[i];

		if (all ? !place->idle : is_wanted(walk, place, pid))
			error = add_task(walk, place->address);
	}
	if (!error && !walk->tasks.count)
		error = error_create(INSPECT_ERROR_LOOKUP, "no task with pid %llu", (unsigned long long)pid);
	return error;
}

static struct inspect_error *add_wanted(struct inspect_backtrace_walk *walk, enum inspect_backtrace_of of,
					uint64_t number)
{
	switch (of) {
	case INSPECT_BACKTRACE_OF_PANIC:
		return walk->panic_cpu != CPU_NONE ? add_cpu(walk, walk->panic_cpu) :
						     add_cpus(walk);
	case INSPECT_BACKTRACE_OF_CPUS:
		return add_cpus(walk);
	case INSPECT_BACKTRACE_OF_CPU:
		return add_cpu(walk, number);
	case INSPECT_BACKTRACE_OF_TASK:
		return add_tasks(walk, number, false);
	case INSPECT_BACKTRACE_OF_TASKS:
		return add_tasks(walk, 0, true);
	}
	return error_create(INSPECT_ERROR_USAGE, "no such kind of backtraces: %d", (int)of);
}

static struct inspect_error *walk_init(struct inspect_backtrace_walk *walk, enum inspect_backtrace_of of,
				       uint64_t number)
{
	struct kernel *kernel = &walk->inspect->kernel;
	struct inspect_error *error = running_init(&walk->running, kernel, &walk->arena);

	if (!error)
		error = unwinder_init(&walk->unwinder, kernel, &walk->arena);
	if (!panic_cpu(kernel, &walk->panic_cpu))
		walk->panic_cpu = CPU_NONE;
	return error ? error : add_wanted(walk, of, number);
}

struct inspect_error *inspect_backtrace_walk_create(struct inspect *inspect, enum inspect_backtrace_of of,
						    uint64_t number, struct inspect_backtrace_walk **walk_ret)
{
	struct inspect_backtrace_walk *walk = calloc(1, sizeof(*walk));
	struct inspect_error *error;

	if (!walk)
		return &error_nomem;
	walk->inspect = inspect;
	arena_init(&walk->arena);
	error = walk_init(walk, of, number);
	if (error) {
		inspect_backtrace_walk_destroy(walk);
		return error_context(error, "backtrace");
	}
	*walk_ret = walk;
	return NULL;
}

void inspect_backtrace_walk_destroy(struct inspect_backtrace_walk *walk)
{
	if (!walk)
		return;
	inspect_error_destroy(walk->error);
	vec_deinit(&walk->tasks);
	arena_deinit(&walk->arena);
	free(walk);
}

struct inspect_error *inspect_backtrace_walk_finish(struct inspect_backtrace_walk *walk)
{
	struct inspect_error *error = walk->error;

	walk->error = NULL;
	return error;
}

/* Cells. */

static void cell_registers(const struct kernel *kernel, const struct registers *registers,
			   struct inspect_record *record)
{
	static const uint8_t x86_64[X86_64_COUNT] = {
		INSPECT_REGISTER_R15, INSPECT_REGISTER_R14, INSPECT_REGISTER_R13, INSPECT_REGISTER_R12,
		INSPECT_REGISTER_RBP, INSPECT_REGISTER_RBX, INSPECT_REGISTER_R11, INSPECT_REGISTER_R10,
		INSPECT_REGISTER_R9, INSPECT_REGISTER_R8, INSPECT_REGISTER_RAX, INSPECT_REGISTER_RCX,
		INSPECT_REGISTER_RDX, INSPECT_REGISTER_RSI, INSPECT_REGISTER_RDI, INSPECT_REGISTER_ORIG_RAX,
		INSPECT_REGISTER_RIP, INSPECT_REGISTER_CS, INSPECT_REGISTER_RFLAGS, INSPECT_REGISTER_RSP,
		INSPECT_REGISTER_SS,
	};
	static const uint8_t aarch64[] = { INSPECT_REGISTER_SP, INSPECT_REGISTER_PC, INSPECT_REGISTER_PSTATE };

	for (unsigned int i = 0; i < REGISTERS_MAX; i++) {
		unsigned int column;

		if (!registers_know(registers, i))
			continue;
		if (kernel->machine == MACHINE_X86_64)
			column = x86_64[i];
		else
			column = i < AARCH64_SP ? INSPECT_REGISTER_X0 + i : aarch64[i - AARCH64_SP];
		inspect_cell_address(record, column, registers->values[i]);
	}
}

/* Which program it is that was on its way. */
static void fill_program(struct kernel *kernel, uint64_t address, struct inspect_record *record)
{
	_cleanup_free_ struct bpf_image *image = malloc(sizeof(*image));
	struct inspect_error *error = image ? bpf_image_find(kernel, address, image) : &error_nomem;

	if (error) {
		kernel_problem(kernel, error_context(error, "BPF program at 0x%llx", (unsigned long long)address));
		return;
	}
	if (!image->prog)
		return;
	if (image->id)
		inspect_cell_u64(record, INSPECT_FRAME_PROG_ID, image->id);
	cell_name(record, INSPECT_FRAME_PROG_NAME, &image->name);
	cell_name(record, INSPECT_FRAME_SUBPROGRAM, &image->function);
	cell_name(record, INSPECT_FRAME_FILE, &image->file);
	if (image->line)
		inspect_cell_u64(record, INSPECT_FRAME_LINE, image->line);
	cell_name(record, INSPECT_FRAME_TEXT, &image->text);
}

/* A return address belongs to the call before it, which may be the last instruction of its function. */
static void fill_symbol(struct kernel *kernel, const struct unwind_frame *frame, struct inspect_record *record)
{
	uint64_t address = frame->pc - !frame->exact;
	struct symbol symbol;
	char number[32];

	if (!symbols_lookup(&kernel->symbols, address, &symbol)) {
		snprintf(number, sizeof(number), "0x%llx", (unsigned long long)frame->pc);
		inspect_cell_cstring(record, INSPECT_FRAME_SYMBOL, number);
		return;
	}
	inspect_cell_cstring(record, INSPECT_FRAME_SYMBOL, symbol.name);
	inspect_cell_address(record, INSPECT_FRAME_OFFSET, frame->pc - symbol.address);
	if (!symbol.module)
		return;
	inspect_cell_cstring(record, INSPECT_FRAME_MODULE, symbol.module);
	if (!strcmp(symbol.module, "bpf"))
		fill_program(kernel, address, record);
}

static void cell_line(struct inspect_record *record, const struct scope_function *function)
{
	if (function->file)
		inspect_cell_cstring(record, INSPECT_FRAME_FILE, function->file);
	if (function->line)
		inspect_cell_u64(record, INSPECT_FRAME_LINE, function->line);
}

/* The first of @scopes that knows the functions at @address; how many they are. */
static size_t find_functions(struct kernel *kernel, const struct scopes *scopes, uint64_t address,
			     struct scope_function *functions)
{
	size_t count = 0;

	for (size_t i = 0; i < scopes->count && !count; i++)
		kernel_problem(kernel, error_context(scope_functions(scopes->items[i], address, functions, FUNCTIONS_MAX,
								     &count), "source of 0x%llx",
						     (unsigned long long)address));
	return count;
}

/* A frame for each function that is inlined where @frame is; that of @frame itself. */
static struct inspect_record *append_frames(struct kernel *kernel, const struct unwind_frame *frame,
					    struct inspect_record *record)
{
	struct scope_function functions[FUNCTIONS_MAX];
	const uint64_t address = frame->pc - !frame->exact;
	size_t count = find_functions(kernel, &kernel->scopes, address, functions), i;
	struct inspect_record *own;

	if (!count)
		count = find_functions(kernel, &kernel->debug_scopes, address, functions);
	for (i = 0; i < count && functions[i].is_inlined; i++) {
		struct inspect_record *inlined = inspect_cell_append(record, INSPECT_BACKTRACE_FRAMES);

		if (functions[i].name)
			inspect_cell_cstring(inlined, INSPECT_FRAME_SYMBOL, functions[i].name);
		inspect_cell_bool(inlined, INSPECT_FRAME_INLINED, true);
		cell_line(inlined, &functions[i]);
	}
	own = inspect_cell_append(record, INSPECT_BACKTRACE_FRAMES);
	if (i < count)
		cell_line(own, &functions[i]);
	return own;
}

static void fill_frame(struct kernel *kernel, const struct unwind_frame *frame, struct inspect_record *record)
{
	inspect_cell_address(record, INSPECT_FRAME_SP, frame->sp);
	inspect_cell_address(record, INSPECT_FRAME_PC, frame->pc);
	fill_symbol(kernel, frame, record);
	if (frame->stack && strcmp(frame->stack, "task"))
		inspect_cell_cstring(record, INSPECT_FRAME_STACK, frame->stack);
	if (frame->registers.known) {
		inspect_cell_bool(record, INSPECT_FRAME_EXCEPTION, true);
		cell_registers(kernel, &frame->registers, inspect_cell_record(record, INSPECT_FRAME_REGISTERS));
	}
	if (frame->doubtful)
		inspect_cell_bool(record, INSPECT_FRAME_DOUBTFUL, true);
	if (frame->scanned)
		inspect_cell_bool(record, INSPECT_FRAME_SCANNED, true);
	if (frame->hook)
		inspect_cell_cstring(record, INSPECT_FRAME_HOOK, frame->hook);
}

/* What is missing, and at which address. */
static void cell_note(struct inspect_record *record, uint64_t address, const char *text)
{
	inspect_cell_cstring(record, INSPECT_BACKTRACE_NOTE, text);
	inspect_cell_suspect(record, INSPECT_BACKTRACE_NOTE, address, text);
}

static void fill_end(const struct unwind *unwind, struct inspect_record *record)
{
	switch (unwind->end) {
	case UNWIND_FAULT:
		inspect_cell_cstring(record, INSPECT_BACKTRACE_NOTE, "the stack cannot be read: frames with ? are what is left");
		inspect_cell_cut(record, INSPECT_BACKTRACE_NOTE, unwind->fault, unwind->stopped);
		break;
	case UNWIND_LOST:
		cell_note(record, unwind->stopped, "the way up is lost: frames with ? are all return addresses behind it");
		break;
	case UNWIND_LIMIT:
		cell_note(record, unwind->frame.sp, "no stack has so many frames");
		break;
	case UNWIND_INTERRUPTED:
		cell_note(record, unwind->frame.sp, "interrupted");
		break;
	default:
		break;
	}
}

static struct inspect_error *fill_frames(struct inspect_backtrace_walk *walk, const struct thread *thread,
					 const struct registers *registers, struct inspect_record *record)
{
	struct kernel *kernel = &walk->inspect->kernel;
	struct unwind_frame frame;
	struct unwind unwind;
	struct inspect_error *error = unwind_init(&unwind, &walk->unwinder, &walk->running.percpu, thread, registers,
						  thread->running);

	if (error)
		return error;
	inspect_cell_records(record, INSPECT_BACKTRACE_FRAMES);
	while (unwind_next(&unwind, &frame))
		fill_frame(kernel, &frame, append_frames(kernel, &frame, record));
	if (unwind.user)
		cell_registers(kernel, &unwind.user_registers, inspect_cell_record(record, INSPECT_BACKTRACE_REGISTERS));
	fill_end(&unwind, record);
	return NULL;
}

/* The registers to start with; false where there are none, which is noted. */
static bool start_registers(struct inspect_backtrace_walk *walk, const struct thread *thread,
			    struct registers *registers, struct inspect_record *record)
{
	struct kernel *kernel = &walk->inspect->kernel;
	const char *source = "registers saved when it was switched out";
	struct inspect_error *error;

	if (thread->running)
		error = registers_of_cpu(kernel, &walk->running.percpu, thread->cpu, registers, &source);
	else
		error = thread_saved(kernel, thread, registers);
	if (!error) {
		inspect_cell_cstring(record, INSPECT_BACKTRACE_SOURCE, source);
		return true;
	}
	cell_note(record, thread->task, inspect_error_message(error));
	inspect_error_destroy(error);
	return false;
}

static struct inspect_error *fill(struct inspect_backtrace_walk *walk, uint64_t task, struct inspect_record *record)
{
	struct kernel *kernel = &walk->inspect->kernel;
	struct registers registers;
	struct thread thread;
	struct inspect_error *error = thread_read(kernel, &walk->running, task, &thread);

	if (error)
		return error;
	inspect_cell_address(record, INSPECT_BACKTRACE_TASK, task);
	if (thread.running)
		inspect_cell_u64(record, INSPECT_BACKTRACE_CPU, thread.cpu);
	inspect_cell_bool(record, INSPECT_BACKTRACE_PANIC, thread.running && thread.cpu == walk->panic_cpu);
	if (faulted(&thread.fields, pid) || faulted(&thread.fields, stack)) {
		cell_note(record, task, "the task cannot be read");
		return NULL;
	}
	inspect_cell_u64(record, INSPECT_BACKTRACE_PID, thread.fields.pid);
	inspect_cell_cstring(record, INSPECT_BACKTRACE_COMMAND, thread.fields.comm);
	return start_registers(walk, &thread, &registers, record) ? fill_frames(walk, &thread, &registers, record) : NULL;
}

bool inspect_backtrace_walk_next(struct inspect_backtrace_walk *walk, struct inspect_pool *pool,
				 struct inspect_record **record_ret)
{
	struct kernel *kernel = &walk->inspect->kernel;
	struct inspect_record *record;

	if (walk->error || walk->next >= walk->tasks.count)
		return false;
	if (kernel_interrupted(kernel)) {
		walk->error = error_create(INSPECT_ERROR_INTERRUPTED, "interrupted");
		return false;
	}
	if (kernel->live)
		translate_flush(&kernel->translate);
	record = inspect_record_create(&inspect_backtrace_schema, pool);
	walk->error = fill(walk, walk->tasks.items[walk->next++], record);
	*record_ret = record;
	return !walk->error;
}
