/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of info, check, sym and type. */
#ifndef SCRIPTS_LAYOUT_REPORT_H
#define SCRIPTS_LAYOUT_REPORT_H

#include <inspect/record.h>

extern const struct inspect_layout info_layout, check_layout, symbol_layout,
	type_layout, type_candidate_layout, type_line_layout;

#endif
