/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LSM hooks: one that returns int, one void, one sleepable; relations.c names the hook of each. */
#include "workload.bpf.h"

SEC("lsm")
int lsm_mkdir_first(void *ctx)
{
	return 0;
}

SEC("lsm")
int lsm_mkdir_second(void *ctx)
{
	return 0;
}

SEC("lsm")
int lsm_committing_creds(void *ctx)
{
	return 0;
}

SEC("lsm.s")
int lsm_committed_creds_s(void *ctx)
{
	return 0;
}

LICENSE("GPL");
