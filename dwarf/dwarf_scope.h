/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the DWARF provider share: its scope (dwarf_debug.c), how DIEs become types (dwarf_types.c and
 * dwarf_members.c), how addresses lead to units (dwarf_address.c) and to source lines (dwarf_source.c). Names are found
 * by dwarf_index.c, and by dwarf_unit.c within one unit, both without libdw.
 */
#ifndef DWARF_DWARF_SCOPE_H
#define DWARF_DWARF_SCOPE_H

#include <elfutils/libdw.h>

#include "base/hash.h"
#include "core/scope.h"
#include "dwarf_index.h"
#include "dwarf_object.h"
#include "dwarf_part.h"

struct dwarf_scope {
	struct scope scope;
	int fd;     /* by it libdw knows the folder that other files are looked for from */
	void *file; /* as libelf has mapped it */
	size_t file_size;
	Elf *elf;                    /* borrowed from object where there is one */
	struct dwarf_object *object; /* of a file that is not linked, or NULL */
	Dwarf *dwarf;    /* NULL: not loaded yet; borrowed as elf is */
	Dwarf_CU *unit;  /* the last that libdw was made to read the header of; NULL: none */
	uint64_t walked; /* where in .debug_info that is */
	uint64_t offset; /* KERNELOFFSET: see source_shift() */
	struct dwarf_parts parts;
	struct dwarf_index indexes[DWARF_INTERESTS];
	struct hash nodes; /* types handed out, by id */
	struct type void_type;
};

static inline struct dwarf_scope *dwarf_scope_of(struct scope *scope)
{
	return (struct dwarf_scope *)scope;
}

/* The sections of the file that was opened, once it is loaded. */
static inline const struct dwarf_sections *dwarf_scope_sections(const struct dwarf_scope *scope)
{
	return &scope->parts.items[0]->sections;
}

/* Lets libdw open the sections, once. */
struct inspect_error *dwarf_scope_load(struct dwarf_scope *scope);

/*
 * Tells the kernel how @size bytes at @bytes will be used, if they are of the mapped file; sections that were
 * decompressed are not.
 */
void dwarf_scope_advise(const struct dwarf_scope *scope, const uint8_t *bytes, size_t size, int advice);

/* An error about what libdw has just refused. */
struct inspect_error *dwarf_libdw_error(const char *what) __attribute__((returns_nonnull));

#define DWARF_TYPE_NAMES                                                                                              \
	(TYPE_BIT(TYPE_INT) | TYPE_BIT(TYPE_BOOL) | TYPE_BIT(TYPE_FLOAT) | TYPE_BITS_COMPOUND | TYPE_BIT(TYPE_ENUM) | \
	 TYPE_BIT(TYPE_TYPEDEF))
#define DWARF_ENTRY_NAMES (TYPE_BIT(TYPE_FUNC) | TYPE_BIT(TYPE_VARIABLE))

/* The index of @interest, built on the first call. */
struct inspect_error *dwarf_scope_index(struct dwarf_scope *scope, enum dwarf_interest interest,
					const struct dwarf_index **index_ret);

/* scope_ops. */
struct inspect_error *dwarf_scope_by_id(struct scope *scope, uint32_t id, struct type **type_ret);
struct inspect_error *dwarf_scope_complete(struct scope *scope, struct type *type);
struct inspect_error *dwarf_scope_find_at(struct scope *scope, uint64_t address, const char *name, unsigned int kinds,
					  struct type_list *list);
struct inspect_error *dwarf_scope_constant(struct scope *scope, const char *name, bool *found_ret,
					   struct object *object_ret);
struct inspect_error *dwarf_scope_variable(struct scope *scope, const char *name, uint64_t address,
					   struct type **type_ret);
struct inspect_error *dwarf_scope_place(struct scope *scope, struct type *entry, struct scope_place *place_ret,
					bool *found_ret);

struct inspect_error *dwarf_scope_functions(struct scope *scope, uint64_t address, struct scope_function *functions,
					    size_t max, size_t *count_ret);

/* The unit that has the kernel's @address, and that address in the file. *@found_ret: whether there is one. */
struct inspect_error *dwarf_scope_unit_at(struct dwarf_scope *scope, uint64_t address, uint64_t *place_ret,
					  Dwarf_Die *unit_ret, bool *found_ret);
/* The DIE that has @id. */
struct inspect_error *dwarf_scope_die(struct dwarf_scope *scope, uint32_t id, Dwarf_Die *die_ret);
/* The type of a DIE, shallow. */
struct inspect_error *dwarf_type_of_die(struct dwarf_scope *scope, Dwarf_Die *die, struct type **type_ret);
/* The type that DW_AT_type of @die names; void where there is none. */
struct inspect_error *dwarf_target_of_die(struct dwarf_scope *scope, Dwarf_Die *die, struct type **type_ret);
/* An unsigned attribute of @die; *@found_ret is false where it has none, or none that is a constant. */
uint64_t dwarf_unsigned(Dwarf_Die *die, unsigned int name, bool *found_ret);
bool dwarf_flag(Dwarf_Die *die, unsigned int name);

/* Fill type->members, enumerators, parameters from the children of @die. */
struct inspect_error *dwarf_complete_members(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die);
struct inspect_error *dwarf_complete_enumerators(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die);
struct inspect_error *dwarf_complete_parameters(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die);
struct inspect_error *dwarf_complete_array(struct dwarf_scope *scope, struct type *type, Dwarf_Die *die);
/* Whether an enum's values are signed: its underlying type says so, or a value is negative. */
bool dwarf_enum_is_signed(Dwarf_Die *die);

#endif
