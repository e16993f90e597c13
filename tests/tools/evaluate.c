/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * evaluate: expressions on stdin, a line each, without a kernel; a line of answer each on stdout: the type, a tab, and
 * the value, integers and pointers in hex, extended to 64 or 128 bits, floats as %a; or "error", a tab, and the
 * message.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/format_type.h"
#include "expr/expr.h"

static struct inspect_error *answer(struct kernel *kernel, const char *text, size_t length)
{
	struct inspect_error *error;
	struct type *underlying;
	struct object object;
	struct strbuf type;
	struct expr *expr;

	error = expr_create(kernel, text, length, NULL, &expr);
	if (error)
		return error;
	strbuf_init(&type);
	if (!expr_next(expr, &object, &error))
		error = error_create(INSPECT_ERROR_LOOKUP, "no value");
	if (!error)
		error = type_underlying(object.type, &underlying);
	if (!error)
		error = format_type_name(object.type, &type);
	if (!error && underlying->kind == TYPE_FLOAT)
		printf("%s\t%a\n", type.bytes, object.f);
	else if (!error && underlying->size == 16)
		printf("%s\t%016" PRIx64 "%016" PRIx64 "\n", type.bytes, object.high, object.u);
	else if (!error)
		printf("%s\t%" PRIx64 "\n", type.bytes, object.u);
	strbuf_deinit(&type);
	expr_destroy(expr);
	return error;
}

int main(void)
{
	struct kernel kernel;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	kernel_init(&kernel);
	while ((length = getline(&line, &size, stdin)) > 0) {
		struct inspect_error *error;

		length -= line[length - 1] == '\n';
		error = answer(&kernel, line, (size_t)length);
		if (error)
			printf("error\t%s\n", inspect_error_message(error));
		inspect_error_destroy(error);
	}
	free(line);
	kernel_deinit(&kernel);
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
