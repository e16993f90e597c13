/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices by rtnetlink: lo is set up, a dummy, a veth pair and a netkit pair are made. */
#include "workload.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NETKIT_PEER_INFO = 1 }; /* IFLA_NETKIT_PEER_INFO */

struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char room[512];
};

static const struct device {
	const char *feature, *name, *kind, *peer;
	int peer_attribute; /* of the kind's data: holds an ifinfomsg and the peer's name */
} devices[] = {
	{ "dummy_device", "wl_dummy", "dummy", NULL, 0 },
	{ "veth_device", "wl_veth0", "veth", "wl_veth1", VETH_INFO_PEER },
	{ "netkit_device", "wl_netkit0", "netkit", "wl_netkit1", NETKIT_PEER_INFO },
};

static struct rtattr *put(struct request *request, int type, const void *data, size_t size)
{
	struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));

	attribute->rta_type = (unsigned short)type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(size);
	if (size)
		memcpy(RTA_DATA(attribute), data, size);
	request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
	return attribute;
}

/* All that was put since `attribute` is inside it. */
static void end(struct request *request, struct rtattr *attribute)
{
	attribute->rta_len = (unsigned short)((char *)request + request->header.nlmsg_len - (char *)attribute);
}

/* 0 or -errno. */
static int talk(struct request *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char room[1024];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int error;

	if (fd < 0)
		return -errno;
	if (send(fd, request, request->header.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < 0)
		error = -errno;
	else
		error = answer.header.nlmsg_type == NLMSG_ERROR ? answer.error.error : -EPROTO;
	close(fd);
	return error;
}

static struct request new_request(int flags)
{
	struct request request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
			    .nlmsg_type = RTM_NEWLINK,
			    .nlmsg_flags = (__u16)(NLM_F_REQUEST | NLM_F_ACK | flags) },
		.link = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP },
	};

	return request;
}

static int create(const struct device *device)
{
	struct request request = new_request(NLM_F_CREATE | NLM_F_EXCL);
	struct rtattr *info, *data, *peer;

	put(&request, IFLA_IFNAME, device->name, strlen(device->name) + 1);
	info = put(&request, IFLA_LINKINFO, NULL, 0);
	put(&request, IFLA_INFO_KIND, device->kind, strlen(device->kind));
	if (device->peer) {
		struct ifinfomsg link = { 0 };

		data = put(&request, IFLA_INFO_DATA, NULL, 0);
		peer = put(&request, device->peer_attribute, &link, sizeof(link));
		put(&request, IFLA_IFNAME, device->peer, strlen(device->peer) + 1);
		end(&request, peer);
		end(&request, data);
	}
	end(&request, info);
	return talk(&request);
}

static void set_up(const char *name)
{
	struct request request = new_request(0);
	int error;

	put(&request, IFLA_IFNAME, name, strlen(name) + 1);
	error = talk(&request);
	if (error)
		die("set up %s: %s", name, strerror(-error));
}

void netdev_create_all(void)
{
	set_up("lo");
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		int error = create(&devices[i]);

		if (error)
			feature_failed(devices[i].feature, -error);
		else if (devices[i].peer)
			set_up(devices[i].peer);
	}
}

unsigned netdev_index(const char *name)
{
	unsigned index = if_nametoindex(name);

	if (!index)
		die("no device %s", name);
	return index;
}
