/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of printing: the values of expressions, and objects. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/bpf.h>
#include <inspect/object.h>

#include "base/error.h"
#include "base/options.h"
#include "core/format_c.h"
#include "core/format_json.h"
#include "expr/expr.h"
#include "handle.h"
#include "print_names.h"
#include "record/cell.h"

/* The flags are handed through. */
_Static_assert((int)INSPECT_PRINT_DEFAULT == (int)FORMAT_C_DEFAULT &&
	       (int)INSPECT_PRINT_IMPLICIT_ELEMENTS == (int)FORMAT_C_IMPLICIT_ELEMENTS, "flags");

/* How values are written. */
struct print_format {
	struct format_c_options options;
	bool json, plain;
};

struct inspect_print {
	struct inspect *inspect;
	struct expr *expr;
	struct print_names *names; /* NULL: it is about no BPF object */
	struct print_format format;
	const char *separator;
	struct arena arena; /* of one value */
	struct strbuf text;
	uint64_t faults;
	enum inspect_fault gap; /* the first that a part could not be read for, and where */
	uint64_t gap_address;
};

/* One row of a listing does not become a book; a single value has its own limit. */
#define CELL_TEXT_MAX ((size_t)64 << 10)

/* What @options ask for. */
static struct inspect_error *print_format(const struct inspect_print_options *options, struct print_format *out)
{
	struct inspect_print_options known;
	struct inspect_error *error = options_copy(&known, sizeof(known), options);

	if (error)
		return error;
	if (known.integer_base && known.integer_base != 8 && known.integer_base != 10 && known.integer_base != 16)
		return error_create(INSPECT_ERROR_USAGE, "integers are printed in base 8, 10 or 16, not %u",
				    known.integer_base);
	*out = (struct print_format){
		.options = {
			.flags = options ? known.flags : FORMAT_C_DEFAULT,
			.integer_base = known.integer_base,
			.depth = known.depth,
			.columns = known.columns,
		},
		.json = known.json,
		.plain = known.json_plain,
	};
	return NULL;
}

/* Appends @object to @text; what is loaded for it stays in @arena. */
static struct inspect_error *print_value(struct kernel *kernel, const struct object *object,
					 const struct print_format *format, struct arena *arena, struct strbuf *text,
					 struct value *value)
{
	struct value_options loads = format_c_loads(&format->options, &kernel->symbols);
	struct inspect_error *error = value_load(&kernel->memory, object, &loads, arena, value);

	if (!error && format->json)
		error = format->plain ? format_json_plain(value, text) : format_json(value, text);
	else if (!error)
		error = format_c(value, &format->options, text);
	return error || !text->failed ? error : &error_nomem;
}

/* @names (NULL: none) become the print's where there is no error. */
static struct inspect_error *print_create(struct inspect *inspect, struct print_names *names, const char *expression,
					  const struct inspect_print_options *options, struct inspect_print **print_ret)
{
	struct inspect_print_options known;
	struct inspect_print *print;
	struct print_format format;
	struct inspect_error *error = print_format(options, &format);

	if (!error)
		error = options_copy(&known, sizeof(known), options);
	if (error)
		return error;
	print = calloc(1, sizeof(*print));
	if (!print)
		return &error_nomem;
	print->inspect = inspect;
	print->format = format;
	print->separator = known.separator;
	arena_init(&print->arena);
	strbuf_init(&print->text);
	error = expr_create(&inspect->kernel, expression, strlen(expression), names ? &names->bindings : NULL,
			    &print->expr);
	if (error) {
		inspect_print_destroy(print);
		return error;
	}
	print->names = names;
	*print_ret = print;
	return NULL;
}

struct inspect_error *inspect_print_create(struct inspect *inspect, const char *expression,
					   const struct inspect_print_options *options,
					   struct inspect_print **print_ret)
{
	return print_create(inspect, NULL, expression, options, print_ret);
}

struct inspect_error *inspect_print_create_bpf(struct inspect *inspect, enum inspect_bpf_kind kind,
					       const char *expression, const struct inspect_print_options *options,
					       struct inspect_print **print_ret)
{
	struct print_names *names = malloc(sizeof(*names));
	struct inspect_error *error;

	if (!names)
		return &error_nomem;
	error = print_names_init(names, &inspect->kernel, kind);
	if (error) {
		free(names);
		return error;
	}
	error = print_create(inspect, names, expression, options, print_ret);
	if (error) {
		print_names_deinit(names);
		free(names);
	}
	return error;
}

void inspect_print_destroy(struct inspect_print *print)
{
	if (!print)
		return;
	expr_destroy(print->expr);
	if (print->names)
		print_names_deinit(print->names);
	free(print->names);
	strbuf_deinit(&print->text);
	arena_deinit(&print->arena);
	free(print);
}

/* Counts what could not be read, and remembers the first of it. */
static void print_count_faults(struct inspect_print *print, const struct value *value)
{
	print->faults += value_faults(value);
	for (; value; value = value->target) {
		for (size_t i = 0; i < value->gap_count && !print->gap; i++) {
			print->gap = value->gaps[i].fault;
			print->gap_address = value->address + value->gaps[i].offset;
		}
	}
}

static struct inspect_error *print_object(struct inspect_print *print, const struct object *object)
{
	struct inspect_error *error;
	struct value value;

	error = print_value(&print->inspect->kernel, object, &print->format, &print->arena, &print->text, &value);
	if (!error)
		print_count_faults(print, &value);
	return error;
}

/* The next object to print; true with *@error_ret set where it could not be evaluated. */
static bool print_object_next(struct inspect_print *print, struct object *object, struct inspect_error **error_ret)
{
	struct type *type;

	arena_rewind(&print->arena, (struct arena_mark){});
	if (!expr_next(print->expr, object, error_ret))
		return false;
	/* Where an element is tells which one it is: it is printed as what a pointer points to. */
	if (!*error_ret && expr_is_sequence(print->expr))
		*error_ret = type_underlying(object->type, &type);
	if (!*error_ret && expr_is_sequence(print->expr) && TYPE_BIT(type->kind) & TYPE_BITS_COMPOUND &&
	    !expr_address_of(print->expr, object, object))
		*error_ret = &error_nomem;
	return true;
}

bool inspect_print_next(struct inspect_print *print, const char **text_ret, size_t *length_ret,
			struct inspect_error **error_ret)
{
	struct object object;

	strbuf_clear(&print->text);
	if (!print_object_next(print, &object, error_ret))
		return false;
	if (!*error_ret)
		*error_ret = print_object(print, &object);
	if (!*error_ret) {
		*text_ret = print->text.bytes ? print->text.bytes : "";
		*length_ret = print->text.length;
	}
	return true;
}

uint64_t inspect_print_faults(const struct inspect_print *print)
{
	return print->faults;
}

struct inspect_error *inspect_print_bind(struct inspect_print *print, const struct inspect_record *record)
{
	if (!print->names)
		return error_create(INSPECT_ERROR_USAGE, "the expression is about no BPF object");
	expr_rewind(print->expr);
	return print_names_bind(print->names, record);
}

struct inspect_error *inspect_print_truth(struct inspect_print *print, bool *truth_ret)
{
	return print_names_context(print->names, expr_truth(print->expr, truth_ret));
}

/* What a cell is made of, value by value. */
struct print_cell {
	size_t count;
	bool is_sequence;
	struct inspect_error *fault; /* the first */
	bool cut;
};

/* What stands before the next value, where it is known whether there are several. */
static void cell_separate(struct inspect_print *print, struct print_cell *cell)
{
	cell->is_sequence = expr_is_sequence(print->expr);
	if (cell->count++)
		strbuf_puts(&print->text, print->format.json ? "," : print->separator ? print->separator : "\n");
}

/* Takes @error: a fault of this value is the cell's, and the others are shown. */
static struct inspect_error *cell_fault(struct inspect_print *print, struct print_cell *cell,
					struct inspect_error *error)
{
	if (inspect_error_code(error) != INSPECT_ERROR_FAULT)
		return error;
	strbuf_puts(&print->text, print->format.json ? "null" : "<fault>");
	if (cell->fault)
		inspect_error_destroy(error);
	else
		cell->fault = error;
	return NULL;
}

/* All values, the text one after the other. */
static struct inspect_error *cell_values(struct inspect_print *print, struct print_cell *cell)
{
	struct inspect_error *error;
	struct object object;

	while (print_object_next(print, &object, &error)) {
		cell_separate(print, cell);
		if (!error)
			error = print_object(print, &object);
		if (error)
			error = cell_fault(print, cell, error);
		if (error)
			return error;
		cell->cut = cell->is_sequence && print->text.length > CELL_TEXT_MAX;
		if (cell->cut)
			return NULL;
	}
	return NULL;
}

/* Why the value, or a part of it, is not there. */
static void cell_trouble(const struct inspect_print *print, const struct print_cell *cell,
			 struct inspect_record *record, unsigned int column)
{
	enum inspect_fault fault = cell->fault ? error_fault(cell->fault) : print->gap;
	uint64_t address = print->gap_address;

	if (cell->fault && !inspect_error_address(cell->fault, &address))
		address = 0;
	if (cell->fault && !cell->is_sequence)
		inspect_cell_leave_out(record, column);
	if (cell->cut)
		inspect_cell_suspect(record, column, 0, "too many elements: the rest is not shown");
	else if (cell->fault && !fault)
		inspect_cell_suspect(record, column, address, inspect_error_message(cell->fault));
	else if (cell->fault || (print->gap && print->format.json)) /* as text, it is marked in the value */
		inspect_cell_cut(record, column, fault, address);
}

struct inspect_error *inspect_print_cell(struct inspect_print *print, struct inspect_record *record,
					 unsigned int column)
{
	struct print_cell cell = { 0 };
	struct inspect_error *error;
	bool array;

	strbuf_clear(&print->text);
	print->gap = INSPECT_FAULT_NONE;
	strbuf_puts(&print->text, print->format.json ? "[" : "");
	error = cell_values(print, &cell);
	array = print->format.json && (cell.is_sequence || !cell.count);
	strbuf_puts(&print->text, array ? "]" : "");
	if (!error && print->text.failed)
		error = &error_nomem;
	if (!error && !cell.count && !print->format.json) {
		inspect_cell_leave_out(record, column);
	} else if (!error) {
		size_t skip = print->format.json && !array;

		inspect_cell_formatted(record, column, print->text.bytes ? print->text.bytes + skip : "",
				       print->text.length - skip);
		cell_trouble(print, &cell, record, column);
	}
	inspect_error_destroy(cell.fault);
	return error;
}

/* Appends @object to @text. */
static struct inspect_error *format_object(const struct inspect_object *object,
					   const struct inspect_print_options *options, struct arena *arena,
					   struct strbuf *text, uint64_t *faults_ret)
{
	struct inspect_error *error;
	struct print_format format;
	struct value value;

	error = print_format(options, &format);
	if (!error)
		error = print_value(&object->inspect->kernel, &object->object, &format, arena, text, &value);
	if (!error && faults_ret)
		*faults_ret = value_faults(&value);
	return error;
}

struct inspect_error *inspect_object_format(const struct inspect_object *object,
					    const struct inspect_print_options *options, struct inspect_pool *pool,
					    const char **text_ret, size_t *length_ret, uint64_t *faults_ret)
{
	struct inspect_error *error;
	struct strbuf text;

	strbuf_init(&text);
	error = format_object(object, options, &pool->arena, &text, faults_ret);
	if (!error)
		error = text_hand_out(&text, pool, text_ret, length_ret);
	strbuf_deinit(&text);
	return error;
}

struct inspect_error *inspect_object_print(const struct inspect_object *object,
					   const struct inspect_print_options *options, FILE *file,
					   uint64_t *faults_ret)
{
	struct inspect_error *error;
	struct strbuf text;
	struct arena arena;

	arena_init(&arena);
	strbuf_init(&text);
	error = format_object(object, options, &arena, &text, faults_ret);
	strbuf_putc(&text, '\n');
	if (!error && text.failed)
		error = &error_nomem;
	if (!error && fwrite(text.bytes, 1, text.length, file) != text.length)
		error = error_os(errno, "write the object");
	strbuf_deinit(&text);
	arena_deinit(&arena);
	return error;
}
