/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/functions.h"

#include <string.h>

#include "base/error.h"
#include "expr/arithmetic.h"
#include "expr/evaluator.h"
#include "kernel/walk.h"

#define DESCRIBED 96
#define XA_VALUE 1 /* bit 0 of an entry: include/linux/xarray.h, xa_is_value() */

/* One sequence under way. Its state is kept with the node, and used again when it starts over. */
struct generator {
	const struct node *node;
	struct type *type;     /* of an element; NULL: the entries are pointers to void */
	uint64_t offset;       /* of the node in an element */
	struct walk walk;
	uint64_t next, stride; /* array() */
	uint64_t left;
	struct object element;
};

struct generator_ops {
	/* The type of the elements, and whatever else the arguments say; nothing is read where all is unevaluated. */
	struct inspect_error *(*start)(struct evaluator *evaluator, struct generator *generator);
	/* False at the end. */
	bool (*next)(struct evaluator *evaluator, struct generator *generator);
	/* What ended it early, or NULL. */
	struct inspect_error *(*finish)(struct generator *generator);
};

/* Arguments. */

/* The offset of an argument of kind MEMBER in @type. */
static struct inspect_error *member_offset(struct evaluator *evaluator, struct type *type,
					   const struct argument *argument, uint64_t *offset_ret)
{
	struct type *outer = evaluator->origin;
	struct inspect_error *error;
	struct operand operand;

	evaluator->origin = type;
	error = evaluate(evaluator, argument->node, &operand);
	evaluator->origin = outer;
	if (error)
		return error;
	if (operand.object.bit_size)
		return place_error(INSPECT_ERROR_USAGE, argument->node->place, "a bit-field has no offset in bytes");
	*offset_ret = operand.object.address;
	return NULL;
}

/*
 * A pointer to struct @tag, to struct @other (NULL: none) that begins with one, or to void; wrong types are walked by
 * mistake only.
 */
static struct inspect_error *container_address(struct evaluator *evaluator, const struct node *call, const char *tag,
					       const char *other, uint64_t *address_ret)
{
	const struct node *node = call->call.arguments[0].node;
	struct type *target, *underlying;
	struct inspect_error *error = evaluate_pointer(evaluator, node, address_ret, &target);
	char described[DESCRIBED];

	if (!error)
		error = type_underlying(target, &underlying);
	if (error)
		return error;
	if (underlying->kind == TYPE_VOID || (underlying->name && !strcmp(underlying->name, tag)) ||
	    (underlying->name && other && !strcmp(underlying->name, other)))
		return NULL;
	error = c_describe(target, described, sizeof(described));
	return error ? error : place_error(INSPECT_ERROR_USAGE, node->place, "%s: the pointer is to %s, not struct %s",
					   call->call.function->usage, described, tag);
}

/* Functions. */

static void set_value(struct operand *out, struct object object)
{
	*out = (struct operand){ .object = object };
}

static struct inspect_error *call_offsetof(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	uint64_t offset;
	struct type *type;
	struct inspect_error *error = type_name_resolve(evaluator, node->call.arguments[0].type, &type);

	if (!error)
		error = member_offset(evaluator, type, &node->call.arguments[1], &offset);
	if (!error)
		set_value(out, arithmetic_integer(&evaluator->types, C_UNSIGNED_LONG, offset));
	return error;
}

static struct inspect_error *call_container_of(struct evaluator *evaluator, const struct node *node,
					       struct operand *out)
{
	uint64_t address, offset;
	struct type *type, *ignored, *pointer;
	struct inspect_error *error = evaluate_pointer(evaluator, node->call.arguments[0].node, &address, &ignored);

	if (!error)
		error = type_name_resolve(evaluator, node->call.arguments[1].type, &type);
	if (!error)
		error = member_offset(evaluator, type, &node->call.arguments[2], &offset);
	if (error)
		return error;
	pointer = c_pointer(&evaluator->types, type);
	if (!pointer)
		return &error_nomem;
	set_value(out, object_integer(pointer, address - offset));
	return NULL;
}

/* Where what lies at @address for no CPU lies for the CPU that @node says. */
static struct inspect_error *on_cpu(struct evaluator *evaluator, const struct node *node, uint64_t *address)
{
	struct inspect_error *error;
	int64_t cpu;

	error = evaluate_integer(evaluator, node, &cpu);
	if (error || evaluator->unevaluated)
		return error;
	if (!evaluator->percpu) {
		struct percpu *percpu = arena_alloc(evaluator->arena, sizeof(*percpu));

		error = percpu ? percpu_init(percpu, evaluator->kernel, evaluator->arena) : &error_nomem;
		if (error)
			return error_context(error, "per-CPU memory");
		evaluator->percpu = percpu;
	}
	if (cpu < 0 || cpu > UINT32_MAX || !percpu_possible(evaluator->percpu, (unsigned int)cpu))
		return place_error(INSPECT_ERROR_LOOKUP, node->place, "there is no CPU %lld: %u are possible, with ids below %u",
				   (long long)cpu, evaluator->percpu->count, evaluator->percpu->cpu_ids);
	*address = percpu_address(evaluator->percpu, *address, (unsigned int)cpu);
	return NULL;
}

static struct inspect_error *call_per_cpu(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	const struct node *variable = node->call.arguments[0].node;
	struct inspect_error *error = evaluate(evaluator, variable, out);

	if (error)
		return error;
	if (out->object.kind != OBJECT_REFERENCE)
		return place_error(INSPECT_ERROR_USAGE, variable->place, "a variable is wanted, not a value");
	return on_cpu(evaluator, node->call.arguments[1].node, &out->object.address);
}

static struct inspect_error *call_per_cpu_ptr(struct evaluator *evaluator, const struct node *node,
					      struct operand *out)
{
	const struct node *pointer = node->call.arguments[0].node;
	struct type *ignored;
	struct object value;
	uint64_t address;
	struct inspect_error *error = evaluate_pointer(evaluator, pointer, &address, &ignored);

	if (!error)
		error = evaluate_scalar(evaluator, pointer, &value);
	if (!error)
		error = on_cpu(evaluator, node->call.arguments[1].node, &address);
	if (!error)
		set_value(out, object_integer(value.type, address));
	return error;
}

/* Generators. */

/* The common part of list(), hlist() and rbtree(): head, type and member. */
static struct inspect_error *start_nodes(struct evaluator *evaluator, struct generator *generator, const char *tag,
					 const char *other,
					 void (*walk)(struct walk *walk, struct kernel *kernel, uint64_t head))
{
	const struct argument *arguments = generator->node->call.arguments;
	uint64_t head;
	struct inspect_error *error = container_address(evaluator, generator->node, tag, other, &head);

	if (!error)
		error = type_name_resolve(evaluator, arguments[1].type, &generator->type);
	if (!error)
		error = member_offset(evaluator, generator->type, &arguments[2], &generator->offset);
	if (!error && !evaluator->unevaluated)
		walk(&generator->walk, evaluator->kernel, head);
	return error;
}

static struct inspect_error *list_start(struct evaluator *evaluator, struct generator *generator)
{
	return start_nodes(evaluator, generator, "list_head", NULL, walk_list);
}

static struct inspect_error *hlist_start(struct evaluator *evaluator, struct generator *generator)
{
	return start_nodes(evaluator, generator, "hlist_head", NULL, walk_hlist);
}

static struct inspect_error *rbtree_start(struct evaluator *evaluator, struct generator *generator)
{
	return start_nodes(evaluator, generator, "rb_root", "rb_root_cached", walk_rbtree);
}

/* The common part of idr() and xarray(): the container, and perhaps the type of what is in it. */
static struct inspect_error *start_entries(struct evaluator *evaluator, struct generator *generator, const char *tag,
					   void (*walk)(struct walk *walk, struct kernel *kernel, uint64_t head))
{
	const struct argument *arguments = generator->node->call.arguments;
	uint64_t head;
	struct inspect_error *error = container_address(evaluator, generator->node, tag, NULL, &head);

	if (!error && generator->node->call.count > 1)
		error = type_name_resolve(evaluator, arguments[1].type, &generator->type);
	if (!error && !evaluator->unevaluated)
		walk(&generator->walk, evaluator->kernel, head);
	return error;
}

static struct inspect_error *idr_start(struct evaluator *evaluator, struct generator *generator)
{
	return start_entries(evaluator, generator, "idr", walk_idr);
}

static struct inspect_error *xarray_start(struct evaluator *evaluator, struct generator *generator)
{
	return start_entries(evaluator, generator, "xarray", walk_xarray);
}

/* An element by its address: an object, or a pointer to nobody knows what. */
static struct object element_at(struct evaluator *evaluator, const struct generator *generator, uint64_t address)
{
	if (generator->type)
		return object_reference(generator->type, address);
	return object_integer(c_pointer(&evaluator->types, &evaluator->types.basic[C_VOID]), address);
}

static bool walk_generator_next(struct evaluator *evaluator, struct generator *generator)
{
	struct walk_item item;

	while (walk_next(&generator->walk, &item)) {
		if (!item.problem) {
			generator->element = element_at(evaluator, generator, item.address - generator->offset);
			return true;
		}
		kernel_problem(evaluator->kernel,
			       error_at(INSPECT_ERROR_FORMAT, item.fault_address, "%s: %s (0x%llx)",
					generator->node->call.function->name, item.problem,
					(unsigned long long)item.fault_address));
	}
	return false;
}

/* A number in it is no object of the type that was asked for. */
static bool xarray_next(struct evaluator *evaluator, struct generator *generator)
{
	while (walk_generator_next(evaluator, generator)) {
		if (!generator->type || !(generator->element.address & XA_VALUE))
			return true;
	}
	return false;
}

static struct inspect_error *walk_generator_finish(struct generator *generator)
{
	return walk_finish(&generator->walk);
}

static struct inspect_error *array_start(struct evaluator *evaluator, struct generator *generator)
{
	const struct argument *arguments = generator->node->call.arguments;
	struct inspect_error *error;
	int64_t count;

	error = evaluate_pointer(evaluator, arguments[0].node, &generator->next, &generator->type);
	if (!error)
		error = evaluate_integer(evaluator, arguments[1].node, &count);
	if (!error)
		error = type_size(generator->type, &generator->stride);
	if (error)
		return error;
	if (count < 0 || (uint64_t)count > WALK_BUDGET)
		return place_error(INSPECT_ERROR_USAGE, arguments[1].node->place, "an array of %lld elements",
				   (long long)count);
	generator->left = (uint64_t)count;
	return NULL;
}

static bool array_next(struct evaluator *evaluator, struct generator *generator)
{
	if (!generator->left || (evaluator->kernel->interrupt && *evaluator->kernel->interrupt))
		return false;
	generator->element = element_at(evaluator, generator, generator->next);
	generator->next += generator->stride;
	generator->left--;
	return true;
}

static struct inspect_error *array_finish(struct generator *generator)
{
	return generator->left ? error_create(INSPECT_ERROR_INTERRUPTED, "interrupted") : NULL;
}

static const struct generator_ops list_ops = { list_start, walk_generator_next, walk_generator_finish };
static const struct generator_ops hlist_ops = { hlist_start, walk_generator_next, walk_generator_finish };
static const struct generator_ops rbtree_ops = { rbtree_start, walk_generator_next, walk_generator_finish };
static const struct generator_ops idr_ops = { idr_start, walk_generator_next, walk_generator_finish };
static const struct generator_ops xarray_ops = { xarray_start, xarray_next, walk_generator_finish };
static const struct generator_ops array_ops = { array_start, array_next, array_finish };

const struct function function_table[] = {
	{ "offsetof", "offsetof(type, member)", { ARGUMENT_TYPE, ARGUMENT_MEMBER }, 2, call_offsetof, NULL },
	{ "container_of", "container_of(pointer, type, member)",
	  { ARGUMENT_EXPRESSION, ARGUMENT_TYPE, ARGUMENT_MEMBER }, 3, call_container_of, NULL },
	{ "per_cpu", "per_cpu(variable, cpu)", { ARGUMENT_EXPRESSION, ARGUMENT_EXPRESSION }, 2, call_per_cpu, NULL },
	{ "per_cpu_ptr", "per_cpu_ptr(pointer, cpu)", { ARGUMENT_EXPRESSION, ARGUMENT_EXPRESSION }, 2,
	  call_per_cpu_ptr, NULL },
	{ "list", "list(head, type, member)", { ARGUMENT_EXPRESSION, ARGUMENT_TYPE, ARGUMENT_MEMBER }, 3, NULL,
	  &list_ops },
	{ "hlist", "hlist(head, type, member)", { ARGUMENT_EXPRESSION, ARGUMENT_TYPE, ARGUMENT_MEMBER }, 3, NULL,
	  &hlist_ops },
	{ "rbtree", "rbtree(root, type, member)", { ARGUMENT_EXPRESSION, ARGUMENT_TYPE, ARGUMENT_MEMBER }, 3, NULL,
	  &rbtree_ops },
	{ "idr", "idr(idr, type)", { ARGUMENT_EXPRESSION, ARGUMENT_TYPE }, 1, NULL, &idr_ops },
	{ "xarray", "xarray(xarray, type)", { ARGUMENT_EXPRESSION, ARGUMENT_TYPE }, 1, NULL, &xarray_ops },
	{ "array", "array(pointer, count)", { ARGUMENT_EXPRESSION, ARGUMENT_EXPRESSION }, 2, NULL, &array_ops },
};
const size_t function_count = sizeof(function_table) / sizeof(function_table[0]);

const struct function *function_find(const char *name)
{
	for (size_t i = 0; i < function_count; i++) {
		if (!strcmp(function_table[i].name, name))
			return &function_table[i];
	}
	return NULL;
}

/* Running. */

static struct inspect_error *generator_prepare(struct evaluator *evaluator, struct node *node)
{
	struct generator *generator = node->call.generator;

	if (!generator) {
		generator = arena_calloc(evaluator->arena, 1, sizeof(*generator));
		if (!generator)
			return &error_nomem;
		generator->node = node;
		node->call.generator = generator;
	}
	return node->call.function->generator->start(evaluator, generator);
}

/* To the next element of @generator; what it could not walk is told on the side. */
static bool generator_next(struct evaluator *evaluator, struct generator *generator)
{
	const struct function *function = generator->node->call.function;

	if (function->generator->next(evaluator, generator))
		return true;
	kernel_problem(evaluator->kernel, function->generator->finish(generator));
	return false;
}

static bool is_running(const struct evaluator *evaluator, const struct generator *generator)
{
	for (size_t i = 0; i < evaluator->running_count; i++) {
		if (evaluator->running[i] == generator)
			return true;
	}
	return false;
}

struct inspect_error *generator_element(struct evaluator *evaluator, struct node *node, struct operand *out)
{
	struct inspect_error *error;

	if (node->call.generator && is_running(evaluator, node->call.generator)) {
		set_value(out, node->call.generator->element);
		return NULL;
	}
	error = generator_prepare(evaluator, node);
	if (error)
		return error;
	if (evaluator->unevaluated) {
		set_value(out, element_at(evaluator, node->call.generator, 0));
		return NULL;
	}
	if (evaluator->running_count == GENERATORS_MAX)
		return place_error(INSPECT_ERROR_LIMIT, node->place, "more than %d sequences in one expression",
				   GENERATORS_MAX);
	if (!generator_next(evaluator, node->call.generator)) {
		evaluator->exhausted = true;
		return error_create(INSPECT_ERROR_LOOKUP, "no element");
	}
	evaluator->running[evaluator->running_count++] = node->call.generator;
	set_value(out, node->call.generator->element);
	return NULL;
}

bool generators_advance(struct evaluator *evaluator)
{
	while (evaluator->running_count) {
		if (generator_next(evaluator, evaluator->running[evaluator->running_count - 1]))
			return true;
		evaluator->running_count--;
	}
	return false;
}
