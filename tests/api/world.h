/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The opened dump that the tests of the C API share, and what they expect of errors. Public headers alone. */
#ifndef TESTS_API_WORLD_H
#define TESTS_API_WORLD_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/object.h>

extern struct inspect *inspect;
extern struct inspect_pool *pool;

/* Success, or the error's message as the test's failure. */
static inline void ok(struct inspect_error *error)
{
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
}

/* An error with @code whose message has @part in it. */
static inline void fails(struct inspect_error *error, enum inspect_error_code code, const char *part)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(inspect_error_code(error) == code, "%s", inspect_error_message(error));
	ck_assert_msg(strstr(inspect_error_message(error), part), "%s", inspect_error_message(error));
	inspect_error_destroy(error);
}

static inline const struct inspect_object *init_task(void)
{
	const struct inspect_object *object;

	ok(inspect_object_variable(inspect, "init_task", "struct task_struct", pool, &object));
	return object;
}

static inline const struct inspect_object *member(const struct inspect_object *object, const char *path)
{
	const struct inspect_object *found;

	ok(inspect_object_member(object, path, pool, &found));
	return found;
}

static inline const struct inspect_object *evaluate(const char *expression)
{
	const struct inspect_object *object;

	ok(inspect_object_evaluate(inspect, expression, pool, &object));
	return object;
}

static inline uint64_t number(const struct inspect_object *object)
{
	uint64_t value;

	ok(inspect_object_read_u64(object, &value));
	return value;
}

static inline uint64_t address(const struct inspect_object *object)
{
	uint64_t value;

	ck_assert(inspect_object_address(object, &value, NULL));
	return value;
}

static inline const struct inspect_type *type(const char *name)
{
	const struct inspect_type *found;

	ok(inspect_type_find(inspect, name, &found));
	return found;
}

TCase *objects_case(void);
TCase *types_case(void);
TCase *walks_case(void);

#endif
