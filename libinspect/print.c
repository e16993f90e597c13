/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of expressions. */
#include <stdlib.h>
#include <string.h>

#include <inspect/expr.h>

#include "base/error.h"
#include "core/format_c.h"
#include "core/format_json.h"
#include "expr/expr.h"
#include "handle.h"

/* The flags are handed through. */
_Static_assert((int)INSPECT_PRINT_DEFAULT == (int)FORMAT_C_DEFAULT &&
	       (int)INSPECT_PRINT_IMPLICIT_ELEMENTS == (int)FORMAT_C_IMPLICIT_ELEMENTS, "flags");

struct inspect_print {
	struct inspect *inspect;
	struct expr *expr;
	struct format_c_options options;
	bool json;
	struct arena arena; /* of one value */
	struct strbuf text;
	uint64_t faults;
};

struct inspect_error *inspect_print_create(struct inspect *inspect, const char *expression,
					   const struct inspect_print_options *options,
					   struct inspect_print **print_ret)
{
	struct inspect_print *print;
	struct inspect_error *error;

	if (options && options->integer_base && options->integer_base != 8 && options->integer_base != 10 &&
	    options->integer_base != 16)
		return error_create(INSPECT_ERROR_USAGE, "integers are printed in base 8, 10 or 16, not %u",
				    options->integer_base);
	print = calloc(1, sizeof(*print));
	if (!print)
		return &error_nomem;
	print->inspect = inspect;
	print->options.flags = FORMAT_C_DEFAULT;
	if (options)
		print->options = (struct format_c_options){ options->flags, options->integer_base, options->depth,
							    options->columns };
	print->json = options && options->json;
	arena_init(&print->arena);
	strbuf_init(&print->text);
	error = expr_create(&inspect->kernel, expression, strlen(expression), NULL, &print->expr);
	if (error) {
		inspect_print_destroy(print);
		return error;
	}
	*print_ret = print;
	return NULL;
}

void inspect_print_destroy(struct inspect_print *print)
{
	if (!print)
		return;
	expr_destroy(print->expr);
	strbuf_deinit(&print->text);
	arena_deinit(&print->arena);
	free(print);
}

static struct inspect_error *print_object(struct inspect_print *print, const struct object *object)
{
	struct kernel *kernel = &print->inspect->kernel;
	struct value_options loads = format_c_loads(&print->options, &kernel->symbols);
	struct inspect_error *error;
	struct value value;

	error = value_load(&kernel->memory, object, &loads, &print->arena, &value);
	if (!error)
		error = print->json ? format_json(&value, &print->text) :
				      format_c(&value, &print->options, &print->text);
	if (!error && print->text.failed)
		error = &error_nomem;
	if (!error)
		print->faults += value_faults(&value);
	return error;
}

bool inspect_print_next(struct inspect_print *print, const char **text_ret, size_t *length_ret,
			struct inspect_error **error_ret)
{
	struct object object;
	struct type *type;

	arena_deinit(&print->arena);
	arena_init(&print->arena);
	strbuf_clear(&print->text);
	if (!expr_next(print->expr, &object, error_ret))
		return false;
	/* Where an element is tells which one it is: it is printed as what a pointer points to. */
	if (!*error_ret && expr_is_sequence(print->expr))
		*error_ret = type_underlying(object.type, &type);
	if (!*error_ret && expr_is_sequence(print->expr) && TYPE_BIT(type->kind) & TYPE_BITS_COMPOUND &&
	    !expr_address_of(print->expr, &object, &object))
		*error_ret = &error_nomem;
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
