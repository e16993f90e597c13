/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sockets that programs are attached to and that maps hold. */
#include "workload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_xdp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { XDP_FRAME = 4096, XDP_FRAMES = 4 };

static int check(int result, const char *what)
{
	if (result < 0)
		die("%s: %s", what, strerror(errno));
	return result;
}

static void set_option(int fd, int level, int option, const void *value, socklen_t size)
{
	check(setsockopt(fd, level, option, value, size), "setsockopt");
}

/* A socket bound to a free port of 127.0.0.1. */
static int bound(int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = check(socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket"), one = 1;

	if (type == SOCK_DGRAM)
		set_option(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	check(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
	return fd;
}

static void connect_pair(struct sockets *all)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	all->listener = bound(SOCK_STREAM);
	check(listen(all->listener, 1), "listen");
	check(getsockname(all->listener, (struct sockaddr *)&address, &size), "getsockname");
	all->client = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	check(connect(all->client, (struct sockaddr *)&address, size), "connect");
	all->server = check(accept(all->listener, NULL, NULL), "accept");
}

/* With memory, a fill ring and a receive ring, which an xskmap asks for; not bound to a device. */
static int xdp_socket(void)
{
	int fd = check(socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0), "AF_XDP socket"), frames = XDP_FRAMES;
	void *memory = mmap(NULL, XDP_FRAME * XDP_FRAMES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct xdp_umem_reg umem = { .addr = (uintptr_t)memory,
				     .len = XDP_FRAME * XDP_FRAMES,
				     .chunk_size = XDP_FRAME };

	if (memory == MAP_FAILED)
		die("no memory");
	set_option(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem));
	set_option(fd, SOL_XDP, XDP_UMEM_FILL_RING, &frames, sizeof(frames));
	set_option(fd, SOL_XDP, XDP_RX_RING, &frames, sizeof(frames));
	return fd;
}

const struct sockets *sockets(void)
{
	static struct sockets all;
	static bool open;

	if (!open) {
		connect_pair(&all);
		all.udp = bound(SOCK_DGRAM);
		all.udp_filtered = bound(SOCK_DGRAM);
		all.packet = check(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IP)), "packet socket");
		all.xdp = xdp_socket();
		open = true;
	}
	return &all;
}
