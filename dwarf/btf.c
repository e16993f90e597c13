/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "btf.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "btf_scope.h"
#include "core/memory.h"

static struct inspect_error *append_named(struct btf_scope *scope, struct btf_index *index, unsigned int of,
					  const char *name, unsigned int kinds, struct type_list *list)
{
	_cleanup_(error_cleanup) struct inspect_error *damage = NULL;
	struct inspect_error *error;
	size_t before = list->count;
	uint32_t first;

	error = btf_index_first(scope, index, of, name, &first);
	if (error)
		return error;
	for (int declarations = 0; declarations < 2; declarations++) {
		for (uint32_t number = first; number; number = index->entries[number].next) {
			uint32_t id = index->entries[number].id;
			const struct btf_type *record = btf_record(&scope->blob, id);
			struct type *type;

			if (!(TYPE_BIT(btf_record_kind(record)) & kinds) ||
			    btf_record_is_declaration(record) != declarations ||
			    strcmp(btf_string(&scope->blob, record->name_off), name))
				continue;
			error = btf_scope_by_id(&scope->scope, id, &type);
			if (error && inspect_error_code(error) != INSPECT_ERROR_FORMAT)
				return error;
			/* A damaged one is told of where there is no other of its name. */
			if (error) {
				error_cleanup(&damage);
				damage = error;
			} else if (!vec_push(list, type)) {
				return &error_nomem;
			}
		}
	}
	if (list->count > before)
		return NULL;
	error = damage;
	damage = NULL;
	return error;
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
	free(scope->blob.offsets);
	free(scope->bytes);
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

static struct inspect_error *scope_fill(struct btf_scope *scope, const char *name, struct btf_scope *base)
{
	scope->scope.ops = &btf_scope_ops;
	scope->scope.base = base ? &base->scope : NULL;
	scope->scope.type_count = scope->blob.type_count;
	arena_init(&scope->scope.arena);
	scope->blob.has_signed_enums |= base && base->blob.has_signed_enums;
	scope->void_type = (struct type){ .kind = TYPE_VOID, .complete = true, .scope = &scope->scope };
	scope->scope.name = strdup(name);
	/* Not touched but where a type is asked for: eight bytes for each of 100,000 types cost nothing yet. */
	scope->nodes = calloc((size_t)scope->blob.type_count - scope->blob.first_id + 1, sizeof(*scope->nodes));
	return scope->scope.name && scope->nodes ? NULL : &error_nomem;
}

/* On failure @bytes stay the caller's. */
static struct inspect_error *create(const char *name, void *bytes, size_t size, struct btf_scope *base,
				    struct scope **scope_ret)
{
	struct btf_scope *scope = calloc(1, sizeof(*scope));
	struct inspect_error *error;

	if (!scope)
		return &error_nomem;
	error = btf_validate(bytes, size, base ? &base->blob : NULL, &scope->blob);
	if (error) {
		free(scope);
		return error;
	}
	error = scope_fill(scope, name, base);
	if (error) {
		btf_scope_destroy(&scope->scope);
		return error;
	}
	scope->bytes = bytes;
	*scope_ret = &scope->scope;
	return NULL;
}

struct inspect_error *btf_scope_create(const char *name, void *bytes, size_t size, struct scope *base,
				       struct scope **scope_ret)
{
	struct inspect_error *error;

	/* The kernel knows one level only: a module's upon vmlinux's. */
	if (base && (base->ops != &btf_scope_ops || base->base))
		error = error_create(INSPECT_ERROR_USAGE, "its base, %s, is not a base BTF", base->name);
	else
		error = create(name, bytes, size, base ? btf_scope_of(base) : NULL, scope_ret);
	if (error)
		free(bytes);
	return error_context(error, "BTF of %s", name);
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

/* Reads the part of memory that @input names. */
static struct inspect_error *read_memory(const struct source_input *input, void **bytes_ret, size_t *size_ret)
{
	enum inspect_fault fault;
	uint64_t stopped;
	void *bytes;

	if (!input->size || input->size > BTF_SIZE_MAX)
		return error_at(INSPECT_ERROR_FORMAT, input->address, "at 0x%llx, it is %llu bytes long",
				(unsigned long long)input->address, (unsigned long long)input->size);
	bytes = malloc(input->size);
	if (!bytes)
		return &error_nomem;
	fault = memory_read(input->memory, input->address, bytes, input->size, &stopped);
	if (fault) {
		free(bytes);
		return memory_error(fault, stopped);
	}
	*bytes_ret = bytes;
	*size_ret = input->size;
	return NULL;
}

/*
 * Memory is named by who knows what lies there. Either byte order: big-endian BTF is ours, and refused with a reason.
 */
static bool btf_probe(const struct source_input *input)
{
	unsigned char magic[2];

	if (input->fd < 0)
		return input->memory && input->address;
	if (pread(input->fd, magic, sizeof(magic), 0) != sizeof(magic))
		return false;
	return (magic[0] == 0x9f && magic[1] == 0xeb) || (magic[0] == 0xeb && magic[1] == 0x9f);
}

static struct inspect_error *btf_open(const struct source_input *input, struct source *source)
{
	struct inspect_error *error;
	void *bytes = NULL;
	size_t size = 0;

	if (input->fd < 0)
		error = read_memory(input, &bytes, &size);
	else
		error = read_file(input->fd, &bytes, &size);
	if (error)
		return error_context(error, "BTF of %s", input->name);
	return btf_scope_create(input->name, bytes, size, input->base, &source->scope);
}

const struct source_ops btf_source_ops = {
	.name = "BTF",
	.probe = btf_probe,
	.open = btf_open,
};
