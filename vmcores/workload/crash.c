/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A panic inside of a helper that a BPF program calls: sync() enters the program, which stays in bpf_loop() (5.17)
 * until the watchdog, told to panic (guest/init), finds that the CPU does nothing else. It interrupts the program's
 * callback: the stack has the interrupt's frames, the callback, the helper, the program and its trampoline.
 */
#include "workload.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void crash(void)
{
	char *path = beside_binary("crash.bpf.o");
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		die("load %s: %s", path, strerror(errno));
	free(path);
	program = bpf_object__find_program_by_name(object, "crash_sync");
	if (!program || !bpf_program__attach(program))
		die("attach crash_sync: %s", strerror(errno));
	sync();
	die("the kernel has survived a program that does not end");
}
