/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The .bss of virtio_blk as the kernel of vmcores/6.1 has it, with a type that only this file can tell. */
struct halves {
	unsigned short low, high;
};

struct halves virtblk_queue_depth;
long virtblk_wq;
static struct halves major __attribute__((used));
