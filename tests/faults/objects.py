# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the objects of a dump lie: what its own types and symbols, and a clean answer of kinspect, say."""

import json

KINDS = ("prog", "map", "link")
ROOT = {"prog": "prog_idr", "map": "map_idr", "link": "link_idr"}
SLOTS_OF_A_NODE = 64
# The low bits of an xarray entry tell what it is: an integer (bit 0), or a node (include/linux/xarray.h).
VALUE, INTERNAL, TAGS = 1, 2, 3


def pack(number):
    return (number % (1 << 64)).to_bytes(8, "little")


class Objects:
    """The clean answers about a dump, and the addresses in it."""

    def __init__(self, build, query, core):
        self.query = query
        self.json = {kind: build.core(core, kind, "--json").out for kind in KINDS}
        self.text = {kind: build.core(core, kind).out for kind in KINDS}
        self.records = {kind: {record["id"]: record for record in json.loads(self.json[kind])} for kind in KINDS}

    def first(self, kind, wanted):
        """The first record for which wanted(record) holds."""
        return next(record for record in self.records[kind].values() if wanted(record))

    @staticmethod
    def address(record, key="address"):
        return int(record["kernel"][key], 16)

    def member(self, address, type_name, path):
        """The address of a member of the object."""
        return address + self.query.number("offset", type_name, path)

    def physical(self, address):
        return self.query.number("physical", hex(address))

    def entry(self, kind):
        """The top entry of a kind's xarray, which is a node here: there is more than one id."""
        root = self.query.number("symbol", ROOT[kind])
        return self.query.pointer(self.member(root, "idr", "idr_rt.xa_head"))

    def slot(self, kind, number):
        """The address of the slot that holds an id, and of its node."""
        entry = self.entry(kind)
        while True:
            node = entry & ~TAGS
            shift = self.query.read(self.member(node, "xa_node", "shift"), 1)[0]
            slot = self.node_slot(node, number >> shift & SLOTS_OF_A_NODE - 1)
            if not shift:
                return slot, node
            entry = self.query.pointer(slot)

    def node_slot(self, node, index):
        return self.member(node, "xa_node", "slots") + 8 * index

    def pages(self):
        """The physical addresses of the pages that the objects lie in, each once."""
        found = {}
        for kind in KINDS:
            for record in self.records[kind].values():
                addresses = [record["kernel"].get(key) for key in ("address", "aux")]
                addresses += [edge.get("trampoline") for edge in record["kernel"].get("attached", [])]
                for address in filter(None, addresses):
                    found.setdefault(self.physical(int(address, 16)) >> 12 << 12)
        return list(found)
