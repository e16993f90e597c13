/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dump_struct: a custom dump of a structure, whole or some members of it.
 *
 *	dump_struct DUMP 'struct bpf_prog_aux' ADDRESS [MEMBER…]   what lies at ADDRESS
 *	dump_struct DUMP prog ID [MEMBER…]                         the struct bpf_prog_aux of a BPF program
 *
 *	cc dump_struct.c -o dump_struct $(pkg-config --cflags --libs libinspect)
 *
 * A MEMBER is a path, "name" or "ops->get_func_proto". The exit status is kinspect's: 0 whole, 1 something is missing,
 * 2 usage, 3 the dump could not be opened or understood.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <inspect/bpf.h>
#include <inspect/object.h>
#include <inspect/record.h>

enum { WHOLE, PARTIAL, USAGE, FAILED };

/* Prints @error, which may be NULL and may quote the dump, and destroys it; whether there was one. */
static int failed(struct inspect_error *error)
{
	const char *message;
	char *escaped;

	if (!error)
		return 0;
	message = inspect_error_message(error);
	escaped = inspect_escape(message, strlen(message));
	fprintf(stderr, "dump_struct: %s\n", escaped ? escaped : "out of memory");
	free(escaped);
	inspect_error_destroy(error);
	return 1;
}

static int parse_number(const char *text, uint64_t *number_ret)
{
	char *end;

	errno = 0;
	*number_ret = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end && !errno;
}

/* Where the struct bpf_prog_aux of program @id is: in the record that the library makes of each program. */
static int find_aux(struct inspect *inspect, uint64_t id, struct inspect_pool *pool, uint64_t *address_ret)
{
	struct inspect_record *record;

	if (failed(inspect_bpf_find(inspect, INSPECT_BPF_PROG, id, 0, pool, &record)))
		return PARTIAL;
	if (inspect_get_u64(inspect_get_record(record, INSPECT_PROG_KERNEL), INSPECT_PROG_KERNEL_AUX, address_ret))
		return WHOLE;
	fprintf(stderr, "dump_struct: program %" PRIu64 " %s\n", id, record ? "cannot be read" : "is not there");
	return PARTIAL;
}

/* One member, or with a NULL @path all of @object, as drgn prints it. What cannot be read is marked in the text. */
static int print(const struct inspect_object *object, const char *path, struct inspect_pool *pool)
{
	const struct inspect_object *member = object;
	uint64_t faults = 0;

	if (path && failed(inspect_object_member(object, path, pool, &member)))
		return PARTIAL;
	if (path)
		printf("%s = ", path);
	if (failed(inspect_object_print(member, NULL, stdout, &faults)))
		return PARTIAL;
	return faults ? PARTIAL : WHOLE;
}

/* What stands behind DUMP in @words, of which there are @count. */
static int dump(struct inspect *inspect, struct inspect_pool *pool, char **words, int count)
{
	const char *name = strcmp(words[0], "prog") ? words[0] : "struct bpf_prog_aux";
	const struct inspect_object *object;
	const struct inspect_type *type;
	int status = WHOLE;
	uint64_t address;

	if (!parse_number(words[1], &address)) {
		fprintf(stderr, "dump_struct: \"%s\" is no number\n", words[1]);
		return USAGE;
	}
	if (name != words[0] && find_aux(inspect, address, pool, &address) != WHOLE)
		return PARTIAL;
	if (failed(inspect_type_find(inspect, name, &type)) ||
	    failed(inspect_object_at(inspect, type, address, pool, &object)))
		return PARTIAL;
	if (count == 2)
		return print(object, NULL, pool);
	for (int i = 2; i < count; i++) {
		if (print(object, words[i], pool) != WHOLE)
			status = PARTIAL;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct inspect_options options = { .size = sizeof(options), .core_count = 1 };
	struct inspect_pool *pool;
	struct inspect *inspect;
	int status = FAILED;

	if (argc < 4) {
		fprintf(stderr, "usage: dump_struct DUMP TYPE ADDRESS [MEMBER...]\n"
				"       dump_struct DUMP prog ID [MEMBER...]\n");
		return USAGE;
	}
	options.core_paths = (const char *const *)&argv[1];
	if (failed(inspect_open(&options, &inspect)))
		return FAILED;
	pool = inspect_pool_create();
	if (pool)
		status = dump(inspect, pool, argv + 2, argc - 2);
	/* What the library could not find out on the side. */
	while (failed(inspect_next_problem(inspect)))
		status = status == WHOLE ? PARTIAL : status;
	inspect_pool_destroy(pool);
	inspect_close(inspect);
	return fflush(stdout) && status == WHOLE ? PARTIAL : status;
}
