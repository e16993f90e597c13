/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * first_type FILE TYPE [SYMBOL]: prints the definition of a type of a vmlinux, as a program would that wants no other;
 * with SYMBOL, that of the source file which defines it. What tests/bench/run measures.
 */
#include <stdio.h>
#include <stdlib.h>

#include <inspect/report.h>
#include <inspect/type.h>

static struct inspect_error *print_type(struct inspect *inspect, const char *name, const char *symbol,
					struct inspect_pool *pool)
{
	const struct inspect_type *type;
	struct inspect_error *error;
	const char *text;

	error = symbol ? inspect_type_find_near(inspect, name, symbol, &type) : inspect_type_find(inspect, name, &type);
	if (!error)
		error = inspect_type_format(type, INSPECT_TEXT_DEFINITION, pool, &text);
	if (!error)
		puts(text);
	return error;
}

int main(int argc, char **argv)
{
	struct inspect_pool *pool = inspect_pool_create();
	struct inspect *inspect = NULL;
	struct inspect_error *error;

	if (argc < 3 || !pool) {
		fprintf(stderr, "usage: first_type FILE TYPE [SYMBOL]\n");
		return EXIT_FAILURE;
	}
	error = inspect_open_types(argv[1], &inspect);
	if (!error)
		error = print_type(inspect, argv[2], argv[3], pool);
	if (error)
		fprintf(stderr, "first_type: %s\n", inspect_error_message(error));
	inspect_close(inspect);
	inspect_pool_destroy(pool);
	if (!error)
		return EXIT_SUCCESS;
	inspect_error_destroy(error);
	return EXIT_FAILURE;
}
