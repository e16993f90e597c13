/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A synthetic kernel: its memory is the test's own objects, its types are a table, its symbols are given one by one.
 *
 *	struct idr idr = …;
 *	static const struct row rows[] = { ROW(idr, idr_base, NULL), … };
 *	synthetic_init(&s, rows, count, 510);
 *	synthetic_map(&s, &idr, sizeof(idr));
 *	synthetic_symbol(&s, "prog_idr", &idr);
 *	synthetic_ready(&s);
 *
 * An object's address_of() is its own, moved to the kernel's half; what was not mapped faults. synthetic_hole() takes
 * bytes out again.
 * Kernels here are little endian, and so must the machine be that runs the tests.
 */
#ifndef TESTS_UNIT_KERNEL_SYNTHETIC_H
#define TESTS_UNIT_KERNEL_SYNTHETIC_H

#include <check.h>
#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "core/symbol_array.h"
#include "kernel/kernel.h"

_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "synthetic kernels are made of the machine's own integers");

/*
 * One member of a struct in the kernels of some series (508: 5.8). `what` is its type: NULL an unsigned integer, "-" a
 * signed one, "*x" a pointer to struct x, "x" a struct x, "x[3]" and "[16]" arrays, "=7" an enumerator of enum `type`.
 * A type may be defined more than once: "bpf_htab#2" is another struct bpf_htab.
 */
struct row {
	const char *type;
	const char *member;
	size_t offset;
	size_t size;
	const char *what;
	unsigned int since, until; /* 0: ever */
	unsigned int bit_offset, bit_size;
};

#define ROW_AS(name, ctype, cmember, key, ...) \
	{ name, key, offsetof(struct ctype, cmember), sizeof(((struct ctype *)0)->cmember), __VA_ARGS__ }
#define ROW(ctype, member, ...) ROW_AS(#ctype, ctype, member, #member, __VA_ARGS__)

struct synthetic_type {
	struct type type;
	const char *key; /* of its rows */
};

struct synthetic_range {
	uint64_t start, size;
	enum inspect_fault fault; /* NONE: mapped */
};

struct synthetic {
	struct kernel kernel;
	struct scope scope;
	const struct row *rows;
	size_t row_count;
	unsigned int series;
	struct synthetic_range ranges[64]; /* later ones over earlier ones */
	size_t range_count;
	struct symbol_array *symbols;
};

#define KERNEL_HALF UINT64_C(0xffff800000000000)

/* Where the kernel sees what the test has at @pointer; 0 for NULL. */
static inline uint64_t address_of(const void *pointer)
{
	return pointer ? (uint64_t)(uintptr_t)pointer + KERNEL_HALF : 0;
}

static inline bool row_applies(const struct synthetic *s, const struct row *row, const char *key)
{
	return (!key || !strcmp(row->type, key)) && s->series >= row->since && (!row->until || s->series <= row->until);
}

static inline size_t key_length(const char *key)
{
	return strcspn(key, "#");
}

static inline struct type *synthetic_type(struct synthetic *s, enum type_kind kind, const char *key, size_t length)
{
	struct synthetic_type *type = arena_calloc(&s->scope.arena, 1, sizeof(*type));

	ck_assert_ptr_nonnull(type);
	type->type.kind = kind;
	type->type.scope = &s->scope;
	type->key = arena_strndup(&s->scope.arena, key, length);
	type->type.name = length ? arena_strndup(&s->scope.arena, key, key_length(type->key)) : NULL;
	for (size_t i = 0; i < s->row_count && kind == TYPE_STRUCT; i++) {
		if (row_applies(s, &s->rows[i], type->key) && s->rows[i].offset + s->rows[i].size > type->type.size)
			type->type.size = s->rows[i].offset + s->rows[i].size;
	}
	return &type->type;
}

static inline struct type *synthetic_int(struct synthetic *s, size_t size, bool is_signed)
{
	struct type *type = synthetic_type(s, TYPE_INT, "", 0);

	type->size = size;
	type->is_signed = is_signed;
	type->complete = true;
	return type;
}

/* The type that a row's `what` says, @size bytes long. */
static inline struct type *synthetic_what(struct synthetic *s, const char *what, size_t size)
{
	const char *bracket = what ? strchr(what, '[') : NULL;
	struct type *type;

	if (!what || *what == '-')
		return synthetic_int(s, size, what != NULL);
	if (*what != '*' && !bracket)
		return synthetic_type(s, TYPE_STRUCT, what, strlen(what));
	type = synthetic_type(s, bracket ? TYPE_ARRAY : TYPE_POINTER, "", 0);
	type->complete = true;
	if (!bracket) {
		type->size = 8;
		type->target = synthetic_type(s, TYPE_STRUCT, what + 1, strlen(what + 1));
		return type;
	}
	type->length = strtoull(bracket + 1, NULL, 10);
	type->target = bracket > what ? synthetic_type(s, TYPE_STRUCT, what, (size_t)(bracket - what)) :
					synthetic_int(s, type->length ? size / type->length : 1, false);
	return type;
}

static inline struct inspect_error *synthetic_complete(struct scope *scope, struct type *type)
{
	struct synthetic *s = (struct synthetic *)((char *)scope - offsetof(struct synthetic, scope));
	const char *key = ((struct synthetic_type *)type)->key;

	type->complete = true;
	type->is_declaration = true;
	type->members = arena_calloc(&scope->arena, s->row_count, sizeof(*type->members));
	for (size_t i = 0; i < s->row_count; i++) {
		const struct row *row = &s->rows[i];

		if (!row_applies(s, row, key))
			continue;
		type->is_declaration = false;
		if (type->kind == TYPE_ENUM) {
			type->enumerators[type->count++] =
				(struct type_enumerator){ row->member, strtoll(row->what + 1, NULL, 10) };
			continue;
		}
		type->members[type->count++] = (struct type_member){
			row->member, synthetic_what(s, row->what, row->size), row->offset * 8 + row->bit_offset,
			row->bit_size,
		};
	}
	return NULL;
}

static inline struct inspect_error *synthetic_find(struct scope *scope, const char *name, unsigned int kinds,
						   struct type_list *list)
{
	struct synthetic *s = (struct synthetic *)((char *)scope - offsetof(struct synthetic, scope));
	const char *seen = "";

	for (size_t i = 0; i < s->row_count; i++) {
		const char *key = s->rows[i].type, *what = s->rows[i].what;
		enum type_kind kind = what && *what == '=' ? TYPE_ENUM : TYPE_STRUCT;

		if (!row_applies(s, &s->rows[i], NULL) || !strcmp(key, seen) || !(kinds & TYPE_BIT(kind)) ||
		    strlen(name) != key_length(key) || strncmp(key, name, key_length(key)))
			continue;
		seen = key; /* rows of one type stand together */
		ck_assert(vec_push(list, synthetic_type(s, kind, key, strlen(key))));
	}
	return NULL;
}

static inline void synthetic_destroy(struct scope *scope)
{
	arena_deinit(&scope->arena);
}

static inline enum inspect_fault synthetic_at(const struct synthetic *s, uint64_t address)
{
	for (size_t i = s->range_count; i-- > 0;) {
		if (address - s->ranges[i].start < s->ranges[i].size)
			return s->ranges[i].fault;
	}
	return INSPECT_FAULT_UNMAPPED;
}

static inline enum inspect_fault synthetic_read(void *arg, uint64_t position, void *buf, size_t size, size_t *done_ret)
{
	for (*done_ret = 0; *done_ret < size; ++*done_ret) {
		enum inspect_fault fault = synthetic_at(arg, position + *done_ret);

		if (fault)
			return fault;
		((char *)buf)[*done_ret] = *(const char *)(uintptr_t)(position - KERNEL_HALF + *done_ret);
	}
	return INSPECT_FAULT_NONE;
}

static inline void synthetic_init(struct synthetic *s, const struct row *rows, size_t row_count, unsigned int series)
{
	static const struct scope_ops ops = {
		.name = "table", .find = synthetic_find, .complete = synthetic_complete, .destroy = synthetic_destroy,
	};
	struct memory_segment all = {
		.start = KERNEL_HALF, .size = INT64_MAX >> 16, .filled = INT64_MAX >> 16, .position = KERNEL_HALF,
		.read = synthetic_read, .arg = s,
	};
	struct scope *scope = &s->scope;

	memset(s, 0, sizeof(*s));
	s->rows = rows;
	s->row_count = row_count;
	s->series = series;
	s->symbols = symbol_array_create("test", false);
	s->scope.ops = &ops;
	s->scope.name = "vmlinux";
	kernel_init(&s->kernel);
	s->kernel.page_size = 4096;
	ck_assert(vec_push(&s->kernel.scopes, scope));
	ck_assert_ptr_null(memory_add_virtual(&s->kernel.memory, &all));
	ck_assert_ptr_null(memory_ready(&s->kernel.memory));
}

static inline void synthetic_range(struct synthetic *s, const void *start, size_t size, enum inspect_fault fault)
{
	ck_assert_uint_lt(s->range_count, sizeof(s->ranges) / sizeof(*s->ranges));
	s->ranges[s->range_count++] = (struct synthetic_range){ address_of(start), size, fault };
}

static inline void synthetic_map(struct synthetic *s, const void *start, size_t size)
{
	synthetic_range(s, start, size, INSPECT_FAULT_NONE);
}

/* From now on these bytes are of an excluded page. */
static inline void synthetic_hole(struct synthetic *s, const void *start, size_t size)
{
	synthetic_range(s, start, size, INSPECT_FAULT_EXCLUDED);
}

static inline void synthetic_symbol(struct synthetic *s, const char *name, const void *address)
{
	struct symbol symbol = { .name = name, .address = address_of(address), .letter = 'd' };

	ck_assert(symbol_array_add(s->symbols, &symbol));
}

static inline void synthetic_ready(struct synthetic *s)
{
	struct symbol_table *table;

	ck_assert_ptr_null(symbol_array_finish(s->symbols, &table));
	ck_assert_ptr_null(symbols_add(&s->kernel.symbols, table));
}

static inline void synthetic_deinit(struct synthetic *s)
{
	kernel_deinit(&s->kernel);
}

/* Success, or the error's message as the test's failure. */
static inline void expect_success(struct inspect_error *error)
{
	ck_assert_msg(!error, "%s", error ? inspect_error_message(error) : "");
}

/* Asserts that @error is one of @code whose message contains @part, and destroys it. */
static inline void expect_error(struct inspect_error *error, enum inspect_error_code code, const char *part)
{
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(inspect_error_message(error), part), "\"%s\" lacks \"%s\"", inspect_error_message(error),
		      part);
	ck_assert_int_eq(inspect_error_code(error), code);
	inspect_error_destroy(error);
}

/* Asserts that the next problem told of the kernel contains @part; NULL: that there is none. */
static inline void expect_problem(struct kernel *kernel, const char *part)
{
	struct kernel_problems *problems = &kernel->problems;

	if (!part) {
		ck_assert_msg(problems->told == problems->count, "%s",
			      problems->told < problems->count ?
				      inspect_error_message(problems->items[problems->told]) : "");
		return;
	}
	ck_assert_uint_lt(problems->told, problems->count);
	expect_error(problems->items[problems->told],
		     inspect_error_code(problems->items[problems->told]), part);
	problems->told++;
}

/* Runs @tests and returns main()'s status. */
static inline int run_suite(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}

#define RUN_SUITE(name, tests) run_suite(name, tests, sizeof(tests) / sizeof(*(tests)))

#endif
