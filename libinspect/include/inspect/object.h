/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects: a type and where its bytes are in the kernel, or a value. The way through memory in C:
 *
 *	error = inspect_object_variable(inspect, "init_task", "struct task_struct", pool, &task);
 *	if (!error)
 *		error = inspect_object_member(task, "mm->pgd", pool, &pgd);
 *	if (!error)
 *		error = inspect_object_read_u64(pgd, &value);
 *
 * Making an object reads nothing but the pointers on the way; only inspect_object_read_…() and _format() read what it
 * is. Objects live in a pool, their types as long as the handle, which must outlive them.
 *
 * Errors: INSPECT_ERROR_FAULT where memory could not be read, with its address; _LOOKUP for names, members and types
 * that this kernel does not have; _USAGE where an object of this type has no such thing.
 */
#ifndef INSPECT_OBJECT_H
#define INSPECT_OBJECT_H

#include <stdio.h>

#include <inspect/expr.h>
#include <inspect/inspect.h>
#include <inspect/type.h>

#ifdef __cplusplus
extern "C" {
#endif

struct inspect_object;

enum inspect_object_kind {
	INSPECT_OBJECT_ABSENT,    /* the kernel's types know of it, but it has no memory */
	INSPECT_OBJECT_REFERENCE, /* memory at an address */
	INSPECT_OBJECT_VALUE,     /* a number or pointer that was computed */
};

/*
 * A variable or function by its symbol. BTF knows the types of few variables: @type, a type name in C, says what it
 * is; NULL takes what the kernel's types say, and is INSPECT_ERROR_LOOKUP where they say nothing.
 */
INSPECT_PUBLIC struct inspect_error *inspect_object_variable(struct inspect *inspect, const char *name,
							     const char *type, struct inspect_pool *pool,
							     const struct inspect_object **object_ret);
/* The first value of an expression (expr.h). */
INSPECT_PUBLIC struct inspect_error *inspect_object_evaluate(struct inspect *inspect, const char *expression,
							     struct inspect_pool *pool,
							     const struct inspect_object **object_ret);
/* What lies at @address if it is a @type. */
INSPECT_PUBLIC struct inspect_error *inspect_object_at(struct inspect *inspect, const struct inspect_type *type,
						       uint64_t address, struct inspect_pool *pool,
						       const struct inspect_object **object_ret);
/*
 * A member by its path: "comm", "mm->pgd", "nsproxy.net_ns"; `.` and `->` mean the same, a pointer is followed.
 * Members of anonymous members are found too.
 */
INSPECT_PUBLIC struct inspect_error *inspect_object_member(const struct inspect_object *object, const char *path,
							   struct inspect_pool *pool,
							   const struct inspect_object **member_ret);
/* What a pointer points to. */
INSPECT_PUBLIC struct inspect_error *inspect_object_dereference(const struct inspect_object *pointer,
								struct inspect_pool *pool,
								const struct inspect_object **object_ret);
/* An element of an array, or behind a pointer; the length of an array is not checked, as in C. */
INSPECT_PUBLIC struct inspect_error *inspect_object_index(const struct inspect_object *object, int64_t index,
							  struct inspect_pool *pool,
							  const struct inspect_object **element_ret);
/* The @type that has @object, or what @object points to, as its member @path: container_of(). */
INSPECT_PUBLIC struct inspect_error *inspect_object_container(const struct inspect_object *object,
							      const struct inspect_type *type, const char *path,
							      struct inspect_pool *pool,
							      const struct inspect_object **container_ret);
/* The value of @object, a scalar, converted to @type as a cast does. */
INSPECT_PUBLIC struct inspect_error *inspect_object_cast(const struct inspect_object *object,
							 const struct inspect_type *type, struct inspect_pool *pool,
							 const struct inspect_object **object_ret);

INSPECT_PUBLIC enum inspect_object_kind inspect_object_kind(const struct inspect_object *object);
INSPECT_PUBLIC const struct inspect_type *inspect_object_type(const struct inspect_object *object);
/* Where it lies; false for what is no reference. A bit-field begins *@bit_ret bits (may be NULL) behind the address. */
INSPECT_PUBLIC bool inspect_object_address(const struct inspect_object *object, uint64_t *address_ret,
					   unsigned int *bit_ret);

/*
 * The value of an integer, bool, enum, bit-field or pointer; signed ones are extended to 64 bits.
 * INSPECT_ERROR_UNSUPPORTED for integers of more than 64.
 */
INSPECT_PUBLIC struct inspect_error *inspect_object_read_u64(const struct inspect_object *object, uint64_t *value_ret);
INSPECT_PUBLIC struct inspect_error *inspect_object_read_s64(const struct inspect_object *object, int64_t *value_ret);
/* The value of a float, a double, or an integer. */
INSPECT_PUBLIC struct inspect_error *inspect_object_read_double(const struct inspect_object *object,
								double *value_ret);
/* All bytes of @object, as they lie in memory; INSPECT_ERROR_LIMIT for more than 16 MiB. */
INSPECT_PUBLIC struct inspect_error *inspect_object_read_bytes(const struct inspect_object *object,
							       struct inspect_pool *pool, const void **bytes_ret,
							       size_t *size_ret);
/*
 * The string in an array of bytes, or that a pointer to bytes points to: up to a NUL, the end of the array, or @max
 * bytes. It is NUL-terminated; it may be any bytes, which inspect_escape() makes harmless. @length_ret may be NULL.
 */
INSPECT_PUBLIC struct inspect_error *inspect_object_read_string(const struct inspect_object *object, size_t max,
								struct inspect_pool *pool, const char **string_ret,
								size_t *length_ret);

/*
 * @object as drgn prints it (expr.h: struct inspect_print_options; NULL: drgn's defaults), or as JSON. What of it
 * could not be read is marked in the text and counted in *@faults_ret, which may be NULL. NUL-terminated, without a
 * newline at the end; @length_ret may be NULL.
 */
INSPECT_PUBLIC struct inspect_error *inspect_object_format(const struct inspect_object *object,
							   const struct inspect_print_options *options,
							   struct inspect_pool *pool, const char **text_ret,
							   size_t *length_ret, uint64_t *faults_ret);
/* The same to @file, with a newline at the end. INSPECT_ERROR_OS where that cannot be written. */
INSPECT_PUBLIC struct inspect_error *inspect_object_print(const struct inspect_object *object,
							  const struct inspect_print_options *options, FILE *file,
							  uint64_t *faults_ret);

#ifdef __cplusplus
}
#endif

#endif
