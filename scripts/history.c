/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes all folders that @path, which is absolute, goes through. */
static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700); /* most of them are there; open() tells of those that could not be made */
		*slash = '/';
	}
}

/* False where the user has no place for it. */
static bool find_path(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int length;

	/* A path that is not absolute is to be ignored, says the XDG base directory specification. */
	if (state && *state == '/')
		length = snprintf(path, size, "%s/kinspect/history", state);
	else if (home && *home == '/')
		length = snprintf(path, size, "%s/.local/state/kinspect/history", home);
	else
		return false;
	return length > 0 && (size_t)length < size;
}

int history_open(const struct messages *messages)
{
	char path[4096];
	struct stat file;
	int fd;

	if (!find_path(path, sizeof(path)))
		return -1;
	make_folders(path);
	/* O_NONBLOCK: what somebody put there may be a FIFO. */
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	if (fd < 0) {
		message_note(messages, "lines are not remembered: open %s: %s", path, strerror(errno));
		return -1;
	}
	if (!fstat(fd, &file) && S_ISREG(file.st_mode))
		return fd;
	message_note(messages, "lines are not remembered: %s is no file", path);
	close(fd);
	return -1;
}

/* All that the file has from @offset on, NUL-terminated, to be freed; NULL where it cannot be read. */
static char *read_from(int fd, off_t offset)
{
	char *bytes = malloc(HISTORY_BYTES_MAX + 1);
	size_t length = 0;
	ssize_t got = 1;

	if (!bytes)
		return NULL;
	while (length < HISTORY_BYTES_MAX && got > 0) {
		got = pread(fd, bytes + length, HISTORY_BYTES_MAX - length, offset + (off_t)length);
		length += got > 0 ? (size_t)got : 0;
	}
	bytes[length] = '\0';
	return bytes;
}

/* The file becomes @bytes, its last lines; false where it does not, also since another shell is about to do that. */
static bool shorten(int fd, const char *bytes)
{
	size_t length = strlen(bytes);
	bool done;

	if (flock(fd, LOCK_EX | LOCK_NB))
		return false;
	done = !ftruncate(fd, 0) && write(fd, bytes, length) == (ssize_t)length;
	flock(fd, LOCK_UN);
	return done;
}

void history_read(int fd, void (*remember)(void *arg, const char *line), void *arg)
{
	off_t size = lseek(fd, 0, SEEK_END);
	const bool is_long = size > HISTORY_BYTES_MAX;
	char *bytes = read_from(fd, is_long ? size - HISTORY_BYTES_MAX / 2 : 0), *line = bytes, *newline;

	/* The first line may be a part of one. */
	if (bytes && is_long && (newline = strchr(line, '\n'))) {
		line = newline + 1;
		shorten(fd, line);
	}
	for (; line && (newline = strchr(line, '\n')); line = newline + 1) {
		*newline = '\0';
		if (*line)
			remember(arg, line);
	}
	free(bytes);
}

bool history_append(int fd, const char *line)
{
	char *text;
	int length = asprintf(&text, "%s\n", line);
	bool written;

	if (length < 0)
		return false;
	/* One write, so that the lines of several shells do not mix. */
	written = write(fd, text, (size_t)length) == length;
	free(text);
	return written;
}
