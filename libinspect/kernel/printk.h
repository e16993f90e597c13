/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel log, record by record, oldest first. A reader pulls, as walkers do:
 *
 *	error = printk_open(&reader, kernel);
 *	while (!error && printk_next(&reader, &record))
 *		…;
 *	error = printk_finish(&reader);
 *
 * Two forms of the log are known: the ring of descriptors, infos and text since 5.10 (896fbe20b4e2, cfe2790b163a;
 * kernel/printk/printk_ringbuffer.c), and before it one buffer of headers with their texts behind them (struct
 * printk_log in kernel/printk/printk.c). The symbols tell which one a kernel has.
 *
 * To add a form: a file that ends in a const struct printk_ops, and a line in the table of printk.c.
 */
#ifndef LIBINSPECT_KERNEL_PRINTK_H
#define LIBINSPECT_KERNEL_PRINTK_H

#include "kernel/kernel.h"
#include "kernel/roots.h"

/* text_len is a u16 in all forms. */
#define PRINTK_TEXT_MAX (64u << 10)

struct printk_record {
	uint64_t seq;
	bool known;            /* the next five are: what describes the record could be read and is its own */
	uint64_t nanoseconds;  /* by the kernel's scheduler clock, which starts at boot */
	unsigned int level;    /* 0 … 7, KERN_EMERG … KERN_DEBUG */
	unsigned int facility; /* as syslog(3) numbers them */
	bool has_caller;
	uint32_t caller;       /* id of the task, or with the highest bit set the number of the CPU */
	char subsystem[16];    /* of dev_printk(); empty: none */
	char device[48];       /* "+pci:0000:00:1f.2", "b8:1"; see dev_uevent() and devkmsg */
	const char *text;      /* of one or several lines, without the last newline; not ended by a NUL; NULL: none */
	size_t length;
	const char *problem;   /* why description or text are missing; NULL: they are not; static */
	enum inspect_fault fault;
	uint64_t fault_address;
};

struct printk_reader;

/* One form of the log. */
struct printk_ops {
	const char *name;
	/* INSPECT_ERROR_LOOKUP: this kernel has no log of this form. */
	struct inspect_error *(*open)(struct printk_reader *reader);
	/* False at the end or where reader->error is set. */
	bool (*next)(struct printk_reader *reader, struct printk_record *record);
};

extern const struct printk_ops printk_ring_ops, printk_buffer_ops;

struct printk_reader {
	struct kernel *kernel;
	const struct printk_ops *ops;
	struct inspect_error *error;
	/* since 5.10 */
	uint64_t descs, infos;           /* addresses of the arrays */
	uint64_t desc_mask;              /* of an id, its index in the arrays */
	uint64_t id;                     /* of the next record */
	uint64_t left;                   /* records from id on */
	/* both */
	uint64_t data;                   /* address of the texts, or of the buffer */
	uint64_t size;                   /* of them */
	/* before */
	uint64_t seq;                    /* of the next record */
	uint64_t offset, end;            /* in the buffer, of the next record and of the log's end */
	char text[PRINTK_TEXT_MAX];
};

/* INSPECT_ERROR_LOOKUP: no symbol or no types for it. */
struct inspect_error *printk_open(struct printk_reader *reader, struct kernel *kernel);
/* The text of @record is valid until the next call. */
bool printk_next(struct printk_reader *reader, struct printk_record *record);
/* The error that ended the walk early, or NULL; the caller owns it. */
struct inspect_error *printk_finish(struct printk_reader *reader);

/* For the forms: reads @length bytes of text at @address into the record; more than PRINTK_TEXT_MAX are its problem. */
void printk_read_text(struct printk_reader *reader, uint64_t address, size_t length, struct printk_record *record);
/* Reads an unsigned integer of @size bytes at a root. */
struct inspect_error *printk_read_root(struct kernel *kernel, enum root_id root, size_t size, uint64_t *value_ret);

extern const struct view printk_ring_view, printk_desc_view, printk_info_view, printk_header_view;

#endif
