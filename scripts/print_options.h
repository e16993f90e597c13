/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the command line to how expressions are printed, for `print` and for the listings. */
#ifndef SCRIPTS_PRINT_OPTIONS_H
#define SCRIPTS_PRINT_OPTIONS_H

#include <inspect/expr.h>

#include "command.h"

/* What the options say; false after having said what is wrong with them. */
bool print_options(const struct command_context *context, struct inspect_print_options *out);

/* What an error of an expression makes of the exit status. */
enum status print_status(const struct inspect_error *error);

#endif
