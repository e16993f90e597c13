/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trampolines on kernel functions; relations.c names the function of each. */
#include "workload.bpf.h"

#define TRACE(kind, name)   \
	SEC(kind)           \
	int name(void *ctx) \
	{                   \
		return 0;   \
	}

TRACE("fentry", kernel_entry_one)
TRACE("fentry", kernel_entry_two)
TRACE("fexit", kernel_exit_one)
TRACE("fexit", kernel_exit_mkdir)
TRACE("fentry", kernel_entry_security)
TRACE("fexit", kernel_never_attached)
TRACE("fmod_ret", kernel_modify_mknod)
TRACE("fmod_ret", kernel_modify_symlink)
TRACE("fmod_ret", kernel_modify_symlink_again)

LICENSE("GPL");
