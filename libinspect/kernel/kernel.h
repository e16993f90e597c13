/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A kernel to be looked at: its memory, symbols and types, as open.c has put them together. All that walks kernel
 * structures takes this; nothing below knows targets or debug formats.
 */
#ifndef LIBINSPECT_KERNEL_KERNEL_H
#define LIBINSPECT_KERNEL_KERNEL_H

#include <signal.h>

#include "base/arena.h"
#include "base/hash.h"
#include "core/memory.h"
#include "core/scope.h"
#include "core/symbol.h"
#include "core/view.h"
#include "kernel/translate.h"
#include "kernel/vmcoreinfo.h"
#include "providers.h"

/* What went wrong on the side, for inspect_next_problem(). */
struct kernel_problems {
	struct inspect_error **items;
	size_t count;
	size_t capacity;
	size_t told;
};

struct kernel {
	struct arena arena; /* what lives as long as the handle: plans, names */
	struct memory memory;
	struct vmcoreinfo vmcoreinfo;
	struct translate translate;
	struct symbols symbols;
	struct scopes scopes; /* vmlinux first, then modules */
	struct scopes debug_scopes; /* DWARF of the files given, for what the scopes above lack: types of variables */
	struct scope *derived; /* of types that expressions make of others (expr/c_types.h); NULL before the first one */
	struct hash plans;    /* address of a struct view -> struct kernel_plan */
	enum machine machine;
	uint32_t page_size;
	bool live;            /* memory changes while we read */
	const void *notes;    /* ELF notes of the dump, borrowed from the target; NULL: none */
	size_t notes_size;
	const volatile sig_atomic_t *interrupt; /* not 0: stop; NULL: never */
	struct kernel_problems problems;
	/* Adds the scopes of all modules; called once, when a name is not found in vmlinux. NULL: there are none. */
	void (*load_modules)(struct kernel *kernel);
	/*
	 * The DWARF of the module @name, which is looked for when it is first asked for, and added to the scopes; NULL:
	 * there is none. With NULL for a name, that of all modules is added. The hook is NULL where DWARF is not
	 * wanted.
	 */
	struct scope *(*module_debug)(struct kernel *kernel, const char *name);
};

void kernel_init(struct kernel *kernel);
/* Destroys symbols and scopes too. */
void kernel_deinit(struct kernel *kernel);

/* Keeps @error, which may be NULL, for inspect_next_problem(): the answer goes on without what failed. */
void kernel_problem(struct kernel *kernel, struct inspect_error *error);

/* Whether types come from DWARF alone: then it is in `scopes`, not in `debug_scopes`. */
static inline bool kernel_has_dwarf_only(const struct kernel *kernel)
{
	return kernel->scopes.count && kernel->scopes.items[0]->ops->variable;
}

/*
 * Appends every type of this name whose TYPE_BIT is in @kinds. One place after the other is asked, until there is a
 * definition: what is read already, modules, the DWARF of vmlinux, the DWARF of modules.
 */
struct inspect_error *kernel_find_types(struct kernel *kernel, const char *name, unsigned int kinds,
					struct type_list *list);

/* Whether the user wants the walk that is under way to end. */
static inline bool kernel_interrupted(const struct kernel *kernel)
{
	return kernel->interrupt && *kernel->interrupt;
}

/*
 * The plan of @view for this kernel, compiled on first use. A view that does not fit gives the same error each time.
 */
struct inspect_error *kernel_view(struct kernel *kernel, const struct view *view, const struct view_plan **plan_ret);

/* kernel_view() and view_read() in one: whether the object could be read whole is told by the view_state in @out. */
struct inspect_error *kernel_read(struct kernel *kernel, const struct view *view, uint64_t address, void *out);

#endif
