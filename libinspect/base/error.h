/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors are values with a chain: whoever fails creates one, whoever passes it on prepends what it was doing.
 *
 *   map 17 (flows): bucket 4093: read 0xffff…: page excluded from the dump
 *
 * NULL is success. The receiver owns the error: it destroys it or hands it on. Out of memory is one static error that
 * every function here accepts. The library never prints, aborts or keeps an error anywhere else.
 */
#ifndef LIBINSPECT_BASE_ERROR_H
#define LIBINSPECT_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <inspect/inspect.h>

extern struct inspect_error error_nomem;

/* A new error with @code. Never NULL: falls back to &error_nomem. */
struct inspect_error *error_create(enum inspect_error_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/* The same for an address of the target that could not be read or made no sense. */
struct inspect_error *error_at(enum inspect_error_code code, uint64_t address, const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

/* An INSPECT_ERROR_FAULT: "read 0xADDRESS: " and what fault it is. */
struct inspect_error *error_fault_at(enum inspect_fault fault, uint64_t address) __attribute__((returns_nonnull));
/* The fault that @error was made of; INSPECT_FAULT_NONE for other errors. */
enum inspect_fault error_fault(const struct inspect_error *error);

/* An INSPECT_ERROR_OS from an errno value: "FORMAT: strerror". */
struct inspect_error *error_os(int number, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/* Says where in a text of the user's the error is, unless that is known already; @error may be NULL. Returns it. */
struct inspect_error *error_place(struct inspect_error *error, size_t offset, size_t length);

/* Prepends "FORMAT: " to the message and returns @error, which may be NULL (success stays success). */
struct inspect_error *error_context(struct inspect_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Destroys *@error where there is one: for __attribute__((cleanup)). */
void error_cleanup(struct inspect_error **error);

#endif
