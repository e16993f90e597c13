/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/btf_object.h"

#include <string.h>

#include "base/error.h"
#include "kernel/roots.h"

struct btf_object_fields {
	struct view_state state;
	uint64_t id;
	uint64_t data;
	uint64_t data_size;
	uint64_t base_btf;
	uint64_t kernel_btf;
	char name[64];
};

static const struct view_variant btf_object_variants[] = { { "struct btf", NULL } };
static const struct view_field btf_object_fields[] = {
	VIEW_NEED(btf_object_fields, id, "id"),
	VIEW_NEED(btf_object_fields, data, "data"),
	VIEW_NEED(btf_object_fields, data_size, "data_size"),
	VIEW_MAY(btf_object_fields, base_btf, "base_btf"),     /* 5.11, 951bb64621b8 */
	VIEW_MAY(btf_object_fields, kernel_btf, "kernel_btf"), /* 5.11, 5329722057d4 */
	VIEW_MAY_STRING(btf_object_fields, name, "name"),
};
VIEW(btf_object_view, btf_object_fields, btf_object_variants, btf_object_fields);

void btf_objects_init(struct btf_objects *objects, struct kernel *kernel)
{
	uint64_t idr = 0;

	objects->error = kernel_root(kernel, ROOT_BTF_IDR, &idr, NULL);
	if (!objects->error)
		walk_idr(&objects->walk, kernel, idr);
}

bool btf_objects_next(struct btf_objects *objects, struct btf_object *object)
{
	struct kernel *kernel = objects->walk.kernel;
	struct btf_object_fields btf;
	struct walk_item item;

	while (!objects->error && walk_next(&objects->walk, &item)) {
		if (!item.problem)
			objects->error = kernel_read(kernel, &btf_object_view, item.address, &btf);
		if (objects->error)
			return false;
		if (item.problem || btf.state.fault) {
			kernel_problem(kernel, error_at(INSPECT_ERROR_FAULT, item.address,
							"BTF object %llu at 0x%llx not readable",
							(unsigned long long)item.index,
							(unsigned long long)item.address));
			continue;
		}
		*object = (struct btf_object){
			.address = item.address,
			.id = item.index,
			.data = btf.data,
			.data_size = btf.data_size,
			.is_kernel = btf.kernel_btf,
			.is_split = btf.base_btf,
		};
		memcpy(object->name, btf.name, sizeof(object->name));
		return true;
	}
	return false;
}

struct inspect_error *btf_objects_finish(struct btf_objects *objects)
{
	struct inspect_error *error = objects->error;

	objects->error = NULL;
	return error ? error : walk_finish(&objects->walk);
}
