/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Objects of damaged types: whatever passes the validation of BTF, loading and showing an object of it ends, within its
 * bytes (which the sanitizers see to).
 */
#include "core/format_c.h"
#include "core/format_json.h"
#include "core/format_layout.h"
#include "core/format_type.h"
#include "typed.h"

#define MUTANTS 400
#define AT UINT64_C(0x200000)

static struct typed typed;

/* One type of each kind; the words of all are damaged in turn. */
static void add_types(void)
{
	struct builder *builder = typed.builder;
	uint32_t string = typed_pointer(&typed, typed.char_id), row = typed_array(&typed, typed.int_id, 3);
	uint32_t colour = builder_type(builder, "colour", INFO(BTF_KIND_ENUM, 1), 4, typed_name(&typed, "RED"), 1);
	uint32_t later = builder_type(builder, "later", INFO(BTF_KIND_FWD, 0), 0);
	uint32_t pair = builder_type(builder, "pair", INFO(BTF_KIND_STRUCT, 2) | FLAG, 16, typed_name(&typed, "s"),
				     string, 0, typed_name(&typed, "bits"), typed.int_id, 64 | 7 << 24);
	uint32_t inner = builder_type(builder, NULL, INFO(BTF_KIND_UNION, 2), 32, typed_name(&typed, "pairs"),
				      typed_array(&typed, pair, 2), 0, typed_name(&typed, "text"),
				      typed_array(&typed, typed.char_id, 12), 0);
	uint32_t outer = builder_type(builder, "outer", INFO(BTF_KIND_STRUCT, 5), 72, 0, inner, 0,
				      typed_name(&typed, "row"), row, 256, typed_name(&typed, "colour"), colour, 352,
				      typed_name(&typed, "d"), typed.double_id, 384, typed_name(&typed, "p"),
				      typed_pointer(&typed, later), 448);

	typed_pointer(&typed, outer);
	typed_array(&typed, outer, 4);
	typed_pointer(&typed, builder_type(builder, NULL, INFO(BTF_KIND_FUNC_PROTO, 2), typed.int_id, 0, string, 0,
					   outer));
}

static void show(struct type *type, struct arena *arena, struct strbuf *text)
{
	const struct format_c_options options = { .flags = FORMAT_C_DEFAULT & ~FORMAT_C_SYMBOLIZE, .columns = 80 };
	struct object object = object_reference(type, AT);
	struct value_options how = format_c_loads(&options, NULL);
	struct arena_mark mark = arena_mark(arena);
	struct inspect_error *error;
	struct value value;

	how.limit = 4096;
	error = value_load(&typed.fake.memory, &object, &how, arena, &value);
	if (!error) {
		strbuf_clear(text);
		inspect_error_destroy(format_c(&value, &options, text));
		strbuf_clear(text);
		error = format_json(&value, text);
	}
	inspect_error_destroy(error);
	arena_rewind(arena, mark);
	strbuf_clear(text);
	inspect_error_destroy(format_layout(type, text));
	strbuf_clear(text);
	inspect_error_destroy(format_type_name(type, text));
}

/* How many mutants of the blob made a scope; all types of these were shown. */
static unsigned int show_mutants(const uint8_t *bytes, size_t size, struct arena *arena, struct strbuf *text)
{
	unsigned int valid = 0;

	for (unsigned int i = 0; i < MUTANTS; i++) {
		size_t at = 24 + (size_t)rand() % (size - 24);
		uint8_t *mutant = malloc(size);
		struct scope *scope;
		struct inspect_error *error;
		struct type *type;

		ck_assert_ptr_nonnull(mutant);
		memcpy(mutant, bytes, size);
		mutant[at] = rand() % 4 ? (uint8_t)(rand() % 32) : (uint8_t)rand();
		error = btf_scope_create("mutant", mutant, size, NULL, &scope);
		inspect_error_destroy(error);
		if (error)
			continue;
		valid++;
		for (uint32_t id = 1; id < scope->type_count; id++) {
			error = scope_by_id(scope, id, &type);
			inspect_error_destroy(error);
			if (!error)
				show(type, arena, text);
		}
		scope_destroy(scope);
	}
	return valid;
}

START_TEST(damaged_types_are_shown_within_bounds)
{
	struct strbuf text;
	struct arena arena;
	uint8_t *bytes;
	size_t size;

	srand(1);
	typed_init(&typed);
	arena_init(&arena);
	strbuf_init(&text);
	add_types();
	for (unsigned int i = 0; i < 4096; i += 8)
		fake_write64(&typed.fake, AT + i, i % 24 ? (uint64_t)rand() : AT + i);
	bytes = builder_finish(typed.builder, &size);
	ck_assert_uint_gt(show_mutants(bytes, size, &arena, &text), MUTANTS / 10);
	free(bytes);
	strbuf_deinit(&text);
	arena_deinit(&arena);
	typed_deinit(&typed);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("core");
	TCase *tcase = tcase_create("value_mutants");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, damaged_types_are_shown_within_bounds);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
