/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interrupt.h"

/* Of lines without end, this much is taken to be longer than any screen. */
#define HELD_MAX (256u << 10)

/* As sh does. */
#define STATUS_NO_COMMAND 127
#define STATUS_SIGNAL 128

struct screen screen_of(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size))
		return (struct screen){ 0 };
	return (struct screen){ .rows = size.ws_row, .columns = size.ws_col };
}

/* Whether sh would find @program. */
static bool is_installed(const char *program)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t length = strcspn(path, ":");
		char file[4096];

		if (snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, program) < (int)sizeof(file) &&
		    !access(file, X_OK))
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

const char *outlet_default_pager(void)
{
	const char *pager = getenv("PAGER");

	if (pager)
		return *pager && strcmp(pager, "cat") ? pager : NULL;
	return is_installed("less") ? "less -R -F -X" : NULL;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			length -= (size_t)written;
		}
	}
	return true;
}

/* 0 at the end and for errors. */
static size_t read_some(int fd, char *bytes, size_t size)
{
	ssize_t got;

	do {
		got = read(fd, bytes, size);
	} while (got < 0 && errno == EINTR);
	return got > 0 ? (size_t)got : 0;
}

/* How many rows of a terminal the text takes. */
struct cursor {
	unsigned int row, column;
};

static void cursor_advance(struct cursor *cursor, const char *bytes, size_t length, unsigned int columns)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\n') {
			cursor->row++;
			cursor->column = 0;
		} else if (bytes[i] == '\t') {
			cursor->column += 8 - cursor->column % 8;
		} else if ((bytes[i] & 0xc0) != 0x80 && ++cursor->column > columns) {
			cursor->row++;
			cursor->column = 1;
		}
	}
}

/*
 * The process between a command and its pager: it holds what the command writes until it ends, or is more than fits
 * above the prompt that will follow. Ctrl-C is the command's and the pager's.
 */
static int hold(int in, const char *pager, struct screen screen)
{
	char *held = malloc(HELD_MAX);
	struct cursor cursor = { 0 };
	size_t length = 0, got;
	FILE *out;

	if (!held)
		return STATUS_NO_COMMAND;
	do {
		got = read_some(in, held + length, HELD_MAX - length);
		cursor_advance(&cursor, held + length, got, screen.columns);
		length += got;
	} while (got && length < HELD_MAX && cursor.row < screen.rows);
	if (!got && length < HELD_MAX)
		return !write_all(STDOUT_FILENO, held, length);
	out = popen(pager, "we");
	if (!out)
		return STATUS_NO_COMMAND;
	while (write_all(fileno(out), held, length) && (length = read_some(in, held, HELD_MAX)))
		continue;
	/* Who still writes is told now, and not when the user leaves the pager. */
	close(in);
	return pclose(out) ? 1 : 0;
}

/* A process that reads from the pipe @fds and has stdout as it is. */
static void run_child(const int *fds, const char *command, const struct screen *screen)
{
	close(fds[1]);
	if (screen) {
		/* Caught, not ignored: the pager is to begin with its own ways. */
		interrupt_catch(SIGINT, SA_RESTART);
		interrupt_catch(SIGPIPE, SA_RESTART);
		_exit(hold(fds[0], command, *screen));
	}
	dup2(fds[0], STDIN_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(STATUS_NO_COMMAND);
}

static bool outlet_open(struct outlet *outlet, const char *command, const struct screen *screen)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return false;
	fflush(NULL);
	outlet->process = fork();
	if (!outlet->process)
		run_child(fds, command, screen);
	close(fds[0]);
	if (outlet->process < 0) {
		close(fds[1]);
		return false;
	}
	outlet->fd = fds[1];
	outlet->before = interrupt_catch(SIGPIPE, SA_RESTART);
	return true;
}

bool outlet_open_pipe(struct outlet *outlet, const char *command)
{
	return outlet_open(outlet, command, NULL);
}

bool outlet_open_pager(struct outlet *outlet, const char *pager, struct screen screen)
{
	return outlet_open(outlet, pager, &screen);
}

int outlet_close(struct outlet *outlet)
{
	int status = 0;

	if (outlet->fd < 0)
		return 0;
	close(outlet->fd);
	while (waitpid(outlet->process, &status, 0) < 0 && errno == EINTR)
		continue;
	interrupt_restore(SIGPIPE, &outlet->before);
	outlet->fd = -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);
}
