/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/symbol_choice.h"

#include <stdlib.h>
#include <string.h>

struct symbol_span {
	uint64_t start;
	uint64_t end; /* its last address; of a label, its start */
	uint32_t symbol;
	enum symbol_binding binding;
};

bool symbol_choice_init(struct symbol_choice *choice, size_t count)
{
	memset(choice, 0, sizeof(*choice));
	choice->leaves = 1;
	while (choice->leaves <= count)
		choice->leaves *= 2;
	choice->room = count;
	choice->spans = calloc(count ? count : 1, sizeof(*choice->spans));
	choice->reach = calloc(2 * choice->leaves, sizeof(*choice->reach));
	if (choice->spans && choice->reach)
		return true;
	symbol_choice_deinit(choice);
	return false;
}

void symbol_choice_deinit(struct symbol_choice *choice)
{
	free(choice->spans);
	free(choice->reach);
	memset(choice, 0, sizeof(*choice));
}

/* Spans are filled from the front of the memory, labels from its end. */
void symbol_choice_add(struct symbol_choice *choice, uint32_t symbol, uint64_t address, uint64_t size,
		       enum symbol_binding binding)
{
	struct symbol_span span = { .start = address, .end = address, .symbol = symbol, .binding = binding };

	if (choice->span_count + choice->label_count == choice->room)
		return;
	if (!size) {
		choice->spans[choice->room - ++choice->label_count] = span;
		return;
	}
	if (__builtin_add_overflow(address, size - 1, &span.end))
		span.end = UINT64_MAX;
	choice->spans[choice->span_count++] = span;
}

/* The better one is the greater one. */
static int compare_spans(const void *left, const void *right)
{
	const struct symbol_span *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	if (a->binding != b->binding)
		return a->binding < b->binding ? -1 : 1;
	return a->symbol > b->symbol ? -1 : a->symbol < b->symbol;
}

void symbol_choice_build(struct symbol_choice *choice)
{
	choice->labels = choice->spans + choice->room - choice->label_count;
	qsort(choice->spans, choice->span_count, sizeof(*choice->spans), compare_spans);
	qsort(choice->labels, choice->label_count, sizeof(*choice->labels), compare_spans);
	/* Node n has the nodes 2n and 2n + 1 below it; the leaves are the last ones. */
	for (size_t i = 0; i < choice->span_count; i++)
		choice->reach[choice->leaves + i] = choice->spans[i].end;
	for (size_t i = choice->leaves; i-- > 1;) {
		uint64_t a = choice->reach[2 * i], b = choice->reach[2 * i + 1];

		choice->reach[i] = a > b ? a : b;
	}
}

/* How many of @spans start at or before @address. */
static size_t count_before(const struct symbol_span *spans, size_t count, uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (spans[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * The last of the first @count spans that ends at or behind @address, as its number + 1; 0: none does. Up from the last
 * leaf to the first part of the tree on its left that reaches so far, and down in it.
 */
static size_t last_reaching(const struct symbol_choice *choice, size_t count, uint64_t address)
{
	size_t node = choice->leaves + count; /* the first leaf that does not count */

	if (!count)
		return 0;
	for (;;) {
		/* What is on the left of @node begins in the left sibling of the first right child on the way up. */
		while (node > 1 && !(node & 1))
			node /= 2;
		if (node <= 1)
			return 0;
		node--;
		if (choice->reach[node] >= address)
			break;
	}
	while (node < choice->leaves)
		node = choice->reach[2 * node + 1] >= address ? 2 * node + 1 : 2 * node;
	return node - choice->leaves + 1;
}

/* Whether a span ends behind the start of the label, so that the label does not have @address. */
static bool is_cut_off(const struct symbol_choice *choice, const struct symbol_span *label, size_t before)
{
	return last_reaching(choice, before, label->start) != 0;
}

bool symbol_choice_at(const struct symbol_choice *choice, uint64_t address, uint32_t *symbol_ret)
{
	size_t before = count_before(choice->spans, choice->span_count, address);
	size_t found = last_reaching(choice, before, address);
	const struct symbol_span *label;

	if (found) {
		*symbol_ret = choice->spans[found - 1].symbol;
		return true;
	}
	found = count_before(choice->labels, choice->label_count, address);
	if (!found)
		return false;
	label = &choice->labels[found - 1];
	if (label->start != address && is_cut_off(choice, label, before))
		return false;
	*symbol_ret = label->symbol;
	return true;
}

enum symbol_binding symbol_binding_of(char letter)
{
	if (letter && strchr("vVwW", letter))
		return SYMBOL_WEAK;
	return letter >= 'A' && letter <= 'Z' ? SYMBOL_GLOBAL : SYMBOL_LOCAL;
}
