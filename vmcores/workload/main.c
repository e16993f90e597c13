/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "workload.h"

#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

/* What libbpf said since the last failure that was expected. */
static char messages[65536];
static size_t messages_size;

static int note_message(enum libbpf_print_level level, const char *format, va_list arguments)
{
	size_t room = sizeof(messages) - messages_size;
	int size = level == LIBBPF_WARN ? vsnprintf(messages + messages_size, room, format, arguments) : 0;

	if (size > 0)
		messages_size += (size_t)size < room ? (size_t)size : room - 1;
	return size;
}

void messages_forget(void)
{
	messages_size = 0;
	messages[0] = 0;
}

void die(const char *format, ...)
{
	va_list arguments;

	fputs(messages, stderr);
	fflush(stderr);
	printf("WORKLOAD FAILED: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	exit(1);
}

unsigned kernel_series(void)
{
	struct utsname name;
	unsigned major, minor;

	if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		die("unknown kernel release");
	return major << 16 | minor;
}

char *beside_binary(const char *name)
{
	char self[PATH_MAX], *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		die("/proc/self/exe is not there");
	self[length] = 0;
	if (asprintf(&path, "%s/%s", dirname(self), name) < 0)
		die("no memory");
	return path;
}

int main(int argc, char **argv)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY }; /* locked memory counts before 5.11 */

	if (argc != 2) {
		fprintf(stderr, "usage: workload MANIFEST.json | --crash\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	libbpf_set_print(note_message);
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited))
		die("no right to lock memory");
	if (!strcmp(argv[1], "--crash"))
		crash();
	netdev_create_all();
	objects_load();
	raw_programs_load();
	maps_create();
	trace_attach();
	net_attach();
	cgroup_attach();
	contents_fill_objects();
	manifest_write(argv[1]);
	printf("WORKLOAD READY\n");
	for (;;)
		pause();
}
