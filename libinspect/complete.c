/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of completion. */
#include "expr/complete.h"
#include "handle.h"

struct inspect_error *inspect_complete(struct inspect *inspect, enum inspect_complete what, const char *text,
				       size_t length, struct inspect_completions **completions_ret)
{
	return complete(&inspect->kernel, what, text, length, completions_ret);
}

void inspect_completions_destroy(struct inspect_completions *completions)
{
	complete_destroy(completions);
}
