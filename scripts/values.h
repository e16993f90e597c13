/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What --where, --print and --columns make of a listing of BPF objects: which of them are shown, and what of them.
 *
 * --print: the line of each object and the values below it, or the values alone where one id is given; in JSON
 * {"prog":{…},"print":[{"expression":"…","value":{…}}]}. --columns: a table; in JSON an object with the expressions as
 * keys.
 */
#ifndef SCRIPTS_VALUES_H
#define SCRIPTS_VALUES_H

#include <inspect/bpf.h>

#include "command.h"

struct values;

/*
 * Parses the expressions of the command line and begins the output; @layout is that of the kind's records. Returns
 * STATUS_WHOLE, or what the error that was told makes of the status.
 */
enum status values_create(struct command_context *context, enum inspect_bpf_kind kind,
			  const struct inspect_layout *layout, struct values **values_ret);
/* @values may be NULL. Not before command_end(): the records' schema goes with it. */
void values_destroy(struct values *values);

/*
 * Shows the object of @record, in @pool, if it is one of those wanted. False where the listing ends here, for an
 * expression that makes no sense or output that cannot be written; that was told.
 */
bool values_record(struct values *values, struct inspect_record *record, struct inspect_pool *pool);

/*
 * What the values so far come to: STATUS_PARTIAL where some could not be read, or worse where the listing ended early.
 */
enum status values_status(const struct values *values);

#endif
