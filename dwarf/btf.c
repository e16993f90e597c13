/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "btf.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "btf_scope.h"

static struct inspect_error *append_named(struct btf_scope *scope, struct btf_index *index, unsigned int of,
					  const char *name, unsigned int kinds, struct type_list *list)
{
	struct inspect_error *error;
	uint32_t first;

	error = btf_index_first(scope, index, of, name, &first);
	if (error)
		return error;
	for (int declarations = 0; declarations < 2; declarations++) {
		for (uint32_t number = first; number; number = index->entries[number].next) {
			uint32_t id = index->entries[number].id;
			const struct btf_type *record = btf__type_by_id(scope->btf, id);
			struct type *type;

			if (!(TYPE_BIT(btf_record_kind(record)) & kinds) ||
			    btf_record_is_declaration(record) != declarations ||
			    strcmp(btf__str_by_offset(scope->btf, record->name_off), name))
				continue;
			error = btf_scope_by_id(&scope->scope, id, &type);
			if (error)
				return error;
			if (!vec_push(list, type))
				return &error_nomem;
		}
	}
	return NULL;
}

static struct inspect_error *btf_scope_find(struct scope *base, const char *name, unsigned int kinds,
					    struct type_list *list)
{
	struct btf_scope *scope = btf_scope_of(base);
	struct inspect_error *error = NULL;

	if (kinds & BTF_TYPE_NAMES)
		error = append_named(scope, &scope->types, BTF_TYPE_NAMES, name, kinds, list);
	if (!error && kinds & BTF_ENTRY_NAMES)
		error = append_named(scope, &scope->entries, BTF_ENTRY_NAMES, name, kinds, list);
	return error;
}

static void btf_scope_destroy(struct scope *base)
{
	struct btf_scope *scope = btf_scope_of(base);

	btf_index_deinit(&scope->types);
	btf_index_deinit(&scope->entries);
	btf__free(scope->btf);
	free(scope->nodes);
	free(base->name);
	arena_deinit(&base->arena);
	free(scope);
}

static const struct scope_ops btf_scope_ops = {
	.name = "BTF",
	.find = btf_scope_find,
	.by_id = btf_scope_by_id,
	.complete = btf_scope_complete,
	.enumerator = btf_scope_enumerator,
	.destroy = btf_scope_destroy,
};

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/*
 * btf__new_split() is declared by the header of libbpf 1.1, but the library does not export it. So split BTF takes
 * the way through a file, which never touches a disk. It is small: a module's.
 */
static struct btf *new_split(const void *bytes, size_t size, struct btf *base)
{
	_cleanup_fd_ int fd = memfd_create("split BTF", MFD_CLOEXEC);
	char path[32];

	if (fd < 0)
		return NULL;
	for (size_t done = 0; done < size;) {
		ssize_t put = pwrite(fd, (const char *)bytes + done, size - done, done);

		if (put < 0 && errno != EINTR)
			return NULL;
		done += put > 0 ? put : 0;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return btf__parse_raw_split(path, base);
}

/* Hands validated bytes to libbpf, which must not print: its callback is global, so it is ours for the call only. */
static struct inspect_error *load(const void *bytes, size_t size, struct btf *base, struct btf **btf_ret)
{
	libbpf_print_fn_t before = libbpf_set_print(print_nothing);
	struct btf *btf = base ? new_split(bytes, size, base) : btf__new(bytes, size);
	int number = errno;

	libbpf_set_print(before);
	if (!btf && number == ENOMEM)
		return &error_nomem;
	if (!btf)
		return error_create(INSPECT_ERROR_UNSUPPORTED, "libbpf %s does not take it: %s",
				    libbpf_version_string(), strerror(number));
	*btf_ret = btf;
	return NULL;
}

/* The libbpf object of @blob, of a rewritten copy where libbpf does not know all that is in it. */
static struct inspect_error *load_blob(const struct btf_blob *blob, struct btf *base, struct btf **btf_ret)
{
	_cleanup_free_ void *copy = NULL;
	struct inspect_error *error;
	struct btf *btf;
	size_t size;

	if (blob->foreign) {
		error = btf_rewrite(blob, &copy, &size);
		if (!error)
			error = load(copy, size, base, &btf);
	} else {
		error = load(blob->bytes, blob->size, base, &btf);
	}
	if (error)
		return error;
	/* Our ids are libbpf's from here on. */
	if (btf__type_cnt(btf) != blob->type_count) {
		btf__free(btf);
		return error_create(INSPECT_ERROR_UNSUPPORTED, "libbpf %s does not find its %u types",
				    libbpf_version_string(), blob->type_count);
	}
	*btf_ret = btf;
	return NULL;
}

static struct inspect_error *scope_fill(struct btf_scope *scope, const char *name, const struct btf_blob *blob,
					struct btf_scope *base)
{
	scope->scope.ops = &btf_scope_ops;
	scope->scope.base = base ? &base->scope : NULL;
	scope->scope.type_count = blob->type_count;
	arena_init(&scope->scope.arena);
	scope->first_id = base ? base->scope.type_count : 1;
	scope->string_size = blob->string_size;
	scope->has_signed_enums = blob->has_signed_enums || (base && base->has_signed_enums);
	scope->void_type = (struct type){ .kind = TYPE_VOID, .complete = true, .scope = &scope->scope };
	scope->scope.name = strdup(name);
	/* Not touched but where a type is asked for: eight bytes for each of 100,000 types cost nothing yet. */
	scope->nodes = calloc((size_t)blob->type_count - scope->first_id + 1, sizeof(*scope->nodes));
	if (!scope->scope.name || !scope->nodes)
		return &error_nomem;
	return load_blob(blob, base ? base->btf : NULL, &scope->btf);
}

static struct inspect_error *create(const char *name, const void *bytes, size_t size, struct btf_scope *base,
				    struct scope **scope_ret)
{
	struct btf_base limits = { .type_count = 1 };
	struct inspect_error *error;
	struct btf_scope *scope;
	struct btf_blob blob;

	if (base) {
		limits.type_count = base->scope.type_count;
		limits.string_size = base->string_size;
		limits.strings = btf__str_by_offset(base->btf, 0);
	}
	error = btf_validate(bytes, size, limits, &blob);
	if (error)
		return error;
	scope = calloc(1, sizeof(*scope));
	if (!scope)
		return &error_nomem;
	error = scope_fill(scope, name, &blob, base);
	if (error) {
		btf_scope_destroy(&scope->scope);
		return error;
	}
	*scope_ret = &scope->scope;
	return NULL;
}

struct inspect_error *btf_scope_create(const char *name, const void *bytes, size_t size, struct scope *base,
				       struct scope **scope_ret)
{
	/* The kernel knows one level only, and libbpf 1.1 counts string offsets wrongly on more. */
	if (base && (base->ops != &btf_scope_ops || base->base))
		return error_create(INSPECT_ERROR_USAGE, "BTF of %s: its base, %s, is not a base BTF", name,
				    base->name);
	return error_context(create(name, bytes, size, base ? btf_scope_of(base) : NULL, scope_ret), "BTF of %s", name);
}

/* Reads a whole file; one that is shorter than it said is for the validation to find. */
static struct inspect_error *read_file(int fd, void **bytes_ret, size_t *size_ret)
{
	_cleanup_free_ char *bytes = NULL;
	struct stat st;
	size_t done = 0;

	if (fstat(fd, &st))
		return error_os(errno, "fstat");
	if (st.st_size > BTF_SIZE_MAX)
		return error_create(INSPECT_ERROR_LIMIT, "%lld bytes are more than the %u that are allowed",
				    (long long)st.st_size, BTF_SIZE_MAX);
	bytes = malloc(st.st_size + 1);
	if (!bytes)
		return &error_nomem;
	while (done < (size_t)st.st_size) {
		ssize_t got = pread(fd, bytes + done, st.st_size - done, done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_os(errno, "read");
		if (!got)
			break;
		done += got;
	}
	*bytes_ret = bytes;
	*size_ret = done;
	bytes = NULL;
	return NULL;
}

/* Either byte order: big-endian BTF is ours, and refused with a reason. */
static bool btf_probe(const struct source_input *input)
{
	unsigned char magic[2];

	if (input->bytes) {
		if (input->size < sizeof(magic))
			return false;
		memcpy(magic, input->bytes, sizeof(magic));
	} else if (input->fd < 0 || pread(input->fd, magic, sizeof(magic), 0) != sizeof(magic)) {
		return false;
	}
	return (magic[0] == 0x9f && magic[1] == 0xeb) || (magic[0] == 0xeb && magic[1] == 0x9f);
}

static struct inspect_error *btf_open(const struct source_input *input, struct source *source)
{
	_cleanup_free_ void *read = NULL;
	const void *bytes = input->bytes;
	size_t size = input->size;

	if (!bytes) {
		struct inspect_error *error = read_file(input->fd, &read, &size);

		if (error)
			return error_context(error, "BTF of %s", input->name);
		bytes = read;
	}
	return btf_scope_create(input->name, bytes, size, input->base, &source->scope);
}

const struct source_ops btf_source_ops = {
	.name = "BTF",
	.probe = btf_probe,
	.open = btf_open,
};
