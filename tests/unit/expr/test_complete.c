/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Completion: what the last name of an expression can become. */
#include "expr/complete.h"

#include <stdio.h>

#include "synthetic.h"

struct leaf {
	uint32_t flags;
	uint32_t flat;
};

struct tree {
	struct leaf leaf;
	struct leaf leaves[2];
	struct tree *parent;
	uint64_t left;
};

static const struct row rows[] = {
	ROW(leaf, flags, NULL),
	ROW(leaf, flat, NULL),
	ROW(tree, leaf, "leaf"),
	ROW(tree, leaves, "leaf[2]"),
	ROW(tree, parent, "*tree"),
	ROW(tree, left, NULL),
	{ .type = "idr", .member = "idr_next", .offset = 0, .size = 4 },
};

static struct tree tree;

static void setup(struct synthetic *s)
{
	synthetic_init(s, rows, sizeof(rows) / sizeof(*rows), 0);
	synthetic_symbol(s, "prog_idr", &tree); /* a root: its type is known; its memory cannot be read */
	synthetic_symbol(s, "prog_idr_lock", &tree);
	synthetic_symbol(s, "program", &tree);
	synthetic_symbol(s, "program", &tree);
	synthetic_symbol(s, "prog.cold", &tree);
	synthetic_symbol(s, "prog\x1b[31m", &tree);
	synthetic_symbol(s, "list_all", &tree);
	synthetic_ready(s);
}

/* Expects what @text, up to its end, can become: names with blanks between them, and what they have in common. */
static void expect(struct synthetic *s, enum inspect_complete what, const char *text, size_t start,
		   const char *common, const char *names)
{
	struct inspect_completions *completions = NULL;
	char buf[512] = "";

	expect_success(complete(&s->kernel, what, text, strlen(text), &completions));
	for (size_t i = 0; i < completions->count; i++) {
		strcat(buf, i ? " " : "");
		strcat(buf, completions->items[i]);
	}
	ck_assert_msg(!strcmp(buf, names), "%s: %s", text, buf);
	ck_assert_msg(!strcmp(completions->common, common), "%s: common %s", text, completions->common);
	ck_assert_uint_eq(completions->start, start);
	ck_assert(!completions->more);
	complete_destroy(completions);
}

#define EXPRESSION INSPECT_COMPLETE_EXPRESSION
#define MEMBERS "leaf leaves left parent"
#define TREE "((struct tree *)0)"

START_TEST(members)
{
	struct synthetic s;

	setup(&s);
	expect(&s, EXPRESSION, TREE "->", 20, "", MEMBERS);
	expect(&s, EXPRESSION, TREE "->le", 20, "le", "leaf leaves left");
	expect(&s, EXPRESSION, TREE "->lea", 20, "lea", "leaf leaves");
	expect(&s, EXPRESSION, TREE " -> p", 22, "parent", "parent");
	expect(&s, EXPRESSION, TREE "->x", 20, "x", "");
	expect(&s, EXPRESSION, TREE "->leaf.", 25, "fla", "flags flat");
	expect(&s, EXPRESSION, TREE "->parent->leaves[(1 + 0)].flag", 44, "flags", "flags");
	expect(&s, EXPRESSION, "1 + *" TREE "->parent->l", 33, "le", "leaf leaves left");
	expect(&s, EXPRESSION, "sizeof(prog_idr.", 16, "idr_next", "idr_next");
	expect(&s, EXPRESSION, "(&prog_idr)->", 13, "idr_next", "idr_next");
	/* The operator is not judged. */
	expect(&s, EXPRESSION, "(&prog_idr).", 12, "idr_next", "idr_next");
	expect(&s, EXPRESSION, "array((struct tree *)0, 4).par", 27, "parent", "parent");
	expect(&s, EXPRESSION, "(int)1 + prog_idr.i", 18, "idr_next", "idr_next");
	/* Numbers have none, nor do fields of them. */
	expect(&s, EXPRESSION, TREE "->left.", 25, "", "");
	expect(&s, EXPRESSION, "].", 2, "", "");
	expect(&s, EXPRESSION, "+.", 2, "", "");
	expect(&s, EXPRESSION, ".", 1, "", "");
	synthetic_deinit(&s);
}
END_TEST

START_TEST(names)
{
	struct synthetic s;

	setup(&s);
	expect(&s, EXPRESSION, "prog", 0, "prog", "prog_idr prog_idr_lock program");
	expect(&s, EXPRESSION, "1 + prog_", 4, "prog_idr", "prog_idr prog_idr_lock");
	expect(&s, EXPRESSION, "list", 0, "list", "list list_all");
	expect(&s, EXPRESSION, "siz", 0, "sizeof", "sizeof");
	expect(&s, EXPRESSION, "stru", 0, "struct", "struct");
	expect(&s, EXPRESSION, "no_such", 0, "no_such", "");
	expect(&s, EXPRESSION, "", 0, "", "");
	expect(&s, EXPRESSION, "prog ", 5, "", "");
	expect(&s, INSPECT_COMPLETE_TYPE, "prog_", 0, "prog_idr", "prog_idr prog_idr_lock");
	expect(&s, INSPECT_COMPLETE_TYPE, TREE "->par", 20, "parent", "parent");
	expect(&s, INSPECT_COMPLETE_SYMBOL, "prog", 0, "prog", "prog.cold prog_idr prog_idr_lock program");
	expect(&s, INSPECT_COMPLETE_SYMBOL, "prog.", 0, "prog.cold", "prog.cold");
	expect(&s, INSPECT_COMPLETE_SYMBOL, "", 0, "", "");
	synthetic_deinit(&s);
}
END_TEST

START_TEST(more_than_fit)
{
	struct inspect_completions *completions = NULL;
	struct synthetic s;
	char name[16];

	synthetic_init(&s, rows, sizeof(rows) / sizeof(*rows), 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name_%03d", i);
		synthetic_symbol(&s, name, &tree);
	}
	synthetic_symbol(&s, "nano", &tree);
	synthetic_ready(&s);
	expect_success(complete(&s.kernel, INSPECT_COMPLETE_SYMBOL, "n", 1, &completions));
	ck_assert(completions->more);
	ck_assert_uint_ge(completions->count, 100);
	ck_assert_uint_lt(completions->count, 1000);
	/* That of those which are not among the items too. */
	ck_assert_str_eq(completions->common, "na");
	complete_destroy(completions);
	synthetic_deinit(&s);
}
END_TEST

static void expect_failure(struct synthetic *s, const char *text, enum inspect_error_code code, const char *part)
{
	struct inspect_completions *completions = NULL;

	expect_error(complete(&s->kernel, EXPRESSION, text, strlen(text), &completions), code, part);
	ck_assert_ptr_null(completions);
}

START_TEST(mistakes)
{
	struct synthetic s;

	setup(&s);
	expect_failure(&s, "no_such->", INSPECT_ERROR_LOOKUP, "no_such");
	expect_failure(&s, "\"abc", INSPECT_ERROR_USAGE, "");
	expect_failure(&s, TREE "->leaf.none.", INSPECT_ERROR_LOOKUP, "none");
	synthetic_deinit(&s);
	complete_destroy(NULL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { members, names, more_than_fit, mistakes };

	return RUN_SUITE("complete", tests);
}
