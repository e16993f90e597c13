/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/path.h"
#include "dwarf_sample.h"

static struct source source;
static const char *sample; /* its path, for messages */

#define expect_ok(expression)                                                                          \
	do {                                                                                           \
		struct inspect_error *error_ = (expression);                                           \
		ck_assert_msg(!error_, "%s: %s", sample, error_ ? inspect_error_message(error_) : ""); \
	} while (0)

/* gcc's type units in .dwo files are in sections of the same name, of which libdw reads one. */
static bool is_refused(void)
{
	return strstr(sample, "gcc-split-types") != NULL;
}

static void open_sample(const char *path)
{
	int fd = open(path, O_RDONLY);

	sample = path;
	ck_assert_int_ge(fd, 0);
	expect_ok(sample_open(fd, path, &source));
	close(fd);
	ck_assert_ptr_null(source.scope);
	ck_assert_ptr_nonnull(source.debug_scope);
	ck_assert_str_eq(source.debug_scope->ops->name, "DWARF");
}

/* Runs @check on each sample that can be read. */
static void for_each_sample(void (*check)(void))
{
	const char *list = NULL;
	unsigned int seen = 0;
	char path[1024];

	for (; sample_next(&list, path); seen++) {
		open_sample(path);
		if (!is_refused())
			check();
		sample_close(&source);
	}
	ck_assert_uint_gt(seen, 2);
}

/* The @index-th of @count types of that name. */
static struct type *find(const char *name, enum type_kind kind, size_t count, size_t index)
{
	struct type_list list = { 0 };
	struct type *type;

	expect_ok(scope_find(source.debug_scope, name, TYPE_BIT(kind), &list));
	ck_assert_msg(list.count == count, "%s: %zu of %s", sample, list.count, name);
	type = count ? list.items[index] : NULL;
	vec_deinit(&list);
	if (type)
		expect_ok(type_complete(type));
	return type;
}

static struct type *member(struct type *type, const char *name, uint64_t bit_offset, uint32_t bit_size)
{
	struct type_member found;
	bool is_found;

	expect_ok(type_find_member(type, name, strlen(name), &found, &is_found));
	ck_assert_msg(is_found, "%s: %s", sample, name);
	ck_assert_msg(found.bit_offset == bit_offset && found.bit_size == bit_size, "%s: %s at %llu:%u", sample, name,
		      (unsigned long long)found.bit_offset, found.bit_size);
	expect_ok(type_complete(found.type));
	return found.type;
}

/* The target of @type, complete, which must be of @kind. */
static struct type *target(struct type *type, enum type_kind kind)
{
	ck_assert_ptr_nonnull(type->target);
	expect_ok(type_complete(type->target));
	ck_assert_msg(type->target->kind == kind, "%s: %s", sample, type_kind_string(type->target->kind));
	return type->target;
}

static uint64_t address_of(const char *name, unsigned int number)
{
	struct symbol_table *table = source.symbols;
	struct symbol symbol;
	uint64_t cursor = 0;

	while (table->ops->next(table, &cursor, &symbol)) {
		if (!strcmp(symbol.name, name) && !number--)
			return symbol.address;
	}
	ck_abort_msg("%s: no symbol %s", sample, name);
	return 0;
}

#define OFFSET(n) ((n) * 8u)

/* Both sources have a variable `local`; the file of each is told, and where it lies. */
static void check_places(void)
{
	static const char *const units[] = { "sample.c", "other.c" };
	struct type_list list = { 0 };

	expect_ok(scope_find(source.debug_scope, "local", TYPE_BIT(TYPE_VARIABLE), &list));
	ck_assert_uint_eq(list.count, 2);
	for (unsigned int i = 0; i < 2; i++) {
		struct scope_place place;
		bool found;

		expect_ok(scope_place(source.debug_scope, list.items[i], &place, &found));
		ck_assert_msg(found, "%s: %u", sample, i);
		/* libdw takes clang's file 0, the unit's own in DWARF 5, for none. */
		if (place.file || !strstr(sample, "clang"))
			ck_assert_msg(path_ends_with(place.file, units[i]), "%s: %s", sample, place.file);
		ck_assert_msg(place.unit && path_ends_with(place.unit, units[i]), "%s: %s", sample, place.unit);
		ck_assert_uint_eq(place.address, address_of("local", i));
	}
	list.count = 0;
	expect_ok(scope_find(source.debug_scope, "use_hidden", TYPE_BIT(TYPE_FUNC), &list));
	for (size_t i = 0; i < list.count; i++) {
		struct scope_place place;
		bool found;

		expect_ok(scope_place(source.debug_scope, list.items[i], &place, &found));
		ck_assert_msg(found == !list.items[i]->is_declaration, "%s", sample);
		if (found)
			ck_assert_uint_eq(place.address, address_of("use_hidden", 0));
	}
	vec_deinit(&list);
}

START_TEST(places)
{
	for_each_sample(check_places);
}
END_TEST

static void check_members(void)
{
	struct type *all = find("all", TYPE_STRUCT, 1, 0), *type;

	ck_assert_uint_eq(all->size, 224);
	type = member(all, "qualified", 0, 0)->target; /* the order of qualifiers is the compiler's */
	expect_ok(type_complete(type));
	type = target(type, type->kind == TYPE_CONST ? TYPE_VOLATILE : TYPE_CONST);
	ck_assert_str_eq(target(type, TYPE_INT)->name, "int");
	type = member(all, "limited", OFFSET(8), 0);
	ck_assert_int_eq(type->kind, strstr(sample, "v2") ? TYPE_POINTER : TYPE_RESTRICT); /* it came with DWARF 3 */
	type = member(all, "inner", OFFSET(24), 0);
	ck_assert_str_eq(type->name, "byte");
	ck_assert_str_eq(target(type, TYPE_TYPEDEF)->name, "u8");
	ck_assert(target(type->target, TYPE_INT)->is_char);
	member(all, "deep", OFFSET(26), 0);
	ck_assert_uint_eq(member(all, "deeper", OFFSET(26), 0)->length, 2);
	ck_assert_int_eq(member(all, "both", OFFSET(28), 0)->kind, TYPE_UNION);
	ck_assert_int_eq(member(all, "real", OFFSET(144), 0)->kind, TYPE_FLOAT);
	ck_assert_uint_eq(member(all, "twice", OFFSET(152), 0)->size, 8);
	ck_assert_int_eq(member(all, "yes", OFFSET(160), 0)->kind, TYPE_BOOL);
	type = member(all, "letter", OFFSET(161), 0);
	ck_assert(type->is_char && type->is_signed && type->size == 1);
	type = member(all, "huge", OFFSET(176), 0);
	ck_assert(type->kind == TYPE_INT && type->size == 16 && !type->is_signed);
	target(member(all, "nothing", OFFSET(208), 0), TYPE_VOID);
}

static void check_function_pointer(void)
{
	struct type *all = find("all", TYPE_STRUCT, 1, 0);
	struct type *function = target(member(all, "callback", OFFSET(16), 0), TYPE_FUNCTION);

	ck_assert(function->is_variadic);
	ck_assert_uint_eq(function->count, 2);
	ck_assert_str_eq(target(function, TYPE_INT)->name, "int");
	expect_ok(type_complete(function->parameters[1].type));
	ck_assert_ptr_eq(target(function->parameters[1].type, TYPE_STRUCT), all);
}

static void check_arrays(void)
{
	struct type *all = find("all", TYPE_STRUCT, 1, 0), *array = member(all, "matrix", OFFSET(32), 0);
	uint64_t size;

	ck_assert_uint_eq(array->length, 2);
	expect_ok(type_size(array, &size));
	ck_assert_uint_eq(size, 96);
	array = target(array, TYPE_ARRAY);
	ck_assert_uint_eq(array->length, 3);
	array = target(array, TYPE_ARRAY);
	ck_assert_uint_eq(array->length, 4);
	ck_assert_str_eq(target(array, TYPE_INT)->name, "int");
	array = member(all, "rest", OFFSET(224), 0);
	ck_assert(array->is_declaration && !array->length);
	ck_assert_uint_eq(member(all, "none", OFFSET(224), 0)->length, 0);
}

static void check_bit_fields(void)
{
	struct type *bits = find("bits", TYPE_STRUCT, 1, 0);

	ck_assert_uint_eq(bits->count, 5);
	member(bits, "a", 0, 3);
	member(bits, "b", 3, 7);
	ck_assert(member(bits, "c", 10, 12)->is_signed);
	member(bits, "d", 22, 40);
	ck_assert_int_eq(member(bits, "e", 62, 1)->kind, TYPE_BOOL);
	ck_assert_ptr_eq(member(find("all", TYPE_STRUCT, 1, 0), "bits", OFFSET(216), 0), bits);
}

static void expect_enumerator(const struct type *type, uint32_t i, const char *name, int64_t value)
{
	ck_assert_uint_lt(i, type->count);
	ck_assert_str_eq(type->enumerators[i].name, name);
	ck_assert_msg(type->enumerators[i].value == value, "%s: %s is %lld", sample, name,
		      (long long)type->enumerators[i].value);
}

static void check_enums(void)
{
	struct type *type = find("small", TYPE_ENUM, 1, 0);

	ck_assert(!type->is_signed && type->size == 4);
	expect_enumerator(type, 0, "SMALL_A", 0);
	expect_enumerator(type, 1, "SMALL_B", 200);
	type = find("negative", TYPE_ENUM, 1, 0);
	ck_assert(type->is_signed);
	expect_enumerator(type, 0, "NEGATIVE", -5);
	expect_enumerator(type, 1, "POSITIVE", 200);
	type = find("wide", TYPE_ENUM, 1, 0);
	ck_assert(!type->is_signed && type->size == 8);
	expect_enumerator(type, 0, "WIDE", INT64_MIN);
	expect_enumerator(type, 1, "WIDE_ONE", 1);
}

static void check_enumerators(void)
{
	struct type *type;
	uint32_t place;

	expect_ok(scope_enumerator(source.debug_scope, "POSITIVE", &type, &place));
	ck_assert_ptr_nonnull(type);
	ck_assert_str_eq(type->name, "negative");
	expect_enumerator(type, place, "POSITIVE", 200);
	expect_ok(scope_enumerator(source.debug_scope, "ANONYMOUS", &type, &place));
	ck_assert_ptr_nonnull(type);
	ck_assert_ptr_null(type->name);
	expect_enumerator(type, place, "ANONYMOUS", 7);
	expect_ok(scope_enumerator(source.debug_scope, "all", &type, &place));
	ck_assert_ptr_null(type);
}

/* The two units' copies of sample.h are one type each; what they define differently is two. */
static void check_names(void)
{
	struct type *first = find("twice", TYPE_STRUCT, 2, 0), *second = find("twice", TYPE_STRUCT, 2, 1);

	ck_assert_uint_eq(first->size + second->size, 28);
	ck_assert_ptr_null(find("no such type", TYPE_STRUCT, 0, 0));
	ck_assert_ptr_null(find("all", TYPE_UNION, 0, 0));
	ck_assert_ptr_nonnull(find("both", TYPE_UNION, 1, 0));
	ck_assert_uint_eq(find("nested", TYPE_STRUCT, 1, 0)->size, 2);
	ck_assert_ptr_nonnull(find("byte", TYPE_TYPEDEF, 1, 0));
	ck_assert_str_eq(target(find("sample_function", TYPE_FUNC, 1, 0), TYPE_FUNCTION)->parameters[1].name, "twice");
}

static void check_declarations(void)
{
	struct type *all = find("all", TYPE_STRUCT, 1, 0);
	struct type *hidden = target(member(all, "hidden", OFFSET(192), 0), TYPE_STRUCT);

	ck_assert(!hidden->is_declaration);
	ck_assert_uint_eq(hidden->size, 16);
	member(hidden, "value", 0, 0);
	hidden = target(member(all, "nowhere", OFFSET(200), 0), TYPE_STRUCT);
	ck_assert(hidden->is_declaration);
	ck_assert_str_eq(hidden->name, "nowhere");
}

static void check_variables(void)
{
	struct inspect_error *error;
	struct type *type;
	uint64_t size;

	expect_ok(scope_variable(source.debug_scope, "everything", address_of("everything", 0), &type));
	ck_assert_ptr_nonnull(type);
	expect_ok(type_complete(type));
	ck_assert_msg(target(type, TYPE_STRUCT)->name && !strcmp(type->target->name, "all"), "%s", sample);
	expect_ok(scope_variable(source.debug_scope, "shared", 0, &type)); /* declared, then defined without a name */
	ck_assert(type && !type->is_declaration);
	for (unsigned int i = 0; i < 2; i++) {
		expect_ok(scope_variable(source.debug_scope, "local", address_of("local", i), &type));
		ck_assert_ptr_nonnull(type);
		expect_ok(type_size(type, &size));
		ck_assert_uint_eq(size, i ? 48 : 4);
	}
	expect_ok(scope_variable(source.debug_scope, "local", 16, &type));
	ck_assert_ptr_null(type);
	error = scope_variable(source.debug_scope, "local", 0, &type);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LOOKUP);
	inspect_error_destroy(error);
}

static void expect_at(const char *function, const char *name, uint64_t size)
{
	struct type_list list = { 0 };

	expect_ok(scope_find_at(source.debug_scope, address_of(function, 0) + 1, name, TYPE_BIT(TYPE_STRUCT), &list));
	ck_assert_msg(list.count == (size != 0), "%s: %zu of %s", sample, list.count, name);
	if (size)
		ck_assert_uint_eq(list.items[0]->size, size);
	vec_deinit(&list);
}

static void check_addresses(void)
{
	struct type_list list = { 0 };

	/* Type units, and what dwz took out of a unit, are not of any address. */
	if (!strstr(sample, "types") && !strstr(sample, "dwz")) {
		expect_at("sample_function", "twice", 4);
		expect_at("use_hidden", "twice", 24);
	}
	expect_at("use_hidden", "no such type", 0);
	expect_ok(scope_find_at(source.debug_scope, 16, "all", TYPE_BIT(TYPE_STRUCT), &list));
	ck_assert_uint_eq(list.count, 0);
}

/* clang keeps no constants of arrays; where it has none, there is a variable in memory. */
static void check_constants(void)
{
	static const int16_t expected[] = { 7, 8, 9 };
	struct object object;
	bool found;

	expect_ok(scope_constant(source.debug_scope, "everything", &found, &object));
	ck_assert(!found);
	if (!strstr(sample, "gcc"))
		return;
	expect_ok(scope_constant(source.debug_scope, "negative_constant", &found, &object));
	ck_assert_msg(found, "%s", sample);
	ck_assert_int_eq(object.kind, OBJECT_VALUE);
	ck_assert_uint_eq(object.u, (uint64_t)-5);
	expect_ok(scope_constant(source.debug_scope, "large_constant", &found, &object));
	ck_assert(found);
	ck_assert_uint_eq(object.u, 200); /* one byte in the file, whose first bit is no sign */
	expect_ok(scope_constant(source.debug_scope, "table_constant", &found, &object));
	ck_assert(found);
	ck_assert_mem_eq(object.bytes, expected, sizeof(expected));
}

/* clang-format off */
START_TEST(members) { for_each_sample(check_members); } END_TEST
START_TEST(function_pointers) { for_each_sample(check_function_pointer); } END_TEST
START_TEST(arrays) { for_each_sample(check_arrays); } END_TEST
START_TEST(bit_fields) { for_each_sample(check_bit_fields); } END_TEST
START_TEST(enums) { for_each_sample(check_enums); } END_TEST
START_TEST(enumerators) { for_each_sample(check_enumerators); } END_TEST
START_TEST(names) { for_each_sample(check_names); } END_TEST
START_TEST(declarations) { for_each_sample(check_declarations); } END_TEST
START_TEST(variables) { for_each_sample(check_variables); } END_TEST
START_TEST(constants) { for_each_sample(check_constants); } END_TEST
START_TEST(addresses) { for_each_sample(check_addresses); } END_TEST
/* clang-format on */

START_TEST(split_types_are_refused)
{
	const char *list = NULL;
	unsigned int seen = 0;
	char path[1024];

	while (sample_next(&list, path)) {
		struct type_list types = { 0 };
		struct inspect_error *error;

		open_sample(path);
		if (is_refused()) {
			error = scope_find(source.debug_scope, "all", TYPE_BIT(TYPE_STRUCT), &types);
			ck_assert_ptr_nonnull(error);
			ck_assert_int_eq(inspect_error_code(error), INSPECT_ERROR_LOOKUP);
			ck_assert_ptr_nonnull(strstr(inspect_error_message(error), ".dwo is neither"));
			inspect_error_destroy(error);
			seen++;
		}
		sample_close(&source);
	}
	ck_assert_uint_gt(seen, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("dwarf");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, members);
	tcase_add_test(tcase, function_pointers);
	tcase_add_test(tcase, arrays);
	tcase_add_test(tcase, bit_fields);
	tcase_add_test(tcase, enums);
	tcase_add_test(tcase, enumerators);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, declarations);
	tcase_add_test(tcase, variables);
	tcase_add_test(tcase, places);
	tcase_add_test(tcase, constants);
	tcase_add_test(tcase, addresses);
	tcase_add_test(tcase, split_types_are_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
