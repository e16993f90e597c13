/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bpf/image.h"

#include <string.h>

#include "base/error.h"
#include "bpf/prog.h"
#include "kernel/roots.h"
#include "kernel/walk.h"

struct image_fields {
	struct view_state state;
	uint64_t start, end;
	uint64_t size;
	uint64_t is_prog;
	uint64_t prog;
	uint64_t main;
	uint64_t id;
	uint64_t func_idx;
	uint64_t btf;
	uint64_t lines, line_count, first_line, line_addresses;
};

static const struct view_variant image_variants[] = {
	{ "struct bpf_prog_aux", "ksym.lnode" }, /* 5.7, bfea9a8574f3 */
	{ "struct bpf_prog_aux", "ksym_lnode" },
};
static const struct view_field image_fields[] = {
	VIEW_NEED(image_fields, start, "ksym.start", "prog->bpf_func"),
	VIEW_MAY(image_fields, end, "ksym.end"),
	VIEW_NEED(image_fields, size, "prog->jited_len"),
	VIEW_MAY(image_fields, is_prog, "ksym.prog"), /* 5.7, cbd76f8d5ac9; all are programs before */
	VIEW_NEED(image_fields, prog, "prog"),
	VIEW_MAY(image_fields, main, "main_prog_aux->prog"), /* not yet in 6.12 */
	VIEW_NEED(image_fields, id, "id"),
	VIEW_MAY(image_fields, func_idx, "func_idx"),
	VIEW_MAY(image_fields, btf, "btf"),
	VIEW_MAY(image_fields, lines, "linfo"), /* 5.0, c454a46b5efd */
	VIEW_MAY(image_fields, line_count, "nr_linfo"),
	VIEW_MAY(image_fields, first_line, "linfo_idx"),
	VIEW_MAY(image_fields, line_addresses, "jited_linfo"),
};
VIEW(bpf_image_view, image_fields, image_variants, image_fields);

/* UAPI: include/uapi/linux/bpf.h. */
struct line_info_fields {
	struct view_state state;
	uint64_t file;
	uint64_t text;
	uint64_t line_column;
};

static const struct view_variant line_info_variants[] = { { "struct bpf_line_info", NULL } };
static const struct view_field line_info_fields[] = {
	VIEW_NEED(line_info_fields, file, "file_name_off"),
	VIEW_NEED(line_info_fields, text, "line_off"),
	VIEW_NEED(line_info_fields, line_column, "line_col"),
};
VIEW(line_info_view, line_info_fields, line_info_variants, line_info_fields);

/* BPF_LINE_INFO_LINE_NUM() */
#define LINE_SHIFT 10
/* A program has no more lines than instructions: BPF_COMPLEXITY_LIMIT_INSNS. */
#define LINES_MAX 1000000

static bool holds(const struct image_fields *fields, uint64_t address)
{
	uint64_t end = has(fields, end) ? fields->end : fields->start + fields->size;

	return !faulted(fields, start) && address >= fields->start && address < end;
}

/* The image that holds @address; *@found_ret tells whether there is one. */
static struct inspect_error *find_fields(struct kernel *kernel, uint64_t address, struct image_fields *found,
					 bool *found_ret)
{
	struct inspect_error *error;
	struct image_fields fields;
	struct walk_item item;
	struct walk walk;
	uint64_t head;

	*found_ret = false;
	error = kernel_root(kernel, ROOT_BPF_KALLSYMS, &head, NULL);
	if (error)
		return error;
	walk_list(&walk, kernel, head);
	/* Before 6.1 a program with subprograms is there twice, and its first subprogram has no id. */
	while (!error && !(*found_ret && found->id) && walk_next(&walk, &item)) {
		error = kernel_read(kernel, &bpf_image_view, item.address, &fields);
		if (error || !holds(&fields, address) || (has(&fields, is_prog) && !fields.is_prog))
			continue;
		*found = fields;
		*found_ret = true;
	}
	if (error) {
		inspect_error_destroy(walk_finish(&walk));
		return error;
	}
	kernel_problem(kernel, error_context(walk_finish(&walk), "BPF images"));
	return NULL;
}

/* The program of which @prog is subprogram @index, by the array of these that each program has. */
static struct inspect_error *find_main(struct kernel *kernel, uint64_t prog, uint64_t index, uint64_t *main_ret)
{
	struct prog_fields fields;
	struct loaded loaded;
	struct walk_item item;
	struct walk walk;
	uint64_t idr, func;
	struct inspect_error *error = kernel_root(kernel, ROOT_PROG_IDR, &idr, NULL);

	*main_ret = 0;
	if (error)
		return error;
	walk_idr(&walk, kernel, idr);
	while (!error && !*main_ret && walk_next(&walk, &item)) {
		if (item.problem)
			continue;
		error = prog_load(kernel, item.address, &fields, &loaded);
		if (error || !USABLE(&loaded, func_cnt) || !USABLE(&loaded, func) || index >= fields.func_cnt)
			continue;
		if (!memory_read_u64(&kernel->memory, fields.func + 8 * index, 8, &func) && func == prog)
			*main_ret = item.address;
	}
	if (error) {
		inspect_error_destroy(walk_finish(&walk));
		return error;
	}
	kernel_problem(kernel, error_context(walk_finish(&walk), "programs"));
	return NULL;
}

static struct inspect_error *read_name(struct kernel *kernel, uint64_t prog, struct name *name, uint64_t *id_ret)
{
	struct prog_fields fields;
	struct loaded loaded;
	struct inspect_error *error = prog_load(kernel, prog, &fields, &loaded);

	if (!error)
		error = prog_full_name(&loaded, &fields, name);
	if (!error)
		*id_ret = USABLE(&loaded, id) ? fields.id : 0;
	return error;
}

/* The line whose code @address is in: the last that begins at or before it. False where there is none. */
static bool find_line(struct kernel *kernel, const struct image_fields *fields, uint64_t address, uint64_t *index_ret)
{
	bool found = false;
	uint64_t start;

	if (!has(fields, lines) || !has(fields, line_addresses) || !has(fields, line_count) || !fields->lines ||
	    !fields->line_addresses || !has(fields, btf) || !fields->btf)
		return false;
	for (uint64_t i = fields->first_line; i < fields->line_count && i < LINES_MAX; i++) {
		if (memory_read_u64(&kernel->memory, fields->line_addresses + 8 * i, 8, &start) ||
		    !holds(fields, start) || start > address)
			break;
		*index_ret = i;
		found = true;
	}
	return found;
}

static struct inspect_error *find_source(struct kernel *kernel, const struct image_fields *fields, uint64_t address,
					 struct bpf_image *image)
{
	const struct view_plan *plan;
	struct line_info_fields line;
	struct inspect_error *error;
	uint64_t index;
	size_t skip;

	if (!find_line(kernel, fields, address, &index))
		return NULL;
	error = kernel_view(kernel, &line_info_view, &plan);
	if (error || !view_read(plan, &kernel->memory, fields->lines + index * plan->type_size, &line))
		return error;
	image->line = line.line_column >> LINE_SHIFT;
	error = btf_string(kernel, fields->btf, line.file, &image->file);
	if (!error)
		error = btf_string(kernel, fields->btf, line.text, &image->text);
	skip = strspn(image->text.bytes, " \t");
	memmove(image->text.bytes, image->text.bytes + skip, sizeof(image->text.bytes) - skip);
	return error;
}

struct inspect_error *bpf_image_find(struct kernel *kernel, uint64_t address, struct bpf_image *image)
{
	struct image_fields fields;
	struct inspect_error *error;
	uint64_t id;
	bool found;

	memset(image, 0, sizeof(*image));
	error = find_fields(kernel, address, &fields, &found);
	if (error || !found || !has(&fields, prog))
		return error;
	image->prog = fields.prog;
	image->main = fields.id ? fields.prog : has(&fields, main) ? fields.main : 0;
	if (!image->main)
		error = find_main(kernel, fields.prog, fields.func_idx, &image->main);
	if (!error && image->main)
		error = read_name(kernel, image->main, &image->name, &image->id);
	if (!error && fields.func_idx)
		error = read_name(kernel, image->prog, &image->function, &id);
	return error ? error : find_source(kernel, &fields, address, image);
}
