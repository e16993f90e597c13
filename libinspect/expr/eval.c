/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way down the tree. */
#include <string.h>

#include "base/error.h"
#include "expr/arithmetic.h"
#include "expr/evaluator.h"
#include "expr/functions.h"
#include "expr/strings.h"

static void set(struct operand *out, struct object object)
{
	*out = (struct operand){ .object = object };
}

static void set_integer(struct evaluator *evaluator, struct operand *out, enum c_basic basic, uint64_t value)
{
	set(out, arithmetic_integer(&evaluator->types, basic, value));
}

/* Literals. */

/* C's list of types for a number: the first that holds it, not below what the suffix says. */
static enum c_basic literal_basic(const struct token *token)
{
	const bool may_be_unsigned = token->integer.is_unsigned || token->integer.form == LITERAL_OTHER_BASE;
	uint64_t value = token->integer.value;

	if (token->integer.longs == 0 && value <= INT32_MAX && !token->integer.is_unsigned)
		return C_INT;
	if (token->integer.longs == 0 && value <= UINT32_MAX && may_be_unsigned)
		return C_UNSIGNED_INT;
	if (value <= INT64_MAX && !token->integer.is_unsigned)
		return token->integer.longs == 2 ? C_LONG_LONG : C_LONG;
	return token->integer.longs == 2 ? C_UNSIGNED_LONG_LONG : C_UNSIGNED_LONG;
}

static struct inspect_error *eval_integer(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	const struct token *token = &node->literal;
	const struct type *character = &evaluator->types.basic[C_CHAR];
	uint64_t value = token->integer.value;

	if (token->integer.form == LITERAL_CHARACTER)
		set_integer(evaluator, out, C_INT, token->integer.longs == 1 ?
			    c_truncate(value, 1, character->is_signed) : value);
	else
		set_integer(evaluator, out, literal_basic(token), value);
	return NULL;
}

static struct inspect_error *eval_float(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	bool is_float = node->literal.real.suffix == 'f';

	if (node->literal.real.suffix == 'l')
		return place_error(INSPECT_ERROR_UNSUPPORTED, node->place, "there is no long double here");
	set(out, (struct object){ .kind = OBJECT_VALUE,
	    .type = &evaluator->types.basic[is_float ? C_FLOAT : C_DOUBLE] });
	out->object.f = is_float ? (float)node->literal.real.value : node->literal.real.value;
	return NULL;
}

static struct inspect_error *eval_string(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct node *cache = (struct node *)node;

	if (!cache->array)
		cache->array = c_array(&evaluator->types, &evaluator->types.basic[C_CHAR],
				       node->literal.string.length + 1);
	if (!cache->array)
		return &error_nomem;
	*out = (struct operand){ .object = { .kind = OBJECT_VALUE, .type = cache->array }, .literal = node };
	return NULL;
}

/* Names. */

static struct inspect_error *eval_name(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct name name;
	struct inspect_error *error = name_resolve(evaluator, (struct node *)node, &name);

	if (error)
		return error;
	if (name.kind == NAME_UNTYPED)
		return place_error(INSPECT_ERROR_LOOKUP, node->place,
				   "%s has no type in this kernel's types: write *(TYPE *)&%s", node->name.string,
				   node->name.string);
	*out = (struct operand){ .object = name.object, .is_enumerator = name.kind == NAME_ENUMERATOR };
	return NULL;
}

static struct inspect_error *eval_origin(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	(void)node;
	set(out, object_reference(evaluator->origin, 0));
	return NULL;
}

/* Operators that yield objects. */

/* What @pointer, a value, points to. */
static struct inspect_error *dereference(struct place place, const struct object *pointer, struct operand *out)
{
	struct type *target, *underlying;
	struct inspect_error *error = value_target(place, pointer->type, &target);

	if (!error)
		error = type_underlying(target, &underlying);
	if (error)
		return error;
	if (underlying->kind == TYPE_VOID)
		return place_error(INSPECT_ERROR_USAGE, place,
				   "nothing says what is there: cast the pointer, *(TYPE *)POINTER");
	set(out, object_reference(target, pointer->u));
	return NULL;
}

static struct inspect_error *eval_dereference(struct evaluator *evaluator, const struct node *node,
					      struct operand *out)
{
	struct object pointer;
	struct inspect_error *error = evaluate_scalar(evaluator, node->a, &pointer);

	return error ? error : dereference(node->place, &pointer, out);
}

static struct inspect_error *eval_address(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct inspect_error *error;
	struct operand operand;
	struct name name;

	if (node->a->kind == NODE_NAME) {
		/* A variable without a type has an address nevertheless. */
		error = name_resolve(evaluator, node->a, &name);
		operand = (struct operand){ .object = name.object };
	} else {
		error = evaluate(evaluator, node->a, &operand);
	}
	if (error)
		return error;
	if (operand.object.kind == OBJECT_ABSENT)
		return place_error(INSPECT_ERROR_LOOKUP, node->place, "it is absent: the kernel has no memory for it");
	if (operand.object.kind != OBJECT_REFERENCE)
		return place_error(INSPECT_ERROR_USAGE, node->place, "a value has no address");
	if (operand.object.bit_size)
		return place_error(INSPECT_ERROR_USAGE, node->place, "a bit-field has no address");
	error = value_pointer(evaluator, operand.object.type, operand.object.address, &operand.object);
	if (!error)
		set(out, operand.object);
	return error;
}

/* The object that the member is looked up in. */
static struct inspect_error *member_base(struct evaluator *evaluator, const struct node *node, struct operand *base)
{
	struct inspect_error *error = evaluate(evaluator, node->a, base);
	struct type *underlying;

	if (!error)
		error = type_underlying(base->object.type, &underlying);
	if (error)
		return error;
	if (node->operator == P_ARROW && TYPE_BIT(underlying->kind) & TYPE_BITS_COMPOUND)
		return value_type_error(node->place, base->object.type, "no pointer, so its members are behind a .");
	if (node->operator == P_DOT && underlying->kind == TYPE_POINTER)
		return value_type_error(node->place, base->object.type, "its members are behind a ->");
	if (node->operator == P_ARROW) {
		struct object pointer;

		error = operand_value(evaluator, node->place, base, &pointer);
		if (!error)
			error = dereference(node->place, &pointer, base);
		if (!error)
			error = type_underlying(base->object.type, &underlying);
	}
	if (!error && !(TYPE_BIT(underlying->kind) & TYPE_BITS_COMPOUND))
		return value_type_error(node->place, base->object.type, "it has no members");
	return error;
}

static struct inspect_error *eval_member(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct inspect_error *error;
	struct type_member member;
	struct operand base;
	struct object object;
	bool found;

	error = member_base(evaluator, node, &base);
	if (!error)
		error = type_find_member(base.object.type, node->name.string, node->name.length, &member, &found);
	if (!error && !found)
		error = name_no_member(node->place, node->name.string, base.object.type);
	if (!error)
		error = object_member(&base.object, node->name.string, node->name.length, &object);
	if (!error)
		set(out, object);
	return error;
}

/* "abc"[i] */
static struct inspect_error *literal_index(struct evaluator *evaluator, const struct node *node,
					   const struct node *literal, struct operand *out)
{
	struct inspect_error *error;
	int64_t index;

	error = evaluate_integer(evaluator, node->b, &index);
	if (error)
		return error;
	if (index < 0 || (uint64_t)index > literal->literal.string.length)
		return place_error(INSPECT_ERROR_USAGE, node->b->place, "outside of the string");
	set_integer(evaluator, out, C_CHAR, (uint64_t)index == literal->literal.string.length ? 0 :
		    (unsigned char)literal->literal.string.bytes[index]);
	return NULL;
}

static struct inspect_error *eval_index(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct object array, index, sum;
	struct operand operand;
	struct inspect_error *error = evaluate(evaluator, node->a, &operand);

	if (!error && operand.literal)
		return literal_index(evaluator, node, operand.literal, out);
	if (!error)
		error = operand_value(evaluator, node->a->place, &operand, &array);
	if (!error)
		error = evaluate_scalar(evaluator, node->b, &index);
	if (!error)
		error = arithmetic_binary(&evaluator->types, P_PLUS, &array, &index, &sum);
	return error ? error : dereference(node->place, &sum, out);
}

static struct inspect_error *eval_slice(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct node *cache = (struct node *)node;
	struct inspect_error *error;
	int64_t from, to;
	struct type *element;
	uint64_t address, size;

	error = evaluate_pointer(evaluator, node->a, &address, &element);
	if (!error)
		error = evaluate_integer(evaluator, node->b, &from);
	if (!error)
		error = evaluate_integer(evaluator, node->c, &to);
	if (!error)
		error = type_size(element, &size);
	if (error)
		return error;
	if (to < from)
		return place_error(INSPECT_ERROR_USAGE, node->place, "the slice ends at %lld, before it begins at %lld",
				   (long long)to, (long long)from);
	if (!cache->array || cache->array->target != element || cache->array->length != (uint64_t)to - (uint64_t)from)
		cache->array = c_array(&evaluator->types, element, (uint64_t)to - (uint64_t)from);
	if (!cache->array)
		return &error_nomem;
	set(out, object_reference(cache->array, address + (uint64_t)from * size));
	return NULL;
}

/* Operators that yield values. */

static struct inspect_error *eval_unary(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct inspect_error *error;
	struct object value;

	if (node->operator == P_STAR)
		return eval_dereference(evaluator, node, out);
	if (node->operator == P_AMPERSAND)
		return eval_address(evaluator, node, out);
	error = evaluate_scalar(evaluator, node->a, &value);
	if (!error)
		error = arithmetic_unary(&evaluator->types, node->operator, &value, &value);
	if (!error)
		set(out, value);
	return error;
}

static struct inspect_error *evaluate_truth(struct evaluator *evaluator, const struct node *node, bool *truth_ret)
{
	struct object value;
	struct inspect_error *error = evaluate_scalar(evaluator, node, &value);

	if (!error)
		error = arithmetic_truth(&value, truth_ret);
	return error ? error_place(error, node->place.offset, node->place.length) : NULL;
}

/* && and ||: what need not be evaluated must make sense all the same. */
static struct inspect_error *eval_logical(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	bool truth = false, decided = false, right;
	struct inspect_error *error = evaluate_truth(evaluator, node->a, &truth);

	if (error)
		return error;
	decided = truth == (node->operator == P_OR);
	evaluator->unevaluated += decided;
	error = evaluate_truth(evaluator, node->b, &right);
	evaluator->unevaluated -= decided;
	if (!error)
		set_integer(evaluator, out, C_INT, decided ? truth : right);
	return error;
}

static struct inspect_error *eval_comma(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct operand ignored;
	struct inspect_error *error = evaluate(evaluator, node->a, &ignored);

	return error ? error : evaluate(evaluator, node->b, out);
}

/* Operands of == and != where one at least is a string literal. */
static struct inspect_error *eval_string_comparison(struct evaluator *evaluator, const struct node *node,
						    const struct operand *a, const struct operand *b,
						    struct operand *out)
{
	const struct operand *literal = a->literal ? a : b, *other = literal == a ? b : a;
	struct inspect_error *error;
	bool equal = false;

	if (other->literal)
		equal = a->literal->literal.string.length == b->literal->literal.string.length &&
			!memcmp(a->literal->literal.string.bytes, b->literal->literal.string.bytes,
				a->literal->literal.string.length);
	error = other->literal ? NULL : string_equal(evaluator, &other->object, literal->literal, &equal);
	if (!error)
		set_integer(evaluator, out, C_INT, equal == (node->operator == P_EQUAL));
	return error;
}

/*
 * Where only the type is wanted there is no value to fail for: the numbers of what is not read are all 0, and one can
 * neither divide by them nor, if they were not, shift by too much.
 */
static struct inspect_error *compute(struct evaluator *evaluator, enum punctuator operator, const struct object *a,
				     const struct object *b, struct object *out)
{
	const bool divides = operator == P_SLASH || operator == P_PERCENT;
	struct inspect_error *error = arithmetic_binary(&evaluator->types, operator, a, b, out);
	struct object replaced = *b;

	if (!error || !evaluator->unevaluated ||
	    (!divides && operator != P_LEFT_SHIFT && operator != P_RIGHT_SHIFT))
		return error;
	inspect_error_destroy(error);
	replaced.u = divides;
	replaced.high = 0;
	return arithmetic_binary(&evaluator->types, operator, a, &replaced, out);
}

static struct inspect_error *eval_binary(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct inspect_error *error;
	struct operand a, b;
	struct object x, y;

	if (node->operator == P_AND || node->operator == P_OR)
		return eval_logical(evaluator, node, out);
	if (node->operator == P_COMMA)
		return eval_comma(evaluator, node, out);
	error = evaluate(evaluator, node->a, &a);
	if (!error)
		error = evaluate(evaluator, node->b, &b);
	if (!error && (a.literal || b.literal) && (node->operator == P_EQUAL || node->operator == P_NOT_EQUAL))
		return eval_string_comparison(evaluator, node, &a, &b, out);
	if (!error)
		error = operand_value(evaluator, node->a->place, &a, &x);
	if (!error)
		error = operand_value(evaluator, node->b->place, &b, &y);
	if (!error)
		error = compute(evaluator, node->operator, &x, &y, &x);
	if (!error)
		set(out, x);
	return error;
}

/* (void *)0 */
static bool is_null_constant(const struct node *node)
{
	const struct type_name *type = node->type;

	return node->kind == NODE_CAST && type->specifier == SPECIFIER_BASIC && type->basic == C_VOID &&
	       type->declarators && type->declarators->kind == DECLARATOR_POINTER && !type->declarators->next &&
	       node->a->kind == NODE_INTEGER && !node->a->literal.integer.value;
}

/* A null pointer has the other branch's type; other pointers to void make the result one. */
static struct inspect_error *balance_pointers(const struct node *taken, const struct object *chosen,
					      const struct node *left, const struct object *other, struct object *out)
{
	struct scalar of_chosen, of_other;
	struct type *target = NULL;
	struct inspect_error *error = scalar_of(chosen->type, &of_chosen);

	*out = *chosen;
	if (!error)
		error = scalar_of(other->type, &of_other);
	if (error || of_other.class != SCALAR_POINTER)
		return error;
	error = type_complete(of_other.underlying);
	if (!error)
		error = type_underlying(of_other.underlying->target, &target);
	if (error)
		return error;
	if (of_chosen.class != SCALAR_POINTER || is_null_constant(taken) ||
	    (target->kind == TYPE_VOID && !is_null_constant(left)))
		error = arithmetic_convert(chosen, other->type, out);
	return error;
}

/* The type of c ? a : b comes from both, so the branch not taken is looked at for its type. */
static struct inspect_error *balance(struct evaluator *evaluator, const struct node *taken, struct operand *chosen,
				     const struct node *left, const struct operand *other)
{
	struct object value, unused;
	struct scalar of_value, of_unused;
	struct inspect_error *error = operand_value(evaluator, taken->place, chosen, &value);

	evaluator->unevaluated++;
	if (!error)
		error = operand_value(evaluator, left->place, other, &unused);
	evaluator->unevaluated--;
	if (!error)
		error = scalar_of(value.type, &of_value);
	if (!error)
		error = scalar_of(unused.type, &of_unused);
	if (error)
		return error;
	if (of_value.class == SCALAR_POINTER || of_unused.class == SCALAR_POINTER) {
		error = balance_pointers(taken, &value, left, &unused, &value);
	} else {
		enum c_basic basic = c_common(of_value.promoted, of_unused.promoted);

		error = arithmetic_convert(&value, &evaluator->types.basic[basic], &value);
	}
	if (!error)
		set(chosen, value);
	return error;
}

static struct inspect_error *is_aggregate(const struct operand *operand, bool *is_aggregate_ret)
{
	struct type *underlying;
	struct inspect_error *error = type_underlying(operand->object.type, &underlying);

	if (!error)
		*is_aggregate_ret = operand->literal || TYPE_BIT(underlying->kind) & TYPE_BITS_COMPOUND ||
				    underlying->kind == TYPE_VOID;
	return error;
}

static struct inspect_error *eval_conditional(struct evaluator *evaluator, const struct node *node,
					      struct operand *out)
{
	struct inspect_error *error;
	const struct node *taken, *left;
	struct operand other;
	bool truth, aggregate;

	error = evaluate_truth(evaluator, node->a, &truth);
	if (error)
		return error;
	taken = truth ? node->b : node->c;
	left = truth ? node->c : node->b;
	error = evaluate(evaluator, taken, out);
	evaluator->unevaluated++;
	if (!error)
		error = evaluate(evaluator, left, &other);
	evaluator->unevaluated--;
	if (!error)
		error = is_aggregate(out, &aggregate);
	if (!error && aggregate)
		return NULL;
	if (!error)
		error = balance(evaluator, taken, out, left, &other);
	return error;
}

static struct inspect_error *eval_cast(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct type *type, *underlying;
	struct inspect_error *error = type_name_resolve(evaluator, node->type, &type);
	struct object value;

	if (!error)
		error = type_underlying(type, &underlying);
	if (error)
		return error;
	if (TYPE_BIT(underlying->kind) & (TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ARRAY) | TYPE_BIT(TYPE_FUNCTION)))
		return value_type_error(node->place, type, "C casts to numbers and pointers only; *(TYPE *)ADDRESS is an object");
	if (underlying->kind == TYPE_VOID)
		return value_type_error(node->place, type, "there is no value of this type");
	error = evaluate_scalar(evaluator, node->a, &value);
	if (!error && evaluator->unevaluated) /* no float that would not fit */
		value.u = value.high = 0;
	if (!error)
		error = arithmetic_convert(&value, type, &value);
	if (!error)
		set(out, value);
	return error;
}

static struct inspect_error *eval_sizeof(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct operand operand = { 0 };
	struct inspect_error *error;
	struct type *type, *underlying;
	uint64_t size;

	if (node->type) {
		error = type_name_resolve(evaluator, node->type, &type);
	} else {
		evaluator->unevaluated++;
		error = evaluate(evaluator, node->a, &operand);
		evaluator->unevaluated--;
		type = operand.object.type;
	}
	if (!error && operand.object.bit_size)
		return place_error(INSPECT_ERROR_USAGE, node->place, "a bit-field has no size in bytes");
	if (!error)
		error = type_underlying(type, &underlying);
	if (!error)
		error = type_size(type, &size);
	if (error)
		return error;
	/* GNU C: void and functions have one byte. */
	if (underlying->kind == TYPE_VOID || underlying->kind == TYPE_FUNCTION)
		size = 1;
	set_integer(evaluator, out, C_UNSIGNED_LONG, size);
	return NULL;
}

static struct inspect_error *eval_call(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	const struct function *function = node->call.function;

	if (function->call)
		return function->call(evaluator, node, out);
	return generator_element(evaluator, (struct node *)node, out);
}

typedef struct inspect_error *eval_fn(struct evaluator *evaluator, const struct node *node, struct operand *out);

static eval_fn *const eval_table[] = {
	[NODE_INTEGER] = eval_integer,
	[NODE_FLOAT] = eval_float,
	[NODE_STRING] = eval_string,
	[NODE_NAME] = eval_name,
	[NODE_ORIGIN] = eval_origin,
	[NODE_UNARY] = eval_unary,
	[NODE_BINARY] = eval_binary,
	[NODE_CONDITIONAL] = eval_conditional,
	[NODE_CAST] = eval_cast,
	[NODE_MEMBER] = eval_member,
	[NODE_INDEX] = eval_index,
	[NODE_SLICE] = eval_slice,
	[NODE_SIZEOF] = eval_sizeof,
	[NODE_CALL] = eval_call,
};

struct inspect_error *evaluate(struct evaluator *evaluator, const struct node *node, struct operand *out)
{
	struct inspect_error *error = eval_table[node->kind](evaluator, node, out);

	return error_place(error, node->place.offset, node->place.length);
}
