/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "caret.h"
#include "layout_bpf_inspect.h"
#include "print_options.h"

struct value {
	char *text; /* of the expression */
	struct inspect_print *print;
};

struct values {
	struct command_context *context;
	enum status status;
	struct value where; /* .print NULL: all objects */
	struct value *items;
	size_t count;
	bool is_table;
	const struct inspect_schema *schema;
	struct inspect_schema table;
	struct inspect_column *columns; /* of the table */
};

/* The schemas and layouts of --print. */

enum { VALUE_EXPRESSION, VALUE_VALUE };

static const struct inspect_column value_columns[] = {
	[VALUE_EXPRESSION] = { .key = "expression", .kind = INSPECT_CELL_STRING },
	[VALUE_VALUE] = { .key = "value", .kind = INSPECT_CELL_FORMATTED },
};
static const struct inspect_schema value_schema = INSPECT_SCHEMA("value", value_columns);

static const struct inspect_layout_item value_items[] = { { INSPECT_PATH(VALUE_VALUE) } };
static const struct inspect_layout value_layout = INSPECT_LAYOUT(value_items);

/* Below the object's line; an empty sequence has no line. */
static const struct inspect_layout_item below_items[] = {
	{ INSPECT_PATH(VALUE_VALUE), .when = INSPECT_WHEN_PRESENT, .before = "\n" },
};
static const struct inspect_layout below_layout = INSPECT_LAYOUT(below_items);

enum { PRINTED_OBJECT, PRINTED_VALUES };

#define PRINTED(noun)                                                                                              \
	static const struct inspect_column noun##_columns[] = {                                                    \
		[PRINTED_OBJECT] = { .key = #noun, .kind = INSPECT_CELL_RECORD,                                    \
				     .nested = &inspect_##noun##_schema },                                         \
		[PRINTED_VALUES] = { .key = "print", .kind = INSPECT_CELL_RECORDS, .nested = &value_schema },      \
	};                                                                                                         \
	static const struct inspect_layout_item noun##_items[] = {                                                 \
		{ INSPECT_PATH(PRINTED_OBJECT), .layout = &noun##_layout },                                        \
		{ INSPECT_PATH(PRINTED_VALUES), .separator = "", .layout = &below_layout },                        \
	}

PRINTED(prog);
PRINTED(map);
PRINTED(link);

static const struct {
	struct inspect_schema schema;
	struct inspect_layout layout;
} printed[] = {
	[INSPECT_BPF_PROG] = { INSPECT_SCHEMA("prog", prog_columns), INSPECT_LAYOUT(prog_items) },
	[INSPECT_BPF_MAP] = { INSPECT_SCHEMA("map", map_columns), INSPECT_LAYOUT(map_items) },
	[INSPECT_BPF_LINK] = { INSPECT_SCHEMA("link", link_columns), INSPECT_LAYOUT(link_items) },
};

static const struct inspect_layout_item alone_items[] = {
	{ INSPECT_PATH(PRINTED_VALUES), .separator = "\n", .layout = &value_layout },
};
static const struct inspect_layout alone_layout = INSPECT_LAYOUT(alone_items);

/* Tells an error about @value's expression; what it makes of the status. */
static enum status complain(const struct values *values, const struct value *value, struct inspect_error *error)
{
	enum status status = print_status(error);

	message_caret(&values->context->messages, value->text, error);
	return status;
}

static enum status no_memory(const struct values *values)
{
	message_error(&values->context->messages, "out of memory");
	return STATUS_FAILED;
}

/* Creation. */

/* Parses @length bytes of @text. */
static enum status value_init(struct values *values, struct value *value, enum inspect_bpf_kind kind, const char *text,
			      size_t length, const struct inspect_print_options *options)
{
	struct inspect_error *error;

	value->text = strndup(text, length);
	if (!value->text)
		return no_memory(values);
	error = inspect_print_create_bpf(values->context->inspect, kind, value->text, options, &value->print);
	return error ? complain(values, value, error) : STATUS_WHOLE;
}

static void value_deinit(struct value *value)
{
	inspect_print_destroy(value->print);
	free(value->text);
}

/*
 * The length of the first of several expressions with commas between them, which may have commas inside of ( [ { " '.
 */
static size_t first_expression(const char *text)
{
	size_t i, depth = 0;
	char quote = 0;

	for (i = 0; text[i]; i++) {
		if (quote && text[i] == '\\' && text[i + 1])
			i++;
		else if (quote)
			quote = text[i] == quote ? 0 : quote;
		else if (strchr("\"'", text[i]))
			quote = text[i];
		else if (strchr("([{", text[i]))
			depth++;
		else if (strchr(")]}", text[i]))
			depth -= depth > 0;
		else if (text[i] == ',' && !depth)
			break;
	}
	return i;
}

static enum status create_columns(struct values *values, enum inspect_bpf_kind kind, const char *text,
				  const struct inspect_print_options *options)
{
	enum status status = STATUS_WHOLE;
	bool more = true;

	/* There are no more expressions than characters. */
	values->items = calloc(strlen(text) + 1, sizeof(*values->items));
	values->columns = calloc(strlen(text) + 1, sizeof(*values->columns));
	if (!values->items || !values->columns)
		return no_memory(values);
	while (more && status == STATUS_WHOLE) {
		size_t length = first_expression(text), blanks = strspn(text, " ");
		struct value *value = &values->items[values->count];

		blanks = blanks < length ? blanks : length;
		status = value_init(values, value, kind, text + blanks, length - blanks, options);
		values->columns[values->count++] = (struct inspect_column){
			.key = value->text,
			.kind = INSPECT_CELL_FORMATTED,
		};
		more = text[length];
		text += length + more;
	}
	values->table = (struct inspect_schema){ "columns", values->columns, values->count };
	values->schema = &values->table;
	return status;
}

static enum status create_prints(struct values *values, enum inspect_bpf_kind kind, const struct option_list *prints,
				 const struct inspect_print_options *options)
{
	enum status status = STATUS_WHOLE;

	values->items = calloc(prints->count, sizeof(*values->items));
	if (!values->items)
		return no_memory(values);
	for (size_t i = 0; i < prints->count && status == STATUS_WHOLE; i++)
		status = value_init(values, &values->items[values->count++], kind, prints->items[i],
				    strlen(prints->items[i]), options);
	values->schema = &printed[kind].schema;
	return status;
}

/* A value in a table is one line, without what is the same in all rows; the column's head says what it is. */
static void for_table(struct inspect_print_options *options)
{
	options->flags &= ~(unsigned int)(INSPECT_PRINT_TYPE_NAME | INSPECT_PRINT_MEMBER_TYPE_NAMES |
					  INSPECT_PRINT_DEREFERENCE);
	options->flags |= INSPECT_PRINT_MEMBERS_SAME_LINE;
	options->columns = 0;
	options->separator = ", ";
	options->json_plain = true;
}

/* Options that exclude each other. */
static bool check_options(const struct command_context *context)
{
	static const struct print_choices none;
	const struct options *options = context->options;
	const char *wrong = NULL;

	if (options->columns && options->prints.count)
		wrong = "--columns and --print exclude each other";
	else if (options->columns && options->show_details)
		wrong = "--columns and --show-details exclude each other";
	else if (!options->columns && !options->prints.count && memcmp(&options->print, &none, sizeof(none)) != 0)
		wrong = "--hex and all that tells how to print is for --print and --columns";
	if (wrong)
		message_error(&context->messages, "%s: %s", context->command->names[0], wrong);
	return !wrong;
}

static enum status values_init(struct values *values, enum inspect_bpf_kind kind, const struct inspect_layout *layout)
{
	struct command_context *context = values->context;
	const struct options *options = context->options;
	struct inspect_print_options print;
	enum status status = STATUS_WHOLE;

	if (!check_options(context) || !print_options(context, &print))
		return STATUS_USAGE;
	if (options->where)
		status = value_init(values, &values->where, kind, options->where, strlen(options->where), NULL);
	if (status == STATUS_WHOLE && options->columns) {
		values->is_table = true;
		layout = NULL;
		for_table(&print);
		status = create_columns(values, kind, options->columns, &print);
	} else if (status == STATUS_WHOLE && options->prints.count) {
		layout = context->argument_count == 1 ? &alone_layout : &printed[kind].layout;
		status = create_prints(values, kind, &options->prints, &print);
	}
	if (status != STATUS_WHOLE)
		return status;
	return command_begin(context, values->schema, layout, INSPECT_STREAM_MANY) ? STATUS_WHOLE : STATUS_PARTIAL;
}

enum status values_create(struct command_context *context, enum inspect_bpf_kind kind,
			  const struct inspect_layout *layout, struct values **values_ret)
{
	struct values *values = calloc(1, sizeof(*values));
	enum status status;

	if (!values) {
		message_error(&context->messages, "out of memory");
		return STATUS_FAILED;
	}
	values->context = context;
	values->schema = inspect_bpf_schema(kind);
	status = values_init(values, kind, layout);
	if (status == STATUS_WHOLE)
		*values_ret = values;
	else
		values_destroy(values);
	return status;
}

void values_destroy(struct values *values)
{
	if (!values)
		return;
	value_deinit(&values->where);
	for (size_t i = 0; i < values->count; i++)
		value_deinit(&values->items[i]);
	free(values->items);
	free(values->columns);
	free(values);
}

/* Use. */

/* Whether --where wants the object; *@end where nothing more can be said of any. */
static bool is_wanted(struct values *values, const struct inspect_record *record, bool *end)
{
	struct inspect_error *error;
	bool truth = false, fault;

	if (!values->where.print)
		return true;
	error = inspect_print_bind(values->where.print, record);
	if (!error)
		error = inspect_print_truth(values->where.print, &truth);
	if (!error)
		return truth;
	fault = inspect_error_code(error) == INSPECT_ERROR_FAULT;
	values->status = status_worse(values->status, complain(values, &values->where, error));
	*end = !fault;
	return false;
}

/* The cell for one expression. */
static bool put_value(struct values *values, struct value *value, const struct inspect_record *object,
		      struct inspect_record *record, unsigned int column)
{
	struct inspect_error *error = inspect_print_bind(value->print, object);

	if (!error)
		error = inspect_print_cell(value->print, record, column);
	if (!error)
		return true;
	values->status = status_worse(values->status, complain(values, value, error));
	return false;
}

/* The record of what is printed of the object; false where an expression makes no sense. */
static bool put_values(struct values *values, struct inspect_record *object, struct inspect_record *record)
{
	bool good = true;

	for (size_t i = 0; i < values->count && good; i++) {
		struct inspect_record *to = record;

		if (!values->is_table) {
			to = inspect_cell_append(record, PRINTED_VALUES);
			inspect_cell_cstring(to, VALUE_EXPRESSION, values->items[i].text);
		}
		good = put_value(values, &values->items[i], object, to,
				 values->is_table ? (unsigned int)i : VALUE_VALUE);
	}
	if (!values->is_table)
		inspect_cell_adopt(record, PRINTED_OBJECT, object);
	return good;
}

bool values_record(struct values *values, struct inspect_record *record, struct inspect_pool *pool)
{
	bool end = false;

	if (!is_wanted(values, record, &end))
		return !end;
	if (values->count) {
		struct inspect_record *object = record;

		record = inspect_record_create(values->schema, pool);
		if (!put_values(values, object, record))
			return false;
	}
	if (command_record(values->context, record))
		return true;
	values->status = status_worse(values->status, STATUS_PARTIAL);
	return false;
}

enum status values_status(const struct values *values)
{
	enum status status = values->status;

	for (size_t i = 0; i < values->count; i++) {
		if (inspect_print_faults(values->items[i].print))
			status = status_worse(status, STATUS_PARTIAL);
	}
	return status;
}
