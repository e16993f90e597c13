/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Completion of names in expressions: see <inspect/complete.h>, whose functions are these with a kernel. */
#ifndef LIBINSPECT_EXPR_COMPLETE_H
#define LIBINSPECT_EXPR_COMPLETE_H

#include <inspect/complete.h>

#include "kernel/kernel.h"

struct inspect_error *complete(struct kernel *kernel, enum inspect_complete what, const char *text, size_t length,
			       struct inspect_completions **completions_ret);
void complete_destroy(struct inspect_completions *completions);

#endif
