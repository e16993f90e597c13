/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What programs ask of types. */
#include <inspect/report.h>
#include <inspect/type.h>

#include "world.h"

static const struct inspect_member *find(const char *name, const char *path)
{
	const struct inspect_member *found;

	ok(inspect_type_find_member(type(name), path, pool, &found));
	return found;
}

static uint64_t count(const struct inspect_type *of)
{
	uint64_t value;

	ok(inspect_type_count(of, &value));
	return value;
}

static const struct inspect_type *target(const struct inspect_type *of)
{
	const struct inspect_type *found;

	ok(inspect_type_target(of, &found));
	return found;
}

START_TEST(kinds_names_and_sizes)
{
	const struct inspect_type *task = type("struct task_struct"), *found;
	uint64_t size;
	bool is_signed;

	ck_assert_int_eq(inspect_type_kind(task), INSPECT_KIND_STRUCT);
	ck_assert_str_eq(inspect_type_name(task), "task_struct");
	ck_assert_str_eq(inspect_type_source(task), "vmlinux");
	ok(inspect_type_size(type("struct list_head[3]"), &size));
	ck_assert_uint_eq(size, 48);
	ck_assert_ptr_eq(type("struct task_struct"), task);
	/* BTF does not tell in which file a type is. */
	ok(inspect_type_find_near(inspect, "struct task_struct", "init_task", &found));
	ck_assert_ptr_eq(found, task);
	found = type("const u64");
	ck_assert_int_eq(inspect_type_kind(found), INSPECT_KIND_CONST);
	ck_assert_int_eq(inspect_type_kind(target(found)), INSPECT_KIND_TYPEDEF);
	ok(inspect_type_underlying(found, &found));
	ck_assert_int_eq(inspect_type_kind(found), INSPECT_KIND_INT);
	ck_assert_str_eq(inspect_type_name(found), "unsigned long long");
	ok(inspect_type_is_signed(type("s32"), &is_signed));
	ck_assert(is_signed);
	ok(inspect_type_is_signed(type("u32"), &is_signed));
	ck_assert(!is_signed);
}
END_TEST

/* The two sources of the sample of tests/unit/dwarf/ define two structs of one name. */
START_TEST(types_of_a_source_file)
{
	struct inspect *sample;
	const struct inspect_type *found;
	uint64_t size;

	ok(inspect_open_types(getenv("DWARF_SAMPLE"), &sample));
	ok(inspect_type_find_near(sample, "struct twice", "sample_function", &found));
	ok(inspect_type_size(found, &size));
	ck_assert_uint_eq(size, 4);
	ok(inspect_type_find_near(sample, "struct twice", "use_hidden", &found));
	ok(inspect_type_size(found, &size));
	ck_assert_uint_eq(size, 24);
	ok(inspect_type_find_near(sample, "struct all", "use_hidden", &found));
	fails(inspect_type_find_near(sample, "struct none", "use_hidden", &found), INSPECT_ERROR_LOOKUP, "none");
	inspect_close(sample);
}
END_TEST

START_TEST(members_lie_where_they_are)
{
	const struct inspect_type *task = type("struct task_struct");
	const struct inspect_member *comm = find("struct task_struct", "comm"), *at;
	const struct inspect_member *inner = find("struct task_struct", "se.run_node");
	const struct inspect_member *bit = find("struct task_struct", "sched_reset_on_fork");
	uint64_t members = count(task), found = 0;

	ck_assert_int_eq(inspect_type_kind(comm->type), INSPECT_KIND_ARRAY);
	ck_assert_uint_eq(count(comm->type), 16);
	ck_assert_uint_eq(comm->bit_size, 0);
	ck_assert_uint_eq(bit->bit_size, 1);
	ck_assert_uint_eq(inner->bit_offset, find("struct task_struct", "se")->bit_offset +
					     find("struct sched_entity", "run_node")->bit_offset);
	for (uint64_t i = 0; i < members; i++) {
		ok(inspect_type_member(task, i, pool, &at));
		if (!at->name || strcmp(at->name, "comm"))
			continue;
		ck_assert_uint_eq(at->bit_offset, comm->bit_offset);
		found++;
	}
	ck_assert_uint_eq(found, 1);
	fails(inspect_type_member(task, members, pool, &at), INSPECT_ERROR_USAGE, "none with index");
}
END_TEST

START_TEST(members_of_anonymous_members_are_found)
{
	/* struct page { …; union { struct { struct list_head lru; …; struct address_space *mapping; }; … }; } */
	ck_assert_uint_eq(find("struct page", "mapping")->bit_offset, 24 * 8);
	ck_assert_uint_eq(find("struct page", "lru.prev")->bit_offset, 16 * 8);
}
END_TEST

START_TEST(enumerators_and_parameters)
{
	const struct inspect_type *types = type("enum bpf_prog_type"), *function;
	const struct inspect_member *parameter;
	const char *name;
	int64_t value;

	ok(inspect_type_enumerator(types, 6, &name, &value));
	ck_assert_str_eq(name, "BPF_PROG_TYPE_XDP");
	ck_assert_int_eq(value, 6);
	fails(inspect_type_enumerator(types, count(types), &name, &value), INSPECT_ERROR_USAGE, "none with index");
	function = target(type("int (*)(struct list_head *, u8)"));
	ck_assert_int_eq(inspect_type_kind(function), INSPECT_KIND_FUNCTION);
	ck_assert_uint_eq(count(function), 2);
	ok(inspect_type_member(function, 1, pool, &parameter));
	ck_assert_str_eq(inspect_type_name(parameter->type), "u8");
	ck_assert_str_eq(inspect_type_name(target(function)), "int");
}
END_TEST

START_TEST(types_as_text)
{
	const char *text;

	ok(inspect_type_format(type("const struct list_head *[2]"), INSPECT_TEXT_NAME, pool, &text));
	ck_assert_str_eq(text, "const struct list_head *[2]");
	ok(inspect_type_format(type("struct list_head"), INSPECT_TEXT_DEFINITION, pool, &text));
	ck_assert_str_eq(text, "struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n}");
	ok(inspect_type_format(type("struct list_head"), INSPECT_TEXT_LAYOUT, pool, &text));
	ck_assert_ptr_nonnull(strstr(text, "/*     8       8 */"));
}
END_TEST

START_TEST(what_is_wrong_is_told)
{
	const struct inspect_type *none;
	const struct inspect_member *nothing;
	struct inspect_error *error;
	size_t offset, length;
	uint64_t value;

	error = inspect_type_find(inspect, "struct task_strukt", &none);
	ck_assert(inspect_error_place(error, &offset, &length));
	fails(error, INSPECT_ERROR_LOOKUP, "task_struct");
	fails(inspect_type_find_near(inspect, "struct page", "no_such_symbol", &none), INSPECT_ERROR_LOOKUP,
	      "no_such_symbol");
	fails(inspect_type_find_near(inspect, "struct paje", "init_task", &none), INSPECT_ERROR_LOOKUP, "page");
	fails(inspect_type_find(inspect, "struct", &none), INSPECT_ERROR_USAGE, "");
	fails(inspect_type_find(inspect, "1 + 1", &none), INSPECT_ERROR_USAGE, "");
	fails(inspect_type_count(type("int"), &value), INSPECT_ERROR_USAGE, "kind int has no parts");
	fails(inspect_type_target(type("int"), &none), INSPECT_ERROR_USAGE, "no target");
	fails(inspect_type_find_member(type("struct page"), "lru.nothing", pool, &nothing), INSPECT_ERROR_LOOKUP,
	      "list_head has no member nothing");
	fails(inspect_type_find_member(type("struct page"), "lru..next", pool, &nothing), INSPECT_ERROR_USAGE,
	      "no path");
}
END_TEST

TCase *types_case(void)
{
	TCase *tcase = tcase_create("types");

	tcase_add_test(tcase, kinds_names_and_sizes);
	tcase_add_test(tcase, types_of_a_source_file);
	tcase_add_test(tcase, members_lie_where_they_are);
	tcase_add_test(tcase, members_of_anonymous_members_are_found);
	tcase_add_test(tcase, enumerators_and_parameters);
	tcase_add_test(tcase, types_as_text);
	tcase_add_test(tcase, what_is_wrong_is_told);
	return tcase;
}
