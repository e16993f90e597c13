/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names that there are, one by one: to guess which one was meant, and to complete one that is being typed. */
#ifndef LIBINSPECT_EXPR_OFFER_H
#define LIBINSPECT_EXPR_OFFER_H

#include "kernel/kernel.h"

/* Takes one name, which is only valid during the call. Names may come more than once. */
typedef void offer_fn(void *arg, const char *name);

void offer_symbols(const struct symbols *symbols, offer_fn *offer, void *arg);
/* The names of types with one of @kinds (TYPE_BITs). What cannot be read is not offered. */
void offer_types(const struct scopes *scopes, unsigned int kinds, offer_fn *offer, void *arg);
/* The members of @type, a struct or union that is complete, and of the anonymous ones in it. */
void offer_members(const struct type *type, offer_fn *offer, void *arg);

#endif
