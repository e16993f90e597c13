/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of bt. */
#ifndef SCRIPTS_LAYOUT_BACKTRACE_H
#define SCRIPTS_LAYOUT_BACKTRACE_H

#include <inspect/record.h>

extern const struct inspect_layout backtrace_layout;

#endif
