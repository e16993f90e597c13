/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors about a text that the user wrote: the message, then the text with a caret under the place. */
#ifndef SCRIPTS_CARET_H
#define SCRIPTS_CARET_H

#include "message.h"

/* Prints and destroys @error, which is about @text. */
void message_caret(const struct messages *messages, const char *text, struct inspect_error *error);

#endif
