/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct inspect_error {
	enum inspect_error_code code;
	enum inspect_fault fault;
	bool has_address;
	bool has_place;
	uint64_t address;
	size_t offset, length; /* the place */
	char *message;
};

struct inspect_error error_nomem = {
	.code = INSPECT_ERROR_NO_MEMORY,
	.message = (char *)"out of memory",
};

static struct inspect_error *error_vcreate(enum inspect_error_code code, const char *format, va_list args)
{
	struct inspect_error *error = calloc(1, sizeof(*error));

	if (!error)
		return &error_nomem;
	error->code = code;
	if (vasprintf(&error->message, format, args) < 0) {
		free(error);
		return &error_nomem;
	}
	return error;
}

struct inspect_error *error_create(enum inspect_error_code code, const char *format, ...)
{
	struct inspect_error *error;
	va_list args;

	va_start(args, format);
	error = error_vcreate(code, format, args);
	va_end(args);
	return error;
}

struct inspect_error *error_at(enum inspect_error_code code, uint64_t address, const char *format, ...)
{
	struct inspect_error *error;
	va_list args;

	va_start(args, format);
	error = error_vcreate(code, format, args);
	va_end(args);
	if (error != &error_nomem) {
		error->has_address = true;
		error->address = address;
	}
	return error;
}

struct inspect_error *error_fault_at(enum inspect_fault fault, uint64_t address)
{
	struct inspect_error *error = error_at(INSPECT_ERROR_FAULT, address, "read 0x%llx: %s",
					       (unsigned long long)address, inspect_fault_string(fault));

	if (error != &error_nomem)
		error->fault = fault;
	return error;
}

enum inspect_fault error_fault(const struct inspect_error *error)
{
	return error->fault;
}

struct inspect_error *error_os(int number, const char *format, ...)
{
	struct inspect_error *error;
	char *what = NULL;
	va_list args;
	int ret;

	va_start(args, format);
	ret = vasprintf(&what, format, args);
	va_end(args);
	if (ret < 0)
		return &error_nomem;
	error = error_create(INSPECT_ERROR_OS, "%s: %s", what, strerror(number));
	free(what);
	return error;
}

struct inspect_error *error_place(struct inspect_error *error, size_t offset, size_t length)
{
	if (!error || error == &error_nomem || error->has_place)
		return error;
	error->has_place = true;
	error->offset = offset;
	error->length = length;
	return error;
}

struct inspect_error *error_context(struct inspect_error *error, const char *format, ...)
{
	char *context = NULL, *message = NULL;
	va_list args;
	int ret;

	if (!error || error == &error_nomem)
		return error;
	va_start(args, format);
	ret = vasprintf(&context, format, args);
	va_end(args);
	if (ret < 0)
		return error;
	if (asprintf(&message, "%s: %s", context, error->message) >= 0) {
		free(error->message);
		error->message = message;
	}
	free(context);
	return error;
}

void inspect_error_destroy(struct inspect_error *error)
{
	if (!error || error == &error_nomem)
		return;
	free(error->message);
	free(error);
}

void error_cleanup(struct inspect_error **error)
{
	inspect_error_destroy(*error);
}

enum inspect_error_code inspect_error_code(const struct inspect_error *error)
{
	return error->code;
}

const char *inspect_error_message(const struct inspect_error *error)
{
	return error->message;
}

bool inspect_error_address(const struct inspect_error *error, uint64_t *address_ret)
{
	if (error->has_address)
		*address_ret = error->address;
	return error->has_address;
}

bool inspect_error_place(const struct inspect_error *error, size_t *offset_ret, size_t *length_ret)
{
	if (error->has_place) {
		*offset_ret = error->offset;
		*length_ret = error->length;
	}
	return error->has_place;
}
