/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "expr/arithmetic.h"

#include <math.h>

#include "base/error.h"

#define DESCRIBED 96

static struct object value_of(struct type *type, c_wide value)
{
	return (struct object){ .kind = OBJECT_VALUE, .type = type, .u = (uint64_t)value, .high = (uint64_t)(value >> 64) };
}

/* The number that @value is, which @scalar describes. */
static c_wide wide_of(const struct object *value, const struct scalar *scalar)
{
	if (scalar->size == 16)
		return (c_wide)value->high << 64 | value->u;
	return scalar->is_signed ? (c_wide)(__int128)(int64_t)value->u : value->u;
}

static struct object float_of(struct type *type, double value)
{
	struct object object = { .kind = OBJECT_VALUE, .type = type };

	object.f = value;
	return object;
}

struct object arithmetic_integer(struct c_types *types, enum c_basic basic, c_wide value)
{
	struct type *type = &types->basic[basic];

	return value_of(type, c_truncate(value, (unsigned int)type->size, type->is_signed));
}

/* "FORMAT: a struct foo *". */
static struct inspect_error *type_mismatch(const char *what, struct type *type)
{
	char described[DESCRIBED];
	struct inspect_error *error = c_describe(type, described, sizeof(described));

	return error ? error : error_create(INSPECT_ERROR_USAGE, "%s: %s", what, described);
}

/* C truncates towards zero; what does not fit is undefined. */
static struct inspect_error *float_to_integer(double value, const struct scalar *to, struct type *type,
					      struct object *out)
{
	double whole = trunc(value), low = to->is_signed ? -ldexp(1, (int)to->size * 8 - 1) : 0;
	double behind = ldexp(1, (int)to->size * 8 - to->is_signed);

	if (to->is_bool) {
		*out = value_of(type, value != 0);
		return NULL;
	}
	if (!(whole >= low && whole < behind)) /* also what is no number */
		return error_create(INSPECT_ERROR_USAGE, "%g does not fit in an integer of %u bytes", value, to->size);
	*out = value_of(type, whole < 0 ? (c_wide)(__int128)whole : (c_wide)whole);
	return NULL;
}

static double integer_to_float(c_wide value, bool is_signed, const struct scalar *to)
{
	/* Straight to what is wanted: by way of a double it would be rounded twice. */
	if (to->size == sizeof(float))
		return is_signed ? (float)(__int128)value : (float)value;
	return is_signed ? (double)(__int128)value : (double)value;
}

static struct inspect_error *convert(const struct object *value, const struct scalar *from, const struct scalar *to,
				     struct type *type, struct object *out)
{
	c_wide wide;

	if (from->class == SCALAR_FLOAT && to->class == SCALAR_FLOAT) {
		*out = float_of(type, to->size == sizeof(float) ? (float)value->f : value->f);
		return NULL;
	}
	if ((from->class == SCALAR_FLOAT && to->class == SCALAR_POINTER) ||
	    (from->class == SCALAR_POINTER && to->class == SCALAR_FLOAT))
		return error_create(INSPECT_ERROR_USAGE, "there is no conversion between pointers and floating point");
	if (from->class == SCALAR_FLOAT)
		return float_to_integer(value->f, to, type, out);
	wide = wide_of(value, from);
	if (to->class == SCALAR_FLOAT)
		*out = float_of(type, integer_to_float(wide, from->is_signed, to));
	else
		*out = value_of(type, to->is_bool ? wide != 0 : c_truncate(wide, to->size, to->is_signed));
	return NULL;
}

struct inspect_error *arithmetic_convert(const struct object *value, struct type *type, struct object *out)
{
	struct scalar from, to;
	struct inspect_error *error = scalar_of(value->type, &from);

	if (!error)
		error = scalar_of(type, &to);
	if (error)
		return error;
	if (from.class == SCALAR_NONE)
		return type_mismatch("no number and no pointer", value->type);
	if (to.class == SCALAR_NONE)
		return type_mismatch("a cast leads to a number or a pointer", type);
	return convert(value, &from, &to, type, out);
}

static struct inspect_error *to_basic(struct c_types *types, const struct object *value, enum c_basic basic,
				      struct object *out)
{
	return arithmetic_convert(value, &types->basic[basic], out);
}

struct inspect_error *arithmetic_truth(const struct object *value, bool *truth_ret)
{
	struct scalar scalar;
	struct inspect_error *error = scalar_of(value->type, &scalar);

	if (error)
		return error;
	if (scalar.class == SCALAR_NONE)
		return type_mismatch("no number and no pointer", value->type);
	*truth_ret = scalar.class == SCALAR_FLOAT ? value->f != 0 : wide_of(value, &scalar) != 0;
	return NULL;
}

struct inspect_error *arithmetic_unary(struct c_types *types, enum punctuator operator, const struct object *a,
				       struct object *out)
{
	struct inspect_error *error;
	struct scalar scalar;
	struct object value;
	c_wide wide;
	bool truth;

	if (operator == P_EXCLAMATION) {
		error = arithmetic_truth(a, &truth);
		if (!error)
			*out = arithmetic_integer(types, C_INT, !truth);
		return error;
	}
	error = scalar_of(a->type, &scalar);
	if (error)
		return error;
	if (scalar.class == SCALAR_NONE || scalar.class == SCALAR_POINTER ||
	    (operator == P_TILDE && scalar.class == SCALAR_FLOAT))
		return type_mismatch(operator == P_TILDE ? "~ wants an integer" : "a sign wants a number", a->type);
	error = to_basic(types, a, scalar.promoted, &value);
	if (error)
		return error;
	wide = wide_of(a, &scalar);
	if (scalar.class == SCALAR_FLOAT)
		*out = float_of(value.type, operator == P_MINUS ? -value.f : value.f);
	else
		*out = arithmetic_integer(types, scalar.promoted, operator == P_MINUS ? -wide :
					  operator == P_TILDE ? ~wide : wide);
	return NULL;
}

/* The answer of a comparison: @order is below, at or above 0, as a is to b. */
static bool compares(enum punctuator operator, int order)
{
	switch (operator) {
	case P_EQUAL:
		return order == 0;
	case P_NOT_EQUAL:
		return order != 0;
	case P_LESS:
		return order < 0;
	case P_GREATER:
		return order > 0;
	case P_LESS_EQUAL:
		return order <= 0;
	default:
		return order >= 0;
	}
}

static bool is_comparison(enum punctuator operator)
{
	return operator == P_EQUAL || operator == P_NOT_EQUAL || operator == P_LESS || operator == P_GREATER ||
	       operator == P_LESS_EQUAL || operator == P_GREATER_EQUAL;
}

static struct inspect_error *unsuitable(enum punctuator operator, struct type *type)
{
	char described[DESCRIBED];
	struct inspect_error *error = c_describe(type, described, sizeof(described));

	return error ? error : error_create(INSPECT_ERROR_USAGE, "%s does not take a %s", punctuator_string(operator),
					    described);
}

/* @a and @b have the type @basic. */
static struct inspect_error *float_binary(struct c_types *types, enum punctuator operator, const struct object *a,
					  const struct object *b, enum c_basic basic, struct object *out)
{
	double x = a->f, y = b->f, result;

	if (is_comparison(operator)) {
		bool unordered = isnan(x) || isnan(y);
		bool answer = unordered ? operator == P_NOT_EQUAL : compares(operator, (x > y) - (x < y));

		*out = arithmetic_integer(types, C_INT, answer);
		return NULL;
	}
	switch (operator) {
	case P_PLUS:
		result = x + y;
		break;
	case P_MINUS:
		result = x - y;
		break;
	case P_STAR:
		result = x * y;
		break;
	case P_SLASH:
		result = x / y;
		break;
	default:
		return unsuitable(operator, a->type);
	}
	*out = float_of(&types->basic[basic], basic == C_FLOAT ? (float)result : result);
	return NULL;
}

/* Of numbers of one type, extended. */
static struct inspect_error *divide(enum punctuator operator, c_wide x, c_wide y, bool is_signed, c_wide *result_ret)
{
	if (!y)
		return error_create(INSPECT_ERROR_USAGE, "division by zero");
	if (is_signed && y == ~(c_wide)0) /* by -1: the one quotient that can overflow wraps */
		*result_ret = operator == P_SLASH ? -x : 0;
	else if (is_signed)
		*result_ret = operator == P_SLASH ? (c_wide)((__int128)x / (__int128)y) :
			      (c_wide)((__int128)x % (__int128)y);
	else
		*result_ret = operator == P_SLASH ? x / y : x % y;
	return NULL;
}

/* @x and @y are of type @basic. */
static struct inspect_error *integer_binary(struct c_types *types, enum punctuator operator, c_wide x, c_wide y,
					    enum c_basic basic, struct object *out)
{
	bool is_signed = c_basic_is_signed(basic);
	struct inspect_error *error = NULL;
	c_wide result = 0;

	if (is_comparison(operator)) {
		int order = is_signed ? ((__int128)x > (__int128)y) - ((__int128)x < (__int128)y) : (x > y) - (x < y);

		*out = arithmetic_integer(types, C_INT, compares(operator, order));
		return NULL;
	}
	switch (operator) {
	case P_PLUS:
		result = x + y;
		break;
	case P_MINUS:
		result = x - y;
		break;
	case P_STAR:
		result = x * y;
		break;
	case P_AMPERSAND:
		result = x & y;
		break;
	case P_PIPE:
		result = x | y;
		break;
	case P_CARET:
		result = x ^ y;
		break;
	default:
		error = divide(operator, x, y, is_signed, &result);
		break;
	}
	if (!error)
		*out = arithmetic_integer(types, basic, result);
	return error;
}

/* The type is @basic, that of the promoted left operand; the count is of any integer type. */
static struct inspect_error *shift(struct c_types *types, enum punctuator operator, c_wide value, enum c_basic basic,
				   c_wide count, struct object *out)
{
	unsigned int bits = (unsigned int)types->basic[basic].size * 8;
	c_wide result;

	if (count >= bits) /* a negative count too */
		return error_create(INSPECT_ERROR_USAGE, (__int128)count < 0 ?
				    "%lld bits cannot be shifted by in a type of %u" :
				    "a shift by %lld bits in a type of %u", (long long)count, bits);
	if (operator == P_LEFT_SHIFT)
		result = value << count;
	else
		result = c_basic_is_signed(basic) ? (c_wide)((__int128)value >> count) : value >> count;
	*out = arithmetic_integer(types, basic, result);
	return NULL;
}

/* The size that pointer arithmetic counts in: GNU C gives void and functions 1. */
static struct inspect_error *stride_of(const struct object *pointer, uint64_t *stride_ret)
{
	struct type *type, *target;
	struct inspect_error *error = type_underlying(pointer->type, &type);

	if (!error)
		error = type_complete(type);
	if (!error)
		error = type_underlying(type->target, &target);
	if (error)
		return error;
	if (TYPE_BIT(target->kind) & (TYPE_BIT(TYPE_VOID) | TYPE_BIT(TYPE_FUNCTION) | TYPE_BIT(TYPE_FUNC))) {
		*stride_ret = 1;
		return NULL;
	}
	return type_size(target, stride_ret);
}

static struct inspect_error *pointer_difference(struct c_types *types, const struct object *a, const struct object *b,
						struct object *out)
{
	uint64_t stride, other;
	struct inspect_error *error = stride_of(a, &stride);

	if (!error)
		error = stride_of(b, &other);
	if (error)
		return error;
	if (stride != other)
		return error_create(INSPECT_ERROR_USAGE, "the difference of pointers to %llu and %llu bytes",
				    (unsigned long long)stride, (unsigned long long)other);
	if (!stride)
		return error_create(INSPECT_ERROR_USAGE, "the difference of pointers to what has no size");
	*out = arithmetic_integer(types, C_LONG, (uint64_t)((int64_t)(a->u - b->u) / (int64_t)stride));
	return NULL;
}

/* One of them is a pointer at least. */
static struct inspect_error *pointer_binary(struct c_types *types, enum punctuator operator, const struct object *a,
					    const struct scalar *of_a, const struct object *b,
					    const struct scalar *of_b, struct object *out)
{
	const bool both = of_a->class == of_b->class;
	const struct object *pointer = of_a->class == SCALAR_POINTER ? a : b, *number = pointer == a ? b : a;
	const struct scalar *of_number = pointer == a ? of_b : of_a;
	struct inspect_error *error;
	uint64_t stride;

	if (!both && of_number->class != SCALAR_INTEGER)
		return unsuitable(operator, number->type);
	if (is_comparison(operator)) {
		*out = arithmetic_integer(types, C_INT, compares(operator, (a->u > b->u) - (a->u < b->u)));
		return NULL;
	}
	if (operator == P_MINUS && both)
		return pointer_difference(types, a, b, out);
	if (both || (operator != P_PLUS && (operator != P_MINUS || pointer == b)))
		return unsuitable(operator, pointer->type);
	error = stride_of(pointer, &stride);
	if (!error)
		*out = value_of(pointer->type, operator == P_PLUS ? pointer->u + number->u * stride :
				pointer->u - number->u * stride);
	return error;
}

struct inspect_error *arithmetic_binary(struct c_types *types, enum punctuator operator, const struct object *a,
					const struct object *b, struct object *out)
{
	struct scalar of_a, of_b, of_both;
	struct inspect_error *error = scalar_of(a->type, &of_a);
	struct object x, y;
	enum c_basic basic;

	if (!error)
		error = scalar_of(b->type, &of_b);
	if (error)
		return error;
	if (of_a.class == SCALAR_NONE || of_b.class == SCALAR_NONE)
		return unsuitable(operator, of_a.class == SCALAR_NONE ? a->type : b->type);
	if (of_a.class == SCALAR_POINTER || of_b.class == SCALAR_POINTER)
		return pointer_binary(types, operator, a, &of_a, b, &of_b, out);
	if (operator == P_LEFT_SHIFT || operator == P_RIGHT_SHIFT) {
		if (of_a.class == SCALAR_FLOAT || of_b.class == SCALAR_FLOAT)
			return unsuitable(operator, of_a.class == SCALAR_FLOAT ? a->type : b->type);
		return shift(types, operator, wide_of(a, &of_a), of_a.promoted, wide_of(b, &of_b), out);
	}
	basic = c_common(of_a.promoted, of_b.promoted);
	error = to_basic(types, a, basic, &x);
	if (!error)
		error = to_basic(types, b, basic, &y);
	if (error)
		return error;
	if (basic >= C_FLOAT)
		return float_binary(types, operator, &x, &y, basic, out);
	of_both = (struct scalar){ .size = (unsigned int)x.type->size, .is_signed = x.type->is_signed };
	return integer_binary(types, operator, wide_of(&x, &of_both), wide_of(&y, &of_both), basic, out);
}
