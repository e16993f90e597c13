/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands. */
#ifndef SCRIPTS_COMMANDS_H
#define SCRIPTS_COMMANDS_H

#include "command.h"

extern const struct command command_table[];
extern const size_t command_count;

/* The command with that name or alias; NULL: none. */
const struct command *command_find(const char *name);
/* The name that @name is most like, where it is like one at all; NULL: none. */
const char *command_guess(const char *name);

/* What was opened and how long that took, on stderr. */
void info_tell(const struct command_context *context);

/* cmd_*.c */
enum status cmd_prog(struct command_context *context);
enum status cmd_map(struct command_context *context);
enum status cmd_link(struct command_context *context);
enum status cmd_info(struct command_context *context);
enum status cmd_bt(struct command_context *context);
enum status cmd_check(struct command_context *context);
enum status cmd_shell(struct command_context *context);
enum status cmd_help(struct command_context *context);
enum status cmd_sym(struct command_context *context);
enum status cmd_type(struct command_context *context);
enum status cmd_print(struct command_context *context);
enum status cmd_read(struct command_context *context);
enum status cmd_string(struct command_context *context);
enum status cmd_vtop(struct command_context *context);
enum status cmd_log(struct command_context *context);
enum status cmd_mods(struct command_context *context);
enum status cmd_ps(struct command_context *context);

#endif
