/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Damaged DWARF: bytes of the debug sections of each sample are changed, then everything is asked. Answers may be
 * wrong; they must come, and nothing else may happen. The sanitizers see the rest.
 */
#include <elf.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "dwarf_sample.h"

#define MUTANTS 60
#define CHANGES 6
#define DEPTH_MAX 12
#define TYPES_MAX 2000

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static uint8_t *read_sample(const char *path, size_t *size_ret)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	uint8_t *bytes;

	ck_assert_int_eq(fstat(fd, &st), 0);
	bytes = malloc((size_t)st.st_size);
	ck_assert_int_eq(read(fd, bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	*size_ret = (size_t)st.st_size;
	return bytes;
}

/* Changes a byte in one of the debug sections, or, seldom, in the table of sections. */
static void change(uint8_t *bytes, size_t size, uint64_t *state)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)bytes;
	const Elf64_Shdr *sections = (const Elf64_Shdr *)(bytes + header->e_shoff);
	const char *names = (const char *)bytes + sections[header->e_shstrndx].sh_offset;
	const Elf64_Shdr *section;
	size_t at;

	do
		section = &sections[next_random(state) % header->e_shnum];
	while (!section->sh_size || !strstr(names + section->sh_name, "debug_"));
	at = section->sh_offset + next_random(state) % section->sh_size;
	ck_assert_uint_lt(at, size);
	bytes[at] = (uint8_t)(next_random(state) % 3 ? next_random(state) : bytes[at] ^ 1u << next_random(state) % 8);
}

/* Goes through all that @type consists of. */
static void explore(struct type *type, unsigned int depth, unsigned int *budget)
{
	uint64_t size;

	if (depth == DEPTH_MAX || !*budget)
		return;
	--*budget;
	inspect_error_destroy(type_size(type, &size));
	inspect_error_destroy(type_complete(type));
	if (!type->complete)
		return;
	if (type->target)
		explore(type->target, depth + 1, budget);
	for (uint32_t i = 0; i < type->count; i++) {
		if (TYPE_BIT(type->kind) & TYPE_BITS_COMPOUND)
			explore(type->members[i].type, depth + 1, budget);
		else if (type->kind == TYPE_FUNCTION)
			explore(type->parameters[i].type, depth + 1, budget);
		else if (type->kind == TYPE_ENUM)
			ck_assert_uint_lt(strlen(type->enumerators[i].name), 1 << 20);
	}
}

static void ask(struct scope *scope)
{
	static const char *const names[] = { "all", "twice", "negative", "byte", "int", "bits", "sample_function", "local" };
	struct type *variable, *type;
	struct object constant;
	uint32_t place;
	bool found;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct type_list list = { 0 };
		unsigned int budget = TYPES_MAX;

		inspect_error_destroy(scope_find(scope, names[i], ~0u, &list));
		inspect_error_destroy(scope_find_at(scope, 0x401000, names[i], ~0u, &list));
		for (size_t t = 0; t < list.count; t++) {
			struct scope_place where;

			explore(list.items[t], 0, &budget);
			inspect_error_destroy(scope_place(scope, list.items[t], &where, &found));
		}
		vec_deinit(&list);
	}
	inspect_error_destroy(scope_variable(scope, "everything", 0x403040, &variable));
	inspect_error_destroy(scope_variable(scope, "local", 0, &variable));
	inspect_error_destroy(scope_constant(scope, "large_constant", &found, &constant));
	inspect_error_destroy(scope_constant(scope, "table_constant", &found, &constant));
	inspect_error_destroy(scope_enumerator(scope, "POSITIVE", &type, &place));
}

/* A file without a name in the folder of @path: libdw looks for further files from there. */
static int create_beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[1024] = ".";
	int fd;

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	fd = open(folder, O_TMPFILE | O_RDWR, 0600);
	return fd >= 0 ? fd : memfd_create("mutant", 0);
}

static void try_mutant(const char *path, const uint8_t *bytes, size_t size, uint64_t *state)
{
	int fd = create_beside(path);
	uint8_t *mutant = malloc(size);
	struct inspect_error *error;
	struct source source;

	memcpy(mutant, bytes, size);
	for (unsigned int i = 1 + next_random(state) % CHANGES; i; i--)
		change(mutant, size, state);
	ck_assert_int_eq(write(fd, mutant, size), (ssize_t)size);
	free(mutant);
	error = sample_open(fd, "mutant", &source);
	close(fd);
	if (error) {
		inspect_error_destroy(error);
		return;
	}
	if (source.debug_scope)
		ask(source.debug_scope);
	sample_close(&source);
}

START_TEST(mutants)
{
	uint64_t state = 0x9e3779b97f4a7c15;
	const char *list = NULL;
	char path[1024];

	while (sample_next(&list, path)) {
		size_t size;
		uint8_t *bytes = read_sample(path, &size);
		const char *count = getenv("DWARF_MUTANTS");

		for (int i = count ? atoi(count) : MUTANTS; i > 0; i--)
			try_mutant(path, bytes, size, &state);
		free(bytes);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tcase = tcase_create("dwarf mutants");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 0);
	tcase_add_test(tcase, mutants);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
